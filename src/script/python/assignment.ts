import { cast, isFloat } from '../numpy/ndarray';
import { Call, noArguments } from './call';
import { memberOf } from './classes';
import type { Interpreter } from './interpreter';
import { itemsOf, setEntry } from './members';
import { binary, sameValue } from './operators';
import type { Scope } from './scope';
import type { Expression, Statement } from './syntax';
import { doubtOf, isMutable, keyOf, list, type Unknowable, unknown, type Value } from './values';

/** `target = value`, for every kind of target. */
export function assign(interpreter: Interpreter, target: Expression, value: Value, scope: Scope): void {
  switch (target.kind) {
    case 'name':
      scope.set(target.id, value);
      break;
    case 'tuple':
    case 'list':
      unpack(interpreter, target.items, value, scope);
      break;
    case 'star':
      assign(interpreter, target.value, value, scope);
      break;
    case 'attribute':
      setAttribute(interpreter, interpreter.evaluate(target.object, scope), target.name, value);
      break;
    case 'subscript': {
      const object = interpreter.evaluate(target.object, scope);
      const index = interpreter.evaluate(target.index, scope);
      if (isMutable(object)) {
        interpreter.touch(object);
        const call = new Call(interpreter, '[]', interpreter.span(target), noArguments);
        if (!setEntry(object, index, value, call)) object.doubt ??= doubtOf(index) ?? doubtOf(value) ?? unknown(interpreter.span(target), 'script.unread-syntax');
      }
      break;
    }
    default:
      break;
  }
}

/** `target += value` and its like. */
export function update(interpreter: Interpreter, statement: Extract<Statement, { kind: 'update' }>, scope: Scope): void {
  const { target } = statement;
  const old = interpreter.evaluate(target, scope);
  const value = interpreter.evaluate(statement.value, scope);
  if (old.kind === 'list' && statement.operator === '+') {
    interpreter.touch(old);
    const added = itemsOf(value);
    if (Array.isArray(added)) {
      interpreter.spend(old.items.length + added.length);
      old.items = [...old.items, ...added];
    } else old.doubt ??= added as Unknowable;
    return;
  }
  if (old.kind === 'dict' && statement.operator === '|') {
    interpreter.touch(old);
    if (value.kind === 'dict' && !value.doubt) for (const [name, entry] of value.entries) old.entries.set(name, entry);
    else old.doubt ??= doubtOf(value) ?? unknown(interpreter.span(statement), 'script.unread-syntax');
    return;
  }
  const result = binary(statement.operator, old, value, interpreter.span(statement), interpreter);
  if (old.kind === 'array' && result.kind === 'array' && !old.doubt && !result.doubt) {
    // `x /= 255` changes the array that other names may stand for as well.
    interpreter.touch(old);
    // NumPy keeps the type of the array, and refuses to lose fractions.
    const keeps = isFloat(old.array.dtype) || !isFloat(result.array.dtype);
    if (keeps) old.array = cast(result.array, old.array.dtype);
    else old.doubt = unknown(interpreter.span(statement), 'script.mismatch');
    if (target.kind === 'name') return;
  }
  assign(interpreter, target, result, scope);
}

/** `del target`. */
export function remove(interpreter: Interpreter, target: Expression, scope: Scope): void {
  if (target.kind === 'tuple') target.items.forEach((item) => remove(interpreter, item, scope));
  else if (target.kind === 'name') scope.delete(target.id);
  else if (target.kind === 'attribute' || target.kind === 'subscript') {
    const object = interpreter.evaluate(target.object, scope);
    // What else a library keeps with an object of its own is not looked at: `del tensor._keras_mask`.
    if (!isMutable(object) || (target.kind === 'attribute' && object.kind === 'object')) return;
    interpreter.touch(object);
    const index = target.kind === 'subscript' ? interpreter.evaluate(target.index, scope) : undefined;
    const isRemoved = index ? removeEntry(object, index) : object.kind === 'instance' && object.attributes.delete(target.kind === 'attribute' ? target.name : '');
    if (!isRemoved) object.doubt ??= (index && doubtOf(index)) ?? unknown(interpreter.span(target), 'script.unread-syntax');
  }
}

function removeEntry(object: Value, index: Value): boolean {
  if (object.kind === 'dict') return object.entries.delete(keyOf(index) ?? '');
  const at = object.kind === 'list' && index.kind === 'number' ? index.value : undefined;
  if (object.kind !== 'list' || at === undefined || at < -object.items.length || at >= object.items.length) return false;
  const items = [...object.items];
  items.splice(at, 1);
  object.items = items;
  return true;
}

function unpack(interpreter: Interpreter, targets: readonly Expression[], value: Value, scope: Scope): void {
  const items = (value.kind === 'object' && value.unpack(targets.length)) || interpreter.iterate(value);
  if (!Array.isArray(items)) {
    for (const target of targets) assign(interpreter, target, items as Unknowable, scope);
    return;
  }
  const starAt = targets.findIndex((target) => target.kind === 'star');
  if (starAt < 0) {
    const missing = unknown(value.span, 'script.mismatch');
    const fits = items.length === targets.length;
    targets.forEach((target, i) => assign(interpreter, target, fits ? items[i]! : missing, scope));
    return;
  }
  const after = targets.length - starAt - 1;
  targets.forEach((target, i) => {
    if (i < starAt) assign(interpreter, target, items[i] ?? unknown(value.span, 'script.mismatch'), scope);
    else if (i === starAt) assign(interpreter, target, list(items.slice(starAt, items.length - after), value.span), scope);
    else assign(interpreter, target, items[items.length - targets.length + i] ?? unknown(value.span, 'script.mismatch'), scope);
  });
}

/** `object.name = value`. */
export function setAttribute(interpreter: Interpreter, object: Value, name: string, value: Value): void {
  if (object.kind === 'instance') {
    const property = memberOf(object.type, name);
    if (property?.kind === 'builtin' && property.setter) {
      interpreter.call(property.setter, { positional: [object, value], keywords: new Map() }, value.span);
      return;
    }
    const known = object.attributes.get(name);
    const doubt = known && sameValue(known, value) ? undefined : interpreter.doubtAbout(object);
    object.attributes.set(name, doubt ?? value);
    object.delegate?.setAttribute(name, value);
  } else if (object.kind === 'object') {
    if (!object.setAttribute(name, interpreter.doubtAbout(object) ?? value)) object.doubt ??= unknown(value.span, 'script.unread-attribute', { name });
  } else if (object.kind === 'class') {
    object.members.set(name, value);
  } else if (object.kind === 'array') {
    object.doubt ??= unknown(value.span, 'script.unread-attribute', { name });
  }
}
