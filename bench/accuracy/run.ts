/**
 * Holds the verdicts to account: every edited script of scripts.ts, judged here from 20 starts and trained in real
 * Keras from 10 seeds. Writes docs/accuracy-rerun.md.
 *
 *     npx tsx bench/accuracy/run.ts requests scripts.jsonl
 *     KERAS_BACKEND=tensorflow python bench/accuracy/keras_seeds.py 10 test/fixtures/models < scripts.jsonl > runs.jsonl
 *     npx tsx bench/accuracy/run.ts report runs.jsonl
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { confirm, type Verdict } from '../../src/rerun';
import { endOf, finalLossOf, GOAL, measureOf } from '../../src/rerun/judge';
import { jobOf } from '../../src/rerun/job';
import { isRefusal } from '../../src/rerun/spec';
import { median } from '../../src/rerun/statistics';
import type { CandidateJob, ConfirmJob, Refusal, Trace, TrainingSpec } from '../../src/rerun/trace';
import { readScript } from '../../src/script';
import { remedyTitle, say } from '../../src/words';
import { type AccuracyScript, scripts } from './scripts';

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

const idOf = ({ script }: Prepared, candidate: string): string => `${script.name}|${candidate}`;

function requests(path: string): void {
  const lines = scripts.map(prepare).flatMap((prepared) =>
    [...prepared.texts].map(([candidate, text]) => JSON.stringify({ id: idOf(prepared, candidate), text })),
  );
  writeFileSync(path, `${lines.join('\n')}\n`);
}

interface Row {
  readonly script: string;
  readonly fix: string;
  readonly verdict: Verdict;
  readonly runs: readonly Trace[];
  /** How many of the runs in Keras end finite and below the best constant prediction. */
  readonly passed: number;
  /** How many of them end below the goal. */
  readonly reached: number;
  readonly of: number;
  readonly kerasFinal: number;
}

/** What a run in Keras printed, and its loss without dropout where that differs. */
type KerasRun = Pick<Trace, 'losses' | 'evaluated'>;

async function rowsOf(prepared: Prepared, keras: ReadonlyMap<string, readonly KerasRun[]>): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const event of confirm(prepared.job, { budget: { milliseconds: 600_000 } })) {
    if (event.type !== 'verdict') continue;
    const candidate = prepared.job.candidates.find(({ id }) => id === event.candidate)!;
    const runs = keras.get(idOf(prepared, candidate.id));
    if (!runs) continue;
    rows.push({
      script: prepared.script.name,
      fix: titleOf(candidate),
      verdict: event.verdict,
      runs: event.runs,
      passed: passesOf(candidate, runs),
      reached: passesOf(candidate, runs, GOAL),
      of: runs.length,
      kerasFinal: median(runs.map(finalLossOf)),
    });
  }
  return rows;
}

function titleOf({ remedy }: CandidateJob): string {
  return remedyTitle(remedy);
}

/** How many runs end finite and below that share of the best constant prediction's loss, where one is known. */
function passesOf({ spec }: CandidateJob, runs: readonly KerasRun[], share = 1): number {
  const measure = measureOf(spec as TrainingSpec);
  const isBelow = (run: KerasRun): boolean => measure.yardstick === undefined || finalLossOf(run) <= share * measure.yardstick;
  return runs.filter((run) => !['diverged', 'above-baseline'].includes(endOf(run, measure)) && isBelow(run)).length;
}

/** Confirmed holds where at least 9 of 10 runs in Keras reach the goal; refuted where at most half of them train. */
function holds({ verdict, passed, reached, of }: Row): boolean | undefined {
  if (verdict.outcome === 'confirmed') return reached >= 0.9 * of;
  return verdict.outcome === 'refuted' ? passed <= 0.5 * of : undefined;
}

function share(rows: readonly Row[]): string {
  const held = rows.filter(holds).length;
  return `${held} of ${rows.length} (${rows.length === 0 ? 0 : Math.round((100 * held) / rows.length)} %)`;
}

const short = (value: number): string => (Number.isFinite(value) ? String(Number(value.toPrecision(3))) : String(value));

function report(rows: readonly Row[], refused: number): string {
  const of = (outcome: Verdict['outcome']): Row[] => rows.filter(({ verdict }) => verdict.outcome === outcome);
  const names = new Set(rows.map(({ script }) => script));
  const table = rows.map((row) => {
    const { script, fix, verdict, passed, of: total, kerasFinal } = row;
    const { evidence } = verdict;
    const mark = { true: 'yes', false: '**no**', undefined: '' }[String(holds(row))]!;
    return `| ${script} | ${fix} | ${verdict.outcome} | ${evidence.below ?? 0} of ${evidence.starts ?? 0} | ${passed} of ${total} | ${short(evidence.finalLoss ?? NaN)} | ${short(kerasFinal)} | ${mark} |`;
  });
  return `# Accuracy of the rerun

${names.size} small scripts with a fault each (and some without), ${rows.length} edited scripts: the verdict here, from ${STARTS} starts, against
real Keras, which trained the same edited script from ${rows[0]?.of ?? 0} seeds. Made by \`bench/accuracy/run.ts\`, which says how.

- A run **trains** if every printed loss is finite and the last one is below the loss of the best constant prediction. Of a
  model with dropout the loss without it counts.
- **Confirmed** holds if at least 9 of 10 runs in Keras train and end below ${100 * GOAL} % of that loss; **refuted** holds if at most
  half of them train. "Partly" and "unknown" claim neither.
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

async function main([command, path]: readonly string[]): Promise<void> {
  if (command === 'requests' && path) {
    requests(path);
  } else if (command === 'report' && path) {
    const keras = kerasRuns(path);
    const prepared = scripts.map(prepare).filter((one) => one.job.candidates.some(({ id }) => keras.has(idOf(one, id))));
    const rows: Row[] = [];
    for (const one of prepared) rows.push(...(await rowsOf(one, keras)));
    const refused = prepared.reduce((sum, { job }) => sum + job.candidates.filter(({ spec }) => isRefusal(spec)).length, 0);
    writeFileSync(REPORT, report(rows, refused));
    console.log(REPORT);
  } else {
    console.error('usage: run.ts requests|report FILE');
    process.exitCode = 1;
  }
}

void main(process.argv.slice(2));
