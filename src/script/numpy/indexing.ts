import { cast, type Cell, derived, gather, isNumeric, type NdArray, ShapeError, sizeOf, stepsOf } from './ndarray';

/** One part of `x[…]`. */
export type Index =
  | { readonly kind: 'integer'; readonly value: number }
  | { readonly kind: 'slice'; readonly lower?: number; readonly upper?: number; readonly step?: number }
  | { readonly kind: 'new-axis' }
  | { readonly kind: 'ellipsis' }
  /** Integers or truth values. */
  | { readonly kind: 'array'; readonly array: NdArray };

/** The positions a Python slice takes from `length` elements. */
function slicePositions(length: number, lower: number | undefined, upper: number | undefined, step = 1): number[] {
  if (step === 0) throw new ShapeError('slice step 0');
  const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value < 0 ? value + length : value, low), high);
  const positions: number[] = [];
  if (step > 0) {
    const end = upper === undefined ? length : clamp(upper, 0, length);
    for (let i = lower === undefined ? 0 : clamp(lower, 0, length); i < end; i += step) positions.push(i);
  } else {
    const end = upper === undefined ? -1 : clamp(upper, -1, length - 1);
    for (let i = lower === undefined ? length - 1 : clamp(lower, -1, length - 1); i > end; i += step) positions.push(i);
  }
  return positions;
}

interface Axis {
  /** Positions along the axis; one position and `dropped` for an integer. */
  readonly positions: ArrayLike<number>;
  readonly dropped: boolean;
}

/** Where the elements of `array[indices]` lie in it, and the shape they take. */
export interface Selection {
  readonly offsets: Int32Array;
  readonly shape: readonly number[];
}

/**
 * Basic slicing, masks, and one integer array; several integer arrays are taken pairwise when they come alone.
 * @throws ShapeError for what does not fit or is not supported.
 */
export function select(array: NdArray, given: readonly Index[]): Selection {
  const indices = complete(array, given);
  const first = indices[0];
  if (first?.kind === 'array' && first.array.dtype === 'bool' && first.array.shape.length > 1) return maskSelection(array, indices);
  if (indices.filter((index) => index.kind === 'array').length > 1) return pairwise(array, indices);
  const steps = stepsOf(array.shape);
  const shape: number[] = [];
  const axes: { positions: ArrayLike<number>; step: number }[] = [];
  let axis = 0;
  for (const index of indices) {
    if (index.kind === 'new-axis') {
      shape.push(1);
      continue;
    }
    const length = array.shape[axis]!;
    const { positions, dropped } = along(index, length);
    axes.push({ positions, step: steps[axis]! });
    if (index.kind === 'array' && index.array.dtype !== 'bool') shape.push(...index.array.shape);
    else if (!dropped) shape.push(positions.length);
    axis++;
  }
  let offsets = Int32Array.of(0);
  for (const { positions, step } of axes) {
    const next = new Int32Array(offsets.length * positions.length);
    for (let o = 0; o < offsets.length; o++) {
      for (let p = 0; p < positions.length; p++) next[o * positions.length + p] = offsets[o]! + positions[p]! * step;
    }
    offsets = next;
  }
  return { offsets, shape };
}

/** `array[indices]`; where the numbers are missing, only the shape as far as it can be told. */
export function take(array: NdArray, given: readonly Index[]): NdArray {
  if (!array.data || array.shape.includes(-1)) return { ...array, shape: shapeOnly(array, given) };
  const { offsets, shape } = select(array, given);
  return gather(array, offsets, shape);
}

/** `array[indices] = values` with broadcasting, as a new array. */
export function put(array: NdArray, given: readonly Index[], values: NdArray): NdArray | undefined {
  const typed = cast(values, array.dtype).data;
  if (!array.data || !typed) return undefined;
  const { offsets } = select(array, given);
  if (typed.length !== 1 && offsets.length % typed.length !== 0) throw new ShapeError(`${offsets.length} and ${typed.length}`);
  const data = array.data.slice() as Cell[] | Float64Array;
  for (let i = 0; i < offsets.length; i++) data[offsets[i]!] = typed[i % typed.length]!;
  return derived({ ...array, data }, values);
}

/** Replaces `...` and appends whole axes, so that every axis has its index. */
function complete(array: NdArray, given: readonly Index[]): Index[] {
  const used = given.reduce((sum, index) => {
    if (index.kind === 'new-axis' || index.kind === 'ellipsis') return sum;
    return sum + (index.kind === 'array' && index.array.dtype === 'bool' ? index.array.shape.length : 1);
  }, 0);
  const open = array.shape.length - used;
  if (open < 0) throw new ShapeError(`too many indices for ${array.shape.join(' x ')}`);
  const whole = Array.from({ length: open }, (): Index => ({ kind: 'slice' }));
  const at = given.findIndex((index) => index.kind === 'ellipsis');
  return at < 0 ? [...given, ...whole] : [...given.slice(0, at), ...whole, ...given.slice(at + 1)];
}

function along(index: Index, length: number): Axis {
  switch (index.kind) {
    case 'integer':
      return { positions: [position(index.value, length)], dropped: true };
    case 'slice':
      return { positions: slicePositions(length, index.lower, index.upper, index.step), dropped: false };
    case 'array': {
      if (!isNumeric(index.array)) throw new ShapeError('unknown index');
      if (index.array.dtype !== 'bool') return { positions: index.array.data.map((value) => position(value, length)), dropped: false };
      if (index.array.data.length !== length) throw new ShapeError(`mask of ${index.array.data.length} for ${length}`);
      return { positions: truePositions(index.array.data), dropped: false };
    }
    default:
      throw new ShapeError('index');
  }
}

function position(value: number, length: number): number {
  const found = value < 0 ? value + length : value;
  if (!(found >= 0 && found < length)) throw new ShapeError(`index ${value} of ${length}`);
  return found;
}

function truePositions(mask: Float64Array): number[] {
  const positions: number[] = [];
  mask.forEach((value, i) => {
    if (value) positions.push(i);
  });
  return positions;
}

function maskSelection(array: NdArray, indices: readonly Index[]): Selection {
  const mask = indices[0];
  if (mask?.kind !== 'array' || !isNumeric(mask.array) || indices.length > 1) throw new ShapeError('mask');
  const inner = sizeOf(array.shape.slice(mask.array.shape.length));
  const found = truePositions(mask.array.data);
  const offsets = Int32Array.from({ length: found.length * inner }, (_, i) => found[Math.floor(i / inner)]! * inner + (i % inner));
  return { offsets, shape: [found.length, ...array.shape.slice(mask.array.shape.length)] };
}

function pairwise(array: NdArray, indices: readonly Index[]): Selection {
  const steps = stepsOf(array.shape);
  const lists: { positions: ArrayLike<number>; step: number; shape: readonly number[] }[] = [];
  const rest: number[] = [];
  indices.forEach((index, axis) => {
    if (index.kind === 'array' && lists.length === axis) {
      lists.push({ positions: along(index, array.shape[axis]!).positions, step: steps[axis]!, shape: index.array.shape });
    } else if (index.kind === 'slice' && index.lower === undefined && index.upper === undefined && index.step === undefined) {
      rest.push(array.shape[axis]!);
    } else {
      throw new ShapeError('index');
    }
  });
  const count = lists[0]!.positions.length;
  if (lists.some((entry) => entry.positions.length !== count)) throw new ShapeError('index arrays of different length');
  const inner = sizeOf(rest);
  const offsets = new Int32Array(count * inner);
  for (let i = 0; i < count; i++) {
    const start = lists.reduce((sum, entry) => sum + entry.positions[i]! * entry.step, 0);
    for (let k = 0; k < inner; k++) offsets[i * inner + k] = start + k;
  }
  return { offsets, shape: [...lists[0]!.shape, ...rest] };
}

function shapeOnly(array: NdArray, given: readonly Index[]): number[] {
  const shape: number[] = [];
  let axis = 0;
  for (const index of complete(array, given)) {
    if (index.kind === 'new-axis') {
      shape.push(1);
      continue;
    }
    const length = array.shape[axis++]!;
    if (index.kind === 'slice') {
      const whole = index.lower === undefined && index.upper === undefined && (index.step === undefined || index.step === -1);
      shape.push(whole ? length : length < 0 ? -1 : slicePositions(length, index.lower, index.upper, index.step).length);
    } else if (index.kind === 'array') {
      if (index.array.dtype === 'bool') {
        axis += index.array.shape.length - 1;
        shape.push(isNumeric(index.array) ? truePositions(index.array.data).length : -1);
      } else {
        shape.push(...index.array.shape);
      }
    }
  }
  return shape;
}
