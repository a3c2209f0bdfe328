import { RunBuilder } from './builder';
import { dialects } from './dialects';
import { Line } from './line';
import { Pieces } from './pieces';
import { stepAt } from './progress-bar';
import { Recording } from './recording';
import type { Run } from './run';
import { Shift } from './shift';
import type { Checkpoint } from './state';

/** An update may be so much longer than those read before it and still hold nothing but longer numbers. */
const LONGER = 8;
/** Texts glued to each other on one line that are read; more are no log. */
const MOST_RESTS = 1000;

/** A line with none of these, such as a row of numbers, says something only below the header of a table. */
const WORDS = /[A-Za-z/[\x80-\uffff]/;

const NOTHING: Checkpoint = new Recording().checkpoint();

/** Piece of the text that was passed over. */
interface Passed {
  readonly text: string;
  readonly start: number;
  /** Steps done. */
  readonly step: number;
}

/** Everything the reader knows between two pieces; a reader goes on from a copy of it. */
interface State {
  readonly built: Checkpoint;
  readonly passed: Passed | undefined;
  readonly longest: number;
}

/** A place behind a `\n` where reading can begin again. */
export interface Mark {
  readonly offset: number;
  readonly built: Checkpoint;
}

interface ReaderOptions {
  /** About how many characters lie between two marks, for `edit`. */
  readonly marksEvery?: number;
  /**
   * The characters of the text are bytes of UTF-8, and so are those that spans count: only what is read needs to be
   * decoded then, which most of a big log is not.
   */
  readonly bytes?: boolean;
  /**
   * Epochs kept of one run at most: of more, the older ones are thinned out. For logs that grow without end; not
   * together with marks.
   */
  readonly mostEpochs?: number;
}

/**
 * Reads a log that comes in chunks, cut anywhere: inside an escape sequence, inside a number, between `\r` and `\n`.
 * The result never depends on where the cuts are. Time is linear in the text; memory is bounded by the values kept,
 * because nearly all of a big log is intermediate updates of progress bars, which are passed over.
 */
export class LogReader {
  readonly #recording = new Recording();
  readonly #builder = new RunBuilder(this.#recording);
  /** Chunks after the last separator: the beginning of a piece whose end has not come yet. */
  #rest: string[] = [];
  /** Offset in the whole log of the first character of `#rest`, or of the next chunk. */
  #base = 0;
  /** The last update of the bar under way, where it was passed over; read only if its bar does not go on. */
  #passed: Passed | undefined;
  /** Length of the longest update read of the bar under way. */
  #longest = 0;
  /** Offset behind the last `\n`. */
  #lineStart = 0;
  /** What to go back to before more text comes, while the unfinished rest is shown in `runs`. */
  #shown: State | undefined;

  /** Where reading can begin again, in the order of the text; none without `marksEvery`. */
  #marks: Mark[] = [];

  readonly #marksEvery: number;
  readonly #bytes: boolean;
  readonly #mostEpochs: number;

  constructor({ marksEvery = Infinity, bytes = false, mostEpochs = Infinity }: ReaderOptions = {}) {
    this.#marksEvery = marksEvery;
    this.#bytes = bytes;
    this.#mostEpochs = mostEpochs;
  }

  /** What was read so far, the unfinished last line included. The array and its runs change with the next `push`. */
  get runs(): readonly Run[] {
    if (!this.#shown) {
      this.#shown = { built: this.#recording.checkpoint(), passed: this.#passed, longest: this.#longest };
      const rest = this.#rest.join('');
      this.#rest = rest === '' ? [] : [rest];
      this.#readPassed();
      if (rest !== '') this.#readPiece(rest, this.#base, true);
    }
    return this.#recording.runs;
  }

  push(chunk: string): void {
    if (chunk === '') return;
    this.#hide();
    if (this.#mostEpochs < Infinity) this.#recording.thin(this.#mostEpochs);
    let from = 0;
    if (this.#rest.length > 0) {
      // Only the piece that was cut is put together: a joined string is slow to search.
      from = firstSeparator(chunk) + 1;
      this.#rest.push(from === 0 ? chunk : chunk.slice(0, from));
      if (from === 0) return;
      const text = this.#rest.join('');
      this.#rest = [];
      this.#readPieces(text, 0, text.length, this.#base);
      this.#base += text.length;
    }
    const end = lastSeparator(chunk) + 1;
    if (end > from) this.#readPieces(chunk, from, end, this.#base - from);
    this.#base += Math.max(0, end - from);
    if (Math.max(end, from) < chunk.length) this.#rest = [chunk.slice(Math.max(end, from))];
  }

  /** No more text comes: `runs` is final. */
  end(): void {
    void this.runs;
  }

  /**
   * The characters `[start, end)` of what was pushed were replaced, which made the text longer by `distance`.
   * Reads again from the last mark before them to the first one behind them where everything is as it was.
   * @param textOf characters `[from, to)` of the new text
   */
  edit(start: number, end: number, distance: number, textOf: (from: number, to?: number) => string): void {
    this.#hide();
    const old = this.#marks;
    const kept = old.filter(({ offset }) => offset <= start);
    const mark = kept.at(-1) ?? { offset: 0, built: NOTHING };
    const shift = new Shift(end, distance);
    const before = this.#recording.snapshot(mark.built);
    const tail = { rest: this.#rest, base: this.#base + distance, longest: this.#longest, lineStart: this.#lineStart + distance };
    const passed = this.#passed && { ...this.#passed, start: this.#passed.start + distance };
    this.#recording.restore(mark.built);
    this.#marks = kept;
    this.#rest = [];
    this.#base = mark.offset;
    this.#passed = undefined;
    this.#longest = 0;
    this.#lineStart = mark.offset;
    let at = mark.offset;
    for (const [index, later] of old.entries()) {
      if (later.offset <= end) continue;
      this.push(textOf(at, later.offset + distance));
      at = later.offset + distance;
      if (!this.#recording.isAt(later.built, before.runs, shift)) continue;
      const adopted = this.#recording.adopt(before, later.built, shift);
      for (const { offset, built } of old.slice(index)) {
        this.#marks.push({ offset: offset + distance, built: adopted(built) });
      }
      this.#rest = tail.rest;
      this.#base = tail.base;
      this.#longest = tail.longest;
      this.#lineStart = tail.lineStart;
      this.#passed = passed;
      return;
    }
    this.push(textOf(at));
  }

  /** Forgets the unfinished rest that `runs` shows. */
  #hide(): void {
    if (!this.#shown) return;
    this.#recording.restore(this.#shown.built);
    this.#passed = this.#shown.passed;
    this.#longest = this.#shown.longest;
    this.#shown = undefined;
  }

  /**
   * Reads `[from, end)` of a text, up to behind a separator.
   * @param base what makes an offset in `text` one in the whole log
   */
  #readPieces(text: string, from: number, end: number, base: number): void {
    const pieces = new Pieces(text, end);
    let bar = this.#builder.bar;
    for (let start = from; start < end; ) {
      if (bar) {
        const done = this.#passed?.step ?? bar.step;
        const drawnOver = bar.headerEnd <= this.#lineStart;
        const update = pieces.passOver(start, bar, done, { longest: this.#longest + LONGER, drawnOver });
        if (update) {
          const { step } = update;
          this.#passed = { text: text.slice(update.start, update.end), start: base + update.start, step };
          start = update.next;
          continue;
        }
      }
      const stop = pieces.endOf(start);
      if (stop > start) {
        if (bar && stepAt(text, start, stop, bar.steps) > (this.#passed?.step ?? bar.step)) this.#passed = undefined;
        else this.#readPassed();
        this.#readPiece(text.slice(start, stop), base + start, false);
        bar = this.#builder.bar;
        this.#longest = bar ? Math.max(this.#longest, stop - start) : 0;
      }
      start = stop + 1;
      const absorbed = this.#recording.takeAbsorbed();
      while (this.#marks.length > 0 && this.#marks.at(-1)!.offset > absorbed) this.#marks.pop();
      if (text[stop] !== '\n') continue;
      this.#lineStart = base + start;
      if (!bar && this.#lineStart - (this.#marks.at(-1)?.offset ?? 0) >= this.#marksEvery) {
        this.#marks.push({ offset: this.#lineStart, built: this.#recording.checkpoint() });
      }
    }
  }

  #readPassed(): void {
    const passed = this.#passed;
    this.#passed = undefined;
    if (passed) this.#readPiece(passed.text, passed.start, false);
  }

  /** Reads what stands between two separators: where backspaces take text back, each of the texts. */
  #readPiece(piece: string, start: number, unfinished: boolean): void {
    if (!piece.includes('\b')) return this.#read(piece, start, unfinished);
    for (const { 0: text, index } of piece.matchAll(/[^\b]+/g)) {
      this.#read(text, start + index, unfinished && index + text.length === piece.length);
    }
  }

  #read(text: string, start: number, unfinished: boolean): void {
    if (!this.#recording.state.table && !WORDS.test(text)) return;
    let line = Line.of(text, start, unfinished, this.#bytes);
    for (let rests = 0; rests < MOST_RESTS && line.text.trim() !== ''; rests++) {
      let end: number | undefined;
      for (const dialect of dialects) {
        end = dialect.read(line, this.#builder);
        if (end !== undefined) break;
      }
      if (end === undefined || end >= line.text.length) return;
      line = line.rest(Math.max(end, 1));
    }
  }
}

function firstSeparator(text: string): number {
  return text.search(/[\n\r]/);
}

/** Step by step from the end: `lastIndexOf` would search all of a text that has only the other separator. */
function lastSeparator(text: string): number {
  let at = text.length - 1;
  while (at >= 0 && text[at] !== '\n' && text[at] !== '\r') at--;
  return at;
}

/** Reads a whole log. */
export function readLog(text: string): readonly Run[] {
  const reader = new LogReader();
  reader.push(text);
  reader.end();
  return reader.runs;
}
