import type { Span } from '../../text/span';
import { conditionOf, joined } from './branches';
import { asBoolean, Call, noArguments } from './call';
import { evaluateCall } from './calling';
import { defineFunction } from './definitions';
import type { Interpreter } from './interpreter';
import { entryOf, setEntry } from './members';
import { doubtMentioned } from './names';
import { binary, compare, formatted, unary } from './operators';
import { Scope } from './scope';
import type { Clause, Expression } from './syntax';
import { bool, dict, doubtOf, float, integer, nextBirth, none, text, type Unknowable, unknown, type Value } from './values';

/** The value of an expression; unknown where only a run could tell. */
export function evaluate(interpreter: Interpreter, expression: Expression, scope: Scope): Value {
  interpreter.spend(1);
  const span = interpreter.span(expression);
  switch (expression.kind) {
    case 'number':
      return expression.float ? float(expression.value, span) : integer(expression.value, span);
    case 'string':
      return text(expression.value, span);
    case 'constant':
      if (expression.value === null) return none(span);
      return expression.value === 'ellipsis' ? { kind: 'ellipsis', span } : bool(expression.value, span);
    case 'name':
      return valueOfName(interpreter, expression.id, span, scope);
    case 'format':
      return formattedText(interpreter, expression, span, scope);
    case 'list':
      return collection(interpreter, 'list', expression.items, span, scope);
    case 'tuple':
      return collection(interpreter, 'tuple', expression.items, span, scope);
    case 'set':
      return collection(interpreter, 'set', expression.items, span, scope);
    case 'dict':
      return dictionary(interpreter, expression, span, scope);
    case 'comprehension':
      return comprehension(interpreter, expression, span, scope);
    case 'call':
      return evaluateCall(interpreter, expression, span, scope);
    case 'attribute':
      return interpreter.attribute(evaluate(interpreter, expression.object, scope), expression.name, span);
    case 'subscript': {
      const object = evaluate(interpreter, expression.object, scope);
      const index = evaluate(interpreter, expression.index, scope);
      return entryOf(object, index, new Call(interpreter, '[]', span, noArguments));
    }
    case 'slice': {
      const part = (bound: Expression | undefined): Value | undefined => bound && evaluate(interpreter, bound, scope);
      const [lower, upper, step] = [part(expression.lower), part(expression.upper), part(expression.step)];
      return { kind: 'slice', span, ...(lower && { lower }), ...(upper && { upper }), ...(step && { step }) };
    }
    case 'binary':
      return binary(expression.operator, evaluate(interpreter, expression.left, scope), evaluate(interpreter, expression.right, scope), span, interpreter);
    case 'unary':
      return unary(expression.operator, evaluate(interpreter, expression.operand, scope), span);
    case 'and':
    case 'or': {
      const left = evaluate(interpreter, expression.left, scope);
      const truth = asBoolean(left);
      if (truth === undefined) return doubtOf(left) ?? unknown(span, 'script.condition');
      return truth === (expression.kind === 'and') ? evaluate(interpreter, expression.right, scope) : left;
    }
    case 'compare': {
      let left = evaluate(interpreter, expression.first, scope);
      let result: Value = bool(true, span);
      for (const { operator, operand } of expression.rest) {
        const right = evaluate(interpreter, operand, scope);
        result = compare(operator, left, right, span, interpreter);
        if (expression.rest.length > 1 && asBoolean(result) !== true) return result;
        left = right;
      }
      return result;
    }
    case 'conditional': {
      const test = evaluate(interpreter, expression.test, scope);
      const truth = asBoolean(test);
      if (truth !== undefined) return evaluate(interpreter, truth ? expression.then : expression.otherwise, scope);
      return joined(interpreter, [evaluate(interpreter, expression.then, scope), evaluate(interpreter, expression.otherwise, scope)], conditionOf(interpreter, expression.test, test));
    }
    case 'lambda':
      return defineFunction(interpreter, expression, expression.body, 'lambda', scope, expression.parameters);
    case 'walrus': {
      const value = evaluate(interpreter, expression.value, scope);
      interpreter.assign(expression.target, value, scope);
      return value;
    }
    case 'star':
    case 'other':
      return unknown(span, 'script.unread-syntax');
  }
}

function valueOfName(interpreter: Interpreter, id: string, span: Span, scope: Scope): Value {
  const value = scope.get(id);
  if (value) return value;
  const known = interpreter.library.named(id, scope.module.starred, span);
  if (known) return known;
  const { unbound } = scope.module;
  const missing = unbound.get(id) ?? unknown(span, 'script.unknown-name', { name: id });
  unbound.set(id, missing);
  return missing;
}

function formattedText(interpreter: Interpreter, expression: Extract<Expression, { kind: 'format' }>, span: Span, scope: Scope): Value {
  let result = '';
  for (const part of expression.parts) {
    if (typeof part === 'string') {
      result += part;
      continue;
    }
    const value = evaluate(interpreter, part.value, scope);
    const worded = part.conversion ? undefined : formatted(value, part.format ?? '');
    if (worded === undefined) return doubtOf(value) ?? unknown(span, 'script.unread-syntax');
    result += worded;
  }
  return text(result, span);
}

function collection(interpreter: Interpreter, kind: 'list' | 'tuple' | 'set', expressions: readonly Expression[], span: Span, scope: Scope): Value {
  const items: Value[] = [];
  for (const expression of expressions) {
    if (expression.kind !== 'star') {
      items.push(evaluate(interpreter, expression, scope));
      continue;
    }
    const spread = interpreter.iterate(evaluate(interpreter, expression.value, scope));
    if (!Array.isArray(spread)) return spread as Unknowable;
    items.push(...spread);
  }
  return { kind, items, span, birth: nextBirth() };
}

function dictionary(interpreter: Interpreter, expression: Extract<Expression, { kind: 'dict' }>, span: Span, scope: Scope): Value {
  const result = dict(span);
  for (const { key, value } of expression.entries) {
    const item = evaluate(interpreter, value, scope);
    if (key) {
      if (!setEntry(result, evaluate(interpreter, key, scope), item, new Call(interpreter, '[]', span, noArguments))) {
        result.doubt ??= unknown(interpreter.span(key), 'script.unread-syntax');
      }
    } else if (item.kind === 'dict' && !item.doubt) {
      for (const [name, entry] of item.entries) result.entries.set(name, entry);
    } else {
      result.doubt ??= doubtOf(item) ?? unknown(interpreter.span(value), 'script.unread-syntax');
    }
  }
  return result;
}

function comprehension(interpreter: Interpreter, expression: Extract<Expression, { kind: 'comprehension' }>, span: Span, scope: Scope): Value {
  const inner = new Scope(scope);
  const items: Value[] = [];
  const pairs: [Value, Value][] = [];
  const run = (clauses: readonly Clause[]): Unknowable | undefined => {
    const [clause, ...rest] = clauses;
    if (!clause) {
      const item = evaluate(interpreter, expression.element, inner);
      if (expression.value) pairs.push([item, evaluate(interpreter, expression.value, inner)]);
      else items.push(item);
      return undefined;
    }
    if (clause.kind === 'if') {
      const test = evaluate(interpreter, clause.test, inner);
      const truth = asBoolean(test);
      if (truth === undefined) return doubtOf(test) ?? unknown(interpreter.span(clause.test), 'script.condition');
      return truth ? run(rest) : undefined;
    }
    const values = interpreter.iterate(evaluate(interpreter, clause.iterable, inner));
    if (!Array.isArray(values)) return values as Unknowable;
    for (const value of values) {
      interpreter.assign(clause.target, value, inner);
      const doubt = run(rest);
      if (doubt) return doubt;
    }
    return undefined;
  };
  const doubt = interpreter.budget.bounded(() => run(expression.clauses), () => {
    const tooMuch = unknown(span, 'script.too-much-work');
    doubtMentioned([expression.element, expression.value], tooMuch, scope);
    return tooMuch;
  }, Infinity);
  if (doubt) return doubt;
  if (expression.form === 'dict') return dict(span, pairs);
  return { kind: expression.form === 'set' ? 'set' : 'list', items, span, birth: nextBirth() };
}
