import { asNumber, type Call } from '../python/call';
import type { Functions } from '../python/library';
import { array, bool, integer, list, type Value } from '../python/values';
import { fitting, integers, operand } from './methods';
import { asNumbers, type Cell, concatenate, derived, filled, gather, isNumeric, map, type NdArray, numeric, type NumericArray, reduce, reshape } from './ndarray';
import { put, take } from './indexing';

/** An argument as an array whose numbers are known. */
function numbersOf(value: Value | undefined): NumericArray | undefined {
  const made = asNumbers(operand(value));
  return made && isNumeric(made) ? made : undefined;
}

/** `numpy.isin(element, test_elements)`. */
function isIn(call: Call): Value {
  const { element, test_elements: wanted, invert, ...others } = call.bind(call.name === 'numpy.in1d' ? 'ar1 ar2' : 'element test_elements');
  const [source, tests] = [operand(element ?? others.ar1), operand(wanted ?? others.ar2)];
  if (!source?.data || !tests?.data || invert) return call.unread();
  const kinds = new Set<Cell>(tests.data);
  return array(derived(numeric(source.shape, Float64Array.from(source.data as readonly Cell[], (cell) => Number(kinds.has(cell))), 'bool'), source, tests), call.span);
}

/** A share of the way through the ordered numbers, between neighbours along the straight line (NumPy's `linear`). */
function quantile(scale: number) {
  return (call: Call): Value => {
    const { a, q, axis, ...others } = call.bind('a q axis');
    const source = numbersOf(a);
    const share = asNumber(q);
    const along = axis && axis.kind !== 'none' ? asNumber(axis) : undefined;
    if (!source || share === undefined || Object.keys(others).length > 0 || (axis && axis.kind !== 'none' && along === undefined)) return call.unread();
    const at = (values: Float64Array): number => {
      const ordered = values.slice().sort();
      const place = (share / scale) * (ordered.length - 1);
      const below = Math.min(Math.max(Math.floor(place), 0), ordered.length - 1);
      const [low, high] = [ordered[below]!, ordered[Math.min(below + 1, ordered.length - 1)]!];
      const part = place - below;
      return part >= 0.5 ? high - (high - low) * (1 - part) : low + (high - low) * part;
    };
    return fitting(call, () => array(reduce(source, along, false, 'float64', at), call.span));
  };
}

/** `numpy.linalg.norm` of vectors: of all numbers, or along an axis. */
function norm(call: Call): Value {
  const { x, ord, axis, keepdims } = call.bind('x ord axis keepdims');
  const source = numbersOf(x);
  const along = axis && axis.kind !== 'none' ? asNumber(axis) : undefined;
  const plain = !ord || ord.kind === 'none' || (asNumber(ord) === 2 && (along !== undefined || source?.shape.length === 1));
  if (!source || !plain || (axis && axis.kind !== 'none' && along === undefined)) return call.unread();
  const keep = keepdims?.kind === 'bool' && keepdims.value;
  return fitting(call, () => array(reduce(source, along, keep, source.dtype === 'float32' ? 'float32' : 'float64', (values) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0))), call.span));
}

/** The elements of an array of one axis at these places. */
function at(source: NdArray, places: readonly number[]): NdArray {
  return gather(source, Int32Array.from(places), [places.length]);
}

function roll(call: Call): Value {
  const { a, shift, axis } = call.bind('a shift axis');
  const source = operand(a);
  const by = asNumber(shift);
  if (!source?.data || by === undefined || (axis && (asNumber(axis) !== 0 || source.shape.length !== 1))) return call.unread();
  const count = source.data.length;
  return array(gather(source, Int32Array.from({ length: count }, (_, i) => (((i - by) % count) + count) % count), source.shape), call.span);
}

/** `numpy.diff` along the only axis. */
function difference(call: Call): Value {
  const { a, n, ...others } = call.bind('a n');
  const source = numbersOf(a);
  if (source?.shape.length !== 1 || (n && asNumber(n) !== 1) || Object.keys(others).some((name) => name !== 'axis')) return call.unread();
  const { data, dtype } = source;
  return array(derived(numeric([Math.max(0, data.length - 1)], data.slice(1).map((value, i) => value - data[i]!), dtype), source), call.span);
}

/** The array without the rows, or columns, at these places. */
function without(call: Call): Value {
  const { arr, obj, axis } = call.bind('arr obj axis');
  const given = operand(arr);
  const places = integers(obj);
  const along = axis && axis.kind !== 'none' ? asNumber(axis) : undefined;
  const source = given && along === undefined ? reshape(given, [-1]) : given;
  if (!source?.data || !places || (axis && axis.kind !== 'none' && along === undefined)) return call.unread();
  const dimension = along === undefined ? 0 : along < 0 ? along + source.shape.length : along;
  const length = source.shape[dimension] ?? 0;
  const gone = new Set(places.map((place) => (place < 0 ? place + length : place)));
  const left = Array.from({ length }, (_, i) => i).filter((i) => !gone.has(i));
  const kept = { kind: 'array' as const, array: numeric([left.length], Float64Array.from(left), 'int64') };
  return fitting(call, () => array(take(source, [...Array.from({ length: dimension }, () => ({ kind: 'slice' as const })), kept]), call.span));
}

/** `numpy.insert(a, place, value)` of an array of one axis. */
function inserted(call: Call): Value {
  const { arr, obj, values, axis } = call.bind('arr obj values axis');
  const [source, added] = [operand(arr), operand(values)];
  const place = asNumber(obj);
  if (source?.shape.length !== 1 || !source.data || !added || place === undefined || (axis && asNumber(axis) !== 0)) return call.unread();
  const count = source.data.length;
  const start = place < 0 ? place + count : place;
  const range = (from: number, to: number): number[] => Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
  const middle = { ...reshape(added, [-1]), dtype: source.dtype };
  return fitting(call, () => array(concatenate([at(source, range(0, start)), middle, at(source, range(start, count))], 0), call.span));
}

/** `numpy.pad` with one value. */
function padded(call: Call): Value {
  const { array: given, pad_width: width, mode, constant_values: constant } = call.bind('array pad_width mode');
  const source = operand(given);
  const widths = width && operand(width);
  const fill = call.number(constant, 0);
  const usual = !mode || (mode.kind === 'string' && mode.value === 'constant');
  if (!source?.data || !widths || !isNumeric(widths) || !usual || fill === undefined) return call.unread();
  const rank = source.shape.length;
  const { data } = widths;
  const pairs = Array.from({ length: rank }, (_, i) => (data.length === 1 ? [data[0]!, data[0]!] : data.length === 2 ? [data[0]!, data[1]!] : [data[2 * i]!, data[2 * i + 1]!]));
  if (data.length > 2 && data.length !== 2 * rank) return call.unread();
  const shape = source.shape.map((length, i) => length + pairs[i]![0]! + pairs[i]![1]!);
  const inside = pairs.map(([before = 0], i) => ({ kind: 'slice' as const, lower: before, upper: before + source.shape[i]! }));
  const made = filled(shape, fill, source.dtype);
  const result = made.data && put(made, inside, source);
  return result ? array(result, call.span) : call.unread();
}

/** `numpy.array_split`: parts whose lengths differ by one at most, the longer ones first. */
function parted(call: Call): Value {
  const { ary, sections } = call.bind('ary indices_or_sections');
  const source = operand(ary);
  const count = asNumber(sections ?? call.arguments.positional[1]);
  if (!source?.data || count === undefined || !(count > 0) || call.arguments.keywords.has('axis')) return call.unread();
  const length = source.shape[0]!;
  const [short, longer] = [Math.floor(length / count), length % count];
  let start = 0;
  const parts = Array.from({ length: count }, (_, i): Value => {
    const end = start + short + Number(i < longer);
    const part = take(source, [{ kind: 'slice', lower: start, upper: end }]);
    start = end;
    return array(part, call.span);
  });
  return list(parts, call.span);
}

/** Places in an ordered array at which numbers keep it in order. */
function searchSorted(call: Call): Value {
  const { a, v, side } = call.bind('a v side');
  const [ordered, values] = [numbersOf(a), numbersOf(v)];
  const right = side?.kind === 'string' && side.value === 'right';
  if (!ordered || !values || call.arguments.keywords.has('sorter')) return call.unread();
  return array(map(values, 'int64', (value) => ordered.data.filter((other) => (right ? other <= value : other < value)).length), call.span);
}

function counts(call: Call): Value {
  const { x, minlength } = call.bind('x weights minlength');
  const source = numbersOf(x);
  const least = call.number(minlength, 0);
  const length = source && Math.max(least ?? 0, source.data.reduce((most, value) => Math.max(most, value + 1), 0));
  if (!source || length === undefined || least === undefined || length > 1e7 || call.arguments.positional.length > 1 || call.arguments.keywords.has('weights')) return call.unread();
  const data = new Float64Array(length);
  for (const value of source.data) data[value]!++;
  return array(derived(numeric([length], data, 'int64'), source), call.span);
}

/** Places of what is not 0, a row for each. */
function placesOfTruth(call: Call): Value {
  const source = numbersOf(call.arguments.positional[0]);
  if (!source) return call.unread();
  const rank = source.shape.length;
  const found = [...source.data.keys()].filter((i) => source.data[i]);
  const data = new Float64Array(found.length * rank);
  found.forEach((offset, row) => {
    let rest = offset;
    for (let axis = rank - 1; axis >= 0; axis--) {
      data[row * rank + axis] = rest % source.shape[axis]!;
      rest = Math.floor(rest / source.shape[axis]!);
    }
  });
  return array(derived(numeric([found.length, rank], data, 'int64'), source), call.span);
}

function equalArrays(call: Call): Value {
  const [a, b] = call.arguments.positional.map((value) => operand(value));
  if (!a?.data || !b?.data) return call.unread();
  return bool(a.shape.join() === b.shape.join() && Array.from<Cell>(a.data).every((cell, i) => cell === b.data![i]), call.span);
}

/** A mean, a sum, … of the numbers that are there. */
function ofPresent(work: (values: Float64Array) => number) {
  return (call: Call): Value => {
    const { a, axis, ...others } = call.bind('a axis');
    const source = numbersOf(a);
    const along = axis && axis.kind !== 'none' ? asNumber(axis) : undefined;
    if (!source || Object.keys(others).length > 0 || (axis && axis.kind !== 'none' && along === undefined)) return call.unread();
    return fitting(call, () => array(reduce(source, along, false, source.dtype, (values) => work(values.filter((value) => !Number.isNaN(value)))), call.span));
  };
}

const added = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);

/** Functions of NumPy that count, look up, cut out and fill up. */
export const setFunctions: Functions = {
  'numpy.isin': isIn,
  'numpy.in1d': isIn,
  'numpy.percentile': quantile(100),
  'numpy.quantile': quantile(1),
  'numpy.linalg.norm': norm,
  'numpy.roll': roll,
  'numpy.diff': difference,
  'numpy.delete': without,
  'numpy.insert': inserted,
  'numpy.pad': padded,
  'numpy.array_split': parted,
  'numpy.searchsorted': searchSorted,
  'numpy.bincount': counts,
  'numpy.argwhere': placesOfTruth,
  'numpy.array_equal': equalArrays,
  'numpy.count_nonzero': (call) => {
    const source = numbersOf(call.arguments.positional[0]);
    return source && call.arguments.positional.length === 1 && call.arguments.keywords.size === 0 ? integer(source.data.filter(Boolean).length, call.span) : call.unread();
  },
  'numpy.take': (call) => {
    const { a, indices, axis } = call.bind('a indices axis');
    const [source, places] = [operand(a), operand(indices)];
    const along = axis ? asNumber(axis) : 0;
    if (!source || !places || (source.shape.length > 1 && !axis) || along === undefined || along < 0) return call.unread();
    return fitting(call, () => array(take(source, [...Array.from({ length: along }, () => ({ kind: 'slice' as const })), { kind: 'array', array: places }]), call.span));
  },
  'numpy.nan_to_num': (call) => {
    const source = asNumbers(operand(call.arguments.positional[0]));
    const largest = source?.dtype === 'float32' ? 3.4028234663852886e38 : Number.MAX_VALUE;
    if (!source || call.arguments.keywords.size > 0) return call.unread();
    return array(map(source, source.dtype, (value) => (Number.isNaN(value) ? 0 : Math.min(Math.max(value, -largest), largest))), call.span);
  },
  'numpy.isfinite': (call) => {
    const source = asNumbers(operand(call.arguments.positional[0]));
    return source ? array(map(source, 'bool', (value) => Number(Number.isFinite(value))), call.span) : call.unread();
  },
  'numpy.isinf': (call) => {
    const source = asNumbers(operand(call.arguments.positional[0]));
    return source ? array(map(source, 'bool', (value) => Number(Math.abs(value) === Infinity)), call.span) : call.unread();
  },
  'numpy.nansum': ofPresent(added),
  'numpy.nanmean': ofPresent((values) => added(values) / values.length),
  'numpy.nanmax': ofPresent((values) => values.reduce((a, b) => Math.max(a, b), -Infinity)),
  'numpy.nanmin': ofPresent((values) => values.reduce((a, b) => Math.min(a, b), Infinity)),
};
