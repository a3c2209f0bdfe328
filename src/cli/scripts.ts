/**
 * What reads and edits scripts and notebooks, in a bundle of its own: a log without a script beside it is checked without
 * it, and it is more than half of what the command line would have to load.
 */
export { readScript, readWithFiles, remedyEdits } from '../script';
export { escaped, readNotebook } from './notebook';
