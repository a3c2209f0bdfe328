/** What functions and operators do to tensors within a model, by Keras 3's names (keras/src/ops); forward only, TensorFlow.js has the gradients. */
import * as tf from '@tensorflow/tfjs';
import { outputShape, picks, sampleAxes } from '../../script/shapes';
import { numberOf } from '../keras-object';
import type { LayerSpec } from '../trace';
import type { Random } from '../random';
import { type Builder, keepMask, product, type Shape, Unbuildable } from './layer';

/** The shape behind an operation; one rule serves the reading and the rerun. */
function shapeOf(layer: LayerSpec, inputs: readonly Shape[]): Shape {
  const config = Object.fromEntries(Object.entries(layer.config).map(([name, value]) => [name, { known: true as const, value, span: { start: 0, end: 0 } }]));
  const shape = outputShape({ className: layer.className, config }, inputs);
  if (!shape) throw new Unbuildable(layer);
  return shape;
}

type OfEachNumber = (x: tf.Tensor, config: LayerSpec['config']) => tf.Tensor;

/** What is done to each number by itself. */
export const ofEachNumber: Readonly<Record<string, OfEachNumber>> = {
  Absolute: (x) => tf.abs(x),
  Cast: (x) => x,
  Clip: (x, config) => tf.clipByValue(x, numberOf(config.x_min, -Infinity), numberOf(config.x_max, Infinity)),
  Cos: (x) => tf.cos(x),
  Exp: (x) => tf.exp(x),
  Log: (x) => tf.log(x),
  Log1p: (x) => tf.log1p(x),
  Power: (x, config) => tf.pow(x, numberOf(config.exponent, 1)),
  Sin: (x) => tf.sin(x),
  Sqrt: (x) => tf.sqrt(x),
  Square: (x) => tf.square(x),
};

const elementwise = (compute: OfEachNumber): Builder => ({ config }, [input]) => ({
  shape: input!,
  call: ({ inputs }) => compute(inputs[0]!, config),
  mask: keepMask,
});

const reduction = (compute: (x: tf.Tensor, axes: number[], keep: boolean) => tf.Tensor): Builder => (layer, inputs) => {
  const axes = sampleAxes(layer.config.axis, inputs[0]!.length);
  if (!axes) throw new Unbuildable(layer, 'axis');
  return {
    shape: shapeOf(layer, inputs),
    call: ({ inputs: [x] }) => compute(x!, axes.map((axis) => axis + 1), layer.config.keepdims === true),
  };
};

/** The same numbers in another shape. */
const rearrangement: Builder = (layer, inputs) => {
  const shape = shapeOf(layer, inputs);
  return { shape, call: ({ inputs: [x] }) => x!.reshape([x!.shape[0]!, ...shape]) };
};

const stack: Builder = (layer, inputs) => {
  const axis = numberOf(layer.config.axis, 0);
  return { shape: shapeOf(layer, inputs), call: ({ inputs: tensors }) => tf.stack([...tensors], axis < 0 ? axis + tensors[0]!.rank + 1 : axis) };
};

const item: Builder = (layer, inputs) => {
  const taken = picks(layer.config.key, inputs[0]!);
  if (!taken) throw new Unbuildable(layer, 'key');
  const shape = shapeOf(layer, inputs);
  const starts = taken.map((pick) => (typeof pick === 'number' ? pick : pick.start));
  const lengths = taken.map((pick) => (typeof pick === 'number' ? 1 : pick.stop - pick.start));
  return { shape, call: ({ inputs: [x] }) => tf.slice(x!, [0, ...starts], [-1, ...lengths]).reshape([x!.shape[0]!, ...shape]) };
};

/** Numbers of a law for every sample, drawn anew in every pass: Keras draws them when it evaluates, too. */
const drawn = (draw: (random: Random, config: LayerSpec['config']) => number): Builder => (layer, inputs) => {
  const shape = shapeOf(layer, inputs);
  return {
    shape,
    call: ({ inputs: [x], random }) => {
      const whole = [x!.shape[0]!, ...shape];
      return tf.tensor(Float32Array.from({ length: product(whole) }, () => draw(random, layer.config)), whole);
    },
  };
};

const randomNormal = drawn((random, { mean, stddev }) => numberOf(mean, 0) + numberOf(stddev, 1) * random.normal());
const randomUniform = drawn((random, { minval, maxval }) => numberOf(minval, 0) + (numberOf(maxval, 1) - numberOf(minval, 0)) * random.uniform());

export const operationLayers: Readonly<Record<string, Builder>> = {
  ...Object.fromEntries(Object.entries(ofEachNumber).map(([name, compute]) => [name, elementwise(compute)])),
  Max: reduction((x, axes, keep) => tf.max(x, axes, keep)),
  Mean: reduction((x, axes, keep) => tf.mean(x, axes, keep)),
  Min: reduction((x, axes, keep) => tf.min(x, axes, keep)),
  Sum: reduction((x, axes, keep) => tf.sum(x, axes, keep)),
  RandomNormal: randomNormal,
  RandomUniform: randomUniform,
  ExpandDims: rearrangement,
  Squeeze: rearrangement,
  GetItem: item,
  Stack: stack,
  Divide: (layer, inputs) => ({ shape: shapeOf(layer, inputs), call: ({ inputs: [a, b] }) => tf.div(a!, b!) }),
};

/** Operations of several tensors. */
export const takesTensors: ReadonlySet<string> = new Set(['Divide', 'Stack']);
