import { nextBirth } from './values';

/** Thrown when a loop, or everything, takes more work than reading a script should. */
class TooMuchWork extends Error {}

const stepsInAll = 2_000_000;
const stepsOfALoop = 300_000;

/** How much work the reading of a script may take: for all of it, and for each loop. */
export class Budget {
  #steps = 0;
  #limit = stepsInAll;
  /** When each loop that was given up began and ended. */
  readonly #givenUp: { readonly begun: number; readonly ended: number }[] = [];

  get exhausted(): boolean {
    return this.#steps > stepsInAll;
  }

  /** Whether what last changed at a moment changed in a loop that was given up, so that later rounds may have changed it again. */
  gaveUp(moment: number): boolean {
    return this.#givenUp.some(({ begun, ended }) => begun < moment && moment < ended);
  }

  /** Counts work. @throws TooMuchWork */
  spend(steps: number): void {
    this.#steps = Math.min(this.#steps + steps, this.#limit + 1);
    if (this.#steps > this.#limit) throw new TooMuchWork();
  }

  /**
   * Gives a loop a bound of its own, so that one long loop does not stop the reading of what follows; a loop within a loop
   * has half of what is left, for what follows in the outer one.
   */
  bounded<Result>(loop: () => Result, abandon: () => Result, most = stepsOfALoop): Result {
    const outer = this.#limit;
    const begun = nextBirth();
    this.#limit = this.#steps + Math.min(most, (outer - this.#steps) / 2);
    try {
      return loop();
    } catch (error) {
      if (!(error instanceof TooMuchWork) || this.#steps > outer) throw error;
      this.#givenUp.push({ begun, ended: nextBirth() });
      return abandon();
    } finally {
      this.#limit = outer;
    }
  }
}

/** Whether the error says that reading takes too much work, or goes too deep for the stack. */
export function isTooMuch(error: unknown): boolean {
  return error instanceof TooMuchWork || error instanceof RangeError;
}
