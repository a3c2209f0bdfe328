/** Constants that a loss prints when the network predicts a constant, each with one cause. */
import type { Tensor } from '../script/script';
import { columnsOf, sharesOf } from './data';
import { entropy, largest, mean, median, variance } from './series';

export type FingerprintKind =
  | 'saturated'
  | 'one-unit'
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
}

/** The constant that a constant loss equals, the most specific first; undefined where none does. */
export function fingerprintOf(observation: Observation): Fingerprint | undefined {
  const { lossName } = observation;
  if (lossName !== undefined && !isClassLoss(lossName)) return constantPredictor(observation);
  return saturation(observation) ?? uniform(observation) ?? classShares(observation);
}

const near = (value: number, constant: number, tolerance: number): boolean => Math.abs(value - constant) <= tolerance * Math.abs(constant);

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
export function labelShares(lossName: string | undefined, targets: Tensor | undefined): LabelShares | undefined {
  if (!targets || lossName === undefined || !isClassLoss(lossName)) return undefined;
  const columns = columnsOf(targets).map(mean);
  const answers = /^sparse/.test(lossName) ? [sharesOf(targets)] : /^categorical/.test(lossName) ? [columns] : columns.map((share) => [share, 1 - share]);
  const found = { entropy: mean(answers.map(entropy)), largestShare: mean(answers.map(largest)) };
  return found.entropy > 0 ? found : undefined;
}

/** Var(y) of the mean, the mean distance from the median, or the error of an output that is stuck at 0 or 1. */
function constantPredictor({ loss, lossName, targets }: Observation): Fingerprint | undefined {
  if (!targets) return undefined;
  const values = Array.from(targets.data);
  if (lossName === 'mean_squared_error') {
    const spread = variance(values);
    if (near(loss, spread, 0.01)) return { kind: 'mean-predictor', constant: spread, parameter: mean(values) };
    for (const output of [0, 1]) {
      const constant = mean(values.map((value) => (value - output) ** 2));
      if (near(loss, constant, 0.005)) return { kind: 'stuck-output', constant, parameter: output };
    }
  }
  if (lossName === 'mean_absolute_error') {
    const middle = median(values);
    const constant = mean(values.map((value) => Math.abs(value - middle)));
    if (near(loss, constant, 0.01)) return { kind: 'median-predictor', constant, parameter: middle };
  }
  return undefined;
}
