import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from './browser.mjs';
import { startServer, type Server } from './server.mjs';
import { openWindow, windowUrl } from './window.mjs';

export interface SessionOptions {
  /** The open folder; without it nothing is open. */
  readonly folder?: string;
  /** The extension: a folder to develop in, or a package to install. */
  readonly extension?: string;
  readonly vsix?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly locale?: string;
}

/** A whole VS Code used from outside, as a person does: by the command palette, clicks and what is to be seen. */
export class Session {
  private constructor(
    readonly browser: Browser,
    readonly server: Server,
    readonly url: string,
    /** The first window. */
    readonly page: Page,
  ) {}

  static async start({ folder, extension, ...options }: SessionOptions): Promise<Session> {
    const browser = await launchBrowser();
    const server = await startServer({ ...options, temporary: true });
    const url = windowUrl(server.authority, { folder, extension });
    return new Session(browser, server, url, await windowOf(browser, url));
  }

  /** Another window on the same folder. */
  another(): Promise<Page> {
    return windowOf(this.browser, this.url);
  }

  async end(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
  }
}

async function windowOf(browser: Browser, url: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: 'dark' });
  return (await openWindow(context, url, () => undefined)).page;
}

/** Runs a command by its title, as the palette shows it; it may not be there yet while extensions start. */
export function run(page: Page, title: string): Promise<void> {
  return pick(page, 'F1', `>${title}`, title);
}

/** Opens a file of the folder by its name. */
export async function open(page: Page, path: string): Promise<void> {
  const name = path.split('/').at(-1)!;
  await pick(page, 'Control+P', path, name);
  await page.locator('.tab.active', { hasText: name }).first().waitFor();
}

/** Types into the box that a key opens, and takes the first row with this text. A new window may not know its keys yet. */
async function pick(page: Page, key: string, typed: string, wanted: string): Promise<void> {
  const row = page.locator('.quick-input-list .monaco-list-row', { hasText: wanted }).first();
  for (let attempt = 0; ; attempt++) {
    try {
      await page.keyboard.press(key);
      await page.locator('.quick-input-widget input').first().fill(typed, { timeout: 3000 });
      await row.waitFor({ timeout: 3000 });
      return await row.click({ timeout: 3000 });
    } catch (error) {
      if (attempt === 10) throw error;
      await page.keyboard.press('Escape');
    }
  }
}
