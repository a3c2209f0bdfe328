// Runs the suites inside a VS Code, on a copy of the workspace beside this file. Which VS Code: the executable named by
// LOSS_DOCTOR_VSCODE, else a downloaded one (VSCODE_VERSION or the latest), else the one from npm. `--web` runs them in the
// extension host of the browser, `--locale` in another display language.
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runTests } from '@vscode/test-electron';
import { canDownload, hasDisplay } from '../../scripts/host/find.mjs';

const { values } = parseArgs({ options: { web: { type: 'boolean', default: false }, locale: { type: 'string' } } });
const root = resolve(__dirname, '../..');
const temporary = mkdtempSync(join(tmpdir(), 'loss-doctor-'));

/** The program to run, and why this one; no program means a download. */
async function chooseCode(): Promise<{ program?: string; reason: string }> {
  const named = process.env['LOSS_DOCTOR_VSCODE'];
  if (named) return { program: named, reason: `LOSS_DOCTOR_VSCODE names ${named}` };
  const fromNpm = join(root, 'scripts/host/code.mjs');
  if (!hasDisplay) return { program: fromNpm, reason: 'VS Code from npm in a headless browser: there is no display' };
  if (await canDownload()) return { reason: 'the downloaded desktop VS Code' };
  return { program: fromNpm, reason: 'VS Code from npm in a headless browser: no download is possible' };
}

async function main(): Promise<number> {
  const workspace = join(temporary, 'workspace');
  cpSync(join(__dirname, 'workspace'), workspace, { recursive: true });
  const { program, reason } = await chooseCode();
  console.log(`Testing in ${reason}.`);
  return runTests({
    ...(program ? { vscodeExecutablePath: program } : { version: process.env['VSCODE_VERSION'] ?? 'stable' }),
    extensionDevelopmentPath: root,
    extensionTestsPath: join(root, values.web ? 'dist/test/web/index.js' : 'dist/test/host/index.js'),
    extensionTestsEnv: { LOSS_DOCTOR_LOCALE: values.locale },
    launchArgs: [
      workspace,
      `--user-data-dir=${join(temporary, 'user')}`,
      `--extensions-dir=${join(temporary, 'extensions')}`,
      ...(values.web ? ['--extensionDevelopmentKind=web'] : []),
      ...(values.locale ? [`--locale=${values.locale}`] : []),
    ],
  });
}

main()
  .catch((error: Error) => {
    console.error(error.message);
    return 1;
  })
  .finally(() => rmSync(temporary, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }))
  .then((code) => process.exit(code));
