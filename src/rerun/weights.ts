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

/** The bias of a layer, if it has one, as a list of none or one. */
export function biasOf(layer: LayerSpec, units: number, draw?: Initializer): Weight[] {
  return layer.config.use_bias === false ? [] : [weightOf(layer, 'bias', [units], draw)];
}
