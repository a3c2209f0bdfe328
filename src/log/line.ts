import type { Span } from '../text/span';

/**
 * ANSI sequences as terminals get them: CSI (`ESC [ 1 m`), OSC (`ESC ] 633 ; A BEL`, ended by BEL or `ESC \`),
 * and the short ones of two characters; and colours that lost their ESC on the way (`[1m235/235[0m`). Every part is
 * bounded by its own end, so the search is linear.
 */
const ESCAPE = /\x1b(?:\[[0-?]*[ -/]*[@-~]?|\][^\x07\x1b\r\n]*(?:\x07|\x1b\\)?|[@-Z\\^_a-z0-9=>])?|\[\d{1,2}(?:;\d{1,3}){0,4}m/g;

/** Text glued to the end of a line is read as a line of its own, up to this many characters. */
const REST = 4096;

/**
 * One piece of a log between line breaks, carriage returns or runs of backspaces, without escape sequences.
 * Offsets in `text` are turned into offsets in the whole log by `span`.
 */
export class Line implements Span {
  /** @param unfinished it is the end of the log and no line break follows: its last number may be cut. */
  static of(raw: string, start: number, unfinished: boolean): Line {
    if (!raw.includes('\x1b') && !raw.includes('[0m')) return new Line(raw, start, unfinished, 0, [], []);
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
    return new Line(text + raw.slice(from), start, unfinished, 0, cuts, removed);
  }

  private constructor(
    readonly text: string,
    private readonly base: number,
    readonly unfinished: boolean,
    /** Characters of the piece before `text`. */
    private readonly skipped: number,
    /** Where escape sequences were left out, and how many characters were left out up to there. */
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
