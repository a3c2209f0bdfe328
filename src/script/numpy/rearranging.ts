import { asNumber, type Call } from '../python/call';
import type { Functions } from '../python/library';
import { array, doubtOf, list, tuple, type Value } from '../python/values';
import { asFarAsWritten, fitting, integers, operand } from './methods';
import { concatenate, derived, gather, isNumeric, isWordy, mostElements, type NdArray, numeric, reshape, shaped, sizeOf, stepsOf, transpose, walk } from './ndarray';

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

function tile(call: Call): Value {
  const { a, reps } = call.bind('a reps');
  const source = operand(a);
  const counts = integers(reps);
  if (!source || !counts) return call.unread();
  return fitting(call, () => {
    const rank = Math.max(counts.length, source.shape.length);
    const pad = (values: readonly number[]): number[] => [...new Array<number>(rank - values.length).fill(1), ...values];
    const times = pad(counts);
    const shape = pad(source.shape).map((length, axis) => (length < 0 ? -1 : length * times[axis]!));
    if (!source.data || sizeOf(shape) > mostElements) return array(shaped(shape, source.dtype, source.missing), call.span);
    let result: NdArray = { ...source, shape: pad(source.shape) };
    times.forEach((count, axis) => {
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
    const shape = flat.shape.map((old, i) => (i === along && old >= 0 ? old * count : old));
    if (!flat.data || sizeOf(shape) > mostElements) return array(shaped(shape, flat.dtype, flat.missing), call.span);
    const offsets = Int32Array.from({ length: sizeOf(shape) }, (_, i) => {
      const outer = Math.floor(i / (length * count * inner));
      const k = Math.floor((i % (length * count * inner)) / (inner * count));
      return (outer * length + k) * inner + (i % inner);
    });
    return array(gather(flat, offsets, shape), call.span);
  });
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
  const data = isWordy(source) ? values : Float64Array.from(values as number[]);
  const distinct = array(derived({ shape: [values.length], dtype: source.dtype, data }, source), call.span);
  if (!counts) return distinct;
  return tuple([distinct, array(numeric([values.length], Float64Array.from(values, (value) => tally.get(value)!), 'int64'), call.span)], call.span);
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

function transposed(call: Call): Value {
  const { a, axes } = call.bind('a axes');
  const source = operand(a);
  const order = axes && integers(axes);
  if (!source || (axes && !order)) return call.unread();
  return array(transpose(source, order), call.span);
}

function reshaped(call: Call): Value {
  const { a, shape, newshape } = call.bind('a shape order');
  const wanted = shape ?? newshape;
  const source = operand(a);
  const lengths = integers(wanted);
  if (source && lengths) return fitting(call, () => array(reshape(source, lengths), call.span));
  return (a && asFarAsWritten(wanted ? [wanted] : [], doubtOf(a) ?? source?.missing, call)) ?? call.unread();
}

/** Functions of NumPy that join, cut, order and reshape arrays. */
export const rearrangingFunctions: Functions = {
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
  'numpy.tile': tile,
  'numpy.repeat': repeat,
  'numpy.argsort': argsort,
  'numpy.sort': sort,
  'numpy.unique': unique,
  'numpy.flip': flip(),
  'numpy.fliplr': flip(1),
  'numpy.flipud': flip(0),
};
