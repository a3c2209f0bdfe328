import * as vscode from 'vscode';
import type { ScriptReader } from '../script';
import type { Script } from '../script/script';
import { placesOf, readData, readIfSmall, statOf, type DataFolders } from './dataFiles';
import { Debouncer, Disposable } from './dispose';
import { matchesGlob } from './glob';
import { Kept } from './kept';
import { NeededFiles } from './neededFiles';
import { cellScheme, isNotebookFile, notebookOf, openNotebook, stampOfNotebook, textOfNotebook, textOfNotebookFile } from './notebookText';
import type { Engine, LoadEngine } from './platform';
import { decode, openDocument, textOfDocument, textOfFile, type SourceText } from './text';

export interface ReadScript {
  readonly source: SourceText;
  readonly script: Script;
  /** Contents of the files that the script needs, as far as they were found. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Time of the last change on disk in milliseconds; undefined for a script that was never saved. */
  readonly modified: number | undefined;
}

/** Nobody writes longer training scripts; generated files are longer. */
const longestScript = 1 << 20;
const mostScripts = 2000;
const mostCandidates = 200;
/** Notebooks hold what they printed too, and are slow to read. */
const biggestNotebook = 16 << 20;
const mostNotebooks = 20;
const scriptFiles = '**/*.{py,ipynb}';
/** Milliseconds that others wait for the search for scripts. */
const patience = 5000;
/** Milliseconds of quiet after Python files came or went: an installation brings thousands. */
const quiet = 300;
const elsewhere = '**/{node_modules,.git,site-packages,dist-packages,__pycache__,.venv,venv,.tox}/**';
const trains = /\.(?:fit|fit_generator|train_on_batch)\s*\(/;

/** Reads Python files as they stand in the editor, or on disk where they are not open, each version once. */
export class Scripts extends Disposable {
  readonly #read = new Kept<ReadScript | undefined>();
  /** One for each script that was edited, once it is read again: it takes over what a keystroke left unchanged. */
  readonly #readers = new Map<string, ScriptReader | undefined>();
  readonly #changed = this.register(new vscode.EventEmitter<vscode.Uri>());
  readonly #listed = this.register(new vscode.EventEmitter<void>());
  readonly #debouncer = this.register(new Debouncer(quiet));
  readonly #needed = this.register(new NeededFiles());
  #search: Promise<readonly vscode.Uri[]> | undefined;
  /** The search did not answer in time: nobody waits for it any more. */
  #late = false;

  /** The text of a script changed, or a file that it needs, in the editor or on disk. */
  readonly onDidChange = this.#changed.event;
  /** A Python file came or went. */
  readonly onDidChangeList = this.#listed.event;

  constructor(
    readonly folders: DataFolders,
    readonly engine: LoadEngine,
  ) {
    super();
    this.register(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length === 0) return;
        if (isPython(document)) this.#edited(document.uri);
        else if (document.uri.scheme === cellScheme) this.#notebookChanged(notebookOf(document));
      }),
    );
    this.register(
      vscode.workspace.onDidChangeNotebookDocument(({ notebook, contentChanges }) => {
        if (contentChanges.length > 0) this.#notebookChanged(notebook);
      }),
    );
    this.register(vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#closed(uri)));
    this.register(vscode.workspace.onDidCloseNotebookDocument(({ uri }) => this.#closed(uri)));
    this.register(
      this.#needed.onDidChange((uri) => {
        this.#read.delete(uri.toString());
        this.#changed.fire(uri);
      }),
    );
    const watcher = this.register(vscode.workspace.createFileSystemWatcher(scriptFiles));
    const relist = (uri: vscode.Uri): void => {
      this.#search = undefined;
      this.#read.delete(uri.toString());
      if (!matchesGlob(uri, elsewhere)) this.#debouncer.schedule('', () => this.#listed.fire());
    };
    this.register(watcher.onDidCreate(relist));
    this.register(watcher.onDidDelete(relist));
    this.register(
      watcher.onDidChange((uri) => {
        if (!openDocument(uri) && !openNotebook(uri)) this.#changed.fire(uri);
      }),
    );
  }

  /** Undefined if there is no such file, or it cannot be read, is no text, or trains nothing. */
  async read(uri: vscode.Uri): Promise<ReadScript | undefined> {
    const version = await versionOf(uri);
    if (!version) return undefined;
    return this.#read.get(uri.toString(), version.stamp, async () => {
      const source = await version.load();
      return source && this.#understand(source);
    });
  }

  /** As `read`, so that it can be edited: a notebook has cells to edit only once it is open. */
  async readToEdit(uri: vscode.Uri): Promise<ReadScript | undefined> {
    if (isNotebookFile(uri) && !openNotebook(uri)) await vscode.workspace.openNotebookDocument(uri);
    return this.read(uri);
  }

  /** Python files and notebooks of the workspace that train something, the ones nearest to `place` first. */
  async candidates(place: vscode.Uri): Promise<readonly ReadScript[]> {
    const listed = this.#scriptsOfWorkspace();
    const open = vscode.workspace.textDocuments.filter(isPython).map((document) => document.uri);
    const beside = await scriptsBeside(place);
    const found = new Map([...open, ...beside, ...(await listed)].map((uri) => [uri.toString(), uri]));
    const nearest = [...found.values()].sort((a, b) => distance(a, place) - distance(b, place));
    const tooMany = new Set(nearest.filter(isNotebookFile).slice(mostNotebooks));
    const some = nearest.filter((uri) => !tooMany.has(uri)).slice(0, mostCandidates);
    const read = await Promise.all(some.map((uri) => this.read(uri)));
    return read.filter((script) => script !== undefined);
  }

  /** In a virtual workspace without search the answer may never come: then what lies beside the log has to do. */
  #scriptsOfWorkspace(): Promise<readonly vscode.Uri[]> {
    const search = (this.#search ??= this.#searchScripts());
    const given: readonly vscode.Uri[] = [];
    if (this.#late) return Promise.race([search, given]);
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#late = true;
        resolve(given);
      }, patience);
      void search.then((found) => {
        clearTimeout(timer);
        resolve(found);
      });
    });
  }

  /** Never rejects. */
  async #searchScripts(): Promise<readonly vscode.Uri[]> {
    const found = await Promise.resolve(vscode.workspace.findFiles(scriptFiles, elsewhere, mostScripts)).catch(() => []);
    if (this.#late) setTimeout(() => this.#listed.fire()); // those who were told of no scripts ask again
    this.#late = false;
    return found;
  }

  #notebookChanged(notebook: vscode.NotebookDocument | undefined): void {
    if (notebook) this.#edited(notebook.uri);
  }

  #edited(uri: vscode.Uri): void {
    const key = uri.toString();
    if (!this.#readers.has(key)) this.#readers.set(key, undefined);
    this.#changed.fire(uri);
  }

  #closed(uri: vscode.Uri): void {
    this.#readers.delete(uri.toString());
    this.#read.delete(uri.toString());
  }

  async #understand(source: SourceText): Promise<ReadScript | undefined> {
    if (source.text.length > longestScript || !trains.test(source.text)) return undefined;
    const engine = await this.engine();
    const reader = this.#readerOf(source.uri, engine);
    const read: Engine['readScript'] = reader ? (text, data) => reader.read(text, data) : engine.readScript;
    const places = (names: readonly string[]): readonly vscode.Uri[] => names.flatMap((name) => placesOf(name, source.uri, this.folders));
    const complete = await engine.readWithFiles(
      (files) => read(source.text, files),
      (names) => {
        this.#needed.add(source.uri, places(names));
        return readData(source.uri, names, this.folders);
      },
    );
    const { files, modules } = complete.script;
    this.#needed.need(source.uri, places([...files, ...modules]));
    return { source, ...complete, modified: await modified(source.uri) };
  }

  #readerOf(uri: vscode.Uri, { ScriptReader: Reader }: Engine): ScriptReader | undefined {
    const key = uri.toString();
    if (!this.#readers.has(key)) return undefined;
    const reader = this.#readers.get(key) ?? new Reader();
    this.#readers.set(key, reader);
    return reader;
  }
}

async function scriptsBeside(place: vscode.Uri): Promise<readonly vscode.Uri[]> {
  const folder = vscode.Uri.joinPath(place, '..');
  try {
    const entries = await vscode.workspace.fs.readDirectory(folder);
    return entries.filter(([name]) => /\.(?:py|ipynb)$/.test(name)).map(([name]) => vscode.Uri.joinPath(folder, name));
  } catch {
    return []; // an untitled log lies nowhere
  }
}

export function isPython(document: vscode.TextDocument): boolean {
  return document.languageId === 'python' && document.uri.scheme !== cellScheme;
}

/** Number of path segments from one file to the other: 0 for files of one folder. */
function distance(a: vscode.Uri, b: vscode.Uri): number {
  const [one, other] = [folders(a), folders(b)];
  let shared = 0;
  while (shared < one.length && one[shared] === other[shared]) shared++;
  return one.length + other.length - 2 * shared;
}

function folders(uri: vscode.Uri): readonly string[] {
  return uri.path.split('/').slice(0, -1);
}

/** Undefined if there is no such file. */
export async function modified(uri: vscode.Uri): Promise<number | undefined> {
  return (await statOf(uri))?.mtime;
}

interface Version {
  /** Differs from version to version. */
  readonly stamp: string;
  load(): Promise<SourceText | undefined>;
}

/** The text as it stands in the editor, else on disk. */
async function versionOf(uri: vscode.Uri): Promise<Version | undefined> {
  const notebook = openNotebook(uri);
  if (notebook) return { stamp: stampOfNotebook(notebook), load: async () => textOfNotebook(notebook) };
  const document = openDocument(uri);
  if (document) return { stamp: `version ${document.version}`, load: async () => textOfDocument(document) };
  const stat = await statOf(uri);
  if (!stat || stat.size > (isNotebookFile(uri) ? biggestNotebook : longestScript * 4)) return undefined;
  return {
    stamp: `file ${stat.mtime} ${stat.size}`,
    async load() {
      const bytes = await readIfSmall(uri);
      const text = bytes && decode(bytes);
      if (text === undefined || !trains.test(text)) return undefined;
      return isNotebookFile(uri) ? textOfNotebookFile(uri, text) : textOfFile(uri, text);
    },
  };
}
