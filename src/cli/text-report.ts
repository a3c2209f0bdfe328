import { relative } from 'node:path';
import type { Severity } from '../diagnosis/finding';
import { say, significant } from '../words';
import { plain } from './terminal';
import type { FileReport, FindingReport, PlaceReport, Report, RunReport } from './report';

/** ANSI colour numbers; quiet findings are grey. */
const colours: Readonly<Record<Severity, number>> = { error: 31, warning: 33, information: 36, hint: 90 };

/** A hyperparameter search prints hundreds of runs; the first ones show how they look. */
const mostRuns = 10;

/** The report for people: each finding with its place (1-based, as editors show it), its proof and its fixes. */
export function textReport(report: Report, coloured: boolean): string {
  const paint = (text: string, colour: number): string =>
    coloured ? `\u001b[${colour}m${plain(text)}\u001b[0m` : plain(text);
  const blocks = report.files
    .filter((file) => file.error === null)
    .map((file) => [
      paint(file.path, 1),
      ...runLines(file.runs).map((line) => `  ${line}`),
      ...file.findings.flatMap((finding) => findingLines(finding, file, paint)),
      ...(file.findings.length === 0 ? [`  ${say({ id: 'cli.nothing-found' })}`] : []),
      ...skippedLines(file).map((line) => paint(`  ${line}`, 90)),
    ]);
  return blocks.map((lines) => `${lines.join('\n')}\n`).join('\n');
}

function runLines(runs: readonly RunReport[]): string[] {
  const lines = runs.slice(0, mostRuns).map(runLine);
  if (runs.length > mostRuns) lines.push(say({ id: 'cli.more-runs', args: { count: runs.length - mostRuns } }));
  return lines;
}

function runLine(run: RunReport, index: number): string {
  const { epochs, declaredEpochs, metrics } = run;
  const losses = (metrics.loss ?? []).filter((loss) => loss !== null);
  const name = say({ id: 'cli.run', args: { run: index + 1, line: run.range.start.line + 1 } });
  const parts = [
    declaredEpochs === null
      ? say({ id: 'cli.epochs', args: { epochs } })
      : say({ id: 'cli.epochs-of', args: { epochs, declared: declaredEpochs } }),
  ];
  if (losses.length > 0) {
    const [first, last] = [losses[0]!, losses.at(-1)!].map((loss) => significant(loss));
    parts.push(say({ id: 'cli.losses', args: { first: first!, last: last! } }));
  }
  return `${name}: ${parts.join(', ')}`;
}

function findingLines(
  finding: FindingReport,
  file: FileReport,
  paint: (text: string, colour: number) => string,
): string[] {
  const places = [finding.range && { path: file.path, range: finding.range }, finding.script].filter((place) => place !== null);
  const titles = finding.remedies.map(({ title }) => title);
  const [first, ...others] = places.map(placeOf);
  const lines = [`${first ?? plain(file.path)}: ${paint(finding.severity, colours[finding.severity])}: ${plain(finding.message)} [${finding.code}]`];
  lines.push(...others.map((place) => `  ${say({ id: 'cli.in-script', args: { place } })}`));
  if (titles.length > 0) lines.push(`  ${say({ id: 'cli.fixes', args: { titles: titles.join('; ') } })}`);
  return lines.map((line) => `  ${line}`);
}

/** One line for each reason, with the checks it kept from running. */
function skippedLines(file: FileReport): string[] {
  const codes = new Map<string, Set<string>>();
  for (const { code, reason } of file.skipped) {
    const known = codes.get(reason);
    if (known) known.add(code);
    else codes.set(reason, new Set([code]));
  }
  return [...codes].map(([reason, set]) => say({ id: 'cli.not-checked', args: { codes: [...set].join(', '), reason } }));
}

/** `train.py:7:15`, relative to the working directory where it lies inside it. */
export function placeOf({ path, range }: PlaceReport): string {
  return `${plain(shortPath(path))}:${range.start.line + 1}:${range.start.character + 1}`;
}

export function shortPath(path: string): string {
  const short = relative(process.cwd(), path);
  return short === '' || short.startsWith('..') ? path : short;
}
