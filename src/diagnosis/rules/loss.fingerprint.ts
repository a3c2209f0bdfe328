import type { Run } from '../../log/run';
import type { Fit } from '../../script/script';
import { constantLoss } from '../constant';
import { accuracies, curvesOf, isLoss, isValidation, trainingLoss, type Curve } from '../curve';
import { layersOf, outputLayer, sampleWeightsOf, targetsOf, unitsOf } from '../data';
import { equalShares, fingerprintOf, labelShares, type Fingerprint, type FingerprintKind, type Observation } from '../fingerprints';
import type { Found, Rule } from '../rule';
import { mean, relativeRange } from '../series';
import type { Training } from '../training';

/** What of the script names constants. */
type Constants = Pick<Observation, 'lossName' | 'targets' | 'units' | 'weighting'>;

/** A constant loss whose value names its cause. */
export const lossFingerprint: Rule = {
  code: 'loss.fingerprint',
  severity: 'warning',
  about: 'run',
  ofOutputs: true,
  *check({ run, fit, training }) {
    if (!run) return;
    const output = outputLayer(fit);
    const units = output && unitsOf(output);
    const constant = constantLoss(run, training, fit);
    const weights = sampleWeightsOf(fit);
    const isKnown = weights !== undefined && training.labelSmoothing !== undefined;
    const weighting = { weights: weights === 'equal' ? undefined : weights, smoothing: training.labelSmoothing ?? 0 };
    const observation = { lossName: training.lossName, targets: targetsOf(fit), units, weighting };
    const points = trainingLoss(run)?.points ?? [];
    const settled = constant || !isKnown ? undefined : settledLoss(run, observation);
    const found = constant
      ? fingerprintOf({ ...observation, loss: constant.loss, accuracy: constant.accuracy })
      : (zeroLoss(run) ??
        settled ??
        (isKnown ? guesses(run, observation) : undefined) ??
        (weights === 'equal' ? biasOnly(run, fit, training) : undefined));
    const first = found && found === settled ? points.at(-settledEpochs) : points[0];
    if (!found || !first) return;
    const accuracy = constant?.accuracy;
    yield {
      message: { id: messages[found.kind], args: { loss: constant?.loss ?? found.constant, parameter: found.parameter ?? '', accuracy: accuracy ?? '' } },
      log: first.value,
      ...(output && { script: output.span }),
      epoch: first.epoch,
      evidence: {
        loss: constant?.loss ?? found.constant,
        kind: found.kind,
        constant: found.constant,
        parameter: found.parameter ?? null,
        accuracy: accuracy ?? null,
        epochs: run.epochs.length,
      },
      related: [],
      remedies: [],
    } satisfies Found;
  },
};

const messages: Readonly<Record<FingerprintKind, string>> = {
  saturated: 'loss.fingerprint.saturated',
  'one-unit': 'loss.fingerprint.one-unit',
  zero: 'loss.fingerprint.zero',
  uniform: 'loss.fingerprint.uniform',
  'class-shares': 'loss.fingerprint.class-shares',
  'label-entropy': 'loss.fingerprint.label-entropy',
  'mean-predictor': 'loss.fingerprint.mean-predictor',
  'median-predictor': 'loss.fingerprint.median-predictor',
  'stuck-output': 'loss.fingerprint.stuck-output',
  'bias-only': 'loss.fingerprint.bias-only',
};

/**
 * Categorical crossentropy of a softmax over one unit is −ln 1: 0.0, or 1.19e-7 where the probability is clipped below 1,
 * while the accuracy shows that not every sample is right. No training comes to exactly 0 within its first epoch either.
 */
function zeroLoss(run: Run): Fingerprint | undefined {
  const losses = trainingLoss(run)?.points.map(({ value }) => value.value) ?? [];
  const accuracy = accuracies(run)[0]?.points.map(({ value }) => value.value) ?? [];
  if (losses.length < 3 || (accuracy.length > 0 && mean(accuracy) >= 0.95)) return undefined;
  if (accuracy.length === 0) {
    // Where other losses are printed, they are the ones that an own train_step minimises.
    const alone = [...curvesOf(run).keys()].filter((metric) => isLoss(metric) && !isValidation(metric)).length === 1;
    const zero = alone && run.epochs[0]!.number === 1 && losses.every((loss) => loss === 0);
    return zero ? { kind: 'zero', constant: 0, parameter: losses.length } : undefined;
  }
  return losses.every((loss) => Math.abs(loss) <= 1.3e-7) ? { kind: 'one-unit', constant: losses[0]!, parameter: 1 } : undefined;
}

/**
 * A loss that moves and then rests exactly at that of a constant: what was learned is a constant. ln K counts where the
 * loss came down to it from far above, as after an explosion: a healthy run may begin there and rest for a while. The
 * entropy of an accuracy is left out, where a healthy run may end by chance.
 */
function settledLoss(run: Run, constants: Constants): Fingerprint | undefined {
  const tail = lastValues(trainingLoss(run));
  if (tail.length < settledEpochs || !tail.every(Number.isFinite) || relativeRange(tail) > 1e-3) return undefined;
  const accuracy = lastValues(accuracies(run)[0]);
  if (accuracy.length === 0 && constants.lossName === undefined) return undefined;
  const found = fingerprintOf({ ...constants, loss: mean(tail), accuracy: accuracy.length > 0 ? mean(accuracy) : undefined });
  if (found?.kind === 'class-shares') return undefined;
  const start = trainingLoss(run)!.points[0]!.value.value;
  return found?.kind === 'uniform' && start < farAbove * found.constant ? undefined : found;
}

const settledEpochs = 5;
/** No untrained network of small inputs has twice the loss of equal probabilities. */
const farAbove = 2;

const lastValues = (curve: Curve | undefined): number[] => (curve?.points ?? []).slice(-settledEpochs).map(({ value }) => value.value);

/** Epochs in the last two thirds of a run that have to agree. */
const guessedEpochs = 8;

/**
 * A classifier that after the first third of its run is no better than the shares of its labels (where these are
 * unknown: than equal ones), by its loss and by its accuracy: it gives every sample the same answer. A validation loss
 * below that says that it does learn, and that noise such as dropout hides it.
 */
function guesses(run: Run, { lossName, targets, units, weighting }: Constants): Fingerprint | undefined {
  const shares = labelShares(lossName, targets, weighting) ?? (weighting?.weights ? undefined : equalShares(lossName, units));
  if (!shares) return undefined;
  const twoThirds = (curve: Curve | undefined): number[] => {
    const values = (curve?.points ?? []).map(({ value }) => value.value);
    return values.slice(Math.ceil(values.length / 3));
  };
  const losses = twoThirds(trainingLoss(run));
  const accuracy = twoThirds(accuracies(run)[0]);
  const validation = twoThirds(curvesOf(run).get('val_loss'));
  if (losses.length < guessedEpochs || accuracy.length === 0) return undefined;
  const worse = losses.every((loss) => loss >= 0.995 * shares.entropy) && validation.every((loss) => loss >= 0.99 * shares.entropy);
  const near = mean(losses) <= 1.05 * shares.entropy && mean(accuracy) <= shares.largestShare + 0.03;
  if (!worse || !near) return undefined;
  return shares.classes === undefined
    ? { kind: 'label-entropy', constant: shares.entropy, parameter: shares.largestShare }
    : { kind: 'uniform', constant: shares.entropy, parameter: shares.classes };
}

/** Epochs of the decay that have to agree. */
const decayEpochs = 5;

/**
 * A network whose hidden layers are dead trains its output bias alone. The squared error's curvature along it is 2, so
 * that what the loss has above its limit shrinks by exactly (1 − 2η)^(2S) an epoch of S steps: it looks like learning.
 */
function biasOnly(run: Run, fit: Fit | undefined, training: Training): Fingerprint | undefined {
  const { family, learningRate, momentum, stepsPerEpoch, scheduled, lossName } = training;
  if (family !== 'descent' || !learningRate || !stepsPerEpoch || scheduled || (momentum?.value ?? 0) !== 0) return undefined;
  if (lossName !== 'mean_squared_error' || layersOf(fit).length < 2) return undefined;
  const factor = (1 - 2 * learningRate.value) ** (2 * stepsPerEpoch.value);
  const losses = (trainingLoss(run)?.points ?? []).slice(-decayEpochs).map(({ value }) => value.value);
  if (losses.length < decayEpochs || !(factor > 0.02 && factor < 0.98)) return undefined;
  const limits = losses.slice(1).map((loss, at) => (loss - factor * losses[at]!) / (1 - factor));
  const limit = mean(limits);
  const stillFalls = losses[0]! - limit > 0.1 * limit;
  return limit > 0 && stillFalls && relativeRange(limits) <= 0.01 ? { kind: 'bias-only', constant: limit, parameter: factor } : undefined;
}
