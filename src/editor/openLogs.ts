import * as vscode from 'vscode';
import { LogDocument, looksLikeLog, SAMPLE } from '../log';
import type { Run } from '../log/run';
import type { Span } from '../text/span';
import { Activity } from './activity';
import type { Background } from './background';
import type { Cases, LogSource } from './cases';
import { originalOf } from './cleanView';
import { Debouncer, Disposable } from './dispose';
import { matchesGlob } from './glob';
import { pause } from './pause';
import { settings } from './settings';
import { nameOf } from './text';

/** Lines, and of these characters, at each end of a document that decide whether it is a training log. */
const linesOfSample = 1000;
/** Lines read at once, a millisecond of work or few, and milliseconds that are worked without a pause. */
const slice = 1000;
const stint = 10;
/** Milliseconds of quiet after a change before the log is diagnosed again. */
const quiet = 200;

/** Finds the training logs among the open documents, by content, and keeps their cases up to date. */
export class OpenLogs extends Disposable {
  readonly #logs = new Map<string, OpenLog>();
  readonly #forced = new Set<string>();
  readonly #debouncer = this.register(new Debouncer(quiet));
  readonly #activity = this.register(new Activity((key) => this.#fellSilent(key)));

  constructor(
    readonly cases: Cases,
    readonly background: Background,
  ) {
    super();
    this.register(vscode.workspace.onDidOpenTextDocument((document) => this.#openLater(document)));
    this.register(vscode.workspace.onDidCloseTextDocument((document) => this.#close(document)));
    this.register(vscode.workspace.onDidChangeTextDocument((event) => this.#change(event)));
    this.register(settings.onDidChange(() => this.#openAll()));
    this.#openAll();
  }

  /** The log that an open document is, once it is read; undefined if it is none. */
  async of(document: vscode.TextDocument): Promise<LogSource | undefined> {
    const key = document.uri.toString();
    if (!this.#forced.has(key) && !isLog(document)) {
      this.#drop(key);
      return undefined;
    }
    let log = this.#logs.get(key);
    if (!log) {
      log = new OpenLog(document, this.#activity);
      this.#logs.set(key, log);
    }
    try {
      await log.read;
    } catch (error) {
      this.#drop(key); // who asks again has it read again
      throw error;
    }
    return this.#logs.get(key) === log ? log : undefined;
  }

  /** Reads a document as a log because the user says so, until it is closed. */
  force(document: vscode.TextDocument): Promise<void> {
    this.#forced.add(document.uri.toString());
    return this.#open(document);
  }

  #openAll(): void {
    for (const document of vscode.workspace.textDocuments) this.#openLater(document);
  }

  #openLater(document: vscode.TextDocument): void {
    this.background.run(`${document.uri.path} could not be read`, this.#open(document));
  }

  #fellSilent(key: string): void {
    const log = this.#logs.get(key);
    if (log) void this.cases.examine(log);
  }

  async #open(document: vscode.TextDocument): Promise<void> {
    const log = await this.of(document);
    if (log) await this.cases.examine(log);
  }

  #close(document: vscode.TextDocument): void {
    const key = document.uri.toString();
    this.#forced.delete(key);
    this.#drop(key);
  }

  #drop(key: string): void {
    this.#debouncer.cancel(key);
    this.#activity.forget(key);
    this.#logs.get(key)?.dispose();
    if (this.#logs.delete(key)) this.cases.remove(key);
  }

  #change({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    if (contentChanges.length === 0) return;
    const key = document.uri.toString();
    const log = this.#logs.get(key);
    if (!log && !mayBeLog(document)) return;
    log?.change(contentChanges);
    this.#debouncer.schedule(key, () => {
      // Nobody typed this: the file grew on disk, and VS Code shows it as it is now. (A document is dirty only after its change.)
      if (log && !log.mirror && !document.isDirty) this.#activity.note(key);
      this.#openLater(document);
    });
  }
}

class OpenLog implements LogSource {
  readonly id: string;
  readonly name: string;
  readonly uri: vscode.Uri;
  readonly mirror: boolean;
  #reading = new LogDocument('');
  /** Resolves when the document was read for the first time. */
  readonly read: Promise<void>;
  /** Until then, the lines that were read and their characters. */
  #lines = 0;
  #characters = 0;
  #done = false;
  #disposed = false;

  constructor(
    readonly document: vscode.TextDocument,
    readonly activity: Activity,
  ) {
    this.id = document.uri.toString();
    this.uri = originalOf(document.uri);
    this.mirror = this.uri !== document.uri;
    this.name = nameOf(this.uri);
    this.read = this.#read();
  }

  get runs(): readonly Run[] {
    return this.#reading.runs;
  }

  get live(): boolean {
    return this.activity.live(this.id);
  }

  locate({ start, end }: Span): vscode.Location {
    const range = new vscode.Range(this.document.positionAt(start), this.document.positionAt(end));
    return new vscode.Location(this.document.uri, range);
  }

  /** VS Code lists the changes of one event from the end of the text to its start, so that offsets stay right. */
  change(changes: readonly vscode.TextDocumentContentChangeEvent[]): void {
    for (const change of changes) {
      const { rangeOffset, rangeLength, text } = change;
      if (!this.#done) {
        if (rangeOffset >= this.#characters) continue; // will be read as it is now
        if (change.range.end.line >= this.#lines) return this.#restart();
        this.#characters += text.length - rangeLength;
        this.#lines += linesIn(text) - (change.range.end.line - change.range.start.line);
      }
      this.#reading.replace(rangeOffset, rangeOffset + rangeLength, text);
    }
  }

  dispose(): void {
    this.#disposed = true;
  }

  /**
   * Reads the document slice by slice, so that the extension host is never busy for long: even to put the text of a big
   * one together takes longer than a frame.
   */
  async #read(): Promise<void> {
    for (let begun = performance.now(); this.#lines < this.document.lineCount && !this.#disposed; ) {
      if (performance.now() - begun > stint) {
        await pause();
        begun = performance.now();
      }
      const end = Math.min(this.#lines + slice, this.document.lineCount);
      const text = this.document.getText(new vscode.Range(this.#lines, 0, end, 0));
      this.#reading.replace(this.#characters, this.#characters, text);
      this.#lines = end;
      this.#characters += text.length;
    }
    this.#done = true;
  }

  /** Something was edited across the end of what was read. */
  #restart(): void {
    this.#reading = new LogDocument('');
    this.#lines = 0;
    this.#characters = 0;
  }
}

function linesIn(text: string): number {
  return text.split('\n').length - 1;
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
  return ends(document).some(looksLikeLog);
}

/** Both ends of a document: a log may begin with pages of warnings and end with a traceback. */
function ends(document: vscode.TextDocument): string[] {
  const last = document.lineCount;
  const head = document.getText(new vscode.Range(0, 0, Math.min(last, linesOfSample), 0)).slice(0, SAMPLE);
  const tail = document.getText(new vscode.Range(Math.max(0, last - linesOfSample), 0, last, 0)).slice(-SAMPLE);
  return last <= linesOfSample && head.length < SAMPLE ? [head] : [head, tail];
}
