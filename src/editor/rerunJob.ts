import * as vscode from 'vscode';
import { byImportance } from '../diagnosis/severities';
import { observedLosses } from '../log/observed';
import type { Run } from '../log/run';
import type { GivenData, Lacking } from '../rerun/job';
import type { ConfirmJob } from '../rerun/trace';
import type { Remedy } from '../script/remedy';
import type { DataFile, Fit } from '../script';
import type { Message } from '../text/message';
import { encode, type ShowConfirm, type ShowDataWanted, type ShowRefusal } from '../webview/protocol';
import { remedyTitle } from '../words';
import { fitOfFinding, type Case, type Cases } from './cases';
import { readIfSmall } from './dataFiles';
import type { LoadEngine } from './platform';
import type { ReadScript } from './scripts';
import { settings } from './settings';
import { nameOf } from './text';

/** What is to be rerun; plain data, so that a restored window can show it again. */
export interface Request {
  /** Script or log. */
  readonly uri: string;
  /** Offset of the `fit` call in the script; without it, the one that made the log's last run. */
  readonly fitStart?: number;
  /** Where the data are that the script lacks: files that the user chose, or random numbers in their place. */
  readonly data?: readonly string[] | 'stand-in';
}

/** A job and what it was made from. */
export interface Prepared {
  readonly message: ShowConfirm;
  readonly read: ReadScript;
  readonly fit: Fit;
  readonly data?: GivenData;
}

/** Makes the job of a request, or says why there is none. */
export async function prepare(
  cases: Cases,
  engine: LoadEngine,
  { uri, fitStart, data }: Request,
): Promise<Prepared | ShowDataWanted | ShowRefusal> {
  const found = await find(cases, vscode.Uri.parse(uri));
  if (!found) return refusal({ id: 'editor.rerun.no-script' });
  const { of } = found;
  const { jobOf, lackingData, mayImprove, readScript, withChosen } = await engine();
  const chosen = await filesOf(data);
  const files = withChosen(found.read.script, found.read.files, chosen);
  const read = files === found.read.files ? found.read : { ...found.read, files, script: readScript(found.read.source.text, files) };
  const script = { id: read.source.uri.toString(), name: nameOf(read.source.uri) };
  const { fits } = read.script;
  const run = lastRun(of, fits, fitStart);
  // The same call, although the script may have been read again with data that were not at hand before.
  const start = fitStart ?? (run === undefined ? undefined : of?.fitOf(run))?.span.start;
  const fit = fits.find(({ span }) => span.start === start) ?? fits[0];
  if (!fit) return { ...whyNoFit(read, script.name), script };
  const lacking = lackingData({ script: read.script, fit, files: read.files });
  const given = lacking && (data === 'stand-in' ? data : chosen[0]);
  if (lacking && !given) return dataWanted(read, lacking);
  const observed = run === undefined || given === 'stand-in' ? undefined : of?.log?.runs[run];
  const printed = observed && observedLosses(observed);
  const made = jobOf({
    script: read.script,
    fit,
    remedies: remediesFor(of, fit.span.start).filter(mayImprove),
    files: read.files,
    ...(given && { data: given }),
    observed: printed && printed.losses.length > 0 ? printed : undefined,
    starts: settings.starts(),
    goal: settings.goal(),
  });
  const { baseline } = made.job;
  if (lacking && 'refused' in baseline) return { ...dataWanted(read, lacking), refused: baseline.refused };
  const message: ShowConfirm = {
    type: 'showConfirm',
    jobId: await digest(read.source.text, made.job, data),
    script: { ...script, text: read.source.text },
    log: of?.log?.uri && { id: of.log.uri.toString(), name: of.log.name },
    logLines: observed && linesOf(of, observed, printed!.losses.length),
    candidates: made.job.candidates.map(({ id, remedy }) => {
      return { id, remedy, title: remedyTitle(remedy), editedText: made.scripts.get(id) ?? read.source.text };
    }),
    job: made.job,
    ...(given && { data: originOf(given) }),
    bundle: vscode.l10n.bundle,
  };
  return { message, read, fit, ...(given && { data: given }) };
}

function originOf(data: GivenData): Message {
  return data === 'stand-in' ? { id: 'editor.rerun.stand-in' } : { id: 'editor.rerun.given', args: { file: data.name } };
}

function dataWanted({ source }: ReadScript, { reason, span, files, standIn }: Lacking): ShowDataWanted {
  const script = { id: source.uri.toString(), name: nameOf(source.uri) };
  const { line } = source.locate(span).range.start;
  return { type: 'showDataWanted', script, reason, line, files, standIn, bundle: vscode.l10n.bundle };
}

async function filesOf(data: Request['data']): Promise<readonly DataFile[]> {
  if (!Array.isArray(data)) return [];
  const files = await Promise.all(
    data.map(async (uri: string) => {
      const file = vscode.Uri.parse(uri);
      const bytes = await readIfSmall(file);
      return bytes && { name: nameOf(file), bytes };
    }),
  );
  return files.filter((file) => file !== undefined);
}

export function refusal(reason: Message): ShowRefusal {
  return { type: 'showRefusal', reason, bundle: vscode.l10n.bundle };
}

/** The case of a log, or of a script with the log it made; a script that nobody examined yet is read here. */
async function find(cases: Cases, uri: vscode.Uri): Promise<{ of?: Case; read: ReadScript } | undefined> {
  const of = cases.ofLog(uri.toString())?.log ? cases.ofLog(uri.toString()) : cases.ofScript(uri)[0];
  if (of?.script) return { of, read: of.script };
  const read = await cases.scripts.read(uri);
  return read && { read };
}

function whyNoFit({ source, script }: ReadScript, name: string): ShowRefusal {
  const [error] = script.syntaxErrors;
  if (!error) return refusal({ id: 'editor.rerun.no-fit', args: { script: name } });
  const { line } = source.locate(error).range.start;
  return { ...refusal({ id: 'editor.rerun.syntax', args: { script: name, line: line + 1 } }), line };
}

/** The last run of the log that the call made; undefined without a log. */
function lastRun(of: Case | undefined, fits: readonly Fit[], fitStart: number | undefined): number | undefined {
  const runs = [...(of?.log?.runs.keys() ?? [])];
  if (fitStart === undefined) return runs.at(-1);
  const wanted = fits.find(({ span }) => span.start === fitStart);
  return runs.filter((index) => of?.fitOf(index) === wanted).at(-1);
}

/** What the findings about a call offer, each once, the most important finding's first. */
function remediesFor(of: Case | undefined, fitStart: number): readonly Remedy[] {
  const about = of?.diagnosis.findings.filter((finding) => fitOfFinding(of, finding)?.span.start === fitStart) ?? [];
  const remedies = byImportance(about).flatMap((finding) => finding.remedies);
  return [...new Map(remedies.map((remedy) => [JSON.stringify(remedy), remedy])).values()];
}

/** 0-based lines of the observed losses; undefined where the log has no place in the editor. */
function linesOf(of: Case | undefined, { epochs }: Run, count: number): readonly number[] | undefined {
  const lines = epochs.flatMap(({ complete, metrics }) => {
    const loss = complete ? metrics.get('loss') : undefined;
    const place = loss && of?.log?.locate(loss);
    return place ? [place.range.start.line] : [];
  });
  return lines.length === count ? lines : undefined;
}

/** The same job has the same name, in this window and in the next. */
async function digest(text: string, { candidates, observed, starts, goal }: ConfirmJob, data: Request['data']): Promise<string> {
  const ids = candidates.map(({ id, remedy }) => [id, remedy]);
  const bytes = new TextEncoder().encode(JSON.stringify([text, ids, encode(observed), starts, goal, data]));
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
