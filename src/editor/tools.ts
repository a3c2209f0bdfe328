import * as vscode from 'vscode';
import { briefly, fileReport, json, remedyReport, verdictReport } from '../cli/report';
import { decodeLog, readLog } from '../log';
import type { Verdict } from '../rerun/trace';
import { LineIndex } from '../text/lines';
import { say } from '../words';
import type { Cases, LogSource } from './cases';
import { statOf } from './dataFiles';
import { Tool } from './names';
import type { OpenLogs } from './openLogs';
import type { LoadEngine } from './platform';
import { prepare } from './rerunJob';
import type { RerunPanel } from './rerunPanel';
import { openDocument, textOfFile, uriOfPath } from './text';

/** Longer logs are not for a conversation: the command line reads them as a stream. */
const longestLog = 50 << 20;

interface DiagnoseInput {
  readonly log_path?: string;
  readonly log_text?: string;
  readonly script_path?: string;
}

interface RerunInput {
  readonly script_path: string;
  readonly log_path?: string;
}

interface Rooms {
  readonly cases: Cases;
  readonly engine: LoadEngine;
  readonly logs: OpenLogs;
  readonly panel: RerunPanel;
}

/**
 * The engine as two tools for language models that would guess otherwise; the same two as those of `loss-doctor mcp`. They
 * write nothing. Where VS Code has no such tools, as in some editors built on it, there are none.
 */
export function registerTools(rooms: Rooms): vscode.Disposable {
  const { lm } = vscode as Partial<typeof vscode>;
  if (!lm?.registerTool) return { dispose: () => undefined };
  return vscode.Disposable.from(
    lm.registerTool<DiagnoseInput>(Tool.diagnose, { invoke: ({ input }) => answer(() => diagnoseLog(rooms, input)) }),
    lm.registerTool<RerunInput>(Tool.rerun, {
      prepareInvocation: ({ input: { script_path } }) => {
        return { invocationMessage: say({ id: 'editor.tool.rerun', args: { script: script_path } }) };
      },
      invoke: ({ input }, token) => answer(() => rerunScript(rooms, input, token)),
    }),
  );
}

/** What went wrong is an answer too: the model shall read it and ask differently. */
async function answer(work: () => Promise<object>): Promise<vscode.LanguageModelToolResult> {
  let text: string;
  try {
    text = json(await work());
  } catch (error) {
    text = json({ error: error instanceof Error ? error.message : String(error) });
  }
  return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
}

async function diagnoseLog({ cases: { finder, scripts }, engine }: Rooms, input: DiagnoseInput): Promise<object> {
  const { log_path, log_text, script_path } = input;
  if ((log_path === undefined) === (log_text === undefined)) throw new Error(say({ id: 'cli.which-log' }));
  const uri = log_path === undefined ? undefined : fileOf(log_path);
  const text = uri ? await textOfLog(uri) : log_text!;
  const path = log_path ?? 'log_text';
  const runs = readLog(text);
  const { locate } = textOfFile(uri ?? vscode.Uri.file(path), text);
  const log: LogSource = { id: `tool ${path}`, name: path, uri, runs, locate };
  const script = script_path === undefined ? await scriptOf(log) : await scripts.read(fileOf(script_path));
  if (!script && script_path !== undefined) throw new Error(say({ id: 'editor.rerun.no-fit', args: { script: script_path } }));
  const { diagnose } = await engine();
  const lines = new LineIndex(text);
  return briefly(
    fileReport({
      path,
      runs,
      diagnosis: diagnose(runs, script?.script),
      rangeOf: (span) => lines.rangeOf(span),
      script: script && { path: script.source.uri.fsPath, rangeOf: (span) => script.source.locate(span).range },
    }),
  );

  async function scriptOf(source: LogSource): ReturnType<typeof scripts.read> {
    const found = await finder.find(source);
    return found.kind === 'known' ? found.script : undefined;
  }
}

/** Reruns in the page, where the user sees it and can stop it. */
async function rerunScript(rooms: Rooms, { script_path, log_path }: RerunInput, token: vscode.CancellationToken): Promise<object> {
  const { cases, engine, logs, panel } = rooms;
  const script = fileOf(script_path);
  const log = log_path === undefined ? undefined : fileOf(log_path);
  if (log) await logs.force(await vscode.workspace.openTextDocument(log));
  await cases.examineScript(script);
  const request = { uri: (log ?? script).toString() };
  const made = await prepare(cases, engine, request);
  if ('type' in made) throw new Error(say(made.reason));
  const { job, jobId, candidates } = made.message;
  if ('refused' in job.baseline) throw new Error(say(job.baseline.refused));

  const verdicts = new Map<string, Verdict>();
  let reproduced: Verdict | undefined;
  const ended = await new Promise<boolean>((resolve, reject) => {
    const stop = (atEnd = false): void => {
      listening.dispose();
      resolve(atEnd);
    };
    const listening = vscode.Disposable.from(
      token.onCancellationRequested(() => stop()),
      panel.onDidClose(() => stop()),
      panel.onDidShow((shown) => shown !== jobId && stop()),
      panel.onDidReceive((message) => {
        if (!('jobId' in message) || message.jobId !== jobId) return;
        if (message.type === 'reproduced') reproduced = message.verdict;
        if (message.type === 'verdict') verdicts.set(message.candidate, message.verdict);
        // `done` is not said again for results of an earlier rerun, and may still come from that one.
        const judged = message.type === 'done' || candidates.every(({ id }) => verdicts.has(id));
        if (message.type === 'cancelled' || message.type === 'failed') stop();
        else if (reproduced && judged) stop(true);
      }),
    );
    panel.show(request).catch((error: Error) => {
      listening.dispose();
      reject(error);
    });
  });
  return {
    ...(!ended && { stopped: say({ id: 'editor.tool.stopped' }) }),
    reproduced: reproduced ? verdictReport(reproduced) : null,
    candidates: candidates.map(({ id, remedy, editedText }) => {
      const verdict = verdicts.get(id);
      return { remedy: remedyReport(remedy), script: editedText, ...(verdict ? verdictReport(verdict) : { verdict: null }) };
    }),
  };
}

/** @throws Error if a relative path is given where no folder is open */
function fileOf(path: string): vscode.Uri {
  const uri = uriOfPath(path, vscode.workspace.workspaceFolders?.[0]?.uri);
  if (!uri) throw new Error(say({ id: 'editor.tool.relative', args: { path } }));
  return uri;
}

/** As it stands in the editor, else on disk. */
async function textOfLog(uri: vscode.Uri): Promise<string> {
  const document = openDocument(uri);
  if (document) return document.getText();
  const size = (await statOf(uri))?.size;
  if (size === undefined || size > longestLog) throw new Error(say({ id: 'editor.tool.unreadable', args: { path: uri.fsPath } }));
  return decodeLog(await vscode.workspace.fs.readFile(uri));
}
