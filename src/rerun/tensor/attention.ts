/** Attention (keras/src/layers/attention). Inputs are [query, value] or [query, value, key], each [steps, features]. */
import * as tf from '@tensorflow/tfjs';
import type { Weight } from '../engine';
import { numberOf } from '../keras-object';
import type { LayerSpec } from '../trace';
import { weightOf } from '../weights';
import { type Builder, type Shape, Unbuildable } from './layer';
import { dropoutMask } from './regularization';

function sequences(layer: LayerSpec, inputs: readonly Shape[]): { query: Shape; value: Shape; key: Shape } {
  const [query, value, key = value] = inputs;
  if (!query || !value || inputs.length > 3 || inputs.some((shape) => shape.length !== 2)) throw new Unbuildable(layer);
  return { query, value, key: key! };
}

const multiHead: Builder = (layer, inputs) => {
  const { config } = layer;
  const { query, value, key } = sequences(layer, inputs);
  const heads = Number(config.num_heads);
  const keyWidth = Number(config.key_dim);
  const valueWidth = config.value_dim === null ? keyWidth : Number(config.value_dim);
  const width = query.at(-1)!;
  const rate = numberOf(config.dropout, 0);
  const biased = config.use_bias !== false;
  const named = (part: string): LayerSpec => ({ ...layer, name: `${layer.name}/${part}` });
  const projection = (part: string, from: number, to: number): Weight[] => [
    weightOf(named(part), 'kernel', [from, heads, to]),
    ...(biased ? [weightOf(named(part), 'bias', [heads, to])] : []),
  ];
  // [batch, steps, features] → [batch, heads, steps, width]
  const project = (x: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor | undefined): tf.Tensor => {
    const [batch, steps, features] = x.shape as [number, number, number];
    const to = kernel.shape[2]!;
    const flat = tf.matMul(x.reshape([batch * steps, features]), kernel.reshape([features, heads * to]) as tf.Tensor2D);
    const sums = flat.reshape([batch, steps, heads, to]);
    return (bias ? sums.add(bias) : sums).transpose([0, 2, 1, 3]);
  };
  return {
    shape: query,
    weights: [
      ...projection('query', width, keyWidth),
      ...projection('key', key.at(-1)!, keyWidth),
      ...projection('value', value.at(-1)!, valueWidth),
      weightOf(named('attention_output'), 'kernel', [heads, valueWidth, width]),
      ...(biased ? [weightOf(named('attention_output'), 'bias', [width])] : []),
    ],
    call({ inputs: [q, v, k = v], masks, weights, training, random }) {
      if (masks.some(Boolean)) throw new Unbuildable(layer);
      const own = [...weights];
      const next = (): [tf.Tensor, tf.Tensor | undefined] => [own.shift()!, biased ? own.shift() : undefined];
      const [queries, keys, values] = [q, k, v].map((x) => project(x!, ...next()));
      const scores = tf.matMul(queries!.mul(1 / Math.sqrt(keyWidth)), keys!, false, true);
      const shares: tf.Tensor = tf.softmax(scores);
      const kept = training && rate > 0 ? shares.mul(dropoutMask(shares.shape, rate, random)) : shares;
      const mixed = tf.matMul(kept, values!).transpose([0, 2, 1, 3]);
      const [batch, steps] = mixed.shape as [number, number];
      const [kernel, bias] = next();
      const joined = tf.matMul(mixed.reshape([batch * steps, heads * valueWidth]), kernel.reshape([heads * valueWidth, width]) as tf.Tensor2D);
      return (bias ? joined.add(bias) : joined).reshape([batch, steps, width]);
    },
  };
};

const oneScale = (values: Float32Array): Float32Array => values.fill(1);

/** Luong's attention: scores are dot products. */
const dotAttention: Builder = (layer, inputs) => {
  const { config } = layer;
  const { query, value } = sequences(layer, inputs);
  if (config.score_mode !== 'dot') throw new Unbuildable(layer, 'score_mode');
  return {
    shape: [query[0]!, value[1]!],
    weights: config.use_scale === true ? [weightOf(layer, 'scale', [], oneScale)] : [],
    call({ inputs: [q, v, k = v], masks, weights: [scale], training, random }) {
      if (masks.some(Boolean)) throw new Unbuildable(layer);
      const scores = tf.matMul(q!, k!, false, true);
      return attend(scale ? scores.mul(scale) : scores, v!, training ? numberOf(config.dropout, 0) : 0, random);
    },
  };
};

/** Bahdanau's attention: scores are Σ scale · tanh(query + key). */
const additiveAttention: Builder = (layer, inputs) => {
  const { config } = layer;
  const { query, value } = sequences(layer, inputs);
  const draw = weightOf({ ...layer, config: { scale_initializer: 'glorot_uniform' } }, 'scale', [query[1]!]).initializer;
  return {
    shape: [query[0]!, value[1]!],
    weights: config.use_scale === false ? [] : [weightOf(layer, 'scale', [query[1]!], draw)],
    call({ inputs: [q, v, k = v], masks, weights: [scale], training, random }) {
      if (masks.some(Boolean)) throw new Unbuildable(layer);
      const sums = tf.tanh(q!.expandDims(2).add(k!.expandDims(1)));
      return attend(tf.sum(scale ? sums.mul(scale) : sums, -1), v!, training ? numberOf(config.dropout, 0) : 0, random);
    },
  };
};

function attend(scores: tf.Tensor, values: tf.Tensor, rate: number, random: Parameters<typeof dropoutMask>[2]): tf.Tensor {
  const shares: tf.Tensor = tf.softmax(scores);
  return tf.matMul(rate > 0 ? shares.mul(dropoutMask(shares.shape, rate, random)) : shares, values);
}

export const attentionLayers: Readonly<Record<string, Builder>> = {
  MultiHeadAttention: multiHead,
  Attention: dotAttention,
  AdditiveAttention: additiveAttention,
};
