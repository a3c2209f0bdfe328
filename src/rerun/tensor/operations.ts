/** What functions and operators do to tensors within a model, on whole tensors: the batch is one of their axes. */
import * as tf from '@tensorflow/tfjs';
import { BATCH, isOfWholeTensors } from '../../script/operation-shapes';
import { outputShape } from '../../script/shapes';
import { numberOf } from '../keras-object';
import type { Random } from '../random';
import type { LayerSpec } from '../trace';
import { weightOf } from '../weights';
import { type Compute, computes } from './computes';
import { type Builder, keepMask, product, type Shape, Unbuildable } from './layer';

/** The shape behind an operation; one rule serves the reading and the rerun. */
export function shapeOf(layer: LayerSpec, inputs: readonly Shape[]): Shape {
  const config = Object.fromEntries(Object.entries(layer.config).map(([name, value]) => [name, { known: true as const, value, span: { start: 0, end: 0 } }]));
  const shape = outputShape({ className: layer.className, config }, inputs);
  if (!shape) throw new Unbuildable(layer);
  return shape;
}

/** Operations behind which the steps of a sequence are those before them (keras/src/ops: what is done to each number by itself). */
const keepsSteps = new Set([
  'Absolute', 'Cast', 'Ceil', 'Clip', 'Cos', 'Erf', 'Exp', 'Expm1', 'Floor', 'Log', 'Log1p', 'Power', 'Reciprocal', 'Round', 'Rsqrt', 'Sign', 'Sin', 'Sqrt', 'Square', 'Tan',
]);

const computed = (name: string, compute: Compute): Builder => (layer, inputs, { keras }) => ({
  shape: shapeOf(layer, inputs),
  call: ({ inputs: tensors, batch }) => compute(tensors, layer.config, { keras, batch }),
  ...(keepsSteps.has(name) && inputs.length === 1 && { mask: keepMask }),
});

/** Numbers of a law, drawn anew in every pass: Keras draws them when it evaluates, too. */
const drawn = (draw: (random: Random, config: LayerSpec['config']) => number): Builder => (layer) => {
  const shape = shapeOf(layer, []);
  return {
    shape,
    call({ batch, random }) {
      const whole = shape.map((length) => (length === BATCH ? batch : length));
      return tf.tensor(Float32Array.from({ length: product(whole) }, () => draw(random, layer.config)), whole);
    },
  };
};

/** A weight, or with `trainable` off a constant. */
const variable: Builder = (layer) => {
  const shape = shapeOf(layer, []);
  return { shape, weights: [weightOf(layer, 'value', shape)], call: ({ weights: [value] }) => value! };
};

export const operationLayers: Readonly<Record<string, Builder>> = {
  ...Object.fromEntries(Object.entries(computes).filter(([name]) => isOfWholeTensors(name)).map(([name, compute]) => [name, computed(name, compute)])),
  RandomNormal: drawn((random, { mean, stddev }) => numberOf(mean, 0) + numberOf(stddev, 1) * random.normal()),
  RandomUniform: drawn((random, { minval, maxval }) => numberOf(minval, 0) + (numberOf(maxval, 1) - numberOf(minval, 0)) * random.uniform()),
  Variable: variable,
};
