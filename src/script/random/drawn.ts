import type { Generator } from './generators';

/** The next number of a law with these parameters. One function for each law: by it what was drawn is found again. */
export type Law = (generator: Generator, parameters: readonly number[]) => number;

/** Fewer are drawn again as fast as they are found. */
const few = 4096;

interface Drawn {
  readonly numbers: Float64Array;
  /** The generator behind them. */
  readonly after: Generator;
}

type ByLaw = Map<Law, Map<string, Drawn>>;

/**
 * The numbers that a script drew when it was last read, kept for the next reading: a script is read again after every
 * pause in typing, and mostly draws the same.
 */
export class DrawnNumbers {
  readonly #now: ByLaw = new Map();
  readonly #before: ByLaw;

  /** `before`: of an earlier reading of much the same text. */
  constructor(before?: DrawnNumbers) {
    this.#before = before ? before.#now : new Map();
  }

  /** The next `count` numbers of a law, not to be changed, and the generator behind them. */
  draw(generator: Generator, law: Law, parameters: readonly number[], count: number): Drawn {
    if (count < few) return { numbers: drawAnew(generator, law, parameters, count), after: generator };
    const key = `${parameters.join()} ${count} ${generator.key}`;
    let drawn = this.#now.get(law)?.get(key) ?? this.#before.get(law)?.get(key);
    if (!drawn) {
      const after = generator.copy();
      drawn = { numbers: drawAnew(after, law, parameters, count), after };
    }
    const ofLaw = this.#now.get(law) ?? new Map<string, Drawn>();
    this.#now.set(law, ofLaw.set(key, drawn));
    return { numbers: drawn.numbers, after: drawn.after.copy() };
  }
}

function drawAnew(generator: Generator, law: Law, parameters: readonly number[], count: number): Float64Array {
  const numbers = new Float64Array(count);
  for (let i = 0; i < count; i++) numbers[i] = law(generator, parameters);
  return numbers;
}
