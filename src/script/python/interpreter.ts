import type { Span } from '../../text/span';
import type { NdArray } from '../numpy/ndarray';
import { assign } from './assignment';
import { Budget, isTooMuch } from './budget';
import { type Arguments, Call } from './call';
import { call } from './calling';
import { evaluate } from './expressions';
import { Frame } from './frame';
import type { Library } from './library';
import { abandon, type Rounds } from './loops';
import { attributeOf, entryOf, itemsOf } from './members';
import { arrayFrom } from './operators';
import type { Modules } from './modules';
import type { Program } from './program';
import { Scope } from './scope';
import { type Ending, executeStatement } from './statements';
import type { Expression, FunctionDefinition, Place, Statement } from './syntax';
import {
  doubtOf, external, type FunctionValue, type Mutable, nextBirth, type Unknowable, unknown, type Value,
} from './values';

/**
 * Follows a script without running it: assignments, the script's own functions and classes, branches, loops.
 * Where only a run could tell what happens, all ways are followed and what differs becomes unknown.
 */
export class Interpreter {
  readonly library: Library;
  readonly program: Program;
  readonly modules: Modules;
  readonly module = new Scope();
  readonly budget = new Budget();
  /** Functions of the script that decorators nobody here knows may have replaced. */
  readonly hidden: FunctionValue[] = [];
  /** Functions of the script whose body was followed at least once. */
  readonly followed = new Set<FunctionDefinition | Expression>();
  frame = new Frame(0);
  /** Loops that are under way, the innermost last, whichever function they stand in. */
  readonly rounds: Rounds[] = [];
  /** The last thing that Python may have raised an error at: a file that is not at hand. */
  failure: Unknowable | undefined;
  /** Set while it is not known whether, or how often, the statements are executed. */
  #doubt: { readonly reason: Unknowable; readonly since: number } | undefined;

  constructor(program: Program, library: Library, modules: Modules) {
    this.program = program;
    this.library = library;
    this.modules = modules;
  }

  /** Follows the whole program; stops early only when it takes too much work. */
  run(): void {
    this.follow(this.program, this.module, (base) => new Frame(base));
  }

  /** Follows the statements of a file, each in a frame of its own. */
  follow({ body }: Program, scope: Scope, frameOf: (base: number) => Frame): void {
    for (const { base, statements } of body) {
      this.frame = frameOf(base);
      try {
        const ending = this.execute(statements, scope);
        if (ending?.kind === 'raise') break;
      } catch (error) {
        if (!isTooMuch(error)) throw error;
        abandon(this, statements, scope);
        if (this.budget.exhausted) break;
      }
    }
  }

  span(place: Place): Span {
    const { base } = this.frame;
    if (typeof base !== 'number') return base;
    return { start: base + place.from, end: base + place.to };
  }

  /** Counts work. @throws TooMuchWork */
  spend(steps: number): void {
    this.budget.spend(steps);
  }

  /** Follows what may not happen, or happen more than once. */
  inDoubt<Result>(reason: Unknowable, action: () => Result): Result {
    const outer = this.#doubt;
    this.#doubt = { reason, since: nextBirth() };
    try {
      return action();
    } finally {
      this.#doubt = outer;
    }
  }

  /** Why it is not known whether the running statement is executed, or how often. */
  get doubt(): Unknowable | undefined {
    return this.#doubt?.reason;
  }

  /** Why it is not known whether a change that the running statement makes to the object happens. */
  doubtAbout(object: { readonly birth: number }): Unknowable | undefined {
    return this.#doubt && object.birth < this.#doubt.since ? this.#doubt.reason : undefined;
  }

  /** To be called before an object changes in place: in doubt, the object is in doubt from now on. */
  touch(object: Mutable): void {
    const doubt = this.doubtAbout(object);
    if (doubt) object.doubt ??= doubt;
  }

  execute(statements: readonly Statement[], scope: Scope): Ending | undefined {
    for (const statement of statements) {
      this.spend(1);
      const ending = executeStatement(this, statement, scope);
      if (ending) return ending;
    }
    return undefined;
  }

  assign(target: Expression, value: Value, scope: Scope): void {
    assign(this, target, value, scope);
  }

  evaluate(expression: Expression, scope: Scope): Value {
    return evaluate(this, expression, scope);
  }

  /** Calls anything that can be called. */
  call(callee: Value, given: Arguments, span: Span): Value {
    return call(this, callee, given, span);
  }

  /** `object.name`. */
  attribute(object: Value, name: string, span: Span): Value {
    if (object.kind === 'external') {
      const path = this.library.canonical(`${object.path}.${name}`);
      return this.library.constant(path, span) ?? external(path, span);
    }
    const value = (object.kind === 'unknown' ? this.library.methodOfUnknown(object, name, span) : undefined) ?? attributeOf(object, name, span, this);
    // A property is called as soon as it is named.
    if (value?.kind === 'builtin' && value.name === 'property') return value.run(new Call(this, name, span, { positional: [object], keywords: new Map() }));
    return value ?? doubtOf(object) ?? unknown(span, 'script.unread-attribute', { name });
  }

  /** A list of numbers or an array as an array; undefined if it is anything else. */
  arrayOf(value: Value): NdArray | undefined {
    return arrayFrom(value);
  }

  /** `object[index]`. */
  entry(object: Value, index: Value, call: Call): Value {
    return entryOf(object, index, call);
  }

  /** The items a loop goes through; unknown if they are. */
  iterate(value: Value): readonly Value[] | Unknowable {
    const items = itemsOf(value);
    if (Array.isArray(items)) this.spend(items.length / 4);
    return items;
  }
}
