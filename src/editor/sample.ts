import * as vscode from 'vscode';
import type { Board } from './board';
import { Disposable } from './dispose';
import { ContextKey } from './names';
import type { RerunPanel } from './rerunPanel';
import { openDocument } from './text';

/** Milliseconds that a freshly opened sample may take until it is diagnosed. */
const patience = 10_000;

/**
 * The log and the script of the walkthrough. They are copied out of the extension, whose own files nobody may write, so
 * that the whole path can be walked without a folder of one's own: open, read, fix, confirm.
 */
export class Sample extends Disposable {
  readonly #log: vscode.Uri;
  readonly #script: vscode.Uri;

  constructor(
    readonly board: Board,
    readonly panel: RerunPanel,
    readonly shipped: vscode.Uri,
    storage: vscode.Uri,
  ) {
    super();
    this.#log = vscode.Uri.joinPath(storage, 'sample', 'train.log');
    this.#script = vscode.Uri.joinPath(storage, 'sample', 'train.py');
    this.register(board.onDidChange(() => this.#fixed && complete(ContextKey.sampleFixed)));
    this.register(
      panel.onDidReceive((message) => {
        if (message.type === 'verdict' && message.verdict.outcome === 'confirmed') complete(ContextKey.fixConfirmed);
      }),
    );
  }

  /** Opens the log, and makes it and its script what they were at first. */
  async open(): Promise<void> {
    for (const file of [this.#script, this.#log]) await renew(file, vscode.Uri.joinPath(this.shipped, file.path.split('/').at(-1)!));
    await this.#show(this.#log);
  }

  /** Shows the warning in the log, with its explanation. */
  async read(): Promise<void> {
    if (await this.#goTo(this.#log)) await vscode.commands.executeCommand('editor.action.showHover');
  }

  /** Shows what causes it in the script, with the fixes to choose from. */
  async fix(): Promise<void> {
    if (await this.#goTo(this.#script)) await vscode.commands.executeCommand('editor.action.quickFix');
  }

  /** Trains the script as it was, and with each fix. */
  async confirm(): Promise<void> {
    if (await this.#diagnosed(this.#log)) await this.panel.show({ uri: this.#log.toString() });
  }

  /** Shows the first finding in one of the two files, whichever step was left out before; false if there is none. */
  async #goTo(file: vscode.Uri): Promise<boolean> {
    const range = await this.#diagnosed(file);
    const selection = range && new vscode.Range(range.start, range.start);
    await this.#show(file, selection);
    return range !== undefined;
  }

  /** Both files have their place in one group, beside the walkthrough. */
  async #show(file: vscode.Uri, selection?: vscode.Range): Promise<void> {
    const ours = [this.#log, this.#script].map(String);
    const group = vscode.window.tabGroups.all.find(({ tabs }) =>
      tabs.some(({ input }) => input instanceof vscode.TabInputText && ours.includes(input.uri.toString())),
    );
    await vscode.window.showTextDocument(file, { preview: false, selection, viewColumn: group?.viewColumn });
  }

  get #fixed(): boolean {
    return this.board.cases.ofLog(this.#log.toString())?.edited === true;
  }

  async #diagnosed(file: vscode.Uri): Promise<vscode.Range | undefined> {
    if (!openDocument(this.#log)) await this.open();
    const found = (): vscode.Range | undefined => this.board.at(file)[0]?.diagnostic.range;
    if (found() || this.#fixed) return found(); // a script that is fixed has no warning any more
    return new Promise((resolve) => {
      const stop = (range?: vscode.Range): void => {
        clearTimeout(timer);
        listening.dispose();
        resolve(range);
      };
      const timer = setTimeout(stop, patience);
      const listening = this.board.onDidChange(() => found() && stop(found()));
    });
  }
}

async function renew(file: vscode.Uri, original: vscode.Uri): Promise<void> {
  const { fs } = vscode.workspace;
  const bytes = await fs.readFile(original);
  const document = openDocument(file);
  if (!document) return fs.writeFile(file, bytes);
  const edit = new vscode.WorkspaceEdit();
  edit.replace(file, new vscode.Range(0, 0, document.lineCount, 0), new TextDecoder().decode(bytes));
  await vscode.workspace.applyEdit(edit);
  await document.save();
}

/** Steps of the walkthrough are done when these keys are set. */
function complete(key: string): void {
  void vscode.commands.executeCommand('setContext', key, true);
}
