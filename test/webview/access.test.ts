import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import { pages, type Webview } from './harness';
import { curveRun, curvesOf, seedJob } from './jobs';
import { themes, type ThemeName } from './themes';

const axe = readFileSync(createRequire(`${process.cwd()}/`).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds, as one line each. It is not to fetch the style sheets again: the policy forbids that. */
async function violations({ page }: Webview): Promise<string[]> {
  await page.evaluate(axe);
  const { violations: found } = await page.evaluate<AxeResults>('axe.run({ preload: false })');
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ html, any }) => `${id}: ${html.slice(0, 160)} ${any.map(({ message }) => message).join('; ')}`),
  );
}

/** Pixels by which the page is wider than its panel. */
async function overflow({ page }: Webview): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}

describe('the page for everyone', function () {
  this.timeout(60_000);
  const start = pages();

  for (const theme of Object.keys(themes) as ThemeName[]) {
    it(`leaves axe-core nothing to find: ${theme}`, async () => {
      const webview = await start({ theme, width: 1200 });
      await webview.send(seedJob());
      await webview.posted('done');
      for (const summary of await webview.page.getByText('Values as a table').all()) await summary.click();
      await webview.send({ type: 'stale', jobId: 'seed' });
      await webview.page.getByRole('alert').waitFor();
      assert.deepEqual(await violations(webview), []);
      await webview.send(curvesOf(curveRun('first', 'run 1', 30), curveRun('second', 'run 2', 20, true)));
      await webview.page.locator('main.curves').waitFor();
      assert.deepEqual(await violations(webview), []);
      await webview.send({ type: 'showRefusal', reason: { id: 'rerun.fit-lost' }, line: 3, script: { id: 'a', name: 'a.py' } });
      await webview.page.locator('main.refusal').waitFor();
      assert.deepEqual(await violations(webview), []);
    });
  }

  it('leaves axe-core nothing to find in the landscape and the map, and both fit a narrow panel', async () => {
    const webview = await start({ theme: 'light', width: 320 });
    const { page } = webview;
    await webview.send(seedJob());
    await webview.posted('done');
    await page.getByRole('button', { name: 'Show the loss around the start' }).click();
    await page.getByRole('button', { name: 'Map the learning rates' }).click();
    await page.getByRole('button', { name: 'Map again' }).waitFor();
    await page.locator('.inputs').waitFor();
    assert.deepEqual(await violations(webview), []);
    assert.equal(await overflow(webview), 0);
  });

  it('is worked by keyboard alone', async () => {
    const webview = await start();
    const { page } = webview;
    await webview.send(seedJob());
    await webview.posted('done');
    const reached: string[] = [];
    for (let presses = 0; presses < 60; presses++) {
      await page.keyboard.press('Tab');
      const name: string = await page.evaluate(
        `(document.activeElement.getAttribute('aria-label') ?? document.activeElement.innerText ?? '').slice(0, 60)`,
      );
      if (reached.includes(name) && name === reached[0]) break;
      reached.push(name);
      if (name.startsWith('Apply to train.py: SGD')) break;
    }
    for (const wanted of ['Copy report', 'Log', 'Linear', 'Unfixed script', 'Export CSV', 'Apply to train.py: SGD']) {
      assert.ok(reached.some((name) => name.startsWith(wanted)), `${wanted} in ${reached.join(' | ')}`);
    }
    await page.keyboard.press('Enter');
    assert.equal((await webview.posted('apply')).candidate, 'learning-rate');
  });

  it('switches a curve off and on in the legend', async () => {
    const webview = await start();
    const { page } = webview;
    await webview.send(seedJob());
    await webview.posted('done');
    const entry = page.locator('section.curves-of-fixes .legend-entry').filter({ hasText: 'Adam' });
    assert.equal(await entry.getAttribute('aria-pressed'), 'true');
    await entry.click();
    // The page draws after the click, not within it.
    await entry.and(page.locator('[aria-pressed=false]')).waitFor();
    const slider = page.locator('section.curves-of-fixes [role=slider]');
    await slider.focus();
    await slider.press('End');
    assert.doesNotMatch((await slider.getAttribute('aria-valuetext'))!, /Adam/);
  });

  it('redraws in the colours of a new theme', async () => {
    const webview = await start({ theme: 'dark' });
    const { page } = webview;
    await webview.send(seedJob());
    await webview.posted('done');
    const red = themes.light.variables['charts-red'];
    const strokes = () => page.locator('section.curves-of-log .plot').screenshot();
    const dark = await strokes();
    await webview.theme('light');
    await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
    const light = await strokes();
    assert.notDeepEqual(light, dark);
    await page.getByRole('button', { name: 'Export SVG' }).first().click();
    const { content } = await webview.posted('save');
    assert.ok(typeof content === 'string' && content.includes(`stroke="${red}"`) && content.includes('fill="#ffffff"'));
  });

  it('exports a PNG', async () => {
    const webview = await start();
    await webview.send(curvesOf(curveRun('first', 'run 1', 30)));
    await webview.page.getByRole('button', { name: 'Export PNG' }).click();
    const { content, name } = await webview.posted('save');
    assert.equal(name, 'curves.png');
    assert.ok(content instanceof Uint8Array && content.length > 5_000);
    assert.deepEqual([...content.slice(0, 4)], [0x89, 0x50, 0x4e, 0x47]);
  });

  it('moves nothing for those who asked for calm', async () => {
    const webview = await start({ reducedMotion: true });
    await webview.send(seedJob());
    await webview.page.locator('article').first().waitFor();
    const moving: number = await webview.page.evaluate('document.getAnimations().length');
    assert.equal(moving, 0);
  });

  it('fits a narrow panel without scrolling sideways', async () => {
    const webview = await start({ width: 320 });
    await webview.send(seedJob());
    await webview.posted('done');
    assert.equal(await overflow(webview), 0);
  });
});
