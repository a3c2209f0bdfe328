import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
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
  } finally {
    rmSync(folder, { recursive: true });
  }
  yield* inADocument();
  yield memoryOfAStream();
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

/** Growth of a process that streams 1 GB, which is made on the way. */
function memoryOfAStream(): Measurement {
  const script = `
    import { LogReader } from ${JSON.stringify(join(__dirname, '../src/log'))};
    import { logOf } from ${JSON.stringify(join(__dirname, 'log-generator'))};
    const before = process.memoryUsage().rss;
    let most = 0;
    const reader = new LogReader();
    for (const text of logOf('keras2', 1e9)) { reader.push(text); most = Math.max(most, process.memoryUsage.rss()); }
    reader.end();
    console.log(JSON.stringify([(most - before) / 1e6, reader.runs[0].epochs.length]));`;
  const folder = mkdtempSync(join(tmpdir(), 'loss-doctor-bench-'));
  const path = join(folder, 'stream.ts');
  writeFileSync(path, script);
  const { stdout } = spawnSync(process.execPath, ['--import', 'tsx', path], { cwd: join(__dirname, '..'), encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  const [amount] = JSON.parse(stdout) as [number, number];
  return { task: 'growth while 1 GB streams by', value: { amount, unit: 'MB' }, limit: 'at most 100 MB' };
}
