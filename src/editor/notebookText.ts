import * as vscode from 'vscode';
import { notebookCells, notebookScript } from '../script/notebook';
import type { Span } from '../text/span';
import type { SourceText } from './text';

export const cellScheme = 'vscode-notebook-cell';

/** The Python cells of a notebook as one script, in document order. */
interface NotebookText extends SourceText {
  /** Where a cell's text lies in the whole; undefined for a cell that is no Python. */
  spanOf(cell: vscode.NotebookCell): Span | undefined;
}

export function textOfNotebook(notebook: vscode.NotebookDocument): NotebookText {
  const cells = notebook.getCells().filter(isPythonCell);
  const texts = cells.map(({ document }) => document.getText());
  const script = notebookScript(texts.map((text) => ({ text })));
  return {
    uri: notebook.uri,
    text: script.text,
    locate({ start, end }) {
      const from = script.cellAt(start);
      const to = script.cellAt(end);
      const document = cells[from.cell]?.document;
      if (!document) return new vscode.Location(notebook.uri, new vscode.Range(0, 0, 0, 0));
      const last = to.cell === from.cell ? to.offset : texts[from.cell]!.length; // a place lies in one cell
      return new vscode.Location(document.uri, new vscode.Range(document.positionAt(from.offset), document.positionAt(last)));
    },
    spanOf(wanted) {
      const cell = cells.indexOf(wanted);
      if (cell < 0) return undefined;
      return { start: script.offsetOf({ cell, offset: 0 }), end: script.offsetOf({ cell, offset: texts[cell]!.length }) };
    },
  };
}

/** A notebook file that is not open: its cells have no places in the editor yet, so all of it lies at its beginning. */
export function textOfNotebookFile(uri: vscode.Uri, json: string): SourceText | undefined {
  const cells = notebookCells(json);
  return cells && { uri, text: notebookScript(cells).text, locate: () => new vscode.Location(uri, new vscode.Range(0, 0, 0, 0)) };
}

export function isNotebookFile({ path }: vscode.Uri): boolean {
  return path.endsWith('.ipynb');
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
  if (document.uri.scheme !== cellScheme) return undefined;
  return vscode.workspace.notebookDocuments.find((one) => one.getCells().some((cell) => cell.document === document));
}

function isPythonCell({ kind, document }: vscode.NotebookCell): boolean {
  return kind === vscode.NotebookCellKind.Code && document.languageId === 'python';
}
