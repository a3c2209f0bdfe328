import * as vscode from 'vscode';
import { setLanguage } from '../words';
import { Background } from './background';
import { Board } from './board';
import { Cases } from './cases';
import { CleanView } from './cleanView';
import { registerCommands } from './commands';
import { registerContextKeys } from './contextKeys';
import { CurvesPanel } from './curvesPanel';
import { Fixes } from './fixes';
import { GrowingLogs } from './growingLogs';
import { Explanations } from './hover';
import { Lenses } from './lenses';
import { MarkdownLogs } from './markdownLogs';
import { Notices } from './notices';
import { NotebookLogs } from './notebooks';
import { OpenLogs } from './openLogs';
import { OpenScripts } from './openScripts';
import { Folds, Outline } from './outline';
import type { Platform } from './platform';
import { RerunPanel } from './rerunPanel';
import { rulePageIn } from './rulePages';
import { Sample } from './sample';
import { ScriptFinder } from './scriptOfLog';
import { Scripts } from './scripts';
import { Status } from './status';
import { TerminalLogs } from './terminals';
import { registerTools } from './tools';

/** What the tests inside VS Code hold on to. */
export interface Rooms {
  readonly cases: Cases;
  readonly board: Board;
  readonly panel: RerunPanel;
  readonly curves: CurvesPanel;
}

/** Builds the rooms and connects them; nothing is read before a log or script is open. */
export function activateShared(context: vscode.ExtensionContext, platform: Platform): Rooms | undefined {
  setLanguage(vscode.l10n.bundle);
  const { subscriptions, extensionUri, globalStorageUri, workspaceState } = context;
  const own = <T extends vscode.Disposable>(owned: T): T => (subscriptions.push(owned), owned);

  const output = own(vscode.window.createOutputChannel('Loss Doctor', { log: true }));
  const background = new Background(output);
  const rulePage = rulePageIn(extensionUri);
  const { engine } = platform;
  const scripts = own(
    new Scripts(
      {
        shipped: vscode.Uri.joinPath(extensionUri, 'media', 'data'),
        keras: platform.home && vscode.Uri.joinPath(platform.home, '.keras', 'datasets'),
      },
      engine,
    ),
  );
  const finder = own(new ScriptFinder(scripts, workspaceState, engine));
  const cases = own(new Cases(scripts, finder, engine, output));
  const board = own(new Board(cases, rulePage));
  const panel = own(new RerunPanel(cases, engine, extensionUri, workspaceState, output));
  const clean = own(new CleanView());
  const logs = own(new OpenLogs(cases, background));
  own(new OpenScripts(cases));
  own(new NotebookLogs(cases));
  own(new MarkdownLogs(cases));
  own(new TerminalLogs(cases, background));
  const growing = own(new GrowingLogs(cases, platform, workspaceState, background));
  const curves = own(new CurvesPanel(cases, extensionUri, workspaceState, background));
  const notices = own(new Notices(cases, board, panel, background));
  own(new Status(cases, board));
  const sample = own(new Sample(board, panel, vscode.Uri.joinPath(extensionUri, 'samples', 'exploding'), globalStorageUri));
  own(registerCommands({ board, cases, clean, curves, growing, logs, notices, panel, sample, output, rulePage }));
  own(registerContextKeys(cases, board));
  own(registerTools({ cases, engine, logs, panel }));

  const everywhere: vscode.DocumentSelector = '*';
  const textual: vscode.DocumentSelector = [{ language: 'log' }, { language: 'plaintext' }];
  const { languages } = vscode;
  own(languages.registerCodeActionsProvider(everywhere, new Fixes(board, scripts, engine), { providedCodeActionKinds: Fixes.kinds }));
  own(languages.registerHoverProvider(everywhere, new Explanations(board)));
  own(languages.registerCodeLensProvider(everywhere, own(new Lenses(cases, board, panel))));
  own(languages.registerDocumentSymbolProvider(textual, new Outline(logs)));
  own(languages.registerFoldingRangeProvider(textual, new Folds(logs)));

  return context.extensionMode === vscode.ExtensionMode.Test ? { cases, board, panel, curves } : undefined;
}
