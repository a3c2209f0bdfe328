import * as vscode from 'vscode';
import { say, significant } from '../words';
import type { Board } from './board';
import type { Case, Cases, LogSource } from './cases';
import { Debouncer, Disposable } from './dispose';
import { commandWith } from './ids';
import { Command } from './names';
import { isLost, lossesOf, sparkline } from './progress';
import { escapeMarkdown } from './text';

/**
 * One item in the status bar: how far the training is and where its loss goes, or that none is under way. Hidden while
 * there is neither a log nor a script that trains.
 */
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
    const { window } = vscode;
    this.register(board.onDidChange(later));
    this.register(window.onDidChangeActiveTextEditor(later));
    this.register(window.onDidChangeActiveNotebookEditor(later));
    this.register(window.onDidChangeActiveTerminal(later));
  }

  #show(): void {
    const of = currentCase(this.cases, this.board);
    if (of && lossesOf(of.log).length > 0) this.#showProgress(of);
    else if (this.#scriptInView()) this.#showIdle();
    else this.#item.hide();
  }

  #showProgress(of: CaseWithLog): void {
    const { log } = of;
    const run = log.runs.at(-1)!;
    const epoch = run.epochs.at(-1)!;
    const losses = lossesOf(log);
    const number = run.declaredEpochs === undefined ? String(epoch.number) : `${epoch.number}/${run.declaredEpochs}`;
    const args = { number, loss: significant(losses.at(-1)!), trend: log.live ? trendOf(losses) : '' };
    const wrong = goesWrong(of, this.board);
    const icon = wrong ? '$(error)' : log.live ? '$(pulse)' : '$(graph-line)';
    this.#item.text = `${icon} ${say({ id: wrong ? 'editor.status.wrong' : 'editor.status.text', args })}`;
    this.#item.command = commandWith(Command.showCurves, say({ id: 'editor.curves' }), log.id);
    this.#item.tooltip = tooltipOf(of, losses);
    this.#item.show();
  }

  #showIdle(): void {
    this.#item.text = `$(pulse) ${say({ id: 'editor.status.idle' })}`;
    this.#item.command = undefined;
    this.#item.tooltip = say({ id: 'editor.status.idle.tooltip' });
    this.#item.show();
  }

  #scriptInView(): boolean {
    const { activeTextEditor, activeNotebookEditor } = vscode.window;
    const shown = [activeTextEditor?.document.uri, activeNotebookEditor?.notebook.uri].filter((uri) => uri !== undefined);
    return shown.some((uri) => this.cases.ofScript(uri).length > 0);
  }
}

function tooltipOf({ log, diagnosis }: CaseWithLog, losses: readonly number[]): vscode.MarkdownString {
  const tooltip = new vscode.MarkdownString('', true);
  tooltip.isTrusted = { enabledCommands: [Command.interrupt, Command.tellWhenItEnds] };
  const range = `${significant(losses[0]!)} → ${significant(losses.at(-1)!)}`;
  tooltip.appendText(log.name).appendCodeblock(`${sparkline(losses)}\n${range}`, 'text');
  for (const { message, code } of diagnosis.findings.slice(0, 3)) {
    tooltip.appendMarkdown(`${escapeMarkdown(say(message))} \`${code}\`\n\n`);
  }
  const links = [
    ...(log.live ? [[Command.tellWhenItEnds, 'editor.end.ask']] : []),
    ...(log.live && log.interrupt && isLost(log) ? [[Command.interrupt, 'editor.interrupt']] : []),
  ].map(([command, id]) => `[${say({ id: id! })}](command:${command!})`);
  return tooltip.appendMarkdown(links.join(' · '));
}

type CaseWithLog = Case & { readonly log: LogSource };

/**
 * What the user looks at, or sees beside it; else a training that goes on. Of several, the one in the terminal in front,
 * then one that goes wrong; not the one that printed last, or the item would flicker.
 */
export function currentCase(cases: Cases, board: Board): CaseWithLog | undefined {
  const { activeTextEditor, activeNotebookEditor, visibleTextEditors, visibleNotebookEditors } = vscode.window;
  const shown = [
    activeTextEditor?.document.uri,
    activeNotebookEditor?.notebook.uri,
    ...visibleTextEditors.map(({ document }) => document.uri),
    ...visibleNotebookEditors.map(({ notebook }) => notebook.uri),
  ].flatMap((uri) => uri?.toString() ?? []);
  const ranked = [...cases.all].flatMap((of) => {
    if (!hasLog(of) || of.log.mirror) return [];
    const { log, script } = of;
    const place = shown.findIndex((uri) => uri === log.uri?.toString() || uri === script?.source.uri.toString());
    if (place < 0 && !log.live) return [];
    const wrong = log.live === true && goesWrong(of, board);
    return [{ of, rank: [place < 0 ? shown.length : place, !log.inView, !log.live, !wrong].map(Number) }];
  });
  ranked.reverse(); // of those that have ended, the one that changed last
  ranked.sort((a, b) => compare(a.rank, b.rank) || (a.of.log.live && b.of.log.live ? (a.of.log.id < b.of.log.id ? -1 : 1) : 0));
  return ranked[0]?.of;
}

function hasLog(of: Case): of is CaseWithLog {
  return of.log !== undefined;
}

/** The first difference decides. */
function compare(a: readonly number[], b: readonly number[]): number {
  return a.map((value, index) => value - b[index]!).find((difference) => difference !== 0) ?? 0;
}

/** Its last run has an error. */
function goesWrong(of: CaseWithLog, board: Board): boolean {
  return board.findingsOf(of).some(({ severity, run }) => severity === 'error' && run === of.log.runs.length - 1);
}

function trendOf(losses: readonly number[]): string {
  const [before, last] = [losses.at(-2), losses.at(-1)];
  if (before === undefined || last === undefined || before === last) return '';
  if (!Number.isFinite(last)) return '';
  return last < before ? '↓' : '↑';
}
