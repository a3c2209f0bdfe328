/** Layers that are called with `training=False`: in training they do what they do in inference, as far as Keras heeds it. */
import type { Graph, Layer, Model } from '../script/script';

const isInferring = ({ config: { training } }: Layer): boolean => training?.known === true && training.value === false;

/** The model with `training=False` where Keras heeds it: Keras 3 tells every layer of a functional model that it trains (keras/src/models/functional.py). */
export function heeded(model: Model, keras: 2 | 3): Model {
  if (keras === 2 || model.kind === 'subclassed' || !model.layers.some(isInferring)) return model;
  const layers = model.layers.map((layer) => ({ ...layer, config: Object.fromEntries(Object.entries(layer.config).filter(([name]) => name !== 'training')) }));
  return { ...model, layers };
}

/** Layers that do something else in training than in inference. */
const changing = /Dropout|BatchNormalization|^GaussianNoise$|^Random/;

/**
 * A layer beside such ones of which it is not known how it trains: in Keras 3 a layer that is called after one with
 * `training=False` gets the same (measured with 3.15), and which one is called first is not kept.
 */
export function perhapsInferring({ layers }: Graph): Layer | undefined {
  return layers.some(isInferring) ? layers.find((layer) => changing.test(layer.className) && !isInferring(layer)) : undefined;
}
