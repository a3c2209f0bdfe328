import type { Call } from '../python/call';
import { nextBirth, type Unknowable } from '../python/values';

/**
 * How far a source of random numbers has been drawn, as far as that can be followed: behind a statement that may not have run,
 * and behind a loop that was given up, nobody knows.
 */
export class Progress {
  /** Why it is not known whether the last statement that drew ran. */
  #doubt: Unknowable | undefined;
  #last = nextBirth();

  /** To be called where the script seeds the source. */
  restart({ interpreter }: Call): void {
    this.#doubt = interpreter.doubt;
    this.#last = nextBirth();
  }

  /** To be called before each draw: whether the source is known to be where it was left. */
  isKnown({ interpreter }: Call): boolean {
    const known = this.#doubt === interpreter.doubt && !interpreter.budget.gaveUp(this.#last);
    this.#last = nextBirth();
    return known;
  }
}
