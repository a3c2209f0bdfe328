import * as vscode from 'vscode';
import { Disposable } from './dispose';

/** Scripts need files of one or two folders; a script that names hundreds is not watched in all of them. */
const mostFolders = 100;

/**
 * The files that scripts need, there or not: modules that they import and data that they load. Tells of a script when one
 * of them changes, comes or goes, on disk or in an open editor.
 */
export class NeededFiles extends Disposable {
  /** Scripts by the files that they need. */
  readonly #needing = new Map<string, Map<string, vscode.Uri>>();
  readonly #watched = new Set<string>();
  readonly #changed = this.register(new vscode.EventEmitter<vscode.Uri>());

  /** A file that this script needs changed. */
  readonly onDidChange = this.#changed.event;

  constructor() {
    super();
    this.register(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) this.#tell(document.uri);
      }),
    );
    // What was not saved is gone.
    this.register(vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#tell(uri)));
  }

  /** `places`: where the files may lie that the script needs by its last reading. */
  need(script: vscode.Uri, places: readonly vscode.Uri[]): void {
    this.#forget(script);
    this.add(script, places);
  }

  /** `places` too: said before they are read, so that nothing is missed that happens to them meanwhile. */
  add(script: vscode.Uri, places: readonly vscode.Uri[]): void {
    for (const place of places) {
      const file = place.toString();
      const scripts = this.#needing.get(file) ?? new Map<string, vscode.Uri>();
      this.#needing.set(file, scripts.set(script.toString(), script));
      this.#watch(vscode.Uri.joinPath(place, '..'));
    }
  }

  #forget(script: vscode.Uri): void {
    for (const [file, scripts] of this.#needing) {
      if (scripts.delete(script.toString()) && scripts.size === 0) this.#needing.delete(file);
    }
  }

  /** Folders outside the workspace too: Keras keeps its data sets in the user's home. */
  #watch(folder: vscode.Uri): void {
    if (this.#watched.has(folder.toString()) || this.#watched.size >= mostFolders) return;
    this.#watched.add(folder.toString());
    const watcher = this.register(vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, '*')));
    const tell = (uri: vscode.Uri): void => this.#tell(uri);
    this.register(watcher.onDidCreate(tell));
    this.register(watcher.onDidChange(tell));
    this.register(watcher.onDidDelete(tell));
  }

  #tell(file: vscode.Uri): void {
    for (const script of this.#needing.get(file.toString())?.values() ?? []) this.#changed.fire(script);
  }
}
