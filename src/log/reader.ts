import { RunBuilder, type Checkpoint } from './builder';
import { dialects } from './dialects';
import { Line } from './line';
import type { Run } from './run';

/**
 * Reads a log that comes in chunks, cut anywhere: inside an escape sequence, inside a number, between `\r` and `\n`.
 * The result never depends on where the cuts are. Time is linear in the text; memory is bounded by the values kept,
 * because nearly all of a big log is intermediate updates of progress bars, which are passed over.
 */
export class LogReader {
  readonly #builder = new RunBuilder();
  /** Chunks after the last separator: the beginning of a piece whose end has not come yet. */
  #rest: string[] = [];
  /** Offset in the whole log of the first character of `#rest`, or of the next chunk. */
  #base = 0;
  #overprints = false;
  /** An update that was passed over; it counts only if nothing of its bar follows. */
  #passed: { text: string; start: number; overprints: boolean } | undefined;
  /** What to go back to before more text comes, while the unfinished rest is shown in `runs`. */
  #shown: { checkpoint: Checkpoint } | undefined;

  constructor(base = 0) {
    this.#base = base;
  }

  /** What was read so far, the unfinished last line included. The array and its runs change with the next `push`. */
  get runs(): readonly Run[] {
    if (!this.#shown) {
      this.#shown = { checkpoint: this.#builder.checkpoint() };
      if (this.#passed) this.#read(this.#passed.text, this.#passed.start, this.#passed.overprints, false);
      const rest = this.#rest.join('');
      this.#rest = rest === '' ? [] : [rest];
      if (rest !== '') this.#read(rest, this.#base, this.#overprints, true);
    }
    return this.#builder.runs;
  }

  push(chunk: string): void {
    if (chunk === '') return;
    if (this.#shown) this.#builder.restore(this.#shown.checkpoint);
    this.#shown = undefined;
    const separator = lastSeparator(chunk);
    if (separator < 0) {
      this.#rest.push(chunk);
      return;
    }
    const text = this.#rest.length === 0 ? chunk : this.#rest.join('') + chunk;
    const end = text.length - chunk.length + separator + 1;
    this.#pieces(text, end);
    this.#rest = end < text.length ? [text.slice(end)] : [];
    this.#base += end;
  }

  /** No more text comes: `runs` is final. */
  end(): void {
    void this.runs;
  }

  /** Reads `text` up to `end`, which is behind a separator. */
  #pieces(text: string, end: number): void {
    let start = 0;
    const find = { '\n': -1, '\r': -1, '\b': -1 };
    const next = (separator: '\n' | '\r' | '\b', from: number) => {
      if (find[separator] < from) {
        const at = text.indexOf(separator, from);
        find[separator] = at < 0 ? Infinity : at;
      }
      return find[separator];
    };
    while (start < end) {
      const stop = Math.min(next('\n', start), next('\r', start), next('\b', start), end);
      if (stop > start) {
        this.#read(text.slice(start, stop), this.#base + start, this.#overprints, false);
      }
      this.#overprints = text[stop] !== '\n';
      start = stop + 1;
    }
  }

  #read(text: string, start: number, overprints: boolean, unfinished: boolean): void {
    const line = new Line(text, start, overprints, unfinished);
    let from = 0;
    while (from < line.text.length) {
      let end: number | undefined;
      for (const dialect of dialects) {
        end = dialect.read(line, from, this.#builder);
        if (end !== undefined) break;
      }
      if (end === undefined || end <= from) return;
      from = end;
    }
  }
}

function lastSeparator(text: string): number {
  return Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r'), text.lastIndexOf('\b'));
}

/** Reads a whole log. */
export function readLog(text: string): readonly Run[] {
  const reader = new LogReader();
  reader.push(text);
  reader.end();
  return reader.runs;
}
