import * as vscode from 'vscode';
import type { Finding } from '../diagnosis';
import { say, significant } from '../words';
import type { Background } from './background';
import type { Board } from './board';
import type { Case, Cases, LogSource } from './cases';
import { Debouncer, Disposable } from './dispose';
import { alarmOf, isBroken, isLost } from './progress';
import type { RerunPanel } from './rerunPanel';
import { settings } from './settings';
import { currentCase } from './status';

/**
 * Milliseconds for which the notification of a NaN waits until the run is certainly lost, where it can be interrupted:
 * so the one notification of the run can offer that.
 */
const patience = 60_000;

/** The last run of a log that is followed. */
interface Followed {
  readonly start: number;
  /** Where it ended when it was last looked at: what ends earlier is another run under the same name. */
  end: number;
  /** When it went wrong. */
  since?: number;
  told?: true;
}

/** At most one notification for each run that goes wrong while it is followed, and one at the end if that was asked for. */
export class Notices extends Disposable {
  /** By log; of earlier runs nothing is kept. */
  readonly #runs = new Map<string, Followed>();
  /** Logs whose end the user wants to be told. */
  readonly #awaited = new Map<string, LogSource>();
  readonly #later = this.register(new Debouncer(patience));

  constructor(
    readonly cases: Cases,
    readonly board: Board,
    readonly panel: RerunPanel,
    readonly background: Background,
  ) {
    super();
    this.register(board.onDidChange(() => this.#look()));
    this.register(cases.onDidChange(() => this.#lookForEnds()));
  }

  tellWhenItEnds(): void {
    const log = currentCase(this.cases, this.board)?.log;
    if (!log?.live) return void vscode.window.showInformationMessage(say({ id: 'editor.end.nothing' }));
    this.#awaited.set(log.id, log);
    void vscode.window.showInformationMessage(say({ id: 'editor.end.noted', args: { log: log.name } }));
  }

  #look(): void {
    for (const { log } of this.cases.all) if (log) this.#follow(log);
    if (!settings.notifications()) return;
    for (const of of this.cases.all) {
      const { log } = of;
      const run = log && this.#runs.get(log.id);
      if (!run || run.told) continue;
      const finding = alarmOf(this.board.findingsOf(of), log.runs.length - 1);
      if (!finding) continue;
      run.since ??= Date.now();
      if (log.live && log.interrupt && isBroken(log) && !isLost(log) && Date.now() - run.since < patience) {
        this.#later.schedule(log.id, () => this.#look());
        continue;
      }
      run.told = true;
      this.background.run('A notification could not be answered', this.#tell(of, log, finding));
    }
  }

  /** A file that was written anew and a cell that runs again have the same name, but end earlier than before. */
  #follow({ id, runs, live }: LogSource): void {
    const { start = 0, end = 0 } = runs.at(-1) ?? {};
    const known = this.#runs.get(id);
    if (known?.start === start && known.end <= end) known.end = end;
    else if (live) this.#runs.set(id, { start, end });
    else this.#runs.delete(id);
  }

  async #tell(of: Case, log: LogSource, finding: Finding): Promise<void> {
    const open = say({ id: 'editor.notice.open' });
    const rerun = say({ id: 'editor.notice.rerun' });
    const interrupt = say({ id: 'editor.interrupt' });
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
    for (const [id, awaited] of this.#awaited) {
      const log = this.cases.ofLog(id)?.log ?? awaited;
      if (log.live) continue;
      this.#awaited.delete(id);
      const epoch = log.runs.at(-1)?.epochs.at(-1);
      const loss = epoch?.metrics.get('loss');
      const args = { log: log.name, number: epoch?.number ?? 0, loss: loss ? significant(loss.value) : '?' };
      void vscode.window.showInformationMessage(say({ id: 'editor.end.ended', args }));
    }
  }
}
