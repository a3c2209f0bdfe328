/**
 * How long the extension takes to start, in fresh windows of a real VS Code on the sample's folder with no file open, as
 * VS Code adds it up ("Developer: Show Running Extensions"): loading the code and calling `activate`. And how long the first
 * diagnosis takes, which loads the heavy rooms. Needs a production build: `npm run build -- --production`.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
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
  readonly first: number;
}

export function* measure(): Iterable<Measurement> {
  const starts: Start[] = [];
  for (let count = 0; count < mostWindows && starts.length < windows; count++) {
    const start = startIn();
    if (start.engineBefore) throw new Error('The engine is loaded although no log is open.');
    if (!start.activeBefore) starts.push(start);
  }
  if (starts.length < windows) throw new Error('The extension is active in most windows although no log is open.');
  const middle = (of: (start: Start) => number): Measurement['value'] => {
    const values = starts.map(of).sort((a, b) => a - b);
    return { amount: values[windows >> 1]!, unit: 'ms' };
  };
  yield { task: `activation, median of ${windows} windows`, value: middle(({ loading, call }) => loading! + call!), limit: 'below 30 ms' };
  yield { task: '  of it to load the code', value: middle(({ loading }) => loading!) };
  yield { task: '  of it to call activate', value: middle(({ call }) => call!) };
  yield { task: 'activation with all that VS Code does around it', value: middle(({ outside }) => outside) };
  yield { task: 'first log, from its opening to its warnings', value: middle(({ first }) => first), limit: 'below 500 ms' };
}

function startIn(): Start {
  const temporary = mkdtempSync(join(tmpdir(), 'loss-doctor-'));
  const [folder, result] = [join(temporary, 'exploding'), join(temporary, 'start.json')];
  cpSync('samples/exploding', folder, { recursive: true });
  const tests = resolve('bench/start-probe.cjs');
  const args = ['scripts/host/code.mjs', `--extensionDevelopmentPath=${resolve('.')}`, `--extensionTestsPath=${tests}`, folder];
  try {
    execFileSync(process.execPath, args, { env: { ...process.env, LOSS_DOCTOR_BENCH: result }, stdio: 'ignore' });
    return JSON.parse(readFileSync(result, 'utf8')) as Start;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}
