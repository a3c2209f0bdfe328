#!/usr/bin/env node
// A VS Code for machines without one. It takes the flags of the `code` program that @vscode/test-electron uses, runs
// the VS Code server from npm with a headless Chromium as its window, and exits as VS Code would: 0 when the test
// program passed, 1 when it failed.
import { existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { launchBrowser } from './browser.mjs';
import { memoryUrl, useBrowserHost } from './browser-host.mjs';
import { startServer } from './server.mjs';
import { openWindow, windowActions, windowUrl } from './window.mjs';

const { values, positionals } = parseArgs({
  strict: false, // desktop flags that mean nothing here are ignored
  allowPositionals: true,
  options: {
    extensionDevelopmentPath: { type: 'string' },
    extensionTestsPath: { type: 'string' },
    extensionDevelopmentKind: { type: 'string' },
    locale: { type: 'string' },
    'extensions-dir': { type: 'string' },
    'user-data-dir': { type: 'string' },
  },
});

/** Minutes until a test run counts as hanging. */
const limit = Number(process.env.LOSS_DOCTOR_HOST_MINUTES ?? 10) * 60_000;

const paths = positionals.map((path) => resolve(path)).filter((path) => existsSync(path));
const folder = paths.find((path) => statSync(path).isDirectory());
const file = paths.find((path) => statSync(path).isFile());
const tests = values.extensionTestsPath;

async function run() {
  const cleaners = [];
  const clean = async () => {
    for (const cleaner of cleaners.splice(0).reverse()) await cleaner();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => clean().finally(() => process.exit(130)));
  try {
    const browser = await launchBrowser();
    cleaners.push(() => browser.close());
    const control = await startControl();
    cleaners.push(() => control.close());
    process.env.LOSS_DOCTOR_WINDOW = control.url; // the extension host inherits it
    const settings = JSON.parse(process.env.LOSS_DOCTOR_SETTINGS ?? '{}');
    const server = await startServer({ settings, locale: values.locale, temporary: true });
    cleaners.push(() => server.stop());

    const extension = values.extensionDevelopmentPath;
    const [width, height] = (process.env.LOSS_DOCTOR_SIZE ?? '1280x800').split('x').map(Number);
    const light = process.env.LOSS_DOCTOR_THEME === 'light';
    const context = await browser.newContext({ viewport: { width, height }, colorScheme: light ? 'light' : 'dark' });
    let url = windowUrl(server.authority, { folder, file, extension, tests });
    if (values.extensionDevelopmentKind === 'web') {
      await useBrowserHost(context, { authority: server.authority, extension, tests, answer: control.answer });
      url = memoryUrl(server.authority);
    }
    const { page, finished } = await openWindow(context, url, print);
    control.attach(page);
    const lost = [
      server.exited.then((printed) => `The VS Code server ended:\n${printed}`),
      new Promise((ended) => browser.once('disconnected', () => ended('The browser ended.'))),
      new Promise((late) => {
        setTimeout(() => late(`The test program did not end within ${limit / 60_000} minutes.`), limit).unref();
      }),
    ];
    const outcome = await Promise.race([finished, ...lost]);
    if (typeof outcome === 'number') return outcome;
    const picture = join(tmpdir(), 'loss-doctor-window.png');
    await page.screenshot({ path: picture, timeout: 10_000 }).then(
      () => console.error(`The window as it was then: ${picture}`),
      () => {}, // it is gone
    );
    return fail(outcome);
  } catch (error) {
    return fail(error.stack);
  } finally {
    await clean();
  }
}

function fail(reason) {
  console.error(reason);
  return 1;
}

/** Native modules that are not compiled, and an extension gallery that is not there: true, and of no interest. */
const noise = [
  /Could not locate the bindings file/,
  /Cannot find module '.\/build\/Release/,
  /open-vsx\.org/,
  /\bsocket\b|connection token|reconnection|\[remote-connection\]/,
  /authentication provider 'github'|WebSocket close|An unknown error occurred|workbench contribution/,
  /\[Service Worker\]|\[AgentHost|\[AccountPolicyGate\]|builtin extensions cache/,
];

/** The console of the extension host, which is where the test program prints. */
function print(type, values) {
  if (noise.some((pattern) => pattern.test(values.join(' ')))) return;
  console[type === 'error' ? 'error' : type === 'warn' ? 'warn' : 'log'](...values);
}

/**
 * A local server through which the suites reach the window they run in: `POST /<action>` with JSON. The browser's extension
 * host, which has no environment to learn the address from, is given the same answers elsewhere.
 */
async function startControl() {
  let actions = {};
  const answer = async (name, values) => {
    try {
      const action = actions[name];
      if (!action) throw new Error(`The window knows no ${name}.`);
      return { status: 200, body: JSON.stringify((await action(JSON.parse(values || '{}'))) ?? null) };
    } catch (error) {
      return { status: 500, body: String(error.message) };
    }
  };
  const server = createServer(async (request, response) => {
    let values = '';
    for await (const chunk of request) values += chunk;
    const { status, body } = await answer(request.url.slice(1), values);
    response.writeHead(status).end(body);
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    answer,
    attach: (page) => (actions = windowActions(page)),
    close: () => new Promise((closed) => server.close(closed)),
  };
}

if (!tests) {
  console.error('Usage: code.mjs --extensionTestsPath=FILE --extensionDevelopmentPath=FOLDER [--locale LANGUAGE] [FOLDER] [FILE]');
  process.exit(2);
}
process.exitCode = await run();
