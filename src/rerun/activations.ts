/** Activations that act on each number by itself, on typed arrays (keras/src/activations/activations.py). */

export interface ElementActivation {
  forward(sums: Float32Array, values: Float32Array, length: number): void;
  /** Turns the gradient by the activation's value into the gradient by the sum, in place. */
  backward(sums: Float32Array, values: Float32Array, gradient: Float32Array, length: number): void;
}

/** From the function and its slope, each given the sum and the function's value. */
function element(value: (sum: number) => number, slope: (sum: number, value: number) => number): ElementActivation {
  return {
    forward(sums, values, length) {
      for (let i = 0; i < length; i++) values[i] = value(sums[i]!);
    },
    backward(sums, values, gradient, length) {
      for (let i = 0; i < length; i++) gradient[i]! *= slope(sums[i]!, values[i]!);
    },
  };
}

const linear: ElementActivation = {
  forward: (sums, values, length) => values.set(sums.subarray(0, length)),
  backward: () => undefined,
};

/** Numerically stable for either sign. */
export function sigmoid(sum: number): number {
  return sum >= 0 ? 1 / (1 + Math.exp(-sum)) : Math.exp(sum) / (1 + Math.exp(sum));
}

export const elementActivations: Readonly<Record<string, ElementActivation>> = {
  linear,
  // NaN stays NaN, as in Keras.
  relu: element((sum) => (sum < 0 ? 0 : sum), (sum) => (sum > 0 ? 1 : 0)),
  tanh: element(Math.tanh, (_sum, value) => 1 - value * value),
  sigmoid: element(sigmoid, (_sum, value) => value * (1 - value)),
};
