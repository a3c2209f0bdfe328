import * as vscode from 'vscode';
import { LineIndex } from '../text/lines';
import type { Span } from '../text/span';
import { pythonOfCell } from './magics';
import { toRange, type SourceText } from './text';

/** The Python cells of a notebook as one script, in document order. */
export interface NotebookText extends SourceText {
  /** Where a cell's text lies in the whole; undefined for a cell that is no Python. */
  spanOf(cell: vscode.NotebookCell): Span | undefined;
}

interface Part extends Span {
  readonly cell: vscode.NotebookCell;
  readonly lines: LineIndex;
}

export function textOfNotebook(notebook: vscode.NotebookDocument): NotebookText {
  const parts: Part[] = [];
  let text = '';
  for (const cell of notebook.getCells()) {
    if (!isPythonCell(cell)) continue;
    const own = cell.document.getText();
    parts.push({ cell, start: text.length, end: text.length + own.length, lines: new LineIndex(own) });
    text += `${pythonOfCell(own)}\n`;
  }
  return {
    uri: notebook.uri,
    text,
    locate({ start, end }) {
      const part = parts.filter((one) => one.start <= start).at(-1);
      if (!part) return new vscode.Location(notebook.uri, new vscode.Range(0, 0, 0, 0));
      const own = { start: start - part.start, end: Math.min(end, part.end) - part.start };
      return new vscode.Location(part.cell.document.uri, toRange(part.lines, own));
    },
    spanOf: (wanted) => parts.find(({ cell }) => cell === wanted),
  };
}

/** Changes with every edit of a Python cell, and when cells come, go or move. */
export function stampOfNotebook(notebook: vscode.NotebookDocument): string {
  const cells = notebook.getCells().filter(isPythonCell);
  return cells.map(({ document }) => `${document.uri.fragment} ${document.version}`).join();
}

export function openNotebook(uri: vscode.Uri): vscode.NotebookDocument | undefined {
  const key = uri.toString();
  return vscode.workspace.notebookDocuments.find((notebook) => notebook.uri.toString() === key);
}

/** The notebook that a cell's document belongs to. */
export function notebookOf(document: vscode.TextDocument): vscode.NotebookDocument | undefined {
  if (document.uri.scheme !== 'vscode-notebook-cell') return undefined;
  return vscode.workspace.notebookDocuments.find((one) => one.getCells().some((cell) => cell.document === document));
}

function isPythonCell({ kind, document }: vscode.NotebookCell): boolean {
  return kind === vscode.NotebookCellKind.Code && document.languageId === 'python';
}
