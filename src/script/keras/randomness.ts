/** Numbers that a model draws anew in every step: the sample of a variational autoencoder. */
import { asNumber, type Call } from '../python/call';
import type { Value } from '../python/values';
import { kerasPath } from './names';
import { operation, type SymbolObject } from './symbols';

/** Keras 3's names of the laws, by the functions that draw from them; the arguments behind the shape in their order. */
const laws: ReadonlyMap<string, readonly [className: string, signature: string]> = new Map([
  ['keras.backend.random_normal', ['RandomNormal', 'mean stddev dtype seed']],
  ['keras.random.normal', ['RandomNormal', 'mean stddev dtype seed']],
  ['tensorflow.random.normal', ['RandomNormal', 'mean stddev dtype seed']],
  ['tensorflow.random_normal', ['RandomNormal', 'mean stddev dtype seed']],
  ['keras.backend.random_uniform', ['RandomUniform', 'minval maxval dtype seed']],
  ['keras.random.uniform', ['RandomUniform', 'minval maxval dtype seed']],
  ['tensorflow.random.uniform', ['RandomUniform', 'minval maxval dtype seed']],
  ['tensorflow.random_uniform', ['RandomUniform', 'minval maxval dtype seed']],
]);

/** Random numbers for a batch of symbolic tensors; undefined for any other call. */
export function randomTensor(call: Call): SymbolObject | undefined {
  const path = kerasPath(call.name);
  const [className, signature] = laws.get(path) ?? [];
  if (!className) return undefined;
  // Keras 1 says `std`.
  const { shape, std, stddev = std, ...given } = call.bind(`shape ${signature}`);
  const axes = shape?.kind === 'tuple' || shape?.kind === 'list' ? shape.items : [];
  // Only of a batch is the first length not known; `keras.backend` is asked for tensors of a model alone.
  const isBatch = axes[0]?.kind === 'none' || (path.startsWith('keras.backend.') && axes.length > 1 && asNumber(axes[0]) !== undefined);
  if (!isBatch) return undefined;
  const known = Object.entries({ ...given, stddev }).filter((entry): entry is [string, Value] => entry[1] !== undefined && entry[0] !== 'dtype' && entry[0] !== 'seed');
  return operation(className, [], call.span, new Map([['shape', shape!], ...known]));
}
