import type { RunBuilder } from '../builder';
import type { Line } from '../line';

/** Reads the lines of one kind of log. */
export interface Dialect {
  readonly name: string;
  /**
   * Reads `line` and tells `builder` what it says.
   * @returns how far it has read, so that text glued to the line's end can be read as a line of its own;
   * undefined if the line is not of this dialect.
   */
  read(line: Line, builder: RunBuilder): number | undefined;
}
