import type { Position, Range, Span } from '../text/span';

const blockSize = 1024;
/** Lines whose lengths lie together: what grows page by page is never copied. */
const pageSize = 1 << 16;
const tooLong = 0xffff;

/**
 * Offsets to line and column for a text that is never held as a whole. Line breaks are those of `LineIndex`.
 * Keeps two bytes for each line (what a stream costs that cannot be read twice); asking costs O(log lines).
 */
export class StreamedLines {
  readonly #pages: Uint16Array[] = [];
  readonly #longLengths = new Map<number, number>();
  /** Start of every `blockSize`th line. */
  readonly #blocks: number[] = [0];
  #lines = 0;
  #lineStart = 0;
  #length = 0;
  #endsInReturn = false;

  push(text: string): void {
    if (text === '') return;
    const base = this.#length;
    let newline = text.indexOf('\n');
    let carriage = text.indexOf('\r');
    if (this.#endsInReturn) {
      // A `\r` that ended the last chunk: alone, or the first half of `\r\n`?
      this.#endLine(newline === 0 ? base + 1 : base);
      if (newline === 0) newline = text.indexOf('\n', 1);
    }
    this.#endsInReturn = false;
    while (newline >= 0 || carriage >= 0) {
      if (newline >= 0 && (carriage < 0 || newline < carriage)) {
        this.#endLine(base + newline + 1);
        newline = text.indexOf('\n', newline + 1);
      } else if (carriage === text.length - 1) {
        this.#endsInReturn = true;
        break;
      } else {
        const crlf = newline === carriage + 1;
        this.#endLine(base + carriage + (crlf ? 2 : 1));
        if (crlf) newline = text.indexOf('\n', newline + 1);
        carriage = text.indexOf('\r', carriage + 1);
      }
    }
    this.#length = base + text.length;
  }

  /** No more text comes: a `\r` at its very end stands alone. */
  end(): void {
    if (this.#endsInReturn) this.#endLine(this.#length);
    this.#endsInReturn = false;
  }

  /** Clamped to the text. */
  positionAt(offset: number): Position {
    const wanted = Math.max(0, Math.min(offset, this.#length));
    let low = 0;
    let high = this.#blocks.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.#blocks[middle]! <= wanted) low = middle;
      else high = middle;
    }
    let line = low * blockSize;
    let start = this.#blocks[low]!;
    while (line < this.#lines) {
      const length = this.#lengthOf(line);
      if (start + length > wanted) break;
      start += length;
      line++;
    }
    return { line, character: wanted - start };
  }

  rangeOf(span: Span): Range {
    return { start: this.positionAt(span.start), end: this.positionAt(span.end) };
  }

  #lengthOf(line: number): number {
    const length = this.#pages[Math.floor(line / pageSize)]![line % pageSize]!;
    return length === tooLong ? this.#longLengths.get(line)! : length;
  }

  #endLine(end: number): void {
    const line = this.#lines++;
    const length = end - this.#lineStart;
    if (line % pageSize === 0) this.#pages.push(new Uint16Array(pageSize));
    this.#pages.at(-1)![line % pageSize] = Math.min(length, tooLong);
    if (length >= tooLong) this.#longLengths.set(line, length);
    this.#lineStart = end;
    if (this.#lines % blockSize === 0) this.#blocks.push(end);
  }
}
