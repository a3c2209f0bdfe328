import { number, opening, string, unescape } from './literals';
import type { Raw } from './raw';
import type { Argument, Clause, Comparison, DictEntry, Expression, FormatPart, Parameter } from './syntax';

/** Names of the nodes that are expressions. */
export const expressionNames = new Set([
  'VariableName', 'Number', 'String', 'FormatString', 'ContinuedString', 'Ellipsis', 'None', 'Boolean',
  'ArrayExpression', 'TupleExpression', 'SetExpression', 'DictionaryExpression', 'ComprehensionExpression',
  'ArrayComprehensionExpression', 'SetComprehensionExpression', 'DictionaryComprehensionExpression',
  'ParenthesizedExpression', 'CallExpression', 'MemberExpression', 'BinaryExpression', 'UnaryExpression',
  'ConditionalExpression', 'LambdaExpression', 'NamedExpression', 'AwaitExpression', 'YieldExpression',
]);

/** Turns the parse trees of expressions into `Expression`s; `text` is what their places refer to. */
export class ExpressionLowering {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  source(raw: Raw): string {
    return this.#text.slice(raw.from, raw.to);
  }

  /** One expression, or several with commas between them: a tuple. */
  list(raws: readonly Raw[], whole: Raw): Expression {
    const items = this.items(raws);
    if (items.length === 1 && !raws.some((raw) => raw.name === ',')) return items[0]!;
    const first = items[0];
    if (!first) return { kind: 'other', from: whole.from, to: whole.to };
    return { kind: 'tuple', from: first.from, to: items.at(-1)!.to, items };
  }

  /** The first expression among the nodes. */
  first(raws: readonly Raw[], whole: Raw): Expression {
    const found = raws.find((raw) => expressionNames.has(raw.name));
    return found ? this.expression(found) : { kind: 'other', from: whole.from, to: whole.to };
  }

  /** The expressions among the nodes. */
  items(raws: readonly Raw[]): Expression[] {
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
        return { kind: 'name', from, to, id: this.source(raw) };
      case 'Number':
        return { from, to, ...number(this.source(raw)) };
      case 'String':
        return { from, to, ...string(this.source(raw)) };
      case 'FormatString':
        return { kind: 'format', from, to, parts: this.#formatParts(raw) };
      case 'ContinuedString':
        return this.#joined(raw);
      case 'None':
        return { kind: 'constant', from, to, value: null };
      case 'Boolean':
        return { kind: 'constant', from, to, value: this.source(raw) === 'True' };
      case 'Ellipsis':
        return { kind: 'constant', from, to, value: 'ellipsis' };
      case 'ArrayExpression':
        return { kind: 'list', from, to, items: this.items(children) };
      case 'TupleExpression':
        return { kind: 'tuple', from, to, items: this.items(children) };
      case 'SetExpression':
        return { kind: 'set', from, to, items: this.items(children) };
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
        return this.first(children, raw);
      case 'CallExpression': {
        const list = children.find((child) => child.name === 'ArgList');
        const callee = children[0];
        if (!list || !callee) break;
        return { kind: 'call', from, to, callee: this.expression(callee), arguments: this.arguments(list), list: { from: list.from, to: list.to } };
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
        return { kind: 'lambda', from, to, parameters: this.parameters(list?.children ?? []), body: this.expression(body) };
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
      return child.name === 'String' ? [string(this.source(child)).value] : [];
    });
    if (parts.every((part) => typeof part === 'string')) return { kind: 'string', from, to, value: parts.join(''), bytes: false };
    return { kind: 'format', from, to, parts };
  }

  #formatParts(raw: Raw): (string | FormatPart)[] {
    const source = this.source(raw);
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
        if (inner) parts.push(`${this.source(inner)}=`);
      }
      parts.push({
        value: this.first(child.children, child),
        ...(spec ? { format: plain ? this.source(spec).slice(1) : '?' } : {}),
        ...(conversion && { conversion: this.source(conversion).slice(1) }),
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
    const head = this.items(children.slice(0, Math.max(forAt, 0)));
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
        clauses.push({ kind: 'for', target: this.list(children.slice(i + 1, inAt), children[i]!), iterable: this.expression(iterable) });
      } else if (name === 'if') {
        const test = children[i + 1];
        if (test) clauses.push({ kind: 'if', test: this.expression(test) });
      }
    }
    return clauses;
  }

  /** The arguments of a call, or the bases of a class. */
  arguments(list: Raw): Argument[] {
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
    const { from } = first;
    const { to } = last;
    if (generator) return { from, to, value: this.#comprehension({ name: '', from, to, children: parts }, 'generator') };
    const value = expressionNames.has(last.name) ? last : parts.filter((part) => expressionNames.has(part.name)).at(-1);
    if (!value) return undefined;
    if (first.name === '*' || first.name === '**') return { from, to, star: first.name, value: this.expression(value) };
    if (parts[1]?.name === 'AssignOp' && value !== first) return { from, to, keyword: this.source(first), value: this.expression(value) };
    return { from, to, value: this.expression(value) };
  }

  #member(raw: Raw): Expression {
    const { from, to, children } = raw;
    const object = children[0];
    if (!object) return { kind: 'other', from, to };
    const property = children.find((child) => child.name === 'PropertyName');
    if (property) return { kind: 'attribute', from, to, object: this.expression(object), name: this.source(property) };
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
    if (!group.some((child) => child.name === ':')) return this.list(group, whole);
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
    const operator = children.slice(1, -1).map((child) => this.source(child)).join(' ');
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
    const operator = this.source(operatorRaw);
    const operand = this.expression(operandRaw);
    const grouped = operandRaw.name !== 'BinaryExpression';
    return operator === 'not' && !grouped ? negate(operand, from) : { kind: 'unary', from, to, operator, operand };
  }

  /** The parameters of a function. */
  parameters(children: readonly Raw[]): Parameter[] {
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
          name: this.source(child),
          keywordOnly: keywordOnly && !star,
          ...(star && { star }),
          ...(value && { fallback: this.expression(value) }),
        });
      }
    });
    return parameters;
  }
}

/** The grammar takes `not a and b` for `not (a and b)`; in Python `not` binds tighter than `and` and `or`. */
function negate(operand: Expression, from: number): Expression {
  if (operand.kind === 'and' || operand.kind === 'or') return { ...operand, from, left: negate(operand.left, from) };
  return { kind: 'unary', from, to: operand.to, operator: 'not', operand };
}
