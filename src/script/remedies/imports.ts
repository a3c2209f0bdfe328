import type { TextEdit } from '../../text/edit';
import type { Span } from '../../text/span';
import { kerasPath } from '../keras/names';
import { insertion, type ScriptText } from './text';
import type { Place, Statement } from '../python/syntax';

interface Import {
  readonly statement: Extract<Statement, { kind: 'import' | 'from' }>;
  readonly span: Span;
}

/** How to name a thing of Keras in this script, and what import that takes. */
interface Naming {
  readonly name: string;
  readonly edits: readonly TextEdit[];
}

/**
 * The ways to write `keras.<group>.<className>` in this script, best first: as the script already can, then with
 * an import added in the style of those it has.
 */
export function* namings(script: ScriptText, group: string, className: string): Iterable<Naming> {
  const imports = importsOf(script);
  const full = `keras.${group}.${className}`;
  const bound = boundPaths(imports);
  for (const [path, name] of bound) {
    if (path === full) yield { name, edits: [] };
  }
  if (imports.some(({ statement }) => statement.kind === 'from' && statement.names === '*' && kerasPath(statement.module) === `keras.${group}`)) {
    yield { name: className, edits: [] };
  }
  for (const prefix of [`keras.${group}`, 'keras', 'tensorflow']) {
    const name = bound.find(([path]) => path === prefix)?.[1];
    const rest = prefix === 'tensorflow' ? `.keras.${group}` : prefix === 'keras' ? `.${group}` : '';
    if (name) yield { name: `${name}${rest}.${className}`, edits: [] };
  }
  yield* added(script, imports, group, className);
}

/** The name under which the script knows a module, for example `np` for `numpy`. */
export function boundName(script: ScriptText, path: string): string | undefined {
  return boundPaths(importsOf(script)).find(([bound]) => bound === path)?.[1];
}

/** Names the script's imports bind, with the full name of what they stand for. */
function boundPaths(imports: readonly Import[]): [path: string, name: string][] {
  const bound: [string, string][] = [];
  for (const { statement } of imports) {
    if (statement.kind === 'import') {
      for (const { name, alias } of statement.names) {
        if (alias) bound.push([kerasPath(name), alias]);
        else bound.push([kerasPath(name.split('.')[0]!), name.split('.')[0]!]);
      }
    } else if (statement.names !== '*') {
      for (const { name, alias } of statement.names) {
        const path = kerasPath(`${statement.module}.${name}`);
        // `keras.optimizers.legacy.SGD` and `keras.optimizer_v2.adam.Adam` are the same class by another way.
        bound.push([path.replace(/^keras\.optimizers?(?:_v\d)?(?:\.\w+)*\.(\w+)$/, 'keras.optimizers.$1'), alias ?? name]);
      }
    }
  }
  return bound;
}

/** With an import more: in the list of an import from the same module, else on a line of its own. */
function* added(script: ScriptText, imports: readonly Import[], group: string, className: string): Iterable<Naming> {
  const same = imports.find(
    ({ statement }) => statement.kind === 'from' && statement.names !== '*' && statement.names.length > 0 && kerasPath(statement.module) === `keras.${group}`,
  );
  if (same) {
    const inside = script.slice(same.span).replace(/#[^\r\n]*/g, (comment) => ' '.repeat(comment.length));
    let end = inside.length;
    while (/[\s,)]/.test(inside[end - 1] ?? '')) end--;
    yield { name: className, edits: [insertion(same.span.start + end, `, ${className}`)] };
  }
  const other = imports.filter(({ statement }) => isKeras(statement)).at(-1);
  const root = other && /^(tensorflow\.(?:python\.|contrib\.)?keras|tf_keras|keras)/.exec(moduleOf(other.statement))?.[1];
  const line = `from ${root ?? 'tensorflow.keras'}.${group} import ${className}`;
  const after = other ?? imports.at(-1);
  const edit = after
    ? insertion(endOfLine(script, after.span.end), `${script.lineBreak}${script.indentation(after.span.start)}${line}`)
    : insertion(script.program.body[0]?.base ?? 0, line + script.lineBreak);
  yield { name: className, edits: [edit] };
}

/** Behind the other statements and the comment of a line. */
function endOfLine(script: ScriptText, offset: number): number {
  const rest = script.text.slice(offset, script.lineEnd(offset));
  return /^\s*(?:[;#]|$)/.test(rest) ? offset + rest.trimEnd().length : offset;
}

function moduleOf(statement: Import['statement']): string {
  return statement.kind === 'from' ? (statement.module === 'tensorflow' ? 'tensorflow.keras' : statement.module) : (statement.names[0]?.name ?? '');
}

function isKeras(statement: Import['statement']): boolean {
  if (statement.kind === 'from') {
    return kerasPath(statement.module).startsWith('keras') || (statement.module === 'tensorflow' && statement.names !== '*' && statement.names.some(({ name }) => name === 'keras'));
  }
  return statement.names.some(({ name }) => kerasPath(name).startsWith('keras'));
}

/** Imports of the module itself, not those inside functions; also in `try` and `if`. */
function importsOf(script: ScriptText): Import[] {
  const found: Import[] = [];
  const visit = (statements: readonly Statement[], base: number): void => {
    for (const statement of statements) {
      if (statement.kind === 'import' || statement.kind === 'from') found.push({ statement, span: spanOf(statement, base) });
      else if (statement.kind === 'try') visit(statement.body, base);
    }
  };
  for (const { base, statements } of script.program.body) visit(statements, base);
  return found;
}

function spanOf(place: Place, base: number): Span {
  return { start: base + place.from, end: base + place.to };
}
