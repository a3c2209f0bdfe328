import { gunzipSync, strFromU8, unzipSync } from 'fflate';
import Papa from 'papaparse';
import { type DType, mostElements, type NdArray, numberIn, numeric, sizeOf } from '../numpy/ndarray';
import { kept } from './kept';
import { readPickledRows } from './pickle';
import type { Column, Label } from './table';

/** Readers of data files: bytes in, arrays or columns out, undefined for what is not understood. */

/** Numbers in the order of bytes of this machine, which is that of every one that NumPy's usual files are made on. */
const npyTypes: Readonly<Record<string, { readonly bytes: number; readonly dtype: DType; readonly numbers: (buffer: ArrayBufferLike) => ArrayLike<number> }>> = {
  '<f8': { bytes: 8, dtype: 'float64', numbers: (buffer) => new Float64Array(buffer) },
  '<f4': { bytes: 4, dtype: 'float32', numbers: (buffer) => new Float32Array(buffer) },
  '<i8': { bytes: 8, dtype: 'int64', numbers: (buffer) => Float64Array.from(new BigInt64Array(buffer), Number) },
  '<i4': { bytes: 4, dtype: 'int32', numbers: (buffer) => new Int32Array(buffer) },
  '<i2': { bytes: 2, dtype: 'int32', numbers: (buffer) => new Int16Array(buffer) },
  '|i1': { bytes: 1, dtype: 'int32', numbers: (buffer) => new Int8Array(buffer) },
  '|u1': { bytes: 1, dtype: 'uint8', numbers: (buffer) => new Uint8Array(buffer) },
  '|b1': { bytes: 1, dtype: 'bool', numbers: (buffer) => new Uint8Array(buffer) },
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

/** NumPy's `.npy` format, in row-major order; without `data` where the numbers are too many. */
export const readNpy = kept((bytes: Uint8Array): NdArray | undefined => {
  const { header, at } = npyHeader(bytes) ?? { header: '', at: 0 };
  const type = npyTypes[/'descr':\s{0,8}'([^']{1,8})'/.exec(header)?.[1] ?? ''];
  const shape = /'shape':\s{0,8}\(([^()]{0,999})\)/.exec(header)?.[1]?.split(',').map((part) => part.trim()).filter(Boolean).map(Number);
  if (!type || !shape || /'fortran_order':\s{0,8}True/.test(header)) return undefined;
  const size = sizeOf(shape);
  if (shape.some((length) => !(length >= 0)) || !Number.isSafeInteger(size)) return undefined;
  if (at + size * type.bytes > bytes.length) return undefined;
  if (size > mostElements) return { shape, dtype: type.dtype };
  const content = new Uint8Array(bytes.subarray(at, at + size * type.bytes)); // a copy: `slice` of Node's buffers is none
  return numeric(shape, new Float64Array(type.numbers(content.buffer)), type.dtype);
});

/** Unpacked, a part may hold `mostElements` numbers of the largest type, and not much more. */
const longestPart = 8 * mostElements + longestHeader;

/** An `.npz` file; its parts are unpacked when they are asked for. */
export class NpzFile {
  readonly names: readonly string[];
  readonly #bytes: Uint8Array;
  readonly #parts = new Map<string, NdArray | undefined>();

  /** @throws Error for what is no archive */
  constructor(bytes: Uint8Array) {
    const names: string[] = [];
    unzipSync(bytes, {
      filter({ name }) {
        names.push(nameOfPart(name));
        return false;
      },
    });
    this.names = names;
    this.#bytes = bytes;
  }

  /** An array of numbers; without `data` where they are too many. */
  array(name: string): NdArray | undefined {
    if (!this.#parts.has(name)) {
      const content = this.#content(name);
      this.#parts.set(name, content && readNpy(content));
    }
    return this.#parts.get(name);
  }

  /** Lists of whole numbers in an array of Python's objects. */
  lists(name: string): readonly (readonly number[])[] | undefined {
    const content = this.#content(name);
    const { header, at } = (content && npyHeader(content)) ?? { header: '', at: 0 };
    return content && /'descr':\s{0,8}'\|O'/.test(header) ? readPickledRows(content, at) : undefined;
  }

  #content(name: string): Uint8Array | undefined {
    try {
      const [content] = Object.values(unzipSync(this.#bytes, { filter: (part) => nameOfPart(part.name) === name && part.originalSize <= longestPart }));
      return content;
    } catch {
      return undefined; // a broken part
    }
  }
}

function nameOfPart(file: string): string {
  return file.replace(/\.npy$/, '');
}

/** Opens an `.npz` file; undefined for what is none. */
export const openNpz = kept((bytes: Uint8Array): NpzFile | undefined => {
  try {
    return new NpzFile(bytes);
  } catch {
    return undefined;
  }
});

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
 * The table of a CSV file: columns of numbers where every word is one, else of words.
 * @returns undefined where there is none, or where rows are longer than their header by more than labels of the rows
 */
export const readCsv = kept((bytes: Uint8Array, options: CsvOptions): readonly Column[] | undefined => {
  const source = textOf(bytes);
  return source === undefined ? undefined : tableIn(source, options);
});

function tableIn(source: string, options: CsvOptions): readonly Column[] | undefined {
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
  const shape = [words.length];
  if (words.length > 0 && words.every((word) => /^(?:true|false)$/i.test(word))) return numeric(shape, Float64Array.from(words, (word) => Number(/^t/i.test(word))), 'bool');
  const numbers = new Float64Array(words.length);
  let integers = true;
  for (const [i, word] of words.entries()) {
    const absent = missing.has(word);
    const number = absent ? Number.NaN : numberIn(word);
    if (number === undefined) return { shape, dtype: 'object', data: words.map((other) => (missing.has(other) ? Number.NaN : other)) };
    numbers[i] = number;
    integers &&= !absent && /^\s*[+-]?\d+\s*$/.test(word);
  }
  return numeric(shape, numbers, integers ? 'int64' : 'float64');
}
