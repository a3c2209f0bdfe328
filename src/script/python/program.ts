import { type Tree, type TreeCursor, TreeFragment } from '@lezer/common';
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
  /** Of the statement's text. */
  readonly length: number;
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

/** What two texts differ by: up to `start` they are the same, and from `oldEnd` and `newEnd` on. */
interface Edit {
  readonly start: number;
  readonly oldEnd: number;
  readonly newEnd: number;
}

/** A program, and what was made of each of its statements, by its offset. */
interface Parsed {
  readonly program: Program;
  readonly tree: Tree;
  /** The text as the grammar took it. */
  readonly taken: string;
  readonly lowered: ReadonlyMap<number, Lowered>;
}

/**
 * Parses Python text, tolerating errors. Kept between texts that differ by an edit, it parses again only
 * what changed: unchanged parts of the tree and unchanged top-level statements are taken over.
 */
export class ProgramParser {
  #last: Parsed | undefined;

  parse(text: string): Program {
    const taken = parsable(text);
    const again = this.#last && edited(this.#last, text, taken);
    // How far a mistake reaches depends on where the parser starts: what is broken is parsed as a whole.
    this.#last = again && again.program.syntaxErrors.length === 0 ? again : parsed(text, taken, parser.parse(taken));
    return this.#last.program;
  }
}

/** The new text, with what the edit left unchanged. */
function edited(last: Parsed, text: string, taken: string): Parsed {
  const change = editOf(last.taken, taken);
  const begin = beginning(change, last, taken);
  const fragments = TreeFragment.applyChanges(TreeFragment.addTree(last.tree), [
    { fromA: begin, toA: change.oldEnd, fromB: begin, toB: change.newEnd },
  ]);
  const { start, oldEnd, newEnd } = editOf(last.program.text, text);
  return parsed(text, taken, parser.parse(taken, fragments), (base, end) => {
    const old = end <= start ? base : base >= newEnd ? base - newEnd + oldEnd : undefined;
    const lowered = old === undefined ? undefined : last.lowered.get(old);
    return lowered?.length === end - base ? lowered : undefined;
  });
}

/**
 * From where on the tree cannot be taken over. By its indentation a line belongs to a statement before it: where that
 * changes, or a line comes or goes, the parser has to see the whole statement before.
 */
function beginning({ start, oldEnd, newEnd }: Edit, { taken: old, lowered }: Parsed, taken: string): number {
  const line = taken.lastIndexOf('\n', start - 1) + 1;
  const isInLine = /\S/.test(taken.slice(line, start)) && !old.slice(start, oldEnd).includes('\n') && !taken.slice(start, newEnd).includes('\n');
  if (isInLine) return start;
  let before = 0;
  for (const base of lowered.keys()) {
    if (base >= line) break;
    before = base;
  }
  return Math.min(start, before);
}

/** @param known what was made before of the statement between two offsets, if it is the same still. */
function parsed(text: string, taken: string, tree: Tree, known?: (base: number, end: number) => Lowered | undefined): Parsed {
  const all = new Map<number, Lowered>();
  const body: TopLevel[] = [];
  const syntaxErrors: Span[] = [];
  const cursor = tree.cursor();
  if (cursor.firstChild()) {
    do {
      if (cursor.name === 'Comment') continue;
      const { from: base, to: end } = cursor;
      const lowered = known?.(base, end) ?? loweredAt(cursor, text);
      all.set(base, lowered);
      body.push({ base, end, statements: lowered.statements });
      for (const { from, to } of lowered.broken) syntaxErrors.push({ start: base + from, end: base + to });
    } while (cursor.nextSibling());
  }
  return { program: { text, body, syntaxErrors }, tree, taken, lowered: all };
}

/** The statement under the cursor. */
function loweredAt(cursor: TreeCursor, text: string): Lowered {
  const { from: base, to: end } = cursor;
  const broken: { from: number; to: number }[] = [];
  const raw = copy(cursor, base, broken);
  return { length: end - base, statements: lower(text.slice(base, end), raw, broken), broken };
}

/** The stretch between the common start and the common end of two texts. */
function editOf(old: string, text: string): Edit {
  const most = Math.min(old.length, text.length);
  // Whole stretches first: strings are compared much faster than their characters one by one.
  const stretch = 1024;
  let start = 0;
  while (start + stretch <= most && old.slice(start, start + stretch) === text.slice(start, start + stretch)) start += stretch;
  while (start < most && old.charCodeAt(start) === text.charCodeAt(start)) start++;
  let end = 0;
  while (end + stretch <= most - start && old.slice(old.length - end - stretch, old.length - end) === text.slice(text.length - end - stretch, text.length - end)) end += stretch;
  while (end < most - start && old.charCodeAt(old.length - 1 - end) === text.charCodeAt(text.length - 1 - end)) end++;
  return { start, oldEnd: old.length - end, newEnd: text.length - end };
}

/**
 * The text as the grammar can take it, every character at its place: a number that ends in its point (`255.`, `1.e-3`)
 * is none for the grammar, so an underscore stands for the point; and a backslash before a line break of Windows escapes
 * only half of it, so it moves next to the line feed. Values are read from the text itself.
 */
function parsable(text: string): string {
  return text.replace(/(?<![\w.])(\d[\d_]*)\.(?![\w.])|(?<![\w.])(\d[\d_]*)\.(?=[eE][-+]?\d)/g, (whole) => `${whole.slice(0, -1)}_`).replaceAll('\\\r\n', ' \\\n');
}
