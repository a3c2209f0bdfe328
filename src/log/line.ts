import type { Span } from '../text/span';
import { characterAt } from './utf8';

/**
 * ANSI sequences as terminals get them: CSI (`ESC [ 1 m`), OSC (`ESC ] 633 ; A BEL`, ended by BEL or `ESC \`),
 * and the short ones of two characters; and colours that lost their ESC on the way (`[1m235/235[0m`). Every part is
 * bounded by its own end, so the search is linear.
 */
const ESCAPE = /\x1b(?:\[[0-?]*[ -/]*[@-~]?|\][^\x07\x1b\r\n]*(?:\x07|\x1b\\)?|[@-Z\\^_a-z0-9=>])?|\[\d{1,2}(?:;\d{1,3}){0,4}m/g;

/** The same, or characters beyond ASCII in a text whose characters are bytes of UTF-8. */
// eslint-disable-next-line regexp/no-super-linear-move -- nothing follows the bytes that could reject them
const ESCAPE_OR_BYTES = new RegExp(`${ESCAPE.source}|[\\x80-\\xff]+`, 'g');

/** Text glued to the end of a line is read as a line of its own, up to this many characters. */
const REST = 4096;

/**
 * One piece of a log between line breaks, carriage returns or runs of backspaces, without escape sequences.
 * Offsets in `text` are turned into offsets in the whole log by `span`.
 */
export class Line implements Span {
  /**
   * @param unfinished it is the end of the log and no line break follows: its last number may be cut.
   * @param bytes the characters of `raw` are bytes of UTF-8, and so are those that `span` counts.
   */
  static of(raw: string, start: number, unfinished: boolean, bytes = false): Line {
    const coded = bytes && /[\x80-\xff]/.test(raw);
    if (!coded && !raw.includes('\x1b') && !raw.includes('[0m')) return new Line(raw, start, unfinished, 0, [], []);
    const cuts: number[] = [];
    const removed: number[] = [];
    let text = '';
    let from = 0;
    const cut = (at: number): void => {
      cuts.push(at);
      removed.push(from - text.length);
    };
    for (const { 0: found, index } of raw.matchAll(coded ? ESCAPE_OR_BYTES : ESCAPE)) {
      text += raw.slice(from, index);
      from = index;
      const end = index + found.length;
      if (found < '\x80') {
        from = end;
        cut(text.length);
      }
      while (from < end) {
        const { text: character, size } = characterAt(raw, from);
        text += character;
        from += size;
        // Both halves of a surrogate pair: the span that ends with it ends behind all its bytes.
        cut(text.length - character.length + 1);
      }
    }
    return new Line(text + raw.slice(from), start, unfinished, 0, cuts, removed);
  }

  private constructor(
    readonly text: string,
    private readonly base: number,
    readonly unfinished: boolean,
    /** Characters of the piece before `text`. */
    private readonly skipped: number,
    /** Where escape sequences or bytes were left out, and how many characters were left out up to there. */
    private readonly cuts: readonly number[],
    private readonly removed: readonly number[],
  ) {}

  get start(): number {
    return this.offsetOf(0);
  }

  get end(): number {
    return this.offsetOf(this.text.length);
  }

  /** What follows `from`, as a line of its own. */
  rest(from: number): Line {
    const text = this.text.slice(from, from + REST);
    const unfinished = this.unfinished && from + REST >= this.text.length;
    return new Line(text, this.base, unfinished, this.skipped + from, this.cuts, this.removed);
  }

  /** Offset in the whole log of the character at `index` of `text`. */
  offsetOf(index: number): number {
    const at = this.skipped + index;
    let low = 0;
    let high = this.cuts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.cuts[middle]! <= at) low = middle + 1;
      else high = middle;
    }
    return this.base + at + (low > 0 ? this.removed[low - 1]! : 0);
  }

  /** Span in the whole log of `text.slice(from, to)`: from its first to its last character. */
  span(from: number, to: number): Span {
    return { start: this.offsetOf(from), end: to > from ? this.offsetOf(to - 1) + 1 : this.offsetOf(from) };
  }
}
