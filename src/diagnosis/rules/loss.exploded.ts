import { isAdversarialRun, trainingLoss, type Point } from '../curve';
import { curvature } from '../curvature';
import { targetsOf } from '../data';
import { bestConstantLoss } from '../fingerprints';
import type { Rule } from '../rule';
import type { Training } from '../training';
import { indexOfHighest, largest, mean, median, relativeRange, smallest } from '../series';

/**
 * One or a few huge losses, then a loss that no longer moves: the weights were thrown so far that the ReLUs are dead
 * and the network predicts a constant, whose mean squared error is Var(y). It looks like a run that has recovered.
 */
export const lossExploded: Rule = {
  code: 'loss.exploded',
  severity: 'error',
  about: 'run',
  ofOutputs: true,
  *check({ run, fit, training }) {
    const curve = run && trainingLoss(run);
    if (!curve || isAdversarialRun(run)) return;
    const targets = targetsOf(fit);
    const squared = training.lossName === 'mean_squared_error';
    const spread = squared ? bestConstantLoss(training.lossName, targets) : undefined;
    const crash = (targets && spread !== undefined && findConstantAfter(curve.points, Array.from(targets.data), spread)) || findCrash(curve.points);
    if (!crash) return;
    const { peak, after, settledAt } = crash;
    const atMost = boundOf(crash, training);
    yield {
      severity: crash.end === 'recovered' ? 'warning' : 'error',
      message: {
        id: messages[crash.end],
        args: { peak: peak.value.value, epoch: peak.epoch, after, spread: spread ?? '' },
      },
      log: peak.value,
      ...(training.optimizerSpan && { script: training.optimizerSpan }),
      epoch: peak.epoch,
      evidence: {
        peak: peak.value.value,
        peakEpoch: peak.epoch,
        plateau: after,
        targetVariance: spread ?? null,
        maxStableLearningRateAtMost: atMost ?? null,
        learningRate: training.learningRate?.value ?? null,
        optimizer: training.optimizer ?? null,
      },
      related: [{ where: 'log', span: settledAt.value, message: { id: 'related.plateau', args: { loss: after, epoch: settledAt.epoch } } }],
      // No learning rate: one jump bounds it from above only, and for ReLU networks by far too little.
      remedies: [{ kind: 'clip-gradients', value: 1 }, { kind: 'adam' }],
    };
  },
};

/** How it ended: near Var(y), the error of the best constant, at some constant that is no better than before, or well. */
type End = 'constant' | 'dead' | 'recovered';

const messages: Readonly<Record<End, string>> = {
  constant: 'loss.exploded.constant',
  dead: 'loss.exploded.dead',
  recovered: 'loss.exploded.recovered',
};

interface Crash {
  readonly peak: Point;
  /** Loss that it rose from: of the epoch before, or what an untrained network has at most. */
  readonly from: number;
  readonly settledAt: Point;
  /** Median loss of the second half after the peak. */
  readonly after: number;
  readonly end: End;
}

/** A hundred times every loss before and the losses after is no noise of an epoch's mean. */
const crashFactor = 100;
/** So high a peak is told even where the run came back. */
const hugeFactor = 1e6;

function findCrash(points: readonly Point[]): Crash | undefined {
  const values = points.map(({ value }) => value.value);
  if (values.length < 5 || !values.every((value) => Number.isFinite(value) && value > 0)) return undefined;
  const at = indexOfHighest(values);
  const after = values.slice(at + 1);
  const tail = after.slice(-Math.max(3, Math.ceil(after.length / 2)));
  if (after.length < 3 || values[at]! < crashFactor * largest(tail)) return undefined;
  const plateau = median(tail);
  const flat = relativeRange(tail) <= 0.1;
  const settled = { peak: points[at]!, from: values[at - 1] ?? NaN, settledAt: points[points.length - tail.length]!, after: plateau };
  if (at === 0 || values[at]! < crashFactor * largest(values.slice(0, at))) return undefined;
  if (plateau < 0.9 * smallest(values.slice(0, at))) {
    return values[at]! >= hugeFactor * values[0]! ? { ...settled, end: 'recovered' } : undefined;
  }
  return flat ? { ...settled, end: 'dead' } : undefined;
}

/**
 * With the targets known the explosion may lie inside the first epoch: no untrained network comes near a hundred times
 * mean(y²), and afterwards the loss is no lower than that of the best constant, Var(y).
 */
function findConstantAfter(points: readonly Point[], targets: readonly number[], spread: number): Crash | undefined {
  const values = points.map(({ value }) => value.value);
  if (values.length < 5 || !values.every(Number.isFinite)) return undefined;
  const at = indexOfHighest(values);
  const tail = values.slice(at + 1).slice(-Math.max(3, Math.ceil(values.length / 3)));
  const plateau = median(tail);
  const untrained = crashFactor * mean(targets.map((target) => target ** 2));
  if (tail.length < 3 || values[at]! < untrained) return undefined;
  if (plateau < 0.85 * spread || plateau > 1.5 * spread) return undefined;
  const settledAt = points[points.length - tail.length]!;
  return { peak: points[at]!, from: values[at - 1] ?? untrained, settledAt, after: plateau, end: 'constant' };
}

/**
 * The rise took at most the steps of one epoch, so each multiplied the loss by at least (peak / from)^(1 / steps); that
 * bounds the largest stable learning rate from above. Deep ReLU networks grow faster than by one factor, so that the
 * truth may lie far lower.
 */
function boundOf({ peak, from }: Crash, training: Training): number | undefined {
  const { family, learningRate, stepsPerEpoch, scheduled, clipped, momentum, nesterov } = training;
  if (family !== 'descent' || !learningRate || !stepsPerEpoch || scheduled || clipped || !(peak.value.value > from)) return undefined;
  const growth = (peak.value.value / from) ** (1 / stepsPerEpoch.value);
  return curvature(learningRate.value, growth, { momentum: momentum?.value ?? 0, nesterov }).maxStableLearningRate;
}
