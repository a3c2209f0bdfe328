/** Layers of several inputs (keras/src/layers/merging). */
import * as tf from '@tensorflow/tfjs';
import { BATCH } from '../../script/operation-shapes';
import { dotAxes } from '../../script/shapes';
import { type Builder, type Call, type Mask, Unbuildable } from './layer';
import { operationLayers } from './operations';

/** A step counts where it does in any input; all do as soon as one input has no mask. */
function eitherMask({ masks }: Call): Mask {
  return masks.every((mask) => mask !== undefined) ? masks.reduce((sum, mask) => tf.maximum(sum!, mask!)) : undefined;
}

const merge = (className: string, count?: number): Builder => (layer, inputs, context) => {
  // Keras lines up samples of different ranks in its own way.
  const ranks = new Set(inputs.flatMap((shape) => (shape[0] === BATCH ? [shape.length] : [])));
  if (ranks.size > 1 || inputs.length < 2 || (count !== undefined && inputs.length !== count)) throw new Unbuildable(layer);
  return { ...operationLayers[className]!(layer, inputs, context), mask: eitherMask };
};

const concatenate: Builder = (layer, inputs, context) => {
  const rank = inputs[0]!.length;
  const axis = Number(layer.config.axis);
  const at = axis < 0 ? axis + rank : axis;
  return {
    ...operationLayers.Concatenate!(layer, inputs, context),
    mask({ inputs: tensors, masks }) {
      if (!masks.some(Boolean)) return undefined;
      if (rank !== 3) throw new Unbuildable(layer);
      const wide = tensors.map((x, index) => masks[index]?.expandDims(2).mul(tf.onesLike(x)) ?? tf.onesLike(x));
      return tf.max<tf.Tensor2D>(tf.concat(wide, at), 2);
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
  Add: merge('Add'),
  Subtract: merge('Subtract', 2),
  Multiply: merge('Multiply'),
  Maximum: merge('Maximum'),
  Minimum: merge('Minimum'),
  Average: merge('Average'),
  Concatenate: concatenate,
  Dot: dot,
};
