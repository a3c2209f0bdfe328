/**
 * Keras' layers that a rerun can build, with the defaults of their arguments (keras/src/layers, version 3;
 * where Keras 2 differs it is said). What is not here is refused by name.
 */
import type { Json } from '../script/script';

/** Arguments by name to their defaults; `undefined` marks one that must be given. */
export type Arguments = Readonly<Record<string, Json | undefined>>;

const kernel: Arguments = {
  kernel_initializer: 'glorot_uniform',
  kernel_regularizer: null,
  kernel_constraint: null,
};

const bias: Arguments = {
  use_bias: true,
  bias_initializer: 'zeros',
  bias_regularizer: null,
  bias_constraint: null,
};

export const layerArguments: Readonly<Record<string, Arguments>> = {
  InputLayer: { shape: null, batch_shape: null, batch_size: null },
  Dense: { units: undefined, activation: null, ...kernel, ...bias },
  Activation: { activation: undefined },
};

/** Arguments of every layer that do not change what is computed, or that describe its input. */
export const commonArguments: ReadonlySet<string> = new Set([
  'name', 'dtype', 'trainable', 'input_shape', 'input_dim', 'batch_input_shape',
]);
