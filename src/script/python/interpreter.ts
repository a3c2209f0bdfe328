import type { Span } from '../../text/span';
import { type Arguments, asBoolean, Call, noArguments } from './call';
import type { NdArray } from '../numpy/ndarray';
import { arrayFrom, binary, compare, formatted, sameValue, unary } from './operators';
import type { Library } from './library';
import { attributeOf, entryOf, itemsOf, setEntry } from './members';
import { assignedNames, mentionedNames } from './names';
import type { Program } from './program';
import { Scope } from './scope';
import type { Clause, Expression, FunctionDefinition, Parameter, Place, Statement } from './syntax';
import {
  bool,
  builtin,
  type ClassValue,
  dict,
  doubtOf,
  external,
  float,
  type FunctionValue,
  type Instance,
  integer,
  isMutable,
  list,
  type Mutable,
  nextBirth,
  none,
  text,
  tuple,
  type Unknowable,
  unknown,
  type Value,
} from './values';

/** How a statement ended, other than by going on to the next. */
export type Ending =
  | { readonly kind: 'return'; readonly value: Value }
  | { readonly kind: 'break' | 'continue' | 'raise' };

/** Thrown when a loop, or everything, takes more work than reading a script should. */
class TooMuchWork extends Error {}

const stepsInAll = 2_000_000;
const stepsOfALoop = 300_000;
const deepestCall = 60;

/**
 * Follows a script without running it: assignments, the script's own functions and classes, branches, loops.
 * Where only a run could tell what happens, all ways are followed and what differs becomes unknown.
 */
export class Interpreter {
  readonly library: Library;
  readonly program: Program;
  readonly module = new Scope();
  /** Modules that were imported with `*`. */
  readonly #starred: string[] = [];
  /** Functions of the script whose body was followed at least once. */
  readonly followed = new Set<FunctionDefinition | Expression>();
  #base = 0;
  #steps = 0;
  #limit = stepsInAll;
  #depth = 0;
  /** Set while it is not known whether, or how often, the statements are executed. */
  #doubt: { readonly reason: Unknowable; readonly since: number } | undefined;
  /** Values that the running function may have returned under a condition. */
  #perhaps: Value[] = [];
  #brokenOff: Unknowable | undefined;

  constructor(program: Program, library: Library) {
    this.program = program;
    this.library = library;
  }

  /** Follows the whole program; stops early only when it takes too much work. */
  run(): void {
    for (const { base, statements } of this.program.body) {
      this.#base = base;
      try {
        const ending = this.execute(statements, this.module);
        if (ending?.kind === 'raise') break;
      } catch (error) {
        if (!(error instanceof TooMuchWork || error instanceof RangeError)) throw error;
        this.#abandon(statements, this.module);
        if (this.#steps > stepsInAll) break;
      }
    }
  }

  span(place: Place): Span {
    return { start: this.#base + place.from, end: this.#base + place.to };
  }

  /** Counts work. @throws TooMuchWork */
  spend(steps: number): void {
    this.#steps = Math.min(this.#steps + steps, this.#limit + 1);
    if (this.#steps > this.#limit) throw new TooMuchWork();
  }

  /** To be called before an object changes in place: in doubt, the object is in doubt from now on. */
  touch(object: Mutable): void {
    if (this.#doubt && object.birth < this.#doubt.since) object.doubt ??= this.#doubt.reason;
  }

  // --- statements -----------------------------------------------------------------------------------------------

  execute(statements: readonly Statement[], scope: Scope): Ending | undefined {
    for (const statement of statements) {
      this.spend(1);
      const ending = this.#statement(statement, scope);
      if (ending) return ending;
    }
    return undefined;
  }

  #statement(statement: Statement, scope: Scope): Ending | undefined {
    switch (statement.kind) {
      case 'assign': {
        const value = this.evaluate(statement.value, scope);
        for (const target of statement.targets) this.assign(target, value, scope);
        return undefined;
      }
      case 'update':
        this.#update(statement, scope);
        return undefined;
      case 'expression':
        return this.#expressionStatement(statement.value, scope);
      case 'if':
        return this.#if(statement, 0, scope);
      case 'for':
        return this.#for(statement, scope);
      case 'while':
        return this.#while(statement, scope);
      case 'try':
        return this.#try(statement, scope);
      case 'with':
        for (const { value, target } of statement.items) {
          const opened = this.evaluate(value, scope);
          if (target) this.assign(target, opened.kind === 'object' ? opened : unknown(this.span(value), 'script.unread-syntax'), scope);
        }
        return this.execute(statement.body, scope);
      case 'function':
        scope.set(statement.name, this.#decorated(statement, this.#function(statement, statement, statement.name, scope), scope));
        return undefined;
      case 'class':
        scope.set(statement.name, this.#class(statement, scope));
        return undefined;
      case 'return':
        return { kind: 'return', value: statement.value ? this.evaluate(statement.value, scope) : none(this.span(statement)) };
      case 'import':
        for (const { name, alias } of statement.names) {
          const path = alias ? name : name.split('.')[0]!;
          scope.set(alias ?? path, external(this.library.canonical(path), this.span(statement)));
        }
        return undefined;
      case 'from':
        if (statement.names === '*') this.#starred.push(this.library.canonical(statement.module));
        else {
          for (const { name, alias } of statement.names) {
            const path = this.library.canonical(`${statement.module}.${name}`);
            const span = this.span(statement);
            scope.set(alias ?? name, this.library.constant(path, span) ?? external(path, span));
          }
        }
        return undefined;
      case 'delete':
        for (const target of statement.targets) if (target.kind === 'name') scope.variables.delete(target.id);
        return undefined;
      case 'scope':
        for (const name of statement.names) {
          const home = statement.word === 'global' ? scope.module : scope.parent;
          if (home && home !== scope) scope.elsewhere.set(name, home);
        }
        return undefined;
      case 'pass':
        return undefined;
      default:
        return { kind: statement.kind };
    }
  }

  #expressionStatement(value: Expression, scope: Scope): Ending | undefined {
    const result = this.evaluate(value, scope);
    const exits = result.kind === 'unknown' && result.reason.id === 'script.exit';
    return exits ? { kind: 'raise' } : undefined;
  }

  #update(statement: Extract<Statement, { kind: 'update' }>, scope: Scope): void {
    const { target } = statement;
    const old = this.evaluate(target, scope);
    const value = this.evaluate(statement.value, scope);
    if (old.kind === 'list' && statement.operator === '+') {
      this.touch(old);
      const added = itemsOf(value);
      if (Array.isArray(added)) {
        this.spend(old.items.length + added.length);
        old.items = [...old.items, ...added];
      } else old.doubt ??= added as Unknowable;
      return;
    }
    const result = binary(statement.operator, old, value, this.span(statement), this);
    if (old.kind === 'array' && result.kind === 'array' && !old.doubt && !result.doubt) {
      // `x /= 255` changes the array that other names may stand for as well.
      this.touch(old);
      old.array = result.array;
      if (target.kind === 'name') return;
    }
    this.assign(target, result, scope);
  }

  #if(statement: Extract<Statement, { kind: 'if' }>, index: number, scope: Scope): Ending | undefined {
    const branch = statement.branches[index];
    if (!branch) return this.execute(statement.otherwise, scope);
    const test = this.evaluate(branch.test, scope);
    const truth = asBoolean(test);
    if (truth !== undefined) return truth ? this.execute(branch.body, scope) : this.#if(statement, index + 1, scope);
    return this.#eitherWay(this.#condition(branch.test, test), scope, [
      () => this.execute(branch.body, scope),
      () => this.#if(statement, index + 1, scope),
    ]);
  }

  #condition(test: Expression, value: Value): Unknowable {
    const doubt = doubtOf(value);
    return doubt?.reason.id === 'script.condition' ? doubt : unknown(this.span(test), 'script.condition');
  }

  /** Follows every way from the same start; what the ways leave different is unknown afterwards. */
  #eitherWay(reason: Unknowable, scope: Scope, ways: readonly (() => Ending | undefined)[]): Ending | undefined {
    const outer = this.#doubt;
    const before = scope.variables;
    const ends: { variables: Map<string, Value>; ending: Ending | undefined }[] = [];
    this.#doubt = { reason, since: nextBirth() };
    try {
      for (const way of ways) {
        scope.variables = new Map(before);
        const ending = way();
        ends.push({ variables: scope.variables, ending });
      }
    } finally {
      this.#doubt = outer;
      scope.variables = before;
    }
    const returned = ends.flatMap(({ ending }) => (ending?.kind === 'return' ? [ending.value] : []));
    const open = ends.filter(({ ending }) => !ending);
    if (open.length === 0) {
      if (returned.length === ends.length) return { kind: 'return', value: joined(returned, reason) };
      this.#perhaps.push(...returned);
      return ends.map(({ ending }) => ending).find((ending) => ending?.kind !== 'return' && ending?.kind !== 'raise') ?? { kind: 'raise' };
    }
    this.#perhaps.push(...returned);
    if (ends.some(({ ending }) => ending?.kind === 'break' || ending?.kind === 'continue')) this.#brokenOff ??= reason;
    scope.variables = new Map();
    for (const name of new Set(open.flatMap(({ variables }) => [...variables.keys()]))) {
      const values = open.map(({ variables }) => variables.get(name));
      // A name that one way leaves unbound was bound by the other: had it not been, Python would stop at its use.
      scope.variables.set(name, joined(values.filter((value) => value !== undefined), reason));
    }
    return undefined;
  }

  #for(statement: Extract<Statement, { kind: 'for' }>, scope: Scope): Ending | undefined {
    const iterable = this.evaluate(statement.iterable, scope);
    const items = this.iterate(iterable);
    if (!Array.isArray(items)) return this.#unknownLoop(items as Unknowable, statement, statement.target, scope);
    const outerBreak = this.#brokenOff;
    this.#brokenOff = undefined;
    try {
      return this.#bounded(statement.body, scope, () => {
        for (const item of items) {
          this.assign(statement.target, item, scope);
          const ending = this.execute(statement.body, scope);
          if (ending?.kind === 'break') return undefined;
          if (ending && ending.kind !== 'continue') return ending;
          if (this.#brokenOff) return this.#unknownLoop(this.#brokenOff, statement, statement.target, scope);
        }
        return this.execute(statement.otherwise, scope);
      });
    } finally {
      this.#brokenOff = outerBreak;
    }
  }

  #while(statement: Extract<Statement, { kind: 'while' }>, scope: Scope): Ending | undefined {
    return this.#bounded(statement.body, scope, () => {
      for (;;) {
        const test = this.evaluate(statement.test, scope);
        const truth = asBoolean(test);
        if (truth === undefined) return this.#unknownLoop(doubtOf(test) ?? unknown(this.span(statement.test), 'script.condition'), statement, undefined, scope);
        if (!truth) return undefined;
        const ending = this.execute(statement.body, scope);
        if (ending?.kind === 'break') return undefined;
        if (ending && ending.kind !== 'continue') return ending;
        if (this.#brokenOff) {
          const reason = this.#brokenOff;
          this.#brokenOff = undefined;
          return this.#unknownLoop(reason, statement, undefined, scope);
        }
      }
    });
  }

  /** Follows the body once for a loop of which nobody knows how often it runs. */
  #unknownLoop(reason: Unknowable, statement: Extract<Statement, { kind: 'for' | 'while' }>, target: Expression | undefined, scope: Scope): Ending | undefined {
    for (const name of assignedNames(statement.body)) {
      if (scope.variables.has(name)) scope.variables.set(name, reason);
    }
    if (target) this.assign(target, reason, scope);
    const outer = this.#doubt;
    const outerBreak = this.#brokenOff;
    this.#doubt = { reason, since: nextBirth() };
    try {
      const ending = this.execute(statement.body, scope);
      if (ending?.kind === 'return') this.#perhaps.push(ending.value);
    } finally {
      this.#doubt = outer;
      this.#brokenOff = outerBreak;
    }
    return undefined;
  }

  /** Gives a loop a bound of its own, so that one long loop does not stop the reading of what follows. */
  #bounded(body: readonly Statement[], scope: Scope, loop: () => Ending | undefined): Ending | undefined {
    const outer = this.#limit;
    this.#limit = Math.min(outer, this.#steps + stepsOfALoop);
    try {
      return loop();
    } catch (error) {
      if (!(error instanceof TooMuchWork) || this.#limit >= outer || this.#steps > outer) throw error;
      this.#abandon(body, scope);
      return undefined;
    } finally {
      this.#limit = outer;
    }
  }

  /** Everything the statements may have changed is unknown from now on. */
  #abandon(statements: readonly Statement[], scope: Scope): void {
    const first = statements[0];
    const last = statements.at(-1);
    if (!first || !last) return;
    const reason = unknown(this.span({ from: first.from, to: last.to }), 'script.too-much-work');
    for (const name of assignedNames(statements)) scope.set(name, reason);
    for (const name of mentionedNames(statements)) {
      const value = scope.get(name);
      if (value && isMutable(value)) value.doubt ??= reason;
    }
  }

  #try(statement: Extract<Statement, { kind: 'try' }>, scope: Scope): Ending | undefined {
    const ending = this.execute([...statement.body, ...statement.otherwise], scope);
    const last = this.execute(statement.last, scope);
    if (ending?.kind === 'raise' && statement.handlers[0]) return last ?? this.execute(statement.handlers[0], scope);
    return last ?? ending;
  }

  // --- definitions ------------------------------------------------------------------------------------------------

  #function(place: Place, body: FunctionDefinition | Expression, name: string, scope: Scope, parameters?: readonly Parameter[]): FunctionValue {
    const all = parameters ?? (body as FunctionDefinition).parameters;
    const fallbacks = new Map<string, Value>();
    for (const parameter of all) {
      if (parameter.fallback) fallbacks.set(parameter.name, this.evaluate(parameter.fallback, scope));
    }
    return { kind: 'function', name, parameters: all, fallbacks, body, base: this.#base, scope, span: this.span(place) };
  }

  #decorated(definition: FunctionDefinition, made: FunctionValue, scope: Scope): Value {
    for (const decorator of definition.decorators) {
      const value = this.evaluate(decorator, scope);
      const path = value.kind === 'external' ? value.path : decorator.kind === 'name' ? decorator.id : '';
      if (path.endsWith('staticmethod') || path.startsWith('tensorflow.') || path.startsWith('keras.')) continue;
      if (path.endsWith('property')) return builtin('property', made.span, (call) => this.call(made, call.arguments, call.span));
      if (path.endsWith('.register_keras_serializable')) continue;
      return unknown(this.span(decorator), 'script.unread-syntax');
    }
    return made;
  }

  #class(statement: Extract<Statement, { kind: 'class' }>, scope: Scope): ClassValue {
    const made: ClassValue = {
      kind: 'class',
      name: statement.name,
      bases: statement.bases.map((base) => this.evaluate(base, scope)),
      members: new Map(),
      span: this.span(statement),
    };
    const inner = new Scope(scope);
    this.execute(statement.body, inner);
    for (const [name, value] of inner.variables) {
      // Methods see the names around the class, not those inside it.
      made.members.set(name, value.kind === 'function' ? { ...value, scope, owner: made } : value);
    }
    return made;
  }

  // --- assignment -------------------------------------------------------------------------------------------------

  assign(target: Expression, value: Value, scope: Scope): void {
    switch (target.kind) {
      case 'name':
        scope.set(target.id, value);
        break;
      case 'tuple':
      case 'list':
        this.#unpack(target.items, value, scope);
        break;
      case 'star':
        this.assign(target.value, value, scope);
        break;
      case 'attribute':
        this.#setAttribute(this.evaluate(target.object, scope), target.name, value);
        break;
      case 'subscript': {
        const object = this.evaluate(target.object, scope);
        const index = this.evaluate(target.index, scope);
        if (isMutable(object)) {
          this.touch(object);
          const call = new Call(this, '[]', this.span(target), noArguments);
          if (!setEntry(object, index, value, call)) object.doubt ??= doubtOf(index) ?? doubtOf(value) ?? unknown(this.span(target), 'script.unread-syntax');
        }
        break;
      }
      default:
        break;
    }
  }

  #unpack(targets: readonly Expression[], value: Value, scope: Scope): void {
    const items = this.iterate(value);
    if (!Array.isArray(items)) {
      for (const target of targets) this.assign(target, items as Unknowable, scope);
      return;
    }
    const starAt = targets.findIndex((target) => target.kind === 'star');
    if (starAt < 0) {
      const missing = unknown(value.span, 'script.mismatch');
      const fits = items.length === targets.length;
      targets.forEach((target, i) => this.assign(target, fits ? items[i]! : missing, scope));
      return;
    }
    const after = targets.length - starAt - 1;
    targets.forEach((target, i) => {
      if (i < starAt) this.assign(target, items[i] ?? unknown(value.span, 'script.mismatch'), scope);
      else if (i === starAt) this.assign(target, list(items.slice(starAt, items.length - after), value.span), scope);
      else this.assign(target, items[items.length - targets.length + i] ?? unknown(value.span, 'script.mismatch'), scope);
    });
  }

  #setAttribute(object: Value, name: string, value: Value): void {
    if (object.kind === 'instance') {
      const known = object.attributes.get(name);
      const doubt = this.#doubt && object.birth < this.#doubt.since && !(known && sameValue(known, value)) ? this.#doubt.reason : undefined;
      object.attributes.set(name, doubt ?? value);
      object.delegate?.setAttribute(name, value);
    } else if (object.kind === 'object') {
      this.touch(object);
      if (!object.setAttribute(name, value)) object.doubt ??= unknown(value.span, 'script.unread-attribute', { name });
    } else if (object.kind === 'class') {
      object.members.set(name, value);
    } else if (object.kind === 'array') {
      object.doubt ??= unknown(value.span, 'script.unread-attribute', { name });
    }
  }

  // --- expressions ------------------------------------------------------------------------------------------------

  evaluate(expression: Expression, scope: Scope): Value {
    this.spend(1);
    const span = this.span(expression);
    switch (expression.kind) {
      case 'number':
        return expression.float ? float(expression.value, span) : integer(expression.value, span);
      case 'string':
        return text(expression.value, span);
      case 'constant':
        if (expression.value === null) return none(span);
        return expression.value === 'ellipsis' ? { kind: 'ellipsis', span } : bool(expression.value, span);
      case 'name':
        return this.#name(expression.id, span, scope);
      case 'format':
        return this.#format(expression, span, scope);
      case 'list':
        return this.#collected('list', expression.items, span, scope);
      case 'tuple':
        return this.#collected('tuple', expression.items, span, scope);
      case 'set':
        return this.#collected('set', expression.items, span, scope);
      case 'dict':
        return this.#dict(expression, span, scope);
      case 'comprehension':
        return this.#comprehension(expression, span, scope);
      case 'call':
        return this.#call(expression, span, scope);
      case 'attribute':
        return this.attribute(this.evaluate(expression.object, scope), expression.name, span);
      case 'subscript': {
        const object = this.evaluate(expression.object, scope);
        const index = this.evaluate(expression.index, scope);
        return entryOf(object, index, new Call(this, '[]', span, noArguments));
      }
      case 'slice': {
        const part = (bound: Expression | undefined): Value | undefined => bound && this.evaluate(bound, scope);
        const [lower, upper, step] = [part(expression.lower), part(expression.upper), part(expression.step)];
        return { kind: 'slice', span, ...(lower && { lower }), ...(upper && { upper }), ...(step && { step }) };
      }
      case 'binary':
        return binary(expression.operator, this.evaluate(expression.left, scope), this.evaluate(expression.right, scope), span, this);
      case 'unary':
        return unary(expression.operator, this.evaluate(expression.operand, scope), span);
      case 'and':
      case 'or': {
        const left = this.evaluate(expression.left, scope);
        const truth = asBoolean(left);
        if (truth === undefined) return doubtOf(left) ?? unknown(span, 'script.condition');
        return truth === (expression.kind === 'and') ? this.evaluate(expression.right, scope) : left;
      }
      case 'compare': {
        let left = this.evaluate(expression.first, scope);
        let result: Value = bool(true, span);
        for (const { operator, operand } of expression.rest) {
          const right = this.evaluate(operand, scope);
          result = compare(operator, left, right, span, this);
          if (expression.rest.length > 1 && asBoolean(result) !== true) return result;
          left = right;
        }
        return result;
      }
      case 'conditional': {
        const test = this.evaluate(expression.test, scope);
        const truth = asBoolean(test);
        if (truth !== undefined) return this.evaluate(truth ? expression.then : expression.otherwise, scope);
        return joined([this.evaluate(expression.then, scope), this.evaluate(expression.otherwise, scope)], this.#condition(expression.test, test));
      }
      case 'lambda':
        return this.#function(expression, expression.body, 'lambda', scope, expression.parameters);
      case 'walrus': {
        const value = this.evaluate(expression.value, scope);
        this.assign(expression.target, value, scope);
        return value;
      }
      case 'star':
      case 'other':
        return unknown(span, 'script.unread-syntax');
    }
  }

  #name(id: string, span: Span, scope: Scope): Value {
    const value = scope.get(id);
    if (value) return value;
    const known = this.library.named(id, this.#starred, span);
    return known ?? unknown(span, 'script.unknown-name', { name: id });
  }

  #format(expression: Extract<Expression, { kind: 'format' }>, span: Span, scope: Scope): Value {
    let result = '';
    for (const part of expression.parts) {
      if (typeof part === 'string') {
        result += part;
        continue;
      }
      const value = this.evaluate(part.value, scope);
      const worded = part.conversion ? undefined : formatted(value, part.format ?? '');
      if (worded === undefined) return doubtOf(value) ?? unknown(span, 'script.unread-syntax');
      result += worded;
    }
    return text(result, span);
  }

  #collected(kind: 'list' | 'tuple' | 'set', expressions: readonly Expression[], span: Span, scope: Scope): Value {
    const items: Value[] = [];
    for (const expression of expressions) {
      if (expression.kind !== 'star') {
        items.push(this.evaluate(expression, scope));
        continue;
      }
      const spread = this.iterate(this.evaluate(expression.value, scope));
      if (!Array.isArray(spread)) return spread as Unknowable;
      items.push(...spread);
    }
    return { kind, items, span, birth: nextBirth() };
  }

  #dict(expression: Extract<Expression, { kind: 'dict' }>, span: Span, scope: Scope): Value {
    const result = dict(span);
    for (const { key, value } of expression.entries) {
      const item = this.evaluate(value, scope);
      if (key) {
        if (!setEntry(result, this.evaluate(key, scope), item, new Call(this, '[]', span, noArguments))) {
          result.doubt ??= unknown(this.span(key), 'script.unread-syntax');
        }
      } else if (item.kind === 'dict' && !item.doubt) {
        for (const [name, entry] of item.entries) result.entries.set(name, entry);
      } else {
        result.doubt ??= doubtOf(item) ?? unknown(this.span(value), 'script.unread-syntax');
      }
    }
    return result;
  }

  #comprehension(expression: Extract<Expression, { kind: 'comprehension' }>, span: Span, scope: Scope): Value {
    const inner = new Scope(scope);
    const items: Value[] = [];
    const pairs: [Value, Value][] = [];
    const run = (clauses: readonly Clause[]): Unknowable | undefined => {
      const [clause, ...rest] = clauses;
      if (!clause) {
        const item = this.evaluate(expression.element, inner);
        if (expression.value) pairs.push([item, this.evaluate(expression.value, inner)]);
        else items.push(item);
        return undefined;
      }
      if (clause.kind === 'if') {
        const test = this.evaluate(clause.test, inner);
        const truth = asBoolean(test);
        if (truth === undefined) return doubtOf(test) ?? unknown(this.span(clause.test), 'script.condition');
        return truth ? run(rest) : undefined;
      }
      const values = this.iterate(this.evaluate(clause.iterable, inner));
      if (!Array.isArray(values)) return values as Unknowable;
      for (const value of values) {
        this.assign(clause.target, value, inner);
        const doubt = run(rest);
        if (doubt) return doubt;
      }
      return undefined;
    };
    const doubt = run(expression.clauses);
    if (doubt) return doubt;
    if (expression.form === 'dict') return dict(span, pairs);
    return { kind: expression.form === 'set' ? 'set' : 'list', items, span, birth: nextBirth() };
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

  // --- calls --------------------------------------------------------------------------------------------------------

  #call(expression: Extract<Expression, { kind: 'call' }>, span: Span, scope: Scope): Value {
    if (expression.callee.kind === 'name' && expression.callee.id === 'super') return this.#super(span, scope);
    const callee = this.evaluate(expression.callee, scope);
    const given = this.#arguments(expression, scope);
    return this.call(callee, given, span);
  }

  #arguments(expression: Extract<Expression, { kind: 'call' }>, scope: Scope): Arguments {
    const positional: Value[] = [];
    const keywords = new Map<string, Value>();
    let doubt: Unknowable | undefined;
    for (const argument of expression.arguments) {
      const value = this.evaluate(argument.value, scope);
      if (argument.keyword) keywords.set(argument.keyword, value);
      else if (argument.star === '**') {
        if (value.kind === 'dict' && !value.doubt) {
          for (const entry of value.entries.values()) if (entry.key.kind === 'string') keywords.set(entry.key.value, entry.value);
        } else doubt ??= doubtOf(value) ?? unknown(this.span(argument), 'script.unread-syntax');
      } else if (argument.star === '*') {
        const items = this.iterate(value);
        if (Array.isArray(items)) positional.push(...items);
        else doubt ??= items as Unknowable;
      } else positional.push(value);
    }
    return doubt ? { positional, keywords, doubt } : { positional, keywords };
  }

  /** Calls anything that can be called. */
  call(callee: Value, given: Arguments, span: Span): Value {
    switch (callee.kind) {
      case 'external': {
        const result = this.library.call(new Call(this, callee.path, span, given));
        if (result.kind === 'array') this.spend((result.array.data?.length ?? 0) / 16);
        return result;
      }
      case 'builtin':
        return callee.run(new Call(this, callee.name, span, given));
      case 'function':
        return this.#callFunction(callee, given, span);
      case 'class':
        return this.#instantiate(callee, given, span);
      case 'instance': {
        const method = memberOf(callee.type, '__call__');
        if (method?.kind === 'function') return this.#callFunction({ ...method, self: callee }, given, span);
        return callee.delegate?.call?.(new Call(this, callee.type.name, span, given)) ?? unknown(span, 'script.unread-call', { name: callee.type.name });
      }
      case 'object':
        return callee.call?.(new Call(this, callee.typeName, span, given)) ?? unknown(span, 'script.unread-call', { name: callee.typeName });
      case 'unknown':
        return callee;
      default:
        return unknown(span, 'script.unread-call', { name: callee.kind });
    }
  }

  #callFunction(callee: FunctionValue, given: Arguments, span: Span): Value {
    const { body } = callee;
    if (this.#depth >= deepestCall) return unknown(span, 'script.too-much-work');
    if (body.kind === 'function' && body.generator) return unknown(span, 'script.generator', { name: callee.name });
    this.followed.add(body);
    const scope = new Scope(callee.scope);
    this.#bindParameters(callee, given, span, scope);
    const outerBase = this.#base;
    const outerPerhaps = this.#perhaps;
    const outerBreak = this.#brokenOff;
    this.#base = callee.base;
    this.#perhaps = [];
    this.#brokenOff = undefined;
    this.#depth++;
    try {
      if (body.kind !== 'function') return this.evaluate(body, scope);
      const ending = this.execute(body.body, scope);
      if (ending?.kind === 'raise' && this.#perhaps.length === 0) return unknown(span, 'script.raises', { name: callee.name });
      const last = ending?.kind === 'return' ? [ending.value] : ending?.kind === 'raise' ? [] : [none(span)];
      return joined([...this.#perhaps, ...last], unknown(this.span(body), 'script.condition'));
    } finally {
      this.#depth--;
      this.#base = outerBase;
      this.#perhaps = outerPerhaps;
      this.#brokenOff = outerBreak;
    }
  }

  #bindParameters(callee: FunctionValue, given: Arguments, span: Span, scope: Scope): void {
    const positional = callee.self && callee.parameters.length > 0 ? [callee.self, ...given.positional] : [...given.positional];
    const keywords = new Map(given.keywords);
    for (const parameter of callee.parameters) {
      if (parameter.star === '*') {
        scope.set(parameter.name, given.doubt ?? tuple(positional.splice(0), span));
      } else if (parameter.star === '**') {
        scope.set(parameter.name, given.doubt ?? dict(span, [...keywords].map(([name, value]) => [text(name, span), value] as const)));
      } else {
        const named = keywords.get(parameter.name);
        keywords.delete(parameter.name);
        const value = (parameter.keywordOnly ? undefined : named ? undefined : positional.shift()) ?? named ?? given.doubt ?? callee.fallbacks.get(parameter.name);
        scope.set(parameter.name, value ?? unknown(span, 'script.parameter', { name: parameter.name }));
      }
    }
    if (callee.owner) scope.set('__class__', callee.owner);
    if (callee.self) scope.set('__self__', callee.self);
  }

  #instantiate(type: ClassValue, given: Arguments, span: Span): Value {
    const made: Instance = { kind: 'instance', type, attributes: new Map(), span, birth: nextBirth() };
    const root = libraryBase(type);
    if (root?.kind === 'unknown') return root;
    const delegate = root?.kind === 'external' ? this.library.delegate(root.path, made, new Call(this, type.name, span, given)) : undefined;
    if (delegate) made.delegate = delegate;
    const initialize = memberOf(type, '__init__');
    if (initialize?.kind === 'function') this.#callFunction({ ...initialize, self: made }, given, span);
    else if (delegate) delegate.initialize(new Call(this, type.name, span, given));
    return made;
  }

  /** `super()` and `super(Class, self)`: the members of the bases, bound to the same object. */
  #super(span: Span, scope: Scope): Value {
    const self = scope.get('__self__');
    const owner = scope.get('__class__');
    if (self?.kind !== 'instance' || owner?.kind !== 'class') return unknown(span, 'script.unread-call', { name: 'super' });
    return this.library.superOf(self, (name) => {
      for (const base of owner.bases) {
        const member = base.kind === 'class' ? memberOf(base, name) : undefined;
        if (member?.kind === 'function') return { ...member, self };
      }
      return undefined;
    }, span);
  }

  /** Follows the script's functions that nothing called, with unknown arguments where they have no defaults. */
  followUncalled(wanted: (source: string) => boolean): void {
    const isWanted = ({ body, base }: FunctionValue): boolean =>
      body.kind === 'function' && !this.followed.has(body) && wanted(this.program.text.slice(base + body.from, base + body.to));
    const visit = (value: Value, self?: Value): void => {
      if (value.kind === 'function' && isWanted(value)) {
        try {
          this.#callFunction(self ? { ...value, self } : value, noArguments, value.span);
        } catch (error) {
          if (!(error instanceof TooMuchWork || error instanceof RangeError)) throw error;
        }
      } else if (value.kind === 'class' && !self) {
        const methods = [...value.members.values()].filter((member) => member.kind === 'function' && isWanted(member));
        if (methods.length === 0) return;
        const made = this.#instantiate(value, noArguments, value.span);
        for (const method of methods) visit(method, made);
      }
    };
    for (const value of [...this.module.variables.values()]) visit(value);
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

/** Equal values stay, different ones are unknown for the reason. */
function joined(values: readonly Value[], reason: Unknowable): Value {
  const [first, ...rest] = values;
  if (!first) return reason;
  return rest.every((value) => sameValue(first, value)) ? first : reason;
}

/** A member of a class or of its bases in the script. */
export function memberOf(type: ClassValue, name: string): Value | undefined {
  const own = type.members.get(name);
  if (own) return own;
  for (const base of type.bases) {
    const found = base.kind === 'class' ? memberOf(base, name) : undefined;
    if (found) return found;
  }
  return undefined;
}

/** The class of a library that a class of the script comes from. */
export function libraryBase(type: ClassValue): Value | undefined {
  for (const base of type.bases) {
    if (base.kind === 'external' || base.kind === 'unknown') return base;
    const found = base.kind === 'class' ? libraryBase(base) : undefined;
    if (found) return found;
  }
  return undefined;
}
