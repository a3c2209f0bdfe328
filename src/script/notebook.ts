/**
 * A notebook as one script: its code cells one after the other, with a way back from the script's offsets to the cells.
 */

export interface Cell {
  /** Source as it stands in the cell. */
  readonly text: string;
}

export interface CellOffset {
  /** Index into the cells that were joined. */
  readonly cell: number;
  readonly offset: number;
}

export interface NotebookScript {
  /** Python only: IPython's magics and shell commands are blanked out, every other character keeps its place in its cell. */
  readonly text: string;
  /** Where an offset of `text` lies; the line break between two cells belongs to the first of them. */
  cellAt(offset: number): CellOffset;
  /** Offset in `text` of an offset in a cell. */
  offsetOf(place: CellOffset): number;
}

/** Joins code cells in document order. */
export function notebookScript(cells: readonly Cell[]): NotebookScript {
  const starts: number[] = [];
  let text = '';
  for (const cell of cells) {
    starts.push(text.length);
    text += `${withoutMagics(cell.text)}\n`;
  }
  return {
    text,
    cellAt(offset) {
      let cell = 0;
      while (cell + 1 < starts.length && starts[cell + 1]! <= offset) cell++;
      return { cell, offset: Math.min(offset - (starts[cell] ?? 0), cells[cell]?.text.length ?? 0) };
    },
    offsetOf: ({ cell, offset }) => (starts[cell] ?? 0) + offset,
  };
}

/** Magics after which the cell's text is still Python. */
const pythonMagics = /^%%(?:time|timeit|capture|prun|script\s+python)/;

/** The same text with everything that only IPython understands replaced, character for character, by Python that does nothing. */
function withoutMagics(text: string): string {
  const cellMagic = /^\s*(%%[^\r\n]*)/.exec(text);
  if (cellMagic && !pythonMagics.test(cellMagic[1]!)) return text.replace(/[^\r\n]/g, ' ');
  let open = 0;
  let continued = false;
  return text.replace(/[^\r\n]*(?:\r\n?|\n)?/g, (line) => {
    if (continued) {
      continued = goesOn(line);
      return line.replace(/[^\r\n]/g, ' ');
    }
    // Inside brackets a `%` at the start of a line is Python's own operator.
    const magic = open === 0 ? (/^([ \t]*)([%!?][^\r\n]*)/.exec(line) ?? shellCommand.exec(line)) : null;
    const assigned = open === 0 ? /^([\w, \t]+=[ \t]*)([!%][^\r\n]*)/.exec(line) : null;
    continued = (magic !== null || assigned !== null) && goesOn(line);
    if (magic) return magic[1]! + nothing(magic[2]!) + line.slice(magic[0].length);
    if (assigned) return assigned[1]! + none(assigned[2]!) + line.slice(assigned[0].length);
    const help = /^([ \t]*)([\w.]+\?{1,2})[ \t]*(?=[\r\n]|$)/.exec(line);
    if (help && open === 0) return help[1]! + nothing(help[2]!) + line.slice(help[1]!.length + help[2]!.length);
    open = Math.max(0, open + depthChange(line));
    return line;
  });
}

/** What IPython takes for a shell command without a `!`: the name of one, and then what cannot go on a line of Python. */
const shellCommand = /^([ \t]*)((?:pip3?|conda|apt|apt-get|curl|wget|git|unzip|ls|cd|cat|cp|mv|rm|mkdir)[ \t]+(?!(?:in|is|if|or|and|not|for|else)\b)[\w./~"'$][^\r\n]*)/;

/** Whether a shell command continues on the next line. */
function goesOn(line: string): boolean {
  return /\\[\r\n]*$/.test(line);
}

/** A statement that does nothing, as long as the text it stands for. */
function nothing(text: string): string {
  return text.length >= 4 ? 'pass'.padEnd(text.length) : '0'.padEnd(text.length);
}

/** A value that is no help, as long as the text it stands for. */
function none(text: string): string {
  return text.length >= 4 ? 'None'.padEnd(text.length) : '0'.padEnd(text.length);
}

/** Brackets a line opens less those it closes, outside strings and comments. */
function depthChange(line: string): number {
  const code = line.replace(/'(?:\\[^]?|[^'\\])*'?|"(?:\\[^]?|[^"\\])*"?|#.*/g, '');
  return (code.match(/[([{]/g)?.length ?? 0) - (code.match(/[)\]}]/g)?.length ?? 0);
}

/** The code cells of an `.ipynb` file, of nbformat 3 or 4; undefined if the text is no notebook. */
export function notebookCells(text: string): Cell[] | undefined {
  let notebook: unknown;
  try {
    notebook = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
  const sheets = listIn(notebook, 'worksheets');
  const cells = sheets ? sheets.flatMap((sheet) => listIn(sheet, 'cells') ?? []) : listIn(notebook, 'cells');
  return cells?.flatMap((cell) => {
    const source = fieldOf(cell, 'source') ?? fieldOf(cell, 'input');
    const joined = Array.isArray(source) ? source.filter((line) => typeof line === 'string').join('') : source;
    return fieldOf(cell, 'cell_type') === 'code' && typeof joined === 'string' ? [{ text: joined }] : [];
  });
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

function listIn(value: unknown, name: string): readonly unknown[] | undefined {
  const field = fieldOf(value, name);
  return Array.isArray(field) ? field : undefined;
}
