import { asBoolean } from './call';
import type { Interpreter } from './interpreter';
import { mentionedNames } from './names';
import { sameValue } from './operators';
import type { Scope, Way } from './scope';
import type { Ending } from './statements';
import type { Expression, Statement } from './syntax';
import { doubtOf, type Unknowable, unknown, type Value } from './values';

/** `if`, from the branch at `index` on. */
export function executeIf(
  interpreter: Interpreter, statement: Extract<Statement, { kind: 'if' }>, index: number, scope: Scope,
): Ending | undefined {
  const branch = statement.branches[index];
  if (!branch) return interpreter.execute(statement.otherwise, scope);
  const test = interpreter.evaluate(branch.test, scope);
  const truth = asBoolean(test);
  if (truth === true) {
    const ending = interpreter.execute(branch.body, scope);
    // Whoever trains gives the arguments that the script asks for before it ends.
    if (ending?.kind !== 'raise' || !asksForArguments(branch.test)) return ending;
  }
  if (truth !== undefined) return executeIf(interpreter, statement, index + 1, scope);
  return eitherWay(interpreter, conditionOf(interpreter, branch.test, test), scope, [
    () => interpreter.execute(branch.body, scope),
    () => executeIf(interpreter, statement, index + 1, scope),
  ]);
}

function asksForArguments(test: Expression): boolean {
  const names = mentionedNames(test);
  return names.has('sys') || names.has('argv');
}

/** Why the value of a condition is not known. */
export function conditionOf(interpreter: Interpreter, test: Expression, value: Value): Unknowable {
  const doubt = doubtOf(value);
  return doubt?.reason.id === 'script.condition' ? doubt : unknown(interpreter.span(test), 'script.condition');
}

/** Follows every way from the same start; what the ways leave different is unknown afterwards. */
export function eitherWay(
  interpreter: Interpreter, reason: Unknowable, scope: Scope, ways: readonly (() => Ending | undefined)[],
): Ending | undefined {
  const ends: Way<Ending | undefined>[] = [];
  interpreter.inDoubt(reason, () => {
    for (const way of ways) ends.push(scope.try(way));
  });
  const returned = ends.flatMap(({ result }) => (result?.kind === 'return' ? [result.value] : []));
  const open = ends.filter(({ result }) => !result);
  if (open.length === 0) {
    if (returned.length === ends.length) return { kind: 'return', value: joined(interpreter, returned, reason) };
    interpreter.frame.perhaps.push(...returned);
    return ends.map(({ result }) => result).find((ending) => ending?.kind !== 'return' && ending?.kind !== 'raise') ?? { kind: 'raise' };
  }
  interpreter.frame.perhaps.push(...returned);
  if (ends.some(({ result }) => result?.kind === 'break' || result?.kind === 'continue')) interpreter.frame.brokenOff ??= reason;
  for (const name of new Set(open.flatMap(({ bound }) => [...bound.keys()]))) {
    const values = open.map(({ bound }) => (bound.has(name) ? bound.get(name) : scope.variables.get(name))).filter((value) => value !== undefined);
    // A name that one way leaves unbound was bound by the other: had it not been, Python would stop at its use.
    if (values.length > 0) scope.set(name, joined(interpreter, values, reason));
    else scope.delete(name);
  }
  return undefined;
}

/** Equal values stay, different ones are unknown for the reason, unless the library knows that one stands for all. */
export function joined(interpreter: Interpreter, values: readonly Value[], reason: Unknowable): Value {
  const [first, ...rest] = values;
  if (!first) return reason;
  return rest.every((value) => sameValue(first, value)) ? first : (interpreter.library.standsForAll(values, reason) ?? reason);
}
