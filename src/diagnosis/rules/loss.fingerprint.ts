import type { Run } from '../../log/run';
import type { Fit } from '../../script/script';
import { constantLoss } from '../constant';
import { accuracies, trainingLoss } from '../curve';
import { layersOf, outputLayer, targetsOf, unitsOf } from '../data';
import { constantPredictor, fingerprintOf, type Fingerprint, type FingerprintKind } from '../fingerprints';
import type { Found, Rule } from '../rule';
import { mean, relativeRange } from '../series';
import type { Training } from '../training';

/** A constant loss whose value names its cause. */
export const lossFingerprint: Rule = {
  code: 'loss.fingerprint',
  severity: 'warning',
  about: 'run',
  *check({ run, fit, training }) {
    if (!run) return;
    const output = outputLayer(fit);
    const units = output && unitsOf(output);
    const constant = constantLoss(run, training);
    const observation = { lossName: training.lossName, targets: targetsOf(fit), units };
    const first = trainingLoss(run)?.points[0];
    if (!first) return;
    const found = constant ? fingerprintOf({ ...observation, loss: constant.loss, accuracy: constant.accuracy }) : (zeroLoss(run) ?? settledLoss(run, fit, training) ?? biasOnly(run, fit, training));
    if (!found) return;
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
  uniform: 'loss.fingerprint.uniform',
  'class-shares': 'loss.fingerprint.class-shares',
  'mean-predictor': 'loss.fingerprint.mean-predictor',
  'median-predictor': 'loss.fingerprint.median-predictor',
  'stuck-output': 'loss.fingerprint.stuck-output',
  'bias-only': 'loss.fingerprint.bias-only',
};

/**
 * Categorical crossentropy of a softmax over one unit is −ln 1: 0.0, or 1.19e-7 where the probability is clipped below 1,
 * while the accuracy shows that not every sample is right.
 */
function zeroLoss(run: Run): Fingerprint | undefined {
  const losses = trainingLoss(run)?.points.map(({ value }) => value.value) ?? [];
  const accuracy = accuracies(run)[0]?.points.map(({ value }) => value.value) ?? [];
  if (losses.length < 3 || accuracy.length === 0 || mean(accuracy) >= 0.95) return undefined;
  return losses.every((loss) => Math.abs(loss) <= 1.3e-7) ? { kind: 'one-unit', constant: losses[0]!, parameter: 1 } : undefined;
}

/** A loss that falls and then rests exactly at that of the best constant: what was learned is a constant. */
function settledLoss(run: Run, fit: Fit | undefined, { lossName }: Training): Fingerprint | undefined {
  const tail = (trainingLoss(run)?.points ?? []).slice(-5).map(({ value }) => value.value);
  if (tail.length < 5 || !tail.every(Number.isFinite) || relativeRange(tail) > 1e-3) return undefined;
  return constantPredictor({ loss: mean(tail), accuracy: undefined, lossName, targets: targetsOf(fit), units: undefined });
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
