/**
 * Pictures of every state of the page, in every theme, width and language, into test/output/screens:
 * `npx tsx test/webview/screenshots.ts [part of a name such as confirmed-dark-400-en …]`.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { launch, open } from './harness';
import { scenes } from './scenes';
import { themes, type ThemeName } from './themes';

const folder = 'test/output/screens';
const filters = process.argv.slice(2).map((filter) => new RegExp(filter));
const languages = { en: undefined, zh: JSON.parse(readFileSync('l10n/bundle.l10n.zh-cn.json', 'utf8')) as Record<string, string> };
mkdirSync(folder, { recursive: true });

async function main(): Promise<void> {
  const browser = await launch();
  for (const [scene, { play, worker }] of Object.entries(scenes)) {
    for (const theme of Object.keys(themes) as ThemeName[]) {
      for (const width of [400, 800, 1400]) {
        for (const [language, bundle] of Object.entries(languages)) {
          const name = `${scene}-${theme}-${width}-${language}`;
          if (!filters.every((filter) => filter.test(name))) continue;
          const webview = await open(browser, { theme, width, ...(worker !== undefined && { worker }) });
          await play(webview, bundle).catch((error: unknown) => console.error(name, error));
          await webview.page.waitForTimeout(200);
          await webview.page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
          if (webview.complaints.length > 0) console.error(name, webview.complaints);
          await webview.close();
        }
      }
    }
  }
  await browser.close();
}

void main();
