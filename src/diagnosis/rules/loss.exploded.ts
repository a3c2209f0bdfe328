import type { Remedy } from '../../script/remedy';
import { isAdversarialRun, trainingLoss, type Point } from '../curve';
import { targetsOf } from '../data';
import type { Rule } from '../rule';
import { indexOfHighest, largest, median, relativeRange, smallest, variance } from '../series';

/**
 * One or a few huge losses, then a loss that no longer moves: the weights were thrown so far that the ReLUs are dead
 * and the network predicts a constant, whose mean squared error is Var(y). It looks like a run that has recovered.
 */
export const lossExploded: Rule = {
  code: 'loss.exploded',
  severity: 'error',
  about: 'run',
  *check({ run, fit, training }) {
    const curve = run && trainingLoss(run);
    if (!curve || isAdversarialRun(run)) return;
    const crash = findCrash(curve.points);
    if (!crash) return;
    const targets = targetsOf(fit);
    const spread = targets && training.lossName === 'mean_squared_error' ? variance(Array.from(targets.data)) : undefined;
    const constant = spread !== undefined && Math.abs(crash.after - spread) <= 0.02 * spread;
    const { peak, after, settledAt } = crash;
    yield {
      severity: crash.recovered ? 'warning' : 'error',
      message: {
        id: crash.recovered ? 'loss.exploded.recovered' : constant ? 'loss.exploded.variance' : 'loss.exploded.dead',
        args: { peak: peak.value.value, epoch: peak.epoch, after },
      },
      log: peak.value,
      ...(training.optimizerSpan && { script: training.optimizerSpan }),
      epoch: peak.epoch,
      evidence: {
        peak: peak.value.value,
        peakEpoch: peak.epoch,
        plateau: after,
        targetVariance: spread ?? null,
        learningRate: training.learningRate?.value ?? null,
        optimizer: training.optimizer ?? null,
      },
      related: [{ where: 'log', span: settledAt.value, message: { id: 'related.plateau', args: { loss: after, epoch: settledAt.epoch } } }],
      remedies: [{ kind: 'clip-gradients', value: 1 }, { kind: 'adam' }] satisfies Remedy[],
    };
  },
};

interface Crash {
  readonly peak: Point;
  readonly settledAt: Point;
  /** Median loss after the peak. */
  readonly after: number;
  /** The loss went on falling below everything before the peak. */
  readonly recovered: boolean;
}

/** A hundred times every loss before is no noise of an epoch's mean. */
const crashFactor = 100;
/** A peak that float32 only just holds is told even where the run came back. */
const hugeFactor = 1e6;

function findCrash(points: readonly Point[]): Crash | undefined {
  const values = points.map(({ value }) => value.value);
  if (values.length < 5 || !values.every((value) => Number.isFinite(value) && value > 0)) return undefined;
  const at = indexOfHighest(values);
  const after = values.slice(at + 1);
  const before = largest(values.slice(0, at));
  if (at === 0 || after.length < 3 || values[at]! < crashFactor * before || values[at]! < crashFactor * largest(after)) return undefined;
  const plateau = median(after);
  const recovered = plateau < 0.9 * smallest(values.slice(0, at));
  if (recovered ? values[at]! < hugeFactor * values[0]! : relativeRange(after) > 0.1) return undefined;
  return { peak: points[at]!, settledAt: points[at + 1]!, after: plateau, recovered };
}
