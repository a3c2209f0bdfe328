import type { Interpreter } from './interpreter';
import { ofItsBases } from './records';
import { Scope } from './scope';
import type { ClassDefinition, Expression, FunctionDefinition, Parameter, Place } from './syntax';
import { bool, builtin, type ClassValue, type FunctionValue, unknown, type Value } from './values';

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

/** Decorators after which a function still does what it did. */
const transparent = /^(?:functools\.(?:wraps|lru_cache|cache)|contextlib\.contextmanager|abc\.abstractmethod|typing\.(?:override|final|overload))$|^(?:tensorflow|keras)\.|\.register_keras_serializable$/;

/** What the name of a `def` stands for after its decorators, of which the last is called first. */
export function decorated(interpreter: Interpreter, definition: FunctionDefinition, made: FunctionValue, scope: Scope): Value {
  let result: Value = made;
  for (const decorator of [...definition.decorators].reverse()) {
    // `@tf.function(jit_compile=True)` does what `@tf.function` does.
    const named = decorator.kind === 'call' ? interpreter.evaluate(decorator.callee, scope) : undefined;
    const value = named?.kind === 'external' ? named : interpreter.evaluate(decorator, scope);
    if (value.kind === 'external' && transparent.test(value.path)) continue;
    if (value.kind === 'external' && value.path.startsWith('click.') && result.kind === 'function') {
      result = withOption(interpreter, decorator, result, scope);
      continue;
    }
    if (value.kind === 'external' && /^(?:builtins\.property|functools\.cached_property)$/.test(value.path)) {
      const getter = result;
      const isKept = value.path.startsWith('functools.');
      result = builtin('property', made.span, (call) => {
        const got = interpreter.call(getter, call.arguments, call.span);
        const [owner] = call.arguments.positional;
        if (isKept && owner?.kind === 'instance') owner.attributes.set(definition.name, got);
        return got;
      });
    } else if (decorator.kind === 'attribute' && decorator.name === 'setter' && decorator.object.kind === 'name') {
      const property = scope.get(decorator.object.id);
      result = property?.kind === 'builtin' ? { ...property, setter: result } : result;
    } else if (value.kind === 'external' && result.kind === 'function' && /^builtins\.(?:class|static)method$/.test(value.path)) {
      result = { ...result, binding: value.path === 'builtins.classmethod' ? 'class' : 'none' };
    } else if (value.kind === 'function' || value.kind === 'builtin' || value.kind === 'class' || value.kind === 'instance') {
      result = interpreter.call(value, { positional: [result], keywords: new Map() }, made.span);
    } else {
      interpreter.hidden.push(made);
      return unknown(interpreter.span(decorator), 'script.unread-syntax');
    }
  }
  return result;
}

/** What `@click.option('--rate', default=0.1)` gives a function that is called without arguments. */
function withOption(interpreter: Interpreter, decorator: Expression, made: FunctionValue, scope: Scope): FunctionValue {
  if (decorator.kind !== 'call') return made;
  const given = new Map(decorator.arguments.flatMap(({ keyword, value }) => (keyword ? [[keyword, value] as const] : [])));
  const names = decorator.arguments.flatMap(({ keyword, value }) => (!keyword && value.kind === 'string' ? [value.value] : []));
  const named = names.find((name) => !name.startsWith('-')) ?? names.find((name) => name.startsWith('--')) ?? names[0];
  const fallback = given.get('default');
  const isFlag = given.get('is_flag');
  const value = fallback ? interpreter.evaluate(fallback, scope) : isFlag ? bool(false, interpreter.span(isFlag)) : undefined;
  if (named === undefined || !value) return made;
  const name = named.replace(/^-+/, '').split('/')[0]!.replace(/-/g, '_').toLowerCase();
  return { ...made, fallbacks: new Map([...made.fallbacks, [name, value]]) };
}

export function defineClass(interpreter: Interpreter, statement: ClassDefinition, scope: Scope): Value {
  const made: ClassValue = {
    kind: 'class',
    name: statement.name,
    bases: statement.bases.map((base) => interpreter.evaluate(base, scope)),
    members: new Map(),
    span: interpreter.span(statement),
    typed: statement.typed,
  };
  const inner = new Scope(scope);
  interpreter.execute(statement.body, inner);
  for (const [name, value] of inner.variables) {
    // Methods see the names around the class, not those inside it.
    made.members.set(name, value.kind === 'function' ? { ...value, scope, owner: made } : value);
  }
  const whole = ofItsBases(made, statement.typed);
  // Of the decorators of a class only that of data classes changes how its objects are made.
  const isRecord = made.bases.some((base) => base.kind === 'external' && /^pydantic(?:_settings)?\.Base(?:Model|Settings)$/.test(base.path)) || statement.decorators.some((decorator) => {
    const value = interpreter.evaluate(decorator.kind === 'call' ? decorator.callee : decorator, scope);
    return value.kind === 'external' && /^(?:dataclasses\.dataclass|attrs\.define|pydantic\.dataclasses\.dataclass)$/.test(value.path);
  });
  if (isRecord) made.fields = statement.typed;
  return statement.decorators.reduceRight<Value>((result, decorator) => {
    const value = interpreter.evaluate(decorator, scope);
    const replaced = value.kind === 'function' ? interpreter.call(value, { positional: [result], keywords: new Map() }, made.span) : result;
    return replaced.kind === 'class' ? replaced : result;
  }, whole);
}
