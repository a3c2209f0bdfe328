import * as vscode from 'vscode';
import { observedLosses } from '../log/observed';
import type { Run } from '../log/run';
import type { ConfirmJob } from '../rerun/trace';
import type { Remedy } from '../script/remedy';
import type { Fit } from '../script/script';
import type { Message } from '../text/message';
import { encode, type ShowConfirm, type ShowRefusal } from '../webview/protocol';
import { remedyTitle } from '../words';
import { fitOfFinding, type Case, type Cases } from './cases';
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
}

/** A job and what it was made from. */
export interface Prepared {
  readonly message: ShowConfirm;
  readonly read: ReadScript;
  readonly fit: Fit;
}

/** Makes the job of a request, or says why there is none. */
export async function prepare(cases: Cases, engine: LoadEngine, { uri, fitStart }: Request): Promise<Prepared | ShowRefusal> {
  const found = await find(cases, vscode.Uri.parse(uri));
  if (!found) return refusal({ id: 'editor.rerun.no-script' });
  const { of, read } = found;
  const script = { id: read.source.uri.toString(), name: nameOf(read.source.uri) };
  const { fits } = read.script;
  const run = lastRun(of, fits, fitStart);
  const fit = fits.find(({ span }) => span.start === fitStart) ?? (run === undefined ? undefined : of?.fitOf(run)) ?? fits[0];
  if (!fit) return { ...whyNoFit(read, script.name), script };
  const observed = run === undefined ? undefined : of?.log?.runs[run];
  const printed = observed && observedLosses(observed);
  const { jobOf } = await engine();
  const made = jobOf({
    script: read.script,
    fit,
    remedies: remediesFor(of, fit),
    files: read.files,
    observed: printed && printed.losses.length > 0 ? printed : undefined,
    starts: settings.starts(),
  });
  const message: ShowConfirm = {
    type: 'showConfirm',
    jobId: await digest(read.source.text, made.job),
    script: { ...script, text: read.source.text },
    log: of?.log?.uri && { id: of.log.uri.toString(), name: of.log.name },
    logLines: observed && linesOf(of, observed, printed!.losses.length),
    candidates: made.job.candidates.map(({ id, remedy }) => {
      return { id, remedy, title: remedyTitle(remedy), editedText: made.scripts.get(id) ?? read.source.text };
    }),
    job: made.job,
    bundle: vscode.l10n.bundle,
  };
  return { message, read, fit };
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

/** What the findings about a call offer, each once, in their order. */
function remediesFor(of: Case | undefined, fit: Fit): readonly Remedy[] {
  const about = of?.diagnosis.findings.filter((finding) => fitOfFinding(of, finding) === fit) ?? [];
  const remedies = about.flatMap((finding) => finding.remedies);
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
async function digest(text: string, { candidates, observed, starts }: ConfirmJob): Promise<string> {
  const ids = candidates.map(({ id, remedy }) => [id, remedy]);
  const bytes = new TextEncoder().encode(JSON.stringify([text, ids, encode(observed), starts]));
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
