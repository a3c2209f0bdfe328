import * as vscode from 'vscode';
import { say, significant } from '../words';
import type { Board } from './board';
import type { Case, Cases } from './cases';
import { Debouncer, Disposable } from './dispose';
import { commandWith } from './ids';
import { Command } from './names';
import { lossesOf, sparkline } from './progress';

/** One item in the status bar: how far the training is and where its loss goes. Hidden while there is no log. */
export class Status extends Disposable {
  readonly #item = this.register(vscode.window.createStatusBarItem('training', vscode.StatusBarAlignment.Right, 100));
  readonly #soon = this.register(new Debouncer(100));

  constructor(
    readonly cases: Cases,
    readonly board: Board,
  ) {
    super();
    this.#item.name = say({ id: 'editor.status.name' });
    const later = (): void => this.#soon.schedule('', () => this.#show());
    this.register(board.onDidChange(later));
    this.register(vscode.window.onDidChangeActiveTextEditor(later));
    this.register(vscode.window.onDidChangeActiveNotebookEditor(later));
  }

  #show(): void {
    const of = currentCase(this.cases);
    const losses = of ? lossesOf(of) : [];
    if (!of?.log || losses.length === 0) return this.#item.hide();
    const run = of.log.runs.at(-1)!;
    const epoch = run.epochs.at(-1)!;
    const lost = this.board.all.some(({ of: other, diagnostic }) => other === of && diagnostic.severity === vscode.DiagnosticSeverity.Error);
    const number = run.declaredEpochs === undefined ? String(epoch.number) : `${epoch.number}/${run.declaredEpochs}`;
    const args = { number, loss: significant(losses.at(-1)!), trend: trendOf(losses) };
    this.#item.text = `${lost ? '$(error)' : '$(pulse)'} ${say({ id: 'editor.status.text', args })}`;
    this.#item.command = commandWith(Command.showCurves, say({ id: 'editor.curves' }), of.log.id);
    const tooltip = new vscode.MarkdownString();
    tooltip.appendText(of.log.name).appendCodeblock(sparkline(losses), 'text');
    for (const { message, code } of of.diagnosis.findings.slice(0, 3)) tooltip.appendText(`${code}: ${say(message)}`).appendMarkdown('\n\n');
    this.#item.tooltip = tooltip;
    this.#item.show();
  }
}

/** What the user looks at, or sees beside it; else the training that printed last. */
export function currentCase(cases: Cases): Case | undefined {
  const { activeTextEditor, activeNotebookEditor, visibleTextEditors, visibleNotebookEditors } = vscode.window;
  const shown = [
    activeTextEditor?.document.uri,
    activeNotebookEditor?.notebook.uri,
    ...visibleTextEditors.map(({ document }) => document.uri),
    ...visibleNotebookEditors.map(({ notebook }) => notebook.uri),
  ].map(String);
  const withLog = [...cases.all].filter(({ log }) => log && !log.mirror).reverse();
  for (const uri of shown) {
    const of = withLog.find(({ log, script }) => log!.uri?.toString() === uri || script?.source.uri.toString() === uri);
    if (of) return of;
  }
  return withLog.find(({ log }) => log!.live);
}

function trendOf(losses: readonly number[]): string {
  const [before, last] = [losses.at(-2), losses.at(-1)];
  if (before === undefined || last === undefined || before === last) return '';
  if (!Number.isFinite(last)) return '';
  return last < before ? '↓' : '↑';
}
