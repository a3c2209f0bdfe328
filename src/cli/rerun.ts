import { basename } from 'node:path';
import { observedLosses } from '../log/observed';
import { confirm } from '../rerun';
import { jobOf, lackingData, mayImprove, withChosen, type GivenData, type Job } from '../rerun/job';
import { isRefusal } from '../rerun/spec';
import type { ConfirmEvent, Outcome, Trace, Verdict } from '../rerun/trace';
import { readScript, type DataFile } from '../script';
import type { Remedy } from '../script/remedy';
import type { Message } from '../text/message';
import { say } from '../words';
import { readLogFile } from './log-file';
import { readBytes } from './input';
import { speak, type Language } from './language';
import { kernels } from './package-files';
import { attempt, Problem, type ExitCode } from './problem';
import { proposalFor, proposalsOf, type WantedRemedy } from './remedies';
import { json, remedyReport, verdictReport, type RemedyReport, type VerdictReport } from './report';
import { requireScriptFile, type ScriptFile } from './script-file';
import type { Terminal } from './terminal';
import { placeOf } from './text-report';

export interface RerunOptions {
  readonly log?: string;
  /** None: everything that the diagnosis proposes. */
  readonly remedies: readonly WantedRemedy[];
  /** Number of starts for each candidate. */
  readonly seeds: number;
  /** How long all of it may take. */
  readonly minutes: number;
  /** Share of a constant prediction's loss that a confirmed remedy may leave. */
  readonly goal?: number;
  /** Where the data are that the script lacks: a file, or `stand-in` for random numbers. */
  readonly data?: string;
  readonly format: 'text' | 'json';
  readonly lang: Language;
}

/** What `rerun --format json` prints: a contract, described in `docs/cli.md`. */
export interface RerunReport {
  readonly reproduced: VerdictReport;
  readonly baseline: { readonly losses: readonly number[] };
  readonly candidates: readonly CandidateReport[];
}

interface CandidateReport extends VerdictReport {
  readonly remedy: RemedyReport;
  /** Text of the edited script; null where the remedy could not be carried out. */
  readonly script: string | null;
  readonly runs: readonly Trace[];
}

type Progress = (event: Extract<ConfirmEvent, { type: 'progress' }>) => void;

/** In place of a file: random numbers of the right shape. */
const standIn = 'stand-in';

/** Trains the script and each candidate from several starts and prints the verdicts. */
export function rerun(path: string, options: RerunOptions, terminal: Terminal): Promise<ExitCode> {
  return attempt(terminal, async () => {
    const report = await rerunReport(path, options, ({ done, total, secondsLeft: seconds, bytes }) =>
      terminal.progress(say({ id: 'cli.progress', args: { done, total, seconds, bytes } })),
    );
    terminal.progress('');
    terminal.print(options.format === 'json' ? json(report) : textOf(report));
    return 0;
  });
}

/** @throws Problem where the script cannot be rerun or nothing is there to be tried, saying why. */
export async function rerunReport(
  path: string,
  { log, remedies: wanted, seeds, minutes, goal, data, lang }: Omit<RerunOptions, 'format'>,
  progress?: Progress,
): Promise<RerunReport> {
  speak(lang);
  const chosen = data === undefined || data === standIn ? [] : [{ name: basename(data), bytes: new Uint8Array(await readBytes(data)) }];
  const own = await requireScriptFile(path);
  const file = withData(own, chosen);
  const { script, data: files } = file;
  const printed = log === undefined ? { runs: [] } : await readLogFile(log);
  const proposals = proposalsOf(printed, file);
  const tried =
    wanted.length > 0
      ? wanted.map((one) => proposalFor(one, proposals, printed.runs, script))
      : proposals.filter(({ remedy }) => mayImprove(remedy));
  const sole = printed.runs.length === 1 ? printed.runs[0] : undefined;
  const fit = tried[0]?.fit ?? (sole && script.fits.length === 1 ? script.fits[0] : undefined);
  if (!fit) throw new Problem({ id: 'cli.nothing-to-try', args: { path } });

  const run = tried[0]?.run ?? sole;
  const lacking = lackingData({ script, fit, files });
  const given: GivenData | undefined = lacking && (data === standIn ? data : chosen[0]);
  // Random numbers do not print the log.
  const observed = run && given !== standIn ? observedLosses(run) : undefined;
  const request = { script, fit, files, observed, starts: seeds, goal, ...(given && { data: given }) };
  const remedies = tried.filter((proposal) => proposal.fit === fit).map(({ remedy }) => remedy);
  const prepared = jobOf({ ...request, remedies });
  const { baseline } = prepared.job;
  if (isRefusal(baseline)) {
    const place = baseline.span ? placeOf({ path, range: file.rangeOf(baseline.span) }) : path;
    throw new Problem({ id: lacking && !given ? 'cli.no-data' : 'cli.no-rebuild', args: { place, reason: say(baseline.refused) } });
  }
  if (data !== undefined && !given && file === own) throw new Problem({ id: 'cli.data-at-hand', args: { path, data } });
  const { report, offers } = await carryOut(prepared, minutes, progress);
  if (offers.length === 0) return report;
  const offered = await carryOut(jobOf({ ...request, remedies: offers }), minutes, progress);
  return { ...report, candidates: [...report.candidates, ...offered.report.candidates] };
}

/** The script read again with the chosen file in the place of one that it names and that is not there. */
function withData(file: ScriptFile, chosen: readonly DataFile[]): ScriptFile {
  const data = withChosen(file.script, file.data, chosen);
  return data === file.data ? file : { ...file, data, script: readScript(file.script.text, data) };
}

/** Runs a job to its end; `offers` are remedies found on the way that have no verdict yet. */
async function carryOut({ job, scripts }: Job, minutes: number, progress?: Progress): Promise<{ report: RerunReport; offers: Remedy[] }> {
  let reproduced: Extract<ConfirmEvent, { type: 'reproduced' }> | undefined;
  const verdicts = new Map<string, Extract<ConfirmEvent, { type: 'verdict' }>>();
  const offers: Remedy[] = [];
  for await (const event of confirm(job, { wasm: kernels, budget: { milliseconds: 60_000 * minutes } })) {
    if (event.type === 'reproduced') reproduced = event;
    if (event.type === 'verdict') verdicts.set(event.candidate, event);
    if (event.type === 'progress') progress?.(event);
    if (event.type === 'offer') offers.push(event.remedy);
  }
  const candidates = job.candidates.map(({ id, remedy, spec }): CandidateReport => {
    const event = verdicts.get(id);
    return {
      remedy: remedyReport(remedy),
      script: scripts.get(id) ?? null,
      runs: event?.runs ?? [],
      ...verdictReport(event?.verdict ?? unknown(isRefusal(spec) ? spec.refused : noVerdict)),
    };
  });
  return {
    report: {
      reproduced: verdictReport(reproduced?.verdict ?? unknown(noVerdict)),
      baseline: { losses: reproduced?.baseline.losses ?? [] },
      candidates,
    },
    offers,
  };
}

const noVerdict: Message = { id: 'cli.no-verdict' };

function unknown(reason: Message): Verdict {
  return { outcome: 'unknown', reason, caveats: [], evidence: {} };
}

const verdictIds: Readonly<Record<Outcome, string>> = {
  confirmed: 'cli.confirmed',
  partly: 'cli.partly',
  refuted: 'cli.refuted',
  unknown: 'cli.unknown',
};

function textOf({ reproduced, candidates }: RerunReport): string {
  const lines = [
    say({ id: 'cli.reproduced', args: { reason: reproduced.reason } }),
    ...reproduced.caveats.map((caveat) => `  ${caveat}`),
    ...candidates.flatMap(({ remedy, verdict, reason, caveats }) => [
      say({ id: verdictIds[verdict], args: { title: remedy.title, reason } }),
      ...caveats.filter((caveat) => !reproduced.caveats.includes(caveat)).map((caveat) => `  ${caveat}`),
    ]),
  ];
  return `${lines.join('\n')}\n`;
}
