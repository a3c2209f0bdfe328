/**
 * How long the extension takes to start, in fresh windows of a real VS Code on the sample's folder with no file open, as
 * VS Code adds it up ("Developer: Show Running Extensions"): loading the code and calling `activate`. And how long the first
 * diagnosis takes, which loads the heavy rooms, of the sample's log and of one of 20 MB, beside the sample's script.
 * Needs a production build: `npm run build -- --production`.
 */
import { execFileSync } from 'node:child_process';
import { closeSync, cpSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { logOf } from './log-generator';
import type { Measurement } from './measurement';

const windows = 5;
/** VS Code has plain text of its own, in input fields: in some windows that starts the extension before it can be measured. */
const mostWindows = 4 * windows;

/** What bench/start-probe.cjs found in one window; times in milliseconds. */
interface Start {
  readonly activeBefore: boolean;
  readonly engineBefore: boolean;
  readonly loading?: number;
  readonly call?: number;
  readonly outside: number;
  /** From the event that the log is open to its warnings. */
  readonly first: number;
  /** The longest task of the extension host from that event on. */
  readonly longest: number;
}

export function* measure(): Iterable<Measurement> {
  const starts = startsWith();
  const big = startsWith((file) => {
    for (const text of logOf('keras2', 20e6)) writeSync(file, text);
    writeSync(file, 'Epoch 99998/99999\n200/200 [====] - 1s 4ms/step - loss: nan\n');
  });
  yield { task: `activation, median of ${windows} windows`, value: middle(starts, ({ loading, call }) => loading! + call!), limit: 'below 30 ms' };
  yield { task: '  of it to load the code', value: middle(starts, ({ loading }) => loading!) };
  yield { task: '  of it to call activate', value: middle(starts, ({ call }) => call!) };
  yield { task: 'activation with all that VS Code does around it', value: middle(starts, ({ outside }) => outside) };
  for (const [log, of] of [['first log', starts], ['first log, of 20 MB', big]] as const) {
    yield { task: `${log}, from its opening to its warnings`, value: middle(of, ({ first }) => first), limit: 'below 500 ms' };
    yield { task: `${log}, longest task`, value: middle(of, ({ longest }) => longest), limit: 'below 50 ms' };
  }
}

function middle(starts: readonly Start[], of: (start: Start) => number): Measurement['value'] {
  const values = starts.map(of).sort((a, b) => a - b);
  return { amount: values[windows >> 1]!, unit: 'ms' };
}

/** Starts in as many windows as count; `write` puts another log in the place of the sample's. */
function startsWith(write?: (file: number) => void): readonly Start[] {
  const starts: Start[] = [];
  for (let count = 0; count < mostWindows && starts.length < windows; count++) {
    const start = startIn(write);
    if (start.engineBefore) throw new Error('The engine is loaded although no log is open.');
    if (!start.activeBefore) starts.push(start);
  }
  if (starts.length < windows) throw new Error('The extension is active in most windows although no log is open.');
  return starts;
}

function startIn(write?: (file: number) => void): Start {
  const temporary = mkdtempSync(join(tmpdir(), 'loss-doctor-'));
  const [folder, result] = [join(temporary, 'exploding'), join(temporary, 'start.json')];
  cpSync('samples/exploding', folder, { recursive: true });
  if (write) {
    const file = openSync(join(folder, 'train.log'), 'w');
    write(file);
    closeSync(file);
  }
  const tests = resolve('bench/start-probe.cjs');
  const args = ['scripts/host/code.mjs', `--extensionDevelopmentPath=${resolve('.')}`, `--extensionTestsPath=${tests}`, folder];
  try {
    execFileSync(process.execPath, args, { env: { ...process.env, LOSS_DOCTOR_BENCH: result }, stdio: 'ignore' });
    return JSON.parse(readFileSync(result, 'utf8')) as Start;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}
