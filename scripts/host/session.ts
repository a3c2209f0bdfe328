import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from './browser.mjs';
import { startServer, type Server } from './server.mjs';
import { find, openWindow, windowUrl } from './window.mjs';

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
export async function run(page: Page, title: string): Promise<void> {
  const row = page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first();
  for (let attempt = 0; ; attempt++) {
    try {
      await page.keyboard.press('F1');
      await page.locator('.quick-input-widget input').first().fill(`>${title}`, { timeout: 3000 });
      await row.waitFor({ timeout: 3000 });
      return await row.click();
    } catch (error) {
      if (attempt === 10) throw error;
      await page.keyboard.press('Escape');
    }
  }
}

/** Opens a file of the folder by its name. */
export async function open(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Control+P');
  await page.locator('.quick-input-widget input').first().fill(name);
  await page.locator('.quick-input-list .monaco-list-row', { hasText: name.split('/').at(-1)! }).first().click();
  await page.locator('.tab.active', { hasText: name.split('/').at(-1)! }).first().waitFor();
}

/** The text of the first visible element with this selector, in the window or a webview of it. */
export async function textOf(page: Page, selector: string, limit?: number): Promise<string> {
  return (await find(page, selector, limit)).innerText();
}
