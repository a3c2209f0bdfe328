import type { Span } from '../../text/span';
import type { Json, Read, Unknown } from '../script';
import { doubtOf, LibraryObject, type Unknowable, unknown, type Value } from '../python/values';
import { isNumeric, type NdArray, sizeOf } from '../numpy/ndarray';
import { kerasName, snakeCase } from './names';
import { type KerasArguments, KerasObject, LayerObject } from './objects';

/** Longest array that is written out as an argument. */
const mostNumbers = 4096;

export function unread({ span, reason, start }: Unknowable): Unknown {
  return start === undefined ? { known: false, span, reason } : { known: false, span, reason, start };
}

/** An argument of a Keras object as data; objects in Keras' serialised form `{ class_name, config }`. */
export function jsonOf(value: Value): Read<Json> {
  const result = plain(value);
  if (!isUnknown(result)) return { known: true, value: result, span: value.span };
  const start = result.start === undefined ? undefined : plain(value, true);
  const { span, reason } = result;
  return unread(start === undefined || isUnknown(start) ? { kind: 'unknown', span, reason } : { ...result, start });
}

/** An argument that may be left out: null then. */
export function readJson(value: Value | undefined, call: Span): Read<Json> {
  return value ? jsonOf(value) : { known: true, value: null, span: call, byDefault: true };
}

function isUnknown(result: Json | Unknowable): result is Unknowable {
  return typeof result === 'object' && result !== null && 'kind' in result && result.kind === 'unknown' && 'reason' in result;
}

/** @param starts takes what a search starts with for what it chooses. */
function plain(value: Value, starts = false): Json | Unknowable {
  const doubt = doubtOf(value);
  if (doubt) return doubt;
  switch (value.kind) {
    case 'none':
      return null;
    case 'bool':
    case 'number':
    case 'string':
      return (starts ? undefined : value.searched) ?? value.value;
    case 'list':
    case 'tuple':
    case 'set': {
      const items = value.items.map((item) => plain(item, starts));
      return items.find(isUnknown) ?? (items as Json[]);
    }
    case 'dict': {
      const result: Record<string, Json> = {};
      for (const { key, value: item } of value.entries.values()) {
        const part = plain(item, starts);
        if (isUnknown(part)) return part;
        if (key.kind === 'string' || key.kind === 'number') result[String(key.value)] = part;
        else return unknown(key.span, 'script.unread-syntax');
      }
      return result;
    }
    case 'array':
      return isNumeric(value.array) && value.array.data.length <= mostNumbers ? nested(value.array, value.array.data) : unknown(value.span, 'script.unread-argument');
    case 'external':
      return nameOf(value.path) ?? unknown(value.span, 'script.unread-call', { name: value.path });
    case 'object':
      return serialised(value, starts) ?? unknown(value.span, 'script.unread-call', { name: value.typeName });
    case 'function':
      return unknown(value.span, value.name === 'lambda' ? 'script.lambda' : 'script.own-function', { name: value.name });
    default:
      return unknown(value.span, 'script.unread-argument');
  }
}

function nested(array: NdArray, data: Float64Array): Json {
  const build = (axis: number, start: number): Json => {
    if (axis === array.shape.length) return data[start]!;
    const inner = sizeOf(array.shape.slice(axis + 1));
    return Array.from({ length: array.shape[axis]! }, (_, i) => build(axis + 1, start + i * inner));
  };
  return build(0, 0);
}

/** A function or class of a library that is given by itself: `tf.nn.relu` is `relu`, `he_normal` is `he_normal`. */
function nameOf(path: string): string | undefined {
  const name = path.split('.').at(-1)!;
  const keras = kerasName(path);
  if (keras && ['activations', 'initializers', 'regularizers', 'losses', 'metrics', 'constraints', 'ops'].includes(keras.group)) {
    return /^[A-Z]/.test(name) ? snakeCase(name) : name;
  }
  if (/^tensorflow\.(nn|math|dtypes|sigmoid|tanh)\b/.test(path)) return name;
  if (/^(tensorflow|numpy)\.(u?int|float|bool)\d*_?$/.test(path)) return name;
  return undefined;
}

function serialised(object: LibraryObject, starts: boolean): Json | Unknowable | undefined {
  if (!(object instanceof KerasObject) && !(object instanceof LayerObject)) return undefined;
  const config: Record<string, Json> = {};
  const { values, doubt } = object.given satisfies KerasArguments;
  if (doubt) return doubt;
  for (const [name, value] of values) {
    const part = plain(value, starts);
    if (isUnknown(part)) return part;
    config[name] = part;
  }
  return { class_name: object.typeName, config };
}
