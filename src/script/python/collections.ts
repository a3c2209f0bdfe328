/** Of Python's `collections`, `itertools` and `functools` what goes through items. */
import { asNumber, type Call } from './call';
import { builtinFunctions } from './builtins';
import type { Functions } from './library';
import { dict, list, tuple, type Unknowable, type Value } from './values';

/** Most combinations that are written out. */
const mostCombinations = 10_000;

/** A function of the items of all its positional arguments. */
function ofAll(make: (rows: readonly (readonly Value[])[], call: Call) => readonly Value[] | undefined) {
  return (call: Call): Value => {
    const rows = call.arguments.positional.map((value) => call.interpreter.iterate(value));
    const bad = rows.find((row) => !Array.isArray(row));
    if (bad) return bad as Unknowable;
    const items = make(rows as (readonly Value[])[], call);
    if (!items) return call.unread();
    call.interpreter.spend(items.length);
    return list(items, call.span);
  };
}

const product = ofAll((rows, call) => {
  const repeat = call.number(call.arguments.keywords.get('repeat'), 1);
  if (repeat === undefined) return undefined;
  const all = Array.from({ length: repeat }, () => rows).flat();
  if (all.reduce((count, row) => count * row.length, 1) > mostCombinations) return undefined;
  return all.reduce<readonly (readonly Value[])[]>((made, row) => made.flatMap((items) => row.map((item) => [...items, item])), [[]]).map((items) => tuple(items, call.span));
});

/** `combinations(items, count)` in the order of the items. */
function combinations(call: Call): Value {
  const [iterable, size] = call.arguments.positional;
  const items = iterable && call.interpreter.iterate(iterable);
  const count = asNumber(size);
  if (!Array.isArray(items) || count === undefined || items.length > 30) return call.unread();
  const choose = (from: number, left: number): readonly (readonly Value[])[] =>
    left === 0 ? [[]] : (items as readonly Value[]).slice(from).flatMap((item, i) => choose(from + i + 1, left - 1).map((rest) => [item, ...rest]));
  const made = choose(0, count);
  call.interpreter.spend(made.length * count);
  return list(made.map((part) => tuple(part, call.span)), call.span);
}

function repeated(call: Call): Value {
  const { object, times } = call.bind('object times');
  const count = asNumber(times);
  return !object || count === undefined || count > mostCombinations ? call.unread() : list(Array.from({ length: Math.max(0, count) }, () => object), call.span);
}

/** `reduce(f, items, start)`. */
function reduced(call: Call): Value {
  const [f, iterable, start] = call.arguments.positional;
  const items = iterable && call.interpreter.iterate(iterable);
  if (!f || !Array.isArray(items)) return call.unread();
  const [first, ...rest] = start ? [start, ...(items as readonly Value[])] : (items as readonly Value[]);
  return first ? rest.reduce((total, item) => call.interpreter.call(f, { positional: [total, item], keywords: new Map() }, call.span), first) : call.unread();
}

function defaultDict(call: Call): Value {
  const [factory] = call.arguments.positional;
  const made = dict(call.span);
  if (factory && factory.kind !== 'none') made.factory = factory;
  return call.arguments.positional.length > 1 || call.arguments.keywords.size > 0 ? call.unread() : made;
}

/** `ParameterGrid({'a': […], 'b': […]})` of scikit-learn: dictionaries, of which the last name in the alphabet changes first. */
function parameterGrid(call: Call): Value {
  const grid = call.bind('param_grid').param_grid;
  if (grid?.kind !== 'dict' || grid.doubt) return call.unread();
  const entries = [...grid.entries.values()].sort((a, b) => (a.key.kind === 'string' && b.key.kind === 'string' && a.key.value < b.key.value ? -1 : 1));
  let made: (readonly (readonly [Value, Value])[])[] = [[]];
  for (const { key, value } of entries) {
    const items = call.interpreter.iterate(value);
    if (!Array.isArray(items) || made.length * items.length > mostCombinations) return call.unread();
    made = made.flatMap((pairs) => (items as readonly Value[]).map((item) => [...pairs, [key, item] as const]));
  }
  return list(made.map((pairs) => dict(call.span, pairs)), call.span);
}

export const collectionFunctions: Functions = {
  'collections.OrderedDict': (call) => builtinFunctions['builtins.dict']!(call),
  'collections.defaultdict': defaultDict,
  'collections.deque': (call) => (call.arguments.keywords.has('maxlen') || call.arguments.positional.length > 1 ? call.unread() : builtinFunctions['builtins.list']!(call)),
  'itertools.product': product,
  'itertools.chain': ofAll((rows) => rows.flat()),
  'itertools.chain.from_iterable': ofAll(([row], call) => {
    const parts = row?.map((item) => call.interpreter.iterate(item)) ?? [];
    return parts.every((part) => Array.isArray(part)) ? (parts as (readonly Value[])[]).flat() : undefined;
  }),
  'itertools.combinations': combinations,
  'itertools.repeat': repeated,
  'functools.reduce': reduced,
  'sklearn.model_selection.ParameterGrid': parameterGrid,
};
