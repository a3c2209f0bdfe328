/**
 * `npm run first-minute`: packs the extension, installs it into a fresh VS Code with nothing open, and walks the
 * walkthrough as a new user does. A picture of each step goes to test/output/first-minute/; fails if a step does not get
 * where it should, or all of them together take more than a minute.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { run, Session } from './host/session';
import { find, textOf } from './host/window.mjs';
import { manifest, pack } from './vsix.mjs';

const { values } = parseArgs({
  options: { out: { type: 'string', default: 'test/output/first-minute' }, locale: { type: 'string', default: 'en' } },
});
const folder = resolve(values.out);

/** Text of our manifest in the language of the window. */
const nls = JSON.parse(readFileSync(values.locale === 'zh-cn' ? 'package.nls.zh-cn.json' : 'package.nls.json', 'utf8')) as Readonly<Record<string, string>>;

async function main(): Promise<void> {
  const temporary = mkdtempSync(join(tmpdir(), 'loss-doctor-'));
  const vsix = join(temporary, `${manifest.name}.vsix`);
  mkdirSync(folder, { recursive: true });
  execFileSync(process.execPath, ['scripts/build.mjs', '--production']);
  await pack(vsix);
  const session = await Session.start({ vsix, locale: values.locale });
  try {
    const seconds = await walk(session.page);
    console.log(`Walked in ${seconds.toFixed(1)} s, pictures in ${folder}`);
    assert.ok(seconds < 60, 'longer than a minute');
  } catch (error) {
    await session.page.screenshot({ path: join(folder, 'failed.png') });
    throw error;
  } finally {
    await session.end();
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** From the open walkthrough to the last step done, in seconds. */
async function walk(page: Page): Promise<number> {
  await run(page, nls['command.getStarted']!);
  await page.locator('.gettingStartedContainer .step-list-container').waitFor();
  const picture = (name: string): Promise<unknown> => page.screenshot({ path: join(folder, `${name}.png`) });
  await find(page, 'svg > text'); // the first step's picture
  const started = Date.now();
  await picture('0-walkthrough');

  await step(page, 'open');
  await page.locator('.tab', { hasText: 'train.log' }).waitFor();
  await page.locator('.squiggly-error').first().waitFor();
  await picture('1-open');

  await step(page, 'read');
  assert.match(await textOf(page, '.monaco-hover:not(.hidden) .hover-contents'), /288\.5/);
  await picture('2-read');

  await step(page, 'fix');
  const fix = page.locator('.action-widget .monaco-list-row', { hasText: '0.0034' }).first();
  await fix.waitFor();
  await picture('3-fix');
  await fix.click();
  await page.locator('.view-line', { hasText: 'learning_rate=0.0034' }).first().waitFor();
  await picture('3-fixed');

  await step(page, 'confirm');
  await find(page, '.outcome-icon.confirmed', 50_000);
  await page.locator('.gettingStartedContainer .step-list-container .codicon-getting-started-step-checked.complete').nth(3).waitFor();
  const seconds = (Date.now() - started) / 1000;
  await picture('4-confirm');
  return seconds;
}

/** Opens a step of the walkthrough and presses its button. */
async function step(page: Page, name: string): Promise<void> {
  const title = nls[`walkthrough.${name}.title`]!;
  const container = page.locator('.getting-started-step', { hasText: title }).first();
  if (!(await container.getAttribute('class'))?.includes('expanded')) await container.locator('.step-title').click();
  await container.locator('.monaco-button').first().click();
}

void main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
