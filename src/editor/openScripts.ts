import * as vscode from 'vscode';
import type { Cases } from './cases';
import { Debouncer, Disposable } from './dispose';
import { openNotebook } from './notebookText';
import { isPython } from './scripts';
import { openDocument } from './text';

/** Milliseconds of quiet after a keystroke before a script is read again. */
const quiet = 300;

/** Keeps the cases of open scripts up to date, and those of logs whose script is edited. */
export class OpenScripts extends Disposable {
  readonly #debouncer = this.register(new Debouncer(quiet));

  constructor(readonly cases: Cases) {
    super();
    this.register(vscode.workspace.onDidOpenTextDocument((document) => this.#open(document)));
    this.register(
      vscode.workspace.onDidCloseTextDocument((document) => {
        if (!isPython(document)) return;
        this.#debouncer.cancel(document.uri.toString());
        cases.remove(document.uri.toString());
      }),
    );
    this.register(
      cases.scripts.onDidChange((uri) => this.#debouncer.schedule(uri.toString(), () => this.#examine(uri))),
    );
    for (const document of vscode.workspace.textDocuments) this.#open(document);
  }

  #open(document: vscode.TextDocument): void {
    if (isPython(document)) void this.cases.examineScript(document.uri);
  }

  #examine(uri: vscode.Uri): void {
    if (openDocument(uri) ?? openNotebook(uri)) void this.cases.examineScript(uri);
    for (const { log } of this.cases.ofScript(uri)) if (log) void this.cases.examine(log);
  }
}
