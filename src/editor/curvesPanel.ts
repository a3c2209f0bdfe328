import * as vscode from 'vscode';
import type { Run } from '../log/run';
import { encode, readFromPage, type CurveRun, type ToPage } from '../webview/protocol';
import { say } from '../words';
import type { Background } from './background';
import type { Cases, LogSource } from './cases';
import { Debouncer, Disposable } from './dispose';
import { ViewType } from './names';
import { pageHtml } from './pageHtml';
import { openLine, save } from './pageRequests';

/** Milliseconds between two pictures of a training that goes on. */
const pace = 500;
/** The page shows so many runs and metrics at most. */
const most = { runs: 100, metrics: 200 };

/** The page with the metrics of a log as curves; it follows a training while it goes on. */
export class CurvesPanel extends Disposable implements vscode.WebviewPanelSerializer {
  readonly #soon = this.register(new Debouncer(pace));
  #panel: vscode.WebviewPanel | undefined;
  #log: string | undefined;

  constructor(
    readonly cases: Cases,
    readonly extension: vscode.Uri,
    readonly state: vscode.Memento,
    readonly background: Background,
  ) {
    super();
    this.register(vscode.window.registerWebviewPanelSerializer(ViewType.curves, this));
    this.register(cases.onDidChange(() => this.#soon.schedule('', () => this.#postLater())));
    this.register({ dispose: () => this.#panel?.dispose() });
  }

  async show(log: LogSource): Promise<void> {
    this.#log = log.id;
    await this.state.update(ViewType.curves, log.id);
    if (this.#panel) {
      this.#panel.reveal();
      return this.#post();
    }
    const title = say({ id: 'editor.curves.title' });
    this.#adopt(vscode.window.createWebviewPanel(ViewType.curves, title, vscode.ViewColumn.Beside));
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    this.#log = this.state.get<string>(ViewType.curves);
    this.#adopt(panel);
    return Promise.resolve();
  }

  #adopt(panel: vscode.WebviewPanel): void {
    this.#panel = panel;
    const root = vscode.Uri.joinPath(this.extension, 'dist');
    panel.webview.options = { enableScripts: true, localResourceRoots: [root] };
    panel.iconPath = vscode.Uri.joinPath(this.extension, 'media', 'icon.png');
    panel.webview.onDidReceiveMessage((data: unknown) => {
      this.background.run('The page of curves got no answer', this.#receive(data));
    });
    panel.onDidDispose(() => {
      this.#panel = undefined;
    });
    panel.webview.html = pageHtml(panel.webview, root);
  }

  async #receive(data: unknown): Promise<void> {
    const message = readFromPage(data);
    if (message?.type === 'ready') return this.#answerReady();
    if (message?.type === 'save') return save(message.name, message.content);
    if (message?.type === 'copy') return vscode.env.clipboard.writeText(message.text);
    if (message?.type === 'openLine' && message.source === this.#log) {
      const uri = this.cases.ofLog(message.source)?.log?.uri;
      if (uri) return openLine(uri, message.line);
    }
  }

  /** In a restored window nobody may have opened the log yet; of a terminal nothing is left there. */
  async #answerReady(): Promise<void> {
    if (this.#log !== undefined && !this.cases.ofLog(this.#log)) {
      await this.#send({ type: 'showRefusal', reason: { id: 'editor.curves.gone' }, bundle: vscode.l10n.bundle });
      await openAgain(this.#log);
    }
    return this.#post();
  }

  #postLater(): void {
    this.background.run('Curves could not be shown', this.#post());
  }

  async #post(): Promise<void> {
    const log = this.#log === undefined ? undefined : this.cases.ofLog(this.#log)?.log;
    if (!log || !this.#panel) return;
    await this.#send({
      type: 'showCurves',
      title: log.name,
      runs: [...log.runs.entries()].slice(-most.runs).map(([index, run]) => curvesOf(log, run, index)),
      bundle: vscode.l10n.bundle,
    });
  }

  async #send(message: ToPage): Promise<void> {
    await this.#panel?.webview.postMessage(encode(message));
  }
}

/** Opens the file that a log's id names, if it names one; it is then read as any log that is opened. */
async function openAgain(id: string): Promise<void> {
  try {
    await vscode.workspace.openTextDocument(vscode.Uri.parse(id, true));
  } catch {
    // no file, or gone, or too big for an editor
  }
}

function curvesOf(log: LogSource, run: Run, index: number): CurveRun {
  const names = new Set(run.epochs.flatMap(({ metrics }) => [...metrics.keys()]));
  const curves = [...names].slice(0, most.metrics).map((metric) => {
    return { metric, values: run.epochs.map(({ metrics }) => metrics.get(metric)?.value ?? NaN) };
  });
  return {
    id: `${log.id} ${index}`,
    title: log.runs.length === 1 ? log.name : say({ id: 'editor.outline.run', args: { number: index + 1 } }),
    source: { id: log.id, name: log.name },
    epochs: run.epochs.map(({ number }) => number),
    lines: run.epochs.map((epoch) => log.locate(epoch)?.range.start.line ?? 0),
    curves,
    declaredEpochs: run.declaredEpochs,
    live: log.live,
  };
}
