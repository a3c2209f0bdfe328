/** Constants that a loss prints when the network predicts a constant, each with one cause. */
import type { Tensor } from '../script/script';
import { columnsOf, sharesOf, weightedMean } from './data';
import { entropy, largest, mean, median, variance } from './series';

export type FingerprintKind =
  | 'saturated'
  | 'one-unit'
  | 'zero'
  | 'uniform'
  | 'class-shares'
  | 'label-entropy'
  | 'mean-predictor'
  | 'median-predictor'
  | 'stuck-output'
  | 'bias-only';

export interface Fingerprint {
  readonly kind: FingerprintKind;
  /** The constant that the loss equals. */
  readonly constant: number;
  /** Number of classes, constant output, loss of one wrong sample, or factor per epoch, as `kind` says. */
  readonly parameter: number | undefined;
}

/**
 * Crossentropy of one confidently wrong sample. Keras clips probabilities at 1e-7 before the logarithm:
 * 16.1181 = −ln 1e-7; 15.9424 is the logit of float32(1 − 1e-7) (Keras 3, keras/src/backend); tf.keras 2 adds 1e-7 again
 * inside the logarithm: 15.4249 = −ln 2e-7, 15.3332 = −ln(1.192e-7 + 1e-7), 15.2492 = −ln 2.384e-7.
 */
const saturated = [16.1181, 15.9424, 15.4249, 15.3332, 15.2492];

export const isClassLoss = (name: string): boolean => /crossentropy/.test(name);

export interface Observation {
  readonly loss: number;
  readonly accuracy: number | undefined;
  /** Keras' snake-case name, where the script is known. */
  readonly lossName: string | undefined;
  readonly targets: Tensor | undefined;
  /** Units of the last layer, where the script is known. */
  readonly units: number | undefined;
  readonly weighting?: Weighting;
}

/** What makes a classifier's loss another than the crossentropy of its labels. */
export interface Weighting {
  /** Of the samples; none where all count alike. */
  readonly weights?: ArrayLike<number> | undefined;
  /** Keras' `label_smoothing`: this share of a label is spread over all classes. */
  readonly smoothing: number;
}

const plain: Weighting = { smoothing: 0 };

/** The constant that a constant loss equals, the most specific first; undefined where none does. */
export function fingerprintOf(observation: Observation): Fingerprint | undefined {
  const { lossName, weighting: { weights, smoothing } = plain } = observation;
  const isPlain = weights === undefined && smoothing === 0;
  if (lossName !== undefined && !isClassLoss(lossName)) return isPlain ? constantPredictor(observation) : undefined;
  if (isPlain) return saturation(observation) ?? uniform(observation) ?? classShares(observation);
  // Equal probabilities cost ln K whatever the labels are, where the weights have the mean 1, as balanced ones do.
  return near(meanOf(weights), 1, 0.001) ? uniform(observation) : undefined;
}

const near = (value: number, constant: number, tolerance: number): boolean => Math.abs(value - constant) <= tolerance * Math.abs(constant);

const meanOf = (weights: ArrayLike<number> | undefined): number => (weights ? mean(Array.from(weights)) : 1);

/** Every wrong sample costs the same: the loss is that times the share of wrong ones. */
function saturation({ loss, accuracy, targets }: Observation): Fingerprint | undefined {
  const shares = [1];
  if (accuracy !== undefined && accuracy < 1) shares.push(1 - accuracy);
  if (targets) {
    const ones = mean(Array.from(targets.data));
    if (ones > 0 && ones < 1) shares.push(ones, 1 - ones);
  }
  for (const parameter of saturated) {
    if (shares.some((share) => near(loss, share * parameter, 0.002))) return { kind: 'saturated', constant: loss, parameter };
  }
  return undefined;
}

/** ln K: every class gets the same probability. K from the script, or from the accuracy of such a guess. */
function uniform({ loss, accuracy, units }: Observation): Fingerprint | undefined {
  const candidates = units !== undefined && units > 1 ? [units] : units === 1 ? [2] : [2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 100, 1000];
  const classes = candidates.find((count) => near(loss, Math.log(count), 0.005));
  if (classes === undefined) return undefined;
  const guess = 1 / classes;
  if (accuracy !== undefined && Math.abs(accuracy - guess) > Math.max(0.3 * guess, 0.02)) return undefined;
  return { kind: 'uniform', constant: Math.log(classes), parameter: classes };
}

/** Entropy of the class shares of a binary problem whose accuracy is the larger share. */
function classShares({ loss, accuracy }: Observation): Fingerprint | undefined {
  if (accuracy === undefined || accuracy <= 0.5 || accuracy >= 1) return undefined;
  const constant = entropy([accuracy, 1 - accuracy]);
  return near(loss, constant, 0.01) ? { kind: 'class-shares', constant, parameter: accuracy } : undefined;
}

/** What a classifier gets that gives every sample the same answer, the shares of the labels. */
export interface LabelShares {
  /** Crossentropy of that answer; of several binary outputs the mean. */
  readonly entropy: number;
  /** Accuracy of that answer. */
  readonly largestShare: number;
  /** How many classes, where their shares had to be taken as equal. */
  readonly classes?: number;
}

/** Shares of labels that could not be read, from the units of the last layer: no answer has a larger entropy. */
export function equalShares(lossName: string | undefined, units: number | undefined): LabelShares | undefined {
  if (lossName === undefined || !isClassLoss(lossName) || units === undefined) return undefined;
  const classes = /categorical/.test(lossName) ? Math.max(2, units) : 2;
  return { entropy: Math.log(classes), largestShare: 1 / classes, classes };
}

/** @returns undefined where the loss is none of classes, or only one label occurs. */
export function labelShares(lossName: string | undefined, targets: Tensor | undefined, weighting = plain): LabelShares | undefined {
  if (!targets || lossName === undefined || !isClassLoss(lossName)) return undefined;
  const found = { entropy: constantEntropy(lossName, targets, weighting), largestShare: mean(answersOf(lossName, targets, plain).map(largest)) };
  return found.entropy > 0 ? found : undefined;
}

/**
 * Lowest crossentropy, as Keras prints it, of a classifier that gives every sample the same answer; of several binary
 * outputs the mean.
 */
export function constantEntropy(lossName: string, targets: Tensor, weighting: Weighting): number {
  return meanOf(weighting.weights) * mean(answersOf(lossName, targets, weighting).map(entropy));
}

/** The shares of the labels, weighted and smoothed, for each of the answers that are given at once. */
function answersOf(lossName: string, targets: Tensor, { weights, smoothing }: Weighting): number[][] {
  if (/^sparse/.test(lossName)) return [sharesOf(targets, weights)];
  const shares = columnsOf(targets).map((column) => weightedMean(column, weights));
  const smooth = (share: number, classes: number): number => share * (1 - smoothing) + smoothing / classes;
  if (/^categorical/.test(lossName)) return [shares.map((share) => smooth(share, shares.length))];
  return shares.map((share) => smooth(share, 2)).map((share) => [share, 1 - share]);
}

/** Var(y) of the mean, the mean distance from the median, or the error of an output that is stuck at 0 or 1. */
function constantPredictor({ loss, lossName, targets }: Observation): Fingerprint | undefined {
  if (!targets) return undefined;
  const values = Array.from(targets.data);
  const constant = bestConstantLoss(lossName, targets);
  // Of several columns each has a mean of its own.
  const sole = columnsOf(targets).length === 1;
  if (lossName === 'mean_squared_error') {
    if (constant !== undefined && near(loss, constant, 0.01)) return { kind: 'mean-predictor', constant, parameter: sole ? mean(values) : undefined };
    for (const output of [0, 1]) {
      const constant = mean(values.map((value) => (value - output) ** 2));
      if (near(loss, constant, 0.005)) return { kind: 'stuck-output', constant, parameter: output };
    }
  }
  if (lossName === 'mean_absolute_error' && constant !== undefined && near(loss, constant, 0.01)) {
    return { kind: 'median-predictor', constant, parameter: sole ? median(values) : undefined };
  }
  return undefined;
}

/** Loss of the best constant answer to samples that count alike: Var(y), the mean distance from the median, or the entropy of the labels. */
export function bestConstantLoss(lossName: string | undefined, targets: Tensor | undefined): number | undefined {
  if (!targets || lossName === undefined) return undefined;
  if (isClassLoss(lossName)) return labelShares(lossName, targets)?.entropy;
  const columns = columnsOf(targets);
  if (lossName === 'mean_squared_error') return mean(columns.map(variance));
  if (lossName !== 'mean_absolute_error') return undefined;
  return mean(columns.map((column) => {
    const middle = median(column);
    return mean(column.map((value) => Math.abs(value - middle)));
  }));
}
