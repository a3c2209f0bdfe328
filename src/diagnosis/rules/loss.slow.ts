import { trainingLoss } from '../curve';
import type { Rule } from '../rule';

const fewestEpochs = 10;

/** The loss falls in nearly every epoch, but so little that the run would need many times its epochs. */
export const lossSlow: Rule = {
  code: 'loss.slow',
  severity: 'hint',
  about: 'run',
  *check({ run, training }) {
    const curve = run && trainingLoss(run);
    if (!curve) return;
    const values = curve.points.map(({ value }) => value.value);
    if (values.length < fewestEpochs) {
      return yield { reason: { id: 'skipped.few-epochs', args: { have: values.length, need: fewestEpochs } } };
    }
    if (curve.points[0]!.epoch > 1 || !values.every((value) => Number.isFinite(value) && value > 0)) return;
    const falls = values.slice(1).filter((value, at) => value < values[at]!).length / (values.length - 1);
    const fallen = 1 - values.at(-1)! / values[0]!;
    if (falls < 0.9 || fallen >= 0.05 || fallen <= 0) return;
    const first = curve.points[0]!;
    const epochsToHalve = Math.round((Math.log(2) * (values.length - 1)) / -Math.log1p(-fallen));
    yield {
      message: { id: 'loss.slow', args: { percent: fallen * 100, epochs: values.length, halving: epochsToHalve } },
      log: first.value,
      epoch: first.epoch,
      evidence: { fallen, epochs: values.length, epochsToHalve, learningRate: training.learningRate?.value ?? null },
      related: [],
      remedies: [],
    };
  },
};
