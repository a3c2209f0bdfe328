import type { Message } from '../../text/message';
import type { Span } from '../../text/span';

/** `object` stands for Python's objects, of which numbers and words are followed. */
export type DType = 'bool' | 'uint8' | 'int32' | 'int64' | 'float32' | 'float64' | 'str' | 'object';

/** An element of an array that is not of numbers alone; what is missing is NaN. */
export type Cell = number | string;

/** Why the numbers of an array are not known though its shape is. */
export interface Missing {
  readonly span: Span;
  readonly reason: Message;
}

/** NumPy's array, row-major. */
export interface NdArray {
  /** -1 stands for a length that is not known; only where `data` is missing. */
  readonly shape: readonly number[];
  readonly dtype: DType;
  /** undefined: only shape and type are known. */
  readonly data?: Float64Array | readonly Cell[];
  readonly missing?: Missing;
  /** Labels whose numbers are missing: they are known to be 0, 1, … classes - 1. */
  readonly classes?: number;
  /** The numbers are not those of the script, only drawn by the same law: why. */
  readonly substituted?: Message;
}

/** Longest array that is worked out: 16 million elements, 128 MB. */
export const mostElements = 1 << 24;

/** Shapes that do not go together: Python would raise an error. */
export class ShapeError extends Error {}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** An array whose numbers are known. */
export interface NumericArray extends NdArray {
  readonly data: Float64Array;
}

export function isNumeric(array: NdArray): array is NumericArray {
  return array.data instanceof Float64Array;
}

export function numeric(shape: readonly number[], data: Float64Array, dtype: DType): NdArray {
  return { shape, data, dtype };
}

/** An array of which only shape and type are known, for the reason why `from` has no numbers. */
export function shaped(shape: readonly number[], dtype: DType, missing: Missing | undefined): NdArray {
  return missing ? { shape, dtype, missing } : { shape, dtype };
}

/** Carries over what weakens the operands: missing numbers and substitutions. */
export function derived(result: NdArray, ...operands: readonly NdArray[]): NdArray {
  const substituted = operands.find((operand) => operand.substituted)?.substituted;
  return substituted && !result.substituted ? { ...result, substituted } : result;
}

const order: readonly DType[] = ['bool', 'uint8', 'int32', 'int64', 'float32', 'float64'];

/** NumPy's type of a result of two arrays. */
export function promote(a: DType, b: DType): DType {
  if (a === b) return a;
  if (a === 'object' || b === 'object') return 'object';
  if (a === 'str' || b === 'str') return 'str';
  const [low, high] = order.indexOf(a) < order.indexOf(b) ? [a, b] : [b, a];
  return high === 'float32' && (low === 'int32' || low === 'int64') ? 'float64' : high;
}

export function isFloat(dtype: DType): boolean {
  return dtype === 'float32' || dtype === 'float64';
}

/** The type of results that are not whole numbers. */
export function floating(dtype: DType): DType {
  return isFloat(dtype) ? dtype : 'float64';
}

/** A number as an array of that type holds it: rounded to float32, cut to an integer, wrapped. */
export function stored(value: number, dtype: DType): number {
  switch (dtype) {
    case 'float32':
      return Math.fround(value);
    case 'int64':
      return Math.trunc(value);
    case 'int32':
      return Math.trunc(value) | 0;
    case 'uint8':
      return Math.trunc(value) & 255;
    case 'bool':
      return value ? 1 : 0;
    default:
      return value;
  }
}

export function filled(shape: readonly number[], value: number, dtype: DType): NdArray {
  const size = sizeOf(shape);
  if (size > mostElements) return { shape, dtype };
  return numeric(shape, new Float64Array(size).fill(stored(value, dtype)), dtype);
}

/** Whether it holds words, or objects that may be some. */
export function isWordy({ dtype }: NdArray): boolean {
  return dtype === 'str' || dtype === 'object';
}

/** The elements in another type; without numbers where they cannot be told or Python would raise an error. */
export function cast(array: NdArray, dtype: DType): NdArray {
  if (array.dtype === dtype) return array;
  const { data, ...rest } = array;
  if (!data) return { ...array, dtype };
  if (dtype === 'object') return { ...array, dtype, data: Array.from<Cell>(data) };
  const cells: Float64Array | readonly Cell[] = data;
  if (dtype === 'str') {
    const told = isFloat(array.dtype) || cells.some((cell) => typeof cell === 'number' && !Number.isInteger(cell)) ? undefined : Array.from<Cell, string>(cells, String);
    return { ...rest, dtype, ...(told && { data: told }) };
  }
  if (data instanceof Float64Array) return { ...array, dtype, data: data.map((value) => stored(value, dtype)) };
  const numbers = data.map(numberIn);
  return { ...rest, dtype, ...(!numbers.includes(undefined) && { data: Float64Array.from(numbers as number[], (value) => stored(value, dtype)) }) };
}

/** An array to calculate with: objects as the numbers that they are; undefined where it holds words. */
export function asNumbers(array: NdArray | undefined): NdArray | undefined {
  if (!array || array.data instanceof Float64Array) return array;
  if (array.dtype === 'str' || array.data?.some((cell) => typeof cell === 'string')) return undefined;
  return array.dtype === 'object' ? cast(array, 'float64') : array;
}

/** The number that a word of Python's spells; undefined for any other. */
export function numberIn(cell: Cell): number | undefined {
  if (typeof cell === 'number') return cell;
  if (/^\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?\s*$/i.test(cell)) return Number(cell);
  const word = cell.trim().toLowerCase();
  if (word === 'nan') return Number.NaN;
  return /^[+-]?inf(?:inity)?$/.test(word) ? (word.startsWith('-') ? -Infinity : Infinity) : undefined;
}

/** A number for each index; `Float64Array.from` goes through an iterator and takes several times as long. */
export function numbersFor(length: number, numberAt: (index: number) => number): Float64Array {
  const numbers = new Float64Array(length);
  for (let i = 0; i < length; i++) numbers[i] = numberAt(i);
  return numbers;
}

/** Applies `f` to every element; the result is rounded to `dtype`. */
export function map(array: NdArray, dtype: DType, f: (value: number) => number): NdArray {
  if (!isNumeric(array)) return derived(shaped(array.shape, dtype, array.missing), array);
  return derived(numeric(array.shape, array.data.map((value) => stored(f(value), dtype)), dtype), array);
}

/** NumPy's broadcasting of two shapes. @throws ShapeError if they do not go together. */
export function broadcast(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const left = a[i - rank + a.length] ?? 1;
    const right = b[i - rank + b.length] ?? 1;
    if (left === right || right === 1) return left;
    if (left === 1) return right;
    if (left === -1 || right === -1) return Math.max(left, right);
    throw new ShapeError(`${a.join(' x ')} and ${b.join(' x ')}`);
  });
}

/** Row-major steps of `shape`, 0 along lengths that are stretched to `to`. */
function stepsFor(shape: readonly number[], to: readonly number[]): number[] {
  const steps = new Array<number>(to.length).fill(0);
  let step = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    const length = shape[i]!;
    steps[i + to.length - shape.length] = length === 1 ? 0 : step;
    step *= length;
  }
  return steps;
}

/** Offsets into an array of `shape`, element by element of the broadcast shape `to`. */
export function stretchedOffsets(shape: readonly number[], to: readonly number[]): Int32Array {
  const steps = stepsFor(shape, to);
  const offsets = new Int32Array(sizeOf(to));
  const index = new Array<number>(to.length).fill(0);
  let offset = 0;
  for (let i = 0; i < offsets.length; i++) {
    offsets[i] = offset;
    for (let axis = to.length - 1; axis >= 0; axis--) {
      offset += steps[axis]!;
      if (++index[axis]! < to[axis]!) break;
      offset -= steps[axis]! * to[axis]!;
      index[axis] = 0;
    }
  }
  return offsets;
}

/** Whether an array is stretched to a shape by its elements over and over: a single number, a row for all rows, or the whole. */
function repeats(shape: readonly number[], to: readonly number[]): boolean {
  const inner = shape.slice(shape.findIndex((length) => length !== 1));
  return sizeOf(shape) === 1 || inner.every((length, i) => length === to[to.length - inner.length + i]);
}

/** Element by element with broadcasting. @throws ShapeError */
export function zip(a: NdArray, b: NdArray, dtype: DType, f: (a: number, b: number) => number): NdArray {
  const shape = broadcast(a.shape, b.shape);
  if (!isNumeric(a) || !isNumeric(b) || sizeOf(shape) > mostElements) {
    return derived(shaped(shape, dtype, a.missing ?? b.missing), a, b);
  }
  const size = sizeOf(shape);
  const data = new Float64Array(size);
  const left = a.data;
  const right = b.data;
  if (repeats(a.shape, shape) && repeats(b.shape, shape)) {
    let inLeft = 0;
    let inRight = 0;
    for (let i = 0; i < size; i++) {
      data[i] = stored(f(left[inLeft]!, right[inRight]!), dtype);
      if (++inLeft === left.length) inLeft = 0;
      if (++inRight === right.length) inRight = 0;
    }
  } else {
    const inA = stretchedOffsets(a.shape, shape);
    const inB = stretchedOffsets(b.shape, shape);
    for (let i = 0; i < size; i++) data[i] = stored(f(left[inA[i]!]!, right[inB[i]!]!), dtype);
  }
  return derived(numeric(shape, data, dtype), a, b);
}

/** The elements at `offsets`, in a new shape. */
export function gather(array: NdArray, offsets: ArrayLike<number>, shape: readonly number[]): NdArray {
  const { data, dtype } = array;
  if (!data) return derived(shaped(shape, dtype, array.missing), array);
  const picked = data instanceof Float64Array ? new Float64Array(offsets.length) : new Array<Cell>(offsets.length);
  for (let i = 0; i < offsets.length; i++) picked[i] = data[offsets[i]!]!;
  return derived({ shape, dtype, data: picked }, array);
}

/** Another shape for the same elements; one length may be -1. @throws ShapeError */
export function reshape(array: NdArray, wanted: readonly number[]): NdArray {
  const size = sizeOf(array.shape);
  const open = wanted.indexOf(-1);
  if (array.shape.includes(-1)) return { ...array, shape: wanted };
  const rest = wanted.reduce((product, length, i) => (i === open ? product : product * length), 1);
  const shape = open < 0 ? [...wanted] : wanted.map((length, i) => (i === open ? size / rest : length));
  if (shape.some((length) => !Number.isInteger(length) || length < 0) || sizeOf(shape) !== size) {
    throw new ShapeError(`${array.shape.join(' x ')} and ${wanted.join(' x ')}`);
  }
  return { ...array, shape };
}

export function transpose(array: NdArray, axes?: readonly number[]): NdArray {
  const rank = array.shape.length;
  const permutation = axes ?? array.shape.map((_, i) => rank - 1 - i);
  const shape = permutation.map((axis) => array.shape[axis < 0 ? axis + rank : axis]!);
  if (!array.data) return { ...array, shape };
  const steps = stepsOf(array.shape);
  const offsets = new Int32Array(sizeOf(shape));
  walk(shape, permutation.map((axis) => steps[axis < 0 ? axis + rank : axis]!), (i, offset) => {
    offsets[i] = offset;
  });
  return gather(array, offsets, shape);
}

/** Row-major steps. */
export function stepsOf(shape: readonly number[]): number[] {
  const steps = new Array<number>(shape.length).fill(1);
  for (let i = shape.length - 2; i >= 0; i--) steps[i] = steps[i + 1]! * shape[i + 1]!;
  return steps;
}

/** Visits every index of `shape` in row-major order with its offset under `steps`. */
export function walk(shape: readonly number[], steps: readonly number[], visit: (i: number, offset: number) => void, start = 0): void {
  const size = sizeOf(shape);
  const index = new Array<number>(shape.length).fill(0);
  let offset = start;
  for (let i = 0; i < size; i++) {
    visit(i, offset);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      offset += steps[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      offset -= steps[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
}

/** Joins along an axis that is there already. @throws ShapeError */
export function concatenate(arrays: readonly NdArray[], axis: number): NdArray {
  const first = arrays[0];
  if (!first) throw new ShapeError('nothing to join');
  const rank = first.shape.length;
  const along = axis < 0 ? axis + rank : axis;
  if (along < 0 || along >= rank) throw new ShapeError(first.shape.join(' x '));
  for (const { shape } of arrays) {
    if (shape.length !== rank || shape.some((length, i) => i !== along && length !== first.shape[i] && length >= 0 && first.shape[i]! >= 0)) {
      throw new ShapeError(`${first.shape.join(' x ')} and ${shape.join(' x ')}`);
    }
  }
  const length = arrays.some(({ shape }) => shape[along] === -1) ? -1 : arrays.reduce((sum, { shape }) => sum + shape[along]!, 0);
  const shape = first.shape.map((old, i) => (i === along ? length : old));
  const dtype = arrays.map((array) => array.dtype).reduce(promote);
  const typed = arrays.map((array) => cast(array, dtype));
  const lacking = typed.find((array) => !array.data);
  if (lacking || sizeOf(shape) > mostElements) return derived(shaped(shape, dtype, lacking?.missing), ...arrays);
  const outer = sizeOf(shape.slice(0, along));
  const data: Cell[] | Float64Array = isWordy({ shape, dtype }) ? new Array<Cell>(sizeOf(shape)) : new Float64Array(sizeOf(shape));
  let start = 0;
  const total = sizeOf(shape.slice(along));
  for (const array of typed) {
    const values = array.data!;
    const block = sizeOf(array.shape.slice(along));
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < block; i++) data[o * total + start + i] = values[o * block + i]!;
    }
    start += block;
  }
  return derived({ shape, dtype, data }, ...arrays);
}

/** Reduces along `axis` (all elements if undefined) with `f` over the values along it. */
export function reduce(
  array: NdArray,
  axis: number | undefined,
  keepDimensions: boolean,
  dtype: DType,
  f: (values: Float64Array) => number,
): NdArray {
  const rank = array.shape.length;
  const along = axis === undefined ? undefined : axis < 0 ? axis + rank : axis;
  if (along !== undefined && (along < 0 || along >= rank)) throw new ShapeError(array.shape.join(' x '));
  const shape = array.shape.flatMap((length, i) => (along === undefined || i === along ? (keepDimensions ? [1] : []) : [length]));
  if (!isNumeric(array)) return derived(shaped(shape, dtype, array.missing), array);
  if (along === undefined) return derived(numeric(shape, Float64Array.of(stored(f(array.data), dtype)), dtype), array);
  const length = array.shape[along]!;
  const inner = sizeOf(array.shape.slice(along + 1));
  const outer = sizeOf(array.shape.slice(0, along));
  const data = new Float64Array(outer * inner);
  const values = new Float64Array(length);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      for (let k = 0; k < length; k++) values[k] = array.data[(o * length + k) * inner + i]!;
      data[o * inner + i] = stored(f(values), dtype);
    }
  }
  return derived(numeric(shape, data, dtype), array);
}

/** Matrix product of arrays of rank 1 or 2. @throws ShapeError */
export function matmul(a: NdArray, b: NdArray): NdArray {
  const left = a.shape.length === 1 ? [1, a.shape[0]!] : a.shape;
  const right = b.shape.length === 1 ? [b.shape[0]!, 1] : b.shape;
  const [rows, inner] = left as [number, number];
  const [inner2, columns] = right as [number, number];
  if (left.length !== 2 || right.length !== 2 || inner !== inner2) {
    throw new ShapeError(`${a.shape.join(' x ')} and ${b.shape.join(' x ')}`);
  }
  const shape = [...(a.shape.length === 1 ? [] : [rows]), ...(b.shape.length === 1 ? [] : [columns])];
  const dtype = promote(a.dtype, b.dtype);
  if (!isNumeric(a) || !isNumeric(b) || rows * inner * columns > 16 * mostElements) {
    return derived(shaped(shape, dtype, a.missing ?? b.missing), a, b);
  }
  const data = new Float64Array(rows * columns);
  for (let r = 0; r < rows; r++) {
    for (let k = 0; k < inner; k++) {
      const factor = a.data[r * inner + k]!;
      for (let c = 0; c < columns; c++) data[r * columns + c]! += factor * b.data[k * columns + c]!;
    }
  }
  if (dtype !== 'float64') data.forEach((value, i) => (data[i] = stored(value, dtype)));
  return derived(numeric(shape, data, dtype), a, b);
}
