import { constantLoss } from '../constant';
import type { Remedy } from '../../script/remedy';
import type { Rule } from '../rule';
import { usualRate } from '../training';

/** The loss has not moved since the first epoch, and its value names no cause. */
export const lossStuck: Rule = {
  code: 'loss.stuck',
  severity: 'warning',
  about: 'run',
  *check({ run, training }) {
    const constant = run && constantLoss(run, training);
    if (!constant) return;
    const { curve, loss, relativeRange, accuracy } = constant;
    const first = curve.points[0]!;
    const rate = training.learningRate?.value;
    const tiny = rate !== undefined && rate <= 1e-6;
    yield {
      message: {
        id: tiny ? 'loss.stuck.tiny-rate' : 'loss.stuck',
        args: { loss, epochs: curve.points.length, percent: relativeRange * 100, learningRate: rate ?? '' },
      },
      log: first.value,
      ...(tiny && training.optimizerSpan && { script: training.optimizerSpan }),
      epoch: first.epoch,
      evidence: { loss, relativeRange, epochs: curve.points.length, accuracy: accuracy ?? null, learningRate: rate ?? null },
      related: [],
      remedies: tiny ? [{ kind: 'learning-rate', value: usualRate[training.family === 'descent' ? 'descent' : 'adaptive'] } satisfies Remedy] : [],
    };
  },
};
