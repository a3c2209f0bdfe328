/** Chooses what does the arithmetic of a training, and builds it. */
import { elementActivations } from './activations';
import { DenseStack, type DenseLayer, type Rows, type Samples } from './dense-stack';
import type { Engine, Weight } from './engine';
import { constraintOf } from './constraints';
import { initializerOf } from './initializers';
import { kerasObject } from './keras-object';
import { regularizerOf } from './regularizers';
import { rowLosses } from './row-losses';
import type { LayerSpec, Refusal, TrainingSpec } from './trace';
import type { Tensor } from '../script/script';

/**
 * @returns a refusal where the shapes do not fit together.
 * @throws Error for a spec that did not come from `specOf`.
 */
export async function engineOf(spec: TrainingSpec): Promise<Engine | Refusal> {
  return denseStackOf(spec);
}

/** The plain engine. */
function denseStackOf(spec: TrainingSpec): Engine | Refusal {
  const x = rowsOf(spec.x[0]!);
  let width = x.width;
  const layers: DenseLayer[] = [];
  for (const layer of spec.layers) {
    if (layer.className !== 'Dense') continue;
    const units = Number(layer.config.units);
    layers.push(denseOf(layer, width, units));
    width = units;
  }
  const y = rowsOf(spec.y[0]!);
  if (y.width !== width) return { refused: { id: 'rerun.refused.targets', args: { target: y.width, output: width } } };
  const loss = rowLosses[Object.values(spec.losses)[0]!.name]!;
  const validation: Samples | undefined = spec.validation && { x: rowsOf(spec.validation.x[0]!), y: rowsOf(spec.validation.y[0]!) };
  return new DenseStack(layers, loss, { x, y }, validation);
}

function denseOf(layer: LayerSpec, width: number, units: number): DenseLayer {
  const { config } = layer;
  return {
    kernel: weightOf(layer, 'kernel', [width, units]),
    ...(config.use_bias !== false && { bias: weightOf(layer, 'bias', [units]) }),
    activation: elementActivations[String(config.activation ?? 'linear')]!,
  };
}

/** A weight of a layer, with what the layer's `<role>_initializer`, `_regularizer` and `_constraint` say. */
export function weightOf(layer: LayerSpec, role: string, shape: readonly number[]): Weight {
  const { name, config } = layer;
  const initializer = kerasObject(config[`${role}_initializer`]);
  const regularizer = kerasObject(config[`${role}_regularizer`]);
  const constraint = kerasObject(config[`${role}_constraint`]);
  const draw = initializer && initializerOf(initializer);
  if (!draw) throw new Error(`no initializer for ${name}/${role}`);
  return {
    name: `${name}/${role}`,
    shape,
    values: new Float32Array(shape.reduce((product, extent) => product * extent, 1)),
    initializer: draw,
    regularizer: regularizer && regularizerOf(regularizer),
    constraint: constraint && constraintOf(constraint),
  };
}

/** A tensor as rows, one per sample; a vector has rows of one number. */
function rowsOf({ shape, data }: Tensor): Rows {
  const samples = shape[0] ?? 0;
  return { values: Float32Array.from(data), width: samples === 0 ? 0 : data.length / samples };
}
