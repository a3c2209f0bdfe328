import type { Span } from '../../text/span';
import type { Unknowable, Value } from './values';

/**
 * What the places of a piece of syntax are relative to: the start of its top-level statement; or, for syntax of another
 * file, the place in the script that stands for all of it.
 */
export type Base = number | Span;

/** Calls and imports within each other that are followed. */
export const deepestCall = 60;

/** What belongs to one run of a function, or of a top-level statement. */
export class Frame {
  readonly base: Base;
  /** How many calls of the script's functions are under way. */
  readonly depth: number;
  /** Values that may have been returned, under a condition. */
  readonly perhaps: Value[] = [];
  /** Set where it is not known whether the running loop was left or its round was ended. */
  brokenOff: Unknowable | undefined;

  constructor(base: Base, depth = 0) {
    this.base = base;
    this.depth = depth;
  }
}
