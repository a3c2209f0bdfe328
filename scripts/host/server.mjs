// The VS Code server from npm as a child process.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { host, installHost } from './install.mjs';

const execute = promisify(execFile);
const startLimit = 60_000;

/**
 * Starts the server on a free port, with settings of its own in a temporary folder.
 * @param {object} options
 * @param {Record<string, unknown>} [options.settings] user settings
 * @param {string} [options.locale] display language, as in `zh-cn`
 * @param {string} [options.vsix] an extension to install first
 * @param {boolean} [options.temporary] whether it ends by itself minutes after the last window, should nobody stop it
 * @returns {Promise<{ authority: string, pid: number, exited: Promise<string>, stop(): Promise<void> }>} `exited` says what it printed
 * @throws Error if the server ends or is silent instead of listening
 */
export async function startServer({ settings = {}, locale = 'en', vsix, temporary = false } = {}) {
  await installHost();
  const data = mkdtempSync(join(tmpdir(), 'loss-doctor-code-'));
  writeUserData(join(data, 'user'), settings, locale);
  mkdirSync(join(data, 'tmp')); // for the sockets that a killed server leaves
  const folders = ['--server-data-dir', join(data, 'server'), '--user-data-dir', join(data, 'user'), '--extensions-dir', join(data, 'extensions')];
  if (vsix) await execute(host.node, [host.server, '--install-extension', vsix, '--accept-server-license-terms', ...folders]);
  const child = spawn(
    host.node,
    [
      host.server,
      ...['--host', '127.0.0.1', '--port', '0', '--without-connection-token', '--accept-server-license-terms'],
      ...['--disable-telemetry', '--disable-workspace-trust'],
      ...(temporary ? ['--enable-remote-auto-shutdown'] : []),
      // Without this one a built VS Code ignores the extension and the tests named in the page's address.
      '--enable-smoke-test-driver',
      ...folders,
      ...(locale === 'en' ? [] : ['--locale', locale]),
    ],
    // A group of its own, so that its extension hosts and terminals end with it.
    { detached: true, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, TMPDIR: join(data, 'tmp') } },
  );
  let printed = '';
  const exited = once(child, 'close').then(() => printed);
  const port = new Promise((listening) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        printed += text;
        const found = /listening on (\d+)/.exec(printed);
        if (found) listening(found[1]);
      });
    }
  });
  const kill = () => {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended already.
    }
  };
  process.once('exit', kill);
  const stop = async () => {
    process.removeListener('exit', kill);
    kill();
    await exited;
    rmSync(data, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };

  const timer = setTimeout(kill, startLimit);
  const started = await Promise.race([port, exited.then(() => undefined)]);
  clearTimeout(timer);
  if (started === undefined) {
    await stop();
    throw new Error(`The VS Code server did not start:\n${printed}`);
  }
  return { authority: `localhost:${started}`, pid: child.pid, exited, stop };
}

/** Settings, and for a language other than English the near-empty language pack that makes VS Code switch to it. */
function writeUserData(folder, settings, locale) {
  mkdirSync(join(folder, 'User'), { recursive: true });
  writeFileSync(join(folder, 'User/settings.json'), JSON.stringify({ ...quietSettings, ...settings }));
  if (locale === 'en') return;
  const translations = join(folder, `translations.${locale}.json`);
  writeFileSync(translations, JSON.stringify({ '': [''], version: '1.0.0', contents: {} }));
  const extensions = [{ extensionIdentifier: { id: `vscode.language-pack-${locale}` }, version: '1.0.0' }];
  const pack = { hash: locale, label: locale, extensions, translations: { vscode: translations } };
  writeFileSync(join(folder, 'languagepacks.json'), JSON.stringify({ [locale]: pack }));
}

/** Nothing that pops up or calls out while a test or a picture is being made. */
const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'telemetry.telemetryLevel': 'off',
  'security.workspace.trust.enabled': false,
};
