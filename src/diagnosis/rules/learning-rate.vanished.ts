import type { Point } from '../curve';
import { trainingLoss } from '../curve';
import type { Rule } from '../rule';
import { relativeRange } from '../series';

/** Where float32 weights of size 1 no longer change under gradients of size 1. */
const vanished = 6e-8;

/** A schedule or ReduceLROnPlateau has brought the learning rate to nothing while epochs go on. */
export const learningRateVanished: Rule = {
  code: 'learning-rate.vanished',
  severity: 'information',
  about: 'run',
  *check({ run }) {
    if (!run) return;
    const rates = run.epochs.flatMap(({ number, learningRate }): Point[] =>
      learningRate ? [{ epoch: number, at: number, value: learningRate }] : [],
    );
    if (rates.length === 0) return yield { reason: { id: 'skipped.no-rates' } };
    const first = rates.findIndex(({ value }) => value.value <= vanished);
    const start = rates[0]!.value.value;
    if (first < 0 || start <= vanished || rates.length - first < 3) return;
    const { epoch, value } = rates[first]!;
    const losses = (trainingLoss(run)?.points ?? []).filter((point) => point.epoch >= epoch).map((point) => point.value.value);
    if (losses.length < 3 || relativeRange(losses) > 0.01) return;
    yield {
      message: { id: 'learning-rate.vanished', args: { rate: value.value, start, epoch, wasted: rates.length - first } },
      log: value,
      epoch,
      evidence: { learningRate: value.value, firstLearningRate: start, epochsSince: rates.length - first },
      related: [],
      remedies: [],
    };
  },
};
