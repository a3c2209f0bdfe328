import type { Run } from '../../log/run';
import { accuracies, isAdversarialRun, trainingLoss, type Point } from '../curve';
import { isClassLoss } from '../fingerprints';
import type { Rule } from '../rule';
import type { Training } from '../training';

/**
 * A loss that cannot be negative is: labels outside what the loss expects. Likelihoods (Poisson, flows, own losses) may
 * well be negative; without knowing the loss only a run that falls without end, or a classifier's, is told.
 */
export const lossNegative: Rule = {
  code: 'loss.negative',
  severity: 'error',
  about: 'run',
  *check({ run, training }) {
    const curve = run && trainingLoss(run);
    if (!curve || isAdversarialRun(run)) return;
    const first = curve.points.find(({ value }) => value.value < 0);
    if (!first) return;
    const reason = reasonOf(run, curve.points, training);
    if (!reason) return;
    const last = curve.points.at(-1)!;
    yield {
      message: {
        id: messages[reason],
        args: { loss: first.value.value, epoch: first.epoch, last: last.value.value, name: training.lossName ?? '' },
      },
      log: first.value,
      ...(training.lossSpan && { script: training.lossSpan }),
      epoch: first.epoch,
      evidence: { firstNegative: first.value.value, lastLoss: last.value.value, loss: training.lossName ?? null, reason },
      related: [{ where: 'log', span: last.value, message: { id: 'related.last-loss', args: { loss: last.value.value, epoch: last.epoch } } }],
      remedies: [],
    };
  },
};

type Reason = 'known-loss' | 'classifier' | 'runaway';

const messages: Readonly<Record<Reason, string>> = {
  'known-loss': 'loss.negative.known-loss',
  classifier: 'loss.negative.classifier',
  runaway: 'loss.negative.runaway',
};

/** Losses of Keras that are sums of squares, distances, or crossentropies of labels in [0, 1]. */
const neverNegative = /crossentropy|^mean_squared|^mean_absolute|hinge|^huber|^log_?cosh|focal/;

/** Keras clips crossentropies at 1e-7, so rounding alone may print −1.19e-7. */
const rounding = -1e-6;

function reasonOf(run: Run, points: readonly Point[], { lossName }: Training): Reason | undefined {
  const values = points.map(({ value }) => value.value).filter(Number.isFinite);
  const lowest = Math.min(...values.slice(-3));
  if (lowest > rounding) return undefined;
  if (lossName !== undefined) return isClassLoss(lossName) || neverNegative.test(lossName) ? 'known-loss' : undefined;
  const falls = values.length >= 3 && values.at(-1)! < values[0]!;
  if (accuracies(run).length > 0 && falls && lowest < -1) return 'classifier';
  return falls && lowest <= -1000 * Math.max(1, Math.abs(values[0]!)) ? 'runaway' : undefined;
}
