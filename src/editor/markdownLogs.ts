import * as vscode from 'vscode';
import { looksLikeLog, readLog } from '../log';
import { say } from '../words';
import type { Cases, LogSource } from './cases';
import { Debouncer, Disposable } from './dispose';
import { codeBlocks } from './fences';
import { nameOf } from './text';

/** Milliseconds of quiet after a keystroke before the blocks are read again. */
const quiet = 300;
/** Nobody writes longer documents by hand. */
const longest = 1 << 20;

/** Finds the logs that people paste into the code blocks of Markdown: notes, issues, READMEs. */
export class MarkdownLogs extends Disposable {
  readonly #known = new Map<string, readonly string[]>();
  readonly #debouncer = this.register(new Debouncer(quiet));

  constructor(readonly cases: Cases) {
    super();
    const { workspace } = vscode;
    this.register(workspace.onDidOpenTextDocument((document) => this.#read(document)));
    this.register(
      workspace.onDidChangeTextDocument(({ document }) => {
        if (isMarkdown(document)) this.#debouncer.schedule(document.uri.toString(), () => this.#read(document));
      }),
    );
    this.register(
      workspace.onDidCloseTextDocument(({ uri }) => {
        this.#debouncer.cancel(uri.toString());
        this.#keep(uri.toString(), []);
      }),
    );
    for (const document of workspace.textDocuments) this.#read(document);
  }

  #read(document: vscode.TextDocument): void {
    if (!isMarkdown(document) || document.isClosed) return;
    const text = document.getText();
    const blocks = text.length > longest ? [] : codeBlocks(text);
    const logs = blocks.filter(({ start, end }) => looksLikeLog(text.slice(start, end)));
    const sources = logs.map(({ start, end }, index) => blockLog(document, index, start, text.slice(start, end)));
    this.#keep(document.uri.toString(), sources.map(({ id }) => id));
    for (const log of sources) void this.cases.examine(log);
  }

  #keep(key: string, ids: readonly string[]): void {
    for (const id of this.#known.get(key) ?? []) if (!ids.includes(id)) this.cases.remove(id);
    if (ids.length > 0) this.#known.set(key, ids);
    else this.#known.delete(key);
  }
}

function blockLog(document: vscode.TextDocument, index: number, offset: number, text: string): LogSource {
  const { uri } = document;
  return {
    id: `${uri.toString()} block ${index + 1}`,
    name: say({ id: 'editor.block', args: { number: index + 1, document: nameOf(uri) } }),
    uri,
    runs: readLog(text),
    locate({ start, end }) {
      const range = new vscode.Range(document.positionAt(offset + start), document.positionAt(offset + end));
      return new vscode.Location(uri, range);
    },
  };
}

function isMarkdown({ languageId, uri }: vscode.TextDocument): boolean {
  return languageId === 'markdown' && uri.scheme !== 'vscode-notebook-cell';
}
