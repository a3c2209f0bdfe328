import * as vscode from 'vscode';
import type { Epoch, Run } from '../log/run';
import { say, significant } from '../words';
import type { LogSource } from './cases';
import type { OpenLogs } from './openLogs';

/** Runs and their epochs as the outline of a log; sticky scroll follows it. VS Code asks once for each version of a text. */
export class Outline implements vscode.DocumentSymbolProvider {
  constructor(readonly logs: OpenLogs) {}

  async provideDocumentSymbols(document: vscode.TextDocument): Promise<vscode.DocumentSymbol[]> {
    const log = await this.logs.of(document);
    return log ? log.runs.flatMap((run, index) => symbolOfRun(log, run, index)) : [];
  }
}

/** One fold for each run and each epoch of more than one line. */
export class Folds implements vscode.FoldingRangeProvider {
  constructor(readonly logs: OpenLogs) {}

  async provideFoldingRanges(document: vscode.TextDocument): Promise<vscode.FoldingRange[]> {
    const log = await this.logs.of(document);
    if (!log) return [];
    const folds = (log.runs.length > 1 ? log.runs : []).flatMap((run) => foldOf(log, run));
    return [...folds, ...log.runs.flatMap(({ epochs }) => epochs.flatMap((epoch) => foldOf(log, epoch)))];
  }
}

function foldOf(log: LogSource, part: Run | Epoch): vscode.FoldingRange[] {
  const range = linesOf(log, part);
  return range && range.start.line < range.end.line ? [new vscode.FoldingRange(range.start.line, range.end.line)] : [];
}

function symbolOfRun(log: LogSource, run: Run, index: number): vscode.DocumentSymbol[] {
  const range = linesOf(log, run);
  if (!range) return [];
  const epochs = run.epochs.flatMap((epoch) => symbolOfEpoch(log, epoch, run.declaredEpochs));
  if (log.runs.length === 1) return epochs;
  const name = say({ id: 'editor.outline.run', args: { number: index + 1 } });
  const [first, last] = [lossOf(run.epochs[0]), lossOf(run.epochs.at(-1))];
  const detail = first && last ? `${first} → ${last}` : '';
  const symbol = new vscode.DocumentSymbol(name, detail, vscode.SymbolKind.Module, range, firstLine(range));
  symbol.children = epochs;
  return [symbol];
}

function symbolOfEpoch(log: LogSource, epoch: Epoch, of: number | undefined): vscode.DocumentSymbol[] {
  const range = linesOf(log, epoch);
  if (!range) return [];
  const number = of === undefined ? String(epoch.number) : `${epoch.number}/${of}`;
  const name = say({ id: 'editor.outline.epoch', args: { number } });
  return [new vscode.DocumentSymbol(name, lossOf(epoch), vscode.SymbolKind.Event, range, firstLine(range))];
}

function lossOf(epoch: Epoch | undefined): string {
  const loss = epoch?.metrics.get('loss');
  return loss ? `loss ${significant(loss.value)}` : '';
}

/** The lines of a part of the log; a line break at its end belongs to it, the line after it does not. */
function linesOf(log: LogSource, part: Run | Epoch): vscode.Range | undefined {
  const range = log.locate(part)?.range;
  if (!range || range.end.character > 0 || range.end.line === range.start.line) return range;
  const end = log.locate({ start: part.start, end: part.end - 1 })?.range.end;
  return end && range.with({ end });
}

/** An outline selects what lies inside the symbol: here the place where it begins. */
function firstLine({ start }: vscode.Range): vscode.Range {
  return new vscode.Range(start, start);
}
