import { closeSync, openSync, read, readSync } from 'node:fs';
import { readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { dirname, extname, join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { dataSetPath } from './package-files';
import { Problem } from './problem';

/** Scripts beside a log are looked at up to these limits: a folder of data must not slow the check of a log. */
const largestScript = 1 << 20;
const mostScripts = 50;
/** A data file that a script names is read up to this size in bytes. */
const largestData = 256 << 20;

/** Whether a file was written more than a second after another: what comes out of one archive is not. False where one is no file. */
export async function changedSince(path: string, other: string): Promise<boolean> {
  try {
    const [changed, before] = await Promise.all([stat(path), stat(other)]);
    return changed.mtimeMs > before.mtimeMs + 1000;
  } catch {
    return false;
  }
}

/** Stands for standard input in place of a file name. */
export const standardInput = '-';

/** Longer texts lie outside the part of memory that is cheap to fill and to clean up, which doubles the time of a log. */
const chunkSize = 1 << 16;
/** Milliseconds until standard input is asked again, where it does not let anyone wait for it. */
const patience = 20;
/** How UTF-8 and UTF-16 of either byte order begin with one. */
const byteOrderMarks = new Set([0xef, 0xfe, 0xff]);

/**
 * The bytes of a file or of standard input; each chunk is valid only until the next one is asked for. Nothing else
 * goes on while a file is read, and reading without waiting takes half the time.
 * @throws Problem saying why the file cannot be read.
 */
export function bytesOf(path: string): AsyncIterable<Buffer> | Iterable<Buffer> {
  return path === standardInput ? bytesOfStandardInput() : bytesOfFile(path);
}

/** Reads into one buffer: the stream that Node makes of standard input leaves a new one behind for each chunk. */
async function* bytesOfStandardInput(): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(chunkSize);
  try {
    for (let length = await readInput(buffer); length > 0; length = await readInput(buffer)) yield buffer.subarray(0, length);
  } catch (error) {
    throw unreadable(standardInput, error);
  }
}

/** @returns how many bytes of standard input are in `buffer`, 0 at its end */
async function readInput(buffer: Buffer): Promise<number> {
  for (;;) {
    try {
      return (await promisify(read)(0, buffer, 0, buffer.length, null)).bytesRead;
    } catch (error) {
      const code = codeOf(error);
      if (code === 'EOF') return 0; // the end of a pipe on Windows
      if (code !== 'EAGAIN') throw error;
      await setTimeout(patience);
    }
  }
}

/** The bytes `[start, end)` of a file; without `start`, it may as well be a pipe. */
function* bytesOfFile(path: string, start?: number, end = Infinity): Generator<Buffer> {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const buffer = Buffer.allocUnsafeSlow(chunkSize);
    for (let at = start ?? 0; at < end; ) {
      const length = readSync(file, buffer, 0, Math.min(chunkSize, end - at), start === undefined ? null : at);
      if (length === 0) break;
      at += length;
      yield buffer.subarray(0, length);
    }
  } catch (error) {
    throw unreadable(path, error);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/**
 * Whether a file can be read again later and holds UTF-8 without a byte order mark (or another extension of ASCII),
 * as far as its beginning tells.
 */
export async function isPlainFile(path: string): Promise<boolean> {
  const found = path === standardInput ? undefined : await stat(path).catch(() => undefined);
  if (!found?.isFile()) return false;
  for (const head of bytesOfFile(path, 0, chunkSize)) return !head.includes(0) && !byteOrderMarks.has(head[0]!);
  return true;
}

/** Number of UTF-16 code units that the bytes `[start, end)` of a file of UTF-8 are. */
export function codeUnitsIn(path: string, start: number, end: number): number {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let count = 0;
  for (const bytes of bytesOfFile(path, start, end)) count += decoder.decode(bytes, { stream: true }).length;
  return count + decoder.decode().length;
}

/** @throws Problem saying why the file cannot be read. */
export async function readBytes(path: string): Promise<Buffer> {
  if (path !== standardInput) {
    try {
      return await readFile(path);
    } catch (error) {
      throw unreadable(path, error);
    }
  }
  const chunks: Buffer[] = [];
  for await (const chunk of bytesOfStandardInput()) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}

/** Messages for what people meet most. */
const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'cli.missing',
  EISDIR: 'cli.folder',
  EACCES: 'cli.forbidden',
};

function unreadable(path: string, error: unknown): Problem {
  const code = codeOf(error);
  return new Problem({ id: reasons[code] ?? 'cli.unreadable', args: { path, code } });
}

/** @throws Problem saying why the file cannot be written. */
export async function writeBytes(path: string, bytes: Buffer): Promise<void> {
  try {
    await writeFile(path, bytes);
  } catch (error) {
    throw new Problem({ id: 'cli.unwritable', args: { path, code: codeOf(error) } });
  }
}

/** Paths of the Python scripts and notebooks in the folder of `path` that mention `fit`; none if it cannot be listed. */
export async function scriptsBeside(path: string): Promise<string[]> {
  const folder = dirname(path);
  const names = await readdir(folder).catch(() => []);
  const scripts: string[] = [];
  for (const name of names.sort()) {
    if (extname(name) !== '.py' && extname(name) !== '.ipynb') continue;
    const script = join(folder, name);
    const found = await stat(script).catch(() => undefined);
    if (!found?.isFile() || found.size > largestScript) continue;
    const bytes = await readFile(script).catch(() => undefined);
    if (bytes?.includes('.fit')) scripts.push(script);
    if (scripts.length === mostScripts) break;
  }
  return scripts;
}

/** Contents of the files a script needs, by the names it uses, looked for from the folder of the script, then from the working folder. */
export async function dataBeside(script: string, names: readonly string[]): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const name of names) {
    const bytes = (await dataIn(resolve(dirname(script), name))) ?? (await dataIn(resolve(name))) ?? (await dataIn(dataSetPath(name)));
    if (bytes) files.set(name, bytes);
  }
  return files;
}

async function dataIn(path: string | undefined): Promise<Uint8Array | undefined> {
  const found = path === undefined ? undefined : await stat(path).catch(() => undefined);
  if (path === undefined || !found?.isFile() || found.size > largestData) return undefined;
  return readFile(path).catch(() => undefined);
}
