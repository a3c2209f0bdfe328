/** What Python's libraries make of a list of fields: data classes, named tuples, namespaces and enumerations. */
import type { Span } from '../../text/span';
import { type Arguments, asString, Call, noArguments } from './call';
import { memberOf, methodOf } from './classes';
import type { Interpreter } from './interpreter';
import type { Functions } from './library';
import { entryOf } from './members';
import { dictMethod } from './methods';
import { sameValue } from './operators';
import { bool, builtin, type ClassValue, type Dict, dict, doubtOf, type Instance, integer, LibraryObject, list, namedValues, none, text, tuple, unknown, type Value } from './values';

/** `dataclasses.field(default=…)` or `field(default_factory=…)`. */
class FieldObject extends LibraryObject {
  readonly typeName = 'Field';
  readonly #call: Call;

  constructor(call: Call) {
    super(call.span);
    this.#call = call;
  }

  /** The default of the field for one more object. */
  fallback(): Value | undefined {
    const { keywords } = this.#call.arguments;
    const factory = keywords.get('default_factory');
    return factory ? this.#call.interpreter.call(factory, { positional: [], keywords: new Map() }, this.span) : keywords.get('default');
  }
}

/** The fields of a data class with those of its bases before them; undefined for any other class. */
function fieldsOf(type: ClassValue): readonly string[] | undefined {
  if (!type.fields) return undefined;
  const inherited = type.bases.flatMap((base) => (base.kind === 'class' ? (fieldsOf(base) ?? []) : []));
  return [...new Set([...inherited, ...type.fields])];
}

/** What the `__init__` of a data class does; false for any other class. */
export function initializeFields(interpreter: Interpreter, made: Instance, given: Arguments): boolean {
  const fields = fieldsOf(made.type);
  if (!fields) return false;
  fields.forEach((name, i) => {
    const member = memberOf(made.type, name);
    const fallback = (): Value => (member instanceof FieldObject ? member.fallback() : member) ?? unknown(made.span, 'script.parameter', { name });
    made.attributes.set(name, given.positional[i] ?? given.keywords.get(name) ?? given.doubt ?? fallback());
  });
  const after = methodOf(made, '__post_init__');
  if (after) interpreter.call(after, noArguments, made.span);
  return true;
}

/** Deepest nesting that is taken over: what holds itself has no end. */
const deepest = 30;

/** `dataclasses.asdict(object)`: data classes inside of it as dictionaries, too. */
function asDict(value: Value, call: Call, depth = 0): Value {
  if (depth > deepest) return call.unread();
  const fields = value.kind === 'instance' ? fieldsOf(value.type) : undefined;
  if (value.kind === 'list') return value.doubt ?? list(value.items.map((item) => asDict(item, call, depth + 1)), call.span);
  if (value.kind !== 'instance' || !fields) return value;
  return dict(call.span, fields.map((name) => [text(name, call.span), asDict(call.interpreter.attribute(value, name, call.span), call, depth + 1)] as const));
}

/** `dataclasses.replace(object, **changes)`. */
function replaced(call: Call): Value {
  const [value] = call.arguments.positional;
  const fields = value?.kind === 'instance' ? fieldsOf(value.type) : undefined;
  if (value?.kind !== 'instance' || !fields) return call.unread();
  const given = new Map(fields.map((name) => [name, call.arguments.keywords.get(name) ?? call.interpreter.attribute(value, name, call.span)] as const));
  return call.interpreter.call(value.type, { positional: [], keywords: given }, call.span);
}

/** The class that `namedtuple('Name', fields)` or `class Name(NamedTuple)` makes. */
class NamedTupleType extends LibraryObject {
  readonly typeName: string;
  readonly #fields: readonly string[];
  readonly #defaults: ReadonlyMap<string, Value>;

  constructor(name: string, fields: readonly string[], defaults: ReadonlyMap<string, Value>, span: Span) {
    super(span);
    this.typeName = name;
    this.#fields = fields;
    this.#defaults = defaults;
  }

  override call(call: Call): Value {
    const { positional, keywords, doubt } = call.arguments;
    const values = this.#fields.map((name, i) => [name, positional[i] ?? keywords.get(name) ?? doubt ?? this.#defaults.get(name) ?? unknown(call.span, 'script.parameter', { name })] as const);
    return new NamedTuple(this.typeName, new Map(values), call.span);
  }

  override attribute(name: string, span: Span): Value | undefined {
    if (name === '_fields') return tuple(this.#fields.map((field) => text(field, span)), span);
    return name === '_make' ? builtin(name, span, (call) => {
      const items = call.interpreter.iterate(call.arguments.positional[0] ?? call.unread());
      return Array.isArray(items) ? this.call(new Call(call.interpreter, name, call.span, { positional: items as Value[], keywords: new Map() })) : (items as Value);
    }) : undefined;
  }
}

class NamedTuple extends LibraryObject {
  readonly typeName: string;
  readonly #values: ReadonlyMap<string, Value>;

  constructor(typeName: string, values: ReadonlyMap<string, Value>, span: Span) {
    super(span);
    this.typeName = typeName;
    this.#values = values;
  }

  override attribute(name: string, span: Span): Value | undefined {
    if (name === '_replace') return builtin(name, span, (call) => new NamedTuple(this.typeName, new Map([...this.#values, ...call.arguments.keywords]), call.span));
    if (name === '_asdict') return builtin(name, span, (call) => dict(call.span, [...this.#values].map(([field, value]) => [text(field, call.span), value] as const)));
    return this.#values.get(name);
  }

  override index(index: Value, call: Call): Value {
    return entryOf(tuple(this.iterate(), this.span), index, call);
  }

  override iterate(): readonly Value[] {
    return [...this.#values.values()];
  }
}

/** `collections.namedtuple('Name', 'a b', defaults=[…])`: the defaults are those of the last fields. */
function namedTuple(call: Call): Value {
  const { typename, field_names: names, defaults } = call.bind('typename field_names');
  const words = asString(names)?.split(/[\s,]+/).filter(Boolean);
  const items = words ?? (names ? call.interpreter.iterate(names) : undefined);
  const fields = Array.isArray(items) ? items.map((item: string | Value) => (typeof item === 'string' ? item : item.kind === 'tuple' ? asString(item.items[0]) : asString(item))) : [undefined];
  const last = defaults ? call.interpreter.iterate(defaults) : [];
  if (fields.includes(undefined) || !Array.isArray(last)) return call.unread();
  const given = (last as readonly Value[]).map((value, i) => [fields[fields.length - last.length + i]!, value] as const);
  return new NamedTupleType(asString(typename) ?? '', fields as string[], new Map(given), call.span);
}

/** A member of an enumeration. */
class EnumMember extends LibraryObject {
  readonly typeName: string;
  readonly #name: string;
  readonly value: Value;
  /** Of a class that is text or a number as well: it equals its value. */
  readonly #isValue: boolean;

  constructor(type: ClassValue, name: string, value: Value, isValue: boolean) {
    super(value.span);
    this.typeName = type.name;
    this.#name = name;
    this.value = value;
    this.#isValue = isValue;
  }

  override attribute(name: string, span: Span): Value | undefined {
    return name === 'value' ? this.value : name === 'name' ? text(this.#name, span) : undefined;
  }

  override operate(operator: string, left: Value, right: Value, span: Span): Value | undefined {
    const other = left === this ? right : left;
    const doubt = doubtOf(other);
    if (doubt || !/^(?:==|!=|is|is not)$/.test(operator)) return doubt;
    const isSame = other === this || (this.#isValue && !operator.startsWith('is') && sameValue(this.value, other));
    return bool(isSame === (operator === '==' || operator === 'is'), span);
  }
}

const isEnum = (base: Value): boolean => base.kind === 'external' && /^enum\.\w*(?:Enum|Flag)$/.test(base.path);

/** What a class statement makes where a base class of Python's libraries makes more of its members; otherwise the class itself. */
export function ofItsBases(type: ClassValue, typed: readonly string[]): Value {
  if (type.bases.some((base) => base.kind === 'external' && base.path === 'typing.NamedTuple')) {
    return new NamedTupleType(type.name, typed, type.members, type.span);
  }
  if (!type.bases.some(isEnum)) return type;
  const isValue = type.bases.some((base) => base.kind === 'external' && /^(?:builtins\.(?:str|int)|enum\.(?:Int|Str)Enum)$/.test(base.path));
  let last = 0;
  for (const [name, value] of type.members) {
    if (value.kind === 'function' || value.kind === 'builtin' || name.startsWith('_')) continue;
    const given = value.kind === 'unknown' && value.made?.name === 'enum.auto' ? integer(last + 1, value.span) : value;
    if (given.kind === 'number') last = given.value;
    type.members.set(name, new EnumMember(type, name, given, isValue));
  }
  return type;
}

/** The members of an enumeration; undefined for any other class. */
export function enumMembers(type: ClassValue): readonly Value[] | undefined {
  return type.bases.some(isEnum) ? [...type.members.values()].filter((member) => member instanceof EnumMember) : undefined;
}

/** `Color('red')`: the member of that value; undefined for a class that is no enumeration. */
export function enumMember(type: ClassValue, given: Arguments, span: Span): Value | undefined {
  const members = enumMembers(type);
  const [wanted] = given.positional;
  if (!members || !wanted) return undefined;
  return members.find((member) => member === wanted || (member instanceof EnumMember && sameValue(member.value, wanted))) ?? doubtOf(wanted) ?? unknown(span, 'script.mismatch');
}

/** Values under names that can be set: what a parser of arguments gives, `SimpleNamespace`, dictionaries with attributes (`EasyDict`). */
export class Namespace extends LibraryObject {
  readonly typeName = 'Namespace';
  readonly #values: Map<string, Value>;
  /** It is a dictionary, too, and makes the same of the dictionaries that it is given. */
  readonly #isDict: boolean;
  readonly #depth: number;

  constructor(values: ReadonlyMap<string, Value>, span: Span, isDict = false, depth = 0) {
    super(span);
    this.#values = new Map();
    this.#isDict = isDict;
    this.#depth = depth;
    for (const [name, value] of values) this.setAttribute(name, value);
  }

  override attribute(name: string, span: Span): Value | undefined {
    const own = this.#values.get(name);
    if (own || !this.#isDict) return own ?? (name === '__dict__' ? this.asDict(span) : undefined);
    if (name === 'update') return builtin(name, span, (call) => this.#update(call));
    if (name === 'setdefault') return builtin(name, span, (call) => this.#setDefault(call));
    return /^(?:get|items|keys|values|copy)$/.test(name) ? dictMethod(this.asDict(span), name, span) : undefined;
  }

  override setAttribute(name: string, value: Value): boolean {
    const isNested = this.#isDict && value.kind === 'dict' && !value.doubt && this.#depth < deepest;
    this.#values.set(name, isNested ? new Namespace(namedValues(value), value.span, true, this.#depth + 1) : value);
    return true;
  }

  /** Takes over what `update` and `setdefaults` are given. */
  #update(call: Call): Value {
    const [other] = call.arguments.positional;
    call.interpreter.touch(this);
    const given = other instanceof Namespace ? other.asDict(call.span) : other;
    if (given?.kind === 'dict' && !given.doubt) for (const [name, value] of namedValues(given)) this.setAttribute(name, value);
    else if (given) this.doubt ??= call.unread();
    for (const [name, value] of call.arguments.keywords) if (name !== 'allow_val_change') this.setAttribute(name, value);
    return none(call.span);
  }

  #setDefault(call: Call): Value {
    const [key, value = none(call.span)] = call.arguments.positional;
    const name = asString(key);
    if (name === undefined) return (this.doubt ??= call.unread());
    if (!this.#values.has(name)) this.setAttribute(name, value);
    return this.#values.get(name)!;
  }

  override index(index: Value, call: Call): Value {
    return this.#values.get(asString(index) ?? '') ?? call.unread();
  }

  override setIndex(index: Value, value: Value): boolean {
    const name = asString(index);
    return name !== undefined && this.setAttribute(name, value);
  }

  override iterate(): readonly Value[] {
    return [...this.#values.keys()].map((name) => text(name, this.span));
  }

  /** `vars(namespace)`. */
  asDict(span: Span): Dict {
    return dict(span, [...this.#values].map(([name, value]) => [text(name, span), value] as const));
  }
}

/** `EasyDict({…})`, `ConfigDict(lr=0.1)`. */
function attributeDict(call: Call): Value {
  const { positional: [given], keywords, doubt } = call.arguments;
  if (doubt || (given && (given.kind !== 'dict' || given.doubt))) return doubt ?? call.unread();
  return new Namespace(new Map([...(given?.kind === 'dict' ? namedValues(given) : []), ...keywords]), call.span, true);
}

const attributeDicts = ['easydict.EasyDict', 'ml_collections.ConfigDict', 'ml_collections.config_dict.ConfigDict', 'munch.Munch', 'munch.munchify', 'box.Box', 'addict.Dict', 'attrdict.AttrDict', 'dotmap.DotMap', 'omegaconf.OmegaConf.create'];

export const recordFunctions: Functions = {
  ...Object.fromEntries(attributeDicts.map((path) => [path, attributeDict])),
  'dataclasses.field': (call) => new FieldObject(call),
  'dataclasses.asdict': (call) => asDict(call.arguments.positional[0] ?? none(call.span), call),
  'dataclasses.replace': replaced,
  'collections.namedtuple': namedTuple,
  'types.SimpleNamespace': (call) => call.arguments.doubt ?? new Namespace(call.arguments.keywords, call.span),
  'enum.auto': (call) => ({ ...unknown(call.span, 'script.unread-call', { name: call.name }), made: { name: call.name, keywords: new Map() } }),
};
