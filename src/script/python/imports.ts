import type { Span } from '../../text/span';
import type { Interpreter } from './interpreter';
import { ModuleObject } from './modules';
import { Scope } from './scope';
import type { Statement } from './syntax';
import { external, type Value } from './values';

/** What training scripts import most: no files of their own, and not to be looked for. */
const libraries = new Set([
  'keras', 'tensorflow', 'numpy', 'pandas', 'sklearn', 'scipy', 'matplotlib', 'seaborn', 'cv2', 'PIL', 'tqdm', 'os', 'sys', 'math', 'random', 're', 'json',
  'time', 'datetime', 'collections', 'argparse', 'glob', 'pickle', 'copy', 'itertools', 'pathlib', 'warnings', 'shutil', 'csv', 'typing', 'functools', '__future__',
]);

/** A file of the user's, followed; undefined for a library. */
function ownModule(interpreter: Interpreter, name: string, span: Span): ModuleObject | undefined {
  const path = interpreter.library.canonical(name);
  return libraries.has(path.split('.')[0]!) ? undefined : interpreter.modules.load(interpreter, name, span);
}

/** The module of a name: a file of the user's, or one of a library. */
export function moduleOf(interpreter: Interpreter, name: string, span: Span): Value {
  return ownModule(interpreter, name, span) ?? external(interpreter.library.canonical(name), span);
}

/** `import` and `from … import`: a module of a library, or a file of the user's that is followed here. */
export function executeImport(interpreter: Interpreter, statement: Extract<Statement, { kind: 'import' | 'from' }>, scope: Scope): void {
  const span = interpreter.span(statement);
  const { library } = interpreter;
  const own = (name: string): ModuleObject | undefined => ownModule(interpreter, name, span);
  if (statement.kind === 'import') {
    for (const { name, alias } of statement.names) {
      const module = own(name);
      const bound = alias ?? name.split('.')[0]!;
      const path = library.canonical(alias ? name : bound);
      scope.set(bound, module ? (alias ? module : packageOf(name, module, scope, span)) : external(path, span));
    }
    return;
  }
  const module = own(statement.module);
  if (statement.names === '*') {
    if (!module) scope.module.starred.push(library.canonical(statement.module));
    else {
      for (const [name, value] of module.scope.variables) if (!name.startsWith('_')) scope.set(name, value);
      scope.module.starred.push(...module.scope.starred);
    }
    return;
  }
  for (const { name, alias } of statement.names) {
    const inner = statement.module.endsWith('.') ? `${statement.module}${name}` : `${statement.module}.${name}`;
    const path = library.canonical(inner);
    scope.set(alias ?? name, module?.attribute(name) ?? own(inner) ?? library.constant(path, span) ?? external(path, span));
  }
}

/** What `import a.b.c` binds to `a`: a package in which `b` holds `c`. */
function packageOf(name: string, module: ModuleObject, scope: Scope, span: Span): ModuleObject {
  const parts = name.split('.');
  if (parts.length === 1) return module;
  const inner = (value: unknown): ModuleObject => (value instanceof ModuleObject ? value : new ModuleObject(new Scope(), span));
  const whole = inner(scope.get(parts[0]!));
  let at = whole;
  for (const part of parts.slice(1, -1)) {
    const next = inner(at.attribute(part));
    at.setAttribute(part, next);
    at = next;
  }
  at.setAttribute(parts.at(-1)!, module);
  return whole;
}
