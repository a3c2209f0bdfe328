/** How far the output of a network can get when every weight moves by a bounded length a step. */
import type { Fit, Layer } from '../script/script';
import { effectiveActivation, chainOf, inputsOf, unitsOf } from './data';
import { known } from './training';

/** What flows through the network: the sum of the magnitudes of a sample's numbers, and how many there are. */
interface Signal {
  readonly sum: number;
  readonly count: number;
}

/** Activations with |f(z)| ≤ |z|, and those that are never beyond 1. */
const shrinking = new Set(['linear', 'relu', 'elu', 'leaky_relu', 'leakyrelu', 'gelu', 'silu', 'swish']);
const withinOne = new Set(['tanh', 'sigmoid', 'hard_sigmoid', 'softsign', 'softmax']);

/**
 * An upper bound of the size of one output, averaged over the samples, when every weight has moved by `moved` from
 * where Glorot's uniform law starts it (within ±√(6 / (fan in + fan out)), Keras' default for Dense). An optimizer like
 * Adam moves a weight by about its learning rate a step (Kingma and Ba 2015, section 2.1), so `moved` is at most
 * steps × learning rate.
 * @returns undefined for networks other than a chain of Dense layers, LSTM or GRU with their usual activation, dropout
 * and flattening, where nothing bounds the first Dense layer because the inputs are unknown, and where the weights start
 * from a file
 */
export function reachOf(fit: Fit | undefined): ((moved: number) => number) | undefined {
  const layers = chainOf(fit);
  if (!layers || fit?.loadedWeights) return undefined;
  const inputs = signalOf(fit, layers);
  const output = (moved: number): Signal | undefined => {
    let signal = inputs;
    for (const layer of layers) {
      if (['Dropout', 'Flatten'].includes(layer.className)) continue;
      signal = through(layer, signal, moved);
      if (!signal) return undefined;
    }
    return signal;
  };
  if (!output(0)) return undefined;
  return (moved) => {
    const { sum, count } = output(moved)!;
    return sum / count;
  };
}

function signalOf(fit: Fit | undefined, layers: readonly Layer[]): Signal | undefined {
  const inputs = inputsOf(fit);
  const rows = inputs?.shape[0];
  const flat = layers.find(({ className }) => className !== 'Dropout')?.className === 'Flatten';
  if (!inputs || !rows || (inputs.shape.length > 2 && !flat)) return undefined;
  return { sum: inputs.data.reduce((sum, value) => sum + Math.abs(value), 0) / rows, count: inputs.data.length / rows };
}

function through(layer: Layer, signal: Signal | undefined, moved: number): Signal | undefined {
  const units = unitsOf(layer);
  const activation = effectiveActivation(layer);
  const usual = ['kernel_initializer', 'bias_initializer'].every((name) => layer.config[name] === undefined);
  if (layer.origin !== undefined || layer.weights !== undefined || units === undefined || activation === undefined || !usual) return undefined;
  if (layer.className === 'LSTM' || layer.className === 'GRU') {
    const sequences = layer.config['return_sequences'];
    const bounded = activation === 'tanh' && (sequences === undefined || known(sequences)?.value === false);
    return bounded ? { sum: units, count: units } : undefined;
  }
  if (layer.className !== 'Dense') return undefined;
  if (withinOne.has(activation)) return { sum: units, count: units };
  if (!signal || !shrinking.has(activation)) return undefined;
  const start = Math.sqrt(6 / (signal.count + units));
  return { sum: units * (signal.sum * (start + moved) + moved), count: units };
}
