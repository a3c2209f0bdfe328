import * as vscode from 'vscode';
import type { Verdict } from '../rerun/trace';
import type { Remedy } from '../script/remedy';
import type { Message } from '../text/message';
import { encode, readFromPage, type Candidate, type FromPage, type ToPage } from '../webview/protocol';
import { say } from '../words';
import type { Cases } from './cases';
import { Disposable } from './dispose';
import { ViewType } from './names';
import { pageHtml } from './pageHtml';
import { chooseData, openLine, save } from './pageRequests';
import type { LoadEngine } from './platform';
import { prepare, refusal, type Prepared, type Request } from './rerunJob';
import { difference, nameOf, openDocument, workspaceEdit } from './text';
import { candidateOf, remediesOf } from './trial';

export interface Judged {
  readonly title: string;
  readonly verdict: Verdict;
}

/** A job as the page shows it: what the page says refers to it. */
interface Shown extends Prepared {
  readonly candidates: Map<string, Candidate>;
  readonly verdicts: Map<string, Verdict>;
}

/** Name under which the request is kept for a restored window. */
const memory = 'rerun';

/** The page in which a script is rerun, with and without each fix. There is one; it shows the last thing asked for. */
export class RerunPanel extends Disposable implements vscode.WebviewPanelSerializer {
  readonly #received = this.register(new vscode.EventEmitter<FromPage>());
  readonly #judged = this.register(new vscode.EventEmitter<void>());
  readonly #showed = this.register(new vscode.EventEmitter<string | undefined>());
  readonly #closed = this.register(new vscode.EventEmitter<void>());
  #panel: vscode.WebviewPanel | undefined;
  #request: Request | undefined;
  #shown: Shown | undefined;
  /** The window was restored, and the log of the request is not read yet. */
  #awaitsLog = false;
  /** Those that the page may open. */
  #files: readonly string[] = [];

  /** Every valid message of the page, after it was answered. */
  readonly onDidReceive = this.#received.event;
  /** A candidate has its verdict. */
  readonly onDidJudge = this.#judged.event;
  /** A job is shown in place of the one before, by its id; undefined for a refusal. */
  readonly onDidShow = this.#showed.event;
  readonly onDidClose = this.#closed.event;

  constructor(
    readonly cases: Cases,
    readonly engine: LoadEngine,
    readonly extension: vscode.Uri,
    readonly state: vscode.Memento,
    readonly output: vscode.LogOutputChannel,
  ) {
    super();
    this.register(vscode.window.registerWebviewPanelSerializer(ViewType.rerun, this));
    this.register(cases.scripts.onDidChange((uri) => this.#scriptEdited(uri)));
    this.register(cases.onDidChange(() => this.#lookForLog()));
    this.register({ dispose: () => this.#panel?.dispose() });
  }

  async show(request: Request): Promise<void> {
    this.#request = request;
    this.#awaitsLog = false;
    await this.state.update(memory, request);
    if (this.#panel) {
      this.#panel.reveal();
      return this.#showJob();
    }
    const title = say({ id: 'editor.rerun.title' });
    this.#adopt(vscode.window.createWebviewPanel(ViewType.rerun, title, vscode.ViewColumn.Beside));
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    this.#request = this.state.get<Request>(memory);
    this.#awaitsLog = true;
    this.#adopt(panel);
    return Promise.resolve();
  }

  /** What the last rerun of this very text found. */
  verdicts(scriptText: string, fitStart: number): readonly Judged[] {
    const shown = this.#shown;
    if (shown?.read.source.text !== scriptText || shown.fit.span.start !== fitStart) return [];
    return [...shown.candidates].flatMap(([id, { title }]) => {
      const verdict = shown.verdicts.get(id);
      return verdict ? [{ title, verdict }] : [];
    });
  }

  /** Takes a message of the page. What is no valid message is dropped. */
  async receive(data: unknown): Promise<void> {
    const message = readFromPage(data);
    if (!message) return this.output.warn('The rerun page sent something that is no message.');
    try {
      await this.#answer(message);
    } catch (error) {
      this.output.error(`While answering ${message.type}:`, error);
    }
    this.#received.fire(message);
  }

  #adopt(panel: vscode.WebviewPanel): void {
    this.#panel = panel;
    const root = vscode.Uri.joinPath(this.extension, 'dist');
    panel.webview.options = { enableScripts: true, localResourceRoots: [root] };
    panel.iconPath = vscode.Uri.joinPath(this.extension, 'media', 'icon.png');
    panel.webview.onDidReceiveMessage((data: unknown) => this.receive(data));
    panel.onDidDispose(() => {
      this.#panel = undefined;
      this.#shown = undefined;
      this.#closed.fire();
    });
    panel.webview.html = pageHtml(panel.webview, root);
  }

  async #answer(message: FromPage): Promise<void> {
    if (message.type === 'ready' || message.type === 'restart') return this.#showJob();
    if (message.type === 'save') return save(message.name, message.content);
    if (message.type === 'copy') return vscode.env.clipboard.writeText(message.text);
    if (message.type === 'openLine') return this.#openLine(message.source, message.line);
    if (message.type === 'useData') return this.#useData(message.from);
    const shown = this.#shown;
    if (!shown) return;
    if (message.jobId !== shown.message.jobId) return; // of a job that is no longer shown
    switch (message.type) {
      case 'apply':
        return this.#apply(shown, message.candidate);
      case 'tryIt':
        return this.#addCandidate(shown, message.id, remediesOf(message.trial));
      case 'offer':
        return this.#addCandidate(shown, message.id, [message.remedy]);
      case 'verdict':
        shown.verdicts.set(message.candidate, message.verdict);
        this.#judged.fire();
        return;
      case 'failed':
        return this.output.error(`Rerun, ${message.kind}: ${message.detail}`);
      case 'reproduced':
      case 'cancelled':
      case 'done':
        return;
    }
  }

  async #showJob(): Promise<void> {
    const request = this.#request;
    const made = request ? await prepare(this.cases, this.engine, request) : refusal({ id: 'editor.rerun.no-script' });
    if (request !== this.#request) return; // another one was asked for meanwhile
    const message = 'type' in made ? made : made.message;
    this.#files = [message.script?.id, 'log' in message ? message.log?.id : undefined].filter((id) => id !== undefined);
    if ('type' in made) this.#shown = undefined;
    else this.#shown = { ...made, candidates: new Map(made.message.candidates.map((one) => [one.id, one])), verdicts: new Map() };
    this.#showed.fire(this.#shown?.message.jobId);
    await this.#post(message);
  }

  async #addCandidate(shown: Shown, id: string, remedies: readonly [Remedy, ...Remedy[]] | undefined): Promise<void> {
    if (!remedies) return;
    const { fit, data, read: { script, files } } = shown;
    const made = candidateOf(await this.engine(), { script, files, fit, ...(data && { data }) }, id, remedies);
    const { jobId } = shown.message;
    if ('refused' in made) return this.#post({ type: 'trialRefused', jobId, id, refused: made.refused });
    shown.candidates.set(id, made.candidate);
    return this.#post({ type: 'trialReady', jobId, ...made });
  }

  /** Writes a candidate into the script, exactly as it was rerun. */
  async #apply({ message: { jobId }, read, candidates }: Shown, candidate: string): Promise<void> {
    const wanted = candidates.get(candidate);
    if (!wanted) return;
    const { uri } = read.source;
    const args = { script: nameOf(uri) };
    const answer = (refused?: Message): Promise<void> => this.#post({ type: 'applied', jobId, candidate, refused });
    const now = await this.cases.scripts.readToEdit(uri);
    if (now?.source.text === wanted.editedText) return answer();
    if (now?.source.text !== read.source.text) return answer({ id: 'editor.apply.edited', args });
    const edit = workspaceEdit(now.source, [difference(now.source.text, wanted.editedText)]);
    if (!(await vscode.workspace.applyEdit(edit))) return answer({ id: 'editor.apply.failed', args });
    await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.One, preserveFocus: true });
    return answer();
  }

  /** The page names files only by what it was given; anything else is not opened. */
  async #openLine(id: string, line: number): Promise<void> {
    if (this.#files.includes(id)) await openLine(vscode.Uri.parse(id), line);
  }

  /** Goes on with data that the script lacks. */
  async #useData(from: 'file' | 'stand-in'): Promise<void> {
    const request = this.#request;
    const data = from === 'file' ? (await chooseData(request?.uri))?.map(String) : from;
    if (!request || !data || request !== this.#request) return;
    this.#request = { ...request, data };
    await this.state.update(memory, this.#request);
    return this.#showJob();
  }

  /** A restored page asks before the documents of its window are read: the job is made again once its log is there. */
  #lookForLog(): void {
    if (!this.#awaitsLog || !this.#request) return;
    const { uri } = this.#request;
    const known = this.cases.ofLog(uri)?.script ?? this.cases.ofScript(vscode.Uri.parse(uri)).find(({ log }) => log);
    if (!known) return;
    this.#awaitsLog = false;
    void this.#showJob();
  }

  #scriptEdited(uri: vscode.Uri): void {
    const shown = this.#shown;
    if (shown?.message.script.id !== uri.toString()) return;
    const text = openDocument(uri)?.getText();
    if (text === shown.read.source.text || [...shown.candidates.values()].some((one) => one.editedText === text)) return;
    void this.#post({ type: 'stale', jobId: shown.message.jobId });
  }

  async #post(message: ToPage): Promise<void> {
    await this.#panel?.webview.postMessage(encode(message));
  }
}
