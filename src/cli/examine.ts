import { isAscii } from 'node:buffer';
import { resolve, sep } from 'node:path';
import { diagnose, matchScript } from '../diagnosis';
import type { Diagnosis } from '../diagnosis/finding';
import { LogDecoder, LogReader } from '../log';
import type { Run } from '../log/run';
import { bytesOf, scriptsBeside, standardInput } from './input';
import { StreamedLines } from './lines';
import { Problem } from './problem';
import { readScriptFile, type ScriptFile } from './script-file';

/** What was found in one log. */
export interface Examination {
  readonly path: string;
  /** Why the log could not be read; nothing else is known then. */
  readonly error?: string;
  readonly lines: StreamedLines;
  readonly runs: readonly Run[];
  readonly script?: ScriptFile;
  readonly diagnosis: Diagnosis;
}

export type Bytes = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** @throws Problem where there is nothing to diagnose, saying why. */
export async function readLogFile(
  path: string,
  content: Bytes = bytesOf(path),
): Promise<{ runs: readonly Run[]; lines: StreamedLines }> {
  const reader = new LogReader();
  const lines = new StreamedLines();
  const decoder = new LogDecoder();
  const take = (text: string): void => {
    reader.push(text);
    lines.push(text);
  };
  let empty = true;
  let ascii = true;
  for await (const bytes of content) {
    if (empty && isBinary(bytes)) throw new Problem({ id: 'cli.binary', args: { path } });
    empty &&= bytes.length === 0;
    // Most logs are ASCII from end to end, which is four times as fast without a decoder.
    ascii &&= isAscii(bytes) && !bytes.includes(0);
    take(ascii ? latin1(bytes) : decoder.decode(bytes));
  }
  take(decoder.end());
  reader.end();
  lines.end();
  const { runs } = reader;
  if (empty) throw new Problem({ id: 'cli.empty', args: { path } });
  if (runs.length === 0) throw new Problem({ id: 'cli.no-run', args: { path } });
  if (!runs.some((run) => run.epochs.some(({ metrics, firstNonFinite }) => metrics.size > 0 || firstNonFinite))) {
    throw new Problem({ id: 'cli.no-value', args: { path, line: lines.positionAt(runs.at(-1)!.end).line + 1 } });
  }
  return { runs, lines };
}

/** Reads a log and diagnoses it, with `script` or else with the one beside it that certainly made it. */
export async function examine(path: string, script?: ScriptFile, content?: Bytes): Promise<Examination> {
  const { runs, lines } = await readLogFile(path, content);
  const used = script ?? (path === standardInput || content ? undefined : await scriptOf(path, runs));
  const diagnosis = diagnose(runs, used?.script);
  return { path, lines, runs, script: used, diagnosis };
}

/** The script beside a log that made it; undefined where that is not certain. */
async function scriptOf(path: string, runs: readonly Run[]): Promise<ScriptFile | undefined> {
  const files: ScriptFile[] = [];
  for (const scriptPath of await scriptsBeside(path)) {
    const file = await readScriptFile(scriptPath).catch(() => undefined);
    if (file) files.push(file);
  }
  const candidates = files.map((file) => ({ path: withSlashes(file.path), script: file.script }));
  const { ranked, sure } = matchScript(runs, candidates, withSlashes(path));
  return sure ? files[ranked[0]!.index] : undefined;
}

function withSlashes(path: string): string {
  return resolve(path).replaceAll(sep, '/');
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
