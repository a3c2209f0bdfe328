import type { TextEdit } from '../../text/edit';
import type { Span } from '../../text/span';
import type { Program } from '../python/program';
import type { Argument, Call, Expression, Place, Statement } from '../python/syntax';
import { pythonFloat } from '../python/operators';

/** A call in the text, with the places of its parts as spans of the text. */
export interface CallPlace {
  readonly span: Span;
  readonly callee: Expression;
  readonly calleeSpan: Span;
  /** Between the parentheses. */
  readonly inside: Span;
  readonly arguments: readonly { readonly argument: Argument; readonly span: Span; readonly value: Span }[];
}

/** The program's text and where things stand in it, for edits that keep everything else as it is. */
export class ScriptText {
  readonly program: Program;

  constructor(program: Program) {
    this.program = program;
  }

  get text(): string {
    return this.program.text;
  }

  get lineBreak(): string {
    return this.text.includes('\r\n') ? '\r\n' : '\n';
  }

  slice(span: Span): string {
    return this.text.slice(span.start, span.end);
  }

  /** The call that stands at exactly this span. */
  callAt(span: Span): CallPlace | undefined {
    const found = this.find(span);
    if (found?.node.kind !== 'call') return undefined;
    const { node, base } = found as { node: Call; base: number };
    const at = (place: Place): Span => ({ start: base + place.from, end: base + place.to });
    return {
      span,
      callee: node.callee,
      calleeSpan: at(node.callee),
      inside: { start: base + node.list.from + 1, end: base + node.list.to - 1 },
      arguments: node.arguments.map((argument) => ({ argument, span: at(argument), value: at(argument.value) })),
    };
  }

  /** The expression at exactly this span, with the offset its places are relative to. */
  find(span: Span): { readonly node: Expression; readonly base: number } | undefined {
    for (const { base, statements } of this.program.body) {
      for (const statement of statements) {
        if (base + statement.from > span.start || base + statement.to < span.end) continue;
        const node = findIn(statement, span.start - base, span.end - base);
        if (node) return { node, base };
      }
    }
    return undefined;
  }

  /** The start of the line that holds `offset`. */
  lineStart(offset: number): number {
    return Math.max(this.text.lastIndexOf('\n', offset - 1), this.text.lastIndexOf('\r', offset - 1)) + 1;
  }

  /** The end of the line that holds `offset`, before its line break. */
  lineEnd(offset: number): number {
    const end = this.text.slice(offset).search(/[\r\n]/);
    return end < 0 ? this.text.length : offset + end;
  }

  #longestLine(): number {
    return this.text.split(/\r\n|\r|\n/).reduce((longest, line) => Math.max(longest, line.length), 0);
  }

  indentation(offset: number): string {
    return /^[ \t]*/.exec(this.text.slice(this.lineStart(offset)))![0];
  }

  /**
   * Adds `name=value` as the last argument, on a line of its own where the others have theirs or where the line would
   * become longer than all others.
   */
  appendArgument(call: CallPlace, argument: string): TextEdit {
    const last = call.arguments.at(-1);
    const added = spaced(call, argument, this.text);
    if (!last) return { span: { start: call.inside.start, end: call.inside.end }, newText: added };
    const previous = call.arguments.at(-2)?.span.end ?? call.inside.start;
    const ownLine = /[\r\n]/.test(this.text.slice(previous, last.span.start));
    if (ownLine) return insertion(last.span.end, `,${this.lineBreak}${this.indentation(last.span.start)}${added}`);
    const width = this.lineEnd(last.span.end) - this.lineStart(last.span.end) + 2 + added.length;
    // Aligned with the first argument (PEP 8).
    const first = call.arguments[0]!.span.start;
    const aligned = `,${this.lineBreak}${this.text.slice(this.lineStart(first), first).replace(/[^\t]/g, ' ')}`;
    return insertion(last.span.end, (width > Math.max(usualWidth, this.#longestLine()) ? aligned : ', ') + added);
  }

  /** Adds `name=value` before the other arguments. */
  prependArgument(call: CallPlace, argument: string): TextEdit {
    const first = call.arguments[0];
    const added = spaced(call, argument, this.text);
    if (!first) return { span: { start: call.inside.start, end: call.inside.end }, newText: added };
    const ownLine = /[\r\n]/.test(this.text.slice(call.inside.start, first.span.start));
    const separator = ownLine ? `,${this.lineBreak}${this.indentation(first.span.start)}` : ', ';
    return insertion(first.span.start, added + separator);
  }

  /** Takes an argument away with one of its commas. */
  removeArgument(call: CallPlace, index: number): TextEdit {
    const here = call.arguments[index]!;
    const next = call.arguments[index + 1];
    const before = call.arguments[index - 1];
    if (next) return { span: { start: here.span.start, end: next.span.start }, newText: '' };
    return { span: { start: before ? before.span.end : here.span.start, end: here.span.end }, newText: '' };
  }
}

/** Nobody minds a line of this length. */
const usualWidth = 100;

/** `name=value`, or `name = value` where the call's other arguments are written so. */
function spaced(call: CallPlace, argument: string, text: string): string {
  const written = call.arguments.filter(({ argument: { keyword } }) => keyword !== undefined).map(({ span, value }) => text.slice(span.start, value.start));
  return written.length > 0 && written.every((name) => /\s=\s/.test(name)) ? argument.replace(/^(\w+)=/, '$1 = ') : argument;
}

export function insertion(offset: number, newText: string): TextEdit {
  return { span: { start: offset, end: offset }, newText };
}

export function replacement(span: Span, newText: string): TextEdit {
  return { span, newText };
}

/** A number as a person writes a float in Python: `0.0034`, `1.0`, `1e-05`. */
export function numberText(value: number): string {
  return pythonFloat(value);
}

/** The expression with exactly these places; the outermost if several have them. */
function findIn(syntax: unknown, from: number, to: number): Expression | undefined {
  if (Array.isArray(syntax)) {
    for (const part of syntax) {
      const found = findIn(part, from, to);
      if (found) return found;
    }
    return undefined;
  }
  if (typeof syntax !== 'object' || syntax === null) return undefined;
  if (isPlace(syntax)) {
    if (syntax.from > from || syntax.to < to) return undefined;
    if (syntax.from === from && syntax.to === to && isExpression(syntax)) return syntax;
  }
  for (const part of Object.values(syntax)) {
    const found = typeof part === 'object' ? findIn(part, from, to) : undefined;
    if (found) return found;
  }
  return undefined;
}

function isPlace(syntax: object): syntax is Place {
  return 'from' in syntax && 'to' in syntax && typeof syntax.from === 'number';
}

const statementKinds = new Set<string>([
  'assign', 'update', 'expression', 'if', 'for', 'while', 'try', 'with', 'function', 'class', 'return', 'import', 'from', 'delete', 'scope',
  'break', 'continue', 'raise', 'pass',
] satisfies Statement['kind'][]);

function isExpression(syntax: object): syntax is Expression {
  return 'kind' in syntax && typeof syntax.kind === 'string' && !statementKinds.has(syntax.kind);
}
