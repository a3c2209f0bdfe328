/**
 * Keras' losses on float32 arrays, with their gradients (keras/src/losses/losses.py and the crossentropies of
 * keras/src/backend/tensorflow/nn.py and jax/nn.py). Both engines use them: a tensor library's own losses differ.
 */
import { sigmoid } from './activations';
import { numberOf } from './keras-object';
import type { LossSpec, TrainingSpec } from './trace';

/** A batch of predictions and targets as rows along the last axis; every row has one loss. */
export interface LossRows {
  /** [rows, width] */
  readonly prediction: Float32Array;
  /** [rows, targetWidth]; targetWidth is `width`, or 1 for class numbers. */
  readonly target: Float32Array;
  readonly rows: number;
  readonly width: number;
  readonly targetWidth: number;
  /** Weight of each row. */
  readonly weights?: Float32Array;
  /** Rows that count (1) and that do not (0). */
  readonly mask?: Float32Array;
}

/** Loss of a batch, float32. Fills `gradient` ([rows, width], the loss's gradient by the prediction) where one is given. */
export type BatchLoss = (rows: LossRows, gradient?: Float32Array) => number;

/** Loss of one row: prediction at `p`, target at `t`; writes the row's gradient at `p`. */
type RowLoss = (rows: LossRows, p: number, t: number, gradient: Float32Array | undefined) => number;

const { fround, abs, max, min, log, exp, log1p, sign, sqrt } = Math;

/** Keras' fuzz factor, and its distance from 1 in float32. */
const EPSILON = fround(1e-7);
const ALMOST_ONE = fround(1 - 1e-7);

/** Mean over the row of a loss of one prediction and one target. */
function elementwise(loss: (p: number, t: number) => number, slope: (p: number, t: number) => number): RowLoss {
  return ({ prediction, target, width }, p, t, gradient) => {
    const share = fround(1 / width);
    let total = 0;
    for (let i = 0; i < width; i++) {
      total += fround(loss(prediction[p + i]!, target[t + i]!));
      if (gradient) gradient[p + i] = fround(slope(prediction[p + i]!, target[t + i]!)) * share;
    }
    return fround(total) / width;
  };
}

/** The same, of the difference. */
function byDifference(loss: (difference: number) => number, slope: (difference: number) => number): RowLoss {
  return elementwise((p, t) => loss(fround(p - t)), (p, t) => slope(fround(p - t)));
}

function huber(delta: number): RowLoss {
  return byDifference(
    (d) => (abs(d) <= delta ? 0.5 * d * d : delta * abs(d) - 0.5 * delta * delta),
    (d) => (abs(d) <= delta ? d : delta * sign(d)),
  );
}

const softplus = (x: number): number => max(x, 0) + log1p(exp(-abs(x)));

const cosineSimilarity: RowLoss = ({ prediction, target, width }, p, t, gradient) => {
  let [pp, tt, pt] = [0, 0, 0];
  for (let i = 0; i < width; i++) {
    pp += prediction[p + i]! ** 2;
    tt += target[t + i]! ** 2;
    pt += prediction[p + i]! * target[t + i]!;
  }
  const [length, other] = [sqrt(max(pp, 1e-12)), sqrt(max(tt, 1e-12))];
  const cosine = pt / (length * other);
  if (gradient) {
    for (let i = 0; i < width; i++) gradient[p + i] = -(target[t + i]! / other - (cosine * prediction[p + i]!) / length) / length;
  }
  return -cosine;
};

const categoricalHinge: RowLoss = ({ prediction, target, width }, p, t, gradient) => {
  let [positive, negative, worst] = [0, -Infinity, 0];
  for (let i = 0; i < width; i++) {
    positive += target[t + i]! * prediction[p + i]!;
    const wrong = (1 - target[t + i]!) * prediction[p + i]!;
    if (wrong > negative) [negative, worst] = [wrong, i];
  }
  const loss = max(negative - positive + 1, 0);
  if (gradient) {
    for (let i = 0; i < width; i++) {
      const slope = -target[t + i]! + (i === worst ? 1 - target[t + i]! : 0);
      gradient[p + i] = loss > 0 ? slope : 0;
    }
  }
  return loss;
};

const clip = (value: number): number => max(EPSILON, min(value, 1));

const klDivergence: RowLoss = ({ prediction, target, width }, p, t, gradient) => {
  let total = 0;
  for (let i = 0; i < width; i++) {
    const [q, y] = [clip(prediction[p + i]!), clip(target[t + i]!)];
    total += fround(y * fround(log(y / q)));
    if (gradient) gradient[p + i] = q === prediction[p + i]! ? -y / q : 0;
  }
  return total;
};

/** Smoothed targets of a row: class numbers become one-hot rows. */
type TargetOf = (rows: LossRows, t: number, index: number) => number;

/** From logits: log-softmax with the largest logit subtracted. */
function softmaxCrossentropy(target: TargetOf, sumsToOne: boolean): RowLoss {
  return (rows, p, t, gradient) => {
    const { prediction, width } = rows;
    let largest = -Infinity;
    for (let i = 0; i < width; i++) largest = max(largest, prediction[p + i]!);
    let sum = 0;
    for (let i = 0; i < width; i++) sum += exp(fround(prediction[p + i]! - largest));
    const normaliser = log(sum);
    let [loss, mass] = [0, 0];
    for (let i = 0; i < width; i++) {
      const y = target(rows, t, i);
      mass += y;
      // A target of 0 leaves its class out, as TensorFlow does: 0 times an infinite logit would be NaN.
      if (y !== 0) loss += y * (normaliser - fround(prediction[p + i]! - largest));
    }
    if (gradient) {
      const whole = sumsToOne ? 1 : mass;
      for (let i = 0; i < width; i++) {
        gradient[p + i] = (whole * exp(fround(prediction[p + i]! - largest))) / sum - target(rows, t, i);
      }
    }
    return Number.isNaN(sum) ? NaN : loss;
  };
}

/** From probabilities: scaled to sum to one, then clipped; a clipped class has no gradient. */
function clippedCrossentropy(target: TargetOf): RowLoss {
  return (rows, p, t, gradient) => {
    const { prediction, width } = rows;
    let sum = 0;
    for (let i = 0; i < width; i++) sum += prediction[p + i]!;
    let [loss, back] = [0, 0];
    for (let i = 0; i < width; i++) {
      const share = fround(prediction[p + i]! / sum);
      const clipped = max(EPSILON, min(share, ALMOST_ONE));
      const y = target(rows, t, i);
      loss -= y * fround(log(clipped));
      const slope = share >= EPSILON && share <= ALMOST_ONE ? -y / share : 0;
      back += slope * share;
      if (gradient) gradient[p + i] = slope;
    }
    if (gradient) for (let i = 0; i < width; i++) gradient[p + i] = (gradient[p + i]! - back) / sum;
    return loss;
  };
}

/** TensorFlow's sparse crossentropy from probabilities: clipped first, then their logarithms taken as logits. */
const sparseFromProbabilities: RowLoss = ({ prediction, target, width }, p, t, gradient) => {
  const label = target[t]!;
  let sum = 0;
  for (let i = 0; i < width; i++) sum += max(EPSILON, min(prediction[p + i]!, ALMOST_ONE));
  const own = max(EPSILON, min(prediction[p + label]!, ALMOST_ONE));
  if (gradient) {
    for (let i = 0; i < width; i++) {
      const value = prediction[p + i]!;
      const inside = value >= EPSILON && value <= ALMOST_ONE;
      gradient[p + i] = inside ? 1 / sum - (i === label ? 1 / value : 0) : 0;
    }
  }
  return log(sum) - log(own);
};

function binaryCrossentropy(smooth: (t: number) => number, fromLogits: boolean): RowLoss {
  if (fromLogits) {
    return elementwise(
      (z, t) => max(z, 0) - z * smooth(t) + log1p(exp(-abs(z))),
      (z, t) => sigmoid(z) - smooth(t),
    );
  }
  return elementwise(
    (p, t) => {
      const q = max(EPSILON, min(p, ALMOST_ONE));
      const y = smooth(t);
      return -(y * fround(log(q)) + (1 - y) * fround(log(fround(1 - q))));
    },
    (p, t) => (p >= EPSILON && p <= ALMOST_ONE ? (1 - smooth(t)) / fround(1 - p) - smooth(t) / p : 0),
  );
}

/** Hinge losses take 0/1 labels as -1/+1, if the whole batch is 0/1. */
function signed({ target }: LossRows): Float32Array {
  return target.every((value) => value === 0 || value === 1) ? target.map((value) => 2 * value - 1) : target;
}

interface Kind {
  /** Arguments that are rebuilt, `reduction` apart. */
  readonly arguments: readonly string[];
  row(config: LossSpec['config'], backend: TrainingSpec['backend']): RowLoss;
  /** Targets of a batch, where the loss changes them. */
  readonly targets?: (rows: LossRows) => Float32Array;
}

const plain = (row: RowLoss): Kind => ({ arguments: [], row: () => row });

function dense(config: LossSpec['config']): TargetOf {
  const smoothing = numberOf(config.label_smoothing, 0);
  return ({ target, width }, t, index) => target[t + index]! * (1 - smoothing) + smoothing / width;
}

const oneHot: TargetOf = ({ target }, t, index) => (target[t] === index ? 1 : 0);

const kinds: Readonly<Record<string, Kind>> = {
  mean_squared_error: plain(byDifference((d) => d * d, (d) => 2 * d)),
  mean_absolute_error: plain(byDifference(abs, sign)),
  mean_absolute_percentage_error: plain(
    elementwise(
      (p, t) => 100 * abs((t - p) / max(abs(t), EPSILON)),
      (p, t) => (100 * sign(p - t)) / max(abs(t), EPSILON),
    ),
  ),
  mean_squared_logarithmic_error: plain(
    elementwise(
      (p, t) => (log(max(p, EPSILON) + 1) - log(max(t, EPSILON) + 1)) ** 2,
      (p, t) => (p > EPSILON ? (2 * (log(p + 1) - log(max(t, EPSILON) + 1))) / (p + 1) : 0),
    ),
  ),
  huber: { arguments: ['delta'], row: (config) => huber(numberOf(config.delta, 1)) },
  log_cosh: plain(byDifference((d) => d + softplus(-2 * d) - Math.LN2, Math.tanh)),
  poisson: plain(elementwise((p, t) => p - t * log(fround(p + EPSILON)), (p, t) => 1 - t / fround(p + EPSILON))),
  kl_divergence: plain(klDivergence),
  cosine_similarity: plain(cosineSimilarity),
  hinge: { ...plain(elementwise((p, t) => max(1 - t * p, 0), (p, t) => (1 - t * p > 0 ? -t : 0))), targets: signed },
  squared_hinge: {
    ...plain(elementwise((p, t) => max(1 - t * p, 0) ** 2, (p, t) => -2 * t * max(1 - t * p, 0))),
    targets: signed,
  },
  categorical_hinge: plain(categoricalHinge),
  binary_crossentropy: {
    arguments: ['from_logits', 'label_smoothing'],
    row({ from_logits, label_smoothing }) {
      const smoothing = numberOf(label_smoothing, 0);
      return binaryCrossentropy((t) => t * (1 - smoothing) + 0.5 * smoothing, from_logits === true);
    },
  },
  categorical_crossentropy: {
    arguments: ['from_logits', 'label_smoothing'],
    row: (config, backend) =>
      config.from_logits === true
        ? softmaxCrossentropy(dense(config), backend === 'tensorflow')
        : clippedCrossentropy(dense(config)),
  },
  sparse_categorical_crossentropy: {
    arguments: ['from_logits'],
    row(config, backend) {
      if (config.from_logits === true) return softmaxCrossentropy(oneHot, true);
      return backend === 'tensorflow' ? sparseFromProbabilities : clippedCrossentropy(oneHot);
    },
  },
};

/** Losses whose targets are class numbers, one for each row. */
export function wantsClassNumbers(name: string): boolean {
  return name === 'sparse_categorical_crossentropy';
}

/** Losses that Keras on TensorFlow computes from the logits behind a final softmax or sigmoid. */
export function looksBehindActivation(name: string): boolean {
  return name.endsWith('crossentropy');
}

/** Whether the loss is rebuilt with that argument. */
export function supportsLoss(name: string, argument?: string): boolean {
  if (!Object.hasOwn(kinds, name)) return false;
  return argument === undefined || argument === 'reduction' || argument === 'name' || kinds[name]!.arguments.includes(argument);
}

/** Masked rows weigh nothing, and in a mean the others as much more (`apply_mask` in keras/src/losses/loss.py). */
function weightsOf({ mask, weights, rows }: LossRows, summed: boolean): Float32Array | undefined {
  if (!mask) return weights;
  const valid = mask.reduce((sum, value) => sum + value, 0);
  const more = summed ? 1 : fround(valid === 0 ? 0 : rows / valid);
  return mask.map((value, index) => value * more * (weights?.[index] ?? 1));
}

/** @throws Error for a loss that `supportsLoss` denies. */
export function lossOf({ name, config }: LossSpec, backend: TrainingSpec['backend']): BatchLoss {
  const kind = kinds[name];
  if (!kind) throw new Error(`unknown loss ${name}`);
  const row = kind.row(config, backend);
  const summed = config.reduction === 'sum';
  return (given, gradient) => {
    const rows = kind.targets ? { ...given, target: kind.targets(given) } : given;
    // Rounded first, as in Keras: it shows after some doublings of a diverging loss.
    const share = summed ? 1 : fround(1 / rows.rows);
    const weights = weightsOf(rows, summed);
    let total = 0;
    for (let index = 0; index < rows.rows; index++) {
      const p = index * rows.width;
      const loss = fround(row(rows, p, index * rows.targetWidth, gradient));
      const weight = weights?.[index] ?? 1;
      total += weight === 1 ? loss : fround(loss * weight);
      if (gradient) for (let i = p; i < p + rows.width; i++) gradient[i] = gradient[i]! * (weight === 1 ? share : share * weight);
    }
    return fround(summed ? total : fround(total) / rows.rows);
  };
}
