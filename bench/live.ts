import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import type { Measurement } from './measurement';

/** What something costs the extension host. */
export interface Cost {
  readonly milliseconds: number;
  /** Percent of one core. */
  readonly cpu: number;
  /** Longest time in which it could do nothing else, in milliseconds. */
  readonly longest: number;
  /** Resident memory at the peak beyond that before, in MB. */
  readonly growth: number;
  /** From a letter that is written to its arrival in the document, in milliseconds: the median, and what 95 of 100 stay below. */
  readonly typing: { readonly median: number; readonly late: number };
}

interface Costs {
  readonly one: { readonly read: Cost; readonly ignored: Cost };
  readonly ten: { readonly read: Cost; readonly ignored: Cost };
  readonly file: Cost;
}

const root = join(__dirname, '..');

/** Following trainings, measured inside a VS Code from npm (Linux on x64); takes about five minutes. */
export function* measure(): Generator<Measurement> {
  if (!existsSync(join(root, 'dist/extension.js'))) throw new Error('dist/extension.js is missing: run `npm run build` first');
  const { one, ten, file } = inCode();
  for (const [what, { read, ignored }] of [['1 terminal, 200 updates a second', one], ['10 terminals, 20 updates a second each', ten]] as const) {
    yield { task: `${what}: extension host`, value: { amount: read.cpu, unit: '%' }, baseline: { name: 'not read', amount: ignored.cpu }, limit: 'below 10 % of a core' };
    yield { task: `${what}: longest task`, value: { amount: read.longest, unit: 'ms' }, baseline: { name: 'not read', amount: ignored.longest } };
    yield { task: `${what}: a letter typed, median`, value: { amount: read.typing.median, unit: 'ms' }, baseline: { name: 'not read', amount: ignored.typing.median } };
    yield { task: `${what}: a letter typed, 95 of 100`, value: { amount: read.typing.late, unit: 'ms' }, baseline: { name: 'not read', amount: ignored.typing.late } };
  }
  yield { task: 'file of 1 GB: growth of the extension host', value: { amount: file.growth, unit: 'MB' } };
  yield { task: 'file of 1 GB: until its last line is in Problems', value: { amount: file.milliseconds, unit: 'ms' } };
  yield { task: 'file of 1 GB: longest task', value: { amount: file.longest, unit: 'ms' } };
}

function inCode(): Costs {
  const folder = mkdtempSync(join(tmpdir(), 'loss-doctor-bench-'));
  try {
    const program = join(folder, 'live.js');
    esbuild.buildSync({
      entryPoints: [join(__dirname, 'host/live.ts')],
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      external: ['vscode'],
    });
    const args = [join(root, 'scripts/host/code.mjs'), `--extensionDevelopmentPath=${root}`, `--extensionTestsPath=${program}`, folder];
    const env = { ...process.env, LOSS_DOCTOR_HOST_MINUTES: '15' };
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env });
    const found = /^LOSS_DOCTOR_BENCH (.*)$/m.exec(stdout)?.[1];
    if (found === undefined) throw new Error(`VS Code measured nothing:\n${stdout}${stderr}`);
    return JSON.parse(found) as Costs;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
