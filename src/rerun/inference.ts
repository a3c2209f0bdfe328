/** What layers do in training and not in inference, and those that are called with `training=False`, as far as Keras heeds it. */
import type { Layer, Model } from '../script/script';
import { kerasObject, numberOf } from './keras-object';
import type { LayerSpec } from './trace';

const isInferring = ({ config: { training } }: Layer): boolean => training?.known === true && training.value === false;

/** The model with `training=False` where Keras heeds it: Keras 3 tells every layer of a functional model that it trains (keras/src/models/functional.py). */
export function heeded(model: Model, keras: 2 | 3): Model {
  if (keras === 2 || model.kind === 'subclassed' || !model.layers.some(isInferring)) return model;
  const layers = model.layers.map((layer) => ({ ...layer, config: Object.fromEntries(Object.entries(layer.config).filter(([name]) => name !== 'training')) }));
  return { ...model, layers };
}

/** Dropout or noise, which raises the loss that training prints, also inside a recurrent or a wrapped layer. */
export function disturbsTraining({ className, config }: Pick<LayerSpec, 'className' | 'config'>): boolean {
  const inner = kerasObject(config.layer);
  const recurrent = Math.max(numberOf(config.dropout, 0), numberOf(config.recurrent_dropout, 0));
  return /Dropout|^GaussianNoise$/.test(className) || recurrent > 0 || (inner !== undefined && disturbsTraining(inner));
}

/** Whether a layer draws numbers while it trains, so that the same step may have another loss. */
export function draws(layer: LayerSpec): boolean {
  return disturbsTraining(layer) || layer.className.startsWith('Random');
}

/**
 * The place of a layer of which it is not known how it trains: in Keras 3 a layer that is called after one with
 * `training=False` gets the same (measured with 3.15), and which one is called first is not kept. -1: there is none.
 */
export function perhapsInferring(layers: readonly LayerSpec[]): number {
  const infers = ({ config }: LayerSpec): boolean => config.training === false;
  return layers.some(infers) ? layers.findIndex((layer) => (draws(layer) || layer.className === 'BatchNormalization') && !infers(layer)) : -1;
}
