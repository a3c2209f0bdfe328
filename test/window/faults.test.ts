import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { open, run, Session } from '../../scripts/host/session';
import { click, find } from '../../scripts/host/window.mjs';
import { pack } from '../../scripts/vsix.mjs';

/** Milliseconds for anything to happen; an extension host takes seconds to start. */
const limit = 60_000;

/** What goes wrong around the extension: afterwards nothing is lost, and no warning stands that is no longer true. */
describe('a whole VS Code', function () {
  this.timeout(4 * limit);

  const temporary = mkdtempSync(join(tmpdir(), 'loss-doctor-'));
  const folder = join(temporary, 'exploding');
  let session: Session;
  let page: Page;

  before(async function () {
    if (process.platform !== 'linux' || process.arch !== 'x64') this.skip(); // where the VS Code from npm runs
    cpSync('samples/exploding', folder, { recursive: true });
    const vsix = join(temporary, 'loss-doctor.vsix');
    await pack(vsix);
    session = await Session.start({ folder, vsix });
    ({ page } = session);
  });

  after(async () => {
    await session?.end();
    rmSync(temporary, { recursive: true, force: true });
  });

  beforeEach(async () => {
    for (const file of ['train.py', 'train.log']) cpSync(join('samples/exploding', file), join(folder, file));
    await open(page, 'train.log');
    await warned(page);
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') {
      await page.screenshot({ path: `test/output/fault-${this.currentTest.title.replaceAll(/\W+/g, '-')}.png` });
    }
    await run(page, 'View: Close All Editors');
    await until('no problem without a document', () => problems(page), (counts) => counts.startsWith('0 0'));
  });

  it('warns again, and once, after its extension host was killed', async () => {
    const [host] = extensionHosts(session.server.pid);
    assert.ok(host !== undefined);
    process.kill(host, 'SIGKILL');
    await until('another extension host', () => extensionHosts(session.server.pid), (hosts) => hosts.length === 1 && hosts[0] !== host);
    await warned(page);
  });

  it('keeps the verdicts when the page is reloaded, and when it is moved', async () => {
    await rerun();
    const before = await find(page, '#app');
    await run(page, 'Developer: Reload Webviews');
    await until('the page to be another', () => before.isVisible().catch(() => false), (shown) => !shown);
    await confirmed();
    await run(page, 'View: Move Editor into Previous Group');
    await confirmed();
  });

  it('goes on with a rerun when the window is reloaded', async () => {
    await run(page, 'Loss Doctor: Rerun to confirm');
    await find(page, '#app h1', limit);
    const loaded = page.waitForEvent('domcontentloaded');
    await run(page, 'Developer: Reload Window');
    await loaded;
    await page.locator('.monaco-workbench').waitFor({ timeout: limit });
    await confirmed();
    await warned(page);
  });

  it('forgets a log that is deleted under it', async () => {
    rmSync(join(folder, 'train.log'));
    await page.locator('.tab .monaco-icon-label.strikethrough', { hasText: 'train.log' }).waitFor({ timeout: limit });
    await run(page, 'View: Close Editor');
    await until('no problem', () => problems(page), (counts) => counts.startsWith('0 0'));
  });

  it('says so when a report cannot be saved because the disk is full, and keeps it', async () => {
    const full = join(folder, 'full.md');
    symlinkSync('/dev/full', full);
    await rerun();
    await click(page, '#app button:has-text("Save report")', limit);
    const dialog = page.locator('.quick-input-widget');
    const name = dialog.locator('input').first();
    await until('a name to be proposed', () => name.inputValue(), (value) => value.endsWith('.md'));
    await dialog.locator('.monaco-list-row', { hasText: 'full.md' }).waitFor({ timeout: limit }); // Enter counts once the folder is listed
    await name.fill(full);
    await name.press('Enter');
    await dialog.getByText('already exists').waitFor({ timeout: limit });
    await name.press('Enter');
    await dialog.waitFor({ state: 'hidden', timeout: limit }); // or it would close the palette in its place
    await run(page, 'Notifications: Show Notifications'); // a toast goes by itself
    await page.locator('.notifications-center', { hasText: /could not be saved.*ENOSPC/ }).waitFor({ timeout: limit });
    await confirmed();
    await run(page, 'Notifications: Clear All Notifications');
    rmSync(full);
  });

  it('tells the same in two windows, and sees in one what was repaired in the other', async () => {
    const other = await session.another();
    await open(other, 'train.log');
    await warned(other);
    await rerun();
    await click(page, '#app button:has-text("Apply")', limit);
    await find(page, '#app :text("Applied")', limit);
    await run(page, 'File: Save All Files');
    const script = (): string => readFileSync(join(folder, 'train.py'), 'utf8');
    await until('the fix on the disk', script, (text) => text.includes('learning_rate=0.0034'));
    for (const window of [page, other]) await until('one problem: the log', () => problems(window), (counts) => counts.startsWith('1 0'));
    await other.context().close();
  });

  async function rerun(): Promise<void> {
    await run(page, 'Loss Doctor: Rerun to confirm');
    await confirmed();
  }

  async function confirmed(): Promise<void> {
    // The heading is said when everything has its verdict. One selector for both: the page may be replaced between two looks.
    await find(page, '#app:has(h1:has-text("Confirmed")):has-text("20 of 20 starts")', limit);
  }
});

/** Errors on the log and on the script, and the information that belongs to them: each once. */
async function warned(page: Page): Promise<void> {
  await until('two errors', () => problems(page), (counts) => counts.startsWith('2 0'));
}

/** Errors, warnings and informations, as the status bar counts them. */
async function problems(page: Page): Promise<string> {
  const shown = await page.locator('#status\\.problems').innerText({ timeout: limit });
  return shown.match(/\d+/g)?.join(' ') ?? '';
}

async function until<T>(what: string, look: () => T | Promise<T>, enough: (value: T) => boolean): Promise<void> {
  const deadline = Date.now() + limit;
  let value = await look();
  while (!enough(value)) {
    if (Date.now() > deadline) throw new Error(`waited ${limit / 1000} s for ${what}, there is ${JSON.stringify(value)}`);
    await sleep(100);
    value = await look();
  }
}

/** Processes below the server's that are extension hosts. */
function extensionHosts(server: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    const stat = `/proc/${name}/stat`;
    if (!/^\d+$/.test(name) || !existsSync(stat)) continue;
    const parent = /\) \S (\d+)/.exec(readIfThere(stat))?.[1];
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  const below = (pid: number | undefined): boolean => pid !== undefined && (pid === server || below(parents.get(pid)));
  return [...parents.keys()].filter((pid) => below(pid) && readIfThere(`/proc/${pid}/cmdline`).includes('--type=extensionHost'));
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // the process has ended meanwhile
  }
}
