import type { Span } from '../../text/span';
import { put, type Index, take } from '../numpy/indexing';
import { isWordy, type NdArray, ShapeError, sizeOf } from '../numpy/ndarray';
import { arrayAttribute, asFarAsWritten } from '../numpy/methods';
import { asNumber, type Call } from './call';
import { dictMethod, listMethod, stringMethod } from './methods';
import { bound, memberOf } from './classes';
import type { Interpreter } from './interpreter';
import { arrayFrom } from './operators';
import { AttributeDict } from './attributes';
import { enumMembers } from './records';
import { array, at, builtin, type Dict, doubtOf, type Home, type Instance, keyOf, list, none, text, tuple, type Unknowable, unknown, type Value } from './values';

/** `object.name`; undefined if nothing is known of it. */
export function attributeOf(object: Value, name: string, span: Span, interpreter: Interpreter): Value | undefined {
  switch (object.kind) {
    case 'unknown':
      if (name === 'reshape') return builtin(name, span, (call) => asFarAsWritten(call.arguments.positional, object, call) ?? object);
      return variableMethod(object, name, span) ?? object;
    case 'number':
      return variableMethod(object, name, span);
    case 'object':
      return object.attribute(name, span);
    case 'instance': {
      const own = object.attributes.get(name);
      if (own) return own;
      const member = memberOf(object.type, name);
      if (member?.kind === 'function') return bound(member, object);
      if (member?.kind === 'builtin' && member.name === 'property') {
        return interpreter.call(member, { positional: [object], keywords: new Map() }, span);
      }
      if (name === '__class__') return object.type;
      if (name === '__dict__') return new AttributeDict(object, span);
      return member ?? object.delegate?.attribute(name, span) ?? otherAttribute(object, name, span, interpreter);
    }
    case 'class': {
      const member = name === '__name__' ? text(object.name, span) : memberOf(object, name);
      return member?.kind === 'function' ? bound(member, object) : member;
    }
    case 'array':
      return object.doubt ?? arrayAttribute(object, name, span);
    case 'list':
    case 'tuple':
    case 'set':
      return listMethod(object, name, span);
    case 'dict':
      return dictMethod(object, name, span);
    case 'string':
      return stringMethod(object.value, name, span);
    case 'function':
      return name === '__name__' ? text(object.name, span) : undefined;
    default:
      return undefined;
  }
}

/** `model.optimizer.learning_rate.assign(0.01)`. */
function variableMethod(value: Value & { readonly home?: Home }, name: string, span: Span): Value | undefined {
  const { home } = value;
  if (home && /^(?:numpy|value|read_value)$/.test(name)) return builtin(name, span, () => value);
  return home && name === 'assign' ? builtin(name, span, (call) => assignHome(home, call.arguments.positional[0] ?? call.unread(), call)) : undefined;
}

/** Assigns to the variable that a number was taken from. */
export function assignHome({ object, name }: Home, value: Value, call: Call): Value {
  call.interpreter.touch(object);
  object.setAttribute(name, at(value, call.span));
  return none(call.span);
}

/** What `__getattr__` of a class of the script gives for an attribute that the object lacks. */
function otherAttribute(object: Instance, name: string, span: Span, interpreter: Interpreter): Value | undefined {
  const method = name.startsWith('__') ? undefined : memberOf(object.type, '__getattr__');
  return method?.kind === 'function' ? interpreter.call(bound(method, object), { positional: [text(name, span)], keywords: new Map() }, span) : undefined;
}

/** What a loop over the value goes through; unknown if only a run could tell. */
export function itemsOf(value: Value): readonly Value[] | Unknowable {
  const doubt = doubtOf(value);
  if (doubt) return doubt;
  switch (value.kind) {
    case 'list':
    case 'tuple':
    case 'set':
      return value.items;
    case 'dict':
      return [...value.entries.values()].map(({ key }) => key);
    case 'string':
      return [...value.value].map((character) => text(character, value.span));
    case 'array': {
      const [length] = value.array.shape;
      if (length === undefined || length < 0 || !value.array.data) break;
      return Array.from({ length }, (_, i) => element(take(value.array, [{ kind: 'integer', value: i }]), value.span));
    }
    case 'class': {
      const members = enumMembers(value);
      if (members) return members;
      break;
    }
    case 'object': {
      const items = value.iterate?.();
      if (items) return items;
      break;
    }
    default:
      break;
  }
  if (value.kind === 'array' && value.array.missing) return { kind: 'unknown', ...value.array.missing };
  return unknown(value.span, 'script.unread-loop');
}

/** An array without axes is a number. */
function element(part: NdArray, span: Span): Value {
  const only = part.shape.length === 0 ? part.data?.[0] : undefined;
  if (typeof only === 'string') return text(only, span);
  return array(part, span);
}

export function entryOf(object: Value, index: Value, call: Call): Value {
  if (object.kind === 'object' && object.index) return doubtOf(object) ?? object.index(index, call);
  const doubt = doubtOf(object) ?? doubtOf(index);
  if (doubt) return doubt;
  const { span } = call;
  switch (object.kind) {
    case 'instance': {
      const method = memberOf(object.type, '__getitem__');
      return method?.kind === 'function' ? call.interpreter.call(bound(method, object), { positional: [index], keywords: new Map() }, span) : unknown(span, 'script.unread-syntax');
    }
    case 'class': {
      const member = index.kind === 'string' && enumMembers(object) ? memberOf(object, index.value) : undefined;
      return member ?? unknown(span, 'script.unread-syntax');
    }
    case 'list':
    case 'tuple':
      return sequenceEntry(object.items, index, span, object.kind);
    case 'string': {
      const characters = [...object.value].map((character) => text(character, span));
      const found = sequenceEntry(characters, index, span, 'list');
      return found.kind === 'list' ? text(found.items.map((item) => (item.kind === 'string' ? item.value : '')).join(''), span) : found;
    }
    case 'dict': {
      const key = keyOf(index);
      const found = key === undefined ? undefined : object.entries.get(key);
      return found?.value ?? (object.factory ? missingEntry(object, object.factory, index, call) : unknown(span, 'script.mismatch'));
    }
    case 'array': {
      const indices = indicesOf(index);
      if (!indices) return unknown(span, 'script.unread-syntax');
      try {
        return element(take(object.array, indices), span);
      } catch (error) {
        if (error instanceof ShapeError) return unknown(span, 'script.mismatch');
        throw error;
      }
    }
    default:
      return unknown(span, 'script.unread-syntax');
  }
}

/** What a `defaultdict` makes of a key that it lacks. */
function missingEntry(object: Dict, factory: Value, index: Value, call: Call): Value {
  const made = call.interpreter.call(factory, { positional: [], keywords: new Map() }, call.span);
  call.interpreter.touch(object);
  setEntry(object, index, made, call);
  return made;
}

function sequenceEntry(items: readonly Value[], index: Value, span: Span, kind: 'list' | 'tuple'): Value {
  if (index.kind === 'slice') {
    const bounds = sliceBounds(index);
    if (!bounds) return unknown(span, 'script.unread-syntax');
    const { lower, upper, step = 1 } = bounds;
    const part = step === 1 ? items.slice(lower, upper) : step === -1 && lower === undefined && upper === undefined ? [...items].reverse() : step > 1 ? items.slice(lower, upper).filter((_, i) => i % step === 0) : undefined;
    if (!part) return unknown(span, 'script.unread-syntax');
    return kind === 'tuple' ? tuple(part, span) : list(part, span);
  }
  const position = asNumber(index);
  return (position === undefined ? undefined : items.at(position)) ?? unknown(span, 'script.mismatch');
}

function sliceBounds(value: Value & { kind: 'slice' }): { lower?: number; upper?: number; step?: number } | undefined {
  const result: { lower?: number; upper?: number; step?: number } = {};
  for (const name of ['lower', 'upper', 'step'] as const) {
    const bound = value[name];
    if (!bound || bound.kind === 'none') continue;
    const number = asNumber(bound);
    if (number === undefined) return undefined;
    result[name] = number;
  }
  return result;
}

/** The parts of `array[…]`; undefined if one is not understood. */
export function indicesOf(index: Value): Index[] | undefined {
  const parts = index.kind === 'tuple' ? index.items : [index];
  const indices: Index[] = [];
  for (const part of parts) {
    if (doubtOf(part)) return undefined;
    if (part.kind === 'number') indices.push({ kind: 'integer', value: part.value });
    else if (part.kind === 'none') indices.push({ kind: 'new-axis' });
    else if (part.kind === 'ellipsis') indices.push({ kind: 'ellipsis' });
    else if (part.kind === 'slice') {
      const bounds = sliceBounds(part);
      if (!bounds) return undefined;
      indices.push({ kind: 'slice', ...bounds });
    } else {
      const made = arrayFrom(part);
      if (!made || isWordy(made)) return undefined;
      const single = made.shape.length === 0 ? made.data?.[0] : undefined;
      indices.push(typeof single === 'number' ? { kind: 'integer', value: single } : { kind: 'array', array: made });
    }
  }
  return indices;
}

/** `object[index] = value`; false if what happens is not known. */
export function setEntry(object: Value, index: Value, value: Value, call: Call): boolean {
  switch (object.kind) {
    case 'dict': {
      const key = keyOf(index);
      if (key === undefined) return false;
      object.entries.set(key, { key: index, value });
      return true;
    }
    case 'list': {
      const position = asNumber(index);
      if (position === undefined || index.kind === 'slice') return false;
      const items = [...object.items];
      const slot = position < 0 ? position + items.length : position;
      if (!(slot in items)) return false;
      items[slot] = value;
      object.items = items;
      return true;
    }
    case 'array': {
      const indices = indicesOf(index);
      const values = arrayFrom(value);
      if (!indices || !values?.data || object.array.dtype === 'str') return false;
      // The whole array is copied: about as long as one step takes for so many elements.
      call.interpreter.spend(sizeOf(object.array.shape) / 256);
      try {
        const changed = put(object.array, indices, values);
        if (changed) object.array = changed;
        return changed !== undefined;
      } catch (error) {
        if (error instanceof ShapeError) return false;
        throw error;
      }
    }
    case 'object':
      return object.setIndex?.(index, value, call) ?? false;
    default:
      return false;
  }
}

