/** One optimizer over all weights: clipping, weight decay, learning rate, update (keras/src/optimizers/base_optimizer.py). */
import type { Json } from '../script/script';
import { kerasObject, numberOf } from './keras-object';
import { algorithmOf, type Update } from './optimizers';
import { type Schedule, scheduleOf } from './schedules';

interface OptimizerSpec {
  readonly className: string;
  readonly config: Readonly<Record<string, Json>>;
}

interface TrainedWeight {
  readonly values: Float32Array;
  readonly shape: readonly number[];
}

const { fround, sqrt, min, max } = Math;

/** Keras' default learning rates where a script names none. */
const DEFAULT_RATE = 0.001;
const defaultRates: Readonly<Record<string, number>> = { SGD: 0.01 };

export class Optimizer {
  readonly #updates: readonly Update[];
  readonly #weights: readonly TrainedWeight[];
  readonly #clip: Clipping;
  readonly #decay: number;
  #schedule: Schedule;
  /** Keras 2's `decay`: the rate of step k is divided by 1 + decay · k. */
  readonly #timeDecay: number;
  #steps = 0;

  /** @throws Error for an optimizer or schedule that `specOf` should have refused. */
  constructor({ className, config }: OptimizerSpec, weights: readonly TrainedWeight[]) {
    const algorithm = algorithmOf(className, config);
    if (!algorithm) throw new Error(`unknown optimizer ${className}`);
    this.#weights = weights;
    this.#updates = weights.map(({ values, shape }) => algorithm(values.length, shape));
    this.#clip = clipping(config);
    this.#decay = fround(numberOf(config.weight_decay, className === 'AdamW' && config.weight_decay !== null ? 0.004 : 0));
    this.#timeDecay = fround(numberOf(config.decay, 0));
    this.#schedule = scheduleIn(config.learning_rate, defaultRates[className] ?? DEFAULT_RATE);
  }

  /** Learning rate of the next step, before `decay`. */
  get rate(): number {
    return this.#schedule(this.#steps);
  }

  /** Sets a constant learning rate from now on, as callbacks do. */
  set rate(value: number) {
    const rounded = fround(value);
    this.#schedule = () => rounded;
  }

  /**
   * One step. Changes the weights, and clips the gradients, in place.
   * @param squares of the gradients that are not simply squared, by the number of the weight.
   */
  apply(gradients: readonly Float32Array[], squares: Squares = none): void {
    this.#clip(gradients, squares);
    const rate = this.#timeDecay === 0 ? this.rate : fround(this.rate / fround(1 + fround(this.#timeDecay * this.#steps)));
    const step = { rate, count: this.#steps + 1 };
    this.#updates.forEach((update, index) => {
      const { values } = this.#weights[index]!;
      if (this.#decay !== 0) {
        for (let i = 0; i < values.length; i++) {
          values[i] = values[i]! - fround(fround(values[i]! * this.#decay) * step.rate);
        }
      }
      update(values, gradients[index]!, step, squares.get(index));
    });
    this.#steps++;
  }
}

function scheduleIn(learningRate: Json | undefined, otherwise: number): Schedule {
  const object = typeof learningRate === 'number' ? undefined : kerasObject(learningRate);
  if (!object) {
    const rate = fround(numberOf(learningRate, otherwise));
    return () => rate;
  }
  const schedule = scheduleOf(object);
  if (!schedule) throw new Error(`unknown schedule ${object.className}`);
  return schedule;
}

type Squares = ReadonlyMap<number, Float32Array>;
type Clipping = (gradients: readonly Float32Array[], squares: Squares) => void;

const none: Squares = new Map();

/** Keras looks at clipnorm, global_clipnorm and clipvalue in this order; each scales in place. An infinite norm gives NaN, as in Keras. */
function clipping(config: Readonly<Record<string, Json>>): Clipping {
  const norm = numberOf(config.clipnorm, 0);
  const globalNorm = numberOf(config.global_clipnorm, 0);
  const value = fround(numberOf(config.clipvalue, 0));
  if (norm > 0) {
    return (gradients, squares) => {
      gradients.forEach((gradient, index) => {
        const own = squares.get(index);
        const length = fround(sqrt(fround(sumOfSquares(gradient, own))));
        const divisor = max(length, fround(norm));
        // Keras: values * clip / max(norm, clip), so inf * clip / inf is NaN.
        for (let i = 0; i < gradient.length; i++) gradient[i] = fround(gradient[i]! * fround(norm)) / divisor;
        scale(own, (norm / divisor) ** 2);
      });
    };
  }
  if (globalNorm > 0) {
    return (gradients, squares) => {
      const length = fround(sqrt(fround(gradients.reduce((sum, gradient, index) => sum + fround(sumOfSquares(gradient, squares.get(index))), 0))));
      const factor = fround(fround(globalNorm * min(fround(1 / length), fround(1 / globalNorm))) + (length - length));
      gradients.forEach((gradient, index) => {
        scale(gradient, factor);
        scale(squares.get(index), factor ** 2);
      });
    };
  }
  if (value > 0) {
    return (gradients) => {
      for (const gradient of gradients) {
        for (let i = 0; i < gradient.length; i++) gradient[i] = max(-value, min(value, gradient[i]!));
      }
    };
  }
  return () => undefined;
}

function scale(values: Float32Array | undefined, factor: number): void {
  if (values) for (let i = 0; i < values.length; i++) values[i] = values[i]! * factor;
}

function sumOfSquares(values: Float32Array, squares: Float32Array | undefined): number {
  let sum = 0;
  if (squares) {
    for (const square of squares) sum += square;
    return sum;
  }
  for (const value of values) sum += fround(value * value);
  return sum;
}
