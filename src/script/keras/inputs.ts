import type { Span } from '../../text/span';
import { dict, type Sequence, tuple, type Unknowable, unknown, type Value } from '../python/values';
import { BATCH } from '../operation-shapes';
import { arrayFrom } from '../python/operators';
import { ModelObject } from './model';
import { inputShape, LayerObject } from './objects';
import { SymbolObject } from './symbols';
import { assumeShape } from './shapes';

/** Whether data are given as a list of arrays, one for each input of the model. */
export function isSeveral(data: Value | undefined): data is Sequence {
  if (data?.kind !== 'list' && data?.kind !== 'tuple') return false;
  return !data.doubt && data.items.some(({ kind }) => kind === 'array' || kind === 'object' || kind === 'unknown');
}

/** Symbolic inputs in the form of the data: one, or a list or dictionary of them. */
export function inputsLike(data: Value | undefined, span: Span): Value {
  const input = (given: Value | undefined): SymbolObject => shapedLike(given, new SymbolObject({ layer: new LayerObject('InputLayer', 'keras', { values: new Map() }, span), inputs: [], span }));
  if (data?.kind === 'dict' && !data.doubt) return dict(span, [...data.entries.values()].map(({ key, value }) => [key, input(value)] as const));
  return isSeveral(data) ? tuple(data.items.map(input), span) : input(data);
}

/** An input of which only the data tell the shape: one number for each sample has an axis of its own in Keras. */
export function shapedLike(data: Value | undefined, input: SymbolObject): SymbolObject {
  const shape = data && arrayFrom(data)?.shape.slice(1);
  if (shape && !inputShape(input.node.layer)) assumeShape(input, [BATCH, ...(shape.length > 0 ? shape : [1])]);
  return input;
}

/** The input of a Sequential model, as far as its first entry names a shape. */
export function inputOf(first: Value | undefined, span: Span): SymbolObject | Unknowable {
  const value = first?.kind === 'instance' && first.delegate ? first.delegate : first;
  if (value instanceof SymbolObject) return value;
  if (value instanceof ModelObject) {
    if (value.form !== 'sequential') return value.doubt ?? value.inputs[0] ?? unknown(value.span, 'script.unread-model');
    return inputOf(value.entries[0], value.span);
  }
  const shape = value instanceof LayerObject ? inputShape(value) : undefined;
  const values = new Map<string, Value>(shape ? [['shape', shape]] : []);
  return new SymbolObject({ layer: new LayerObject('InputLayer', 'keras', { values }, shape?.span ?? span), inputs: [], span });
}
