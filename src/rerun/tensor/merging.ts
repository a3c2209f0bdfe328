/** Layers of several inputs (keras/src/layers/merging). */
import * as tf from '@tensorflow/tfjs';
import { dotAxes } from '../../script/shapes';
import { type Builder, type Call, type Mask, type Shape, Unbuildable } from './layer';

function broadcastShape(shapes: readonly Shape[]): number[] | undefined {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  // Keras lines up inputs of other ranks in its own way.
  if (shapes.some((shape) => shape.length !== rank)) return undefined;
  const result: number[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const sizes = new Set(shapes.map((shape) => shape[axis]!).filter((extent) => extent !== 1));
    if (sizes.size > 1) return undefined;
    result.push([...sizes][0] ?? 1);
  }
  return result;
}

/** A step counts where it does in any input; all do as soon as one input has no mask. */
function eitherMask({ masks }: Call): Mask {
  return masks.every((mask) => mask !== undefined) ? masks.reduce((sum, mask) => tf.maximum(sum!, mask!)) : undefined;
}

function merge(combine: (inputs: readonly tf.Tensor[]) => tf.Tensor, count?: number): Builder {
  return (layer, inputs) => {
    const shape = broadcastShape(inputs);
    if (!shape || inputs.length < 2 || (count !== undefined && inputs.length !== count)) throw new Unbuildable(layer);
    return {
      shape,
      call: ({ inputs: tensors }) => combine(tensors),
      mask: eitherMask,
    };
  };
}

const fold = (operation: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor) => (inputs: readonly tf.Tensor[]) =>
  inputs.slice(1).reduce((sum, input) => operation(sum, input), inputs[0]!);

const concatenate: Builder = (layer, inputs) => {
  const axis = Number(layer.config.axis);
  const rank = inputs[0]!.length + 1;
  const at = (axis < 0 ? axis + rank : axis) - 1;
  const fits = inputs.every((shape) => shape.length === rank - 1 && shape.every((extent, index) => index === at || extent === inputs[0]![index]));
  if (at < 0 || !fits) throw new Unbuildable(layer);
  const joined = inputs.reduce((sum, shape) => sum + shape[at]!, 0);
  return {
    shape: inputs[0]!.map((extent, index) => (index === at ? joined : extent)),
    call: ({ inputs: tensors }) => tf.concat([...tensors], at + 1),
    mask({ inputs: tensors, masks }) {
      if (!masks.some(Boolean)) return undefined;
      if (rank !== 3) throw new Unbuildable(layer);
      const wide = tensors.map((x, index) => masks[index]?.expandDims(2).mul(tf.onesLike(x)) ?? tf.onesLike(x));
      return tf.max<tf.Tensor2D>(tf.concat(wide, at + 1), 2);
    },
  };
};

/** Sums over one axis of either input: every vector along the one meets every vector along the other (keras/src/legacy/backend.py, `batch_dot`). */
const dot: Builder = (layer, inputs) => {
  const [a, b] = inputs;
  const axes = a && b && dotAxes(layer.config.axes, [a.length, b.length]);
  if (!axes || a[axes[0]] !== b[axes[1]]) throw new Unbuildable(layer);
  const rest = [a, b].map((shape, at) => shape.filter((_, axis) => axis !== axes[at])).flat();
  const shape = rest.length === 0 ? [1] : rest;
  /** The vectors of a tensor as the rows of a matrix for each sample. */
  const rows = (x: tf.Tensor, axis: number): tf.Tensor3D => {
    const [batch, length] = [x.shape[0]!, x.shape[axis + 1]!];
    const matrix = tf.transpose(x, [...x.shape.keys()].filter((at) => at !== axis + 1).concat(axis + 1)).reshape<tf.Tensor3D>([batch, -1, length]);
    if (layer.config.normalize !== true) return matrix;
    return matrix.mul(tf.rsqrt(tf.maximum(tf.sum(tf.square(matrix), -1, true), 1e-12)));
  };
  return {
    shape,
    call: ({ inputs: [x, y] }) => tf.matMul(rows(x!, axes[0]), rows(y!, axes[1]), false, true).reshape([x!.shape[0]!, ...shape]),
  };
};

export const mergingLayers: Readonly<Record<string, Builder>> = {
  Add: merge(fold((a, b) => a.add(b))),
  Subtract: merge(fold((a, b) => a.sub(b)), 2),
  Multiply: merge(fold((a, b) => a.mul(b))),
  Maximum: merge(fold((a, b) => tf.maximum(a, b))),
  Minimum: merge(fold((a, b) => tf.minimum(a, b))),
  Average: merge((inputs) => fold((a, b) => a.add(b))(inputs).div(inputs.length)),
  Concatenate: concatenate,
  Dot: dot,
};
