import type { Run } from '../log/run';
import { LineIndex } from '../text/lines';
import type { Position, Span } from '../text/span';

/** Places known before those that no value needs any more are looked for; then twice as many as are needed. */
const fewest = 10_000;

/** Lines and columns of the values of a text that is not kept itself. */
export class Places {
  readonly #known = new Map<number, Position>();
  #most = fewest;
  /** The last two chunks: a value may begin in one and be read with the next. */
  #chunks: { readonly start: number; readonly line: number; readonly character: number; readonly lines: LineIndex }[] = [];
  #length = 0;
  #end: Position = { line: 0, character: 0 };

  /** Where a part of the text lies; the start of the text for what is not known. */
  at(offset: number): Position {
    return this.#known.get(offset) ?? this.#lookUp(offset) ?? { line: 0, character: 0 };
  }

  /** Text that is about to be read. */
  begin(text: string): void {
    const lines = new LineIndex(text);
    this.#chunks = [...this.#chunks.slice(-1), { start: this.#length, ...this.#end, lines }];
    this.#length += text.length;
    this.#end = this.#lookUp(this.#length)!;
  }

  /** Keeps the places of what was read in it. */
  end(runs: readonly Run[]): void {
    const from = this.#chunks[0]?.start ?? 0;
    for (const run of since(runs, from)) {
      const read = { start: run.start, epochs: since(run.epochs, from), notices: since(run.notices, from) };
      for (const offset of offsetsOf(read)) this.#keep(offset);
    }
    if (this.#known.size <= this.#most) return;
    const needed = new Set(runs.flatMap((run) => [...offsetsOf(run)]));
    for (const offset of this.#known.keys()) if (!needed.has(offset)) this.#known.delete(offset);
    this.#most = Math.max(fewest, 2 * this.#known.size);
  }

  #keep(offset: number): void {
    if (this.#known.has(offset)) return;
    const position = this.#lookUp(offset);
    if (position) this.#known.set(offset, position);
  }

  #lookUp(offset: number): Position | undefined {
    const chunk = this.#chunks.filter(({ start }) => start <= offset).at(-1);
    if (!chunk) return undefined;
    const { line, character } = chunk.lines.positionAt(offset - chunk.start);
    return line === 0 ? { line: chunk.line, character: chunk.character + character } : { line: chunk.line + line, character };
  }
}

/** Those at the end of a list that reach behind an offset. */
function since<T extends Span>(parts: readonly T[], offset: number): readonly T[] {
  let first = parts.length;
  while (first > 0 && parts[first - 1]!.end >= offset) first--;
  return parts.slice(first);
}

/** Where everything begins that a finding or a curve may point at. */
function* offsetsOf({ start, epochs, notices }: Pick<Run, 'start' | 'epochs' | 'notices'>): Generator<number> {
  yield start;
  for (const notice of notices) yield notice.start;
  for (const epoch of epochs) {
    yield epoch.start;
    for (const value of epoch.metrics.values()) yield value.start;
    for (const value of [epoch.firstNonFinite?.value, epoch.learningRate]) if (value) yield value.start;
  }
}
