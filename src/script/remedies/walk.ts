import type { Span } from '../../text/span';
import type { Call, Expression, FunctionDefinition, Statement } from '../python/syntax';
import type { ScriptText } from './text';

/** A statement where it stands: in which function, and what its places are relative to. */
export interface Standing {
  readonly statement: Statement;
  readonly base: number;
  /** undefined: in the module itself. */
  readonly within: FunctionDefinition | undefined;
}

/** Every statement of the script in the order of the text, inner ones after those around them. */
export function* standings(script: ScriptText): Iterable<Standing> {
  for (const { base, statements } of script.program.body) yield* below(statements, base, undefined);
}

function* below(statements: readonly Statement[], base: number, within: FunctionDefinition | undefined): Iterable<Standing> {
  for (const statement of statements) {
    yield { statement, base, within };
    const inner = statement.kind === 'function' ? statement : within;
    for (const body of bodiesOf(statement)) yield* below(body, base, inner);
  }
}

/** The blocks inside a statement. */
function bodiesOf(statement: Statement): readonly (readonly Statement[])[] {
  switch (statement.kind) {
    case 'if':
      return [...statement.branches.map((branch) => branch.body), statement.otherwise];
    case 'for':
      return [statement.body, statement.otherwise];
    case 'try':
      return [statement.body, ...statement.handlers, statement.otherwise, statement.last];
    case 'while':
    case 'with':
    case 'function':
    case 'class':
      return [statement.body];
    default:
      return [];
  }
}

/** The innermost statement around a span. */
export function standingAt(script: ScriptText, span: Span): Standing | undefined {
  let found: Standing | undefined;
  for (const standing of standings(script)) {
    const { statement, base } = standing;
    if (base + statement.from <= span.start && span.end <= base + statement.to) found = standing;
  }
  return found;
}

/** The calls in a statement's own expressions, not those in its blocks. */
export function callsIn({ statement, base }: Standing): { readonly call: Call; readonly span: Span }[] {
  const blocks = new Set<unknown>(bodiesOf(statement));
  const found: { call: Call; span: Span }[] = [];
  const visit = (syntax: unknown): void => {
    if (blocks.has(syntax) || typeof syntax !== 'object' || syntax === null) return;
    if (isCall(syntax)) found.push({ call: syntax, span: { start: base + syntax.from, end: base + syntax.to } });
    for (const part of Object.values(syntax)) visit(part);
  };
  visit(statement);
  return found;
}

function isCall(syntax: object): syntax is Call {
  return 'kind' in syntax && syntax.kind === 'call' && 'callee' in syntax;
}

/** `model` of `model.fit`, as it is written; undefined for anything that is no plain chain of names. */
export function receiverOf(callee: Expression): string | undefined {
  return callee.kind === 'attribute' ? chain(callee.object) : undefined;
}

function chain(expression: Expression): string | undefined {
  if (expression.kind === 'name') return expression.id;
  const object = expression.kind === 'attribute' ? chain(expression.object) : undefined;
  return object && expression.kind === 'attribute' ? `${object}.${expression.name}` : undefined;
}
