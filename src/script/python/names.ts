import type { Scope } from './scope';
import type { Expression, Statement } from './syntax';
import { isMutable, type Unknowable } from './values';

/** Names that the statements bind: assigned, imported, defined or looped over. */
export function assignedNames(statements: readonly Statement[]): Set<string> {
  const names = new Set<string>();
  for (const statement of statements) visit(statement);
  return names;

  function visit(statement: Statement): void {
    switch (statement.kind) {
      case 'assign':
        for (const target of statement.targets) bind(target);
        break;
      case 'update':
        bind(statement.target);
        break;
      case 'for':
        bind(statement.target);
        statement.body.forEach(visit);
        statement.otherwise.forEach(visit);
        break;
      case 'while':
        statement.body.forEach(visit);
        statement.otherwise.forEach(visit);
        break;
      case 'if':
        for (const branch of statement.branches) branch.body.forEach(visit);
        statement.otherwise.forEach(visit);
        break;
      case 'with':
        for (const item of statement.items) if (item.target) bind(item.target);
        statement.body.forEach(visit);
        break;
      case 'try':
        for (const part of [statement.body, ...statement.handlers, statement.otherwise, statement.last]) part.forEach(visit);
        break;
      case 'function':
      case 'class':
        names.add(statement.name);
        break;
      default:
        break;
    }
  }

  function bind(target: Expression): void {
    if (target.kind === 'name') names.add(target.id);
    else if (target.kind === 'tuple' || target.kind === 'list') target.items.forEach(bind);
    else if (target.kind === 'star') bind(target.value);
  }
}

/** Every name that stands in a piece of syntax. */
export function mentionedNames(syntax: unknown, names = new Set<string>()): Set<string> {
  if (Array.isArray(syntax)) {
    for (const part of syntax) mentionedNames(part, names);
  } else if (typeof syntax === 'object' && syntax !== null) {
    if ('kind' in syntax && syntax.kind === 'name' && 'id' in syntax) names.add(String(syntax.id));
    for (const part of Object.values(syntax)) if (typeof part === 'object') mentionedNames(part, names);
  }
  return names;
}

/** Puts in doubt what the syntax mentions and may have changed. */
export function doubtMentioned(syntax: unknown, reason: Unknowable, scope: Scope): void {
  for (const name of mentionedNames(syntax)) {
    const value = scope.get(name);
    if (!value || !isMutable(value)) continue;
    const uses = value.kind === 'object' ? attributesOf(name, syntax) : undefined;
    if (value.kind !== 'object' || !uses || !value.endures(uses)) value.doubt ??= reason;
  }
}

/** What is named of a name in a piece of syntax (`name.attribute`), and `()` where it is called; undefined where it stands there in any other way. */
function attributesOf(name: string, syntax: unknown, found = new Set<string>()): ReadonlySet<string> | undefined {
  if (Array.isArray(syntax)) return syntax.every((part) => attributesOf(name, part, found)) ? found : undefined;
  if (typeof syntax !== 'object' || syntax === null) return found;
  if (isNameOf(syntax, name)) return undefined;
  if ('kind' in syntax && syntax.kind === 'attribute' && 'object' in syntax && 'name' in syntax && isNameOf(syntax.object, name)) {
    found.add(String(syntax.name));
    return found;
  }
  if ('kind' in syntax && syntax.kind === 'call' && 'callee' in syntax && 'arguments' in syntax && isNameOf(syntax.callee, name)) {
    found.add('()');
    return attributesOf(name, syntax.arguments, found);
  }
  return Object.values(syntax).every((part) => attributesOf(name, part, found)) ? found : undefined;
}

function isNameOf(syntax: unknown, name: string): boolean {
  return typeof syntax === 'object' && syntax !== null && 'kind' in syntax && syntax.kind === 'name' && 'id' in syntax && syntax.id === name;
}
