/** The built page in a real Chromium, under the policy of a VS Code webview, with a host made of a few functions. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../../scripts/host/browser.mjs';
// @ts-expect-error a plain script without types
import { pageBundle } from '../../scripts/bundle-page.mjs';
import { encode, readFromPage, type FromPage, type ToPage } from '../../src/webview/protocol';
import { themes, type ThemeName } from './themes';

const output = 'test/output/webview';
/** As in a webview, the page and its files come from two origins. */
const pageOrigin = 'https://webview.test';
const fileOrigin = 'https://files.test';
const nonce = 'bm9uY2U';
const policy = [
  "default-src 'none'",
  `script-src 'nonce-${nonce}' 'wasm-unsafe-eval'`,
  `style-src ${fileOrigin}`,
  `img-src ${fileOrigin} data:`,
  'worker-src blob:',
].join('; ');

const html = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Loss Doctor</title>
<link rel="stylesheet" href="${fileOrigin}/webview.css">
</head>
<body><div id="app"></div><script nonce="${nonce}" src="${fileOrigin}/webview.js"></script></body>
</html>`;

let building: Promise<string> | undefined;

/** Bundles the page once per test run; gives the script that stands in for VS Code's. */
function build(): Promise<string> {
  building ??= (async () => {
    await esbuild.build(pageBundle({ outdir: output }));
    const fake = await esbuild.build({
      entryPoints: ['test/webview/page/fake-host.ts'],
      bundle: true,
      write: false,
      format: 'iife',
    });
    return fake.outputFiles[0]!.text;
  })();
  return building;
}

export async function launch(): Promise<Browser> {
  await build();
  return launchBrowser();
}

/**
 * For a `describe`: one browser for all of its tests, and a function that opens a page. What a test opened is closed
 * after it, and must have had nothing to complain about.
 */
export function pages(): (options?: OpenOptions) => Promise<Webview> {
  let browser: Browser;
  const opened: Webview[] = [];
  before(async () => {
    browser = await launch();
  });
  after(() => browser.close());
  afterEach(async () => {
    for (const webview of opened.splice(0)) {
      const { complaints } = webview;
      await webview.close();
      assert.deepEqual(complaints, []);
    }
  });
  return async (options) => {
    const webview = await open(browser, options);
    opened.push(webview);
    return webview;
  };
}

export interface OpenOptions {
  readonly width?: number;
  readonly height?: number;
  readonly theme?: ThemeName;
  readonly reducedMotion?: boolean;
  /** Replaces the training worker, to make it fail as the test wants. */
  readonly worker?: string;
  /** Runs in the training worker before its own text. */
  readonly beforeWorker?: string;
}

/** A page that has said `ready`. */
export async function open(browser: Browser, options: OpenOptions = {}): Promise<Webview> {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1000, height: options.height ?? 900 },
    reducedMotion: options.reducedMotion ? 'reduce' : 'no-preference',
  });
  const page = await context.newPage();
  const webview = new Webview(page);
  await page.addInitScript({ content: await build() });
  if (options.worker !== undefined || options.beforeWorker !== undefined) {
    const text = options.worker === undefined ? '...parts' : JSON.stringify(options.worker);
    // The page makes its worker from a blob of text: the blob gets another text.
    await page.addInitScript(`{
      const { Blob: Original } = globalThis;
      globalThis.Blob = class extends Original {
        constructor(parts, settings) {
          super(settings?.type === 'text/javascript' ? [${JSON.stringify(options.beforeWorker ?? '')}, ${text}] : parts, settings);
        }
      };
    }`);
  }
  await page.route(`${fileOrigin}/*`, async (route) => {
    const name = new URL(route.request().url()).pathname;
    const contentType = name.endsWith('.css') ? 'text/css' : 'text/javascript';
    await route.fulfill({ body: await readFile(join(output, name)), contentType });
  });
  await page.route(`${pageOrigin}/*`, (route) => route.fulfill({ body: html, contentType: 'text/html' }));
  await webview.load(options.theme ?? 'dark');
  return webview;
}

export class Webview {
  /** Errors, refused resources and other complaints of the console. */
  readonly complaints: string[] = [];

  constructor(readonly page: Page) {
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text());
    });
  }

  async load(theme: ThemeName): Promise<void> {
    await this.page.goto(`${pageOrigin}/`);
    await this.theme(theme);
    await this.posted('ready');
  }

  async theme(name: ThemeName): Promise<void> {
    const { kind, variables } = themes[name];
    await this.page.evaluate(`fakeHost.theme(${JSON.stringify(kind)}, ${JSON.stringify(variables)})`);
  }

  /** Sends a message as the extension host would. */
  async send(message: ToPage): Promise<void> {
    await this.sendRaw(encode(message));
  }

  /** Sends anything. */
  async sendRaw(message: unknown): Promise<void> {
    await this.page.evaluate((json) => (globalThis as unknown as FakeWindow).fakeHost.deliver(json), packed(message));
  }

  /** Everything the page has posted so far that the host would take for a message. */
  async all(): Promise<FromPage[]> {
    const posted: string[] = await this.page.evaluate('fakeHost.posted');
    return posted.map((json) => {
      const message = readFromPage(JSON.parse(json, unpack));
      if (!message) throw new Error(`the host would not read ${json.slice(0, 500)}`);
      return message;
    });
  }

  /** Waits until the page has posted a message of this type; gives the first one that fits. */
  async posted<Type extends FromPage['type']>(
    type: Type,
    fits: (message: Extract<FromPage, { type: Type }>) => boolean = () => true,
  ): Promise<Extract<FromPage, { type: Type }>> {
    for (let waited = 0; ; waited += 25) {
      const all = await this.all();
      const found = all.find(
        (message): message is Extract<FromPage, { type: Type }> =>
          message.type === type && fits(message as Extract<FromPage, { type: Type }>),
      );
      if (found) return found;
      if (waited > 15_000) throw new Error(`no ${type}; posted: ${all.map((message) => message.type).join(', ')}`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}

interface FakeWindow {
  readonly fakeHost: { deliver(json: string): void };
}

/** A message as the page's `fakeHost` is given it: JSON, with typed arrays marked, which VS Code brings through. */
export function packed(message: unknown): string {
  return JSON.stringify(message, (_key, value: unknown) =>
    value instanceof Float64Array ? { $binary: 'Float64Array', values: [...value] } : value,
  );
}

function unpack(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('$binary' in value) || !('values' in value)) return value;
  return Uint8Array.from(value.values as number[]);
}

