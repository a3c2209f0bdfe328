import { accuracies, isAdversarialRun, trainingLoss } from '../curve';
import type { Rule } from '../rule';
import { largest, mean, relativeRange } from '../series';

const fewestEpochs = 4;

/** The training accuracy is the same in every epoch, as if the model predicted one class for everything. */
export const accuracyDead: Rule = {
  code: 'accuracy.dead',
  severity: 'warning',
  about: 'run',
  *check({ run, training }) {
    if (!run || isAdversarialRun(run)) return;
    const [curve] = accuracies(run);
    const loss = trainingLoss(run);
    if (!curve || !loss) return;
    const values = curve.points.map(({ value }) => value.value);
    if (values.length < fewestEpochs) {
      return yield { reason: { id: 'skipped.few-epochs', args: { have: values.length, need: fewestEpochs } } };
    }
    const steps = training.stepsPerEpoch?.value;
    if (steps !== undefined && steps * values.length < 10) return; // a few full-batch steps flip no prediction
    const first = curve.points[0]!;
    const accuracy = values[0]!;
    if (relativeRange(values) !== 0 || accuracy >= 0.95 || !Number.isFinite(largest(loss.points.map(({ value }) => value.value)))) return;
    yield {
      // An accuracy of 0 is a regression's: the metric is at fault, not the training.
      severity: accuracy === 0 ? 'information' : 'warning',
      message: {
        id: accuracy === 0 ? 'accuracy.dead.zero' : 'accuracy.dead',
        args: { accuracy, epochs: values.length },
      },
      log: first.value,
      epoch: first.epoch,
      evidence: { accuracy, epochs: values.length, loss: mean(loss.points.map(({ value }) => value.value)) },
      related: [],
      remedies: [],
    };
  },
};
