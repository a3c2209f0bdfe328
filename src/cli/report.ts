/**
 * What `check --format json` prints: a contract, described in `docs/cli.md`. Every field is always there; `null` stands
 * where something is not known. Positions are 0-based lines and UTF-16 columns.
 */
import { version } from '../../package.json';
import type { Diagnosis, Finding, Severity } from '../diagnosis/finding';
import type { Run } from '../log/run';
import type { Outcome, Verdict } from '../rerun/trace';
import type { Remedy } from '../script/remedy';
import type { Span, Range } from '../text/span';
import { remedyTitle, say } from '../words';

/** What a report is made of: one log, and the script that made it. */
interface Reported {
  readonly path: string;
  readonly error?: string | undefined;
  readonly runs: readonly Run[];
  readonly diagnosis: Diagnosis;
  /** Place in the log's file of a span of the log. */
  rangeOf(span: Span): Range;
  readonly script?: { readonly path: string; rangeOf(span: Span): Range } | undefined;
}

export interface Report {
  /** Version of Loss Doctor. */
  readonly version: string;
  readonly files: readonly FileReport[];
}

export interface FileReport {
  readonly path: string;
  /** Why the log, or the script named for it, could not be read. */
  readonly error: string | null;
  /** The script that made the log: named by the user or found beside it. */
  readonly script: string | null;
  readonly runs: readonly RunReport[];
  readonly findings: readonly FindingReport[];
  readonly skipped: readonly SkippedReport[];
}

export interface RunReport {
  readonly range: Range;
  readonly dialect: string;
  /** Number of epochs of which the log shows something, the unfinished last one included. */
  readonly epochs: number;
  readonly completeEpochs: number;
  readonly declaredEpochs: number | null;
  readonly stepsPerEpoch: number | null;
  /** The last printed value of each epoch, by metric; null for an epoch that does not print the metric. */
  readonly metrics: Readonly<Record<string, readonly (number | null)[]>>;
}

export interface PlaceReport {
  readonly path: string;
  readonly range: Range;
}

export interface FindingReport {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  /** Place in the log; null for a finding made from the script alone. */
  readonly range: Range | null;
  /** Place in the script. */
  readonly script: PlaceReport | null;
  readonly run: number | null;
  readonly epoch: number | null;
  readonly evidence: Finding['evidence'];
  readonly related: readonly (PlaceReport & { readonly message: string })[];
  readonly remedies: readonly RemedyReport[];
}

export interface RemedyReport {
  readonly kind: Remedy['kind'];
  readonly value: number | string | boolean | null;
  readonly title: string;
}

interface SkippedReport {
  readonly code: string;
  readonly run: number | null;
  readonly reason: string;
}

export interface VerdictReport {
  readonly verdict: Outcome;
  readonly reason: string;
  /** What weakens the verdict, in sentences. */
  readonly caveats: readonly string[];
  /** The numbers behind it, by stable names. */
  readonly evidence: Readonly<Record<string, number>>;
}

export function reportOf(examinations: readonly Reported[]): Report {
  return { version, files: examinations.map(fileReport) };
}

export function fileReport(examination: Reported): FileReport {
  const { path, error, script, runs, diagnosis } = examination;
  return {
    path,
    error: error === undefined ? null : error,
    script: script?.path ?? null,
    runs: runs.map((run) => runReport(run, examination)),
    findings: diagnosis.findings.map((finding) => findingReport(finding, examination)),
    skipped: diagnosis.skipped.map(({ code, run, reason }) => ({ code, run: run ?? null, reason: say(reason) })),
  };
}

function runReport(run: Run, { rangeOf }: Reported): RunReport {
  const names = new Set(run.epochs.flatMap((epoch) => [...epoch.metrics.keys()]));
  return {
    range: rangeOf(run),
    dialect: run.dialect,
    epochs: run.epochs.length,
    completeEpochs: run.epochs.filter((epoch) => epoch.complete).length,
    declaredEpochs: run.declaredEpochs ?? null,
    stepsPerEpoch: run.stepsPerEpoch ?? null,
    metrics: Object.fromEntries(
      [...names].map((name) => [name, run.epochs.map((epoch) => epoch.metrics.get(name)?.value ?? null)]),
    ),
  };
}

function findingReport(finding: Finding, { path, rangeOf, script }: Reported): FindingReport {
  const inScript = (span: Span): PlaceReport | null => (script ? { path: script.path, range: script.rangeOf(span) } : null);
  return {
    code: finding.code,
    severity: finding.severity,
    message: say(finding.message),
    range: finding.log ? rangeOf(finding.log) : null,
    script: finding.script ? inScript(finding.script) : null,
    run: finding.run ?? null,
    epoch: finding.epoch ?? null,
    evidence: finding.evidence,
    related: finding.related.flatMap(({ where, span, message }) => {
      const place = where === 'log' ? { path, range: rangeOf(span) } : inScript(span);
      return place ? [{ ...place, message: say(message) }] : [];
    }),
    remedies: finding.remedies.map(remedyReport),
  };
}

export function remedyReport(remedy: Remedy): RemedyReport {
  return { kind: remedy.kind, value: valueOf(remedy) ?? null, title: remedyTitle(remedy) };
}

/** As `--remedy KIND=VALUE` takes it. */
function valueOf(remedy: Remedy): RemedyReport['value'] | undefined {
  if (remedy.kind === 'rescale-output') return `${remedy.scale},${remedy.offset}`;
  return 'value' in remedy ? remedy.value : undefined;
}

export function verdictReport({ outcome, reason, caveats, evidence }: Verdict): VerdictReport {
  return { verdict: outcome, reason: say(reason), caveats: caveats.map(say), evidence };
}

/** For an agent, which reads every character: the curves stay out, their ends are in. */
export function briefly({ runs, ...rest }: FileReport): object {
  return {
    ...rest,
    runs: runs.map(({ metrics, ...run }) => ({
      ...run,
      metrics: Object.fromEntries(
        Object.entries(metrics).map(([name, values]) => [name, { first: values[0], last: values.at(-1) }]),
      ),
    })),
  };
}

/** JSON with NaN and infinities as strings, since JSON has no numbers for them. */
export function json(value: unknown): string {
  const finite = (_key: string, part: unknown): unknown =>
    typeof part === 'number' && !Number.isFinite(part) ? String(part) : part;
  return `${JSON.stringify(value, finite, 2)}\n`;
}
