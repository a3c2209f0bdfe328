import { isAdversarialRun, trainingLoss, validationLoss } from '../curve';
import type { Rule } from '../rule';
import { relativeRange } from '../series';

const fewestEpochs = 5;

/** The validation loss never moves although the training loss falls. */
export const validationConstant: Rule = {
  code: 'validation.constant',
  severity: 'warning',
  about: 'run',
  *check({ run }) {
    if (!run || isAdversarialRun(run)) return;
    const training = trainingLoss(run)?.points.map(({ value }) => value.value) ?? [];
    const validation = validationLoss(run);
    if (!validation) return yield { reason: { id: 'skipped.no-validation' } };
    const values = validation.points.map(({ value }) => value.value);
    if (values.length < fewestEpochs) {
      return yield { reason: { id: 'skipped.few-epochs', args: { have: values.length, need: fewestEpochs } } };
    }
    const fallen = 1 - training.at(-1)! / training[0]!;
    if (!values.every(Number.isFinite) || relativeRange(values) > 1e-3 || !(fallen > 0.1)) return;
    const first = validation.points[0]!;
    yield {
      message: { id: 'validation.constant', args: { loss: first.value.value, epochs: values.length, percent: fallen * 100 } },
      log: first.value,
      epoch: first.epoch,
      evidence: { validationLoss: first.value.value, epochs: values.length, trainingFell: fallen },
      related: [],
      remedies: [],
    };
  },
};
