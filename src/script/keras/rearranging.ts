/** Functions that take tensors apart, put them together, turn them or sum over their axes, put on symbolic tensors. */
import type { Span } from '../../text/span';
import { asNumber, asString } from '../python/call';
import { integer, list, none, text, tuple, type Value } from '../python/values';
import { layerOn, operation, SymbolObject } from './symbols';
import { besides, given, isBatched, isSequence, type Operation, tensorOf } from './operands';
import { shapeTuple } from './shapes';
import { LengthObject } from './weights';

/** Two tensors, of which one may be an array, whatever they are called; what else is given goes to the operation. */
const ofTwo = (className: string, ...others: readonly string[]): Operation => (call) => {
  const bound = call.bind(`x1 x2 ${others.join(' ')}`);
  const pair = [bound.x1 ?? bound.a ?? bound.x, bound.x2 ?? bound.b ?? bound.y];
  const tensors = pair.flatMap((value) => (value ? (tensorOf(value, call.span) ?? []) : []));
  const isUnderstood = Object.keys(bound).every((name) => /^(?:x1|x2|a|b|x|y|name)$/.test(name) || others.includes(name));
  return tensors.length === 2 && isUnderstood ? operation(className, tensors, call.span, given(Object.fromEntries(others.map((name) => [name, bound[name]])))) : undefined;
};

/** `reshape(x, shape)` where the batch stays the first axis, or where there is none. */
const reshape: Operation = (call, [input]) => {
  const { newshape, shape = newshape } = besides(call, 'shape');
  if (!input || !shape) return undefined;
  const isFlat = asNumber(shape) === -1 || (isSequence(shape) && shape.items.length === 1 && asNumber(shape.items[0]) === -1);
  if (!isBatched(input, call.span)) return operation('Rearrange', [input], call.span, given({ newshape: shape }));
  if (isFlat) return ravel(call, [input]);
  if (!isSequence(shape)) return undefined;
  const [batch, ...lengths] = shape.items;
  // One length that is open is what is left.
  const target = lengths.map((length) => (length instanceof LengthObject && lengths.filter((other) => other instanceof LengthObject || asNumber(other) === -1).length === 1 ? integer(-1, call.span) : length));
  const isBatch = batch?.kind === 'none' || (asNumber(batch) === -1 && sizeOf(target) === sizeOf(sampleAxes(input, call.span)));
  return isBatch ? layerOn('Reshape', [input], call.span, given({ target_shape: list(target, shape.span) })) : undefined;
};

function sampleAxes(symbol: SymbolObject, span: Span): readonly Value[] | undefined {
  const shape = shapeTuple(symbol, span);
  return shape.kind === 'tuple' ? shape.items.slice(1) : undefined;
}

/** How many numbers axes of known length hold. */
function sizeOf(axes: readonly Value[] | undefined): number | undefined {
  const lengths = axes?.map((axis) => asNumber(axis) ?? Number.NaN);
  const size = lengths?.reduce((product, length) => product * length, 1);
  return size === undefined || Number.isNaN(size) || size < 0 ? undefined : size;
}

/** `transpose(x, axes)`: where the batch stays the first axis, a layer of Keras does it. */
const transpose: Operation = (call, inputs) => {
  const { axes, perm = axes, pattern = perm } = besides(call, 'axes');
  const order = isSequence(pattern) ? pattern.items : [];
  const isPermuted = asNumber(order[0]) === 0 && inputs[0] && isBatched(inputs[0], call.span) && order.every((axis) => (asNumber(axis) ?? -1) >= 0);
  if (isPermuted) return layerOn('Permute', inputs, call.span, given({ dims: list(order.slice(1), call.span) }));
  return operation('Transpose', inputs, call.span, given({ axes: pattern }));
};

/** `dot(x, y)`: along the last axis of the one and the last but one of the other. */
const dot: Operation = (call) => {
  const { x, y } = call.bind('x y');
  const [a, b] = [x && tensorOf(x, call.span), y && tensorOf(y, call.span)];
  const shape = b && shapeTuple(b, call.span);
  if (!a || !b || shape?.kind !== 'tuple') return undefined;
  const axis = (at: number): Value => list([integer(at, call.span)], call.span);
  return operation('Tensordot', [a, b], call.span, given({ axes: list([axis(-1), axis(shape.items.length === 1 ? -1 : -2)], call.span) }));
};

const einsum: Operation = (call) => {
  const [subscripts, ...operands] = call.arguments.positional;
  const tensors = operands.flatMap((value) => tensorOf(value, call.span) ?? []);
  return subscripts && tensors.length === operands.length ? operation('Einsum', tensors, call.span, given({ subscripts })) : undefined;
};

/** One argument of an operation after its tensor, by any of its names. */
const withArgument = (className: string, name: string, others: readonly string[] = []): Operation => (call, inputs) => {
  const bound = besides(call, name);
  const value = [name, ...others].map((other) => bound[other]).find((other) => other !== undefined);
  const isUnderstood = Object.keys(bound).every((other) => other === name || others.includes(other) || other === 'dtype');
  return value && isUnderstood ? operation(className, inputs.slice(0, 1), call.span, given({ [name]: value })) : undefined;
};

/** Rows of a table: of a weight, or of what stands along an axis of a tensor. */
const take: Operation = (call) => {
  const { x, indices, axis, params = x, ids = indices, reference = params } = call.bind(call.name.endsWith('take') ? 'x indices axis' : 'params indices validate_indices axis');
  const [table, places] = [reference && tensorOf(reference, call.span), ids && tensorOf(ids, call.span)];
  return table && places && operation('Take', [table, places], call.span, given({ axis }));
};

/** The parts of a tensor along an axis: as many of one length as asked, or those of lengths that are listed. */
const split: Operation = (call, [input]) => {
  const { indices_or_sections: sections, num_or_size_splits: sizes = sections, axis: along } = besides(call, 'indices_or_sections axis');
  const isOfTensorflow = call.name.startsWith('tensorflow');
  const shape = input && shapeTuple(input, call.span);
  if (!input || !sizes || shape?.kind !== 'tuple') return undefined;
  const [given, rank] = [along === undefined ? 0 : asNumber(along), shape.items.length];
  const at = given === undefined ? -1 : given < 0 ? given + rank : given;
  const length = asNumber(shape.items[at]);
  if (length === undefined) return undefined;
  const count = asNumber(sizes);
  const lengths = isSequence(sizes) ? sizes.items.map((size) => asNumber(size) ?? Number.NaN) : count ? new Array<number>(count).fill(length / count) : [];
  // NumPy and Keras list where the parts begin.
  const ends = isSequence(sizes) && !isOfTensorflow ? [...lengths, length] : lengths.map((_, part) => lengths.slice(0, part + 1).reduce((sum, size) => sum + size, 0));
  if (ends.length === 0 || !ends.every(Number.isInteger) || ends.at(-1) !== length) return undefined;
  return list(ends.map((end, part) => slice(input, at, ends[part - 1] ?? 0, end, call.span)), call.span);
};

/** The places of a tensor along an axis, one by one. */
const unstack: Operation = (call, [input]) => {
  const { axis } = besides(call, 'num axis');
  const shape = input && shapeTuple(input, call.span);
  const rank = shape?.kind === 'tuple' ? shape.items.length : 0;
  const wanted = axis === undefined ? 0 : (asNumber(axis) ?? Number.NaN);
  const at = wanted < 0 ? wanted + rank : wanted;
  const length = shape?.kind === 'tuple' ? asNumber(shape.items[at]) : undefined;
  if (!input || length === undefined) return undefined;
  return list(Array.from({ length }, (_, place) => picked(input, at, integer(place, call.span), call.span)), call.span);
};

function slice(input: SymbolObject, axis: number, start: number, stop: number, span: Span): SymbolObject {
  return picked(input, axis, list([integer(start, span), integer(stop, span), none(span)], span), span);
}

function picked(input: SymbolObject, axis: number, part: Value, span: Span): SymbolObject {
  const all = list([none(span), none(span), none(span)], span);
  return operation('GetItem', [input], span, given({ key: list([...new Array<Value>(axis).fill(all), part], span) }));
}

/** `slice(x, start, shape)`: from a place on, as many as asked; TensorFlow takes -1 for all that are left. */
const sliced: Operation = (call, [input]) => {
  const { begin, start_indices: start = begin, size, shape = size } = besides(call, 'start_indices shape');
  const [starts, lengths] = [start, shape].map((value) => (isSequence(value) ? value.items : undefined));
  if (!input || !starts || starts.length !== lengths?.length) return undefined;
  const parts = starts.map((from, axis) => {
    const [at, length] = [asNumber(from), asNumber(lengths[axis])];
    const isAll = at === 0 && (length === -1 || lengths[axis]?.kind === 'none');
    const [lower, upper] = isAll ? [] : at === undefined || length === undefined || length < 0 ? [undefined, Number.NaN] : [at, at + length];
    if (Number.isNaN(upper)) return undefined;
    return list([lower, upper, undefined].map((bound) => (bound === undefined ? none(call.span) : integer(bound, call.span))), call.span);
  });
  return parts.includes(undefined) ? undefined : operation('GetItem', [input], call.span, given({ key: list(parts as Value[], call.span) }));
};

/** Mean and variance along axes. */
const moments: Operation = (call, inputs) => {
  const { axes, axis = axes, keepdims } = besides(call, 'axes shift keepdims');
  const values = given({ axis, keepdims });
  return tuple(['Mean', 'Var'].map((name) => operation(name, inputs, call.span, values)), call.span);
};

/** The length of vectors along axes. */
const norm: Operation = (call, inputs) => {
  const { ord, axis, keepdims } = besides(call, 'ord axis keepdims');
  const isUsual = ord === undefined || asNumber(ord) === 2 || asString(ord) === 'euclidean';
  return isUsual ? operation('Norm', inputs, call.span, given({ axis, keepdims })) : undefined;
};

const extractPatches: Operation = (call, [input]) => {
  const isOfTensorflow = call.name.startsWith('tensorflow');
  const { sizes, size = sizes, strides, rates, dilation_rate: rate = rates, padding } = besides(call, isOfTensorflow ? 'sizes strides rates padding' : 'size strides dilation_rate padding');
  const word = asString(padding);
  return input && operation('ExtractPatches', [input], call.span, given({ size, strides, dilation_rate: rate, padding: word === undefined ? padding : text(word.toLowerCase(), call.span) }));
};

const roll: Operation = (call, inputs) => {
  const { shift, axis } = besides(call, 'shift axis');
  return shift && axis && operation('Roll', inputs, call.span, given({ shift, axis }));
};

/** All numbers in one row, those of all samples. */
const ravel: Operation = (call, inputs) => operation('Ravel', inputs, call.span);


/** `repeat(x, repeats, axis)`; without an axis all numbers would be in one row. */
const repeat: Operation = (call, inputs) => {
  const { rep, repeats = rep, axis } = besides(call, call.name.endsWith('repeat_elements') ? 'rep axis' : 'repeats axis');
  return repeats && axis && operation('Repeat', inputs, call.span, given({ repeats, axis }));
};

const pad: Operation = (call, inputs) => {
  const { pad_width: width, paddings = width, mode, constant_values: value, ...more } = besides(call, 'pad_width mode constant_values');
  const isConstant = mode === undefined || asString(mode)?.toLowerCase() === 'constant';
  return isConstant && Object.keys(more).length === 0 ? operation('Pad', inputs, call.span, given({ pad_width: paddings, constant_values: value })) : undefined;
};

/** By the last part of their names, in TensorFlow, `keras.ops`, `keras.backend` and NumPy. */
export const rearrangements: Readonly<Record<string, Operation>> = {
  flatten: ravel,
  ravel,
  reshape,
  transpose,
  permute_dimensions: transpose,
  swapaxes: (call, inputs) => operation('Swapaxes', inputs, call.span, given(besides(call, 'axis1 axis2'))),
  matmul: ofTwo('Matmul', 'transpose_a', 'transpose_b'),
  tensordot: ofTwo('Tensordot', 'axes'),
  dot,
  batch_dot: (call, inputs) => layerOn('Dot', inputs, call.span, given({ axes: call.bind('x y axes').axes })),
  einsum,
  tile: withArgument('Tile', 'repeats', ['multiples', 'n']),
  repeat,
  repeat_elements: repeat,
  broadcast_to: withArgument('BroadcastTo', 'shape'),
  take,
  gather: take,
  embedding_lookup: take,
  slice: sliced,
  split,
  unstack,
  unbind: unstack,
  moments,
  norm,
  cumsum: withArgument('Cumsum', 'axis'),
  one_hot: withArgument('OneHot', 'num_classes', ['depth']),
  roll,
  flip: withArgument('Flip', 'axis'),
  reverse: withArgument('Flip', 'axis', ['axes']),
  pad,
  extract_patches: extractPatches,
};
