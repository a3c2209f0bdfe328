import { gunzipSync, strFromU8, unzipSync } from 'fflate';
import Papa from 'papaparse';
import { type DType, type NdArray, numberIn, numeric, sizeOf } from '../numpy/ndarray';
import { readPickledRows } from './pickle';
import type { Column, Label } from './table';

/** Readers of data files: bytes in, arrays or columns out, undefined for what is not understood. */

const npyTypes: Readonly<Record<string, { readonly bytes: number; readonly dtype: DType; readonly read: (view: DataView, at: number) => number }>> = {
  '<f8': { bytes: 8, dtype: 'float64', read: (view, at) => view.getFloat64(at, true) },
  '<f4': { bytes: 4, dtype: 'float32', read: (view, at) => view.getFloat32(at, true) },
  '<i8': { bytes: 8, dtype: 'int64', read: (view, at) => Number(view.getBigInt64(at, true)) },
  '<i4': { bytes: 4, dtype: 'int32', read: (view, at) => view.getInt32(at, true) },
  '<i2': { bytes: 2, dtype: 'int32', read: (view, at) => view.getInt16(at, true) },
  '|i1': { bytes: 1, dtype: 'int32', read: (view, at) => view.getInt8(at) },
  '|u1': { bytes: 1, dtype: 'uint8', read: (view, at) => view.getUint8(at) },
  '|b1': { bytes: 1, dtype: 'bool', read: (view, at) => view.getUint8(at) },
};

/** NumPy itself reads no longer headers from files it does not trust. */
const longestHeader = 10_000;

/** What the header of a `.npy` file says, and where its items begin (numpy/lib/format.py, versions 1 and 2). */
function npyHeader(bytes: Uint8Array): { readonly header: string; readonly at: number } | undefined {
  if (bytes.length < 12 || bytes[0] !== 0x93) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const long = bytes[6]! >= 2;
  const start = long ? 12 : 10;
  const headerLength = long ? view.getUint32(8, true) : view.getUint16(8, true);
  if (headerLength > longestHeader) return undefined;
  return { header: strFromU8(bytes.subarray(start, start + headerLength), true), at: start + headerLength };
}

/** NumPy's `.npy` format, in row-major order. */
export function readNpy(bytes: Uint8Array): NdArray | undefined {
  const { header, at } = npyHeader(bytes) ?? { header: '', at: 0 };
  const type = npyTypes[/'descr':\s{0,8}'([^']{1,8})'/.exec(header)?.[1] ?? ''];
  const shape = /'shape':\s{0,8}\(([^()]{0,999})\)/.exec(header)?.[1]?.split(',').map((part) => part.trim()).filter(Boolean).map(Number);
  if (!type || !shape || /'fortran_order':\s{0,8}True/.test(header)) return undefined;
  const size = sizeOf(shape);
  if (shape.some((length) => !(length >= 0)) || !Number.isSafeInteger(size)) return undefined;
  if (at + size * type.bytes > bytes.length) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return numeric(shape, Float64Array.from({ length: size }, (_, i) => type.read(view, at + i * type.bytes)), type.dtype);
}

/** Lists of whole numbers in an array of Python's objects. */
function readNpyRows(bytes: Uint8Array): readonly (readonly number[])[] | undefined {
  const { header, at } = npyHeader(bytes) ?? { header: '', at: 0 };
  return /'descr':\s{0,8}'\|O'/.test(header) ? readPickledRows(bytes, at) : undefined;
}

/** The parts of an `.npz` file that `read` understands, by name. Each file is read once: a script is read again at every key. */
function npzReader<T>(read: (bytes: Uint8Array) => T | undefined): (bytes: Uint8Array) => ReadonlyMap<string, T> | undefined {
  const known = new WeakMap<Uint8Array, ReadonlyMap<string, T>>();
  return (bytes) => {
    const before = known.get(bytes);
    if (before) return before;
    try {
      const parts = Object.entries(unzipSync(bytes)).flatMap(([name, content]) => {
        const part = read(content);
        return part ? [[name.replace(/\.npy$/, ''), part] as const] : [];
      });
      const result = new Map(parts);
      known.set(bytes, result);
      return result;
    } catch {
      return undefined; // no archive, or a broken one
    }
  };
}

/** The arrays of numbers in an `.npz` file by name. */
export const readNpz = npzReader(readNpy);

/** The arrays of lists of whole numbers in an `.npz` file by name. */
export const readNpzRows = npzReader(readNpyRows);

/** Text of a file, unpacked if it is gzipped. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
    const unicode = strFromU8(plain);
    return (unicode.includes('\uFFFD') ? strFromU8(plain, true) : unicode).replace(/^\uFEFF/, '');
  } catch {
    return undefined;
  }
}

export interface CsvOptions {
  /** undefined: guessed from the text. `\s+` takes any run of blanks. */
  readonly delimiter: string | undefined;
  /** Row that names the columns; null: none does. */
  readonly header: number | null;
  readonly names: readonly Label[] | undefined;
  /** Rows left out at the start. */
  readonly skip: number;
  /** What follows this on a line is left out. */
  readonly comment: string | undefined;
  /** Words that stand for what is missing, besides pandas' own. */
  readonly missing: readonly string[];
  /** Blanks before a word do not belong to it. */
  readonly trimmed: boolean;
}

/** A table with the names of its columns in the first row. */
export const plainCsv: CsvOptions = { delimiter: undefined, header: 0, names: undefined, skip: 0, comment: undefined, missing: [], trimmed: false };

/** pandas 3.0, `STR_NA_VALUES` in `pandas/_libs/parsers.pyx`. */
const missingWords: readonly string[] = [
  '', '-1.#IND', '1.#QNAN', '1.#IND', '-1.#QNAN', '#N/A N/A', '#N/A', 'N/A', 'n/a', 'NA', '<NA>', '#NA', 'NULL', 'null', 'NaN', '-NaN', 'nan', '-nan', 'None',
];

/**
 * A table from CSV text: columns of numbers where every word is one, else of words.
 * @returns undefined where there is none, or where rows are longer than their header by more than labels of the rows
 */
export function readCsv(source: string, options: CsvOptions): Column[] | undefined {
  const blanks = options.delimiter === '\\s+' || (options.delimiter === ' ' && options.trimmed);
  const lineOf = (line: string): string => {
    const bare = options.comment ? line.split(options.comment, 1)[0]! : line;
    return blanks ? bare.trim().replace(/[ \t]+/g, ' ') : bare;
  };
  const changes = options.skip > 0 || blanks || options.comment !== undefined;
  const text = changes ? source.split(/\r\n|\n|\r/).slice(options.skip).map(lineOf).join('\n') : source;
  const { data: table } = Papa.parse<string[]>(text, {
    skipEmptyLines: true,
    ...(options.delimiter && { delimiter: blanks ? ' ' : options.delimiter }),
  });
  if (options.trimmed) for (const row of table) row.forEach((word, i) => (row[i] = word.trimStart()));
  const headed = options.header !== null && table.length > options.header;
  const heads = headed ? table[options.header!]! : undefined;
  const body = headed ? table.slice(options.header! + 1) : table;
  const width = options.names?.length ?? heads?.length ?? body[0]?.length ?? 0;
  if (width === 0 || body.some((row) => row.length > width)) return undefined;
  const names = options.names ?? heads?.map((head, i) => nameOf(heads, head, i));
  const missing = new Set([...missingWords, ...options.missing]);
  return Array.from({ length: width }, (_, i) => ({ name: names?.[i] ?? i, values: columnOf(body.map((row) => row[i] ?? ''), missing) }));
}

/** pandas names a column without a name by its place, and counts those that have the same one. */
function nameOf(heads: readonly string[], head: string, at: number): string {
  if (head === '') return `Unnamed: ${at}`;
  const before = heads.slice(0, at).filter((other) => other === head).length;
  return before > 0 ? `${head}.${before}` : head;
}

function columnOf(words: readonly string[], missing: ReadonlySet<string>): NdArray {
  const present = words.filter((word) => !missing.has(word));
  const whole = present.length === words.length;
  if (whole && words.length > 0 && words.every((word) => /^(?:true|false)$/i.test(word))) return numeric([words.length], Float64Array.from(words, (word) => Number(/^t/i.test(word))), 'bool');
  const numbers = words.map((word) => (missing.has(word) ? Number.NaN : numberIn(word)));
  if (numbers.includes(undefined)) return { shape: [words.length], dtype: 'object', data: words.map((word) => (missing.has(word) ? Number.NaN : word)) };
  const integers = whole && words.every((word) => /^\s*[+-]?\d+\s*$/.test(word));
  return numeric([words.length], Float64Array.from(numbers as number[]), integers ? 'int64' : 'float64');
}
