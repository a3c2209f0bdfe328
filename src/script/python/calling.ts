import type { Span } from '../../text/span';
import { joined } from './branches';
import { type Arguments, Call } from './call';
import { bound, libraryBase, methodOf, resolutionOrder } from './classes';
import { deepestCall, Frame } from './frame';
import type { Interpreter } from './interpreter';
import { scopedCall, scopedNames } from './scoped';
import { enumMember, initializeFields } from './records';
import { Scope } from './scope';
import type { Expression } from './syntax';
import {
  type ClassValue, dict, doubtOf, type FunctionValue, type Instance, nextBirth, none, text, tuple, type Unknowable, unknown, type Value,
} from './values';

/** A call as it stands in the script. */
export function evaluateCall(interpreter: Interpreter, expression: Extract<Expression, { kind: 'call' }>, span: Span, scope: Scope): Value {
  if (expression.callee.kind === 'name' && scopedNames.has(expression.callee.id)) {
    const result = expression.callee.id === 'super' ? superOf(interpreter, span, scope) : scopedCall(interpreter, expression, span, scope);
    if (result) return result;
  }
  const callee = interpreter.evaluate(expression.callee, scope);
  const given = argumentsOf(interpreter, expression, scope);
  return call(interpreter, callee, given, span);
}

function argumentsOf(interpreter: Interpreter, expression: Extract<Expression, { kind: 'call' }>, scope: Scope): Arguments {
  const positional: Value[] = [];
  const keywords = new Map<string, Value>();
  let doubt: Unknowable | undefined;
  for (const argument of expression.arguments) {
    const value = interpreter.evaluate(argument.value, scope);
    if (argument.keyword) keywords.set(argument.keyword, value);
    else if (argument.star === '**') {
      if (value.kind === 'dict' && !value.doubt) {
        for (const entry of value.entries.values()) if (entry.key.kind === 'string') keywords.set(entry.key.value, entry.value);
      } else doubt ??= doubtOf(value) ?? unknown(interpreter.span(argument), 'script.unread-syntax');
    } else if (argument.star === '*') {
      const items = interpreter.iterate(value);
      if (Array.isArray(items)) positional.push(...items);
      else doubt ??= items as Unknowable;
    } else positional.push(value);
  }
  return doubt ? { positional, keywords, doubt } : { positional, keywords };
}

/** Calls anything that can be called. */
export function call(interpreter: Interpreter, callee: Value, given: Arguments, span: Span): Value {
  switch (callee.kind) {
    case 'external': {
      const result = interpreter.library.call(new Call(interpreter, callee.path, span, given));
      if (result.kind === 'array') interpreter.spend((result.array.data?.length ?? 0) / 16);
      return result;
    }
    case 'builtin':
      return callee.run(new Call(interpreter, callee.name, span, given));
    case 'function':
      return callFunction(interpreter, callee, given, span);
    case 'class':
      return instantiate(interpreter, callee, given, span);
    case 'instance': {
      const method = methodOf(callee, '__call__');
      if (method) return callFunction(interpreter, method, given, span);
      return callee.delegate?.call?.(new Call(interpreter, callee.type.name, span, given)) ?? unknown(span, 'script.unread-call', { name: callee.type.name });
    }
    case 'object':
      return callee.call?.(new Call(interpreter, callee.typeName, span, given)) ?? unknown(span, 'script.unread-call', { name: callee.typeName });
    case 'unknown':
      return interpreter.library.callOfUnknown(callee, new Call(interpreter, callee.made?.name ?? '', span, given));
    default:
      return unknown(span, 'script.unread-call', { name: callee.kind });
  }
}

/** Follows a function of the script. */
export function callFunction(interpreter: Interpreter, callee: FunctionValue, given: Arguments, span: Span): Value {
  const { body } = callee;
  if (interpreter.frame.depth >= deepestCall) return unknown(span, 'script.too-much-work');
  if (body.kind === 'function' && body.generator) return unknown(span, 'script.generator', { name: callee.name });
  interpreter.followed.add(body);
  const scope = new Scope(callee.scope);
  bindParameters(callee, given, span, scope);
  const outer = interpreter.frame;
  // What stands in another file is placed where the script calls it.
  const base = typeof callee.base === 'number' ? callee.base : typeof outer.base === 'number' ? span : outer.base;
  const frame = new Frame(base, outer.depth + 1);
  interpreter.frame = frame;
  try {
    if (body.kind !== 'function') return interpreter.evaluate(body, scope);
    const ending = interpreter.execute(body.body, scope);
    if (ending?.kind === 'raise' && frame.perhaps.length === 0) return unknown(span, 'script.raises', { name: callee.name });
    const last = ending?.kind === 'return' ? [ending.value] : ending?.kind === 'raise' ? [] : [none(span)];
    return joined(interpreter, [...frame.perhaps, ...last], unknown(interpreter.span(body), 'script.condition'));
  } finally {
    interpreter.frame = outer;
  }
}

function bindParameters(callee: FunctionValue, given: Arguments, span: Span, scope: Scope): void {
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

/** An instance of a class of the script. */
export function instantiate(interpreter: Interpreter, type: ClassValue, given: Arguments, span: Span): Value {
  const made: Instance = { kind: 'instance', type, attributes: new Map(), span, birth: nextBirth() };
  const member = enumMember(type, given, span);
  if (member) return member;
  const root = libraryBase(type);
  if (root?.kind === 'unknown') return root;
  const delegate = root?.kind === 'external' ? interpreter.library.delegate(root.path, made, new Call(interpreter, type.name, span, given)) : undefined;
  if (delegate) made.delegate = delegate;
  const initialize = methodOf(made, '__init__');
  if (initialize) callFunction(interpreter, initialize, given, span);
  else if (initializeFields(interpreter, made, given)) return made;
  else if (delegate) delegate.initialize(new Call(interpreter, type.name, span, given));
  return made;
}

/** `super()` and `super(Class, self)`: the members of the bases, bound to the same object. */
function superOf(interpreter: Interpreter, span: Span, scope: Scope): Value {
  const self = scope.get('__self__');
  const owner = scope.get('__class__');
  if (self?.kind !== 'instance' || owner?.kind !== 'class') return unknown(span, 'script.unread-call', { name: 'super' });
  return interpreter.library.superOf(self, (name) => {
    const order = resolutionOrder(self.type);
    const member = order.slice(order.indexOf(owner) + 1).map(({ members }) => members.get(name)).find((found) => found !== undefined);
    return member?.kind === 'function' ? bound(member, self) : undefined;
  }, span);
}
