/** Activations on typed arrays, with their gradients (keras/src/activations/activations.py), for the plain engine. */

export interface ArrayActivation {
  /** `sums` and `values` are rows of `width` numbers, `length` numbers in all. */
  forward(sums: Float32Array, values: Float32Array, length: number, width: number): void;
  /** Turns the gradient by the activation's value into the gradient by the sum, in place. */
  backward(sums: Float32Array, values: Float32Array, gradient: Float32Array, length: number, width: number): void;
}

/** From the function and its slope, each given the sum and the function's value. */
function element(value: (sum: number) => number, slope: (sum: number, value: number) => number): ArrayActivation {
  return {
    forward(sums, values, length) {
      for (let i = 0; i < length; i++) values[i] = value(sums[i]!);
    },
    backward(sums, values, gradient, length) {
      for (let i = 0; i < length; i++) gradient[i]! *= slope(sums[i]!, values[i]!);
    },
  };
}

const linear: ArrayActivation = {
  forward: (sums, values, length) => values.set(sums.subarray(0, length)),
  backward: () => undefined,
};

/** Numerically stable for either sign. */
export function sigmoid(sum: number): number {
  return sum >= 0 ? 1 / (1 + Math.exp(-sum)) : Math.exp(sum) / (1 + Math.exp(sum));
}

const softmax: ArrayActivation = {
  forward(sums, values, length, width) {
    for (let from = 0; from < length; from += width) {
      let [largest, total] = [-Infinity, 0];
      for (let i = from; i < from + width; i++) largest = Math.max(largest, sums[i]!);
      for (let i = from; i < from + width; i++) {
        values[i] = Math.exp(sums[i]! - largest);
        total += values[i]!;
      }
      for (let i = from; i < from + width; i++) values[i] = values[i]! / total;
    }
  },
  backward(_sums, values, gradient, length, width) {
    for (let from = 0; from < length; from += width) {
      let along = 0;
      for (let i = from; i < from + width; i++) along += gradient[i]! * values[i]!;
      for (let i = from; i < from + width; i++) gradient[i] = values[i]! * (gradient[i]! - along);
    }
  },
};

const SELU_ALPHA = 1.6732632423543772;
const SELU_SCALE = 1.0507009873554805;

export const arrayActivations: Readonly<Record<string, ArrayActivation>> = {
  linear,
  // NaN stays NaN, as in Keras.
  relu: element((sum) => (sum < 0 ? 0 : sum), (sum) => (sum > 0 ? 1 : 0)),
  leaky_relu: element((sum) => (sum < 0 ? 0.2 * sum : sum), (sum) => (sum > 0 ? 1 : 0.2)),
  elu: element((sum) => (sum > 0 ? sum : Math.expm1(sum)), (sum, value) => (sum > 0 ? 1 : value + 1)),
  selu: element(
    (sum) => SELU_SCALE * (sum > 0 ? sum : SELU_ALPHA * Math.expm1(sum)),
    (sum, value) => (sum > 0 ? SELU_SCALE : value + SELU_SCALE * SELU_ALPHA),
  ),
  softplus: element((sum) => Math.max(sum, 0) + Math.log1p(Math.exp(-Math.abs(sum))), (sum) => sigmoid(sum)),
  softsign: element((sum) => sum / (1 + Math.abs(sum)), (sum) => 1 / (1 + Math.abs(sum)) ** 2),
  tanh: element(Math.tanh, (_sum, value) => 1 - value * value),
  sigmoid: element(sigmoid, (_sum, value) => value * (1 - value)),
  exponential: element(Math.exp, (_sum, value) => value),
  silu: element((sum) => sum * sigmoid(sum), (sum) => sigmoid(sum) * (1 + sum * (1 - sigmoid(sum)))),
  swish: element((sum) => sum * sigmoid(sum), (sum) => sigmoid(sum) * (1 + sum * (1 - sigmoid(sum)))),
  softmax,
};
