/** Convolutions and pooling, channels last (keras/src/layers/convolutional, pooling). */
import * as tf from '@tensorflow/tfjs';
import type { LayerSpec } from '../trace';
import { biasOf, weightOf } from '../weights';
import { activationNamed } from './activations';
import { type Builder, type Call, extents, product, type Shape, Unbuildable } from './layer';

type Padding = 'valid' | 'same';

function paddingOf(layer: LayerSpec, rank: number): Padding | 'causal' {
  const { padding } = layer.config;
  if (padding === 'valid' || padding === 'same' || (padding === 'causal' && rank === 1)) return padding;
  throw new Unbuildable(layer, 'padding');
}

/** Steps of a window along an axis. */
function outputExtent(input: number, window: number, stride: number, padding: Padding | 'causal'): number {
  return padding === 'valid' ? Math.floor((input - window) / stride) + 1 : Math.ceil(input / stride);
}

export function outputShape(layer: LayerSpec, input: Shape, windows: readonly number[], strides: readonly number[], padding: Padding | 'causal', channels: number): Shape {
  if (input.length !== windows.length + 1) throw new Unbuildable(layer);
  const shape = windows.map((window, axis) => outputExtent(input[axis]!, window, strides[axis]!, padding));
  if (shape.some((extent) => !(extent > 0))) throw new Unbuildable(layer);
  return [...shape, channels];
}

/** A kernel with zeros between its taps: TensorFlow.js has no gradient for dilated convolutions. */
export function dilate(kernel: tf.Tensor, rates: readonly number[]): tf.Tensor {
  return rates.reduce((result, rate, axis) => {
    if (rate === 1) return result;
    const shape = result.shape;
    const spread: [number, number][] = [...shape.map((): [number, number] => [0, 0])];
    spread.splice(axis + 1, 0, [0, rate - 1]);
    const padded = tf.pad(result.expandDims(axis + 1), spread);
    const merged = shape.map((extent, at) => (at === axis ? extent * rate : extent));
    const size = merged.map((extent, at) => (at === axis ? extent - (rate - 1) : extent));
    return tf.slice(padded.reshape(merged), merged.map(() => 0), size);
  }, kernel);
}

/** x [batch, …space, in] * kernel [...window, in, out], space of 1 to 3 axes. */
export function convolve(x: tf.Tensor, kernel: tf.Tensor, strides: readonly number[], padding: Padding): tf.Tensor {
  switch (strides.length) {
    case 1:
      return tf.conv2d(x.expandDims<tf.Tensor4D>(1), kernel.expandDims<tf.Tensor4D>(0), [1, strides[0]!], padding).squeeze([1]);
    case 2:
      return tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, strides as [number, number], padding);
    default:
      return tf.conv3d(x as tf.Tensor5D, kernel as tf.Tensor5D, strides as [number, number, number], padding);
  }
}

/** Zeros before the first step, so that no output sees a later input. */
function padCausal(x: tf.Tensor, before: number): tf.Tensor {
  return tf.pad(x, [[0, 0], [before, 0], [0, 0]]);
}

function finish(layer: LayerSpec, keras: 2 | 3): (sums: tf.Tensor, bias: tf.Tensor | undefined) => tf.Tensor {
  const activation = activationNamed(layer.config.activation, keras);
  return (sums, bias) => activation(bias ? sums.add(bias) : sums);
}

/** How a kernel goes over the axes of space; `reach` is its extent with the gaps that dilation leaves. */
export function kernelOf(layer: LayerSpec, rank: 1 | 2 | 3) {
  const { config } = layer;
  const window = extents(config.kernel_size, rank);
  const strides = extents(config.strides, rank);
  const dilation = extents(config.dilation_rate, rank);
  const reach = window.map((size, axis) => (size - 1) * dilation[axis]! + 1);
  return { window, strides, dilation, reach, padding: paddingOf(layer, rank) };
}

function conv(rank: 1 | 2 | 3): Builder {
  return (layer, [input], { keras }) => {
    const { config } = layer;
    const filters = Number(config.filters);
    const groups = Number(config.groups);
    const { window, strides, dilation, padding, reach } = kernelOf(layer, rank);
    const channels = input!.at(-1)!;
    if (channels % groups !== 0 || filters % groups !== 0) throw new Unbuildable(layer);
    const end = finish(layer, keras);
    return {
      shape: outputShape(layer, input!, reach, strides, padding, filters),
      weights: [weightOf(layer, 'kernel', [...window, channels / groups, filters]), ...biasOf(layer, filters)],
      call({ inputs, weights: [kernel, bias] }) {
        const x = padding === 'causal' ? padCausal(inputs[0]!, reach[0]! - 1) : inputs[0]!;
        const pad = padding === 'causal' ? 'valid' : padding;
        const taps = dilate(kernel!, dilation);
        if (groups === 1) return end(convolve(x, taps, strides, pad), bias);
        const kernels = tf.split(taps, groups, taps.rank - 1);
        const parts = tf.split(x, groups, x.rank - 1).map((part, group) => convolve(part, kernels[group]!, strides, pad));
        return end(tf.concat(parts, x.rank - 1), bias);
      },
    };
  };
}

function convTranspose(rank: 1 | 2): Builder {
  return (layer, [input], { keras }) => {
    const { config } = layer;
    if (config.output_padding !== null) throw new Unbuildable(layer, 'output_padding');
    if (extents(config.dilation_rate, rank).some((rate) => rate !== 1)) throw new Unbuildable(layer, 'dilation_rate');
    const padding = paddingOf(layer, 2) as Padding;
    const filters = Number(config.filters);
    const window = extents(config.kernel_size, rank);
    const strides = extents(config.strides, rank);
    if (input!.length !== rank + 1) throw new Unbuildable(layer);
    const space = window.map((size, axis) => input![axis]! * strides[axis]! + (padding === 'same' ? 0 : Math.max(size - strides[axis]!, 0)));
    const end = finish(layer, keras);
    const flat = rank === 1; // a row of a picture one step high
    return {
      shape: [...space, filters],
      weights: [weightOf(layer, 'kernel', [...window, filters, input!.at(-1)!]), ...biasOf(layer, filters)],
      call({ inputs, weights: [kernel, bias] }) {
        const x = flat ? inputs[0]!.expandDims<tf.Tensor4D>(1) : (inputs[0] as tf.Tensor4D);
        const taps = flat ? kernel!.expandDims<tf.Tensor4D>(0) : (kernel as tf.Tensor4D);
        const target: [number, number, number, number] = [x.shape[0], ...(flat ? [1, space[0]!] : space) as [number, number], filters];
        const steps = (flat ? [1, strides[0]!] : strides) as [number, number];
        const sums: tf.Tensor = tf.conv2dTranspose(x, taps, target, steps, padding);
        return end(flat ? sums.squeeze([1]) : sums, bias);
      },
    };
  };
}

/** Depthwise, and where `separable` a pointwise convolution after it; one axis of space is a picture one step high. */
function depthwise(rank: 1 | 2, separable: boolean): Builder {
  return (layer, [input], { keras }) => {
    const { config } = layer;
    const { window, strides, dilation, padding, reach } = kernelOf(layer, rank);
    const channels = input!.at(-1)!;
    const multiplier = Number(config.depth_multiplier);
    const filters = separable ? Number(config.filters) : channels * multiplier;
    if (new Set(strides).size > 1) throw new Unbuildable(layer, 'strides');
    const end = finish(layer, keras);
    const flat = rank === 1;
    return {
      shape: outputShape(layer, input!, reach, strides, padding, filters),
      weights: [
        weightOf(layer, 'depthwise', [...window, channels, multiplier]),
        ...(separable ? [weightOf(layer, 'pointwise', [...window.map(() => 1), channels * multiplier, filters])] : []),
        ...biasOf(layer, filters),
      ],
      call({ inputs, weights }) {
        const [kernel, ...rest] = weights;
        const point = separable ? rest.shift() : undefined;
        const taps = dilate(kernel!, dilation);
        const padded = padding === 'causal' ? padCausal(inputs[0]!, reach[0]! - 1) : inputs[0]!;
        const pad = padding === 'causal' ? 'valid' : padding;
        const wide = flat ? padded.expandDims<tf.Tensor4D>(1) : (padded as tf.Tensor4D);
        const wideTaps = flat ? taps.expandDims<tf.Tensor4D>(0) : (taps as tf.Tensor4D);
        // A picture one step high must not be strided along its height by 'same' padding: height 1 stays 1 either way.
        const deep: tf.Tensor = tf.depthwiseConv2d(wide, wideTaps, strides[0]!, pad);
        const sums = flat ? deep.squeeze([1]) : deep;
        return end(point ? convolve(sums, point, window.map(() => 1), 'valid') : sums, rest[0]);
      },
    };
  };
}

type Pool = (x: tf.Tensor, windows: readonly number[], strides: readonly number[], padding: Padding) => tf.Tensor;

/** Pools 1 to 3 axes of space with the kernels of TensorFlow.js for 2 or 3. */
function pooled(kind: 'max' | 'avg'): Pool {
  return (x, windows, strides, padding) => {
    if (windows.length === 3) {
      const args = [x as tf.Tensor5D, windows as [number, number, number], strides as [number, number, number], padding] as const;
      return kind === 'max' ? tf.maxPool3d(...args) : tf.avgPool3d(...args);
    }
    const flat = windows.length === 1;
    const wide = flat ? x.expandDims<tf.Tensor4D>(1) : (x as tf.Tensor4D);
    const size = (flat ? [1, windows[0]!] : windows) as [number, number];
    const steps = (flat ? [1, strides[0]!] : strides) as [number, number];
    const result: tf.Tensor = kind === 'max' ? tf.maxPool(wide, size, steps, padding) : tf.avgPool(wide, size, steps, padding);
    return flat ? result.squeeze([1]) : result;
  };
}

/**
 * Average of what lies inside the picture. TensorFlow.js' gradient of a padded average divides by the whole window,
 * so the picture is padded first and the average of the zeros in it is divided out.
 */
const averagePadded: Pool = (x, windows, strides) => {
  const space = x.shape.slice(1, -1);
  const around = windows.map((window, axis): [number, number] => {
    const steps = Math.ceil(space[axis]! / strides[axis]!);
    const total = Math.max(0, (steps - 1) * strides[axis]! + window - space[axis]!);
    return [Math.floor(total / 2), Math.ceil(total / 2)];
  });
  const average = (values: tf.Tensor): tf.Tensor =>
    pooled('avg')(tf.pad(values, [[0, 0], ...around, [0, 0]]), windows, strides, 'valid');
  return average(x).div(average(tf.ones([1, ...space, 1])));
};

function pooling(rank: 1 | 2 | 3, kind: 'max' | 'avg'): Builder {
  return (layer, [input]) => {
    const { config } = layer;
    const windows = extents(config.pool_size, rank);
    const strides = config.strides === null ? windows : extents(config.strides, rank);
    const padding = paddingOf(layer, 2) as Padding;
    const pool = kind === 'avg' && padding === 'same' ? averagePadded : pooled(kind);
    return {
      shape: outputShape(layer, input!, windows, strides, padding, input!.at(-1)!),
      call: ({ inputs }) => pool(inputs[0]!, windows, strides, padding),
    };
  };
}

function globalPooling(rank: 1 | 2 | 3, kind: 'max' | 'avg'): Builder {
  return (layer, [input]) => {
    if (input!.length !== rank + 1) throw new Unbuildable(layer);
    const keep = layer.config.keepdims === true;
    const axes = Array.from({ length: rank }, (_, axis) => axis + 1);
    const channels = input!.at(-1)!;
    return {
      shape: keep ? [...axes.map(() => 1), channels] : [channels],
      call({ inputs, masks }: Call) {
        const x = inputs[0]!;
        const mask = masks[0];
        if (kind === 'max') return tf.max(x, axes, keep);
        if (!mask || rank !== 1) return tf.mean(x, axes, keep);
        const weights = mask.expandDims(2);
        return tf.sum(x.mul(weights), axes, keep).div(tf.sum(weights, axes, keep));
      },
    };
  };
}

export const convolutionLayers: Readonly<Record<string, Builder>> = {
  Conv1D: conv(1),
  Conv2D: conv(2),
  Conv3D: conv(3),
  Conv1DTranspose: convTranspose(1),
  Conv2DTranspose: convTranspose(2),
  DepthwiseConv1D: depthwise(1, false),
  DepthwiseConv2D: depthwise(2, false),
  SeparableConv1D: depthwise(1, true),
  SeparableConv2D: depthwise(2, true),
  MaxPooling1D: pooling(1, 'max'),
  MaxPooling2D: pooling(2, 'max'),
  MaxPooling3D: pooling(3, 'max'),
  AveragePooling1D: pooling(1, 'avg'),
  AveragePooling2D: pooling(2, 'avg'),
  AveragePooling3D: pooling(3, 'avg'),
  GlobalMaxPooling1D: globalPooling(1, 'max'),
  GlobalMaxPooling2D: globalPooling(2, 'max'),
  GlobalMaxPooling3D: globalPooling(3, 'max'),
  GlobalAveragePooling1D: globalPooling(1, 'avg'),
  GlobalAveragePooling2D: globalPooling(2, 'avg'),
  GlobalAveragePooling3D: globalPooling(3, 'avg'),
};

/** Multiply-adds of one sample through a layer, roughly: each weight is used once for every place of the output. */
export function multiplications(weights: number, output: Shape): number {
  return weights * Math.max(1, product(output.slice(0, -1)));
}
