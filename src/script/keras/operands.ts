/** What functions of tensors are given. */
import type { Span } from '../../text/span';
import type { Call } from '../python/call';
import type { Sequence, Value } from '../python/values';
import { SymbolObject } from './symbols';
import { shapeTuple } from './shapes';
import { constantOf } from './weights';

/** A function of tensors, put on symbolic ones; undefined where its arguments are not those that are understood. */
export type Operation = (call: Call, inputs: readonly SymbolObject[]) => Value | undefined;

/** The arguments of an operation that are given. */
export function given(values: Readonly<Record<string, Value | undefined>>): Map<string, Value> {
  return new Map(Object.entries(values).filter((entry): entry is [string, Value] => entry[1] !== undefined));
}

/** Names of the tensor that a function is put on, and of what changes nothing. */
const tensorNames = new Set(['x', 'a', 'features', 'images', 'input', 'input_tensor', 'inputs', 'logits', 'name', 'tensor', 'value']);

/** The arguments of a call besides its tensor. */
export function besides(call: Call, signature: string): Record<string, Value> {
  return Object.fromEntries(Object.entries(call.bind(`x ${signature}`)).filter((entry): entry is [string, Value] => entry[1] !== undefined && !tensorNames.has(entry[0])));
}

/** A tensor, or an array of numbers as a constant; undefined for anything else. */
export function tensorOf(value: Value, span: Span): SymbolObject | undefined {
  return value instanceof SymbolObject ? value : constantOf(value, span);
}

export function isSequence(value: Value | undefined): value is Sequence {
  return value?.kind === 'tuple' || value?.kind === 'list';
}

/** Whether a tensor has a batch, as far as its shape is known; those without one are the exception. */
export function isBatched(symbol: SymbolObject, span: Span): boolean {
  const shape = shapeTuple(symbol, span);
  return shape.kind !== 'tuple' || shape.items[0]?.kind === 'none';
}

