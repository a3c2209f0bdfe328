/** Dense, Embedding and the layers without weights that only compute or rearrange (keras/src/layers/core, reshaping, activations). */
import * as tf from '@tensorflow/tfjs';
import type { Json } from '../../script/script';
import { numberOf } from '../keras-object';
import type { LayerSpec } from '../trace';
import { biasOf, weightOf } from '../weights';
import { activationNamed, elu, leakyRelu, relu, softmax } from './activations';
import { resized } from './images';
import { dropoutMask } from './regularization';
import { type Builder, type Built, type Call, extents, keepMask, product, type Shape, Unbuildable } from './layer';

/** A layer that computes each number from the one that stands there. */
function map(shape: Shape, compute: (x: tf.Tensor) => tf.Tensor): Built {
  return { ...rearrange(shape, compute), mask: keepMask };
}

/** A layer that gives its input another shape. */
function rearrange(shape: Shape, compute: (x: tf.Tensor) => tf.Tensor): Built {
  return { shape, call: ({ inputs }) => compute(inputs[0]!) };
}

/** A number, or one for each place of the last axis. */
const perChannel = (value: Json | undefined): number | tf.Tensor => (Array.isArray(value) ? tf.tensor1d(value.map(Number)) : Number(value));

/** Adds the batch axis. */
const batched = (x: tf.Tensor, shape: Shape): number[] => [x.shape[0]!, ...shape];

const dense: Builder = (layer, [input], { keras }) => {
  const units = Number(layer.config.units);
  const width = input!.at(-1);
  if (width === undefined) throw new Unbuildable(layer);
  const activation = activationNamed(layer.config.activation, keras);
  const shape = [...input!.slice(0, -1), units];
  return {
    shape,
    weights: [weightOf(layer, 'kernel', [width, units]), ...biasOf(layer, units)],
    call({ inputs, weights: [kernel, bias] }) {
      const x = inputs[0]!;
      const sums = tf.matMul(x.reshape([-1, width]), kernel as tf.Tensor2D);
      return activation((bias ? sums.add(bias) : sums).reshape(batched(x, shape)));
    },
    mask: keepMask,
  };
};

/** Rows of a table; the gradient of each look-up is squared by itself before they are added up. */
function lookUp(table: tf.Tensor, ids: tf.Tensor1D, squares: (sum: tf.Tensor) => void): tf.Tensor {
  const words = table.shape[0]!;
  return tf.customGrad((rows, save) => {
    (save as tf.GradSaveFunc)([ids]);
    return {
      value: tf.gather(rows as tf.Tensor, ids),
      gradFunc(gradient: tf.Tensor, saved: tf.Tensor[]) {
        const places = saved[0] as tf.Tensor1D;
        squares(tf.unsortedSegmentSum(tf.square(gradient), places, words));
        return tf.unsortedSegmentSum(gradient, places, words);
      },
    };
  })(table);
}

const embedding: Builder = (layer, [input], { keras, backend }) => {
  const { config } = layer;
  // Keras 1 dropped whole words.
  const rate = numberOf(config.dropout, 0);
  const [words, width] = [Number(config.input_dim), Number(config.output_dim)];
  // A penalty makes the gradient a whole table.
  const byLookUp = keras === 3 && backend === 'tensorflow' && !config.embeddings_regularizer;
  return {
    shape: [...input!, width],
    weights: [weightOf(layer, 'embeddings', [words, width])],
    call({ inputs, weights, squares, training, random }) {
      const x = inputs[0]!;
      const ids = x.reshape<tf.Tensor1D>([-1]).toInt();
      const table = training && rate > 0 ? weights[0]!.mul(dropoutMask([words, 1], rate, random)) : weights[0]!;
      const flat = byLookUp ? lookUp(table, ids, (sum) => squares(0, sum)) : tf.gather(table, ids);
      return flat.reshape([...x.shape, width]);
    },
    mask: ({ inputs }: Call) =>
      config.mask_zero === true ? (tf.notEqual(inputs[0]!, 0).toFloat() as tf.Tensor2D) : undefined,
  };
};

const masking: Builder = (layer, [input]) => {
  const value = numberOf(layer.config.mask_value, 0);
  const kept = (x: tf.Tensor): tf.Tensor => tf.any(tf.notEqual(x, value), -1, true).toFloat();
  return {
    shape: input!,
    call: ({ inputs }) => inputs[0]!.mul(kept(inputs[0]!)),
    mask: ({ inputs }) => kept(inputs[0]!).squeeze([-1]) as tf.Tensor2D,
  };
};

const reshape: Builder = (layer, [input]) => {
  const target = Array.isArray(layer.config.target_shape) ? layer.config.target_shape.map(Number) : [];
  const size = product(input!);
  const known = product(target.filter((extent) => extent !== -1));
  const shape = target.map((extent) => (extent === -1 ? size / known : extent));
  if (product(shape) !== size) throw new Unbuildable(layer);
  return rearrange(shape, (x) => x.reshape(batched(x, shape)));
};

const permute: Builder = (layer, [input]) => {
  const dims = Array.isArray(layer.config.dims) ? layer.config.dims.map(Number) : [];
  if (dims.length !== input!.length) throw new Unbuildable(layer);
  return rearrange(dims.map((axis) => input![axis - 1]!), (x) => x.transpose([0, ...dims]));
};

const repeatVector: Builder = (layer, [input]) => {
  const count = Number(layer.config.n);
  if (input!.length !== 1) throw new Unbuildable(layer);
  return rearrange([count, ...input!], (x) => x.expandDims(1).tile([1, count, 1]));
};

/** Padding or cropping as Keras gives it: one number, one for each axis, or a pair for each axis. */
function pairs(layer: LayerSpec, name: string, rank: number): [number, number][] {
  const value = layer.config[name];
  if (rank === 1 && Array.isArray(value) && value.every((item) => typeof item === 'number')) {
    return [[Number(value[0]), Number(value[1])]];
  }
  const items = Array.isArray(value) ? value : Array<number>(rank).fill(Number(value));
  return items.map((item) => (Array.isArray(item) ? [Number(item[0]), Number(item[1])] : [Number(item), Number(item)]));
}

function zeroPadding(rank: number): Builder {
  return (layer, [input]) => {
    if (input!.length !== rank + 1) throw new Unbuildable(layer);
    const padding = pairs(layer, 'padding', rank);
    const shape = input!.map((extent, axis) => extent + (padding[axis]?.[0] ?? 0) + (padding[axis]?.[1] ?? 0));
    return rearrange(shape, (x) => tf.pad(x, [[0, 0], ...padding, [0, 0]]));
  };
}

function cropping(rank: number): Builder {
  return (layer, [input]) => {
    if (input!.length !== rank + 1) throw new Unbuildable(layer);
    const crop = pairs(layer, 'cropping', rank);
    const shape = input!.map((extent, axis) => extent - (crop[axis]?.[0] ?? 0) - (crop[axis]?.[1] ?? 0));
    const begin = [0, ...crop.map(([before]) => before), 0];
    return rearrange(shape, (x) => tf.slice(x, begin, batched(x, shape)));
  };
}

function upSampling(rank: number): Builder {
  return (layer, [input]) => {
    const interpolation = layer.config.interpolation ?? 'nearest';
    const bilinear = rank === 2 && interpolation === 'bilinear';
    if (interpolation !== 'nearest' && !bilinear) throw new Unbuildable(layer, 'interpolation');
    if (input!.length !== rank + 1) throw new Unbuildable(layer);
    const times = extents(layer.config.size, rank);
    const shape = input!.map((extent, axis) => extent * (times[axis] ?? 1));
    if (bilinear) return rearrange(shape, (x) => resized(x, [shape[0]!, shape[1]!], interpolation));
    return rearrange(shape, (x) => {
      // Each step is repeated: [.., n, ..] → [.., n, times, ..] → [.., n · times, ..].
      let result = x;
      times.forEach((count, index) => {
        const axis = index + 1;
        const to = result.shape.map((extent, at) => (at === axis ? extent * count : extent));
        const after = product(result.shape.slice(axis + 1));
        // As three axes: the gradient of `tile` knows no more than four.
        result = result.reshape([-1, 1, after]).tile([1, count, 1]).reshape(to);
      });
      return result;
    });
  };
}

const prelu: Builder = (layer, [input]) => {
  const shared = new Set(Array.isArray(layer.config.shared_axes) ? layer.config.shared_axes.map(Number) : []);
  const shape = input!.map((extent, axis) => (shared.has(axis + 1) ? 1 : extent));
  return {
    shape: input!,
    weights: [weightOf(layer, 'alpha', shape)],
    call: ({ inputs, weights }) => tf.relu(inputs[0]!).sub(tf.relu(tf.neg(inputs[0]!)).mul(weights[0]!)),
    mask: keepMask,
  };
};

export const coreLayers: Readonly<Record<string, Builder>> = {
  Dense: dense,
  Embedding: embedding,
  Masking: masking,
  Activation: (layer, [input], { keras }) => map(input!, activationNamed(layer.config.activation, keras)),
  Identity: (_layer, [input]) => map(input!, (x) => x),
  Flatten: (_layer, [input]) => rearrange([product(input!)], (x) => x.reshape([x.shape[0]!, product(input!)])),
  Reshape: reshape,
  Permute: permute,
  RepeatVector: repeatVector,
  Rescaling: ({ config }, [input]) => map(input!, (x) => x.mul(perChannel(config.scale)).add(perChannel(config.offset))),
  ZeroPadding1D: zeroPadding(1),
  ZeroPadding2D: zeroPadding(2),
  ZeroPadding3D: zeroPadding(3),
  Cropping1D: cropping(1),
  Cropping2D: cropping(2),
  Cropping3D: cropping(3),
  UpSampling1D: upSampling(1),
  UpSampling2D: upSampling(2),
  UpSampling3D: upSampling(3),
  ReLU: ({ config }, [input]) =>
    map(input!, relu(Number(config.negative_slope), config.max_value === null ? undefined : Number(config.max_value), Number(config.threshold))),
  LeakyReLU: ({ config }, [input]) => map(input!, leakyRelu(Number(config.negative_slope))),
  ELU: ({ config }, [input]) => map(input!, elu(Number(config.alpha))),
  ThresholdedReLU: ({ config }, [input]) => map(input!, (x) => x.mul(tf.step(x.sub(Number(config.theta))))),
  PReLU: prelu,
  Softmax: (layer, [input]) => {
    if (typeof layer.config.axis !== 'number') throw new Unbuildable(layer, 'axis');
    const apply = softmax(layer.config.axis);
    return {
      shape: input!,
      call({ inputs, masks }) {
        if (masks[0]) throw new Unbuildable(layer);
        return apply(inputs[0]!);
      },
    };
  },
};
