import type { Span } from '../../text/span';
import { asBoolean, asNumber, asString, Call } from './call';
import { equal, formatted, worded } from './operators';
import { bool, builtin, type Dict, dict, doubtOf, integer, keyOf, list, none, type Sequence, text, tuple, unknown, type Value } from './values';

/** `list.append` and the like, bound to their list. */
export function listMethod(self: Sequence, name: string, span: Span): Value | undefined {
  return methodOf(listMethods, self, name, span);
}

/** Methods that are not followed, after which nobody knows what a set or a dictionary holds. */
const otherChanges = /^(?:popitem|move_to_end|subtract|\w{1,40}_update)$/;

/** A method bound to its list or dictionary. */
function methodOf<Self extends Sequence | Dict>(methods: Readonly<Record<string, (self: Self, call: Call) => Value>>, self: Self, name: string, span: Span): Value | undefined {
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
  if (method) return builtin(name, span, (call) => method(self, call));
  return otherChanges.test(name) ? builtin(name, span, (call) => (self.doubt ??= call.unread())) : undefined;
}

const listMethods: Readonly<Record<string, (self: Sequence, call: Call) => Value>> = {
  // Of TensorFlow's shapes, which are tuples here.
  as_list: (self, call) => list(self.items, call.span),
  append(self, call) {
    call.interpreter.touch(self);
    const [item] = call.arguments.positional;
    if (item) (self.items as Value[]).push(item);
    return none(call.span);
  },
  add(self, call) {
    const [item] = call.arguments.positional;
    if (item && !self.items.some((other) => equal(other, item) === true)) listMethods.append!(self, call);
    return none(call.span);
  },
  extend(self, call) {
    call.interpreter.touch(self);
    const [other] = call.arguments.positional;
    const items = other && call.interpreter.iterate(other);
    if (Array.isArray(items)) {
      call.interpreter.spend(self.items.length + items.length);
      self.items = [...self.items, ...items];
    } else self.doubt ??= call.unread();
    return none(call.span);
  },
  update: (self, call) => {
    const [other] = call.arguments.positional;
    const items = other && call.interpreter.iterate(other);
    if (!Array.isArray(items)) self.doubt ??= call.unread();
    else for (const item of items as readonly Value[]) listMethods.add!(self, new Call(call.interpreter, 'add', call.span, { positional: [item], keywords: new Map() }));
    return none(call.span);
  },
  remove: (self, call) => without(self, call, true),
  discard: (self, call) => without(self, call, false),
  clear(self, call) {
    call.interpreter.touch(self);
    self.items = [];
    return none(call.span);
  },
  insert(self, call) {
    call.interpreter.touch(self);
    const [at, item] = call.arguments.positional;
    const position = asNumber(at);
    if (position === undefined || !item) self.doubt ??= call.unread();
    else self.items = [...self.items.slice(0, position), item, ...self.items.slice(position)];
    return none(call.span);
  },
  pop(self, call) {
    const doubt = doubtOf(self);
    if (doubt) return doubt;
    call.interpreter.touch(self);
    const position = call.number(call.arguments.positional[0], -1);
    const items = [...self.items];
    const [item] = position === undefined ? [] : items.splice(position, 1);
    if (!item) return (self.doubt ??= call.unread());
    self.items = items;
    return item;
  },
  // Of a deque.
  popleft(self, call) {
    const [first, ...rest] = self.items;
    if (self.doubt || !first) return (self.doubt ??= call.unread());
    call.interpreter.touch(self);
    self.items = rest;
    return first;
  },
  appendleft(self, call) {
    call.interpreter.touch(self);
    const [item] = call.arguments.positional;
    if (item) self.items = [item, ...self.items];
    return none(call.span);
  },
  reverse(self, call) {
    call.interpreter.touch(self);
    self.items = [...self.items].reverse();
    return none(call.span);
  },
  copy: (self, call) => (self.doubt ?? { ...list(self.items.slice(), call.span) }),
  index(self, call) {
    const [item] = call.arguments.positional;
    const doubt = doubtOf(self) ?? call.doubt();
    if (doubt || !item) return doubt ?? call.unread();
    const at = self.items.findIndex((other) => equal(other, item) === true);
    return at < 0 ? call.unread() : integer(at, call.span);
  },
  count(self, call) {
    const [item] = call.arguments.positional;
    const doubt = doubtOf(self) ?? call.doubt();
    if (doubt || !item) return doubt ?? call.unread();
    return integer(self.items.filter((other) => equal(other, item) === true).length, call.span);
  },
  sort(self, call) {
    call.interpreter.touch(self);
    const order = sortedBy(self.items, call);
    if (order) self.items = order;
    else self.doubt ??= call.unread();
    return none(call.span);
  },
};

/** Takes the first item away that equals the argument. */
function without(self: Sequence, call: Call, isNeeded: boolean): Value {
  call.interpreter.touch(self);
  const [item] = call.arguments.positional;
  const doubt = doubtOf(self) ?? call.doubt();
  const same = self.items.map((other) => item && equal(other, item));
  const at = same.indexOf(true);
  if (doubt || same.slice(0, at < 0 ? undefined : at).includes(undefined) || (isNeeded && at < 0)) self.doubt ??= doubt ?? call.unread();
  else self.items = self.items.filter((_, i) => i !== at);
  return none(call.span);
}

/** Items in the order of their keys, which are numbers or strings, equal ones as they stood (`sorted(items, key=, reverse=)`); undefined for anything else. */
export function sorted(items: readonly Value[], keys: readonly Value[] = items, isDescending = false): Value[] | undefined {
  const places = orderOf(keys.map(asNumber), isDescending) ?? orderOf(keys.map(asString), isDescending);
  return places?.map((at) => items[at]!);
}

function orderOf<Key extends number | string>(keys: readonly (Key | undefined)[], isDescending: boolean): number[] | undefined {
  if (keys.includes(undefined)) return undefined;
  const sign = isDescending ? -1 : 1;
  return keys.map((_, at) => at).sort((a, b) => (keys[a]! < keys[b]! ? -sign : keys[a]! > keys[b]! ? sign : 0));
}

/** The items that a call of `sorted` or `sort` orders, as its `key` and `reverse` say; undefined where that is not followed. */
export function sortedBy(items: readonly Value[], call: Call): Value[] | undefined {
  const reverse = call.arguments.keywords.get('reverse');
  const isDescending = reverse ? asBoolean(reverse) : false;
  return isDescending === undefined ? undefined : sorted(items, keyed(items, call), isDescending);
}

/** What `key=` makes of the items; the items themselves without one. */
export function keyed(items: readonly Value[], call: Call): readonly Value[] {
  const key = call.arguments.keywords.get('key');
  return key && key.kind !== 'none' ? items.map((item) => call.interpreter.call(key, { positional: [item], keywords: new Map() }, call.span)) : items;
}

export function dictMethod(self: Dict, name: string, span: Span): Value | undefined {
  return methodOf(dictMethods, self, name, span);
}

const dictMethods: Readonly<Record<string, (self: Dict, call: Call) => Value>> = {
  get(self, call) {
    const [key, fallback] = call.arguments.positional;
    const name = key && keyOf(key);
    if (self.doubt || name === undefined) return self.doubt ?? call.unread();
    return self.entries.get(name)?.value ?? fallback ?? none(call.span);
  },
  setdefault(self, call) {
    const [key, fallback] = call.arguments.positional;
    const name = key && keyOf(key);
    if (!key || name === undefined) return (self.doubt ??= call.unread());
    const known = self.entries.get(name)?.value;
    if (known) return known;
    call.interpreter.touch(self);
    const value = fallback ?? none(call.span);
    self.entries.set(name, { key, value });
    return value;
  },
  items: (self, call) => self.doubt ?? list([...self.entries.values()].map(({ key, value }) => tuple([key, value], call.span)), call.span),
  keys: (self, call) => self.doubt ?? list([...self.entries.values()].map(({ key }) => key), call.span),
  values: (self, call) => self.doubt ?? list([...self.entries.values()].map(({ value }) => value), call.span),
  copy: (self, call) => self.doubt ?? dict(call.span, [...self.entries.values()].map(({ key, value }) => [key, value] as const)),
  update(self, call) {
    call.interpreter.touch(self);
    const [other] = call.arguments.positional;
    const pairs = other?.kind === 'list' ? dict(call.span, other.items.flatMap((pair) => (pair.kind === 'tuple' && pair.items.length === 2 ? [[pair.items[0]!, pair.items[1]!] as const] : []))) : other;
    if (pairs?.kind === 'dict' && other && !doubtOf(other)) for (const [name, entry] of pairs.entries) self.entries.set(name, entry);
    else if (other) self.doubt ??= call.unread();
    for (const [name, value] of call.arguments.keywords) self.entries.set(`s${name}`, { key: text(name, call.span), value });
    return none(call.span);
  },
  clear(self, call) {
    call.interpreter.touch(self);
    self.entries.clear();
    return none(call.span);
  },
  pop(self, call) {
    const [key, fallback] = call.arguments.positional;
    const name = key && keyOf(key);
    if (self.doubt || name === undefined) return (self.doubt ??= call.unread());
    call.interpreter.touch(self);
    const found = self.entries.get(name)?.value ?? fallback;
    self.entries.delete(name);
    return found ?? call.unread();
  },
};

export function stringMethod(self: string, name: string, span: Span): Value | undefined {
  const method = stringMethods[name];
  return method && builtin(name, span, (call) => call.doubt() ?? method(self, call));
}

const simple = (f: (self: string) => string) => (self: string, call: Call): Value => text(f(self), call.span);

/** Takes blanks, or the characters that are given, from the ends. */
function stripped(start: boolean, end: boolean) {
  return (self: string, call: Call): Value => {
    const [given] = call.arguments.positional;
    const characters = given && given.kind !== 'none' ? asString(given) : undefined;
    if (given && given.kind !== 'none' && characters === undefined) return call.unread();
    const isAway = (character: string | undefined): boolean => character !== undefined && (characters === undefined ? /\s/.test(character) : characters.includes(character));
    let [from, to] = [0, self.length];
    while (start && from < to && isAway(self[from])) from++;
    while (end && to > from && isAway(self[to - 1])) to--;
    return text(self.slice(from, to), call.span);
  };
}

const stringMethods: Readonly<Record<string, (self: string, call: Call) => Value>> = {
  lower: simple((self) => self.toLowerCase()),
  upper: simple((self) => self.toUpperCase()),
  title: simple((self) => self.toLowerCase().replace(/(?<!\p{L})\p{L}/gu, (letter) => letter.toUpperCase())),
  capitalize: simple((self) => self.slice(0, 1).toUpperCase() + self.slice(1).toLowerCase()),
  isalpha: (self, call) => bool(/^\p{L}+$/u.test(self), call.span),
  isdigit: (self, call) => bool(/^\p{Nd}+$/u.test(self), call.span),
  isalnum: (self, call) => bool(/^[\p{L}\p{N}]+$/u.test(self), call.span),
  splitlines: (self, call) => list(self.replace(/\r?\n$/, '').split(/\r?\n/).map((line) => text(line, call.span)), call.span),
  count(self, call) {
    const part = asString(call.arguments.positional[0]);
    return part && call.arguments.positional.length === 1 ? integer(self.split(part).length - 1, call.span) : call.unread();
  },
  find(self, call) {
    const part = asString(call.arguments.positional[0]);
    return part !== undefined && call.arguments.positional.length === 1 ? integer(self.indexOf(part), call.span) : call.unread();
  },
  strip: stripped(true, true),
  rstrip: stripped(false, true),
  lstrip: stripped(true, false),
  encode: simple((self) => self),
  startswith(self, call) {
    const prefix = asString(call.arguments.positional[0]);
    return prefix === undefined ? call.unread() : bool(self.startsWith(prefix), call.span);
  },
  endswith(self, call) {
    const suffix = asString(call.arguments.positional[0]);
    return suffix === undefined ? call.unread() : bool(self.endsWith(suffix), call.span);
  },
  replace(self, call) {
    const [from, to] = call.arguments.positional.map(asString);
    if (from === undefined || to === undefined || call.arguments.positional.length > 2 || call.arguments.keywords.size > 0) return call.unread();
    call.interpreter.spend((self.length * (1 + to.length)) / 16);
    return text(self.split(from).join(to), call.span);
  },
  split(self, call) {
    const { sep, maxsplit } = call.bind('sep maxsplit');
    const separator = asString(sep);
    const most = call.number(maxsplit, -1);
    if ((sep && sep.kind !== 'none' && !separator) || most === undefined || (most >= 0 && separator === undefined)) return call.unread();
    call.interpreter.spend(self.length);
    const all = separator === undefined ? self.split(/\s+/).filter(Boolean) : self.split(separator);
    const parts = most < 0 || all.length <= most + 1 ? all : [...all.slice(0, most), all.slice(most).join(separator)];
    return list(parts.map((part) => text(part, call.span)), call.span);
  },
  join(self, call) {
    const [items] = call.arguments.positional;
    const parts = items && call.interpreter.iterate(items);
    if (!Array.isArray(parts)) return call.unread();
    const words = parts.map(asString);
    if (words.includes(undefined)) return call.unread();
    call.interpreter.spend(words.reduce((sum, word) => sum + word!.length + self.length, 0) / 16);
    return text(words.join(self), call.span);
  },
  format(self, call) {
    const { positional, keywords } = call.arguments;
    let next = 0;
    let failed = false;
    const result = self.replace(/\{\{|\}\}|\{(\w*)(?::([^{}]*))?\}/g, (whole, name: string | undefined, spec: string | undefined) => {
      if (whole === '{{' || whole === '}}') return whole[0]!;
      const value = !name ? positional[next++] : /^\d+$/.test(name) ? positional[Number(name)] : keywords.get(name);
      const piece = value && (spec ? formatted(value, spec) : worded(value));
      if (piece === undefined) failed = true;
      return piece ?? '';
    });
    return failed ? unknown(call.span, 'script.unread-syntax') : text(result, call.span);
  },
};
