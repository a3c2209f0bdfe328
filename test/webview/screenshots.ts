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

const widths = [400, 800, 1400];

async function main(): Promise<void> {
  const browser = await launch();
  for (const [scene, { play, worker }] of Object.entries(scenes)) {
    for (const [language, bundle] of Object.entries(languages)) {
      const pictures = (Object.keys(themes) as ThemeName[])
        .flatMap((theme) => widths.map((width) => ({ theme, width, name: `${scene}-${theme}-${width}-${language}` })))
        .filter(({ name }) => filters.every((filter) => filter.test(name)));
      if (pictures.length === 0) continue;
      const webview = await open(browser, { theme: 'dark', width: 800, ...(worker !== undefined && { worker }) });
      await play(webview, bundle).catch((error: unknown) => console.error(scene, language, error));
      for (const { theme, width, name } of pictures) {
        await webview.page.setViewportSize({ width, height: 900 });
        await webview.theme(theme);
        await webview.page.waitForTimeout(200);
        await webview.page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
      }
      if (webview.complaints.length > 0) console.error(scene, language, webview.complaints);
      await webview.close();
    }
  }
  await browser.close();
}

void main();
