/** Loss functions of the script's own, computed operation by operation; TensorFlow.js has the gradients. */
import * as tf from '@tensorflow/tfjs';
import type { Json } from '../../script/script';
import { numberOf } from '../keras-object';
import type { BatchLoss } from '../losses';
import type { LayerSpec, LossSpec } from '../trace';
import { activationNamed } from './activations';
import { product, type Shape, Unbuildable } from './layer';
import { ofEachNumber } from './operations';

type Config = LayerSpec['config'];
type Compute = (inputs: readonly tf.Tensor[], config: Config, keras: 2 | 3) => tf.Tensor;

/** Keras' fuzz factor. */
const EPSILON = 1e-7;

const binary = (compute: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): Compute => (inputs) => inputs.slice(1).reduce(compute, inputs[0]!);

/** Axes count the batch as axis 0; without any, all of them. */
const reduction = (compute: (x: tf.Tensor, axes: number[] | undefined, keep: boolean) => tf.Tensor): Compute => ([x], { axis, keepdims }) => {
  const axes = typeof axis === 'number' ? [axis] : Array.isArray(axis) ? axis.map(Number) : undefined;
  return compute(x!, axes, keepdims === true);
};

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

/** Keras' crossentropies of probabilities or logits (keras/src/backend/tensorflow/nn.py). */
const binaryCrossentropy: Compute = ([target, output], { from_logits: logits }) => {
  if (logits === true) return tf.relu(output!).sub(output!.mul(target!)).add(tf.softplus(tf.neg(tf.abs(output!))));
  const p = clipped(output!);
  return tf.neg(target!.mul(tf.log(p)).add(tf.sub(1, target!).mul(tf.log(tf.sub(1, p)))));
};

const categoricalCrossentropy: Compute = ([target, output], { from_logits: logits }) => {
  const logarithms = logits === true ? tf.logSoftmax(output!) : tf.log(clipped(output!.div(tf.sum(output!, -1, true))));
  return tf.neg(tf.sum(target!.mul(logarithms), -1));
};

/** `where(condition, x, y)`, of which x and y may be numbers. */
const where: Compute = ([condition, ...tensors], { x, y }) => {
  const rest = [...tensors];
  const value = (number: Json | undefined): tf.Tensor => (typeof number === 'number' ? tf.scalar(number) : rest.shift()!);
  const [then, otherwise] = [value(x), value(y)];
  // Chosen by the condition and not multiplied by it: what is not chosen may be infinite.
  const shape = tf.broadcastTo(then, condition!.shape);
  return tf.where(condition!.toBool(), shape, tf.broadcastTo(otherwise, condition!.shape));
};

/** `lossOperations` has the same names. */
export const computes: Readonly<Record<string, Compute>> = {
  ...Object.fromEntries(Object.entries(ofEachNumber).map(([name, compute]): [string, Compute] => [name, ([x], config) => compute(x!, config)])),
  Activation: ([x], { activation }, keras) => activationNamed(activation, keras)(x!),
  Add: binary((a, b) => a.add(b)),
  BinaryCrossentropy: binaryCrossentropy,
  CategoricalCrossentropy: categoricalCrossentropy,
  Divide: binary((a, b) => a.div(b)),
  Equal: comparison((a, b) => tf.equal(a, b)),
  ExpandDims: ([x], { axis }) => tf.expandDims(x!, numberOf(axis, -1)),
  Flatten: ([x]) => x!.reshape([x!.shape[0]!, -1]),
  Greater: comparison((a, b) => tf.greater(a, b)),
  GreaterEqual: comparison((a, b) => tf.greaterEqual(a, b)),
  Less: comparison((a, b) => tf.less(a, b)),
  LessEqual: comparison((a, b) => tf.lessEqual(a, b)),
  Max: reduction((x, axes, keep) => tf.max(x, axes, keep)),
  Maximum: binary((a, b) => tf.maximum(a, b)),
  Mean: reduction((x, axes, keep) => tf.mean(x, axes, keep)),
  Min: reduction((x, axes, keep) => tf.min(x, axes, keep)),
  Minimum: binary((a, b) => tf.minimum(a, b)),
  Multiply: binary((a, b) => a.mul(b)),
  NotEqual: comparison((a, b) => tf.notEqual(a, b)),
  OnesLike: ([x]) => tf.onesLike(x!),
  Ravel: ([x]) => x!.reshape([-1]),
  Rescaling: ([x], { scale, offset }) => x!.mul(numberOf(scale, 1)).add(numberOf(offset, 0)),
  Subtract: binary((a, b) => a.sub(b)),
  Sum: reduction((x, axes, keep) => tf.sum(x, axes, keep)),
  Where: where,
  ZerosLike: ([x]) => tf.zerosLike(x!),
};

/**
 * A loss function of the script's own: the mean of what it gives, times the weights of the samples, as Keras takes it.
 * @param shape of one sample's prediction.
 * @param targetShape of one sample's target.
 */
export function ownLoss({ name, own }: LossSpec & Pick<Required<LossSpec>, 'own'>, shape: Shape, targetShape: Shape, keras: 2 | 3): BatchLoss {
  // Keras gives a target of one number for each sample the axis of the prediction (`squeeze_or_expand_to_same_rank`).
  const targets = shape.length === targetShape.length + 1 && shape.length === 1 ? [1] : targetShape;
  const unweighted: LayerSpec = { className: name, name, config: {}, inputs: [] };
  const compute = (target: tf.Tensor, prediction: tf.Tensor, weights: tf.Tensor | undefined): tf.Scalar => {
    const values: tf.Tensor[] = [];
    const given = [target, prediction];
    for (const { className, config, inputs } of own.layers) {
      values.push(className === 'InputLayer' ? given.shift()! : computes[className]!(inputs.map((index) => values[index]!), config, keras));
    }
    const losses = values[own.output]!;
    if (!weights) return tf.mean(losses);
    const samples = weights.shape[0]!;
    if (losses.rank > 0 && losses.shape[0] !== samples) throw new Unbuildable(unweighted, 'sample_weight');
    return tf.mean(losses.mul(losses.rank > 0 ? weights.reshape([samples, ...losses.shape.slice(1).fill(1)]) : weights));
  };
  return ({ prediction, target, mask, weights, rows }, gradient) => {
    if (mask) throw new Unbuildable(unweighted, 'mask');
    const samples = prediction.length / product(shape);
    return orUnbuildable(unweighted, () => tf.tidy(() => {
      const y = tf.tensor(target, [samples, ...targets]);
      // There is one for each row of a sample, all the same.
      const ofSamples = weights && tf.tensor(weights.filter((_, row) => row % (rows / samples) === 0));
      const { value, grad } = tf.valueAndGrad((p: tf.Tensor) => compute(y, p, ofSamples))(tf.tensor(prediction, [samples, ...shape]));
      gradient?.set(grad.dataSync());
      return value.dataSync()[0]!;
    }));
  };
}

/** TensorFlow.js raises an error of its own where shapes do not fit together. */
function orUnbuildable<T>(owner: LayerSpec, compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    throw error instanceof Unbuildable ? error : new Unbuildable(owner);
  }
}
