import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LogDocument, looksLikeLog, readLog } from '../src/log';
import { logOf, type Layout } from './log-generator';
import { fastest, type Measurement } from './measurement';

const MEGABYTE = 1e6;
const cli = join(__dirname, '../dist/cli.js');

/** What most scripts do: every line, one regular expression. */
const readline = `
const lines = require('node:readline').createInterface({ input: require('node:fs').createReadStream(process.argv[1]) });
let sum = 0;
lines.on('line', (line) => { const match = /loss: ([\\d.]+)/.exec(line); if (match) sum += Number(match[1]); });
lines.on('close', () => console.log(sum));`;

export async function* measure(): AsyncGenerator<Measurement> {
  const folder = mkdtempSync(join(tmpdir(), 'loss-doctor-bench-'));
  try {
    for (const layout of ['keras2', 'keras3', 'keras3-lines'] as const) yield* fromTheShell(folder, layout);
    yield memoryOfAStream(folder);
    yield* memoryOfADocument(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
  yield* inADocument();
}

function* fromTheShell(folder: string, layout: Layout): Generator<Measurement> {
  const path = join(folder, `${layout}.log`);
  const file = openSync(path, 'w');
  for (const text of logOf(layout, 100 * MEGABYTE)) writeSync(file, text);
  closeSync(file);
  const size = `${layout}, ${(statSync(path).size / MEGABYTE).toFixed(0)} MB`;
  if (!existsSync(cli)) throw new Error('dist/cli.js is missing: run `npm run build` first');
  const check = process_([process.execPath, cli, 'check', path]);
  const limit = 'at most 1';
  for (const [name, command] of [
    ['rg -c loss', ['rg', '-c', 'loss', path]],
    ['wc -l', ['wc', '-l', path]],
    ['readline + regex', [process.execPath, '-e', readline, path]],
    ['node doing nothing', [process.execPath, '-e', '0']],
  ] as const) {
    const amount = process_(command);
    if (amount === undefined || check === undefined) continue;
    const value = { amount: check, unit: 'ms' as const };
    yield { task: `check ${size}`, value, baseline: { name, amount }, ...(name === 'rg -c loss' ? { limit } : {}) };
  }
}

/** Wall time of a whole process; undefined if there is no such program. */
function process_([program, ...args]: readonly string[]): number | undefined {
  let found = true;
  const time = fastest(5, () => {
    // A pipe, not /dev/null: ripgrep stops at its first match if nobody reads on.
    const { error } = spawnSync(program!, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    found &&= error === undefined;
  });
  return found ? time : undefined;
}

function* inADocument(): Generator<Measurement> {
  const line = '1/200 [..............................] - ETA: 2s - loss: 0.5000\n';
  const appended = (text: string): number => {
    const document = new LogDocument(text);
    return (fastest(5, () => {
      for (let count = 0; count < 20; count++) {
        document.replace(length, length, line);
        length += line.length;
        void document.runs;
      }
    }) * 1000) / 20;
  };
  let length = 0;
  const texts = [1, 100].map((megabytes) => [...logOf('keras2', megabytes * MEGABYTE)].join(''));
  const [small, large] = texts.map((text) => appended(text.slice(0, (length = text.length)))) as [number, number];
  yield {
    task: 'append a line to 100 MB',
    value: { amount: large, unit: 'µs' },
    baseline: { name: 'to 1 MB', amount: small },
    limit: 'below 1000 µs',
  };
  const text = texts[1]!;
  const whole = fastest(3, () => void readLog(text));
  const document = new LogDocument(text);
  const middle = text.indexOf('loss: ', text.length / 2) + 6;
  const edit = fastest(5, () => {
    document.replace(middle, middle + 1, '1');
    void document.runs;
  });
  yield { task: 'edit in the middle of 100 MB', value: { amount: edit, unit: 'ms' }, baseline: { name: 'read it again', amount: whole } };
  const looks = fastest(5, () => void looksLikeLog(text));
  yield { task: 'recognise 100 MB', value: { amount: looks, unit: 'ms' }, baseline: { name: 'read it', amount: whole } };
}

/** How much more memory `check` takes for a stream of 1 GB than for a short one. The generator is a process of its own. */
function memoryOfAStream(folder: string): Measurement {
  const most = (bytes: number): number => {
    const shown = join(folder, 'most');
    // The size of a process can only be asked for from inside.
    const hook = write(folder, 'hook.cjs', `process.on('exit', () => require('fs').writeFileSync(${JSON.stringify(shown)}, String(process.resourceUsage().maxRSS)));`);
    const make = write(folder, 'make.ts', `
      import { Readable } from 'node:stream';
      import { logOf } from ${JSON.stringify(join(__dirname, 'log-generator'))};
      Readable.from(logOf('keras2', ${bytes})).pipe(process.stdout);`);
    spawnSync('sh', ['-c', `"${process.execPath}" --import tsx "${make}" | "${process.execPath}" -r "${hook}" "${cli}" check -`], { cwd: join(__dirname, '..') });
    return (Number(readFileSync(shown, 'utf8')) * 1024) / MEGABYTE;
  };
  return {
    task: 'check of a stream of 1 GB, in memory more than for 100 kB',
    value: { amount: most(1e9) - most(1e5), unit: 'MB' },
    limit: 'at most 100 MB',
  };
}

/** What a document holds once it was read, its text included. */
function* memoryOfADocument(folder: string): Generator<Measurement> {
  for (const layout of ['keras2', 'keras3-lines'] as const) {
    // VS Code has no lone carriage returns.
    const path = write(folder, 'document.log', [...logOf(layout, 20 * MEGABYTE)].join('').replaceAll('\r', '\n'));
    const script = write(folder, 'document.ts', `
      import { readFileSync } from 'node:fs';
      import { setTimeout } from 'node:timers/promises';
      import { LogDocument } from ${JSON.stringify(join(__dirname, '../src/log'))};
      const held = async () => { for (let count = 0; count < 4; count++) { gc(); await setTimeout(20); } return process.memoryUsage().heapUsed; };
      (async () => {
        const nothing = await held();
        const text = readFileSync(${JSON.stringify(path)}, 'utf8');
        const alone = await held() - nothing;
        const document = new LogDocument(text);
        void document.runs;
        console.log(JSON.stringify([await held() - nothing, alone, document.runs.length, text.length]));
      })();`);
    const { stdout } = spawnSync(process.execPath, ['--expose-gc', '--import', 'tsx', script], { cwd: join(__dirname, '..'), encoding: 'utf8' });
    const [held, alone] = JSON.parse(stdout) as [number, number];
    const value = { amount: held / MEGABYTE, unit: 'MB' as const };
    yield { task: `memory of a document, ${layout}, 20 MB`, value, baseline: { name: 'its text', amount: alone / MEGABYTE }, limit: 'at most 2' };
  }
}

function write(folder: string, name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}
