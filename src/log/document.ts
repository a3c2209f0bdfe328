import { LogReader } from './reader';
import type { Run } from './run';
import { Text } from './text';

/** Distance between the places where reading can begin again, in characters. */
const MARKS_EVERY = 1 << 16;

/**
 * A log that is edited. What is appended is read alone; an edit elsewhere is read from shortly before it to where
 * nothing has changed, usually some 100 k characters, one run at most.
 */
export class LogDocument {
  readonly #text: Text;
  readonly #reader: LogReader;

  constructor(text: string, marksEvery = MARKS_EVERY) {
    this.#text = new Text(text);
    this.#reader = new LogReader({ marksEvery });
    this.#reader.push(text);
  }

  /** The runs as the text stands; they may change with the next `replace`. */
  get runs(): readonly Run[] {
    return this.#reader.runs;
  }

  /** Replaces `[start, end)` of the text by `newText`; offsets in UTF-16 code units. */
  replace(start: number, end: number, newText: string): void {
    const appends = start === this.#text.length;
    this.#text.replace(start, end, newText);
    if (appends) this.#reader.push(newText);
    else this.#reader.edit(start, end, newText.length - (end - start), (from, to) => this.#text.slice(from, to));
  }
}
