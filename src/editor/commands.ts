import * as vscode from 'vscode';
import { say } from '../words';
import type { Board } from './board';
import type { Cases } from './cases';
import type { CleanView } from './cleanView';
import type { CurvesPanel } from './curvesPanel';
import type { GrowingLogs } from './growingLogs';
import { registerCommand } from './ids';
import { Command, walkthrough } from './names';
import type { Notices } from './notices';
import type { OpenLogs } from './openLogs';
import { isLost } from './progress';
import type { RerunPanel } from './rerunPanel';
import type { Sample } from './sample';
import { currentCase } from './status';
import { nameOf } from './text';

interface Rooms {
  readonly board: Board;
  readonly cases: Cases;
  readonly clean: CleanView;
  readonly curves: CurvesPanel;
  readonly growing: GrowingLogs;
  readonly logs: OpenLogs;
  readonly notices: Notices;
  readonly panel: RerunPanel;
  readonly sample: Sample;
  readonly output: vscode.LogOutputChannel;
  readonly rulePage: (code: string) => vscode.Uri;
}

export function registerCommands(rooms: Rooms): vscode.Disposable {
  const { board, cases, clean, curves, growing, logs, notices, panel, sample, output, rulePage } = rooms;
  return vscode.Disposable.from(
    registerCommand(Command.rerun, (uri, fitStart) => {
      const asked = uri ?? vscode.window.activeTextEditor?.document.uri;
      if (!asked) return tell('editor.rerun.no-script');
      return panel.show({ uri: asked.toString(), fitStart });
    }),
    registerCommand(Command.chooseScript, (uri) => {
      const asked = uri ?? vscode.window.activeTextEditor?.document.uri;
      const log = asked && cases.ofLog(asked.toString())?.log;
      return log ? cases.finder.choose(log) : tell('editor.no-log');
    }),
    registerCommand(Command.showCleanView, (uri) => {
      const asked = uri ?? vscode.window.activeTextEditor?.document.uri;
      return asked && cases.ofLog(asked.toString())?.log ? clean.show(asked) : tell('editor.no-log');
    }),
    registerCommand(Command.showCurves, (id) => {
      const log = (id === undefined ? currentCase(cases, board) : cases.ofLog(id.toString()))?.log;
      return log ? curves.show(log) : tell('editor.no-log');
    }),
    registerCommand(Command.watchLog, async (uri) => {
      const [file] = uri ? [uri] : ((await vscode.window.showOpenDialog({ title: say({ id: 'editor.watch.title' }) })) ?? []);
      if (!file) return;
      const found = await growing.watch(file);
      tell(found ? 'editor.watch.found' : 'editor.watch.waiting', { log: nameOf(file) });
    }),
    registerCommand(Command.tellWhenItEnds, () => notices.tellWhenItEnds()),
    registerCommand(Command.interrupt, () => {
      const log = currentCase(cases, board)?.log;
      return log?.live && log.interrupt && isLost(log) ? log.interrupt() : tell('editor.interrupt.none');
    }),
    registerCommand(Command.diagnose, () => diagnoseActive(cases, logs)),
    registerCommand(Command.openRule, (code) => {
      return code === undefined ? undefined : vscode.commands.executeCommand('markdown.showPreview', rulePage(code));
    }),
    registerCommand(Command.showOutput, () => output.show()),
    registerCommand(Command.getStarted, () => vscode.commands.executeCommand('workbench.action.openWalkthrough', walkthrough)),
    registerCommand(Command.openSample, () => sample.open()),
    registerCommand(Command.readSample, () => sample.read()),
    registerCommand(Command.fixSample, () => sample.fix()),
    registerCommand(Command.confirmSample, () => sample.confirm()),
  );
}

/** Reads the active document as a log, whatever it looks like, and says in one sentence what was found. */
async function diagnoseActive(cases: Cases, logs: OpenLogs): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (!document) return tell('editor.no-log');
  if (document.getText().length === 0) return tell('editor.empty');
  await logs.force(document);
  const of = cases.ofLog(document.uri.toString());
  const epochs = of?.log?.runs.reduce((sum, run) => sum + run.epochs.length, 0) ?? 0;
  if (epochs === 0) return tell('editor.no-epochs');
  const findings = of?.diagnosis.findings.length ?? 0;
  if (findings > 0) return void vscode.commands.executeCommand('workbench.actions.view.problems');
  return tell('editor.healthy', { epochs });
}

function tell(id: string, args: Readonly<Record<string, string | number>> = {}): void {
  void vscode.window.showInformationMessage(say({ id, args }));
}
