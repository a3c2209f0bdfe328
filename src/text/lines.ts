import type { Position, Range, Span } from './span';

/**
 * Offsets to line and column, with VS Code's line breaks: `\n`, `\r\n` and a lone `\r` each end a line.
 * Built once per text: O(n) to build, O(log lines) to ask.
 */
export class LineIndex {
  readonly #starts: number[] = [0];
  readonly #length: number;

  constructor(text: string) {
    this.#length = text.length;
    // The engine's own search: several times as fast as a regular expression, which tells where big logs are read.
    let newline = text.indexOf('\n');
    let carriageReturn = text.indexOf('\r');
    while (newline >= 0 || carriageReturn >= 0) {
      const first = newline < 0 || (carriageReturn >= 0 && carriageReturn < newline) ? carriageReturn : newline;
      const start = first === carriageReturn && newline === first + 1 ? first + 2 : first + 1;
      this.#starts.push(start);
      if (newline >= 0 && newline < start) newline = text.indexOf('\n', start);
      if (carriageReturn >= 0 && carriageReturn < start) carriageReturn = text.indexOf('\r', start);
    }
  }

  get lineCount(): number {
    return this.#starts.length;
  }

  /** Clamped to the text. */
  positionAt(offset: number): Position {
    const wanted = Math.max(0, Math.min(offset, this.#length));
    let low = 0;
    let high = this.#starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.#starts[middle]! <= wanted) low = middle;
      else high = middle;
    }
    return { line: low, character: wanted - this.#starts[low]! };
  }

  rangeOf(span: Span): Range {
    return { start: this.positionAt(span.start), end: this.positionAt(span.end) };
  }
}
