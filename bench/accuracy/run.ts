/**
 * Holds the verdicts to account: every edited script of scripts.ts and files.ts, judged here from 20 starts and trained in real
 * Keras from 10 seeds. Writes docs/accuracy-rerun.md.
 *
 *     npx tsx bench/accuracy/run.ts requests scripts.jsonl
 *     KERAS_BACKEND=tensorflow python bench/accuracy/keras_seeds.py 10 test/fixtures/models < scripts.jsonl > runs.jsonl
 *     npx tsx bench/accuracy/run.ts judge verdicts.jsonl [name of a script ...]
 *     npx tsx bench/accuracy/run.ts report runs.jsonl verdicts.jsonl
 *
 * Scripts that have their verdicts in the file already are not judged again.
 */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { confirm } from '../../src/rerun';
import { endOf, finalLossOf, GOAL, goalLoss, measureOf } from '../../src/rerun/judge';
import { jobOf } from '../../src/rerun/job';
import { isRefusal } from '../../src/rerun/spec';
import { median } from '../../src/rerun/statistics';
import type { CandidateJob, ConfirmJob, Outcome, Refusal, Trace, TrainingSpec } from '../../src/rerun/trace';
import { readScript } from '../../src/script';
import { remedyTitle, say } from '../../src/words';
import { filedScripts } from './files';
import { type AccuracyScript, scripts as builtScripts } from './scripts';

const scripts = [...builtScripts, ...filedScripts];

const STARTS = 20;
const REPORT = 'docs/accuracy-rerun.md';
/** Saved models that scripts start from. */
const MODELS = 'test/fixtures/models';

interface Prepared {
  readonly script: AccuracyScript;
  readonly job: ConfirmJob;
  /** Edited scripts by candidate. */
  readonly texts: ReadonlyMap<string, string>;
}

function prepare(script: AccuracyScript): Prepared {
  const files = new Map(readScript(script.text).files.map((name) => [name, new Uint8Array(readFileSync(`${MODELS}/${name}`))]));
  const read = readScript(script.text, files);
  const prepared = jobOf({ script: read, fit: read.fits[0]!, files, remedies: script.remedies, starts: STARTS });
  if ('refused' in prepared) throw new Error(`${script.name}: ${say((prepared as Refusal).refused)}`);
  return { script, job: prepared.job, texts: prepared.scripts };
}

/** As the page and the command line have it. */
const wasm = (): Promise<Uint8Array> => readFile('node_modules/@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm');

const idOf = ({ script }: Prepared, candidate: string): string => `${script.name}|${candidate}`;

function requests(path: string): void {
  const lines = scripts.map(prepare).flatMap((prepared) =>
    [...prepared.texts].map(([candidate, text]) => JSON.stringify({ id: idOf(prepared, candidate), text })),
  );
  writeFileSync(path, `${lines.join('\n')}\n`);
}

/** The verdict on an edited script here. */
interface Judged {
  readonly id: string;
  readonly outcome: Outcome;
  /** Of so many starts, so many end finite and below the best constant prediction. */
  readonly starts: number;
  readonly below: number;
  readonly finalLoss: number;
}

interface Row extends Judged {
  readonly script: string;
  readonly fix: string;
  /** How many of the runs in Keras end finite and below the best constant prediction. */
  readonly passed: number;
  /** How many of them end below the goal. */
  readonly reached: number;
  readonly of: number;
  readonly kerasFinal: number;
}

/** What a run in Keras printed, and its loss without dropout where that differs. */
type KerasRun = Pick<Trace, 'losses' | 'evaluated'>;

/** Judges the scripts that the file does not know yet, all or those named, and adds their verdicts to it. */
async function judge(path: string, names: readonly string[]): Promise<void> {
  const known = new Set(existsSync(path) ? verdictsOf(path).keys() : []);
  for (const prepared of scripts.filter(({ name }) => names.length === 0 || names.includes(name)).map(prepare)) {
    if (prepared.job.candidates.every(({ id }) => known.has(idOf(prepared, id)))) continue;
    for await (const event of confirm(prepared.job, { budget: { milliseconds: 600_000 }, wasm })) {
      if (event.type !== 'verdict') continue;
      const { outcome, evidence: { starts = 0, below = 0, finalLoss = NaN } } = event.verdict;
      appendFileSync(path, `${JSON.stringify({ id: idOf(prepared, event.candidate), outcome, starts, below, finalLoss: String(finalLoss) })}\n`);
    }
  }
}

function verdictsOf(path: string): ReadonlyMap<string, Judged> {
  const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line) as Judged & { finalLoss: string });
  return new Map(lines.map((line) => [line.id, { ...line, finalLoss: Number(line.finalLoss) }]));
}

function rowsOf(prepared: Prepared, keras: ReadonlyMap<string, readonly KerasRun[]>, verdicts: ReadonlyMap<string, Judged>): Row[] {
  return prepared.job.candidates.flatMap((candidate) => {
    const id = idOf(prepared, candidate.id);
    const [runs, judged] = [keras.get(id), verdicts.get(id)];
    if (!runs || !judged) return [];
    return [{
      ...judged,
      script: prepared.script.name,
      fix: titleOf(candidate),
      passed: passesOf(candidate, runs),
      reached: passesOf(candidate, runs, GOAL),
      of: runs.length,
      kerasFinal: median(runs.map(finalLossOf)),
    }];
  });
}

function titleOf({ remedy }: CandidateJob): string {
  return remedyTitle(remedy);
}

/** How many runs end finite and below that share of the best constant prediction's loss, where one is known. */
function passesOf({ spec }: CandidateJob, runs: readonly KerasRun[], share = 1): number {
  const measure = measureOf(spec as TrainingSpec);
  const wanted = goalLoss(measure, share);
  const isBelow = (run: KerasRun): boolean => wanted === undefined || finalLossOf(run) <= wanted;
  return runs.filter((run) => !['diverged', 'above-baseline'].includes(endOf(run, measure)) && isBelow(run)).length;
}

/** Confirmed holds where at least 9 of 10 runs in Keras reach the goal; refuted where at most half of them train. */
function holds({ outcome, passed, reached, of }: Row): boolean | undefined {
  if (outcome === 'confirmed') return reached >= 0.9 * of;
  return outcome === 'refuted' ? passed <= 0.5 * of : undefined;
}

function share(rows: readonly Row[]): string {
  const held = rows.filter(holds).length;
  return `${held} of ${rows.length} (${rows.length === 0 ? 0 : Math.round((100 * held) / rows.length)} %)`;
}

const short = (value: number): string => (Number.isFinite(value) ? String(Number(value.toPrecision(3))) : String(value));

function report(rows: readonly Row[], refused: number): string {
  const of = (wanted: Outcome): Row[] => rows.filter(({ outcome }) => outcome === wanted);
  const names = new Set(rows.map(({ script }) => script));
  const table = rows.map((row) => {
    const { script, fix, outcome, below, starts, finalLoss, passed, of: total, kerasFinal } = row;
    const mark = { true: 'yes', false: '**no**', undefined: '' }[String(holds(row))]!;
    return `| ${script} | ${fix} | ${outcome} | ${below} of ${starts} | ${passed} of ${total} | ${short(finalLoss)} | ${short(kerasFinal)} | ${mark} |`;
  });
  return `# Accuracy of the rerun

${names.size} small scripts with a fault each (and some without), ${rows.length} edited scripts: the verdict here, from ${STARTS} starts, against
real Keras, which trained the same edited script from ${rows[0]?.of ?? 0} seeds. Made by \`bench/accuracy/run.ts\`, which says how.

- A run **trains** if every printed loss is finite and the last one is below the loss of the best constant prediction. Of a
  model with dropout the loss without it counts.
- **Confirmed** holds if at least 9 of 10 runs in Keras train and end below ${100 * GOAL} % of that loss (of Poisson's, of the way from its
  least to it); **refuted** holds if at most half of them train. "Partly" and "unknown" claim neither.
- Scripts that start from a saved model are trained from its weights everywhere; only the order of the batches differs.

| verdict | how many | hold in Keras |
| --- | --- | --- |
| confirmed | ${of('confirmed').length} | ${share(of('confirmed'))} |
| refuted | ${of('refuted').length} | ${share(of('refuted'))} |
| partly | ${of('partly').length} | |
| unknown | ${of('unknown').length} | |

Refused by name, so not judged at all: ${refused}. "Median" is the median final loss over the starts or seeds.

| script | fix | verdict | trains here | trains in Keras | median here | median in Keras | holds |
| --- | --- | --- | --- | --- | --- | --- | --- |
${table.join('\n')}
`;
}

/** A line of keras_seeds.py. */
interface Printed {
  readonly id: string;
  readonly runs?: readonly (readonly (number | string)[])[];
  readonly evaluated?: readonly (number | string)[];
}

/** What Keras printed, by request. */
function kerasRuns(path: string): Map<string, readonly KerasRun[]> {
  const keras = new Map<string, readonly KerasRun[]>();
  for (const line of readFileSync(path, 'utf8').split('\n').filter(Boolean)) {
    // Python writes NaN and Infinity as they are.
    const { id, runs, evaluated } = JSON.parse(line.replace(/(NaN|-?Infinity)/g, '"$1"')) as Printed;
    if (runs) keras.set(id, runs.map((losses, index) => ({ losses: losses.map(Number), ...(evaluated && { evaluated: Number(evaluated[index]) }) })));
  }
  return keras;
}

async function main([command, path, ...rest]: readonly string[]): Promise<void> {
  const [verdicts] = rest;
  if (command === 'requests' && path) {
    requests(path);
  } else if (command === 'judge' && path) {
    await judge(path, rest);
  } else if (command === 'report' && path && verdicts) {
    const [keras, judged] = [kerasRuns(path), verdictsOf(verdicts)];
    const prepared = scripts.map(prepare);
    const rows = prepared.flatMap((one) => rowsOf(one, keras, judged));
    const withRows = new Set(rows.map(({ script }) => script));
    const refused = prepared.filter(({ script }) => withRows.has(script.name))
      .reduce((sum, { job }) => sum + job.candidates.filter(({ spec }) => isRefusal(spec)).length, 0);
    writeFileSync(REPORT, report(rows, refused));
    console.log(REPORT);
  } else {
    console.error('usage: run.ts requests SCRIPTS | judge VERDICTS [NAME...] | report RUNS VERDICTS');
    process.exitCode = 1;
  }
}

void main(process.argv.slice(2));
