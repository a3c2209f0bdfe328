/** Pictures of the page in every theme and width, into test/output/screens: `npx tsx test/webview/screenshots.ts [filter]`. */
import { mkdirSync } from 'node:fs';
import { launch, open } from './harness';
import { adamAt, curveRun, curvesOf, seedJob } from './jobs';
import { themes, type ThemeName } from './themes';

const folder = 'test/output/screens';
const filter = process.argv[2] ?? '';
mkdirSync(folder, { recursive: true });

async function main(): Promise<void> {
  const browser = await launch();
  for (const theme of Object.keys(themes) as ThemeName[]) {
    for (const width of [400, 800, 1400]) {
      const name = `${theme}-${width}`;
      if (!name.includes(filter)) continue;
      const webview = await open(browser, { theme, width });
      await webview.send(seedJob());
      const offer = await webview.posted('offer', () => true).catch(() => undefined);
      if (offer?.remedy.kind === 'adam') {
        await webview.send({ type: 'trialReady', jobId: 'seed', ...adamAt(offer.id, offer.remedy.value!) });
      }
      await webview.posted('verdict', ({ candidate }) => candidate === (offer?.id ?? 'clip'));
      await webview.page.getByRole('button', { name: 'Show the loss around the start' }).click();
      await webview.page.getByRole('button', { name: 'Map the learning rates' }).click();
      await webview.page.getByText('Map again').waitFor();
      await webview.page.waitForTimeout(300);
      await webview.page.screenshot({ path: `${folder}/rerun-${name}.png`, fullPage: true });
      await webview.send(curvesOf(curveRun('first', 'train.log, run 1', 60), curveRun('second', 'train.log, run 2', 38, true, 1.6)));
      await webview.page.waitForTimeout(300);
      await webview.page.screenshot({ path: `${folder}/curves-${name}.png`, fullPage: true });
      if (webview.complaints.length > 0) console.log(name, webview.complaints);
      await webview.close();
    }
  }
  await browser.close();
}

void main();
