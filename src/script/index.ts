export { readWithFiles, type Complete } from './complete';
export { notebookCells, notebookScript, type Cell, type CellOffset, type NotebookScript } from './notebook';
export { readScript, ScriptReader } from './read';
export { remedyEdits, type Remedy, type RemedyKind } from './remedy';
export type * from './script';
export { givenData, type DataFile } from './given';
export { standIn, type StandIn } from './standin';
