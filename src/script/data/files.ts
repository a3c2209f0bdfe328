import { gunzipSync, strFromU8, unzipSync } from 'fflate';
import Papa from 'papaparse';
import { cast, type DType, type NdArray, numeric, sizeOf } from '../numpy/ndarray';
import type { Column } from './frame';
import { readPickledRows } from './pickle';

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
  readonly names: readonly string[] | undefined;
  /** Rows left out at the start. */
  readonly skip: number;
  readonly comment: string | undefined;
}

const missingWords = new Set(['', 'NA', 'N/A', 'NaN', 'nan', 'NULL', 'null', '?', '#N/A', 'n/a', '<NA>', 'None']);

/** A table from CSV text: columns of numbers where every word is one, else of words. */
export function readCsv(source: string, options: CsvOptions): Column[] | undefined {
  const text = options.skip > 0 ? source.split(/\r\n|\n|\r/).slice(options.skip).join('\n') : source;
  const blanks = options.delimiter === '\\s+' || options.delimiter === ' ';
  const parsed = Papa.parse<string[]>(blanks ? text.replace(/^[ \t]+/gm, '').replace(/[ \t]+/g, ' ') : text, {
    skipEmptyLines: true,
    ...(options.delimiter && { delimiter: blanks ? ' ' : options.delimiter }),
    ...(options.comment && { comments: options.comment }),
  });
  const table = parsed.data.map((row) => row.map((word) => word.trim()));
  const width = table[0]?.length ?? 0;
  if (width === 0) return undefined;
  const headed = options.header !== null && table.length > options.header;
  const heads = headed ? table[options.header!]! : undefined;
  const body = headed ? table.slice(options.header! + 1) : table;
  return Array.from({ length: width }, (_, i) => {
    const words = body.map((row) => row[i] ?? '');
    return { name: options.names?.[i] ?? heads?.[i] ?? String(i), values: columnOf(words) };
  });
}

function columnOf(words: readonly string[]): NdArray {
  const numbers = words.map((word) => (missingWords.has(word) ? Number.NaN : Number(word)));
  if (words.some((word, i) => !missingWords.has(word) && Number.isNaN(numbers[i]))) {
    if (words.every((word) => word === 'True' || word === 'False')) return numeric([words.length], Float64Array.from(words, (word) => Number(word === 'True')), 'bool');
    return { shape: [words.length], dtype: 'str', data: words };
  }
  const whole = words.every((word) => /^[+-]?\d+$/.test(word));
  return cast(numeric([words.length], Float64Array.from(numbers), 'float64'), whole ? 'int64' : 'float64');
}
