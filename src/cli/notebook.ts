import { findNodeAtLocation, parseTree, type Node } from 'jsonc-parser';
import { notebookScript, type NotebookScript } from '../script';
import type { Span } from '../text/span';

/**
 * A Jupyter notebook (nbformat 3 or 4) as the script that its code cells are and as the logs that they printed, with the
 * way back to the places in the file.
 */
export interface Notebook {
  readonly script: NotebookScript;
  /** What each code cell printed. */
  readonly outputs: readonly FileText[];
  /** Where a span of the script stands in the file; undefined for a place that is in none of the cells. */
  inFile(span: Span): Span | undefined;
}

/** @returns undefined if the text is no notebook. */
export function readNotebook(file: string): Notebook | undefined {
  const root = treeOf(file);
  if (!root) return undefined;
  const sheets = at(root, 'worksheets')?.children;
  const lists = sheets ? sheets.map((sheet) => at(sheet, 'cells')) : [at(root, 'cells')];
  if (!lists.some((list) => list?.type === 'array')) return undefined;
  const cells = lists.flatMap((list) => list?.children ?? []).filter((cell) => at(cell, 'cell_type')?.value === 'code');
  const sources = cells.map((cell) => new FileText(file, stringsOf(at(cell, 'source') ?? at(cell, 'input'))));
  const script = notebookScript(sources);
  return {
    script,
    outputs: cells.map((cell) => new FileText(file, (at(cell, 'outputs')?.children ?? []).flatMap(printed))),
    inFile({ start, end }) {
      const from = script.cellAt(start);
      const to = end > start ? script.cellAt(end - 1) : from;
      const source = sources[from.cell];
      if (to.cell !== from.cell || !source) return undefined;
      return source.inFile({ start: from.offset, end: end > start ? to.offset + 1 : from.offset });
    },
  };
}

/** The parser recurses, so brackets nested a hundred thousand deep end its stack. */
function treeOf(file: string): Node | undefined {
  try {
    return parseTree(file);
  } catch {
    return undefined;
  }
}

/** Text of a stream, and of a result as text or as the table that it is shown as. */
function printed(output: Node): Node[] {
  const nodes = [at(output, 'text'), at(output, 'data', 'text/plain'), at(output, 'data', 'text/html'), at(output, 'html')];
  return nodes.flatMap(stringsOf);
}

function stringsOf(node: Node | undefined): Node[] {
  const nodes = node?.type === 'array' ? (node.children ?? []) : node ? [node] : [];
  return nodes.filter(({ type }) => type === 'string');
}

function at(node: Node, ...path: string[]): Node | undefined {
  return findNodeAtLocation(node, path);
}

/** One text out of several strings of a JSON file, with the place of each character in the file. */
class FileText {
  readonly text: string;
  readonly #file: string;
  /** Start of each string in `text`, and offset in the file of its first character. */
  readonly #pieces: { readonly start: number; readonly inFile: number }[] = [];

  constructor(file: string, strings: readonly Node[]) {
    this.#file = file;
    let text = '';
    for (const { offset, value } of strings) {
      if (value === '') continue;
      this.#pieces.push({ start: text.length, inFile: offset + 1 });
      text += value as string;
    }
    this.text = text;
  }

  /** @returns undefined where there is no text at all. */
  inFile({ start, end }: Span): Span | undefined {
    if (this.#pieces.length === 0) return undefined;
    const last = end > start ? this.#character(end - 1) : undefined;
    const first = start < this.text.length ? this.#character(start) : undefined;
    const from = first?.start ?? this.#character(this.text.length - 1).end;
    return { start: from, end: last?.end ?? from };
  }

  /** Where one character stands, which may be an escape of several. */
  #character(offset: number): Span {
    let index = this.#pieces.length - 1;
    while (index > 0 && this.#pieces[index]!.start > offset) index--;
    const piece = this.#pieces[index]!;
    let start = piece.inFile;
    for (let skipped = piece.start; skipped < offset; skipped++) start += this.#lengthAt(start);
    return { start, end: start + this.#lengthAt(start) };
  }

  #lengthAt(place: number): number {
    if (this.#file[place] !== '\\') return 1;
    return this.#file[place + 1] === 'u' ? 6 : 2;
  }
}

/** Text as it stands between the quotes of a JSON string. */
export function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
