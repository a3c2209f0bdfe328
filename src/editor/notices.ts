import * as vscode from 'vscode';
import type { Finding } from '../diagnosis';
import { say, significant } from '../words';
import type { Board } from './board';
import type { Case, Cases, LogSource } from './cases';
import { Disposable } from './dispose';
import type { RerunPanel } from './rerunPanel';
import { settings } from './settings';
import { currentCase } from './status';

/** Epochs after a NaN from which on a run counts as lost. */
const noRecovery = 3;

/** At most one notification for each run that goes wrong while it is followed, and one at the end if that was asked for. */
export class Notices extends Disposable {
  /** Runs that were told of, by log and number. */
  readonly #told = new Set<string>();
  /** Logs whose end the user wants to be told. */
  readonly #awaited = new Map<string, LogSource>();

  constructor(
    readonly cases: Cases,
    readonly board: Board,
    readonly panel: RerunPanel,
  ) {
    super();
    this.register(board.onDidChange(() => this.#look()));
    const timer = setInterval(() => this.#lookForEnds(), 1000);
    this.register({ dispose: () => clearInterval(timer) });
  }

  tellWhenItEnds(): void {
    const log = currentCase(this.cases)?.log;
    if (!log?.live) return void vscode.window.showInformationMessage(say({ id: 'editor.end.nothing' }));
    this.#awaited.set(log.id, log);
    void vscode.window.showInformationMessage(say({ id: 'editor.end.noted', args: { log: log.name } }));
  }

  #look(): void {
    if (!settings.notifications()) return;
    for (const { of, finding, diagnostic } of this.board.all) {
      const { log } = of;
      if (!log?.live || finding.run === undefined || finding.run !== log.runs.length - 1) continue;
      if (diagnostic.severity !== vscode.DiagnosticSeverity.Error) continue;
      const key = `${log.id} ${finding.run}`;
      if (this.#told.has(key)) continue;
      this.#told.add(key);
      void this.#tell(of, log, finding);
    }
  }

  async #tell(of: Case, log: LogSource, finding: Finding): Promise<void> {
    const open = say({ id: 'editor.notice.open' });
    const rerun = say({ id: 'editor.notice.rerun' });
    const interrupt = say({ id: 'editor.notice.interrupt' });
    const never = say({ id: 'editor.notice.never' });
    const offers = [open];
    if (of.script && finding.remedies.length > 0) offers.push(rerun);
    if (log.interrupt && isLost(log)) offers.push(interrupt);
    const answer = await vscode.window.showWarningMessage(`${log.name}: ${say(finding.message)}`, ...offers, never);
    if (answer === open) await this.#open(of, log, finding);
    if (answer === rerun) await this.panel.show({ uri: of.script!.source.uri.toString() });
    if (answer === interrupt) log.interrupt?.();
    if (answer === never) await settings.stopNotifications();
  }

  async #open({ script }: Case, log: LogSource, finding: Finding): Promise<void> {
    const place = (finding.log && log.locate(finding.log)) ?? (finding.script && script?.source.locate(finding.script));
    if (place) await vscode.window.showTextDocument(place.uri, { selection: place.range });
    else log.show?.();
  }

  #lookForEnds(): void {
    for (const [id, log] of this.#awaited) {
      if (log.live) continue;
      this.#awaited.delete(id);
      const epoch = log.runs.at(-1)?.epochs.at(-1);
      const loss = epoch?.metrics.get('loss');
      const args = { log: log.name, number: epoch?.number ?? 0, loss: loss ? significant(loss.value) : '?' };
      void vscode.window.showInformationMessage(say({ id: 'editor.end.ended', args }));
    }
  }
}

/** NaN or infinite, and still so after some epochs: such a run does not come back. */
function isLost({ runs }: LogSource): boolean {
  const last = runs.at(-1)?.epochs.slice(-noRecovery) ?? [];
  return last.length === noRecovery && last.every(({ metrics }) => !Number.isFinite(metrics.get('loss')?.value ?? 0));
}
