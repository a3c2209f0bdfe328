import type { Unknowable, Value } from './values';

/** What belongs to one run of a function, or of a top-level statement. */
export class Frame {
  /** Start of the top-level statement that the places of the syntax are relative to. */
  readonly base: number;
  /** How many calls of the script's functions are under way. */
  readonly depth: number;
  /** Values that may have been returned, under a condition. */
  readonly perhaps: Value[] = [];
  /** Set where it is not known whether the running loop was left or its round was ended. */
  brokenOff: Unknowable | undefined;

  constructor(base: number, depth = 0) {
    this.base = base;
    this.depth = depth;
  }
}
