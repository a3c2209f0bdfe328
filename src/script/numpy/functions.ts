import { asNumber, type Call } from '../python/call';
import type { Functions } from '../python/library';
import { binary, operandOf, resultType } from '../python/operators';
import { array, integer, list, none, tuple, type Value } from '../python/values';
import { dtypeOf, fitting, integers, operand, pairwiseSum, reduction } from './methods';
import {
  broadcast, cast, concatenate, derived, type DType, filled, gather, isFloat, isNumeric, map, matmul, mostElements, type NdArray, numeric,
  promote, reduce, reshape, shaped, sizeOf, stepsOf, stretchedOffsets, transpose, walk, zip,
} from './ndarray';

const floating = (dtype: DType): DType => (isFloat(dtype) ? dtype : 'float64');
const summed = (dtype: DType): DType => (isFloat(dtype) ? dtype : 'int64');

/** A function of one array, element by element. */
function elementwise(f: (value: number) => number, dtype: (from: DType) => DType = floating) {
  return (call: Call): Value => {
    const source = operand(call.arguments.positional[0]);
    if (!source || source.dtype === 'str' || call.arguments.keywords.size > 0) return call.unread();
    return array(map(source, dtype(source.dtype), f), call.span);
  };
}

/** A function of two arrays, element by element with broadcasting. */
function pairwise(f: (a: number, b: number) => number, dtype?: DType) {
  return (call: Call): Value => {
    const [x, y] = call.arguments.positional;
    const a = x && (operandOf(x) ?? undefined);
    const b = y && (operandOf(y) ?? undefined);
    if (!a || !b || call.doubt()) return call.unread();
    return fitting(call, () => array(zip(a.array, b.array, dtype ?? resultType(a, b), f), call.span));
  };
}

function operation(operator: string) {
  return (call: Call): Value => {
    const [a, b] = call.arguments.positional;
    return a && b ? binary(operator, a, b, call.span, call.interpreter) : call.unread();
  };
}

/** An array of one value: `numpy.zeros` and the like. */
function constant(value: number) {
  return (call: Call): Value => {
    const { shape, dtype } = call.bind('shape dtype');
    const lengths = integers(shape);
    const type = dtype && dtype.kind !== 'none' ? dtypeOf(dtype) : 'float64';
    return lengths && type ? array(filled(lengths, value, type), call.span) : call.unread();
  };
}

function constantLike(value: number) {
  return (call: Call): Value => {
    const { a, dtype } = call.bind('a dtype');
    const source = operand(a);
    const type = dtype ? dtypeOf(dtype) : source?.dtype;
    return source && type && !source.shape.includes(-1) ? array(filled(source.shape, value, type), call.span) : call.unread();
  };
}

/** `numpy.array(values, dtype=None)` and `asarray`. */
function makeArray(call: Call): Value {
  const { object, dtype, ndmin } = call.bind('object dtype');
  if (object?.kind === 'object') return object.attribute('values', call.span) ?? call.unread();
  const source = operand(object);
  const type = dtype && dtype.kind !== 'none' ? dtypeOf(dtype) : source?.dtype;
  if (!source || !type || ndmin) return call.unread();
  return array(cast(source, type), call.span);
}

function arange(call: Call): Value {
  const { dtype, ...rest } = call.bind('start stop step dtype');
  const given = [rest.start, rest.stop, rest.step].filter((value) => value !== undefined);
  const numbers = given.map(asNumber);
  if (numbers.includes(undefined) || given.length === 0) return call.unread();
  const [first = 0, second, step = 1] = numbers as number[];
  const start = second === undefined ? 0 : first;
  const stop = second ?? first;
  const length = Math.max(0, Math.ceil((stop - start) / step));
  const anyFloat = given.some((value) => value.kind === 'number' && value.float);
  const type = dtype && dtype.kind !== 'none' ? dtypeOf(dtype) : anyFloat ? 'float64' : 'int64';
  if (!type || !(length <= mostElements)) return call.unread();
  // NumPy computes the step once, as the difference of the first two values.
  const delta = start + step - start;
  return array(cast(numeric([length], Float64Array.from({ length }, (_, i) => start + i * delta), 'float64'), type), call.span);
}

function linspace(call: Call): Value {
  const { start, stop, num, endpoint, dtype, retstep } = call.bind('start stop num endpoint retstep dtype axis');
  const from = asNumber(start);
  const to = asNumber(stop);
  const length = call.number(num, 50);
  const closed = !endpoint || (endpoint.kind === 'bool' ? endpoint.value : undefined);
  const type = dtype && dtype.kind !== 'none' ? dtypeOf(dtype) : 'float64';
  if (from === undefined || to === undefined || length === undefined || closed === undefined || !type || retstep || length > mostElements) return call.unread();
  const step = (to - from) / (closed ? length - 1 : length);
  const data = Float64Array.from({ length }, (_, i) => (closed && i === length - 1 && length > 1 ? to : i * step + from));
  return array(cast(numeric([length], data, 'float64'), type), call.span);
}

/** The arrays of `[a, b, …]`; undefined if one is not known. */
function arraysOf(value: Value | undefined, call: Call): NdArray[] | undefined {
  const items = value && call.interpreter.iterate(value);
  if (!Array.isArray(items)) return undefined;
  const arrays = items.map((item: Value) => operand(item));
  return arrays.includes(undefined) || arrays.length === 0 ? undefined : (arrays as NdArray[]);
}

function joining(prepare: (array: NdArray) => NdArray, axisOf: (axis: number | undefined, arrays: readonly NdArray[]) => number) {
  return (call: Call): Value => {
    const { arrays, axis } = call.bind('arrays axis');
    const parts = arraysOf(arrays, call);
    const along = axis ? asNumber(axis) : undefined;
    if (!parts || (axis && along === undefined)) return call.doubt() ?? call.unread();
    return fitting(call, () => {
      const prepared = parts.map(prepare);
      return array(concatenate(prepared, axisOf(along, prepared)), call.span);
    });
  };
}

function stack(call: Call): Value {
  const { arrays, axis } = call.bind('arrays axis');
  const parts = arraysOf(arrays, call);
  const along = call.number(axis, 0);
  if (!parts || along === undefined) return call.unread();
  return fitting(call, () => {
    const at = along < 0 ? along + parts[0]!.shape.length + 1 : along;
    const raised = parts.map((part) => ({ ...part, shape: [...part.shape.slice(0, at), 1, ...part.shape.slice(at)] }));
    return array(concatenate(raised, at), call.span);
  });
}

function expandDims(call: Call): Value {
  const { a, axis } = call.bind('a axis');
  const source = operand(a);
  const along = call.number(axis, 0);
  if (!source || along === undefined) return call.unread();
  const at = along < 0 ? along + source.shape.length + 1 : along;
  return array({ ...source, shape: [...source.shape.slice(0, at), 1, ...source.shape.slice(at)] }, call.span);
}

function where(call: Call): Value {
  const [condition, x, y] = call.arguments.positional.map((value) => operand(value));
  if (!condition || !x || !y || x.dtype === 'str' || y.dtype === 'str') return call.unread();
  return fitting(call, () => {
    const shape = broadcast(condition.shape, broadcast(x.shape, y.shape));
    const dtype = promote(x.dtype, y.dtype);
    if (!isNumeric(condition) || !isNumeric(x) || !isNumeric(y)) {
      return array(derived(shaped(shape, dtype, condition.missing ?? x.missing ?? y.missing), condition, x, y), call.span);
    }
    const [c, a, b] = [condition, x, y].map((part) => stretchedOffsets(part.shape, shape));
    const data = Float64Array.from(c!, (offset, i) => (condition.data[offset] ? x.data[a![i]!]! : y.data[b![i]!]!));
    return array(derived(numeric(shape, data, dtype), condition, x, y), call.span);
  });
}

function meshgrid(call: Call): Value {
  const parts = call.arguments.positional.map((value) => operand(value));
  const [x, y] = parts;
  if (parts.length !== 2 || !x || !y || !isNumeric(x) || !isNumeric(y) || call.arguments.keywords.size > 0) return call.unread();
  const shape = [y.data.length, x.data.length];
  const grid = (pick: (row: number, column: number) => number, dtype: DType): Value =>
    array(numeric(shape, Float64Array.from({ length: sizeOf(shape) }, (_, i) => pick(Math.floor(i / shape[1]!), i % shape[1]!)), dtype), call.span);
  return list([grid((_, column) => x.data[column]!, x.dtype), grid((row) => y.data[row]!, y.dtype)], call.span);
}

function tile(call: Call): Value {
  const { a, reps } = call.bind('a reps');
  const source = operand(a);
  const counts = integers(reps);
  if (!source || !counts) return call.unread();
  return fitting(call, () => {
    const rank = Math.max(counts.length, source.shape.length);
    const pad = (values: readonly number[]): number[] => [...new Array<number>(rank - values.length).fill(1), ...values];
    let result: NdArray = { ...source, shape: pad(source.shape) };
    pad(counts).forEach((count, axis) => {
      if (count > 1) result = concatenate(new Array<NdArray>(count).fill(result), axis);
    });
    return array(result, call.span);
  });
}

function repeat(call: Call): Value {
  const { a, repeats, axis } = call.bind('a repeats axis');
  const source = operand(a);
  const count = asNumber(repeats);
  if (!source || count === undefined) return call.unread();
  return fitting(call, () => {
    const flat = axis && axis.kind !== 'none' ? source : reshape(source, [-1]);
    const along = axis && axis.kind !== 'none' ? asNumber(axis) : 0;
    if (along === undefined) return call.unread();
    const inner = sizeOf(flat.shape.slice(along + 1));
    const length = flat.shape[along]!;
    const shape = flat.shape.map((old, i) => (i === along ? old * count : old));
    const offsets = Int32Array.from({ length: sizeOf(shape) }, (_, i) => {
      const outer = Math.floor(i / (length * count * inner));
      const k = Math.floor((i % (length * count * inner)) / (inner * count));
      return (outer * length + k) * inner + (i % inner);
    });
    return array(gather(flat, offsets, shape), call.span);
  });
}

function clip(call: Call): Value {
  const { a, min, max } = call.bind('a min max');
  const source = operand(a);
  const low = call.number(min, -Infinity);
  const high = call.number(max, Infinity);
  if (!source || low === undefined || high === undefined) return call.unread();
  return array(map(source, source.dtype, (value) => Math.min(Math.max(value, low), high)), call.span);
}

/** Half to even, as IEEE 754 and NumPy round. */
function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}

function round(call: Call): Value {
  const { a, decimals } = call.bind('a decimals');
  const source = operand(a);
  const digits = call.number(decimals, 0);
  if (!source || digits === undefined) return call.unread();
  const factor = 10 ** digits;
  return array(map(source, source.dtype, (value) => roundHalfEven(value * factor) / factor), call.span);
}

function argsort(call: Call): Value {
  const source = operand(call.arguments.positional[0]);
  if (!source || !isNumeric(source) || source.shape.length !== 1) return call.unread();
  const { data } = source;
  return array(numeric(source.shape, Float64Array.from(data.keys()).sort((a, b) => data[a]! - data[b]! || a - b), 'int64'), call.span);
}

function sort(call: Call): Value {
  const source = operand(call.arguments.positional[0]);
  if (!source || !isNumeric(source) || source.shape.length !== 1) return call.unread();
  return array({ ...source, data: source.data.slice().sort() }, call.span);
}

/** Distinct values in ascending order. */
function unique(call: Call): Value {
  const { a, return_counts: counts, ...others } = call.bind('a');
  const source = operand(a);
  if (source && !source.data && source.classes && !counts) return array(shaped([source.classes], source.dtype, source.missing), call.span);
  if (!source?.data || Object.keys(others).length > 0) return call.unread();
  const tally = new Map<number | string, number>();
  for (const value of source.data) tally.set(value, (tally.get(value) ?? 0) + 1);
  const values = [...tally.keys()].sort((x, y) => (x < y ? -1 : 1));
  const data = source.dtype === 'str' ? (values as string[]) : Float64Array.from(values as number[]);
  const distinct = array(derived({ shape: [values.length], dtype: source.dtype, data }, source), call.span);
  if (!counts) return distinct;
  return tuple([distinct, array(numeric([values.length], Float64Array.from(values, (value) => tally.get(value)!), 'int64'), call.span)], call.span);
}

function eye(call: Call): Value {
  const { n } = call.bind('n');
  const size = asNumber(n);
  if (size === undefined) return call.unread();
  const data = new Float64Array(size * size);
  for (let i = 0; i < size; i++) data[i * size + i] = 1;
  return array(numeric([size, size], data, 'float64'), call.span);
}

function full(call: Call): Value {
  const { shape, fill_value: value, dtype } = call.bind('shape fill_value dtype');
  const lengths = integers(shape);
  const number = asNumber(value);
  const type = dtype ? dtypeOf(dtype) : value?.kind === 'number' && !value.float ? 'int64' : 'float64';
  return lengths && number !== undefined && type ? array(filled(lengths, number, type), call.span) : call.unread();
}

function cumulative(step: (sum: number, value: number) => number) {
  return (call: Call): Value => {
    const { a, axis } = call.bind('a axis');
    const source = operand(a);
    if (!source || !isNumeric(source) || (source.shape.length > 1 && axis)) return call.unread();
    let last: number | undefined;
    const data = source.data.map((value) => (last = last === undefined ? value : step(last, value)));
    return array(derived(numeric([data.length], data, summed(source.dtype)), source), call.span);
  };
}

function dot(call: Call): Value {
  const [x, y] = call.arguments.positional;
  const a = operand(x);
  const b = operand(y);
  if (!a || !b || a.dtype === 'str') return call.unread();
  if (a.shape.length === 0 || b.shape.length === 0) return binary('*', x!, y!, call.span, call.interpreter);
  return fitting(call, () => array(matmul(a, b), call.span));
}

function shape(call: Call): Value {
  const source = operand(call.arguments.positional[0]);
  return source && !source.shape.includes(-1) ? tuple(source.shape.map((length) => integer(length, call.span)), call.span) : call.unread();
}

function split(call: Call): Value {
  const { a, sections } = call.bind('a sections');
  const source = operand(a);
  const cuts = integers(sections);
  if (!source || !cuts || source.shape.length === 0) return call.unread();
  const length = source.shape[0]!;
  if (length < 0) return call.unread();
  const ends = sections?.kind === 'number' ? Array.from({ length: cuts[0]! - 1 }, (_, i) => ((i + 1) * length) / cuts[0]!) : cuts;
  if (ends.some((end) => !Number.isInteger(end))) return call.unread();
  const inner = sizeOf(source.shape.slice(1));
  const bounds = [0, ...ends, length];
  return list(
    bounds.slice(1).map((end, i) => {
      const count = end - bounds[i]!;
      const offsets = Int32Array.from({ length: count * inner }, (_, k) => bounds[i]! * inner + k);
      return array(gather(source, offsets, [count, ...source.shape.slice(1)]), call.span);
    }),
    call.span,
  );
}

function flip(axisGiven?: number) {
  return (call: Call): Value => {
    const { a, axis } = call.bind('a axis');
    const source = operand(a);
    const along = axisGiven ?? call.number(axis, 0);
    if (!source?.data || along === undefined || (!axis && axisGiven === undefined && source.shape.length > 1)) return call.unread();
    const steps = stepsOf(source.shape);
    const at = along < 0 ? along + source.shape.length : along;
    const offsets = new Int32Array(source.data.length);
    const start = (source.shape[at]! - 1) * steps[at]!;
    walk(source.shape, steps.map((step, i) => (i === at ? -step : step)), (i, offset) => (offsets[i] = offset), start);
    return array(gather(source, offsets, source.shape), call.span);
  };
}

const mean = (values: Float64Array): number => pairwiseSum(values) / values.length;

function variance(values: Float64Array, lost = 0): number {
  const middle = mean(values);
  return pairwiseSum(values.map((value) => (value - middle) ** 2)) / (values.length - lost);
}

/** `numpy.var` and `numpy.std`, with `ddof`. */
function spread(f: (value: number) => number) {
  return (call: Call): Value => {
    const { a, axis, ddof, keepdims } = call.bind('a axis dtype out ddof');
    const source = operand(a);
    const along = !axis || axis.kind === 'none' ? undefined : asNumber(axis);
    const lost = call.number(ddof, 0);
    if (!source || source.dtype === 'str' || lost === undefined || (axis && axis.kind !== 'none' && along === undefined)) return call.unread();
    const keep = keepdims?.kind === 'bool' && keepdims.value;
    return fitting(call, () => array(reduce(source, along, keep, floating(source.dtype), (values) => f(variance(values, lost))), call.span));
  };
}

function transposed(call: Call): Value {
  const { a, axes } = call.bind('a axes');
  const source = operand(a);
  const order = axes && integers(axes);
  if (!source || (axes && !order)) return call.unread();
  return array(transpose(source, order), call.span);
}

function reshaped(call: Call): Value {
  const { a, shape: wanted, newshape } = call.bind('a shape order');
  const source = operand(a);
  const lengths = integers(wanted ?? newshape);
  return source && lengths ? fitting(call, () => array(reshape(source, lengths), call.span)) : call.unread();
}

/** First index of the extreme value. */
function extreme(better: (a: number, b: number) => boolean) {
  return (values: Float64Array): number => values.reduce((best, value, i) => (better(value, values[best]!) ? i : best), 0);
}

const smallest = reduction((dtype) => dtype, (values) => values.reduce((a, b) => (a < b || Number.isNaN(a) ? a : b), Infinity));
const largestOf = reduction((dtype) => dtype, (values) => values.reduce((a, b) => (a > b || Number.isNaN(a) ? a : b), -Infinity));

/** The largest number; of labels whose numbers are missing, the last class. */
function largest(call: Call): Value {
  const source = operand(call.arguments.positional[0]);
  const only = call.arguments.positional.length === 1 && call.arguments.keywords.size === 0;
  return only && source?.classes && !source.data ? integer(source.classes - 1, call.span) : largestOf(call);
}

/** The functions of NumPy itself; random numbers are in a file of their own. */
export const numpyFunctions: Functions = {
  'numpy.array': makeArray,
  'numpy.asarray': makeArray,
  'numpy.ascontiguousarray': makeArray,
  'numpy.asfarray': makeArray,
  'numpy.copy': makeArray,
  'numpy.arange': arange,
  'numpy.linspace': linspace,
  'numpy.zeros': constant(0),
  'numpy.ones': constant(1),
  'numpy.empty': constant(0),
  'numpy.full': full,
  'numpy.zeros_like': constantLike(0),
  'numpy.ones_like': constantLike(1),
  'numpy.eye': eye,
  'numpy.identity': eye,
  'numpy.concatenate': joining((part) => part, (axis) => axis ?? 0),
  'numpy.append': (call) => {
    const [a, b, ...rest] = call.arguments.positional;
    const axis = call.arguments.keywords.get('axis') ?? rest[0];
    const parts = [operand(a), operand(b)];
    if (parts.includes(undefined)) return call.unread();
    const along = axis && axis.kind !== 'none' ? asNumber(axis) : undefined;
    const joined = along === undefined ? parts.map((part) => reshape(part!, [-1])) : (parts as NdArray[]);
    return fitting(call, () => array(concatenate(joined, along ?? 0), call.span));
  },
  'numpy.vstack': joining((part) => (part.shape.length < 2 ? { ...part, shape: [1, ...part.shape] } : part), () => 0),
  'numpy.hstack': joining((part) => part, (_, parts) => (parts[0]!.shape.length < 2 ? 0 : 1)),
  'numpy.column_stack': joining((part) => (part.shape.length < 2 ? { ...part, shape: [...part.shape, 1] } : part), () => 1),
  'numpy.stack': stack,
  'numpy.dstack': joining((part) => (part.shape.length < 3 ? { ...part, shape: [...part.shape, 1] } : part), () => 2),
  'numpy.split': split,
  'numpy.expand_dims': expandDims,
  'numpy.squeeze': (call) => {
    const { a, axis } = call.bind('a axis');
    const source = operand(a);
    if (!source) return call.unread();
    const along = axis ? asNumber(axis) : undefined;
    const at = along !== undefined && along < 0 ? along + source.shape.length : along;
    return array({ ...source, shape: source.shape.filter((length, i) => (at === undefined ? length !== 1 : i !== at)) }, call.span);
  },
  'numpy.reshape': reshaped,
  'numpy.ravel': (call) => {
    const source = operand(call.arguments.positional[0]);
    return source ? array(reshape(source, [-1]), call.span) : call.unread();
  },
  'numpy.transpose': transposed,
  'numpy.where': where,
  'numpy.meshgrid': meshgrid,
  'numpy.tile': tile,
  'numpy.repeat': repeat,
  'numpy.clip': clip,
  'numpy.round': round,
  'numpy.around': round,
  'numpy.argsort': argsort,
  'numpy.sort': sort,
  'numpy.unique': unique,
  'numpy.flip': flip(),
  'numpy.fliplr': flip(1),
  'numpy.flipud': flip(0),
  'numpy.shape': shape,
  'numpy.dot': dot,
  'numpy.matmul': dot,
  'numpy.sum': reduction(summed, pairwiseSum),
  'numpy.prod': reduction(summed, (values) => values.reduce((product, value) => product * value, 1)),
  'numpy.mean': reduction(floating, mean),
  'numpy.average': reduction(floating, mean),
  'numpy.std': spread(Math.sqrt),
  'numpy.var': spread((value) => value),
  'numpy.min': smallest,
  'numpy.amax': largest,
  'numpy.max': largest,
  'numpy.amin': smallest,
  'numpy.ptp': reduction((dtype) => dtype, (values) => values.reduce((a, b) => Math.max(a, b), -Infinity) - values.reduce((a, b) => Math.min(a, b), Infinity)),
  'numpy.argmax': reduction(() => 'int64', extreme((a, b) => a > b)),
  'numpy.argmin': reduction(() => 'int64', extreme((a, b) => a < b)),
  'numpy.any': reduction(() => 'bool', (values) => Number(values.some(Boolean))),
  'numpy.all': reduction(() => 'bool', (values) => Number(values.every(Boolean))),
  'numpy.median': reduction(floating, (values) => {
    const ordered = values.slice().sort();
    const half = ordered.length >> 1;
    return ordered.length % 2 ? ordered[half]! : (ordered[half - 1]! + ordered[half]!) / 2;
  }),
  'numpy.cumsum': cumulative((sum, value) => sum + value),
  'numpy.sin': elementwise(Math.sin),
  'numpy.cos': elementwise(Math.cos),
  'numpy.tan': elementwise(Math.tan),
  'numpy.arcsin': elementwise(Math.asin),
  'numpy.arccos': elementwise(Math.acos),
  'numpy.arctan': elementwise(Math.atan),
  'numpy.sinh': elementwise(Math.sinh),
  'numpy.cosh': elementwise(Math.cosh),
  'numpy.tanh': elementwise(Math.tanh),
  'numpy.exp': elementwise(Math.exp),
  'numpy.expm1': elementwise(Math.expm1),
  'numpy.log': elementwise(Math.log),
  'numpy.log2': elementwise(Math.log2),
  'numpy.log10': elementwise(Math.log10),
  'numpy.log1p': elementwise(Math.log1p),
  'numpy.sqrt': elementwise(Math.sqrt),
  'numpy.square': elementwise((value) => value * value, (dtype) => dtype),
  'numpy.absolute': elementwise(Math.abs, (dtype) => dtype),
  'numpy.abs': elementwise(Math.abs, (dtype) => dtype),
  'numpy.fabs': elementwise(Math.abs),
  'numpy.sign': elementwise(Math.sign, (dtype) => dtype),
  'numpy.floor': elementwise(Math.floor),
  'numpy.ceil': elementwise(Math.ceil),
  'numpy.rint': elementwise(roundHalfEven),
  'numpy.negative': elementwise((value) => -value, (dtype) => dtype),
  'numpy.deg2rad': elementwise((value) => (value * Math.PI) / 180),
  'numpy.radians': elementwise((value) => (value * Math.PI) / 180),
  'numpy.isnan': elementwise((value) => Number(Number.isNaN(value)), () => 'bool'),
  'numpy.logical_not': elementwise((value) => Number(!value), () => 'bool'),
  'numpy.logical_and': pairwise((a, b) => Number(Boolean(a && b)), 'bool'),
  'numpy.logical_or': pairwise((a, b) => Number(Boolean(a || b)), 'bool'),
  'numpy.logical_xor': pairwise((a, b) => Number(Boolean(a) !== Boolean(b)), 'bool'),
  'numpy.maximum': pairwise(Math.max),
  'numpy.minimum': pairwise(Math.min),
  'numpy.power': operation('**'),
  'numpy.add': operation('+'),
  'numpy.subtract': operation('-'),
  'numpy.multiply': operation('*'),
  'numpy.divide': operation('/'),
  'numpy.true_divide': operation('/'),
  'numpy.mod': operation('%'),
  'numpy.set_printoptions': (call) => none(call.span),
};

/** NumPy's types are callable: `np.float32(3)`. */
export function castCall(call: Call): Value | undefined {
  const dtype = call.name.startsWith('numpy.') ? dtypeOf({ kind: 'external', path: call.name, span: call.span }) : undefined;
  const source = dtype && operand(call.arguments.positional[0]);
  return source ? array(cast(source, dtype), call.span) : undefined;
}

