// One window of VS Code in a headless browser, with an extension under development in it.
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * The address that opens a folder with an extension under development, and with a test program to run in it.
 * @param {string} authority host and port of the server
 * @param {{ folder?: string, file?: string, extension?: string, tests?: string }} options absolute paths
 */
export function windowUrl(authority, { folder, file, extension, tests }) {
  const remote = (path) => `vscode-remote://${authority}${encodeURI(path)}`;
  const payload = [
    ['skipWelcome', 'true'],
    ['skipReleaseNotes', 'true'],
  ];
  if (extension) payload.push(['extensionDevelopmentPath', remote(extension)]);
  if (tests) payload.push(['extensionTestsPath', remote(tests)]);
  if (file) payload.push(['openFile', remote(file)]);
  const query = [`payload=${encodeURIComponent(JSON.stringify(payload))}`];
  query.unshift(folder ? `folder=${encodeURIComponent(folder)}` : 'ew=true');
  return `http://${authority}/?${query.join('&')}`;
}

/**
 * Opens the window and waits until its workbench is there.
 * @param {import('playwright-core').BrowserContext} context
 * @param {string} url from `windowUrl`
 * @param {(type: string, values: unknown[]) => void} log the console of the extension host
 * @returns the page, and the promise of the exit code of the test program (0: all passed)
 */
export async function openWindow(context, url, log) {
  const page = await context.newPage();
  let finish;
  const finished = new Promise((resolve) => (finish = resolve));
  // VS Code calls these two where a desktop VS Code would print and exit.
  await page.exposeFunction('codeAutomationLog', (type, values) => log(type, values));
  await page.exposeFunction('codeAutomationExit', (code) => finish(code));
  page.on('crash', () => finish(70));
  await page.goto(url);
  await page.locator('.monaco-workbench').waitFor({ timeout: 120_000 });
  return { page, finished };
}

/**
 * What a suite inside the window can ask of the window: pictures, keys and clicks, where the extension API has none.
 * @param {import('playwright-core').Page} page
 */
export const windowActions = (page) => ({
  /** Saves a picture as PNG. */
  screenshot: async ({ path }) => void (await page.screenshot({ path })),
  /** Presses a key such as `Control+Z`. */
  press: async ({ key }) => page.keyboard.press(key),
  type: async ({ text }) => page.keyboard.type(text),
  /** Clicks the element with this selector, inside a webview too; `limit` as for `find`. */
  click: async ({ selector, limit }) => click(page, selector, limit),
  /** Rests the mouse on the element with this selector, inside a webview too. */
  hover: async ({ selector }) => use(page, selector, (element) => element.hover(brief)),
  /** The text of the element with this selector, inside a webview too; `limit` as for `find`. */
  text: async ({ selector, limit }) => textOf(page, selector, limit),
});

/** An element that is replaced while it is used is looked for again, rather than waited for. */
const brief = { timeout: 3000 };

/**
 * Finds a visible element in the window or in any webview of it.
 * @throws Error if there is none within the limit (ms)
 */
export function find(page, selector, limit) {
  return use(page, selector, async (element) => element, limit);
}

/** Clicks an element of the window or of any webview of it. */
export function click(page, selector, limit) {
  return use(page, selector, (element) => element.click(brief), limit);
}

/** The text of an element of the window or of any webview of it. */
export function textOf(page, selector, limit) {
  return use(page, selector, (element) => element.innerText(), limit);
}

/**
 * Finds a visible element and does something with it; again, if the element is replaced meanwhile.
 * @template T
 * @param {import('playwright-core').Page} page
 * @param {string} selector
 * @param {(element: import('playwright-core').ElementHandle<HTMLElement>) => Promise<T>} work
 * @returns {Promise<T>}
 */
async function use(page, selector, work, limit = 30_000) {
  const deadline = Date.now() + limit;
  let reason = '';
  while (Date.now() < deadline) {
    for (const frame of page.frames()) {
      try {
        const element = await frame.$(selector);
        if (element && (await element.isVisible())) return await work(element);
      } catch (error) {
        reason = ` ${error.message}`; // the frame or the element may be on its way out
      }
    }
    await sleep(100);
  }
  throw new Error(`Nothing matches ${selector} in the window after ${limit / 1000} s.${reason}`);
}
