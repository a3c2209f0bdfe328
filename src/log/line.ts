import type { Span } from '../text/span';

/**
 * ANSI sequences as terminals get them: CSI (`ESC [ 1 m`), OSC (`ESC ] 633 ; A BEL`, ended by BEL or `ESC \`),
 * and the short ones of two characters. Every part is bounded by its own end, so the search is linear.
 */
const ESCAPE = /\x1b(?:\[[0-?]*[ -/]*[@-~]?|\][^\x07\x1b\r\n]*(?:\x07|\x1b\\)?|[@-Z\\^_a-z0-9=>])?/g;

/**
 * One piece of a log between line breaks, carriage returns or runs of backspaces, without escape sequences and
 * HTML line breaks. Offsets of `text` are turned into offsets of the whole log by `span`.
 */
export class Line implements Span {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** It is the end of the log and no line break follows: its last number may be cut. */
  readonly unfinished: boolean;
  /** Offsets in `text` where something was left out, and how much was left out before and at each of them. */
  readonly #cuts: number[] | undefined;
  readonly #removed: number[] | undefined;

  constructor(raw: string, start: number, unfinished: boolean) {
    this.start = start;
    this.end = start + raw.length;
    this.unfinished = unfinished;
    if (!raw.includes('\x1b')) {
      this.text = raw;
      return;
    }
    const cuts: number[] = [];
    const removed: number[] = [];
    let text = '';
    let from = 0;
    let gone = 0;
    for (const match of raw.matchAll(ESCAPE)) {
      text += raw.slice(from, match.index);
      from = match.index + match[0].length;
      gone += match[0].length;
      cuts.push(text.length);
      removed.push(gone);
    }
    this.text = text + raw.slice(from);
    this.#cuts = cuts;
    this.#removed = removed;
  }

  /** Offset in the whole log of the character at `index` of `text`. */
  offsetOf(index: number): number {
    if (!this.#cuts || !this.#removed) return this.start + index;
    let low = 0;
    let high = this.#cuts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#cuts[middle]! <= index) low = middle + 1;
      else high = middle;
    }
    return this.start + index + (low > 0 ? this.#removed[low - 1]! : 0);
  }

  /** Span in the whole log of `text.slice(from, to)`: from its first to its last character. */
  span(from: number, to: number): Span {
    return { start: this.offsetOf(from), end: to > from ? this.offsetOf(to - 1) + 1 : this.offsetOf(from) };
  }
}
