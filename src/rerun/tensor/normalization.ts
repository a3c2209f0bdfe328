/** Normalising layers (keras/src/layers/normalization, preprocessing/normalization.py). */
import * as tf from '@tensorflow/tfjs';
import type { Json } from '../../script/script';
import type { Weight } from '../engine';
import { numberOf } from '../keras-object';
import type { LayerSpec } from '../trace';
import { weightOf } from '../weights';
import { type Builder, keepMask, type Shape, Unbuildable } from './layer';

/** `gamma` and `beta` of `shape`, each only where the layer has it. */
function scaleAndShift(layer: LayerSpec, shape: Shape): { weights: Weight[]; gamma: number | undefined; beta: number | undefined } {
  const weights: Weight[] = [];
  const scaled = layer.config.scale !== false;
  if (scaled) weights.push(weightOf(layer, 'gamma', shape));
  const shifted = layer.config.center !== false;
  if (shifted) weights.push(weightOf(layer, 'beta', shape));
  return { weights, gamma: scaled ? 0 : undefined, beta: shifted ? weights.length - 1 : undefined };
}

/** Axes of the input with the batch as axis 0, negative ones counted from the end. */
function axesOf(value: Json | undefined, rank: number): number[] {
  const axes = Array.isArray(value) ? value.map(Number) : [Number(value)];
  return axes.map((axis) => (axis < 0 ? axis + rank : axis));
}

/** Shape that broadcasts a vector over everything but `axes`. */
function broadcast(input: Shape, axes: readonly number[]): number[] {
  return [1, ...input].map((extent, axis) => (axes.includes(axis) ? extent : 1));
}

function normalize(x: tf.Tensor, mean: tf.Tensor, variance: tf.Tensor, epsilon: number, gamma?: tf.Tensor, beta?: tf.Tensor): tf.Tensor {
  const inverse = tf.rsqrt(variance.add(epsilon));
  const scale = gamma ? inverse.mul(gamma) : inverse;
  const centred = x.sub(mean).mul(scale);
  return beta ? centred.add(beta) : centred;
}

/** Mean and variance of what counts, with Keras' fuzz factor in the divisor. */
function maskedMoments(x: tf.Tensor, mask: tf.Tensor, axes: number[]): { mean: tf.Tensor; variance: tf.Tensor } {
  const weights = tf.onesLike(x).mul(mask);
  const count = tf.sum(weights, axes, true).add(1e-7);
  const mean = tf.sum(x.mul(weights), axes, true).div(count);
  const variance = tf.sum(tf.square(x.sub(mean)).mul(weights), axes, true).div(count);
  return { mean: mean.flatten(), variance: variance.flatten() };
}

const batchNormalization: Builder = (layer, [input]) => {
  const { config } = layer;
  const [axis] = axesOf(config.axis, input!.length + 1);
  const extent = input![axis! - 1];
  if (extent === undefined || axesOf(config.axis, 1).length !== 1) throw new Unbuildable(layer, 'axis');
  const { weights, gamma, beta } = scaleAndShift(layer, [extent]);
  const others = [0, ...input!.map((_, index) => index + 1)].filter((other) => other !== axis);
  const shape = broadcast(input!, [axis!]);
  const momentum = numberOf(config.momentum, 0.99);
  const epsilon = numberOf(config.epsilon, 1e-3);
  return {
    shape: input!,
    weights,
    state: [weightOf(layer, 'moving_mean', [extent]), weightOf(layer, 'moving_variance', [extent])],
    call({ inputs, masks, weights: own, state, training, update }) {
      const x = inputs[0]!;
      const as = (vector: tf.Tensor | undefined): tf.Tensor | undefined => vector?.reshape(shape);
      let [mean, variance] = [state[0]!, state[1]!];
      if (training && config.trainable !== false) {
        ({ mean, variance } = masks[0] ? maskedMoments(x, masks[0].expandDims(-1), others) : tf.moments(x, others));
        const moved = (old: tf.Tensor, now: tf.Tensor): tf.Tensor => old.mul(momentum).add(now.mul(1 - momentum));
        update(0, moved(state[0]!, mean));
        update(1, moved(state[1]!, variance));
      }
      return normalize(x, as(mean)!, as(variance)!, epsilon, as(own[gamma ?? -1]), as(own[beta ?? -1]));
    },
    mask: keepMask,
  };
};

const layerNormalization: Builder = (layer, [input]) => {
  const { config } = layer;
  const axes = axesOf(config.axis, input!.length + 1);
  if (config.rms_scaling === true) throw new Unbuildable(layer, 'rms_scaling');
  if (axes.includes(0)) throw new Unbuildable(layer, 'axis');
  const { weights, gamma, beta } = scaleAndShift(layer, axes.map((axis) => input![axis - 1]!));
  const shape = broadcast(input!, axes);
  const epsilon = numberOf(config.epsilon, 1e-3);
  return {
    shape: input!,
    weights,
    call({ inputs, weights: own }) {
      const { mean, variance } = tf.moments(inputs[0]!, axes, true);
      return normalize(inputs[0]!, mean, variance, epsilon, own[gamma ?? -1]?.reshape(shape), own[beta ?? -1]?.reshape(shape));
    },
    mask: keepMask,
  };
};

const groupNormalization: Builder = (layer, [input]) => {
  const { config } = layer;
  const channels = input!.at(-1)!;
  const groups = Number(config.groups) === -1 ? channels : Number(config.groups);
  const [axis] = axesOf(config.axis, input!.length + 1);
  if (axis !== input!.length) throw new Unbuildable(layer, 'axis');
  if (channels % groups !== 0) throw new Unbuildable(layer, 'groups');
  const { weights, gamma, beta } = scaleAndShift(layer, [channels]);
  const epsilon = numberOf(config.epsilon, 1e-3);
  const split = [...input!.slice(0, -1), groups, channels / groups];
  const reduced = split.map((_, index) => index + 1).filter((index) => index !== split.length - 1);
  const shape = [1, ...input!.slice(0, -1).map(() => 1), groups, channels / groups];
  return {
    shape: input!,
    weights,
    call({ inputs, weights: own }) {
      const x = inputs[0]!.reshape([inputs[0]!.shape[0]!, ...split]);
      const { mean, variance } = tf.moments(x, reduced, true);
      const result = normalize(x, mean, variance, epsilon, own[gamma ?? -1]?.reshape(shape), own[beta ?? -1]?.reshape(shape));
      return result.reshape(inputs[0]!.shape);
    },
    mask: keepMask,
  };
};

const rmsNormalization: Builder = (layer, [input]) => {
  const axes = axesOf(layer.config.axis, input!.length + 1);
  const epsilon = numberOf(layer.config.epsilon, 1e-6);
  const shape = broadcast(input!, axes);
  return {
    shape: input!,
    weights: [weightOf(layer, 'scale', axes.map((axis) => input![axis - 1]!), (values) => values.fill(1))],
    call({ inputs, weights }) {
      const square = tf.mean(tf.square(inputs[0]!), axes, true);
      return inputs[0]!.mul(tf.rsqrt(square.add(epsilon))).mul(weights[0]!.reshape(shape));
    },
  };
};

/** With the mean and variance written in the script; `adapt` is data that the rerun does not see. */
const given: Builder = (layer, [input]) => {
  const { mean, variance, invert } = layer.config;
  if (mean === null || variance === null) throw new Unbuildable(layer, 'mean');
  if (invert === true) throw new Unbuildable(layer, 'invert');
  const tensor = (value: Json | undefined): tf.Tensor => tf.tensor(value as number | number[]);
  return {
    shape: input!,
    call: ({ inputs }) => inputs[0]!.sub(tensor(mean)).div(tf.maximum(tf.sqrt(tensor(variance)), 1e-7)),
    mask: keepMask,
  };
};

export const normalizationLayers: Readonly<Record<string, Builder>> = {
  BatchNormalization: batchNormalization,
  LayerNormalization: layerNormalization,
  GroupNormalization: groupNormalization,
  RMSNormalization: rmsNormalization,
  UnitNormalization: (layer, [input]) => {
    const axes = axesOf(layer.config.axis, input!.length + 1);
    return {
      shape: input!,
      call: ({ inputs }) => inputs[0]!.mul(tf.rsqrt(tf.maximum(tf.sum(tf.square(inputs[0]!), axes, true), 1e-12))),
      mask: keepMask,
    };
  },
  Normalization: given,
};
