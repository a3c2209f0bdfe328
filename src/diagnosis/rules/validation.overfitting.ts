import { isAdversarialRun, trainingLoss, validationLoss } from '../curve';
import type { Rule } from '../rule';
import { indexOfLowest } from '../series';
import { farFromTraining, lossPairs } from '../validation';

const fewestEpochs = 5;
/** Since the lowest validation loss three epochs have passed, … */
const epochsPast = 3;
/** … all of the last three a tenth above it and the last a fifth, so that one noisy validation is not enough, … */
const lastAbove = 1.2;
const allAbove = 1.1;
/** … and the training loss went on falling meanwhile. */
const trainingFell = 0.95;

/** Training loss falls on while validation loss rises. */
export const validationOverfitting: Rule = {
  code: 'validation.overfitting',
  severity: 'warning',
  about: 'run',
  *check({ run }) {
    if (!run || isAdversarialRun(run)) return;
    if (!trainingLoss(run) || !validationLoss(run)) return yield { reason: { id: 'skipped.no-validation' } };
    const pairs = lossPairs(run);
    if (pairs.length < fewestEpochs) {
      return yield { reason: { id: 'skipped.few-epochs', args: { have: pairs.length, need: fewestEpochs } } };
    }
    if (farFromTraining(run)) return;
    const points = pairs.map(({ validation }) => validation);
    const values = points.map(({ value }) => value.value);
    const low = indexOfLowest(values);
    const lowest = values[low]!;
    const best = points[low]!;
    const last = points.at(-1)!;
    const before = pairs[low]!.training;
    const after = pairs.at(-1)!.training;
    if (
      !values.every(Number.isFinite) ||
      lowest <= 0 ||
      points.length - 1 - low < epochsPast ||
      values.at(-1)! < lastAbove * lowest ||
      !values.slice(-epochsPast).every((value) => value >= allAbove * lowest) ||
      after > trainingFell * before
    ) {
      return;
    }
    yield {
      message: { id: 'validation.overfitting', args: { best: lowest, epoch: best.epoch, last: values.at(-1)!, before, after } },
      log: best.value,
      epoch: best.epoch,
      evidence: { bestEpoch: best.epoch, bestValidationLoss: lowest, lastValidationLoss: values.at(-1)!, trainingLossAtBest: before, lastTrainingLoss: after },
      related: [{ where: 'log', span: last.value, message: { id: 'related.last-loss', args: { loss: last.value.value, epoch: last.epoch } } }],
      remedies: [],
    };
  },
};
