import { TreeFragment, type Tree } from '@lezer/common';
import { parser as pythonParser } from '@lezer/python';
import type { Span } from '../../text/span';
import { StatementLowering } from './lower-statements';
import { copy, type Raw } from './raw';
import type { Statement } from './syntax';

/** A top-level statement of the text, or several on one line. */
export interface TopLevel {
  /** Offset of the statement in the text: what its places are relative to. */
  readonly base: number;
  /** Offset behind it. */
  readonly end: number;
  readonly statements: readonly Statement[];
}

export interface Program {
  readonly text: string;
  readonly body: readonly TopLevel[];
  readonly syntaxErrors: readonly Span[];
}

interface Lowered {
  readonly statements: readonly Statement[];
  readonly broken: readonly { readonly from: number; readonly to: number }[];
}

/** Small buffers: only what is not inside of one can be taken over after an edit. */
const parser = pythonParser.configure({ bufferLength: 256 });

/** Nested deeper than the stack allows is broken, as it is for Python ("too many nested parentheses"). */
function lower(source: string, raw: Raw, broken: { from: number; to: number }[]): readonly Statement[] {
  try {
    return new StatementLowering(source).statements(raw);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    broken.push({ from: 0, to: source.length });
    return [];
  }
}

/**
 * Parses Python text, tolerating errors. Kept between texts that differ by an edit, it parses again only
 * what changed: unchanged parts of the tree and unchanged top-level statements are taken over.
 */
export class ProgramParser {
  #tree: Tree | undefined;
  #text = '';
  #known = new Map<string, Lowered>();

  parse(text: string): Program {
    const parsed = parsable(text);
    const tree = parser.parse(parsed, this.#fragments(parsed));
    const known = new Map<string, Lowered>();
    const body: TopLevel[] = [];
    const syntaxErrors: Span[] = [];
    const cursor = tree.cursor();
    if (cursor.firstChild()) {
      do {
        if (cursor.name === 'Comment') continue;
        const base = cursor.from;
        const source = text.slice(base, cursor.to);
        let lowered = known.get(source) ?? this.#known.get(source);
        if (!lowered) {
          const broken: { from: number; to: number }[] = [];
          const raw = copy(cursor, base, broken);
          lowered = { statements: lower(source, raw, broken), broken };
        }
        known.set(source, lowered);
        body.push({ base, end: cursor.to, statements: lowered.statements });
        for (const { from, to } of lowered.broken) syntaxErrors.push({ start: base + from, end: base + to });
      } while (cursor.nextSibling());
    }
    this.#tree = tree;
    this.#text = parsed;
    this.#known = known;
    return { text, body, syntaxErrors };
  }

  /** What of the last tree can be used again: all but the stretch between the common start and the common end. */
  #fragments(text: string): readonly TreeFragment[] {
    if (!this.#tree) return [];
    const old = this.#text;
    const most = Math.min(old.length, text.length);
    // Whole stretches first: strings are compared much faster than their characters one by one.
    const stretch = 1024;
    let start = 0;
    while (start + stretch <= most && old.slice(start, start + stretch) === text.slice(start, start + stretch)) start += stretch;
    while (start < most && old.charCodeAt(start) === text.charCodeAt(start)) start++;
    let end = 0;
    while (end + stretch <= most - start && old.slice(old.length - end - stretch, old.length - end) === text.slice(text.length - end - stretch, text.length - end)) end += stretch;
    while (end < most - start && old.charCodeAt(old.length - 1 - end) === text.charCodeAt(text.length - 1 - end)) end++;
    const fragments = TreeFragment.addTree(this.#tree);
    return TreeFragment.applyChanges(fragments, [
      { fromA: start, toA: old.length - end, fromB: start, toB: text.length - end },
    ]);
  }
}

/**
 * The text as the grammar can take it, every character at its place: a number that ends in its point (`255.`, `1.e-3`)
 * is none for the grammar, so an underscore stands for the point. Values are read from the text itself.
 */
function parsable(text: string): string {
  return text.replace(/(?<![\w.])(\d[\d_]*)\.(?![\w.])|(?<![\w.])(\d[\d_]*)\.(?=[eE][-+]?\d)/g, (whole) => `${whole.slice(0, -1)}_`);
}
