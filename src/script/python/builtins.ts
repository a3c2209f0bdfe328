import { isFloat, shaped, sizeOf } from '../numpy/ndarray';
import { setAttribute } from './assignment';
import { asBoolean, asNumber, asString, Call, noArguments } from './call';
import { memberOf, methodOf, resolutionOrder } from './classes';
import type { Functions } from './library';
import { keyed, sortedBy } from './methods';
import { arithmetic, binary, formatted, worded } from './operators';
import { array, bool, type ClassValue, dict, doubtOf, float, integer, isMutable, list, none, Stream, text, tuple, type Unknowable, unknown, type Value, nextBirth } from './values';

/** The items of the one argument; unknown if they are. */
function itemsOf(call: Call): readonly Value[] | Unknowable {
  const [iterable] = call.arguments.positional;
  return iterable ? call.interpreter.iterate(iterable) : [];
}

/** A function of the items of its one argument. */
function ofItems(f: (items: readonly Value[], call: Call) => Value | undefined) {
  return (call: Call): Value => {
    const items = itemsOf(call);
    if (!Array.isArray(items)) return items as Unknowable;
    return f(items, call) ?? call.unread();
  };
}

/** Longest range that is written out. */
const longestRange = 1e6;

function range(call: Call): Value {
  const numbers = call.arguments.positional.map(asNumber);
  if (numbers.includes(undefined) || numbers.length === 0 || call.arguments.doubt) return call.unread();
  const [first = 0, second, step = 1] = numbers as number[];
  const start = second === undefined ? 0 : first;
  const length = Math.max(0, Math.ceil(((second ?? first) - start) / step));
  if (length > longestRange) return unknown(call.span, 'script.too-much-work');
  call.interpreter.spend(length / 4);
  return list(Array.from({ length }, (_, i) => integer(start + i * step, call.span)), call.span);
}

function length(call: Call): Value {
  const [value] = call.arguments.positional;
  if (value?.kind === 'string') return integer(value.value.length, call.span);
  if (value?.kind === 'array' && !value.doubt) {
    const rows = value.array.shape[0];
    if (rows !== undefined && rows >= 0) return integer(rows, call.span);
    return value.array.missing ? { kind: 'unknown', ...value.array.missing } : call.unread();
  }
  if (value?.kind === 'object') {
    const own = value.attribute('__len__', call.span);
    if (own) return own;
  }
  const method = value?.kind === 'instance' ? methodOf(value, '__len__') : undefined;
  if (method) return call.interpreter.call(method, noArguments, call.span);
  const items = itemsOf(call);
  return Array.isArray(items) ? integer(items.length, call.span) : (items as Unknowable);
}

/** `next(iterator)`, where `iter` gives a list of what is left. */
function next(call: Call): Value {
  const [iterator, otherwise] = call.arguments.positional;
  if (iterator?.kind === 'object' && !iterator.doubt) return iterator.representative() ?? call.unread();
  if (iterator?.kind !== 'list' || iterator.doubt) return call.unread();
  const [first, ...rest] = iterator.items;
  call.interpreter.touch(iterator);
  call.interpreter.spend(rest.length / 16);
  iterator.items = rest;
  return first ?? otherwise ?? call.unread();
}

/** The extreme of the arguments, or of the items of the only one. */
function extreme(better: (a: number, b: number) => boolean) {
  return (call: Call): Value => {
    const { positional, keywords } = call.arguments;
    const items = positional.length === 1 ? itemsOf(call) : positional;
    if (!Array.isArray(items)) return items as Unknowable;
    const otherwise = keywords.get('default');
    if (items.length === 0 && otherwise) return otherwise;
    const numbers = keyed(items, call).map(asNumber);
    if (numbers.length === 0 || numbers.includes(undefined)) return call.unread();
    const best = (numbers as number[]).reduce((at, number, i, all) => (better(number, all[at]!) ? i : at), 0);
    return items[best]!;
  };
}

function toInteger(call: Call): Value {
  const [value] = call.arguments.positional;
  const number = value?.kind === 'string' ? Number(value.value.trim()) : asNumber(value);
  return number === undefined || !Number.isFinite(number) ? call.unread() : integer(Math.trunc(number), value?.kind === 'string' ? value.span : call.span);
}

function toFloat(call: Call): Value {
  const [value] = call.arguments.positional;
  // One number that is not known is still one: an array that is divided by it keeps its shape.
  if (value?.kind === 'array' && !value.array.data && sizeOf(value.array.shape) === 1) return array(shaped([], 'float64', value.array.missing), call.span);
  if (value?.kind === 'unknown') return { ...value, isNumber: true };
  const words = asString(value)?.trim().toLowerCase();
  const named: Readonly<Record<string, number>> = { inf: Infinity, '+inf': Infinity, '-inf': -Infinity, nan: Number.NaN };
  const number = words === undefined ? asNumber(value) : (named[words] ?? Number(words || Number.NaN));
  return number === undefined || (Number.isNaN(number) && words !== 'nan') ? call.unread() : float(number, call.span);
}

function copied(kind: 'list' | 'tuple' | 'set') {
  return ofItems((items, call) => ({ kind, items: items.slice(), span: call.span, birth: nextBirth() }));
}

function makeDict(call: Call): Value {
  const [first] = call.arguments.positional;
  const result = dict(call.span);
  if (first?.kind === 'dict') for (const [name, entry] of first.entries) result.entries.set(name, entry);
  else if (first) {
    const pairs = call.interpreter.iterate(first);
    if (!Array.isArray(pairs)) return pairs as Unknowable;
    const made = dict(call.span, pairs.flatMap((pair: Value) => (pair.kind === 'tuple' && pair.items.length === 2 ? [[pair.items[0]!, pair.items[1]!] as const] : [])));
    if (made.entries.size !== pairs.length) return call.unread();
    return made;
  }
  for (const [name, value] of call.arguments.keywords) result.entries.set(`s${name}`, { key: text(name, call.span), value });
  return call.arguments.doubt ?? result;
}

function sum(call: Call): Value {
  const items = itemsOf(call);
  if (!Array.isArray(items)) return items as Unknowable;
  const [, start] = call.arguments.positional;
  if (start?.kind === 'list' || start?.kind === 'tuple') return (items as readonly Value[]).reduce((total, item) => binary('+', total, item, call.span, call.interpreter), start as Value);
  const numbers = items.map(asNumber);
  if (numbers.includes(undefined) || start) return call.unread();
  const total = (numbers as number[]).reduce((a, b) => a + b, 0);
  return items.some((item: Value) => (item.kind === 'number' && item.float) || (item.kind === 'array' && isFloat(item.array.dtype))) ? float(total, call.span) : integer(total, call.span);
}

const enumerated = ofItems((items, call) => {
  const start = call.number(call.arguments.positional[1] ?? call.arguments.keywords.get('start'), 0);
  return start === undefined ? undefined : list(items.map((item, i) => tuple([integer(start + i, call.span), item], call.span)), call.span);
});

function zipped(call: Call): Value {
  const rows: (readonly Value[])[] = [];
  for (const iterable of call.arguments.positional) {
    const items = call.interpreter.iterate(iterable);
    if (!Array.isArray(items)) return items as Unknowable;
    rows.push(items);
  }
  const count = Math.min(...rows.map((row) => row.length));
  return list(Array.from({ length: rows.length === 0 ? 0 : count }, (_, i) => tuple(rows.map((row) => row[i]!), call.span)), call.span);
}

function mapped(call: Call): Value {
  const [f, ...iterables] = call.arguments.positional;
  const rows = iterables.map((iterable) => call.interpreter.iterate(iterable));
  const bad = rows.find((row) => !Array.isArray(row));
  if (!f || bad) return (bad as Unknowable | undefined) ?? call.unread();
  const count = Math.min(...rows.map((row) => (row as readonly Value[]).length));
  return list(
    Array.from({ length: count }, (_, i) =>
      call.interpreter.call(f, { positional: rows.map((row) => (row as readonly Value[])[i]!), keywords: new Map() }, call.span),
    ),
    call.span,
  );
}

function getAttribute(call: Call): Value {
  const [object, name, fallback] = call.arguments.positional;
  const key = asString(name);
  if (!object || key === undefined) return call.unread();
  const value = call.interpreter.attribute(object, key, call.span);
  return value.kind === 'unknown' && fallback && object.kind === 'instance' ? fallback : value;
}

/** `setattr(object, name, value)`. */
function setAttributeByName(call: Call): Value {
  const [object, name, value] = call.arguments.positional;
  const key = asString(name);
  if (object && value && key !== undefined) setAttribute(call.interpreter, object, key, value);
  else if (object && isMutable(object)) object.doubt ??= call.unread();
  return none(call.span);
}

function hasAttribute(call: Call): Value {
  const [object, name] = call.arguments.positional;
  const key = asString(name);
  if (object?.kind !== 'instance' || object.delegate || object.doubt || key === undefined) return call.unread();
  return bool(object.attributes.has(key) || memberOf(object.type, key) !== undefined, call.span);
}

function filtered(call: Call): Value {
  const [f, iterable] = call.arguments.positional;
  const items = iterable && call.interpreter.iterate(iterable);
  if (!f || !Array.isArray(items)) return items ? (items as Unknowable) : call.unread();
  const truths = (items as readonly Value[]).map((item) => asBoolean(f.kind === 'none' ? item : call.interpreter.call(f, { positional: [item], keywords: new Map() }, call.span)));
  return truths.includes(undefined) ? unknown(call.span, 'script.condition') : list((items as readonly Value[]).filter((_, i) => truths[i]), call.span);
}

/** Whether the class of an object of the script is the type or comes from it. */
function comesFrom(type: ClassValue, base: Value): boolean {
  const isIt = (other: Value): boolean => other === base || (other.kind === 'external' && base.kind === 'external' && other.path === base.path);
  return resolutionOrder(type).some((one) => isIt(one) || one.bases.some(isIt));
}

function isInstance(call: Call): Value {
  const [value, type] = call.arguments.positional;
  if (value && type?.kind === 'tuple') {
    const answers = type.items.map((one) => asBoolean(isInstance(new Call(call.interpreter, call.name, call.span, { positional: [value, one], keywords: new Map() }))));
    return answers.includes(true) ? bool(true, call.span) : answers.includes(undefined) ? call.unread() : bool(false, call.span);
  }
  if (value?.kind === 'instance' && type?.kind === 'class') return bool(comesFrom(value.type, type), call.span);
  if (value?.kind === 'instance' && type?.kind === 'external' && comesFrom(value.type, type)) return bool(true, call.span);
  const name = type?.kind === 'builtin' ? type.name : type?.kind === 'external' ? type.path.replace(/^builtins\./, '') : undefined;
  if (!value || doubtOf(value) || name === undefined) return call.unread();
  const kinds: Readonly<Record<string, boolean>> = {
    str: value.kind === 'string', list: value.kind === 'list', tuple: value.kind === 'tuple', dict: value.kind === 'dict',
    int: value.kind === 'bool' || (value.kind === 'number' && !value.float), float: value.kind === 'number' && value.float, bool: value.kind === 'bool',
  };
  const answer = kinds[name] ?? (value.kind === 'object' && type?.kind === 'external' ? value.isA(type.path) : undefined);
  return answer === undefined ? call.unread() : bool(answer, call.span);
}

/** Python's own functions, under `builtins.`. */
export const builtinFunctions: Functions = {
  'builtins.range': range,
  'builtins.len': length,
  'builtins.min': extreme((a, b) => a < b),
  'builtins.max': extreme((a, b) => a > b),
  'builtins.sum': sum,
  'builtins.abs': (call) => {
    const [value] = call.arguments.positional;
    if (value?.kind === 'array') return call.interpreter.call({ kind: 'external', path: 'numpy.abs', span: call.span }, call.arguments, call.span);
    if (value?.kind !== 'number') return call.unread();
    return value.float ? float(Math.abs(value.value), call.span) : integer(Math.abs(value.value), call.span);
  },
  'builtins.round': (call) => {
    const [value, digits] = call.arguments.positional;
    const number = asNumber(value);
    const places = call.number(digits, 0);
    if (number === undefined || places === undefined) return call.unread();
    const rounded = Number(number.toFixed(places));
    return digits ? float(rounded, call.span) : integer(rounded, call.span);
  },
  'builtins.pow': (call) => {
    const [a, b] = call.arguments.positional.map(asNumber);
    return a === undefined || b === undefined ? call.unread() : float(arithmetic['**']!(a, b), call.span);
  },
  'builtins.int': toInteger,
  'builtins.float': toFloat,
  'builtins.bool': (call) => {
    const truth = asBoolean(call.arguments.positional[0]);
    return truth === undefined ? call.unread() : bool(truth, call.span);
  },
  'builtins.str': (call) => {
    const words = worded(call.arguments.positional[0] ?? text('', call.span));
    return words === undefined ? call.unread() : text(words, call.span);
  },
  'builtins.format': (call) => {
    const [value, spec] = call.arguments.positional;
    const words = value && formatted(value, asString(spec) ?? '');
    return words === undefined ? call.unread() : text(words, call.span);
  },
  'builtins.list': copied('list'),
  'builtins.tuple': copied('tuple'),
  'builtins.iter': copied('list'),
  'builtins.set': ofItems((items, call) => {
    const result = { kind: 'set' as const, items: [] as Value[], span: call.span, birth: nextBirth() };
    const keys = new Set<string>();
    for (const item of items) {
      const key = worded(item);
      if (key === undefined) return undefined;
      if (!keys.has(key)) result.items.push(item);
      keys.add(key);
    }
    return result;
  }),
  'builtins.dict': makeDict,
  'builtins.enumerate': (call) => {
    const [whole] = call.arguments.positional;
    const each = whole?.kind === 'object' && !whole.doubt ? whole.representative() : undefined;
    return each ? new Stream(tuple([unknown(call.span, 'script.unread-loop'), each], call.span), call.span) : enumerated(call);
  },
  'builtins.reversed': ofItems((items, call) => list([...items].reverse(), call.span)),
  'builtins.sorted': ofItems((items, call) => {
    call.interpreter.spend(items.length);
    const order = sortedBy(items, call);
    return order && list(order, call.span);
  }),
  'builtins.zip': zipped,
  'builtins.map': mapped,
  'builtins.any': ofItems((items, call) => {
    const truths = items.map(asBoolean);
    return truths.includes(true) ? bool(true, call.span) : truths.includes(undefined) ? undefined : bool(false, call.span);
  }),
  'builtins.all': ofItems((items, call) => {
    const truths = items.map(asBoolean);
    return truths.includes(false) ? bool(false, call.span) : truths.includes(undefined) ? undefined : bool(true, call.span);
  }),
  'builtins.next': next,
  'builtins.filter': filtered,
  'builtins.getattr': getAttribute,
  'builtins.setattr': setAttributeByName,
  'builtins.hasattr': hasAttribute,
  'builtins.callable': (call) => {
    const [value] = call.arguments.positional;
    return value && !doubtOf(value) && value.kind !== 'object' && value.kind !== 'instance' ? bool(/^(?:function|class|builtin|external)$/.test(value.kind), call.span) : call.unread();
  },
  'builtins.isinstance': isInstance,
  'builtins.print': (call) => none(call.span),
  'builtins.exit': (call) => unknown(call.span, 'script.exit'),
  'builtins.quit': (call) => unknown(call.span, 'script.exit'),
  'sys.exit': (call) => unknown(call.span, 'script.exit'),
  'math.sqrt': numeric(Math.sqrt),
  'math.exp': numeric(Math.exp),
  'math.log': (call) => {
    const [x, base] = call.arguments.positional.map(asNumber);
    return x === undefined ? call.unread() : float(base === undefined ? Math.log(x) : Math.log(x) / Math.log(base), call.span);
  },
  'math.log2': numeric(Math.log2),
  'math.log10': numeric(Math.log10),
  'math.sin': numeric(Math.sin),
  'math.cos': numeric(Math.cos),
  'math.tan': numeric(Math.tan),
  'math.tanh': numeric(Math.tanh),
  'math.pow': (call) => {
    const [a, b] = call.arguments.positional.map(asNumber);
    return a === undefined || b === undefined ? call.unread() : float(a ** b, call.span);
  },
  'math.floor': numeric(Math.floor, integer),
  'math.ceil': numeric(Math.ceil, integer),
};

function numeric(f: (value: number) => number, make = float) {
  return (call: Call): Value => {
    const value = asNumber(call.arguments.positional[0]);
    return value === undefined ? call.unread() : make(f(value), call.span);
  };
}

export const builtinNames: ReadonlySet<string> = new Set([
  ...'__import__ object type property staticmethod classmethod open input vars id hash divmod chr ord repr bytes frozenset slice'.split(' '),
  ...'Exception ValueError TypeError KeyError ImportError RuntimeError NotImplementedError AssertionError FileNotFoundError NotImplemented'.split(' '),
  ...Object.keys(builtinFunctions).filter((name) => name.startsWith('builtins.')).map((name) => name.slice('builtins.'.length)),
]);

