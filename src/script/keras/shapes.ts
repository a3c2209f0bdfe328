import type { Span } from '../../text/span';
import { asNumber } from '../python/call';
import { doubtOf, integer, none, tuple, unknown, type Value } from '../python/values';
import { BATCH } from '../operation-shapes';
import { outputShape, type Shape } from '../shapes';
import { jsonOf } from './json';
import { inputShape, type LayerObject } from './objects';
import type { Node, SymbolObject } from './symbols';

/** Of a symbolic tensor: all axes, of which -1 is Keras' None, or not known either where `unsure`. */
interface Known {
  readonly shape: Shape;
  readonly unsure: boolean;
}

const known = new WeakMap<Node, { readonly found: Known | undefined }>();

/** What data tell of the shape of an input that names none: as far as a layer of the script's own asks for it. */
export function assumeShape({ node }: SymbolObject, shape: Shape): void {
  known.set(node, { found: { shape, unsure: true } });
}

/** `x.shape` of a symbolic tensor; unknown for what comes from layers that are not followed. */
export function shapeTuple(symbol: SymbolObject, span: Span): Value {
  const found = shapeOf(symbol);
  const missing = doubtOf(symbol) ?? unknown(span, 'script.unread-attribute', { name: 'shape' });
  if (!found) return missing;
  const { shape, unsure } = found;
  return tuple(shape.map((length) => (length >= 0 ? integer(length, span) : unsure && length !== BATCH ? missing : none(span))), span);
}

function shapeOf({ node }: SymbolObject): Known | undefined {
  let kept = known.get(node);
  if (!kept) {
    kept = { found: node.inside?.outputs[0] ? shapeOf(node.inside.outputs[0]) : behind(node.layer, node.inputs.map(shapeOf)) };
    known.set(node, kept);
  }
  return kept.found;
}

function behind(layer: LayerObject, inputs: readonly (Known | undefined)[]): Known | undefined {
  if (layer.origin !== 'keras' && layer.origin !== 'operation') return undefined;
  if (layer.typeName === 'InputLayer') return shapeGiven(inputShape(layer));
  const config = Object.fromEntries([...layer.given.values].map(([name, value]) => [name, jsonOf(value)]));
  const shape = outputShape({ className: layer.typeName, config }, inputs.map((input) => input?.shape));
  return shape && { shape, unsure: inputs.some((input) => input?.unsure) };
}

/** A shape that is written without its batch axis. */
function shapeGiven(value: Value | undefined): Known | undefined {
  if (value?.kind !== 'tuple' && value?.kind !== 'list') return undefined;
  const unsure = value.items.some((length) => length.kind !== 'none' && asNumber(length) === undefined);
  return { shape: [BATCH, ...value.items.map((length) => asNumber(length) ?? -1)], unsure };
}
