/** Dropout and noise, active in training only (keras/src/layers/regularization). Same laws as Keras', other draws. */
import * as tf from '@tensorflow/tfjs';
import { kerasObject, numberOf } from '../keras-object';
import type { Random } from '../random';
import type { LayerSpec } from '../trace';
import { type Builder, type Call, keepMask, product, type Shape } from './layer';

/** 1/(1-rate) where kept, 0 where dropped, each with its chance. */
export function dropoutMask(shape: Shape, rate: number, random: Random): tf.Tensor {
  const scale = Math.fround(1 / (1 - rate));
  return tf.tensor(Float32Array.from({ length: product(shape) }, () => (random.uniform() < rate ? 0 : scale)), [...shape]);
}

function normalNoise(shape: Shape, mean: number, deviation: number, random: Random): tf.Tensor {
  return tf.tensor(Float32Array.from({ length: product(shape) }, () => mean + deviation * random.normal()), [...shape]);
}

function noisy(change: (x: tf.Tensor, layer: LayerSpec, random: Random) => tf.Tensor): Builder {
  return (layer, [input]) => ({
    shape: input!,
    call: ({ inputs, training, random }: Call) => (training ? change(inputs[0]!, layer, random) : inputs[0]!),
    mask: keepMask,
  });
}

const rateOf = ({ config }: LayerSpec): number => numberOf(config.rate, 0);

const dropout = noisy((x, layer, random) => {
  const rate = rateOf(layer);
  if (rate === 0) return x;
  const shape = Array.isArray(layer.config.noise_shape)
    ? layer.config.noise_shape.map((extent, axis) => (extent === null ? x.shape[axis]! : Number(extent)))
    : x.shape;
  return x.mul(dropoutMask(shape, rate, random));
});

/** Drops whole channels: one draw for each sample and channel. */
const spatialDropout = noisy((x, layer, random) => {
  const rate = rateOf(layer);
  const shape = x.shape.map((extent, axis) => (axis === 0 || axis === x.rank - 1 ? extent : 1));
  return rate === 0 ? x : x.mul(dropoutMask(shape, rate, random));
});

const gaussianNoise = noisy((x, { config }, random) => {
  const deviation = numberOf(config.stddev, 0);
  return deviation === 0 ? x : x.add(normalNoise(x.shape, 0, deviation, random));
});

const gaussianDropout = noisy((x, layer, random) => {
  const rate = rateOf(layer);
  return rate === 0 ? x : x.mul(normalNoise(x.shape, 1, Math.sqrt(rate / (1 - rate)), random));
});

const SELU_FLOOR = -1.6732632423543772 * 1.0507009873554805;

const alphaDropout = noisy((x, layer, random) => {
  const rate = rateOf(layer);
  if (rate === 0) return x;
  const kept = tf.tensor(Float32Array.from({ length: x.size }, () => (random.uniform() >= rate ? 1 : 0)), x.shape);
  const a = ((1 - rate) * (1 + rate * SELU_FLOOR ** 2)) ** -0.5;
  const b = -a * SELU_FLOOR * rate;
  return x.mul(kept).add(tf.sub(1, kept).mul(SELU_FLOOR)).mul(a).add(b);
});

/** Penalty on what a layer gives, per sample (`activity_regularizer`). */
export function activityPenalty(l1: number, l2: number): (output: tf.Tensor) => tf.Scalar {
  return (output) =>
    tf.sum(tf.abs(output)).mul(l1).add(tf.sum(tf.square(output)).mul(l2)).div(output.shape[0]!).asScalar();
}

/** The strengths of an `L1`, `L2` or `L1L2` object. */
export function strengths(value: LayerSpec['config'][string] | undefined): { l1: number; l2: number } | undefined {
  const object = kerasObject(value);
  if (!object) return undefined;
  const key = object.className.toLowerCase();
  const otherwise = key === 'l1' || key === 'l2' ? 0.01 : 0;
  return {
    l1: key === 'l2' ? 0 : numberOf(object.config.l1, otherwise),
    l2: key === 'l1' ? 0 : numberOf(object.config.l2, otherwise),
  };
}

export const regularizationLayers: Readonly<Record<string, Builder>> = {
  Dropout: dropout,
  SpatialDropout1D: spatialDropout,
  SpatialDropout2D: spatialDropout,
  SpatialDropout3D: spatialDropout,
  GaussianNoise: gaussianNoise,
  GaussianDropout: gaussianDropout,
  AlphaDropout: alphaDropout,
  ActivityRegularization: ({ config }, [input]) => {
    const penalty = activityPenalty(Number(config.l1), Number(config.l2));
    return {
      shape: input!,
      call({ inputs, addLoss }) {
        addLoss(penalty(inputs[0]!));
        return inputs[0]!;
      },
      mask: keepMask,
    };
  },
};
