/**
 * How long the extension takes to start, in fresh windows of a real VS Code on the sample's folder with no file open, and
 * how long its first diagnosis takes, which loads the heavy rooms. Needs a production build: `npm run build -- --production`.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Measurement } from './measurement';

const windows = 5;

interface Start {
  readonly activeBefore: boolean;
  readonly activation: number;
  readonly engineBefore: boolean;
  readonly first: number;
}

export function* measure(): Iterable<Measurement> {
  const starts = Array.from({ length: windows }, start);
  if (starts.some(({ activeBefore }) => activeBefore)) throw new Error('The extension is active although no log is open.');
  if (starts.some(({ engineBefore }) => engineBefore)) throw new Error('The engine is loaded although no log is open.');
  const middle = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[windows >> 1]!;
  const ms = (amount: number): Measurement['value'] => ({ amount, unit: 'ms' });
  yield { task: `activation, median of ${windows} windows`, value: ms(middle(starts.map(({ activation }) => activation))), limit: 'below 30 ms' };
  yield { task: 'first log, from its opening to its warnings', value: ms(middle(starts.map(({ first }) => first))), limit: 'below 500 ms' };
}

function start(): Start {
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
