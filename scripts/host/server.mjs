// The VS Code server from npm as a child process.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { host, installHost } from './install.mjs';

const startLimit = 60_000;

/**
 * Starts the server on a free port, with settings of its own in a temporary folder.
 * @param {object} options
 * @param {Record<string, unknown>} [options.settings] user settings
 * @param {string} [options.locale] display language, as in `zh-cn`
 * @param {(line: string) => void} [options.log] receives what the server prints
 * @returns {Promise<{ authority: string, exited: Promise<unknown>, stop(): Promise<void> }>}
 * @throws Error if the server ends or is silent instead of listening
 */
export async function startServer({ settings = {}, locale = 'en', log = () => {} } = {}) {
  await installHost();
  const data = mkdtempSync(join(tmpdir(), 'loss-doctor-code-'));
  writeUserData(join(data, 'user'), settings, locale);
  const child = spawn(
    host.node,
    [
      host.server,
      ...['--host', '127.0.0.1', '--port', '0', '--without-connection-token', '--accept-server-license-terms'],
      ...['--disable-telemetry', '--disable-workspace-trust', '--enable-remote-auto-shutdown'],
      // Without this one a built VS Code ignores the extension and the tests named in the page's address.
      '--enable-smoke-test-driver',
      ...['--server-data-dir', join(data, 'server'), '--user-data-dir', join(data, 'user')],
      ...['--extensions-dir', join(data, 'extensions')],
      ...(locale === 'en' ? [] : ['--locale', locale]),
    ],
    // A group of its own, so that its extension hosts and terminals end with it.
    { detached: true, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const exited = once(child, 'close');
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

  try {
    const port = await listeningPort(child, exited, log);
    return { authority: `localhost:${port}`, exited, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function listeningPort(child, exited, log) {
  let printed = '';
  const port = new Promise((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        log(text);
        printed += text;
        const listening = /listening on (\d+)/.exec(printed);
        if (listening) resolve(listening[1]);
      });
    }
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), startLimit);
  const ended = exited.then(() => {
    throw new Error(`The VS Code server did not start:\n${printed}`);
  });
  try {
    return await Promise.race([port, ended]);
  } finally {
    clearTimeout(timer);
    ended.catch(() => {}); // ends as it should later
  }
}

/** Settings, and for a language other than English the near-empty language pack that makes VS Code switch to it. */
function writeUserData(folder, settings, locale) {
  mkdirSync(join(folder, 'User'), { recursive: true });
  writeFileSync(join(folder, 'User/settings.json'), JSON.stringify({ ...quietSettings, ...settings }));
  if (locale === 'en') return;
  const translations = join(folder, `translations.${locale}.json`);
  writeFileSync(translations, JSON.stringify({ '': [''], version: '1.0.0', contents: {} }));
  const pack = { hash: locale, label: locale, extensions: [], translations: { vscode: translations } };
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
