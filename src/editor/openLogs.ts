import * as vscode from 'vscode';
import { LogDocument, looksLikeLog } from '../log';
import type { Run } from '../log/run';
import type { Span } from '../text/span';
import type { Cases, LogSource } from './cases';
import { Debouncer, Disposable } from './dispose';
import { matchesGlob } from './glob';
import { settings } from './settings';
import { nameOf } from './text';

/** Characters at each end of a document that decide whether it is a training log. */
const sample = 1 << 16;
/** Milliseconds of quiet after a change before the log is diagnosed again. */
const quiet = 200;

/** Finds the training logs among the open documents, by content, and keeps their cases up to date. */
export class OpenLogs extends Disposable {
  readonly #logs = new Map<string, OpenLog>();
  readonly #forced = new Set<string>();
  readonly #debouncer = this.register(new Debouncer(quiet));

  constructor(readonly cases: Cases) {
    super();
    this.register(vscode.workspace.onDidOpenTextDocument((document) => this.#open(document)));
    this.register(vscode.workspace.onDidCloseTextDocument((document) => this.#close(document)));
    this.register(vscode.workspace.onDidChangeTextDocument((event) => this.#change(event)));
    this.register(settings.onDidChange(() => this.#openAll()));
    this.#openAll();
  }

  /** The log of an open document, if it is one. */
  of(document: vscode.TextDocument): LogSource | undefined {
    return this.#logs.get(document.uri.toString());
  }

  /** Reads a document as a log because the user says so, until it is closed. */
  force(document: vscode.TextDocument): Promise<void> {
    this.#forced.add(document.uri.toString());
    return this.#open(document);
  }

  #openAll(): void {
    for (const document of vscode.workspace.textDocuments) void this.#open(document);
  }

  async #open(document: vscode.TextDocument): Promise<void> {
    const key = document.uri.toString();
    if (!this.#forced.has(key) && !isLog(document)) return this.#drop(key);
    let log = this.#logs.get(key);
    if (!log) this.#logs.set(key, (log = new OpenLog(document)));
    await this.cases.examine(log);
  }

  #close(document: vscode.TextDocument): void {
    const key = document.uri.toString();
    this.#forced.delete(key);
    this.#drop(key);
  }

  #drop(key: string): void {
    this.#debouncer.cancel(key);
    if (this.#logs.delete(key)) this.cases.remove(key);
  }

  #change({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    if (contentChanges.length === 0) return;
    const key = document.uri.toString();
    const log = this.#logs.get(key);
    if (!log && !mayBeLog(document)) return;
    log?.change(contentChanges);
    this.#debouncer.schedule(key, () => void this.#open(document));
  }
}

class OpenLog implements LogSource {
  readonly id: string;
  readonly name: string;
  readonly uri: vscode.Uri;
  readonly #reading: LogDocument;

  constructor(readonly document: vscode.TextDocument) {
    this.uri = document.uri;
    this.id = document.uri.toString();
    this.name = nameOf(document.uri);
    this.#reading = new LogDocument(document.getText());
  }

  get runs(): readonly Run[] {
    return this.#reading.runs;
  }

  locate({ start, end }: Span): vscode.Location {
    const range = new vscode.Range(this.document.positionAt(start), this.document.positionAt(end));
    return new vscode.Location(this.uri, range);
  }

  /** VS Code lists the changes of one event from the end of the text to its start, so that offsets stay right. */
  change(changes: readonly vscode.TextDocumentContentChangeEvent[]): void {
    for (const { rangeOffset, rangeLength, text } of changes) {
      this.#reading.replace(rangeOffset, rangeOffset + rangeLength, text);
    }
  }
}

/** Kinds of documents in which logs are found; source code and settings are not looked at. */
const languages = new Set(['log', 'plaintext', 'csv', 'tsv', 'dynamic-csv', 'ansi', 'code-text-binary']);
/** Output channels and the like show documents that are no files of the user. */
const schemes = new Set(['output', 'debug', 'vscode-scm', 'vscode-terminal', 'comment', 'vscode-notebook-cell']);

function mayBeLog({ languageId, uri }: vscode.TextDocument): boolean {
  return !schemes.has(uri.scheme) && (languages.has(languageId) || settings.include(uri).some((glob) => matchesGlob(uri, glob)));
}

function isLog(document: vscode.TextDocument): boolean {
  const { uri } = document;
  if (!mayBeLog(document) || settings.exclude(uri).some((glob) => matchesGlob(uri, glob))) return false;
  if (settings.include(uri).some((glob) => matchesGlob(uri, glob))) return true;
  return looksLikeLog(ends(document));
}

/** Both ends of a document: a log may begin with pages of warnings and end with a traceback. */
function ends(document: vscode.TextDocument): string {
  const last = document.lineCount;
  const head = document.getText(new vscode.Range(0, 0, Math.min(last, 1000), 0));
  if (last <= 1000) return head.length <= 2 * sample ? head : head.slice(0, sample) + '\n' + head.slice(-sample);
  const tail = document.getText(new vscode.Range(last - 500, 0, last, 0));
  return head.slice(0, sample) + '\n' + tail.slice(-sample);
}
