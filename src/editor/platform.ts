import type * as vscode from 'vscode';

/** The heavy rooms, loaded when they are first asked for. */
export type Engine = typeof import('../engine');
export type LoadEngine = () => Promise<Engine>;

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
