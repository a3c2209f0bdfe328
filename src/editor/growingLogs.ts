import * as vscode from 'vscode';
import { decodeLog, looksLikeLog } from '../log';
import type { Cases } from './cases';
import { statOf } from './dataFiles';
import { Debouncer, Disposable } from './dispose';
import { FollowedLog } from './followedLog';
import type { Platform } from './platform';
import { openDocument } from './scripts';

/** Milliseconds of quiet before a file that was written is read on. */
const quiet = 300;
/** VS Code gives extensions no documents that are bigger. */
const biggestDocument = 50 << 20;
/** As many bytes of a file as decide whether it is a training log. */
const head = 1 << 16;

/**
 * Follows training logs that are no documents: closed files of the workspace that are written to, files the user wants
 * watched, and open files too big for VS Code to hand to extensions.
 */
export class GrowingLogs extends Disposable {
  readonly #logs = new Map<string, FollowedLog>();
  /** Files that were looked at and are no training logs. */
  readonly #others = new Set<string>();
  readonly #debouncer = this.register(new Debouncer(quiet));

  constructor(
    readonly cases: Cases,
    readonly platform: Platform,
  ) {
    super();
    this.#watch(vscode.workspace.createFileSystemWatcher('**/*.{log,out,txt}'));
    this.register(vscode.window.tabGroups.onDidChangeTabs(({ opened }) => opened.forEach((tab) => void this.#openedTab(tab))));
    this.register(vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#logs.has(uri.toString()) && this.#schedule(uri)));
    for (const { tabs } of vscode.window.tabGroups.all) tabs.forEach((tab) => void this.#openedTab(tab));
  }

  /** Follows a file wherever it lies; resolves to whether it is a training log by now. */
  async watch(uri: vscode.Uri): Promise<boolean> {
    if (!vscode.workspace.getWorkspaceFolder(uri)) {
      const [folder, name] = [vscode.Uri.joinPath(uri, '..'), uri.path.split('/').at(-1)!];
      this.#watch(vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, name)));
    }
    const log = this.#follow(uri);
    await this.#readOn(log);
    return log.runs.length > 0;
  }

  #watch(watcher: vscode.FileSystemWatcher): void {
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
        this.#logs.delete(uri.toString());
        this.#others.delete(uri.toString());
        if (!openDocument(uri)) this.cases.remove(uri.toString());
      }),
    );
  }

  #schedule(uri: vscode.Uri): void {
    this.#debouncer.schedule(uri.toString(), () => void this.#changed(uri));
  }

  async #changed(uri: vscode.Uri): Promise<void> {
    const key = uri.toString();
    if (openDocument(uri) || this.#others.has(key)) return;
    const known = this.#logs.get(key);
    if (known) return this.#readOn(known);
    const size = (await statOf(uri))?.size ?? 0;
    if (await this.#isLog(uri)) await this.#readOn(this.#follow(uri));
    else if (size > head) this.#others.add(key); // a shorter one may become a log yet
  }

  #follow(uri: vscode.Uri): FollowedLog {
    const key = uri.toString();
    const log = this.#logs.get(key) ?? new FollowedLog(uri, this.platform);
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
      if (!stream) return looksLikeLog(decodeLog((await vscode.workspace.fs.readFile(uri)).subarray(0, head)));
      for await (const bytes of stream) return looksLikeLog(decodeLog(bytes.subarray(0, head)));
    } catch {
      // gone meanwhile
    }
    return false;
  }

  async #openedTab({ input }: vscode.Tab): Promise<void> {
    if (!(input instanceof vscode.TabInputText)) return;
    const { uri } = input;
    const size = (await statOf(uri))?.size ?? 0;
    if (size > biggestDocument && (await this.#isLog(uri))) await this.#readOn(this.#follow(uri));
  }
}
