import type { TreeCursor } from '@lezer/common';
import type {
  Argument,
  Branch,
  Clause,
  Comparison,
  DictEntry,
  Expression,
  FormatPart,
  ImportedName,
  Parameter,
  Statement,
  WithItem,
} from './syntax';

/** A node of the parse tree with its places relative to the statement. */
interface Raw {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly children: readonly Raw[];
}

const expressionNames = new Set([
  'VariableName', 'Number', 'String', 'FormatString', 'ContinuedString', 'Ellipsis', 'None', 'Boolean',
  'ArrayExpression', 'TupleExpression', 'SetExpression', 'DictionaryExpression', 'ComprehensionExpression',
  'ArrayComprehensionExpression', 'SetComprehensionExpression', 'DictionaryComprehensionExpression',
  'ParenthesizedExpression', 'CallExpression', 'MemberExpression', 'BinaryExpression', 'UnaryExpression',
  'ConditionalExpression', 'LambdaExpression', 'NamedExpression', 'AwaitExpression', 'YieldExpression',
]);

/** Copies the subtree under the cursor, without comments; `broken` collects the places of syntax errors. */
export function copy(cursor: TreeCursor, base: number, broken: { from: number; to: number }[]): Raw {
  const children: Raw[] = [];
  const { name } = cursor;
  const from = cursor.from - base;
  const to = cursor.to - base;
  if (cursor.type.isError) broken.push({ from, to });
  if (cursor.firstChild()) {
    do {
      if (cursor.name !== 'Comment') children.push(copy(cursor, base, broken));
    } while (cursor.nextSibling());
    cursor.parent();
  }
  return { name, from, to, children };
}

/** Turns the parse tree of one top-level statement into `Statement`s; `text` is the statement's own text. */
export class Lowering {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  statements(raw: Raw): Statement[] {
    if (raw.name === 'StatementGroup') return raw.children.flatMap((child) => this.statements(child));
    const statement = this.#statement(raw);
    return statement ? [statement] : [];
  }

  #source(raw: Raw): string {
    return this.#text.slice(raw.from, raw.to);
  }

  #body(raw: Raw | undefined): Statement[] {
    return raw ? raw.children.flatMap((child) => this.statements(child)) : [];
  }

  #statement(raw: Raw): Statement | undefined {
    const { from, to, children } = raw;
    switch (raw.name) {
      case 'AssignStatement':
        return this.#assignment(raw);
      case 'UpdateStatement': {
        const at = children.findIndex((child) => child.name === 'UpdateOp');
        if (at < 0) return undefined;
        const operator = this.#source(children[at]!).slice(0, -1);
        return { kind: 'update', from, to, operator, target: this.#list(children.slice(0, at), raw), value: this.#list(children.slice(at + 1), raw) };
      }
      case 'ExpressionStatement':
        return { kind: 'expression', from, to, value: this.#list(children, raw) };
      case 'IfStatement':
        return this.#if(raw);
      case 'ForStatement': {
        const inAt = children.findIndex((child) => child.name === 'in');
        const bodyAt = children.findIndex((child) => child.name === 'Body');
        if (inAt < 0 || bodyAt < 0) return undefined;
        return {
          kind: 'for', from, to,
          target: this.#list(children.slice(children.findIndex((child) => child.name === 'for') + 1, inAt), raw),
          iterable: this.#list(children.slice(inAt + 1, bodyAt), raw),
          body: this.#body(children[bodyAt]),
          otherwise: this.#after(children, 'else'),
        };
      }
      case 'WhileStatement':
        return { kind: 'while', from, to, test: this.#first(children, raw), body: this.#after(children, undefined) };
      case 'TryStatement':
        return {
          kind: 'try', from, to,
          body: this.#after(children, 'try'),
          handlers: children.flatMap((child, i) => (child.name === 'except' ? [this.#after(children.slice(i), undefined)] : [])),
          otherwise: this.#after(children, 'else'),
          last: this.#after(children, 'finally'),
        };
      case 'WithStatement':
        return { kind: 'with', from, to, items: this.#withItems(children), body: this.#after(children, undefined) };
      case 'FunctionDefinition':
        return this.#function(raw, []);
      case 'ClassDefinition': {
        const name = children.find((child) => child.name === 'VariableName');
        if (!name) return undefined;
        const list = children.find((child) => child.name === 'ArgList');
        return {
          kind: 'class', from, to,
          name: this.#source(name),
          bases: list ? this.#arguments(list).filter((argument) => !argument.keyword && !argument.star).map((argument) => argument.value) : [],
          body: this.#after(children, undefined),
        };
      }
      case 'DecoratedStatement': {
        const decorators = children.filter((child) => child.name === 'Decorator').map((child) => this.#decorator(child));
        const definition = children.at(-1)!;
        return definition.name === 'FunctionDefinition' ? this.#function(definition, decorators) : this.#statement(definition);
      }
      case 'ReturnStatement':
        return children.length > 1 ? { kind: 'return', from, to, value: this.#list(children.slice(1), raw) } : { kind: 'return', from, to };
      case 'ImportStatement':
        return this.#import(raw);
      case 'DeleteStatement':
        return { kind: 'delete', from, to, targets: this.#expressions(children.slice(1)) };
      case 'ScopeStatement':
        return {
          kind: 'scope', from, to,
          word: children[0]?.name === 'nonlocal' ? 'nonlocal' : 'global',
          names: children.filter((child) => child.name === 'VariableName').map((child) => this.#source(child)),
        };
      case 'PrintStatement':
        return { kind: 'expression', from, to, value: this.#list(children.slice(1), raw) };
      case 'YieldStatement':
        return { kind: 'expression', from, to, value: { kind: 'other', from, to } };
      case 'BreakStatement':
        return { kind: 'break', from, to };
      case 'ContinueStatement':
        return { kind: 'continue', from, to };
      case 'RaiseStatement':
        return { kind: 'raise', from, to };
      default:
        return undefined;
    }
  }

  /** The body that follows the word, or the first body of all. */
  #after(children: readonly Raw[], word: string | undefined): Statement[] {
    const start = word ? children.findIndex((child) => child.name === word) : 0;
    return start < 0 ? [] : this.#body(children.slice(start).find((child) => child.name === 'Body'));
  }

  #assignment(raw: Raw): Statement | undefined {
    const { from, to } = raw;
    const groups: Raw[][] = [[]];
    for (const child of raw.children) {
      if (child.name === 'AssignOp') groups.push([]);
      else if (child.name !== 'TypeDef') groups.at(-1)!.push(child);
    }
    if (groups.length < 2) return undefined;
    const parts = groups.map((group) => this.#list(group, raw));
    return { kind: 'assign', from, to, targets: parts.slice(0, -1), value: parts.at(-1)! };
  }

  #if({ from, to, children }: Raw): Statement {
    const branches: Branch[] = [];
    let otherwise: Statement[] = [];
    children.forEach((child, i) => {
      if (child.name === 'if' || child.name === 'elif') {
        branches.push({ test: this.#first(children.slice(i), child), body: this.#after(children.slice(i), undefined) });
      } else if (child.name === 'else') {
        otherwise = this.#after(children.slice(i), undefined);
      }
    });
    return { kind: 'if', from, to, branches, otherwise };
  }

  #withItems(children: readonly Raw[]): WithItem[] {
    const items: WithItem[] = [];
    for (let i = 0; i < children.length && children[i]!.name !== 'Body'; i++) {
      const child = children[i]!;
      if (child.name === 'as') {
        const last = items.pop();
        const target = children[++i];
        if (last && target) items.push({ value: last.value, target: this.expression(target) });
      } else if (expressionNames.has(child.name)) {
        items.push({ value: this.expression(child) });
      }
    }
    return items;
  }

  #function(raw: Raw, decorators: readonly Expression[]): Statement | undefined {
    const name = raw.children.find((child) => child.name === 'VariableName');
    const list = raw.children.find((child) => child.name === 'ParamList');
    const body = raw.children.find((child) => child.name === 'Body');
    if (!name) return undefined;
    return {
      kind: 'function', from: raw.from, to: raw.to,
      name: this.#source(name),
      parameters: list ? this.#parameters(list.children) : [],
      body: this.#body(body),
      decorators,
      generator: body !== undefined && yields(body),
    };
  }

  #decorator(raw: Raw): Expression {
    const names = raw.children.filter((child) => child.name === 'VariableName');
    const [first, ...rest] = names;
    if (!first) return { kind: 'other', from: raw.from, to: raw.to };
    return rest.reduce<Expression>(
      (object, name) => ({ kind: 'attribute', from: first.from, to: name.to, object, name: this.#source(name) }),
      this.expression(first),
    );
  }

  #parameters(children: readonly Raw[]): Parameter[] {
    const parameters: Parameter[] = [];
    let star: '*' | '**' | undefined;
    let keywordOnly = false;
    children.forEach((child, i) => {
      if (child.name === '*' || child.name === '**') {
        star = child.name;
        keywordOnly = true;
      } else if (child.name === ',') {
        star = undefined;
      } else if (child.name === 'VariableName' && children[i - 1]?.name !== 'AssignOp') {
        const operator = children[i + 1]?.name === 'TypeDef' ? i + 2 : i + 1;
        const value = children[operator]?.name === 'AssignOp' ? children[operator + 1] : undefined;
        parameters.push({
          name: this.#source(child),
          keywordOnly: keywordOnly && !star,
          ...(star && { star }),
          ...(value && { fallback: this.expression(value) }),
        });
      }
    });
    return parameters;
  }

  #import({ from, to, children }: Raw): Statement {
    const importAt = children.findIndex((child) => child.name === 'import');
    const names: ImportedName[] = [];
    let name = '';
    const rest = children.slice(importAt + 1);
    rest.forEach((child, i) => {
      if (child.name === 'VariableName' && rest[i - 1]?.name !== 'as') name += this.#source(child);
      else if (child.name === '.') name += '.';
      else if (child.name === ',') name = '';
      const next = rest[i + 1]?.name;
      if (child.name === 'VariableName' && rest[i - 1]?.name !== 'as' && next !== '.') {
        const alias = next === 'as' ? rest[i + 2] : undefined;
        names.push(alias ? { name, alias: this.#source(alias) } : { name });
      }
    });
    if (children[0]?.name !== 'from') return { kind: 'import', from, to, names };
    const module = children.slice(1, Math.max(importAt, 1)).map((child) => this.#source(child)).join('');
    return { kind: 'from', from, to, module, names: rest.some((child) => child.name === '*') ? '*' : names };
  }

  /** One expression, or several with commas between them: a tuple. */
  #list(raws: readonly Raw[], whole: Raw): Expression {
    const items = this.#expressions(raws);
    if (items.length === 1 && !raws.some((raw) => raw.name === ',')) return items[0]!;
    const first = items[0];
    if (!first) return { kind: 'other', from: whole.from, to: whole.to };
    return { kind: 'tuple', from: first.from, to: items.at(-1)!.to, items };
  }

  #first(raws: readonly Raw[], whole: Raw): Expression {
    const found = raws.find((raw) => expressionNames.has(raw.name));
    return found ? this.expression(found) : { kind: 'other', from: whole.from, to: whole.to };
  }

  #expressions(raws: readonly Raw[]): Expression[] {
    const items: Expression[] = [];
    raws.forEach((raw, i) => {
      if (!expressionNames.has(raw.name)) return;
      const value = this.expression(raw);
      items.push(raws[i - 1]?.name === '*' ? { kind: 'star', from: raws[i - 1]!.from, to: raw.to, value } : value);
    });
    return items;
  }

  expression(raw: Raw): Expression {
    const { from, to, children } = raw;
    switch (raw.name) {
      case 'VariableName':
        return { kind: 'name', from, to, id: this.#source(raw) };
      case 'Number':
        return { from, to, ...number(this.#source(raw)) };
      case 'String':
        return { from, to, ...string(this.#source(raw)) };
      case 'FormatString':
        return { kind: 'format', from, to, parts: this.#formatParts(raw) };
      case 'ContinuedString':
        return this.#joined(raw);
      case 'None':
        return { kind: 'constant', from, to, value: null };
      case 'Boolean':
        return { kind: 'constant', from, to, value: this.#source(raw) === 'True' };
      case 'Ellipsis':
        return { kind: 'constant', from, to, value: 'ellipsis' };
      case 'ArrayExpression':
        return { kind: 'list', from, to, items: this.#expressions(children) };
      case 'TupleExpression':
        return { kind: 'tuple', from, to, items: this.#expressions(children) };
      case 'SetExpression':
        return { kind: 'set', from, to, items: this.#expressions(children) };
      case 'DictionaryExpression':
        return { kind: 'dict', from, to, entries: this.#entries(children) };
      case 'ArrayComprehensionExpression':
        return this.#comprehension(raw, 'list');
      case 'SetComprehensionExpression':
        return this.#comprehension(raw, 'set');
      case 'DictionaryComprehensionExpression':
        return this.#comprehension(raw, 'dict');
      case 'ComprehensionExpression':
        return this.#comprehension(raw, 'generator');
      case 'ParenthesizedExpression':
      case 'AwaitExpression':
        return this.#first(children, raw);
      case 'CallExpression': {
        const list = children.find((child) => child.name === 'ArgList');
        const callee = children[0];
        if (!list || !callee) break;
        return { kind: 'call', from, to, callee: this.expression(callee), arguments: this.#arguments(list), list: { from: list.from, to: list.to } };
      }
      case 'MemberExpression':
        return this.#member(raw);
      case 'BinaryExpression':
        return this.#binary(raw);
      case 'UnaryExpression':
        return this.#unary(raw);
      case 'ConditionalExpression': {
        const [then, , test, , otherwise] = children;
        if (!then || !test || !otherwise) break;
        return { kind: 'conditional', from, to, test: this.expression(test), then: this.expression(then), otherwise: this.expression(otherwise) };
      }
      case 'LambdaExpression': {
        const list = children.find((child) => child.name === 'ParamList');
        const body = children.at(-1);
        if (!body) break;
        return { kind: 'lambda', from, to, parameters: this.#parameters(list?.children ?? []), body: this.expression(body) };
      }
      case 'NamedExpression': {
        const [target, , value] = children;
        if (!target || !value) break;
        return { kind: 'walrus', from, to, target: this.expression(target), value: this.expression(value) };
      }
    }
    return { kind: 'other', from, to };
  }

  #joined({ from, to, children }: Raw): Expression {
    const parts = children.flatMap((child): (string | FormatPart)[] => {
      if (child.name === 'FormatString') return this.#formatParts(child);
      return child.name === 'String' ? [string(this.#source(child)).value] : [];
    });
    if (parts.every((part) => typeof part === 'string')) return { kind: 'string', from, to, value: parts.join(''), bytes: false };
    return { kind: 'format', from, to, parts };
  }

  #formatParts(raw: Raw): (string | FormatPart)[] {
    const source = this.#source(raw);
    const { prefix, quote } = opening(source);
    const isRaw = prefix.includes('r');
    const literal = (from: number, to: number): string => {
      const text = this.#text.slice(from, to).replace(/\{\{/g, '{').replace(/\}\}/g, '}');
      return isRaw ? text : unescape(text);
    };
    const parts: (string | FormatPart)[] = [];
    let at = raw.from + prefix.length + quote.length;
    for (const child of raw.children) {
      if (child.name !== 'FormatReplacement') continue;
      if (child.from > at) parts.push(literal(at, child.from));
      at = child.to;
      const spec = child.children.find((part) => part.name === 'FormatSpec');
      const conversion = child.children.find((part) => part.name === 'FormatConversion');
      const plain = spec && !spec.children.some((part) => part.name === 'FormatReplacement');
      if (child.children.some((part) => part.name === 'FormatSelfDoc')) {
        const inner = child.children.find((part) => expressionNames.has(part.name));
        if (inner) parts.push(`${this.#source(inner)}=`);
      }
      parts.push({
        value: this.#first(child.children, child),
        ...(spec ? { format: plain ? this.#source(spec).slice(1) : '?' } : {}),
        ...(conversion && { conversion: this.#source(conversion).slice(1) }),
      });
    }
    const end = Math.max(at, raw.to - quote.length);
    if (end > at) parts.push(literal(at, end));
    return parts;
  }

  #entries(children: readonly Raw[]): DictEntry[] {
    const entries: DictEntry[] = [];
    let key: Raw | undefined;
    children.forEach((child, i) => {
      if (!expressionNames.has(child.name)) return;
      const before = children[i - 1]?.name;
      if (before === '**') entries.push({ value: this.expression(child) });
      else if (before === ':' && key) entries.push({ key: this.expression(key), value: this.expression(child) });
      else key = child;
    });
    return entries;
  }

  #comprehension({ from, to, children }: Raw, form: 'list' | 'set' | 'dict' | 'generator'): Expression {
    const forAt = children.findIndex((child) => child.name === 'for');
    const head = this.#expressions(children.slice(0, Math.max(forAt, 0)));
    const element = head[0];
    const clauses = this.#clauses(children.slice(Math.max(forAt, 0)));
    if (!element || clauses.length === 0) return { kind: 'other', from, to };
    return { kind: 'comprehension', from, to, form, element, ...(form === 'dict' && head[1] && { value: head[1] }), clauses };
  }

  #clauses(children: readonly Raw[]): Clause[] {
    const clauses: Clause[] = [];
    for (let i = 0; i < children.length; i++) {
      const { name } = children[i]!;
      if (name === 'for') {
        const inAt = children.findIndex((child, at) => at > i && child.name === 'in');
        const iterable = children[inAt + 1];
        if (inAt < 0 || !iterable) break;
        clauses.push({ kind: 'for', target: this.#list(children.slice(i + 1, inAt), children[i]!), iterable: this.expression(iterable) });
      } else if (name === 'if') {
        const test = children[i + 1];
        if (test) clauses.push({ kind: 'if', test: this.expression(test) });
      }
    }
    return clauses;
  }

  #arguments(list: Raw): Argument[] {
    const result: Argument[] = [];
    const { children } = list;
    let start = 1;
    let generator = false;
    for (let i = 1; i <= children.length; i++) {
      const name = children[i]?.name;
      if (name === 'for') generator = true;
      // A bare generator's own commas (`for a, b in c`) belong to it: it is the only argument then.
      if (name !== undefined && name !== ')' && (name !== ',' || generator)) continue;
      if (i > start) {
        const argument = this.#argument(children.slice(start, i), generator);
        if (argument) result.push(argument);
      }
      start = i + 1;
    }
    return result;
  }

  #argument(parts: readonly Raw[], generator: boolean): Argument | undefined {
    const first = parts[0];
    const last = parts.at(-1);
    if (!first || !last) return undefined;
    const place = { from: first.from, to: last.to };
    if (generator) return { ...place, value: this.#comprehension({ name: '', ...place, children: parts }, 'generator') };
    const value = expressionNames.has(last.name) ? last : parts.filter((part) => expressionNames.has(part.name)).at(-1);
    if (!value) return undefined;
    if (first.name === '*' || first.name === '**') return { ...place, star: first.name, value: this.expression(value) };
    if (parts[1]?.name === 'AssignOp' && value !== first) return { ...place, keyword: this.#source(first), value: this.expression(value) };
    return { ...place, value: this.expression(value) };
  }

  #member(raw: Raw): Expression {
    const { from, to, children } = raw;
    const object = children[0];
    if (!object) return { kind: 'other', from, to };
    const property = children.find((child) => child.name === 'PropertyName');
    if (property) return { kind: 'attribute', from, to, object: this.expression(object), name: this.#source(property) };
    if (children[1]?.name !== '[') return { kind: 'other', from, to };
    return { kind: 'subscript', from, to, object: this.expression(object), index: this.#index(children.slice(2), raw) };
  }

  #index(children: readonly Raw[], whole: Raw): Expression {
    const inside = children.at(-1)?.name === ']' ? children.slice(0, -1) : children;
    const groups: Raw[][] = [[]];
    for (const child of inside) {
      if (child.name === ',') groups.push([]);
      else groups.at(-1)!.push(child);
    }
    const comma = groups.length > 1;
    if (groups.at(-1)!.length === 0) groups.pop();
    const items = groups.map((group) => this.#indexItem(group, whole));
    const first = items[0];
    if (!first) return { kind: 'other', from: whole.from, to: whole.to };
    return comma ? { kind: 'tuple', from: first.from, to: items.at(-1)!.to, items } : first;
  }

  #indexItem(group: readonly Raw[], whole: Raw): Expression {
    if (!group.some((child) => child.name === ':')) return this.#list(group, whole);
    const bounds: (Expression | undefined)[] = [undefined, undefined, undefined];
    let slot = 0;
    for (const child of group) {
      if (child.name === ':') slot++;
      else if (expressionNames.has(child.name)) bounds[slot] = this.expression(child);
    }
    const [lower, upper, step] = bounds;
    return { kind: 'slice', from: group[0]!.from, to: group.at(-1)!.to, ...(lower && { lower }), ...(upper && { upper }), ...(step && { step }) };
  }

  #binary({ from, to, children }: Raw): Expression {
    const [leftRaw, operatorRaw] = children;
    const rightRaw = children.at(-1);
    if (!leftRaw || !operatorRaw || !rightRaw || children.length < 3) return { kind: 'other', from, to };
    const left = this.expression(leftRaw);
    const right = this.expression(rightRaw);
    const operator = children.slice(1, -1).map((child) => this.#source(child)).join(' ');
    if (operator === 'and' || operator === 'or') return { kind: operator, from, to, left, right };
    if (operatorRaw.name !== 'CompareOp' && !/^(in|is|not)\b/.test(operator)) return { kind: 'binary', from, to, operator, left, right };
    const comparison: Comparison = { operator, operand: right };
    if (left.kind === 'compare' && leftRaw.name === 'BinaryExpression') {
      return { kind: 'compare', from, to, first: left.first, rest: [...left.rest, comparison] };
    }
    return { kind: 'compare', from, to, first: left, rest: [comparison] };
  }

  #unary({ from, to, children }: Raw): Expression {
    const [operatorRaw, operandRaw] = children;
    if (!operatorRaw || !operandRaw) return { kind: 'other', from, to };
    const operator = this.#source(operatorRaw);
    const operand = this.expression(operandRaw);
    const grouped = operandRaw.name !== 'BinaryExpression';
    return operator === 'not' && !grouped ? negate(operand, from) : { kind: 'unary', from, to, operator, operand };
  }
}

/** The grammar takes `not a and b` for `not (a and b)`; in Python `not` binds tighter than `and` and `or`. */
function negate(operand: Expression, from: number): Expression {
  if (operand.kind === 'and' || operand.kind === 'or') return { ...operand, from, left: negate(operand.left, from) };
  return { kind: 'unary', from, to: operand.to, operator: 'not', operand };
}

function yields(raw: Raw): boolean {
  if (raw.name === 'YieldStatement' || raw.name === 'YieldExpression') return true;
  return raw.name !== 'FunctionDefinition' && raw.name !== 'LambdaExpression' && raw.children.some(yields);
}

function number(source: string): { kind: 'number'; value: number; float: boolean } {
  const plain = source.replace(/_/g, '');
  const float = !/^0[xXbBoO]/.test(plain) && /[.eEjJ]/.test(plain);
  return { kind: 'number', value: /[jJ]$/.test(plain) ? Number.NaN : Number(plain), float };
}

function opening(source: string): { prefix: string; quote: string } {
  const [, prefix = '', quote = ''] = /^([a-zA-Z]*)('''|"""|'|")/.exec(source) ?? [];
  return { prefix: prefix.toLowerCase(), quote };
}

function string(source: string): { kind: 'string'; value: string; bytes: boolean } {
  const { prefix, quote } = opening(source);
  const inner = source.slice(prefix.length + quote.length, Math.max(source.length - quote.length, prefix.length + quote.length));
  return { kind: 'string', value: prefix.includes('r') ? inner : unescape(inner), bytes: prefix.includes('b') };
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '0': '\0', a: '\x07', b: '\b', f: '\f', v: '\v', '\n': '' };

function unescape(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|\r\n|[\s\S])/g, (whole, code: string) => {
    if (code.length > 2) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    return escapes[code] ?? (code === '\r\n' ? '' : '\\\'"'.includes(code) ? code : whole);
  });
}
