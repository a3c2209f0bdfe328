import type * as vscode from 'vscode';

/** Work that nobody waits for. What fails in it is written to the output channel and stops nothing else. */
export class Background {
  constructor(readonly output: vscode.LogOutputChannel) {}

  /** @param what names the work for the reader of the output channel */
  run(what: string, work: Promise<unknown>): void {
    work.catch((error: unknown) => this.output.error(`${what}:`, error instanceof Error ? error : String(error)));
  }
}
