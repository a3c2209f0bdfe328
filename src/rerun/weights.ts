/** Weights of a layer, from what its arguments say. */
import { constraintOf } from './constraints';
import type { Weight } from './engine';
import { type Initializer, initializerOf } from './initializers';
import { kerasObject } from './keras-object';
import { regularizerOf } from './regularizers';
import type { LayerSpec } from './trace';

/**
 * The weight `role` (`kernel`, `bias`, …) of a layer, with what `<role>_initializer`, `<role>_regularizer` and
 * `<role>_constraint` say.
 * @param draw replaces the initialiser where the layer itself makes the start values.
 * @throws Error without an initialiser: `specOf` refuses those.
 */
export function weightOf({ name, config }: LayerSpec, role: string, shape: readonly number[], draw?: Initializer): Weight {
  const initializer = kerasObject(config[`${role}_initializer`]);
  const regularizer = kerasObject(config[`${role}_regularizer`]);
  const constraint = kerasObject(config[`${role}_constraint`]);
  const drawn = draw ?? (initializer && initializerOf(initializer));
  if (!drawn) throw new Error(`no initializer for ${name}/${role}`);
  return {
    name: `${name}/${role}`,
    shape,
    values: new Float32Array(shape.reduce((product, extent) => product * extent, 1)),
    initializer: drawn,
    regularizer: regularizer && regularizerOf(regularizer),
    constraint: constraint && constraintOf(constraint),
  };
}

/**
 * A layer's trainable and other weights, starting from those the script loads from a file, where it does.
 * @returns undefined where the file's weights do not have the layer's shapes.
 */
export function startsOf(layer: LayerSpec, trainable: readonly Weight[], others: readonly Weight[]): [Weight[], Weight[]] | undefined {
  const { weights: given } = layer;
  if (!given) return [[...trainable], [...others]];
  const all = [...trainable, ...others];
  if (given.length !== all.length || given.some(({ data }, index) => data.length !== all[index]!.values.length)) return undefined;
  const started = all.map((weight, index): Weight => ({ ...weight, initializer: (values) => values.set(given[index]!.data) }));
  return [started.slice(0, trainable.length), started.slice(trainable.length)];
}

/** The bias of a layer, if it has one, as a list of none or one. */
export function biasOf(layer: LayerSpec, units: number, draw?: Initializer): Weight[] {
  return layer.config.use_bias === false ? [] : [weightOf(layer, 'bias', [units], draw)];
}
