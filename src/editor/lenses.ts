import * as vscode from 'vscode';
import { say } from '../words';
import type { Board } from './board';
import { fitOfFinding, type Case, type Cases } from './cases';
import { Disposable } from './dispose';
import { commandWith } from './ids';
import { Command } from './names';
import type { RerunPanel } from './rerunPanel';
import { settings } from './settings';
import { nameOf } from './text';

/** Over a log: which script made it. Over `model.fit`: the way to confirm a fix, and what the last rerun said. */
export class Lenses extends Disposable implements vscode.CodeLensProvider {
  readonly #changed = this.register(new vscode.EventEmitter<void>());
  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(
    readonly cases: Cases,
    readonly board: Board,
    readonly panel: RerunPanel,
  ) {
    super();
    this.register(board.onDidChange(() => this.#changed.fire()));
    this.register(panel.onDidJudge(() => this.#changed.fire()));
    this.register(settings.onDidChange(() => this.#changed.fire()));
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    if (!settings.codeLens(document)) return [];
    const of = this.cases.ofLog(document.uri.toString());
    return of?.log ? this.#overLog(of) : this.#overFits(document);
  }

  #overLog(of: Case): vscode.CodeLens[] {
    const first = of.log!.runs[0];
    const place = first && of.log!.locate(first);
    if (!place) return [];
    const title = of.script
      ? say({ id: 'editor.lens.script', args: { script: nameOf(of.script.source.uri) } })
      : say({ id: of.candidates.length > 0 ? 'editor.lens.unsure' : 'editor.lens.no-script' });
    return [new vscode.CodeLens(place.range, commandWith(Command.chooseScript, title, of.log!.uri))];
  }

  #overFits({ uri }: vscode.TextDocument): vscode.CodeLens[] {
    const lenses = new Map<number, vscode.CodeLens[]>();
    for (const { of, finding } of this.board.all) {
      const fit = fitOfFinding(of, finding);
      if (!fit || !of.script || of.edited || lenses.has(fit.span.start) || finding.remedies.length === 0) continue;
      const { source } = of.script;
      const place = source.locate(fit.span);
      if (place.uri.toString() !== uri.toString()) continue;
      const lens = (title: string): vscode.CodeLens =>
        new vscode.CodeLens(place.range, commandWith(Command.rerun, title, source.uri, fit.span.start));
      const judged = this.panel.verdicts(source.text, fit.span.start).map(({ title, verdict }) => {
        return lens(`${icons[verdict.outcome]} ${title}: ${say({ id: outcomes[verdict.outcome] })}`);
      });
      lenses.set(fit.span.start, [lens(`$(beaker) ${say({ id: 'editor.rerun' })}`), ...judged]);
    }
    return [...lenses.values()].flat();
  }
}

const outcomes = {
  confirmed: 'editor.outcome.confirmed',
  partly: 'editor.outcome.partly',
  refuted: 'editor.outcome.refuted',
  unknown: 'editor.outcome.unknown',
} as const;
const icons = { confirmed: '$(pass)', partly: '$(warning)', refuted: '$(error)', unknown: '$(question)' } as const;
