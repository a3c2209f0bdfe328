/** Layers of several inputs (keras/src/layers/merging). */
import * as tf from '@tensorflow/tfjs';
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

/** Dot product of two vectors per sample, or along one axis of two matrices. */
const dot: Builder = (layer, inputs) => {
  const [a, b] = [inputs[0]!, inputs[1]];
  const axes = Array.isArray(layer.config.axes) ? layer.config.axes.map(Number) : [Number(layer.config.axes), Number(layer.config.axes)];
  const vectors = a.length === 1 && b?.length === 1 && a[0] === b[0] && axes.every((axis) => axis === 1 || axis === -1);
  if (!vectors) throw new Unbuildable(layer);
  const unit = (x: tf.Tensor): tf.Tensor => x.mul(tf.rsqrt(tf.maximum(tf.sum(tf.square(x), 1, true), 1e-12)));
  const normalized = layer.config.normalize === true;
  return {
    shape: [1],
    call({ inputs: [x, y] }) {
      return tf.sum((normalized ? unit(x!) : x!).mul(normalized ? unit(y!) : y!), 1, true);
    },
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
