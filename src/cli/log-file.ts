import { isAscii } from 'node:buffer';
import { extname } from 'node:path';
import { LogDecoder, LogReader } from '../log';
import type { Run } from '../log/run';
import type { Fit } from '../script/script';
import type { Position, Range, Span } from '../text/span';
import { bytesOf, codeUnitsIn, isPlainFile } from './input';
import { StreamedLines } from './lines';
import { notebookLog } from './notebook-log';
import { Problem } from './problem';
import { readScriptFile, requireScriptFile, type ScriptFile } from './script-file';

export type Bytes = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** A log that was read. */
export interface LogFile {
  readonly runs: readonly Run[];
  /** Place in the file of a span of the log. */
  rangeOf(span: Span): Range;
  /** The script that certainly made it and which of its calls made which run: a notebook is both. */
  readonly script?: ScriptFile;
  readonly fitOf?: (runIndex: number) => Fit | undefined;
}

/**
 * Reads a log as a stream, or a notebook's outputs. A script, and a notebook that has printed nothing yet, is read as a
 * log without runs.
 * @throws Problem where there is nothing to diagnose, saying why.
 */
export async function readLogFile(path: string, content?: Bytes): Promise<LogFile> {
  if (extname(path) === '.py' && !content) {
    const script = await requireScriptFile(path);
    return { runs: [], rangeOf: (span) => script.rangeOf(span), script };
  }
  const file = extname(path) === '.ipynb' && !content ? await readScriptFile(path) : undefined;
  const log = file?.notebook ? notebookLog(file, file.notebook) : await readStream(path, content);
  const { runs } = log;
  if (runs.length === 0 && log.script && log.script.script.fits.length > 0) return log;
  if (runs.length === 0) throw new Problem({ id: 'cli.no-run', args: { path } });
  if (!runs.some((run) => run.epochs.some(({ metrics, firstNonFinite }) => metrics.size > 0 || firstNonFinite))) {
    throw new Problem({ id: 'cli.no-value', args: { path, line: log.rangeOf(runs.at(-1)!).end.line + 1 } });
  }
  return log;
}

async function readStream(path: string, content?: Bytes): Promise<LogFile> {
  // Decoding takes longer than all the rest, and what can be read again needs it only where something was found.
  const asBytes = !content && (await isPlainFile(path));
  const reader = new LogReader({ bytes: asBytes });
  const lines = new StreamedLines();
  const decoder = new LogDecoder();
  const take = (text: string): void => {
    reader.push(text);
    lines.push(text);
  };
  let empty = true;
  let ascii = true;
  for await (const bytes of content ?? bytesOf(path)) {
    if (empty && isBinary(bytes)) throw new Problem({ id: 'cli.binary', args: { path } });
    empty &&= bytes.length === 0;
    // Most logs are ASCII from end to end, which needs no decoder.
    ascii &&= !asBytes && isAscii(bytes) && !bytes.includes(0);
    take(asBytes || ascii ? latin1(bytes) : decoder.decode(bytes));
  }
  take(decoder.end());
  reader.end();
  lines.end();
  if (empty) throw new Problem({ id: 'cli.empty', args: { path } });
  const positionAt = (offset: number): Position => {
    const { line, character } = lines.positionAt(offset);
    return { line, character: asBytes ? codeUnitsIn(path, offset - character, offset) : character };
  };
  return { runs: reader.runs, rangeOf: ({ start, end }) => ({ start: positionAt(start), end: positionAt(end) }) };
}

function latin1({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
}

/** UTF-16 has its zero bytes at even or at odd places, text in any other encoding has none. */
function isBinary(bytes: Uint8Array): boolean {
  const zeroAt = [false, false];
  for (let index = 0; index < Math.min(bytes.length, 4096); index++) zeroAt[index % 2] ||= bytes[index] === 0;
  return zeroAt[0]! && zeroAt[1]!;
}
