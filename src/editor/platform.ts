import type * as vscode from 'vscode';
import { Kept } from './kept';
import { pause } from './pause';

/** The heavy rooms, loaded when they are first asked for. */
export type Engine = typeof import('../engine');
export type LoadEngine = () => Promise<Engine>;

/** The files of dist/engine/, each after those that it needs, the engine itself last; the build fills this in. */
declare const ENGINE_FILES: readonly string[];

/** Loads the engine when it is first asked for, each file in a task of its own: all of them at once would block the host. */
export function engineFrom(load: (file: string) => Promise<unknown>, files = ENGINE_FILES): LoadEngine {
  const kept = new Kept<Engine>();
  const loadAll = async (): Promise<Engine> => {
    let loaded: unknown;
    for (const file of files) {
      loaded = await load(file);
      await pause();
    }
    return loaded as Engine;
  };
  return () => kept.get('engine', '', loadAll);
}

/** What the desktop and a browser give differently. */
export interface Platform {
  readonly engine: LoadEngine;
  /** The user's own folder. */
  readonly home?: vscode.Uri;
  /**
   * The bytes of a file from `start` on, in chunks; what is written meanwhile may be left out.
   * Undefined where parts of this file cannot be read without reading all of it.
   */
  readonly bytesFrom?: (file: vscode.Uri, start: number) => AsyncIterable<Uint8Array> | undefined;
}
