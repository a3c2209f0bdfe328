export { readScript, ScriptReader } from './read';
export { remedyEdits, type Remedy, type RemedyKind } from './remedy';
export type * from './script';
