/**
 * What operations and functions make of whole tensors, the batch included, by Keras 3's names (keras/src/ops); forward only,
 * TensorFlow.js has the gradients.
 */
import * as tf from '@tensorflow/tfjs';
import { orderOf, picks, squareOf, type Taken } from '../../script/operation-shapes';
import type { Json } from '../../script/script';
import { numberOf } from '../keras-object';
import type { LayerSpec } from '../trace';
import { activationNamed, softmax } from './activations';
import { einsum, matrixProduct, tensorProduct } from './products';

type Config = LayerSpec['config'];

/** What an operation goes by besides its tensors and its arguments. */
export interface Setting {
  readonly keras: 2 | 3;
  /** Samples of the step. */
  readonly batch: number;
}

/** The shapes have to be those that `operation-shapes.ts` lets through. */
export type Compute = (inputs: readonly tf.Tensor[], config: Config, setting: Setting) => tf.Tensor;

/** Keras' fuzz factor. */
const EPSILON = 1e-7;

/** Done to each number by itself. */
const ofEachNumber = (compute: (x: tf.Tensor, config: Config) => tf.Tensor): Compute => ([x], config) => compute(x!, config);

const binary = (compute: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): Compute => (inputs) => inputs.slice(1).reduce(compute, inputs[0]!);

const integers = (value: Json | undefined): number[] => (Array.isArray(value) ? value.map(Number) : typeof value === 'number' ? [value] : []);

/** Without axes, over all of them. */
const reduction = (compute: (x: tf.Tensor, axes: number[] | undefined, keep: boolean) => tf.Tensor): Compute => ([x], { axis, keepdims }) => {
  const axes = integers(axis);
  return compute(x!, axes.length > 0 ? axes : undefined, Boolean(keepdims));
};

const variance = (x: tf.Tensor, axes: number[] | undefined, keep: boolean): tf.Tensor => tf.mean(tf.square(x.sub(tf.mean(x, axes, true))), axes, keep);

/** A tensor and a number, whichever comes first, or two tensors: 1 where it holds, 0 elsewhere, and no slope. */
const comparison = (compute: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): Compute => (inputs, { left, right }) => {
  const flat = tf.customGrad((...sides) => {
    const [a, b] = sides as tf.Tensor[];
    return { value: compute(a!, b!).toFloat(), gradFunc: () => [tf.zerosLike(a!), tf.zerosLike(b!)] };
  });
  const number = (value: Json | undefined): tf.Tensor[] => (typeof value === 'number' ? [tf.scalar(value)] : []);
  const [a, b] = [...number(left), ...inputs, ...number(right)];
  return flat(a!, b!);
};

const clipped = (x: tf.Tensor): tf.Tensor => tf.clipByValue(x, EPSILON, 1 - EPSILON);

/** A share of every target, the same for all classes. */
const smoothed = (target: tf.Tensor, smoothing: Json | undefined, classes: number): tf.Tensor => {
  const share = numberOf(smoothing, 0);
  return share === 0 ? target : target.mul(1 - share).add(share / classes);
};

/** Keras' crossentropies of probabilities or logits (keras/src/backend/tensorflow/nn.py). */
const binaryCrossentropy: Compute = ([labels, output], { from_logits: logits, label_smoothing: smoothing }) => {
  const target = smoothed(labels!, smoothing, 2);
  if (logits === true) return tf.relu(output!).sub(output!.mul(target)).add(tf.softplus(tf.neg(tf.abs(output!))));
  const p = clipped(output!);
  return tf.neg(target.mul(tf.log(p)).add(tf.sub(1, target).mul(tf.log(tf.sub(1, p)))));
};

const categoricalCrossentropy: Compute = ([labels, output], { from_logits: logits, label_smoothing: smoothing }) => {
  const target = smoothed(labels!, smoothing, output!.shape.at(-1)!);
  const logarithms = logits === true ? tf.logSoftmax(output!) : tf.log(clipped(output!.div(tf.sum(output!, -1, true))));
  return tf.neg(tf.sum(target.mul(logarithms), -1));
};

/** Class numbers, with or without an axis of their own; of clipped probabilities TensorFlow takes the logarithms for logits. */
const sparseCategoricalCrossentropy: Compute = ([target, output], { from_logits: logits }) => {
  const labels = target!.reshape(output!.shape.slice(0, -1)).toInt();
  const logarithms = tf.logSoftmax(logits === true ? output! : tf.log(clipped(output!)));
  return tf.neg(tf.sum(tf.oneHot(labels, output!.shape.at(-1)!).mul(logarithms), -1));
};

/** Keras divides by a length of at least 1e-6. */
const unitNormalized: Compute = ([x], { axis }) => {
  const axes = integers(axis);
  return x!.mul(tf.rsqrt(tf.maximum(tf.sum(tf.square(x!), axes.length > 0 ? axes : -1, true), 1e-12)));
};

/** `where(condition, x, y)`, of which x and y may be numbers. */
const where: Compute = ([condition, ...tensors], { x, y }) => {
  const rest = [...tensors];
  const value = (number: Json | undefined): tf.Tensor => (typeof number === 'number' ? tf.scalar(number) : rest.shift()!);
  const [then, otherwise] = [value(x), value(y)];
  // Chosen by the condition and not multiplied by it: what is not chosen may be infinite.
  const shape = tf.broadcast_util.assertAndGetBroadcastShape(condition!.shape, tf.broadcast_util.assertAndGetBroadcastShape(then.shape, otherwise.shape));
  return tf.where(stretched(condition!, shape).toBool(), stretched(then, shape), stretched(otherwise, shape));
};

const stretched = (x: tf.Tensor, shape: readonly number[]): tf.Tensor => (x.shape.join() === shape.join() ? x : tf.broadcastTo(x, [...shape]));

/** Lengths as arguments name them, None for the batch. */
const lengthsOf = (value: Json | undefined, { batch }: Setting): number[] => (Array.isArray(value) ? (value as readonly Json[]) : [value ?? 1]).map((length) => (length === null ? batch : Number(length)));

const item: Compute = ([x], { key }) => {
  const parts = picks(key, x!.shape)!;
  const along: Exclude<Taken, 'new'>[] = parts.filter((part) => part !== 'new');
  const starts = along.map((part) => (part === 'all' ? 0 : typeof part === 'number' ? part : part.step === 1 ? part.start : 0));
  const lengths = along.map((part, axis) => (typeof part === 'number' ? 1 : part === 'all' || part.step !== 1 ? x!.shape[axis]! : Math.max(0, part.stop - part.start)));
  let result = tf.slice(x!, starts, lengths);
  along.forEach((part, axis) => {
    if (typeof part !== 'object' || part.step === 1) return;
    const count = Math.max(0, Math.ceil((part.stop - part.start) / part.step));
    result = tf.gather(result, tf.tensor1d(Array.from({ length: count }, (_, at) => part.start + at * part.step), 'int32'), axis);
  });
  const left = result.shape.values();
  const shape = parts.flatMap((part) => {
    if (part === 'new') return [1];
    const length = left.next().value ?? 1;
    return typeof part === 'number' ? [] : [length];
  });
  return result.reshape(shape);
};

const expandDims: Compute = ([x], { axis }) => {
  const given = integers(axis);
  const rank = x!.rank + given.length;
  const places = given.map((place) => (place < 0 ? place + rank : place));
  const rest = x!.shape.values();
  return x!.reshape(Array.from({ length: rank }, (_, at) => (places.includes(at) ? 1 : (rest.next().value ?? 1))));
};

/** Done along one axis as if it were the last, for which alone TensorFlow.js has some gradients right. */
function alongLast(x: tf.Tensor, axis: number, compute: (turned: tf.Tensor) => tf.Tensor): tf.Tensor {
  const order = [...x.shape.keys()];
  order.push(order.splice(axis, 1)[0]!);
  return compute(x.transpose(order)).transpose(order.map((_, at) => order.indexOf(at)));
}

const swapped: Compute = ([x], { axis1, axis2 }) => {
  const [a, b] = [numberOf(axis1, 0), numberOf(axis2, 0)].map((axis) => (axis < 0 ? axis + x!.rank : axis));
  return x!.transpose([...x!.shape.keys()].map((at) => (at === a ? b! : at === b ? a! : at)));
};

/** By multiplication: TensorFlow.js has the gradient of a product for tensors of any rank, that of `tile` up to the fourth. */
const tiled = (x: tf.Tensor, times: readonly number[]): tf.Tensor => {
  const rank = Math.max(x.rank, times.length);
  const lengths = [...new Array<number>(rank - x.rank).fill(1), ...x.shape];
  const counts = [...new Array<number>(rank - times.length).fill(1), ...times];
  const spread = x.reshape(lengths.flatMap((length) => [1, length])).mul(tf.ones(counts.flatMap((count) => [count, 1])));
  return spread.reshape(lengths.map((length, at) => length * counts[at]!));
};

/** Each number as often as asked, one beside the other. */
const repeated: Compute = ([x], { repeats, axis }) => {
  const [times, given] = [numberOf(repeats, 1), numberOf(axis, 0)];
  const at = given < 0 ? given + x!.rank : given;
  const [before, behind] = [x!.shape.slice(0, at + 1), x!.shape.slice(at + 1)];
  return x!.reshape([...before, 1, ...behind]).mul(tf.ones([times, ...behind.map(() => 1)])).reshape([...before.slice(0, -1), before.at(-1)! * times, ...behind]);
};

/** Shifted round along axes. */
const rolled: Compute = ([x], { shift, axis }) => {
  const shifts = integers(shift);
  return integers(axis).reduce((result, given, at) => {
    const along = given < 0 ? given + result.rank : given;
    const length = result.shape[along]!;
    const end = (((shifts[at]! % length) + length) % length);
    // Sliced: TensorFlow.js has the gradient of `split` wrong where the parts are put together in another order.
    const part = (start: number, size: number): tf.Tensor => tf.slice(result, result.shape.map((_, axis) => (axis === along ? start : 0)), result.shape.map((all, axis) => (axis === along ? size : all)));
    return end === 0 ? result : tf.concat([part(length - end, end), part(0, length - end)], along);
  }, x!);
};

/** Patches that lie side by side, in rows; what does not fill a patch is left out. */
const patches: Compute = ([x], { size }) => {
  const [height, width] = squareOf(size)!;
  const [batch, , , channels] = x!.shape as [number, number, number, number];
  const [rows, columns] = [Math.floor(x!.shape[1]! / height), Math.floor(x!.shape[2]! / width)];
  const whole = tf.slice(x!, [0, 0, 0, 0], [batch, rows * height, columns * width, channels]);
  return whole.reshape([batch * rows, height, columns, width * channels]).transpose([0, 2, 1, 3]).reshape([batch, rows, columns, height * width * channels]);
};

/** `lossOperations` has the names of those that a loss function may be made of. */
export const computes: Readonly<Record<string, Compute>> = {
  Absolute: ofEachNumber((x) => tf.abs(x)),
  Activation: ([x], { activation }, { keras }) => activationNamed(activation, keras)(x!),
  Add: binary((a, b) => a.add(b)),
  Average: (inputs) => inputs.slice(1).reduce((sum, x) => sum.add(x), inputs[0]!).div(inputs.length),
  BinaryCrossentropy: binaryCrossentropy,
  BroadcastTo: ([x], { shape }, setting) => stretched(x!, lengthsOf(shape, setting)),
  Cast: ofEachNumber((x) => x),
  CategoricalCrossentropy: categoricalCrossentropy,
  Ceil: ofEachNumber((x) => tf.ceil(x)),
  Clip: ofEachNumber((x, config) => tf.clipByValue(x, numberOf(config.x_min, -Infinity), numberOf(config.x_max, Infinity))),
  Concatenate: (inputs, { axis }) => tf.concat([...inputs], numberOf(axis, -1)),
  Cos: ofEachNumber((x) => tf.cos(x)),
  Cumsum: ([x], { axis }) => alongLast(x!, numberOf(axis, 0), (turned) => tf.cumsum(turned, turned.rank - 1)),
  Divide: binary((a, b) => a.div(b)),
  Einsum: (inputs, { subscripts }) => einsum(inputs, subscripts),
  Equal: comparison((a, b) => tf.equal(a, b)),
  Erf: ofEachNumber((x) => tf.erf(x)),
  Exp: ofEachNumber((x) => tf.exp(x)),
  ExpandDims: expandDims,
  Expm1: ofEachNumber((x) => tf.expm1(x)),
  ExtractPatches: patches,
  Flatten: ([x]) => x!.reshape([x!.shape[0]!, -1]),
  Flip: ([x], { axis }) => tf.reverse(x!, integers(axis)),
  Floor: ofEachNumber((x) => tf.floor(x)),
  Full: (_, { shape, fill_value: value }, setting) => tf.fill(lengthsOf(shape, setting), numberOf(value, 0)),
  GetItem: item,
  Greater: comparison((a, b) => tf.greater(a, b)),
  GreaterEqual: comparison((a, b) => tf.greaterEqual(a, b)),
  Less: comparison((a, b) => tf.less(a, b)),
  LessEqual: comparison((a, b) => tf.lessEqual(a, b)),
  Log: ofEachNumber((x) => tf.log(x)),
  Log1p: ofEachNumber((x) => tf.log1p(x)),
  LogSumExp: reduction((x, axes, keep) => tf.logSumExp(x, axes, keep)),
  Matmul: ([a, b], { transpose_a: turnsA, transpose_b: turnsB }) => matrixProduct(a!, b!, turnsA === true, turnsB === true),
  Max: reduction((x, axes, keep) => tf.max(x, axes, keep)),
  Maximum: binary((a, b) => tf.maximum(a, b)),
  Mean: reduction((x, axes, keep) => tf.mean(x, axes, keep)),
  Min: reduction((x, axes, keep) => tf.min(x, axes, keep)),
  Minimum: binary((a, b) => tf.minimum(a, b)),
  Multiply: binary((a, b) => a.mul(b)),
  Norm: reduction((x, axes, keep) => tf.sqrt(tf.sum(tf.square(x), axes, keep))),
  NotEqual: comparison((a, b) => tf.notEqual(a, b)),
  OneHot: ([x], { num_classes: classes }) => tf.oneHot(x!.toInt(), numberOf(classes, 1)).toFloat(),
  OnesLike: ofEachNumber((x) => tf.onesLike(x)),
  Pad: ([x], { pad_width: widths, constant_values: value }) => tf.pad(x!, (widths as readonly (readonly [number, number])[]).map(([before, behind]) => [before, behind]), numberOf(value, 0)),
  Places: ([x], { axis }) => tf.range(0, x!.shape[numberOf(axis, 0)]!),
  Power: ([x, y], { exponent }) => tf.pow(x!, y ?? numberOf(exponent, 1)),
  Prod: reduction((x, axes, keep) => tf.prod(x, axes, keep)),
  Ravel: ([x]) => x!.reshape([-1]),
  Rearrange: ([x], { newshape }, setting) => x!.reshape(lengthsOf(newshape, setting)),
  Reciprocal: ofEachNumber((x) => tf.div(1, x)),
  Repeat: repeated,
  Rescaling: ofEachNumber((x, { scale, offset }) => x.mul(numberOf(scale, 1)).add(numberOf(offset, 0))),
  Roll: rolled,
  Round: ofEachNumber((x) => tf.round(x)),
  Rsqrt: ofEachNumber((x) => tf.rsqrt(x)),
  Sign: ofEachNumber((x) => tf.sign(x)),
  Sin: ofEachNumber((x) => tf.sin(x)),
  Softmax: ([x], { axis }) => softmax(numberOf(axis, -1))(x!),
  SparseCategoricalCrossentropy: sparseCategoricalCrossentropy,
  Sqrt: ofEachNumber((x) => tf.sqrt(x)),
  Square: ofEachNumber((x) => tf.square(x)),
  Squeeze: ([x], { axis }) => tf.squeeze(x!, integers(axis).length > 0 ? integers(axis).map((at) => (at < 0 ? at + x!.rank : at)) : undefined),
  Stack: (inputs, { axis }) => tf.stack([...inputs], ((place) => (place < 0 ? place + inputs[0]!.rank + 1 : place))(numberOf(axis, 0))),
  Std: reduction((x, axes, keep) => tf.sqrt(variance(x, axes, keep))),
  Subtract: binary((a, b) => a.sub(b)),
  Sum: reduction((x, axes, keep) => tf.sum(x, axes, keep)),
  Swapaxes: swapped,
  Take: ([table, indices], { axis }) => tf.gather(table!, indices!.toInt(), numberOf(axis, 0)),
  Tan: ofEachNumber((x) => tf.tan(x)),
  Tensordot: ([a, b], { axes }) => tensorProduct(a!, b!, axes),
  Tile: ([x], { repeats }, setting) => tiled(x!, lengthsOf(repeats, setting)),
  Transpose: ([x], { axes }) => x!.transpose([...orderOf(axes, x!.rank)!]),
  UnitNormalization: unitNormalized,
  Var: reduction(variance),
  Where: where,
  ZerosLike: ofEachNumber((x) => tf.zerosLike(x)),
};
