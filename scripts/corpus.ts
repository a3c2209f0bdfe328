/**
 * Counts what the log reader finds in a folder of real logs against independent counts, and lists every disagreement.
 *
 *   npm run corpus -- FOLDER
 *
 * FOLDER holds `manifest.jsonl`, one object for each log: `file`, `format`, `dialect`, `epochs`, `fits`, `detail`. Logs
 * of Keras' bars are also counted with a second, slow reader (epochs, runs, and the last value of every metric). The
 * manifest counts records, not epochs, in logs of other frameworks with several records for each epoch, and a fit for
 * each file: there only whether anything was found is compared,
 * and nothing where it counts no epochs at all.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeLog, readLog, type Run } from '../src/log';
import { slowRead } from '../test/unit/log/slow-reader';

interface Entry {
  readonly file: string;
  readonly format: string;
  readonly dialect: string | null;
  readonly epochs: number;
  readonly fits: number;
  readonly detail: string;
}

interface Tally {
  logs: number;
  right: number;
  epochs: number;
  values: number;
  slowEpochs: number;
  slowValues: number;
}

const folder = process.argv[2];
if (folder === undefined || !existsSync(join(folder, 'manifest.jsonl'))) {
  console.error('usage: npm run corpus -- FOLDER   (a folder with manifest.jsonl)');
  process.exit(2);
}
const entries = readFileSync(join(folder, 'manifest.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Entry);
const tallies = new Map<string, Tally>();
const disagreements: string[] = [];

for (const entry of entries) {
  const text = decodeLog(readFileSync(join(folder, entry.file)));
  const runs = readLog(text);
  const epochs = sum(runs, (run) => run.epochs.length);
  const values = sum(runs, (run) => sum(run.epochs, ({ metrics }) => metrics.size));
  const keras = entry.format.startsWith('keras');
  const name = `${keras || entry.format === 'csvlogger' ? 'Keras' : 'other'}  ${entry.dialect ?? '-'}`;
  const tally = tallies.get(name) ?? { logs: 0, right: 0, epochs: 0, values: 0, slowEpochs: 0, slowValues: 0 };
  tallies.set(name, tally);
  const faults = keras || entry.format === 'csvlogger' ? againstManifest(entry, epochs, runs.length) : looselyAgainst(entry, epochs);
  if (keras) {
    const slow = slowRead(text);
    tally.slowEpochs += sum(slow, (run) => run.length);
    tally.slowValues += sum(slow, (run) => sum(run, (epoch) => epoch.values.size));
    faults.push(...againstSlow(runs, slow));
  }
  tally.logs++;
  tally.epochs += epochs;
  tally.values += values;
  if (faults.some((fault) => fault.startsWith('manifest'))) disagreements.push(`${entry.file} (${name.trim()}): ${faults.join('; ')}`);
  else {
    tally.right++;
    if (faults.length > 0) disagreements.push(`${entry.file} (${name.trim()}): ${faults.join('; ')}`);
  }
}

console.table(
  [...tallies].sort(([a], [b]) => a.localeCompare(b)).map(([dialect, tally]) => {
    const slow = tally.slowEpochs > 0;
    return {
      dialect,
      logs: tally.logs,
      'as the manifest': tally.right,
      epochs: tally.epochs,
      'epochs, slow reader': slow ? tally.slowEpochs : '',
      'metric values': tally.values,
      'values, slow reader': slow ? tally.slowValues : '',
    };
  }),
);
for (const family of ['Keras', 'other']) {
  const of = [...tallies].filter(([name]) => name.startsWith(family)).map(([, tally]) => tally);
  const [logs, right] = [sum(of, (tally) => tally.logs), sum(of, (tally) => tally.right)];
  console.log(`${family}: ${right} of ${logs} logs as the manifest says (${((100 * right) / logs).toFixed(1)} %)`);
}
console.log(`\n${disagreements.length} disagreements:`);
for (const disagreement of disagreements) console.log(`  ${disagreement}`);

function againstManifest(entry: Entry, epochs: number, fits: number): string[] {
  if (epochs === entry.epochs && fits === entry.fits) return [];
  return [`manifest ${entry.epochs} epochs in ${entry.fits} fits, read ${epochs} in ${fits}`];
}

function looselyAgainst(entry: Entry, epochs: number): string[] {
  const countsRecords = entry.detail === 'several records per epoch';
  if (entry.epochs === 0 || (countsRecords ? epochs > 0 && epochs <= entry.epochs : epochs === entry.epochs)) return [];
  return [`manifest ${entry.epochs} ${countsRecords ? 'records' : 'epochs'}, read ${epochs} epochs`];
}

function againstSlow(runs: readonly Run[], slow: ReturnType<typeof slowRead>): string[] {
  const read = runs.map((run) => run.epochs.map((epoch) => [epoch.number, [...epoch.metrics].map(([name, { value }]) => [name, value])]));
  const expected = slow.map((run) =>
    run.map(({ number, values }) => [number, [...values].map(([name, text]) => [name, Number(text.replace('inf', 'Infinity'))])]),
  );
  const counts = (of: readonly (readonly unknown[])[]): string => of.map((run) => run.length).join('+');
  if (counts(read) !== counts(expected)) return [`slow reader ${counts(expected)} epochs, read ${counts(read)}`];
  const differing = read.flat().filter((epoch, index) => text(epoch) !== text(expected.flat()[index]));
  return differing.length === 0 ? [] : [`values of ${differing.length} epochs differ from the slow reader, first epoch ${text(differing[0])}`];
}

function text(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'number' && !Number.isFinite(part) ? String(part) : part));
}

function sum<T>(items: Iterable<T>, of: (item: T) => number): number {
  let total = 0;
  for (const item of items) total += of(item);
  return total;
}
