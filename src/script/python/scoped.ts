/** Python's own functions that depend on the names around their call. */
import type { Span } from '../../text/span';
import { asString, type Call } from './call';
import { deepestCall, Frame } from './frame';
import type { Interpreter } from './interpreter';
import { ProgramParser } from './program';
import type { Scope } from './scope';
import type { Expression } from './syntax';
import { bool, builtin, LibraryObject, namedValues, none, text, unknown, type Value } from './values';

/** Names of the functions that `scopedCall` knows, and `super`. */
export const scopedNames: ReadonlySet<string> = new Set(['super', 'globals', 'locals', 'eval', 'exec', 'vars', 'dir']);

/** `globals()` and `locals()`: names as a dictionary. */
class Names extends LibraryObject {
  readonly typeName = 'dict';
  readonly #scope: Scope;
  readonly #interpreter: Interpreter;

  constructor(scope: Scope, interpreter: Interpreter, span: Span) {
    super(span);
    this.#scope = scope;
    this.#interpreter = interpreter;
  }

  override attribute(name: string, span: Span): Value | undefined {
    if (name === 'get') return builtin(name, span, (call) => this.#scope.variables.get(asString(call.arguments.positional[0]) ?? '') ?? call.arguments.positional[1] ?? none(call.span));
    if (name === 'update') return builtin(name, span, (call) => this.#update(call));
    return name === 'keys' ? builtin(name, span, () => this) : undefined;
  }

  #update(call: Call): Value {
    const [other] = call.arguments.positional;
    if (other?.kind === 'dict') for (const [name, value] of namedValues(other)) this.#scope.set(name, value);
    for (const [name, value] of call.arguments.keywords) this.#scope.set(name, value);
    return none(call.span);
  }

  override index(index: Value, call: Call): Value {
    const name = asString(index);
    return (name === undefined ? undefined : this.#scope.variables.get(name)) ?? unknown(call.span, 'script.unknown-name', { name: name ?? '' });
  }

  override setIndex(index: Value, value: Value): boolean {
    const name = asString(index);
    if (name !== undefined) this.#scope.set(name, this.#interpreter.doubt ?? value);
    return name !== undefined;
  }

  override iterate(): readonly Value[] {
    return [...this.#scope.variables.keys()].map((name) => text(name, this.span));
  }

  override operate(operator: string, left: Value, _right: Value, span: Span): Value | undefined {
    const name = asString(left);
    return /^(?:not )?in$/.test(operator) && name !== undefined ? bool(this.#scope.variables.has(name) === (operator === 'in'), span) : undefined;
  }
}

/** Calls one of `scopedNames`, unless the script gave its name to something else; undefined where it is called as any other function. */
export function scopedCall(interpreter: Interpreter, { callee, arguments: given }: Extract<Expression, { kind: 'call' }>, span: Span, scope: Scope): Value | undefined {
  if (callee.kind !== 'name' || scope.get(callee.id)) return undefined;
  const [first] = given;
  if (callee.id === 'globals') return new Names(scope.module, interpreter, span);
  if (!first && (callee.id === 'locals' || callee.id === 'vars' || callee.id === 'dir')) return new Names(scope, interpreter, span);
  if (!first || (callee.id !== 'eval' && callee.id !== 'exec')) return undefined;
  const source = interpreter.evaluate(first.value, scope);
  const words = asString(source);
  if (words === undefined || given.length > 1) return source.kind === 'unknown' ? source : unknown(span, 'script.unread-call', { name: callee.id });
  return ofText(interpreter, words, span, scope);
}

/** Follows Python that stands in a string: the value of its last expression, or None. */
function ofText(interpreter: Interpreter, words: string, span: Span, scope: Scope): Value {
  const outer = interpreter.frame;
  if (outer.depth >= deepestCall) return unknown(span, 'script.too-much-work');
  interpreter.spend(words.length / 16);
  const { body, syntaxErrors } = new ProgramParser().parse(words.trim());
  if (syntaxErrors.length > 0) return unknown(span, 'script.unread-syntax');
  // Places in the string are none in the script: the call stands for them.
  interpreter.frame = new Frame(typeof outer.base === 'number' ? span : outer.base, outer.depth + 1);
  try {
    let last: Value = none(span);
    for (const statement of body.flatMap(({ statements }) => statements)) {
      if (statement.kind === 'expression') last = interpreter.evaluate(statement.value, scope);
      else interpreter.execute([statement], scope);
    }
    return last;
  } finally {
    interpreter.frame = outer;
  }
}
