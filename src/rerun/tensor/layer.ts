/** What a layer is to the tensor engine. Shapes leave the batch axis out, save those of operations (operations.ts); data is channels-last. */
import type * as tf from '@tensorflow/tfjs';
import type { Json } from '../../script/script';
import type { Weight } from '../engine';
import { completed } from '../keras-layers';
import { kerasObject } from '../keras-object';
import type { Random } from '../random';
import type { LayerSpec, TrainingSpec } from '../trace';

export type Shape = readonly number[];

/** Which steps of a sequence count: [batch, steps], 1 or 0; undefined where all do. */
export type Mask = tf.Tensor2D | undefined;

/** What a step hands to every layer alike. */
export interface Step {
  readonly training: boolean;
  /** For dropout and noise. */
  readonly random: Random;
  /** Sets a value of the state (the layer's, or in a whole pass the graph's) after the step. */
  update(index: number, value: tf.Tensor): void;
  /** Hands over the sum of squares of the parts of a weight's gradient, where Keras squares them one by one. */
  squares(index: number, value: tf.Tensor): void;
  /** Adds to the loss the sum of the numbers of a tensor (activity regularisers, `add_loss`). */
  addLoss(loss: tf.Tensor): void;
}

/** One use of a layer. */
export interface Call extends Step {
  /** Samples of the step. */
  readonly batch: number;
  readonly inputs: readonly tf.Tensor[];
  /** For each input, what something upstream masked. */
  readonly masks: readonly Mask[];
  /** The layer's trainable weights. */
  readonly weights: readonly tf.Tensor[];
  /** The layer's other weights. */
  readonly state: readonly tf.Tensor[];
}

export interface Built {
  readonly shape: Shape;
  readonly weights?: readonly Weight[];
  readonly state?: readonly Weight[];
  call(call: Call): tf.Tensor;
  /** Of a layer that gives more than one tensor: the shapes of the others, and all of them at once, that of `call` first. */
  readonly more?: { readonly shapes: readonly Shape[]; all(call: Call): readonly tf.Tensor[] };
  /** Mask of the output; without it the layer leaves the mask behind, as Keras does where `supports_masking` is not set. */
  mask?(call: Call): Mask;
}

export interface Context {
  /** Samples of a step in training; other passes may have fewer. */
  readonly batchSize: number;
  readonly keras: 2 | 3;
  readonly backend: TrainingSpec['backend'];
}

/** @throws Unbuildable where the shapes do not fit or an argument has a value that is not rebuilt. */
export type Builder = (layer: LayerSpec, inputs: readonly Shape[], context: Context) => Built;

/** A layer that cannot be built; the message is for people. */
export class Unbuildable extends Error {
  readonly layer: string;
  readonly argument: string | undefined;

  /** @param argument names the argument whose value is the reason; without it the input's shape is. */
  constructor(layer: LayerSpec, argument?: string) {
    super(`${layer.className} cannot be built`);
    this.layer = layer.className;
    this.argument = argument;
  }
}

/** Layers whose output has the steps of their first input. */
export const keepMask = ({ masks }: Call): Mask => masks[0];

export function product(shape: Shape): number {
  return shape.reduce((result, extent) => result * extent, 1);
}

/** An argument such as `kernel_size`, given as one number or one for each of `rank` axes. */
export function extents(value: Json | undefined, rank: number): number[] {
  if (Array.isArray(value)) return value.map(Number);
  return Array<number>(rank).fill(Number(value));
}

/** The layer inside a wrapper (`layer=`), its defaults filled in. */
export function nested(wrapper: LayerSpec): LayerSpec {
  const object = kerasObject(wrapper.config.layer);
  if (!object) throw new Unbuildable(wrapper, 'layer');
  return { ...wrapper, className: object.className, config: completed(object.className, object.config) };
}
