/** Keras' activations as tensor operations (keras/src/activations/activations.py), with their gradients by TensorFlow.js. */
import * as tf from '@tensorflow/tfjs';

export type Activation = (x: tf.Tensor) => tf.Tensor;

const SELU_ALPHA = 1.6732632423543772;
const SELU_SCALE = 1.0507009873554805;

export function leakyRelu(slope: number): Activation {
  return (x) => tf.leakyRelu(x, slope);
}

/** alpha (e^x - 1) below 0. */
export function elu(alpha: number): Activation {
  return (x) => tf.relu(x).add(tf.expm1(tf.minimum(x, 0)).mul(alpha));
}

/** Keras' ReLU with a slope below `threshold` and a bound above. */
export function relu(slope: number, maximum: number | undefined, threshold: number): Activation {
  if (slope === 0 && maximum === undefined && threshold === 0) return (x) => tf.relu(x);
  return (x) => {
    const above = tf.step(x.sub(threshold)); // its gradient is known to be 0
    const kept = threshold === 0 ? tf.relu(x) : x.mul(above);
    const bounded = maximum === undefined ? kept : tf.minimum(kept, maximum);
    return slope === 0 ? bounded : bounded.add(x.sub(threshold).mul(tf.sub(1, above)).mul(slope));
  };
}

/** Softmax along `axis`, largest logit subtracted first. */
export function softmax(axis = -1): Activation {
  return (x) => {
    const last = axis < 0 ? axis + x.rank : axis;
    if (last === x.rank - 1) return tf.softmax(x);
    const order = x.shape.map((_, index) => index);
    order.push(order.splice(last, 1)[0]!);
    const back = order.map((_, index) => order.indexOf(index));
    return tf.softmax(x.transpose(order)).transpose(back);
  };
}

const clippedLine = (slope: number) => (x: tf.Tensor) => tf.relu(tf.sub(1, tf.relu(tf.sub(0.5, x.mul(slope)))));

export const activations: Readonly<Record<string, Activation>> = {
  linear: (x) => x,
  relu: (x) => tf.relu(x),
  relu6: relu(0, 6, 0),
  leaky_relu: leakyRelu(0.2),
  elu: elu(1),
  selu: (x) => elu(SELU_ALPHA)(x).mul(SELU_SCALE),
  softplus: (x) => tf.softplus(x),
  softsign: (x) => x.div(tf.abs(x).add(1)),
  tanh: (x) => tf.tanh(x),
  sigmoid: (x) => tf.sigmoid(x),
  exponential: (x) => tf.exp(x),
  softmax: softmax(),
  log_softmax: (x) => tf.logSoftmax(x),
  silu: (x) => x.mul(tf.sigmoid(x)),
  swish: (x) => x.mul(tf.sigmoid(x)),
  gelu: (x) => x.mul(0.5).mul(tf.erf(x.mul(Math.SQRT1_2)).add(1)),
  mish: (x) => x.mul(tf.tanh(tf.softplus(x))),
  // Keras 3: x/6 + 1/2, clipped; Keras 2 has the slope 0.2 (see `activationNamed`).
  hard_sigmoid: clippedLine(1 / 6),
  hard_silu: (x) => x.mul(clippedLine(1 / 6)(x)),
  hard_swish: (x) => x.mul(clippedLine(1 / 6)(x)),
  hard_tanh: (x) => tf.clipByValue(x, -1, 1),
  log_sigmoid: (x) => tf.neg(tf.softplus(tf.neg(x))),
  tanh_shrink: (x) => x.sub(tf.tanh(x)),
  squareplus: (x) => x.add(tf.sqrt(tf.square(x).add(4))).div(2),
  celu: elu(1),
};

const keras2: Readonly<Record<string, Activation>> = { hard_sigmoid: clippedLine(0.2) };

/** The activation of that name in that version of Keras; null and undefined mean linear. */
export function activationNamed(name: unknown, keras: 2 | 3): Activation {
  const key = typeof name === 'string' ? name : 'linear';
  const activation = (keras === 2 ? keras2[key] : undefined) ?? activations[key];
  if (!activation) throw new Error(`unknown activation ${key}`);
  return activation;
}
