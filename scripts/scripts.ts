/**
 * How much of people's training scripts is understood: for every `.py` and `.ipynb` in folders or named itself, what was read, where
 * reading stopped, whether a rerun could be built, and how many findings the script alone gives.
 *
 *     npm run scripts -- <folder or file> … [--list] [--every]
 *
 * `--list` prints one line for each file, `--every` also for files without a `fit` call.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { dataBeside } from '../src/cli/input';
import { diagnose } from '../src/diagnosis';
import { isRefusal, specOf } from '../src/rerun';
import { notebookCells, notebookScript, readScript, readWithFiles, standIn, type Fit, type Read, type Script } from '../src/script';
import { LineIndex } from '../src/text/lines';
import type { Message } from '../src/text/message';
import { say } from '../src/words';

type Level = 'fully' | 'partly' | 'not at all';

interface Report {
  readonly path: string;
  readonly level: Level;
  /** Model and optimizer of every fit are known. */
  readonly model: boolean;
  readonly optimizer: boolean;
  readonly rebuildable: boolean;
  readonly findings: number;
  readonly milliseconds: number;
  /** Part, line and sentence of everything that stayed unknown; each once. */
  readonly stops: readonly { readonly part: string; readonly line: number; readonly why: string }[];
}

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { list: { type: 'boolean' }, every: { type: 'boolean' } },
});
if (positionals.length === 0) {
  console.error('usage: npm run scripts -- <folder or file> … [--list] [--every]');
  process.exit(2);
}

const reports: Report[] = [];
let without = 0;
void examineAll();

async function examineAll(): Promise<void> {
  for (const path of positionals.flatMap(trainingFiles)) {
    const text = textOf(path);
    if (text === undefined) continue;
    if (!trains(text)) {
      without++;
      continue;
    }
    const report = await examined(path, text);
    reports.push(report);
    if (options.list) console.log(lineOf(report));
  }
  summary();
}

function trainingFiles(root: string): string[] {
  if (statSync(root).isFile()) return [root];
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ['.py', '.ipynb'].includes(extname(entry.name)))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** The Python text of a script or notebook; undefined if a notebook cannot be read or nothing in it speaks of Keras. */
function textOf(path: string): string | undefined {
  const raw = readFileSync(path, 'utf8');
  const cells = path.endsWith('.ipynb') ? notebookCells(raw) : undefined;
  const text = path.endsWith('.ipynb') ? cells && notebookScript(cells).text : raw;
  return text && /keras/.test(text) ? text : undefined;
}

/** Whether a model is compiled and trained in the code itself, not in a comment or a text that is commented out by quotes. */
function trains(text: string): boolean {
  const code = text.replace(/'''[\s\S]*?'''|"""[\s\S]*?"""|#[^\r\n]*/g, '');
  return /\.compile\s*\(/.test(code) && /\.(?:fit|fit_generator|train_on_batch)\s*\(/.test(code);
}

async function examined(path: string, text: string): Promise<Report> {
  const { script } = await readWithFiles((files) => readScript(text, files), (names) => dataBeside(path, names));
  const started = performance.now();
  readScript(text);
  const milliseconds = performance.now() - started;
  const lines = new LineIndex(text);
  const stops = new Map<string, Report['stops'][number]>();
  for (const fit of script.fits) {
    for (const [part, read] of partsOf(fit)) {
      if (read.known) continue;
      const line = lines.positionAt(read.span.start).line + 1;
      stops.set(`${part}:${line}`, { part, line, why: say(read.reason) });
    }
  }
  const level = script.fits.length === 0 ? 'not at all' : stops.size === 0 ? 'fully' : 'partly';
  const refusals = script.fits.flatMap((fit) => refusalOf(script, fit) ?? []);
  for (const { message, start } of refusals) {
    const line = lines.positionAt(start).line + 1;
    stops.set(`rerun:${line}`, { part: 'rerun', line, why: say(message) });
  }
  const every = (test: (fit: Fit) => boolean): boolean => script.fits.length > 0 && script.fits.every(test);
  return {
    path,
    level,
    model: every((fit) => fit.model.known),
    optimizer: every((fit) => fit.compile.known && fit.compile.value.optimizer.known),
    rebuildable: script.fits.length > 0 && refusals.length === 0,
    findings: diagnose([], script).findings.length,
    milliseconds,
    stops: [...stops.values()],
  };
}

/** Why no rerun of the fit can be built, with stand-ins for data that are not at hand; undefined if one can. */
function refusalOf(script: Script, fit: Fit): { readonly message: Message; readonly start: number } | undefined {
  const filled = standIn(script, fit);
  if ('refused' in filled) return { message: filled.refused, start: fit.span.start };
  const spec = specOf(script, filled.fit);
  return isRefusal(spec) ? { message: spec.refused, start: spec.span?.start ?? fit.span.start } : undefined;
}

function partsOf(fit: Fit): [string, Read<unknown>][] {
  const { compile } = fit;
  return [
    ['model', fit.model],
    ['compile', compile],
    ...(compile.known ? [['optimizer', compile.value.optimizer] as [string, Read<unknown>], ['loss', compile.value.losses] as [string, Read<unknown>]] : []),
    ['x', fit.x],
    ['y', fit.y],
    ['epochs', fit.epochs],
    ['batch size', fit.batchSize],
    ['validation', fit.validationData],
    ['callbacks', fit.callbacks],
  ];
}

function lineOf(report: Report): string {
  const marks = [report.level, report.rebuildable ? 'rerun' : '-', `${report.findings} findings`, `${report.milliseconds.toFixed(0)} ms`];
  const stops = report.stops.map(({ part, line, why }) => `  ${part} (line ${line}): ${why}`);
  return [`${report.path}: ${marks.join(', ')}`, ...stops].join('\n');
}

function summary(): void {
  const share = (count: number): string => `${count} (${((100 * count) / Math.max(1, reports.length)).toFixed(1)} %)`;
  const count = (test: (report: Report) => boolean): string => share(reports.filter(test).length);
  console.log(`${reports.length} files that train a model, ${without} that do not`);
  for (const level of ['fully', 'partly', 'not at all'] as const) console.log(`read ${level}: ${count((report) => report.level === level)}`);
  console.log(`model known: ${count((report) => report.model)}`);
  console.log(`optimizer known: ${count((report) => report.optimizer)}`);
  console.log(`model and optimizer known: ${count((report) => report.model && report.optimizer)}`);
  console.log(`rerun can be built: ${count((report) => report.rebuildable)}`);
  console.log(`slowest: ${Math.max(0, ...reports.map((report) => report.milliseconds)).toFixed(0)} ms`);
  const reasons = new Map<string, number>();
  for (const { stops } of reports) {
    for (const key of new Set(stops.map(({ part, why }) => `${part}: ${why}`))) reasons.set(key, (reasons.get(key) ?? 0) + 1);
  }
  for (const [reason, files] of [...reasons].sort((a, b) => b[1] - a[1]).slice(0, 60)) console.log(`${String(files).padStart(5)}  ${reason}`);
}
