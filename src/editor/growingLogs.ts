import * as vscode from 'vscode';
import { decodeLog, looksLikeLog, SAMPLE } from '../log';
import { Activity } from './activity';
import type { Background } from './background';
import type { Cases } from './cases';
import { statOf } from './dataFiles';
import { Debouncer, Disposable } from './dispose';
import { FollowedLog } from './followedLog';
import type { Platform } from './platform';
import { openDocument } from './text';

/** Milliseconds of quiet before a file that was written is read on. */
const quiet = 300;
/** VS Code gives extensions no documents that are bigger. */
const biggestDocument = 50 << 20;
/** Files outside the workspace that the user has had watched, as URIs, kept in the workspace's state. */
const memory = 'watched';
/** Milliseconds after the last change from which on such a file is no longer watched in a new window. */
const day = 24 * 3600_000;

/**
 * Follows training logs that are no documents: closed files of the workspace that are written to, files the user wants
 * watched, and open files too big for VS Code to hand to extensions.
 */
export class GrowingLogs extends Disposable {
  readonly #logs = new Map<string, FollowedLog>();
  /** Files that were looked at and are no training logs. */
  readonly #others = new Set<string>();
  /** Files outside the workspace that are watched. */
  readonly #watched = new Set<string>();
  readonly #debouncer = this.register(new Debouncer(quiet));
  readonly #activity = this.register(new Activity((key) => this.#schedule(vscode.Uri.parse(key))));

  constructor(
    readonly cases: Cases,
    readonly platform: Platform,
    readonly state: vscode.Memento,
    readonly background: Background,
  ) {
    super();
    this.#listen(vscode.workspace.createFileSystemWatcher('**/*.{log,out,txt,csv}'));
    this.register(vscode.window.tabGroups.onDidChangeTabs(({ opened }) => opened.forEach((tab) => this.#openedTab(tab))));
    this.register(vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#logs.has(uri.toString()) && this.#schedule(uri)));
    for (const { tabs } of vscode.window.tabGroups.all) tabs.forEach((tab) => this.#openedTab(tab));
    for (const key of state.get<readonly string[]>(memory, [])) background.run(key, this.#watchAgain(vscode.Uri.parse(key)));
  }

  /** Follows a file wherever it lies; resolves to whether it is a training log by now. */
  async watch(uri: vscode.Uri): Promise<boolean> {
    const key = uri.toString();
    if (!vscode.workspace.getWorkspaceFolder(uri) && !this.#watched.has(key)) {
      const [folder, name] = [vscode.Uri.joinPath(uri, '..'), uri.path.split('/').at(-1)!];
      this.#listen(vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, name)));
      this.#watched.add(key);
      await this.state.update(memory, [...this.#watched]);
    }
    const log = this.#follow(uri);
    await this.#readOn(log);
    return log.runs.length > 0;
  }

  /** In the next window, as long as somebody writes to the file. */
  async #watchAgain(uri: vscode.Uri): Promise<void> {
    const written = (await statOf(uri))?.mtime ?? -Infinity;
    if (Date.now() - written < day) await this.watch(uri);
  }

  #listen(watcher: vscode.FileSystemWatcher): void {
    this.register(watcher);
    this.register(watcher.onDidChange((uri) => this.#schedule(uri)));
    this.register(
      watcher.onDidCreate((uri) => {
        this.#others.delete(uri.toString());
        if (this.#logs.has(uri.toString())) this.#schedule(uri); // rotated; other new files wait until they grow
      }),
    );
    this.register(
      watcher.onDidDelete((uri) => {
        const key = uri.toString();
        this.#others.delete(key);
        this.#activity.forget(key);
        if (!this.#watched.has(key)) this.#logs.delete(key); // what the user wants watched may come again
        if (!openDocument(uri)) this.cases.remove(key);
      }),
    );
  }

  #schedule(uri: vscode.Uri): void {
    this.#debouncer.schedule(uri.toString(), () => this.background.run(`${uri.path} could not be read on`, this.#changed(uri)));
  }

  async #changed(uri: vscode.Uri): Promise<void> {
    const key = uri.toString();
    if (openDocument(uri) || this.#others.has(key)) return;
    const known = this.#logs.get(key);
    if (known) return this.#readOn(known);
    const size = (await statOf(uri))?.size ?? 0;
    if (await this.#isLog(uri)) await this.#readOn(this.#follow(uri));
    else if (size > SAMPLE) this.#others.add(key); // a shorter one may become a log yet
  }

  #follow(uri: vscode.Uri): FollowedLog {
    const key = uri.toString();
    const log = this.#logs.get(key) ?? new FollowedLog(uri, this.platform, this.#activity);
    this.#logs.set(key, log);
    return log;
  }

  async #readOn(log: FollowedLog): Promise<void> {
    await log.read();
    if (this.#logs.get(log.id) === log && !openDocument(log.uri)) await this.cases.examine(log);
  }

  async #isLog(uri: vscode.Uri): Promise<boolean> {
    try {
      const stream = this.platform.bytesFrom?.(uri, 0);
      if (!stream) return looksLikeLog(decodeLog((await vscode.workspace.fs.readFile(uri)).subarray(0, SAMPLE)));
      for await (const bytes of stream) return looksLikeLog(decodeLog(bytes.subarray(0, SAMPLE)));
    } catch {
      // gone meanwhile
    }
    return false;
  }

  #openedTab({ input }: vscode.Tab): void {
    if (input instanceof vscode.TabInputText) this.background.run(`${input.uri.path} could not be read`, this.#openedFile(input.uri));
  }

  async #openedFile(uri: vscode.Uri): Promise<void> {
    const size = (await statOf(uri))?.size ?? 0;
    if (size > biggestDocument && (await this.#isLog(uri))) await this.#readOn(this.#follow(uri));
  }
}
