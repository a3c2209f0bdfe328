// Builds and opens samples/ in a real VS Code with the extension loaded, in the first of these that works here:
// the `code` on the path, a downloaded desktop VS Code, VS Code in the browser from npm.
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { onPath } from './host/browser.mjs';
import { canDownload, hasDisplay, installedCode } from './host/find.mjs';
import { startServer } from './host/server.mjs';
import { windowUrl } from './host/window.mjs';

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');

await build();
// A copy, so that fixes tried out do not change the samples.
const temporary = mkdtempSync(join(tmpdir(), 'loss-doctor-'));
const folder = join(temporary, 'samples');
cpSync(join(root, 'samples'), folder, { recursive: true });
const file = join(folder, 'exploding/train.log');

const code = installedCode();
if (!hasDisplay) {
  await openInBrowser('there is no display for the desktop one');
} else if (code) {
  openOnDesktop(code, `${code} is installed`);
} else if (await canDownload()) {
  const { downloadAndUnzipVSCode } = await import('@vscode/test-electron');
  openOnDesktop(await downloadAndUnzipVSCode(), 'none is installed and the download works');
} else {
  await openInBrowser('none is installed and it cannot be downloaded');
}

function openOnDesktop(program, reason) {
  console.log(`Opening ${folder} in the desktop VS Code, because ${reason}.`);
  const shell = process.platform === 'win32';
  const child = spawn(
    shell ? `"${program}"` : program,
    ['--new-window', '--disable-workspace-trust', `--extensionDevelopmentPath=${root}`, folder, file],
    { stdio: 'inherit', shell },
  );
  child.on('exit', (exitCode) => (process.exitCode = exitCode ?? 1));
}

async function openInBrowser(reason) {
  console.log(`Opening ${folder} in VS Code in the browser, because ${reason}.`);
  const server = await startServer();
  const url = windowUrl(server.authority, { folder, file, extension: root });
  console.log(`\n  ${url}\n\nCtrl+C ends it.`);
  const opener = { linux: 'xdg-open', darwin: 'open' }[process.platform];
  if (hasDisplay && opener && onPath([opener])) {
    spawn(opener, [url], { stdio: 'ignore', detached: true }).on('error', () => {}).unref();
  } else {
    console.log('No browser can be opened here: open the address yourself (from elsewhere, forward its port first).');
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => server.stop());
  await server.exited;
  rmSync(temporary, { recursive: true, force: true });
}
