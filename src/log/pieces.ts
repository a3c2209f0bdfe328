import { stepAt, type Bar } from './progress-bar';
import { isWord, Search } from './search';

/** Updates that were passed over: the last one of them, its steps done, and where the text goes on. */
interface Update {
  readonly start: number;
  readonly end: number;
  readonly step: number;
  readonly next: number;
}

/** The pieces of a text, each ended by `\n` or `\r`, and those of them that nobody needs to read. */
export class Pieces {
  readonly #newline: Search;
  readonly #carriageReturn: Search;
  readonly #header: Search;
  readonly #nan: Search;
  readonly #infinity: Search;

  /** @param end no piece ends behind it */
  constructor(
    readonly text: string,
    readonly end: number,
  ) {
    this.#newline = new Search(text, '\n');
    this.#carriageReturn = new Search(text, '\r');
    this.#header = new Search(text, 'Epoch');
    this.#nan = new Search(text, 'nan', isWord);
    this.#infinity = new Search(text, 'inf', isWord);
  }

  endOf(start: number): number {
    return Math.min(this.#newline.next(start), this.#carriageReturn.next(start));
  }

  /**
   * Passes over the updates of a bar from `start` on that nobody needs to read: not the last one, not wanted for the
   * sample, and nothing but the bar in them.
   * @param step steps done before
   * @param longest a longer piece may hold something else as well
   * @param drawnOver whether a `\r` only ever draws over the line here: then what it is drawn over needs no look
   */
  passOver(start: number, bar: Bar, step: number, { longest, drawnOver }: { longest: number; drawnOver: boolean }): Update | undefined {
    const { text } = this;
    const special = Math.min(this.#header.next(start), bar.finite ? Math.min(this.#nan.next(start), this.#infinity.next(start)) : this.end);
    if (drawnOver && bar.wanted === Infinity) {
      const update = this.#lastDrawnOver(start, Math.min(this.#newline.next(start), special, this.end), bar, step);
      if (update) return update;
    }
    let last: Update | undefined;
    for (let at = start; at < this.end; ) {
      const end = this.endOf(at);
      if (end > at) {
        const done = stepAt(text, at, end, bar.steps);
        if (end > special || end - at > longest || done <= step || done >= bar.steps || done >= bar.wanted) break;
        last = { start: at, end, step: done, next: end + 1 };
        step = done;
      }
      at = end + 1;
    }
    return last;
  }

  /** The last update between `start` and a `\r` before `limit`. */
  #lastDrawnOver(start: number, limit: number, bar: Bar, step: number): Update | undefined {
    if (this.#carriageReturn.next(start) >= limit) return undefined;
    const next = this.text.lastIndexOf('\r', limit - 1) + 1;
    for (let end = next - 1; end > start; ) {
      const at = Math.max(start, this.text.lastIndexOf('\r', end - 1) + 1);
      const done = stepAt(this.text, at, end, bar.steps);
      if (done > step) return { start: at, end, step: done, next };
      end = at - 1;
    }
    return undefined;
  }
}
