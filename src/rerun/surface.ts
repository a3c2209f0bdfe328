/** The loss as a function of the weights, around those that an engine has. */
import type { Engine } from './engine';

/** More samples than this only give the same numbers more slowly. */
const SAMPLES = 2048;

export interface Point {
  /** Mean over the samples, penalties included. */
  readonly loss: number;
  /** One array per weight. */
  readonly gradient: readonly Float64Array[];
}

export class Surface {
  readonly #engine: Engine;
  readonly #batches: readonly Uint32Array[];
  readonly #samples: number;
  readonly #weights: readonly Float32Array[];
  readonly #state: readonly Float32Array[];

  /** @param batchSize of the training: more samples at a time would need more memory than it does. */
  constructor(engine: Engine, batchSize: number) {
    this.#engine = engine;
    this.#samples = Math.min(SAMPLES, engine.samples);
    this.#batches = Array.from({ length: Math.ceil(this.#samples / batchSize) }, (_, nth) =>
      Uint32Array.from({ length: Math.min(batchSize, this.#samples - nth * batchSize) }, (_row, index) => nth * batchSize + index));
    this.#weights = engine.weights.map(({ values }) => values.slice());
    this.#state = engine.state.map(({ values }) => values.slice());
  }

  /** The weights that it lies around. */
  get weights(): readonly Float32Array[] {
    return this.#weights;
  }

  /** The point that far along a direction, with the same draws of dropout every time. Yields wherever it may be interrupted. */
  *at(direction: readonly Float64Array[], distance: number): Generator<undefined, Point> {
    const { weights } = this.#engine;
    weights.forEach(({ values }, index) => {
      const [start, towards] = [this.#weights[index]!, direction[index]!];
      for (let at = 0; at < values.length; at++) values[at] = start[at]! + distance * towards[at]!;
    });
    this.#engine.reseed(1);
    let loss = 0;
    const gradient = weights.map(({ values }) => new Float64Array(values.length));
    for (const rows of this.#batches) {
      const share = rows.length / this.#samples;
      loss += share * this.#engine.step(rows);
      this.#engine.gradients.forEach((part, index) => add(gradient[index]!, part, share));
      yield undefined;
    }
    weights.forEach(({ regularizer, values }, index) => {
      if (!regularizer) return;
      loss += regularizer.penalty(values);
      const slope = new Float32Array(values.length);
      regularizer.addGradient(values, slope);
      add(gradient[index]!, slope, 1);
    });
    return { loss, gradient };
  }

  /** Gives the engine back the weights and the state that it had. */
  leave(): void {
    this.#engine.weights.forEach(({ values }, index) => values.set(this.#weights[index]!));
    this.#engine.state.forEach(({ values }, index) => values.set(this.#state[index]!));
  }
}

/** Inner product of two lists of arrays. */
export function inner(a: readonly Iterable<number>[], b: readonly ArrayLike<number>[]): number {
  let sum = 0;
  a.forEach((values, index) => {
    let at = 0;
    for (const value of values) sum += value * b[index]![at++]!;
  });
  return sum;
}

function add(sum: Float64Array, part: Float32Array, share: number): void {
  for (let at = 0; at < sum.length; at++) sum[at]! += share * part[at]!;
}
