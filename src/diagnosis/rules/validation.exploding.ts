import { isAdversarialRun, trainingLoss, validationLoss } from '../curve';
import type { Rule } from '../rule';

/** A validation loss a million times the training loss of the same epoch: no overfitting is that bad. */
const farApart = 1e6;

/** The validation loss explodes while training is fine: validation data on another scale, or moving averages gone wrong. */
export const validationExploding: Rule = {
  code: 'validation.exploding',
  severity: 'warning',
  about: 'run',
  *check({ run }) {
    if (!run || isAdversarialRun(run)) return;
    const byEpoch = new Map((trainingLoss(run)?.points ?? []).map(({ epoch, value }) => [epoch, value.value]));
    const first = validationLoss(run)?.points.find(({ epoch, value }) => {
      const training = byEpoch.get(epoch);
      return training !== undefined && training > 0 && Number.isFinite(value.value) && value.value >= farApart * training;
    });
    if (!first) return;
    const training = byEpoch.get(first.epoch)!;
    yield {
      message: { id: 'validation.exploding', args: { validation: first.value.value, training, epoch: first.epoch } },
      log: first.value,
      epoch: first.epoch,
      evidence: { validationLoss: first.value.value, trainingLoss: training, times: first.value.value / training },
      related: [],
      remedies: [],
    };
  },
};
