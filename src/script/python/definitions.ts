import type { Interpreter } from './interpreter';
import { Scope } from './scope';
import type { ClassDefinition, Expression, FunctionDefinition, Parameter, Place } from './syntax';
import { builtin, type ClassValue, type FunctionValue, unknown, type Value } from './values';

/** A `def`, or a `lambda` whose body is an expression. */
export function defineFunction(
  interpreter: Interpreter, place: Place, body: FunctionDefinition | Expression, name: string, scope: Scope,
  parameters: readonly Parameter[],
): FunctionValue {
  const fallbacks = new Map<string, Value>();
  for (const parameter of parameters) {
    if (parameter.fallback) fallbacks.set(parameter.name, interpreter.evaluate(parameter.fallback, scope));
  }
  return { kind: 'function', name, parameters, fallbacks, body, base: interpreter.frame.base, scope, span: interpreter.span(place) };
}

/** What the name of a `def` stands for after its decorators. */
export function decorated(interpreter: Interpreter, definition: FunctionDefinition, made: FunctionValue, scope: Scope): Value {
  for (const decorator of definition.decorators) {
    const value = interpreter.evaluate(decorator, scope);
    const path = value.kind === 'external' ? value.path : decorator.kind === 'name' ? decorator.id : '';
    if (path.endsWith('staticmethod') || path.startsWith('tensorflow.') || path.startsWith('keras.')) continue;
    if (path.endsWith('property')) return builtin('property', made.span, (call) => interpreter.call(made, call.arguments, call.span));
    if (path.endsWith('.register_keras_serializable')) continue;
    if (value.kind === 'function') return interpreter.call(value, { positional: [made], keywords: new Map() }, made.span);
    interpreter.hidden.push(made);
    return unknown(interpreter.span(decorator), 'script.unread-syntax');
  }
  return made;
}

export function defineClass(interpreter: Interpreter, statement: ClassDefinition, scope: Scope): ClassValue {
  const made: ClassValue = {
    kind: 'class',
    name: statement.name,
    bases: statement.bases.map((base) => interpreter.evaluate(base, scope)),
    members: new Map(),
    span: interpreter.span(statement),
  };
  const inner = new Scope(scope);
  interpreter.execute(statement.body, inner);
  for (const [name, value] of inner.variables) {
    // Methods see the names around the class, not those inside it.
    made.members.set(name, value.kind === 'function' ? { ...value, scope, owner: made } : value);
  }
  return made;
}
