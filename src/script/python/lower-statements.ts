import { ExpressionLowering, expressionNames } from './lower-expressions';
import type { Raw } from './raw';
import type { Branch, Expression, ImportedName, Statement, WithItem } from './syntax';

/** Turns the parse tree of one top-level statement into `Statement`s; `text` is the statement's own text. */
export class StatementLowering {
  readonly #expressions: ExpressionLowering;

  constructor(text: string) {
    this.#expressions = new ExpressionLowering(text);
  }

  statements(raw: Raw): Statement[] {
    if (raw.name === 'StatementGroup') return raw.children.flatMap((child) => this.statements(child));
    if (raw.name === 'MatchStatement') return this.#match(raw);
    const statement = this.#statement(raw);
    return statement ? [statement] : [];
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
        const operator = this.#expressions.source(children[at]!).slice(0, -1);
        return { kind: 'update', from, to, operator, target: this.#expressions.list(children.slice(0, at), raw), value: this.#expressions.list(children.slice(at + 1), raw) };
      }
      case 'ExpressionStatement':
        return { kind: 'expression', from, to, value: this.#expressions.list(children, raw) };
      case 'IfStatement':
        return this.#if(raw);
      case 'ForStatement': {
        const inAt = children.findIndex((child) => child.name === 'in');
        const bodyAt = children.findIndex((child) => child.name === 'Body');
        if (inAt < 0 || bodyAt < 0) return undefined;
        return {
          kind: 'for', from, to,
          target: this.#expressions.list(children.slice(children.findIndex((child) => child.name === 'for') + 1, inAt), raw),
          iterable: this.#expressions.list(children.slice(inAt + 1, bodyAt), raw),
          body: this.#body(children[bodyAt]),
          otherwise: this.#after(children, 'else'),
        };
      }
      case 'WhileStatement':
        return { kind: 'while', from, to, test: this.#expressions.first(children, raw), body: this.#after(children, undefined), otherwise: this.#after(children, 'else') };
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
      case 'ClassDefinition':
        return this.#class(raw, []);
      case 'DecoratedStatement': {
        const decorators = children.filter((child) => child.name === 'Decorator').map((child) => this.#decorator(child));
        const definition = children.at(-1)!;
        return definition.name === 'FunctionDefinition' ? this.#function(definition, decorators) : this.#class(definition, decorators);
      }
      case 'ReturnStatement':
        return children.length > 1 ? { kind: 'return', from, to, value: this.#expressions.list(children.slice(1), raw) } : { kind: 'return', from, to };
      case 'ImportStatement':
        return this.#import(raw);
      case 'DeleteStatement':
        return { kind: 'delete', from, to, targets: this.#expressions.items(children.slice(1)) };
      case 'ScopeStatement':
        return {
          kind: 'scope', from, to,
          word: children[0]?.name === 'nonlocal' ? 'nonlocal' : 'global',
          names: children.filter((child) => child.name === 'VariableName').map((child) => this.#expressions.source(child)),
        };
      case 'PrintStatement':
        return { kind: 'expression', from, to, value: this.#expressions.list(children.slice(1), raw) };
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
    const parts = groups.map((group) => this.#expressions.list(group, raw));
    return { kind: 'assign', from, to, targets: parts.slice(0, -1), value: parts.at(-1)! };
  }

  #if({ from, to, children }: Raw): Statement {
    const branches: Branch[] = [];
    let otherwise: Statement[] = [];
    children.forEach((child, i) => {
      if (child.name === 'if' || child.name === 'elif') {
        branches.push({ test: this.#expressions.first(children.slice(i), child), body: this.#after(children.slice(i), undefined) });
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
        if (last && target) items.push({ value: last.value, target: this.#expressions.expression(target) });
      } else if (expressionNames.has(child.name)) {
        items.push({ value: this.#expressions.expression(child) });
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
      name: this.#expressions.source(name),
      parameters: list ? this.#expressions.parameters(list.children) : [],
      body: this.#body(body),
      decorators,
      generator: body !== undefined && yields(body),
    };
  }

  #class(raw: Raw, decorators: readonly Expression[]): Statement | undefined {
    const { from, to, children } = raw;
    const name = children.find((child) => child.name === 'VariableName');
    if (raw.name !== 'ClassDefinition' || !name) return undefined;
    const list = children.find((child) => child.name === 'ArgList');
    const assigned = (children.find((child) => child.name === 'Body')?.children ?? []).filter((child) => child.name === 'AssignStatement');
    const fields = assigned.filter(({ children: [, type] }) => type?.name === 'TypeDef' && !this.#expressions.source(type).includes('ClassVar'));
    return {
      kind: 'class', from, to,
      name: this.#expressions.source(name),
      bases: list ? this.#expressions.arguments(list).filter((argument) => !argument.keyword && !argument.star).map((argument) => argument.value) : [],
      body: this.#after(children, undefined),
      decorators,
      typed: fields.map((field) => this.#expressions.source(field.children[0]!)),
    };
  }

  #decorator(raw: Raw): Expression {
    const names = raw.children.filter((child) => child.name === 'VariableName');
    const [first, ...rest] = names;
    if (!first) return { kind: 'other', from: raw.from, to: raw.to };
    const callee = rest.reduce<Expression>(
      (object, name) => ({ kind: 'attribute', from: first.from, to: name.to, object, name: this.#expressions.source(name) }),
      this.#expressions.expression(first),
    );
    const list = raw.children.find((child) => child.name === 'ArgList');
    return list ? { kind: 'call', from: first.from, to: list.to, callee, arguments: this.#expressions.arguments(list), list: { from: list.from, to: list.to } } : callee;
  }

  /** `match` as the `if` that it stands for; what takes its subject apart is a condition that is not understood. */
  #match({ from, to, children }: Raw): Statement[] {
    const bodyAt = children.findIndex((child) => child.name === 'MatchBody');
    if (bodyAt < 0) return [];
    const subject: Expression = { kind: 'name', from, to, id: 'match subject' };
    const branches = children[bodyAt]!.children.filter((child) => child.name === 'MatchClause').map((clause): Branch => {
      const [pattern] = clause.children.slice(1);
      const guard = clause.children.find((child) => child.name === 'Guard');
      const test = pattern ? this.#pattern(pattern, subject) : { kind: 'other' as const, from, to };
      return {
        test: guard ? { kind: 'and', from: guard.from, to: guard.to, left: test, right: this.#expressions.first(guard.children, guard) } : test,
        body: this.#after(clause.children, undefined),
      };
    });
    return [
      { kind: 'assign', from, to, targets: [subject], value: this.#expressions.list(children.slice(1, bodyAt), children[0]!) },
      { kind: 'if', from, to, branches, otherwise: [] },
    ];
  }

  /** Whether the subject of a `match` is what a pattern says. */
  #pattern(raw: Raw, subject: Expression): Expression {
    const { from, to, children } = raw;
    const [first] = children;
    switch (raw.name) {
      case 'LiteralPattern':
        return { kind: 'compare', from, to, first: subject, rest: [{ operator: '==', operand: this.#expressions.list(children, raw) }] };
      case 'AttributePattern': {
        const names = children.filter((child) => child.name !== '.');
        const operand = names.slice(1).reduce<Expression>((object, name) => ({ kind: 'attribute', from, to: name.to, object, name: this.#expressions.source(name) }), this.#expressions.expression(names[0]!));
        return { kind: 'compare', from, to, first: subject, rest: [{ operator: '==', operand }] };
      }
      case 'CapturePattern': {
        const always: Expression = { kind: 'constant', from, to, value: true };
        if (!first || this.#expressions.source(first) === '_') return always;
        const bound: Expression = { kind: 'tuple', from, to, items: [{ kind: 'walrus', from, to, target: this.#expressions.expression(first), value: subject }] };
        return { kind: 'and', from, to, left: bound, right: always };
      }
      case 'OrPattern':
        return children.filter((child) => child.name !== 'LogicOp').map((child) => this.#pattern(child, subject)).reduce((left, right) => ({ kind: 'or', from, to, left, right }));
      default:
        return { kind: 'other', from, to };
    }
  }

  #import({ from, to, children }: Raw): Statement {
    const importAt = children.findIndex((child) => child.name === 'import');
    const names: ImportedName[] = [];
    let name = '';
    const rest = children.slice(importAt + 1);
    rest.forEach((child, i) => {
      if (child.name === 'VariableName' && rest[i - 1]?.name !== 'as') name += this.#expressions.source(child);
      else if (child.name === '.') name += '.';
      else if (child.name === ',') name = '';
      const next = rest[i + 1]?.name;
      if (child.name === 'VariableName' && rest[i - 1]?.name !== 'as' && next !== '.') {
        const alias = next === 'as' ? rest[i + 2] : undefined;
        names.push(alias ? { name, alias: this.#expressions.source(alias) } : { name });
      }
    });
    if (children[0]?.name !== 'from') return { kind: 'import', from, to, names };
    const module = children.slice(1, Math.max(importAt, 1)).map((child) => this.#expressions.source(child)).join('');
    return { kind: 'from', from, to, module, names: rest.some((child) => child.name === '*') ? '*' : names };
  }
}

function yields(raw: Raw): boolean {
  if (raw.name === 'YieldStatement' || raw.name === 'YieldExpression') return true;
  return raw.name !== 'FunctionDefinition' && raw.name !== 'LambdaExpression' && raw.children.some(yields);
}
