import type { Message } from '../../text/message';
import type { Span } from '../../text/span';
import type { Json } from '../script';
import type { Call } from './call';
import type { Base } from './frame';
import type { Interpreter } from './interpreter';
import type { Expression, FunctionDefinition, Parameter } from './syntax';
import type { Scope } from './scope';
import type { NdArray } from '../numpy/ndarray';

/**
 * What a Python expression is worth, as far as it can be known without running it; `searched`: it is what a search starts
 * with, which tries others as well.
 */
export type Value =
  | Unknowable
  | { readonly kind: 'none'; readonly span: Span }
  | { readonly kind: 'bool'; readonly value: boolean; readonly span: Span; readonly searched?: Unknowable }
  | { readonly kind: 'number'; readonly value: number; readonly float: boolean; readonly span: Span; readonly searched?: Unknowable; readonly home?: Home }
  | { readonly kind: 'string'; readonly value: string; readonly span: Span; readonly searched?: Unknowable }
  | { readonly kind: 'ellipsis'; readonly span: Span }
  | { readonly kind: 'slice'; readonly lower?: Value; readonly upper?: Value; readonly step?: Value; readonly span: Span }
  | Sequence
  | Dict
  | ArrayValue
  | External
  | FunctionValue
  | ClassValue
  | Instance
  | Builtin
  | LibraryObject;

/** The attribute that a number was taken from, which is a variable: it can be assigned to through the number. */
export interface Home {
  readonly object: LibraryObject;
  readonly name: string;
}

/** A value that only a run could tell. */
export interface Unknowable {
  readonly kind: 'unknown';
  /** Where reading stopped. */
  readonly span: Span;
  readonly reason: Message;
  /** It is one number, whichever: an array that is computed with it keeps its shape. */
  readonly isNumber?: true;
  /** Set for an object of a class of a library that is not followed: full name of the class, and its arguments. */
  readonly made?: { readonly name: string; readonly keywords: ReadonlyMap<string, Value> };
  /** What a search starts with where it chooses this. */
  readonly start?: Json;
  readonly home?: Home;
}

/** Something that can change in place; `doubt` is set once it may have been changed in a way nobody knows. */
export interface Mutable {
  doubt?: Unknowable;
  /** Number of the object in the order of their making: tells what existed before a branch began. */
  readonly birth: number;
}

export interface Sequence extends Mutable {
  readonly kind: 'list' | 'tuple' | 'set';
  items: readonly Value[];
  readonly span: Span;
}

export interface Dict extends Mutable {
  readonly kind: 'dict';
  /** By `keyOf(key)`. */
  readonly entries: Map<string, { readonly key: Value; readonly value: Value }>;
  /** Of a `defaultdict`: what makes the value of a key that it lacks. */
  factory?: Value;
  readonly span: Span;
}

export interface ArrayValue extends Mutable {
  readonly kind: 'array';
  array: NdArray;
  readonly span: Span;
}

/** A module of a library or something in it, by its full name. */
export interface External {
  readonly kind: 'external';
  readonly path: string;
  readonly span: Span;
}

/** A function or lambda of the script, with the scope it was made in. */
export interface FunctionValue {
  readonly kind: 'function';
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly fallbacks: ReadonlyMap<string, Value>;
  readonly body: FunctionDefinition | Expression;
  readonly base: Base;
  readonly scope: Scope;
  readonly span: Span;
  /** The object of a bound method. */
  readonly self?: Value;
  /** The class a method was defined in. */
  readonly owner?: ClassValue;
  /** Of a `classmethod` or a `staticmethod`: it takes the class, or nothing, instead of the object. */
  readonly binding?: 'class' | 'none';
}

export interface ClassValue {
  readonly kind: 'class';
  readonly name: string;
  readonly bases: readonly Value[];
  readonly members: Map<string, Value>;
  readonly span: Span;
  /** Names whose type its own body tells, in order. */
  readonly typed: readonly string[];
  /** Of a data class: what its own body adds to the fields. */
  fields?: readonly string[];
}

/** An object of a class of the script. */
export interface Instance extends Mutable {
  readonly kind: 'instance';
  readonly type: ClassValue;
  readonly attributes: Map<string, Value>;
  readonly span: Span;
  /** What it inherits from a class of a library. */
  delegate?: Delegate;
}

/** A method or function that the reader itself knows. */
export interface Builtin {
  readonly kind: 'builtin';
  readonly name: string;
  readonly span: Span;
  readonly run: (call: Call) => Value;
  /** Of a property: what sets it. */
  readonly setter?: Value;
}

let births = 0;

/** The number of the next object to be made. */
export function nextBirth(): number {
  return ++births;
}

/** An object of a library whose behaviour the reader knows: a model, a layer, a scaler, a table, … */
export abstract class LibraryObject implements Mutable {
  readonly kind = 'object';
  readonly birth = nextBirth();
  doubt?: Unknowable;
  readonly span: Span;
  /** Python's name of its class. */
  abstract readonly typeName: string;

  constructor(span: Span) {
    this.span = span;
  }

  /** Why what it holds is not known, if it is not. */
  get lacks(): Unknowable | undefined {
    return undefined;
  }

  /** undefined: not known. */
  attribute(_name: string, _span: Span): Value | undefined {
    return undefined;
  }

  /** false: not known, the object is in doubt from now on. */
  setAttribute(_name: string, _value: Value): boolean {
    return false;
  }

  /** Whether it is the same after any of these methods or assignments to these attributes. */
  endures(_names: ReadonlySet<string>): boolean {
    return false;
  }

  /** Whether it is of a class of its library; undefined: not known. */
  isA(_path: string): boolean | undefined {
    return undefined;
  }

  call?(call: Call): Value;
  index?(index: Value, call: Call): Value;
  setIndex?(index: Value, value: Value, call: Call): boolean;
  iterate?(): readonly Value[] | Unknowable;
  /** What stands for any item of a loop over it, where there is no telling the rounds apart; undefined: nothing does. */
  representative(): Value | undefined {
    return undefined;
  }
  /** Whether `if object:` goes on; undefined: only a run could tell. */
  truth(): boolean | undefined {
    return true;
  }
  /** `a, b = object`; undefined: as a loop over it gives. */
  unpack(_count: number): readonly Value[] | undefined {
    return undefined;
  }
  /** What NumPy makes of it: `np.asarray(object)`. */
  asArray?(): NdArray;
  /** An array that was worked out of its own, element by element, under its labels. */
  like?(result: NdArray, span: Span): Value;
  /** `operator` with this object on either side; undefined: not known. */
  operate?(operator: string, left: Value, right: Value, span: Span, interpreter: Interpreter | undefined): Value | undefined;
}

/** Something that a loop goes through round by round, of which `each` stands for any item. */
export class Stream extends LibraryObject {
  readonly typeName = 'iterator';
  readonly each: Value;

  constructor(each: Value, span: Span) {
    super(span);
    this.each = each;
  }

  override representative(): Value {
    return this.each;
  }
}

/** The part of an object that comes from a base class in a library. */
export abstract class Delegate extends LibraryObject {
  /** The base class' `__init__`. */
  abstract initialize(call: Call): void;
}

export const none = (span: Span): Value => ({ kind: 'none', span });
export const bool = (value: boolean, span: Span): Value => ({ kind: 'bool', value, span });
export const integer = (value: number, span: Span): Value => ({ kind: 'number', value, float: false, span });
export const float = (value: number, span: Span): Value => ({ kind: 'number', value, float: true, span });
export const text = (value: string, span: Span): Value => ({ kind: 'string', value, span });
export const list = (items: readonly Value[], span: Span): Sequence => ({ kind: 'list', items, span, birth: nextBirth() });
export const tuple = (items: readonly Value[], span: Span): Sequence => ({ kind: 'tuple', items, span, birth: nextBirth() });
export const array = (value: NdArray, span: Span): ArrayValue => ({ kind: 'array', array: value, span, birth: nextBirth() });
export const external = (path: string, span: Span): External => ({ kind: 'external', path, span });
export const builtin = (name: string, span: Span, run: (call: Call) => Value): Builtin => ({ kind: 'builtin', name, span, run });

export function dict(span: Span, entries: Iterable<readonly [Value, Value]> = []): Dict {
  const result: Dict = { kind: 'dict', entries: new Map(), span, birth: nextBirth() };
  for (const [key, value] of entries) {
    const name = keyOf(key);
    if (name !== undefined) result.entries.set(name, { key, value });
  }
  return result;
}

export function unknown(span: Span, id: string, args?: Message['args']): Unknowable {
  return { kind: 'unknown', span, reason: args ? { id, args } : { id } };
}

/** The same for equal keys of a dictionary; undefined for what cannot be a key or is not known. */
export function keyOf(value: Value): string | undefined {
  switch (value.kind) {
    case 'none':
      return 'none';
    case 'bool':
      return `n${Number(value.value)}`;
    case 'number':
      return `n${value.value}`;
    case 'string':
      return `s${value.value}`;
    case 'external':
      return `x${value.path}`;
    case 'tuple': {
      const keys = value.items.map(keyOf);
      return keys.includes(undefined) ? undefined : `t${JSON.stringify(keys)}`;
    }
    default:
      return undefined;
  }
}

/** The entries of a dictionary whose keys are names. */
export function namedValues({ entries }: Dict): ReadonlyMap<string, Value> {
  return new Map([...entries.values()].flatMap(({ key, value }) => (key.kind === 'string' ? [[key.value, value] as const] : [])));
}

export function isMutable(value: Value): value is Value & Mutable {
  return 'birth' in value;
}

/** The doubt about a value, however it came: unknown itself, or changed in a way nobody knows. */
export function doubtOf(value: Value): Unknowable | undefined {
  if (value.kind === 'unknown') return value;
  return isMutable(value) ? value.doubt : undefined;
}

/** A value with another place: where it is written instead of where it was made. */
export function at<T extends Value>(value: T, span: Span): T {
  return value instanceof LibraryObject || isMutable(value) ? value : { ...value, span };
}
