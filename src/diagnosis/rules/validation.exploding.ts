import { isAdversarialRun } from '../curve';
import type { Rule } from '../rule';
import { farFromTraining } from '../validation';

/** The validation loss explodes while training is fine: validation data on another scale, or moving averages gone wrong. */
export const validationExploding: Rule = {
  code: 'validation.exploding',
  severity: 'warning',
  about: 'run',
  *check({ run }) {
    const found = run && !isAdversarialRun(run) && farFromTraining(run);
    if (!found) return;
    const { training, validation: { epoch, value } } = found;
    yield {
      message: { id: 'validation.exploding', args: { validation: value.value, training, epoch } },
      log: value,
      epoch,
      evidence: { validationLoss: value.value, trainingLoss: training, times: value.value / training },
      related: [],
      remedies: [],
    };
  },
};
