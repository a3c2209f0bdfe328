import { asBoolean } from './call';
import type { Interpreter } from './interpreter';
import { assignedNames, mentionedNames } from './names';
import type { Scope } from './scope';
import type { Ending } from './statements';
import type { Expression, Statement } from './syntax';
import { doubtOf, isMutable, type Unknowable, unknown } from './values';

type Loop = Extract<Statement, { kind: 'for' | 'while' }>;

export function executeFor(interpreter: Interpreter, statement: Extract<Loop, { kind: 'for' }>, scope: Scope): Ending | undefined {
  const iterable = interpreter.evaluate(statement.iterable, scope);
  const items = interpreter.iterate(iterable);
  if (!Array.isArray(items)) return unknownLoop(interpreter, items as Unknowable, statement, statement.target, scope);
  const outerBreak = interpreter.frame.brokenOff;
  interpreter.frame.brokenOff = undefined;
  try {
    return interpreter.budget.bounded(() => {
      for (const item of items) {
        interpreter.assign(statement.target, item, scope);
        const ending = interpreter.execute(statement.body, scope);
        if (ending?.kind === 'break') return undefined;
        if (ending && ending.kind !== 'continue') return ending;
        if (interpreter.frame.brokenOff) return unknownLoop(interpreter, interpreter.frame.brokenOff, statement, statement.target, scope);
      }
      return interpreter.execute(statement.otherwise, scope);
    }, () => abandon(interpreter, statement.body, scope));
  } finally {
    interpreter.frame.brokenOff = outerBreak;
  }
}

export function executeWhile(interpreter: Interpreter, statement: Extract<Loop, { kind: 'while' }>, scope: Scope): Ending | undefined {
  return interpreter.budget.bounded(() => {
    for (;;) {
      const test = interpreter.evaluate(statement.test, scope);
      const truth = asBoolean(test);
      if (truth === undefined) {
        const reason = doubtOf(test) ?? unknown(interpreter.span(statement.test), 'script.condition');
        return unknownLoop(interpreter, reason, statement, undefined, scope);
      }
      if (!truth) return undefined;
      const ending = interpreter.execute(statement.body, scope);
      if (ending?.kind === 'break') return undefined;
      if (ending && ending.kind !== 'continue') return ending;
      if (interpreter.frame.brokenOff) {
        const reason = interpreter.frame.brokenOff;
        interpreter.frame.brokenOff = undefined;
        return unknownLoop(interpreter, reason, statement, undefined, scope);
      }
    }
  }, () => abandon(interpreter, statement.body, scope));
}

/** Follows the body once for a loop of which nobody knows how often it runs. */
function unknownLoop(
  interpreter: Interpreter, reason: Unknowable, statement: Loop, target: Expression | undefined, scope: Scope,
): Ending | undefined {
  for (const name of assignedNames(statement.body)) {
    if (scope.variables.has(name)) scope.variables.set(name, reason);
  }
  if (target) interpreter.assign(target, reason, scope);
  const outerBreak = interpreter.frame.brokenOff;
  try {
    const ending = interpreter.inDoubt(reason, () => interpreter.execute(statement.body, scope));
    if (ending?.kind === 'return') interpreter.frame.perhaps.push(ending.value);
  } finally {
    interpreter.frame.brokenOff = outerBreak;
  }
  return undefined;
}

/** Everything the statements may have changed is unknown from now on. */
export function abandon(interpreter: Interpreter, statements: readonly Statement[], scope: Scope): undefined {
  const first = statements[0];
  const last = statements.at(-1);
  if (!first || !last) return;
  const reason = unknown(interpreter.span({ from: first.from, to: last.to }), 'script.too-much-work');
  for (const name of assignedNames(statements)) scope.set(name, reason);
  for (const name of mentionedNames(statements)) {
    const value = scope.get(name);
    if (value && isMutable(value)) value.doubt ??= reason;
  }
}
