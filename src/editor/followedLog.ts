import * as vscode from 'vscode';
import { LogDecoder, LogReader } from '../log';
import type { Run } from '../log/run';
import type { Span } from '../text/span';
import type { Activity } from './activity';
import type { LogSource } from './cases';
import { pause } from './pause';
import { Places } from './places';
import type { Platform } from './platform';
import { nameOf } from './text';

/** So many bytes before the place where reading stopped tell whether it is still the same file. */
const tailLength = 256;
/** Without a way to read parts, files up to this size are read whole. */
const biggestWhole = 50 << 20;
/** Epochs kept of a training that is followed, all of which are looked at every second; earlier ones are thinned out. */
export const mostEpochs = 2000;

/**
 * A log on disk that grows: each reading goes on where the last one ended. The text is not kept, and of its values a
 * bounded number, so memory does not grow with the file. A file that was truncated or replaced is read anew.
 */
export class FollowedLog implements LogSource {
  readonly id: string;
  readonly name: string;
  #reader = new LogReader({ mostEpochs });
  #decoder = new LogDecoder();
  #places = new Places();
  /** Bytes read so far, and the last of them. */
  #offset = 0;
  #tail: Uint8Array = new Uint8Array();
  #reading: Promise<boolean> | undefined;

  constructor(
    readonly uri: vscode.Uri,
    readonly platform: Platform,
    readonly activity: Activity,
  ) {
    this.id = uri.toString();
    this.name = nameOf(uri);
  }

  get runs(): readonly Run[] {
    return this.#reader.runs;
  }

  get live(): boolean {
    return this.activity.live(this.id);
  }

  locate({ start, end }: Span): vscode.Location {
    const { line, character } = this.#places.at(start);
    return new vscode.Location(this.uri, new vscode.Range(line, character, line, character + Math.min(end - start, 200)));
  }

  /** Reads what is new; resolves to whether anything was. Never rejects: a file that is gone has nothing new. */
  async read(): Promise<boolean> {
    while (this.#reading) await this.#reading;
    this.#reading = this.#readOn().catch(() => false);
    const changed = await this.#reading;
    this.#reading = undefined;
    return changed;
  }

  async #readOn(): Promise<boolean> {
    const { size } = await vscode.workspace.fs.stat(this.uri);
    if (size > biggestWhole && !this.platform.bytesFrom) return false;
    const replaced = this.#offset > 0 && !(await this.#goesOn(size));
    if (replaced) this.#restart();
    if (size === this.#offset) return replaced;
    if (this.#offset > 0 || replaced) this.activity.note(this.id); // what was there at first is not new
    for await (const bytes of await this.#bytesFrom(this.#offset)) {
      this.#offset += bytes.length;
      this.#tail = joined(this.#tail, bytes.subarray(-tailLength)).slice(-tailLength);
      const text = this.#decoder.decode(bytes);
      this.#places.begin(text);
      this.#reader.push(text);
      this.#places.end(this.#reader.runs);
      await pause();
    }
    return true;
  }

  /** Whether the bytes that were read last still stand where they stood. */
  async #goesOn(size: number): Promise<boolean> {
    if (size < this.#offset) return false;
    let same = 0;
    for await (const bytes of await this.#bytesFrom(this.#offset - this.#tail.length)) {
      for (const byte of bytes.subarray(0, this.#tail.length - same)) if (byte !== this.#tail[same++]) return false;
      if (same === this.#tail.length) return true;
    }
    return false;
  }

  async #bytesFrom(start: number): Promise<AsyncIterable<Uint8Array> | readonly Uint8Array[]> {
    const stream = this.platform.bytesFrom?.(this.uri, start);
    return stream ?? [(await vscode.workspace.fs.readFile(this.uri)).subarray(start)];
  }

  #restart(): void {
    this.#reader = new LogReader({ mostEpochs });
    this.#decoder = new LogDecoder();
    this.#places = new Places();
    this.#offset = 0;
    this.#tail = new Uint8Array();
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
