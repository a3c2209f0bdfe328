import type { Run } from '../../log/run';
import { trainingLoss, type Point } from '../curve';
import type { Found, Rule } from '../rule';
import { isRound, relativeRange } from '../series';

/** Where float32 weights of size 1 no longer change under gradients of size 1. */
const vanished = 6e-8;

/** A schedule or ReduceLROnPlateau has brought the learning rate to nothing while epochs go on. */
export const learningRateVanished: Rule = {
  code: 'learning-rate.vanished',
  severity: 'information',
  about: 'run',
  *check({ run, training }) {
    if (!run) return;
    const rates = run.epochs.flatMap(({ number, learningRate }): Point[] =>
      learningRate ? [{ epoch: number, at: number, value: learningRate }] : [],
    );
    if (rates.length === 0) {
      const resting = training.schedule === undefined ? undefined : atRest(run, training.schedule);
      return yield resting ?? { reason: { id: 'skipped.no-rates' } };
    }
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

/** So many epochs over batches in another order each time do not give the same mean by chance. */
const epochsAtRest = 5;

/** Under a schedule of the script whose rates nobody prints, a loss that has moved and then stays the same to the last digit. */
function atRest(run: Run, schedule: string): Found | undefined {
  const points = trainingLoss(run)?.points ?? [];
  const last = points.at(-1)?.value.value;
  let since = points.length;
  while (since > 0 && points[since - 1]!.value.value === last) since--;
  const epochs = points.length - since;
  if (!last || !Number.isFinite(last) || since === 0 || epochs < epochsAtRest || isRound(last) || (run.stepsPerEpoch ?? 0) < 2) return undefined;
  const { epoch, value } = points[since]!;
  return {
    message: { id: 'learning-rate.vanished.schedule', args: { loss: last, epochs, schedule } },
    log: value,
    epoch,
    evidence: { loss: last, epochsSince: epochs, schedule },
    related: [],
    remedies: [],
  };
}
