import * as vscode from 'vscode';
import { looksLikeLog, readLog } from '../log';
import type { Run } from '../log/run';
import type { Fit } from '../script/script';
import { say } from '../words';
import type { Cases, LogSource } from './cases';
import { Debouncer, Disposable } from './dispose';
import { textOfNotebook } from './notebookText';
import type { ReadScript, Scripts } from './scripts';
import { nameOf } from './text';

/** Milliseconds of quiet after an output before it is read: a progress bar prints many times a second. */
const quiet = 300;
const plain = 'text/plain';
const streams = ['application/vnd.code.notebook.stdout', 'application/vnd.code.notebook.stderr'];

/** Reads what the cells of open notebooks print, as it stands and as it changes. */
export class NotebookLogs extends Disposable {
  readonly #known = new Map<vscode.NotebookDocument, Set<string>>();
  readonly #debouncer = this.register(new Debouncer(quiet));

  constructor(readonly cases: Cases) {
    super();
    const { workspace } = vscode;
    this.register(workspace.onDidOpenNotebookDocument((notebook) => this.#read(notebook)));
    this.register(workspace.onDidCloseNotebookDocument((notebook) => this.#close(notebook)));
    this.register(
      workspace.onDidChangeNotebookDocument(({ notebook, cellChanges, contentChanges }) => {
        const printsOrEnds = cellChanges.some(({ outputs, executionSummary }) => outputs ?? executionSummary);
        if (contentChanges.length === 0 && !printsOrEnds) return;
        this.#debouncer.schedule(notebook.uri.toString(), () => this.#read(notebook));
      }),
    );
    for (const notebook of workspace.notebookDocuments) this.#read(notebook);
  }

  #read(notebook: vscode.NotebookDocument): void {
    if (notebook.isClosed) return;
    void this.cases.examineScript(notebook.uri);
    const before = this.#known.get(notebook) ?? new Set();
    const now = new Set<string>();
    for (const cell of notebook.getCells()) {
      const text = printed(cell);
      if (!looksLikeLog(text)) continue;
      const log = new CellLog(cell, readLog(text), this.cases.scripts);
      now.add(log.id);
      void this.cases.examine(log);
    }
    for (const id of before) if (!now.has(id)) this.cases.remove(id);
    this.#known.set(notebook, now);
  }

  #close(notebook: vscode.NotebookDocument): void {
    this.#debouncer.cancel(notebook.uri.toString());
    for (const id of this.#known.get(notebook) ?? []) this.cases.remove(id);
    this.#known.delete(notebook);
    this.cases.remove(notebook.uri.toString());
  }
}

/** What a cell printed. It has no place in the editor: its findings stand on the cell's call of `fit`. */
class CellLog implements LogSource {
  readonly id: string;
  readonly name: string;
  readonly uri: vscode.Uri;

  constructor(
    readonly cell: vscode.NotebookCell,
    readonly runs: readonly Run[],
    readonly scripts: Scripts,
  ) {
    this.uri = cell.notebook.uri;
    this.id = `${cell.document.uri.toString()} output`;
    this.name = say({ id: 'editor.cell', args: { number: cell.index + 1, notebook: nameOf(this.uri) } });
  }

  get live(): boolean {
    const summary = this.cell.executionSummary;
    return summary !== undefined && summary.timing?.endTime === undefined && summary.success === undefined;
  }

  locate(): undefined {
    return undefined;
  }

  show(): void {
    const selections = [new vscode.NotebookRange(this.cell.index, this.cell.index + 1)];
    void vscode.window.showNotebookDocument(this.cell.notebook, { selections });
  }

  script(): Promise<ReadScript | undefined> {
    return this.scripts.read(this.uri);
  }

  /** Those written in the cell itself; if it calls a function that trains, any. */
  fits({ script }: ReadScript): readonly Fit[] {
    const cell = textOfNotebook(this.cell.notebook).spanOf(this.cell);
    const own = script.fits.filter(({ span }) => cell && cell.start <= span.start && span.end <= cell.end);
    return own.length > 0 ? own : script.fits;
  }
}

function printed({ outputs }: vscode.NotebookCell): string {
  const decoder = new TextDecoder();
  let text = '';
  for (const { mime, data } of outputs.flatMap(({ items }) => items)) {
    if (mime === plain && text !== '') text += '\n'; // a result stands on lines of its own, a stream goes on
    if (mime === plain || streams.includes(mime)) text += decoder.decode(data);
  }
  return text;
}
