import type { Span } from '../../text/span';
import { asBoolean } from './call';
import type { Interpreter } from './interpreter';
import { assignedNames, doubtMentioned } from './names';
import type { Scope } from './scope';
import type { Ending } from './statements';
import type { Expression, Statement } from './syntax';
import { doubtOf, nextBirth, type Unknowable, unknown, type Value } from './values';

type Loop = Extract<Statement, { kind: 'for' | 'while' }>;

/** A loop while it is followed, and what is known of it afterwards. */
export interface Rounds {
  /** Of the order in which objects are made: what is older existed before the loop began. */
  readonly birth: number;
  readonly span: Span;
  /** How many items a `for` has to go through. */
  readonly items: number | undefined;
  /** Rounds begun so far. */
  begun: number;
  /** What the running round of a `for` goes with. */
  item?: Value;
  /** Set where a round stands for all of which nobody knows how many there are. */
  open?: Unknowable;
  /** Its condition or a `break` that was certain ended it. */
  ended?: 'out' | 'broken';
}

/** How often a loop runs, at most; undefined where that is not known. */
export function roundsOf({ items, begun, ended }: Rounds): number | undefined {
  return ended === 'broken' ? begun : (items ?? (ended === 'out' ? begun : undefined));
}

/** Steps that are followed of a loop that only a `break` can end. */
const stepsOfEndless = 20_000;

export function executeFor(interpreter: Interpreter, statement: Extract<Loop, { kind: 'for' }>, scope: Scope): Ending | undefined {
  const iterable = interpreter.evaluate(statement.iterable, scope);
  const items = interpreter.iterate(iterable);
  const isKnown = Array.isArray(items);
  return followed(interpreter, statement, isKnown ? items.length : undefined, (rounds) => {
    const { target } = statement;
    if (!isKnown) {
      const each = iterable.kind === 'object' && !iterable.doubt ? iterable.representative() : undefined;
      return unknownLoop(interpreter, items as Unknowable, statement, { target, item: each ?? (items as Unknowable) }, scope, rounds);
    }
    const outerBreak = interpreter.frame.brokenOff;
    interpreter.frame.brokenOff = undefined;
    try {
      return interpreter.budget.bounded(() => {
        for (const item of items) {
          rounds.begun++;
          rounds.item = item;
          interpreter.assign(target, item, scope);
          const ending = interpreter.execute(statement.body, scope);
          if (ending && ending.kind !== 'continue') rounds.ended = 'broken';
          if (ending?.kind === 'break') return undefined;
          if (ending && ending.kind !== 'continue') return ending;
          const reason = interpreter.frame.brokenOff;
          if (reason) return unknownLoop(interpreter, reason, statement, { target, item: reason }, scope, rounds);
        }
        return interpreter.execute(statement.otherwise, scope);
      }, () => abandon(interpreter, statement.body, scope));
    } finally {
      interpreter.frame.brokenOff = outerBreak;
    }
  });
}

function followed(interpreter: Interpreter, statement: Loop, items: number | undefined, run: (rounds: Rounds) => Ending | undefined): Ending | undefined {
  const rounds: Rounds = { birth: nextBirth(), span: interpreter.span(statement), items, begun: 0 };
  interpreter.rounds.push(rounds);
  try {
    return run(rounds);
  } finally {
    interpreter.rounds.pop();
  }
}

export function executeWhile(interpreter: Interpreter, statement: Extract<Loop, { kind: 'while' }>, scope: Scope): Ending | undefined {
  const isEndless = statement.test.kind === 'constant' || statement.test.kind === 'number';
  return followed(interpreter, statement, undefined, (rounds) => interpreter.budget.bounded(() => {
    for (;;) {
      const test = interpreter.evaluate(statement.test, scope);
      const truth = asBoolean(test);
      if (truth === undefined) {
        const reason = doubtOf(test) ?? unknown(interpreter.span(statement.test), 'script.condition');
        return unknownLoop(interpreter, reason, statement, undefined, scope, rounds);
      }
      if (!truth) {
        rounds.ended = 'out';
        return interpreter.execute(statement.otherwise, scope);
      }
      rounds.begun++;
      const ending = interpreter.execute(statement.body, scope);
      if (ending && ending.kind !== 'continue') rounds.ended = 'broken';
      if (ending?.kind === 'break') return undefined;
      if (ending && ending.kind !== 'continue') return ending;
      if (interpreter.frame.brokenOff) {
        const reason = interpreter.frame.brokenOff;
        interpreter.frame.brokenOff = undefined;
        return unknownLoop(interpreter, reason, statement, undefined, scope, rounds);
      }
    }
  }, () => abandon(interpreter, statement.body, scope), isEndless ? stepsOfEndless : undefined));
}

/** Follows the body once for a loop of which nobody knows how often it runs; `each`: what stands for its items, and where it goes. */
function unknownLoop(
  interpreter: Interpreter, reason: Unknowable, statement: Loop, each: { readonly target: Expression; readonly item: Value } | undefined, scope: Scope, rounds: Rounds,
): Ending | undefined {
  rounds.begun++;
  rounds.open = reason;
  for (const name of assignedNames(statement.body)) {
    if (scope.variables.has(name)) scope.set(name, reason);
  }
  if (each) {
    rounds.item = each.item;
    interpreter.assign(each.target, each.item, scope);
  }
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
  doubtMentioned(statements, reason, scope);
}
