/**
 * Keras 3's optimizers on float32 arrays (keras/src/optimizers/*.py), each operation rounded as Keras rounds it.
 * An `Update` changes one weight; what belongs to all weights (clipping, decay, the learning rate) lies in optimizer.ts.
 */
import type { Json } from '../script/script';
import { numberOf } from './keras-object';
import { SETTLED, vectorAdam } from './vector-adam';

export interface Step {
  /** Learning rate of this step, float32. */
  readonly rate: number;
  /** 1 for the first step. */
  readonly count: number;
}

/**
 * Changes `weight` (row-major, of `shape`) in place.
 * @param squares of the gradient, where they are not simply its squares.
 */
export type Update = (weight: Float32Array, gradient: Float32Array, step: Step, squares?: Float32Array) => void;

/** A weight's own update, with the memory (momentum, …) that belongs to the weight. */
type Algorithm = (size: number, shape: readonly number[]) => Update;

type Config = Readonly<Record<string, Json>>;

const { fround, sqrt, pow, abs, max, min, sign } = Math;
const power = (base: number, exponent: number): number => fround(pow(fround(base), exponent));

/**
 * A running mean whose gradient has gone shrinks until it is denormal, which makes arithmetic ten times slower.
 * TensorFlow flushes such numbers to zero; this does it a little earlier, when they have long ceased to move a weight.
 */
const settled = (mean: number): number => (mean < SETTLED && mean > -SETTLED ? 0 : mean);

function sgd(config: Config): Algorithm {
  const momentum = fround(numberOf(config.momentum, 0));
  if (momentum === 0) {
    return () => (weight, gradient, { rate }) => {
      for (let i = 0; i < weight.length; i++) weight[i] = weight[i]! - fround(gradient[i]! * rate);
    };
  }
  const nesterov = config.nesterov === true;
  return (size) => {
    const velocity = new Float32Array(size);
    return (weight, gradient, { rate }) => {
      for (let i = 0; i < size; i++) {
        const move = fround(gradient[i]! * rate);
        const v = settled(fround(fround(velocity[i]! * momentum) - move));
        velocity[i] = v;
        weight[i] = weight[i]! + (nesterov ? fround(fround(v * momentum) - move) : v);
      }
    };
  };
}

/** From this many numbers on the way into WebAssembly and back costs less than it saves. */
const VECTOR_FROM = 256;

function adam(config: Config): Algorithm {
  const beta1 = numberOf(config.beta_1, 0.9);
  const beta2 = numberOf(config.beta_2, 0.999);
  const epsilon = fround(numberOf(config.epsilon, 1e-7));
  const amsgrad = config.amsgrad === true;
  const [new1, new2] = [fround(1 - beta1), fround(1 - beta2)];
  return (size) => {
    const m = new Float32Array(size);
    const v = new Float32Array(size);
    const largest = new Float32Array(amsgrad ? size : 0);
    return (weight, gradient, { rate, count }, squares) => {
      const alpha = fround(
        fround(rate * fround(sqrt(fround(1 - power(beta2, count))))) / fround(1 - power(beta1, count)),
      );
      if (vectorAdam && !amsgrad && !squares && size >= VECTOR_FROM) {
        vectorAdam(weight, gradient, m, v, { new1, new2, alpha, epsilon });
        return;
      }
      for (let i = 0; i < size; i++) {
        const g = gradient[i]!;
        const mean = settled(fround(m[i]! + fround(fround(g - m[i]!) * new1)));
        let square = fround(v[i]! + fround(fround((squares?.[i] ?? fround(g * g)) - v[i]!) * new2));
        m[i] = mean;
        v[i] = square;
        if (amsgrad) {
          square = max(largest[i]!, square);
          largest[i] = square;
        }
        weight[i] = weight[i]! - fround(fround(mean * alpha) / fround(fround(sqrt(square)) + epsilon));
      }
    };
  };
}

/** You et al. 2020: Adam, its step as long as the learning rate's share of the weights. */
function lamb(config: Config): Algorithm {
  const beta1 = numberOf(config.beta_1, 0.9);
  const beta2 = numberOf(config.beta_2, 0.999);
  const epsilon = fround(numberOf(config.epsilon, 1e-7));
  const [new1, new2] = [fround(1 - beta1), fround(1 - beta2)];
  return (size) => {
    const m = new Float32Array(size);
    const v = new Float32Array(size);
    const update = new Float32Array(size);
    return (weight, gradient, { rate, count }, squares) => {
      const [rest1, rest2] = [fround(1 - power(beta1, count)), fround(1 - power(beta2, count))];
      for (let i = 0; i < size; i++) {
        const g = gradient[i]!;
        m[i] = settled(fround(m[i]! + fround(fround(g - m[i]!) * new1)));
        v[i] = v[i]! + fround(fround((squares?.[i] ?? fround(g * g)) - v[i]!) * new2);
        update[i] = fround(m[i]! / rest1) / fround(fround(sqrt(fround(v[i]! / rest2))) + epsilon);
      }
      const [length, step] = [lengthOf(weight), lengthOf(update)];
      const ratio = fround((length > 0 && step > 0 ? fround(length / step) : 1) * rate);
      for (let i = 0; i < size; i++) weight[i] = weight[i]! - fround(ratio * update[i]!);
    };
  };
}

function lengthOf(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return fround(sqrt(sum));
}

function nadam(config: Config): Algorithm {
  const beta1 = fround(numberOf(config.beta_1, 0.9));
  const beta2 = fround(numberOf(config.beta_2, 0.999));
  const epsilon = fround(numberOf(config.epsilon, 1e-7));
  const [new1, new2] = [fround(1 - beta1), fround(1 - beta2)];
  const momentumAt = (count: number): number => fround(beta1 * fround(1 - fround(0.5 * power(0.96, count))));
  return (size) => {
    const m = new Float32Array(size);
    const v = new Float32Array(size);
    let product = 1;
    return (weight, gradient, { rate, count }, squares) => {
      const now = momentumAt(count);
      const next = momentumAt(count + 1);
      product = fround(product * now);
      const rest = fround(1 - product);
      const restNext = fround(1 - fround(product * next));
      const squareRest = fround(1 - power(beta2, count));
      for (let i = 0; i < size; i++) {
        const g = gradient[i]!;
        const mean = fround(m[i]! + fround(fround(g - m[i]!) * new1));
        const square = fround(v[i]! + fround(fround((squares?.[i] ?? fround(g * g)) - v[i]!) * new2));
        m[i] = mean;
        v[i] = square;
        const ahead = fround(fround(fround(next * mean) / restNext) + fround(fround(fround(1 - now) * g) / rest));
        weight[i] = weight[i]! - fround(fround(ahead * rate) / fround(fround(sqrt(fround(square / squareRest))) + epsilon));
      }
    };
  };
}

function adamax(config: Config): Algorithm {
  const beta1 = numberOf(config.beta_1, 0.9);
  const beta2 = fround(numberOf(config.beta_2, 0.999));
  const epsilon = fround(numberOf(config.epsilon, 1e-7));
  const new1 = fround(1 - beta1);
  return (size) => {
    const m = new Float32Array(size);
    const norm = new Float32Array(size);
    return (weight, gradient, { rate, count }) => {
      const rest = fround(1 - power(beta1, count));
      for (let i = 0; i < size; i++) {
        const g = gradient[i]!;
        const mean = fround(m[i]! + fround(fround(g - m[i]!) * new1));
        const largest = max(fround(beta2 * norm[i]!), abs(g));
        m[i] = mean;
        norm[i] = largest;
        weight[i] = weight[i]! - fround(fround(rate * mean) / fround(rest * fround(largest + epsilon)));
      }
    };
  };
}

function rmsprop(config: Config): Algorithm {
  const rho = numberOf(config.rho, 0.9);
  const momentum = fround(numberOf(config.momentum, 0));
  const epsilon = fround(numberOf(config.epsilon, 1e-7));
  const centered = config.centered === true;
  const [old, fresh] = [fround(rho), fround(1 - rho)];
  return (size) => {
    const v = new Float32Array(size);
    const mean = new Float32Array(centered ? size : 0);
    const moved = new Float32Array(momentum > 0 ? size : 0);
    return (weight, gradient, { rate }, squares) => {
      for (let i = 0; i < size; i++) {
        const g = gradient[i]!;
        let square = fround(fround(old * v[i]!) + fround(fresh * (squares?.[i] ?? fround(g * g))));
        v[i] = square;
        if (centered) {
          const average = fround(fround(old * mean[i]!) + fround(fresh * g));
          mean[i] = average;
          square = fround(square - fround(average * average));
        }
        let move = fround(fround(rate * g) / fround(sqrt(fround(square + epsilon))));
        if (momentum > 0) {
          move = fround(fround(momentum * moved[i]!) + move);
          moved[i] = move;
        }
        weight[i] = weight[i]! - move;
      }
    };
  };
}

function adagrad(config: Config): Algorithm {
  const initial = numberOf(config.initial_accumulator_value, 0.1);
  const epsilon = fround(numberOf(config.epsilon, 1e-7));
  return (size) => {
    const sum = new Float32Array(size).fill(initial);
    return (weight, gradient, { rate }, squares) => {
      for (let i = 0; i < size; i++) {
        const g = gradient[i]!;
        sum[i] = sum[i]! + (squares?.[i] ?? fround(g * g));
        weight[i] = weight[i]! - fround(fround(rate * g) / fround(sqrt(fround(sum[i]! + epsilon))));
      }
    };
  };
}

function adadelta(config: Config): Algorithm {
  const rho = numberOf(config.rho, 0.95);
  const epsilon = fround(numberOf(config.epsilon, 1e-7));
  const [old, fresh] = [fround(rho), fround(1 - rho)];
  const rms = (square: number): number => fround(sqrt(fround(square + epsilon)));
  return (size) => {
    const squares = new Float32Array(size);
    const moves = new Float32Array(size);
    return (weight, gradient, { rate }) => {
      for (let i = 0; i < size; i++) {
        const g = gradient[i]!;
        squares[i] = fround(old * squares[i]!) + fround(fresh * fround(g * g));
        const move = -fround(fround(rms(moves[i]!) * g) / rms(squares[i]!));
        moves[i] = fround(old * moves[i]!) + fround(fresh * fround(move * move));
        weight[i] = weight[i]! + fround(rate * move);
      }
    };
  };
}

function ftrl(config: Config): Algorithm {
  const exponent = -numberOf(config.learning_rate_power, -0.5);
  const initial = numberOf(config.initial_accumulator_value, 0.1);
  const l1 = fround(numberOf(config.l1_regularization_strength, 0));
  const l2 = numberOf(config.l2_regularization_strength, 0);
  const shrinkage = fround(2 * numberOf(config.l2_shrinkage_regularization_strength, 0));
  const beta = numberOf(config.beta, 0);
  return (size) => {
    const sums = new Float32Array(size).fill(initial);
    const linear = new Float32Array(size);
    return (weight, gradient, { rate }) => {
      const ridge = fround(2 * fround(l2 + fround(beta / fround(2 * rate))));
      for (let i = 0; i < size; i++) {
        const g = gradient[i]!;
        const w = weight[i]!;
        const sum = fround(sums[i]! + fround(g * g));
        const root = power(sum, exponent);
        const step = fround(fround(fround(root - power(sums[i]!, exponent)) / rate) * w);
        const z = fround(linear[i]! + fround(fround(g + fround(shrinkage * w)) - step));
        linear[i] = z;
        weight[i] = fround(max(-l1, min(l1, z)) - z) / fround(fround(root / rate) + ridge);
        sums[i] = sum;
      }
    };
  };
}

function lion(config: Config): Algorithm {
  const beta1 = fround(numberOf(config.beta_1, 0.9));
  const beta2 = fround(numberOf(config.beta_2, 0.99));
  const [new1, new2] = [fround(1 - beta1), fround(1 - beta2)];
  return (size) => {
    const m = new Float32Array(size);
    return (weight, gradient, { rate }) => {
      for (let i = 0; i < size; i++) {
        const g = gradient[i]!;
        weight[i] = weight[i]! - fround(rate * sign(fround(fround(m[i]! * beta1) + fround(g * new1))));
        m[i] = fround(m[i]! * beta2) + fround(g * new2);
      }
    };
  };
}

/** Shazeer & Stern 2018 with Keras' factoring of the last two dimensions. */
function adafactor(config: Config): Algorithm {
  const decay = numberOf(config.beta_2_decay, -0.8);
  const epsilon1 = numberOf(config.epsilon_1, 1e-30);
  const epsilon2 = numberOf(config.epsilon_2, 1e-3);
  const threshold = numberOf(config.clip_threshold, 1);
  const relative = config.relative_step !== false;
  return (size, shape) => {
    const factored = shape.length >= 2;
    const columns = factored ? shape.at(-1)! : 1;
    const rows = factored ? shape.at(-2)! : size;
    const matrix = rows * columns;
    const rowMeans = new Float32Array(size / columns);
    const columnMeans = new Float32Array(size / rows);
    const v = new Float32Array(size);
    return (weight, gradient, { rate, count }) => {
      const bound = fround(1 / sqrt(count));
      const step = relative ? min(rate, bound) : rate;
      const size1 = fround(max(epsilon2, rootMeanSquare(weight)) * min(step, bound));
      const old = fround(1 - power(count, decay));
      const fresh = fround(1 - old);
      const squareAt = (i: number): number => gradient[i]! * gradient[i]! + epsilon1;
      if (!factored) {
        for (let i = 0; i < size; i++) v[i] = old * v[i]! + fresh * squareAt(i);
      } else {
        for (let from = 0, part = 0; from < size; from += matrix, part++) {
          let mean = 0;
          for (let row = 0; row < rows; row++) {
            let sum = 0;
            for (let column = 0; column < columns; column++) sum += squareAt(from + row * columns + column);
            const at = part * rows + row;
            rowMeans[at] = old * rowMeans[at]! + (fresh * sum) / columns;
            mean += rowMeans[at]! / rows;
          }
          for (let column = 0; column < columns; column++) {
            let sum = 0;
            for (let row = 0; row < rows; row++) sum += squareAt(from + row * columns + column);
            const at = part * columns + column;
            columnMeans[at] = old * columnMeans[at]! + (fresh * sum) / rows;
            for (let row = 0; row < rows; row++) {
              v[from + row * columns + column] = (rowMeans[part * rows + row]! / mean) * columnMeans[at]!;
            }
          }
        }
      }
      const scaled = gradient.map((g, i) => g / sqrt(v[i]!));
      const shrink = max(1, rootMeanSquare(scaled) / threshold);
      for (let i = 0; i < size; i++) weight[i] = weight[i]! - size1 * (scaled[i]! / shrink);
    };
  };
}

function rootMeanSquare(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return sqrt(sum / values.length);
}

const algorithms: Readonly<Record<string, (config: Config) => Algorithm>> = {
  SGD: sgd,
  RMSprop: rmsprop,
  Adam: adam,
  AdamW: adam,
  Adamax: adamax,
  Nadam: nadam,
  Adagrad: adagrad,
  Adadelta: adadelta,
  Ftrl: ftrl,
  Lion: lion,
  Adafactor: adafactor,
  Lamb: lamb,
};

/** The update rule of an optimizer of Keras by its class name; undefined for one that is not rebuilt here. */
export function algorithmOf(className: string, config: Config): Algorithm | undefined {
  return Object.hasOwn(algorithms, className) ? algorithms[className]!(config) : undefined;
}
