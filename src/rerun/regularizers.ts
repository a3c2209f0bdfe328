/** Penalties on weights (keras/src/regularizers/regularizers.py), float32. */
import { type KerasObject, keyOf, numberOf } from './keras-object';

export interface Regularizer {
  penalty(values: Float32Array): number;
  /** Adds the penalty's gradient. */
  addGradient(values: Float32Array, gradient: Float32Array): void;
}

const { fround, abs, sign } = Math;

function l1l2(l1: number, l2: number): Regularizer {
  const [lasso, ridge] = [fround(l1), fround(l2)];
  return {
    penalty(values) {
      let absolute = 0;
      let square = 0;
      for (const value of values) {
        absolute += abs(value);
        square += fround(value * value);
      }
      // A zero factor is left out, as in Keras: 0 * inf would be NaN.
      return fround((lasso && fround(lasso * fround(absolute))) + (ridge && fround(ridge * fround(square))));
    },
    addGradient(values, gradient) {
      for (let i = 0; i < values.length; i++) {
        gradient[i]! += (lasso && lasso * sign(values[i]!)) + (ridge && 2 * ridge * values[i]!);
      }
    },
  };
}

/** The regulariser that Keras' object or name stands for; undefined if it is not rebuilt here. */
export function regularizerOf({ className, config }: KerasObject): Regularizer | undefined {
  switch (keyOf(className)) {
    case 'l1':
      return l1l2(numberOf(config.l1, 0.01), 0);
    case 'l2':
      return l1l2(0, numberOf(config.l2, 0.01));
    case 'l1l2':
      return l1l2(numberOf(config.l1, 0), numberOf(config.l2, 0));
    default:
      return undefined;
  }
}
