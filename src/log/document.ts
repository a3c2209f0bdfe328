import { LogReader } from './reader';
import type { Run } from './run';

/** A log that is edited: text appended to it is read alone, anything else is read again. */
export class LogDocument {
  #text: string;
  #reader = new LogReader();

  constructor(text: string) {
    this.#text = text;
    this.#reader.push(text);
  }

  get runs(): readonly Run[] {
    return this.#reader.runs;
  }

  /** Replaces `[start, end)` of the text by `newText`. */
  replace(start: number, end: number, newText: string): void {
    const appends = start === this.#text.length;
    this.#text = this.#text.slice(0, start) + newText + this.#text.slice(end);
    if (!appends) this.#reader = new LogReader();
    this.#reader.push(appends ? newText : this.#text);
  }
}
