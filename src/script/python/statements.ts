import { remove, update } from './assignment';
import { eitherWay, executeIf } from './branches';
import { noArguments } from './call';
import { bound, memberOf } from './classes';
import { decorated, defineClass, defineFunction } from './definitions';
import { executeImport } from './imports';
import type { Interpreter } from './interpreter';
import { executeFor, executeWhile } from './loops';
import type { Scope } from './scope';
import type { Expression, Place, Statement } from './syntax';
import { none, unknown, type Value } from './values';

/** How a statement ended, other than by going on to the next. */
export type Ending =
  | { readonly kind: 'return'; readonly value: Value }
  | { readonly kind: 'break' | 'continue' | 'raise' };

export function executeStatement(interpreter: Interpreter, statement: Statement, scope: Scope): Ending | undefined {
  switch (statement.kind) {
    case 'assign': {
      const value = interpreter.evaluate(statement.value, scope);
      for (const target of statement.targets) interpreter.assign(target, value, scope);
      return undefined;
    }
    case 'update':
      update(interpreter, statement, scope);
      return undefined;
    case 'expression':
      return executeExpression(interpreter, statement.value, scope);
    case 'if':
      return executeIf(interpreter, statement, 0, scope);
    case 'for':
      return executeFor(interpreter, statement, scope);
    case 'while':
      return executeWhile(interpreter, statement, scope);
    case 'try':
      return executeTry(interpreter, statement, scope);
    case 'with':
      for (const { value, target } of statement.items) {
        const opened = interpreter.evaluate(value, scope);
        if (target) interpreter.assign(target, entered(interpreter, opened, value), scope);
        else if (opened.kind === 'instance') entered(interpreter, opened, value);
      }
      return interpreter.execute(statement.body, scope);
    case 'function': {
      const made = defineFunction(interpreter, statement, statement, statement.name, scope, statement.parameters);
      scope.set(statement.name, decorated(interpreter, statement, made, scope));
      return undefined;
    }
    case 'class':
      scope.set(statement.name, defineClass(interpreter, statement, scope));
      return undefined;
    case 'return':
      return { kind: 'return', value: statement.value ? interpreter.evaluate(statement.value, scope) : none(interpreter.span(statement)) };
    case 'import':
    case 'from':
      executeImport(interpreter, statement, scope);
      return undefined;
    case 'delete':
      for (const target of statement.targets) remove(interpreter, target, scope);
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

/** What `with value as …` binds. */
function entered(interpreter: Interpreter, opened: Value, place: Place): Value {
  const span = interpreter.span(place);
  const enter = opened.kind === 'instance' ? memberOf(opened.type, '__enter__') : undefined;
  if (opened.kind === 'instance' && enter?.kind === 'function') return interpreter.call(bound(enter, opened), noArguments, span);
  return opened.kind === 'object' ? opened : unknown(span, 'script.unread-syntax');
}

function executeExpression(interpreter: Interpreter, value: Expression, scope: Scope): Ending | undefined {
  const result = interpreter.evaluate(value, scope);
  const exits = result.kind === 'unknown' && result.reason.id === 'script.exit';
  return exits ? { kind: 'raise' } : undefined;
}

function executeTry(interpreter: Interpreter, statement: Extract<Statement, { kind: 'try' }>, scope: Scope): Ending | undefined {
  const outer = interpreter.failure;
  interpreter.failure = undefined;
  const ending = interpreter.execute([...statement.body, ...statement.otherwise], scope);
  const { failure } = interpreter;
  interpreter.failure = outer;
  const [handler] = statement.handlers;
  const after = failure && handler && !ending ? eitherWay(interpreter, failure, scope, [() => undefined, () => interpreter.execute(handler, scope)]) : ending;
  const last = interpreter.execute(statement.last, scope);
  if (ending?.kind === 'raise' && handler) return last ?? interpreter.execute(handler, scope);
  return last ?? after;
}
