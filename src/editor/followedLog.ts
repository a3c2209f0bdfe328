import * as vscode from 'vscode';
import { LogDecoder, LogReader } from '../log';
import type { Run } from '../log/run';
import { LineIndex } from '../text/lines';
import type { Position, Span } from '../text/span';
import type { LogSource } from './cases';
import { pause } from './pause';
import type { Platform } from './platform';
import { nameOf } from './text';

/** So many bytes at the start of a file tell whether it is still the same file. */
const headLength = 256;
/** Without a way to read parts, files up to this size are read whole. */
const biggestWhole = 50 << 20;

/**
 * A log on disk that grows: each reading goes on where the last one ended. Of the text only the places of values are
 * kept, so memory does not grow with the file. A file that was truncated or replaced is read anew.
 */
export class FollowedLog implements LogSource {
  readonly id: string;
  readonly name: string;
  #reader = new LogReader();
  #decoder = new LogDecoder();
  #places = new Places();
  /** Bytes read so far, and the first of them. */
  #offset = 0;
  #head: Uint8Array = new Uint8Array();
  /** When something was last found to be new, in milliseconds; what was there at first is not new. */
  #grew = 0;
  #reading: Promise<boolean> | undefined;

  constructor(
    readonly uri: vscode.Uri,
    readonly platform: Platform,
  ) {
    this.id = uri.toString();
    this.name = nameOf(uri);
  }

  get runs(): readonly Run[] {
    return this.#reader.runs;
  }

  /** Written to within the last minute; whether the training has ended no file says. */
  get live(): boolean {
    return Date.now() - this.#grew < 60_000;
  }

  locate({ start, end }: Span): vscode.Location {
    const { line, character } = this.#places.at(start);
    return new vscode.Location(this.uri, new vscode.Range(line, character, line, character + Math.min(end - start, 200)));
  }

  /** Reads what is new; resolves to whether anything was. Never throws: a file that is gone has nothing new. */
  async read(): Promise<boolean> {
    while (this.#reading) await this.#reading;
    this.#reading = this.#readOn().catch(() => false);
    const changed = await this.#reading;
    this.#reading = undefined;
    return changed;
  }

  async #readOn(): Promise<boolean> {
    const { size } = await vscode.workspace.fs.stat(this.uri);
    const replaced = size < this.#offset || (this.#offset > 0 && !(await this.#startsAsBefore(size)));
    if (replaced) this.#restart();
    if (size === this.#offset) return replaced;
    if (this.#offset > 0) this.#grew = Date.now();
    for await (const bytes of await this.#bytesFrom(this.#offset, size)) {
      if (this.#head.length < headLength) this.#head = joined(this.#head, bytes.subarray(0, headLength - this.#head.length));
      this.#offset += bytes.length;
      const text = this.#decoder.decode(bytes);
      this.#places.begin(text);
      this.#reader.push(text);
      this.#places.end(this.#reader.runs);
      await pause();
    }
    return true;
  }

  async #startsAsBefore(size: number): Promise<boolean> {
    for await (const bytes of await this.#bytesFrom(0, size)) {
      return this.#head.every((byte, index) => index >= bytes.length || bytes[index] === byte);
    }
    return false;
  }

  async #bytesFrom(start: number, size: number): Promise<AsyncIterable<Uint8Array> | readonly Uint8Array[]> {
    const stream = this.platform.bytesFrom?.(this.uri, start);
    if (stream) return stream;
    if (size > biggestWhole) return [];
    return [(await vscode.workspace.fs.readFile(this.uri)).subarray(start)];
  }

  #restart(): void {
    this.#reader = new LogReader();
    this.#decoder = new LogDecoder();
    this.#places = new Places();
    this.#offset = 0;
    this.#head = new Uint8Array();
  }
}

/** Lines and columns of the values of a text that is not kept. */
class Places {
  readonly #known = new Map<number, Position>();
  /** The last two chunks: a value may begin in one and be read with the next. */
  #chunks: { readonly start: number; readonly line: number; readonly character: number; readonly lines: LineIndex }[] = [];
  #length = 0;
  #end: Position = { line: 0, character: 0 };
  /** Epochs before these are done. */
  #run = 0;
  #epoch = 0;

  at(offset: number): Position {
    return this.#known.get(offset) ?? this.#lookUp(offset) ?? { line: 0, character: 0 };
  }

  begin(text: string): void {
    const lines = new LineIndex(text);
    this.#chunks = [...this.#chunks.slice(-1), { start: this.#length, ...this.#end, lines }];
    this.#length += text.length;
    this.#end = this.#lookUp(this.#length)!;
  }

  /** Keeps the places of what was read since. */
  end(runs: readonly Run[]): void {
    for (; this.#run < runs.length; this.#run++, this.#epoch = 0) {
      const { start, epochs, notices } = runs[this.#run]!;
      for (const span of [{ start }, ...notices]) this.#keep(span.start);
      for (; this.#epoch < epochs.length; this.#epoch++) {
        const { start: epochStart, metrics, firstNonFinite, learningRate } = epochs[this.#epoch]!;
        const values = [...metrics.values(), firstNonFinite?.value, learningRate];
        for (const offset of [epochStart, ...values.map((value) => value?.start)]) if (offset !== undefined) this.#keep(offset);
      }
      if (this.#run === runs.length - 1) break; // the last epoch of the last run may still change
    }
    this.#epoch = Math.max(0, this.#epoch - 1);
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

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
