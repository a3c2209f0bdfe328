/**
 * What trains: loss and gradients of a batch for given weights. Everything else (start, optimizer, callbacks,
 * the printed loss, the verdict) is written once, for whichever engine does the arithmetic. Between two steps an engine
 * holds plain arrays only, so that nothing has to be freed.
 */
import type { Initializer } from './initializers';
import type { Constraint } from './constraints';
import type { LossRows } from './losses';
import type { Regularizer } from './regularizers';

export interface Weight {
  /** As Keras names it, for example `dense/kernel`. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly initializer: Initializer;
  readonly regularizer?: Regularizer;
  readonly constraint?: Constraint;
  /** Row-major; changed in place by the optimizer. */
  readonly values: Float32Array;
}

export interface Engine {
  /** Trainable weights, in Keras' order. */
  readonly weights: readonly Weight[];
  /** Weights that no gradient changes (moving averages of BatchNormalization), in Keras' order. */
  readonly state: readonly Weight[];
  /** Of `weights`, after `step`; the optimizer may change them in place. */
  readonly gradients: readonly Float32Array[];
  /**
   * Sums of the squares of what each look-up of an embedding adds to the gradient, by the number of the weight, after
   * `step`: Keras 3 on TensorFlow has such a gradient as a list of rows, and squares each row before rows of one word
   * are added up (`elementwise_unary` in keras/src/backend/tensorflow/sparse.py).
   */
  readonly squares?: ReadonlyMap<number, Float32Array>;
  /** Predictions and targets of the last batch, one for each output; good until the next. */
  readonly outputs: readonly LossRows[];
  /** Number of samples to train on. */
  readonly samples: number;
  /** Loss of the samples `rows` in training, penalties left out; fills `gradients`. float32. */
  step(rows: Uint32Array): number;
  /** Loss of samples `rows` as Keras evaluates it (dropout off, …), penalties left out, without gradients. */
  evaluate(rows: Uint32Array, of: 'training' | 'validation'): number;
  /** Bytes that a step on so many samples holds at once, weights left out. The engine has to be started anew afterwards. */
  bytesOfStep(samples: number): Promise<number>;
  /** Starts the engine's own draws (dropout, noise) anew. */
  reseed(seed: number): void;
}
