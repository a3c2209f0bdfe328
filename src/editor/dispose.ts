import type * as vscode from 'vscode';

/** Owns what it registers. What comes after disposal is disposed at once. */
export abstract class Disposable implements vscode.Disposable {
  readonly #owned: vscode.Disposable[] = [];
  #disposed = false;

  protected get disposed(): boolean {
    return this.#disposed;
  }

  protected register<T extends vscode.Disposable>(owned: T): T {
    if (this.#disposed) owned.dispose();
    else this.#owned.push(owned);
    return owned;
  }

  dispose(): void {
    this.#disposed = true;
    for (const owned of this.#owned.splice(0).reverse()) owned.dispose();
  }
}

/** A text that changes all the time is looked at all the same, after so many times the quiet that it was to have. */
const patience = 5;

/**
 * Runs the last of several calls for the same key once none has come for `quiet` milliseconds, and at the latest after
 * five times that.
 */
export class Debouncer implements vscode.Disposable {
  readonly #timers = new Map<string, { readonly since: number; readonly timer: ReturnType<typeof setTimeout> }>();

  constructor(readonly quiet: number) {}

  schedule(key: string, run: () => void): void {
    const now = Date.now();
    const since = this.#timers.get(key)?.since ?? now;
    this.cancel(key);
    const fire = (): void => {
      this.#timers.delete(key);
      run();
    };
    const wait = Math.max(0, Math.min(this.quiet, since + patience * this.quiet - now));
    this.#timers.set(key, { since, timer: setTimeout(fire, wait) });
  }

  cancel(key: string): void {
    clearTimeout(this.#timers.get(key)?.timer);
    this.#timers.delete(key);
  }

  dispose(): void {
    for (const { timer } of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}
