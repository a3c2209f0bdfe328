import * as vscode from 'vscode';
import type { Finding } from '../diagnosis';
import type { Remedy } from '../script/remedy';
import { remedyTitle, say } from '../words';
import { type Board, codeOf, type Posted } from './board';
import { fitOfFinding, type Case } from './cases';
import { commandWith } from './ids';
import { Command, source } from './names';
import type { LoadEngine } from './platform';
import type { Scripts } from './scripts';
import { workspaceEdit } from './text';

/** Offers the remedies of the findings under the cursor, in the log and in the script alike, as edits of the script. */
export class Fixes implements vscode.CodeActionProvider {
  static readonly kinds = [vscode.CodeActionKind.QuickFix];

  constructor(
    readonly board: Board,
    readonly scripts: Scripts,
    readonly engine: LoadEngine,
  ) {}

  async provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    { diagnostics }: vscode.CodeActionContext,
    token: vscode.CancellationToken,
  ): Promise<vscode.CodeAction[]> {
    const actions: vscode.CodeAction[] = [];
    for (const posted of this.board.at(document.uri)) {
      const under = posted.diagnostic.range;
      if (!under.intersection(range)) continue;
      const diagnostic = diagnostics.find((one) => one.source === source && isSame(one, posted.diagnostic));
      const found = await this.#actionsFor(posted, document.uri, diagnostic ?? posted.diagnostic);
      if (token.isCancellationRequested) return [];
      for (const action of found) if (!actions.some(({ title }) => title === action.title)) actions.push(action);
    }
    return actions;
  }

  async #actionsFor({ of, finding }: Posted, here: vscode.Uri, diagnostic: vscode.Diagnostic): Promise<vscode.CodeAction[]> {
    if (finding.remedies.length === 0) return [];
    const actions: vscode.CodeAction[] = [];
    const add = (title: string, command?: vscode.Command): vscode.CodeAction => {
      const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
      action.diagnostics = [diagnostic];
      if (command) action.command = command;
      actions.push(action);
      return action;
    };
    if (!of.script) {
      if (of.log) add(say({ id: 'editor.choose' }), commandWith(Command.chooseScript, '', here));
      return actions;
    }
    for (const [index, remedy] of finding.remedies.entries()) {
      const edit = await this.#editFor(of, finding, remedy);
      if (!edit) continue;
      const action = add(remedyTitle(remedy));
      action.edit = edit;
      action.isPreferred = index === 0 && finding.preferred === true;
    }
    const fit = fitOfFinding(of, finding);
    add(say({ id: 'editor.rerun' }), commandWith(Command.rerun, '', of.log?.uri ?? of.script.source.uri, fit?.span.start));
    return actions;
  }

  /** The change that carries out `remedy` on the script as it stands now; undefined if it is refused or already there. */
  async #editFor(of: Case, finding: Finding, remedy: Remedy): Promise<vscode.WorkspaceEdit | undefined> {
    const fit = fitOfFinding(of, finding);
    const now = of.script && (await this.scripts.readToEdit(of.script.source.uri));
    const fitNow = fit && now?.script.fits[of.script!.script.fits.indexOf(fit)];
    if (!fitNow) return undefined;
    const { remedyEdits } = await this.engine();
    const result = remedyEdits(now.script, fitNow, remedy);
    return 'refused' in result || result.edits.length === 0 ? undefined : workspaceEdit(now.source, result.edits);
  }
}

function isSame(a: vscode.Diagnostic, b: vscode.Diagnostic): boolean {
  return codeOf(a) === codeOf(b) && a.range.isEqual(b.range);
}
