/** Weights out of a file, given to layers. */
import type { Span } from '../../text/span';
import type { LayerObject } from '../keras/objects';
import { bool, dict, float, integer, list, none, text, type Value } from '../python/values';
import type { Json } from '../script';
import { readSavedFile } from './file';

/**
 * `model.load_weights`: gives the layers the weights of the file.
 * @returns false where the file has none for some of them; nothing is changed then.
 */
export function loadWeights(layers: readonly LayerObject[], bytes: Uint8Array): boolean {
  const weights = readSavedFile(bytes)?.weights;
  if (!weights) return false;
  const own = layers.filter(({ typeName }) => typeName !== 'InputLayer');
  const found = weights.inOrder(own.length) ?? own.map((layer) => weights.take(layer.typeName, nameOf(layer))?.tensors ?? []);
  if (found.every((tensors) => tensors.length === 0)) return false;
  own.forEach((layer, index) => giveWeights(layer, found[index]));
  return true;
}

function nameOf(layer: LayerObject): string | undefined {
  const name = layer.given.values.get('name');
  return name?.kind === 'string' ? name.value : undefined;
}

/** Weights in the order of `get_weights()`; none changes nothing. */
export function giveWeights(layer: LayerObject, tensors: LayerObject['weights']): void {
  if (!tensors || tensors.length === 0) return;
  if (layer.typeName !== 'Normalization') {
    layer.weights = tensors;
    return;
  }
  // What it was adapted to is an argument here, and no weight.
  const [mean, variance] = tensors.map(({ data }) => valueOf([...data], layer.span));
  if (mean && variance) layer.given.values.set('mean', mean).set('variance', variance);
}

/** JSON as Python has it. */
export function valueOf(value: Json, span: Span): Value {
  if (value === null) return none(span);
  if (typeof value === 'boolean') return bool(value, span);
  if (typeof value === 'number') return Number.isInteger(value) ? integer(value, span) : float(value, span);
  if (typeof value === 'string') return text(value, span);
  if (Array.isArray(value)) return list((value as readonly Json[]).map((item) => valueOf(item, span)), span);
  return dict(span, Object.entries(value).map(([name, part]) => [text(name, span), valueOf(part, span)] as const));
}
