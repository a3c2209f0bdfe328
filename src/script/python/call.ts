import type { Message } from '../../text/message';
import type { Span } from '../../text/span';
import type { Interpreter } from './interpreter';
import { doubtOf, type Unknowable, unknown, type Value } from './values';

export interface Arguments {
  readonly positional: readonly Value[];
  readonly keywords: ReadonlyMap<string, Value>;
  /** An unknown `*` or `**` argument: what is not listed may still have been given. */
  readonly doubt?: Unknowable;
}

export const noArguments: Arguments = { positional: [], keywords: new Map() };

/** One call of something the reader knows: its arguments, its place, and the reader itself. */
export class Call {
  readonly interpreter: Interpreter;
  readonly name: string;
  readonly span: Span;
  readonly arguments: Arguments;

  constructor(interpreter: Interpreter, name: string, span: Span, given: Arguments) {
    this.interpreter = interpreter;
    this.name = name;
    this.span = span;
    this.arguments = given;
  }

  /** Arguments by name; `signature` lists the names of the positional ones in order, separated by blanks. */
  bind<Name extends string = string>(signature: string): Partial<Record<Name, Value>> {
    const bound: Record<string, Value> = {};
    const names = signature.split(' ');
    this.arguments.positional.forEach((value, i) => {
      const name = names[i];
      if (name) bound[name] = value;
    });
    for (const [name, value] of this.arguments.keywords) bound[name] = value;
    return bound as Partial<Record<Name, Value>>;
  }

  /** The same call with only these named arguments. */
  renamed(keywords: ReadonlyMap<string, Value | undefined>): Call {
    const given = new Map([...keywords].filter((entry): entry is [string, Value] => entry[1] !== undefined));
    const { doubt } = this.arguments;
    return new Call(this.interpreter, this.name, this.span, doubt ? { positional: [], keywords: given, doubt } : { positional: [], keywords: given });
  }

  /** A plain number argument, the fallback if it is not given or None, undefined if it is not known. */
  number(value: Value | undefined, fallback: number): number | undefined {
    if (!value || value.kind === 'none') return fallback;
    return asNumber(value);
  }

  /** The first thing among the arguments that nobody knows, else this call itself. */
  unread(id = 'script.unread-call', args: Message['args'] = { name: this.name }): Unknowable {
    const doubt = this.doubt();
    return doubt ?? unknown(this.span, id, args);
  }

  doubt(): Unknowable | undefined {
    for (const value of [...this.arguments.positional, ...this.arguments.keywords.values()]) {
      const doubt = deepDoubt(value, 2);
      if (doubt) return doubt;
    }
    return this.arguments.doubt;
  }
}

/** The doubt about a value or about what it holds: unknown items, arrays and tables whose numbers are missing. */
function deepDoubt(value: Value, depth: number): Unknowable | undefined {
  const doubt = doubtOf(value);
  if (doubt || depth === 0) return doubt;
  if (value.kind === 'array') return value.array.missing && { kind: 'unknown', ...value.array.missing };
  if (value.kind === 'object') return value.lacks;
  if (value.kind !== 'list' && value.kind !== 'tuple') return undefined;
  for (const item of value.items.slice(0, 100)) {
    const inner = deepDoubt(item, depth - 1);
    if (inner) return inner;
  }
  return undefined;
}

/** Numbers, booleans and arrays of one element. */
export function asNumber(value: Value | undefined): number | undefined {
  if (value?.kind === 'number') return value.value;
  if (value?.kind === 'bool') return Number(value.value);
  if (value?.kind === 'array' && !value.doubt && value.array.data?.length === 1) {
    const [only] = value.array.data;
    return typeof only === 'number' ? only : undefined;
  }
  return undefined;
}

export function asString(value: Value | undefined): string | undefined {
  return value?.kind === 'string' ? value.value : undefined;
}

/** Known truth of a value; undefined if only a run could tell. */
export function asBoolean(value: Value | undefined): boolean | undefined {
  if (!value || doubtOf(value)) return undefined;
  switch (value.kind) {
    case 'none':
      return false;
    case 'bool':
      return value.value;
    case 'number':
      return value.value !== 0;
    case 'string':
      return value.value !== '';
    case 'list':
    case 'tuple':
    case 'set':
      return value.items.length > 0;
    case 'dict':
      return value.entries.size > 0;
    case 'array': {
      const number = asNumber(value);
      return number === undefined ? undefined : number !== 0;
    }
    case 'external':
      // A module or class is true; a name that may be a constant of its library is not known.
      return undefined;
    case 'function':
    case 'class':
    case 'builtin':
      return true;
    default:
      return value.kind === 'object' ? value.truth() : undefined;
  }
}
