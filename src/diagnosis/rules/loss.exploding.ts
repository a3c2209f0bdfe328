import { isAdversarialRun, trainingLoss } from '../curve';
import { curvature, timesTooHigh, type Descent } from '../curvature';
import type { Related } from '../finding';
import { findGrowth, isSettled, settledRatio, type Growth } from '../growth';
import { float32Max, overflowEpoch } from '../overflow';
import { roundDown } from '../round';
import type { Found, Rule } from '../rule';
import type { Training } from '../training';
import type { Remedy } from '../../script/remedy';
import type { Message } from '../../text/message';

/** The training loss grows without bound: with SGD the learning rate is above 2 / λmax. */
export const lossExploding: Rule = {
  code: 'loss.exploding',
  severity: 'error',
  about: 'run',
  *check({ run, training }) {
    if (!run) return;
    const curve = trainingLoss(run);
    if (!curve) return yield { reason: { id: 'skipped.no-loss' } };
    if (isAdversarialRun(run)) return yield { reason: { id: 'skipped.adversarial' } };
    const growth = findGrowth(curve.points);
    if (growth) yield explain(growth, training);
    else if (curve.points.length < 3) yield { reason: { id: 'skipped.few-epochs', args: { have: curve.points.length, need: 3 } } };
  },
};

interface Bound {
  readonly lambdaMax: number | null;
  readonly maxStableLearningRate: number | null;
  readonly timesTooHigh: number | null;
}

const noBound: Bound = { lambdaMax: null, maxStableLearningRate: null, timesTooHigh: null };

function explain(growth: Growth, training: Training): Found {
  const ratio = settledRatio(growth.ratios);
  const bound = boundOf(ratio, training);
  const overflow = overflowOf(growth, ratio, training);
  const assumed = assumptions(training, bound);
  return {
    message: messageOf(growth, ratio, bound, overflow, training),
    log: growth.start.value,
    ...(training.optimizerSpan && { script: training.optimizerSpan }),
    epoch: growth.start.epoch,
    evidence: {
      growthPerEpoch: ratio,
      settled: isSettled(growth.ratios) ? 1 : 0,
      lambdaMax: bound.lambdaMax,
      maxStableLearningRate: bound.maxStableLearningRate,
      timesTooHigh: bound.timesTooHigh,
      overflowEpoch: overflow,
      learningRate: training.learningRate?.value ?? null,
      momentum: training.momentum?.value ?? null,
      optimizer: training.optimizer ?? null,
      stepsPerEpoch: training.stepsPerEpoch?.value ?? null,
      batchSize: training.batchSize?.value ?? null,
      samples: training.samples?.value ?? null,
      assumed: assumed.join(', '),
      certainAtEpoch: growth.certain.epoch,
      firstLoss: growth.base.value.value,
      lastLoss: growth.last.value.value,
    },
    related: relatedOf(growth),
    remedies: remediesOf(bound),
    preferred: bound.maxStableLearningRate !== null && isSettled(growth.ratios),
  };
}

/** Numbers exist only where the loss alone determines them: descent, a constant rate, no clipping, known steps. */
function boundOf(ratio: number, training: Training): Bound {
  const { family, learningRate, stepsPerEpoch } = training;
  if (family === 'adaptive' || training.clipped || training.scheduled || !stepsPerEpoch) return noBound;
  const perStep = ratio ** (1 / stepsPerEpoch.value);
  const descent: Descent = { momentum: training.momentum?.value ?? 0, nesterov: training.nesterov };
  const times = timesTooHigh(perStep, descent);
  if (family === 'unknown' || !learningRate) return { ...noBound, timesTooHigh: times };
  return { ...curvature(learningRate.value, perStep, descent), timesTooHigh: times };
}

function overflowOf(growth: Growth, ratio: number, { samples }: Training): number | null {
  if (growth.overflows) return growth.last.epoch + 1;
  if (!(ratio > 1) || growth.last !== growth.peak || growth.last.value.value >= float32Max) return null;
  // Without a script the samples are unknown: a single batch of Keras' default size is assumed.
  return overflowEpoch(growth.last.epoch, growth.last.value.value, ratio, samples?.value ?? 32);
}

/** Names of the evidence that nobody wrote and the log does not show. */
function assumptions(training: Training, bound: Bound): string[] {
  const names: string[] = [];
  if (bound.lambdaMax !== null) {
    if (training.learningRate?.assumed) names.push('learningRate');
    if (training.momentum?.assumed ?? true) names.push('momentum');
  } else if (bound.timesTooHigh !== null) names.push('optimizer');
  if (training.samples?.assumed ?? true) names.push('batchSize');
  return names;
}

function messageOf(growth: Growth, ratio: number, bound: Bound, overflow: number | null, training: Training): Message {
  const args = {
    growth: ratio,
    overflow: overflow ?? '',
    first: growth.base.value.value,
    last: growth.last.value.value,
    optimizer: training.optimizer ?? '',
    steps: training.stepsPerEpoch?.value ?? '',
  };
  if (bound.maxStableLearningRate !== null && bound.lambdaMax !== null && training.learningRate) {
    const { value: learningRate, assumed } = training.learningRate;
    return {
      id: 'loss.exploding.bounded',
      args: {
        ...args,
        learningRate,
        byDefault: assumed ? 1 : 0,
        momentum: training.momentum?.value ?? 0,
        bound: bound.maxStableLearningRate,
        lambdaMax: bound.lambdaMax,
      },
    };
  }
  if (bound.timesTooHigh !== null) return { id: 'loss.exploding.factor', args: { ...args, times: bound.timesTooHigh } };
  return { id: training.family === 'adaptive' ? 'loss.exploding.adaptive' : 'loss.exploding.unbounded', args };
}

function relatedOf({ base, certain, last, peak }: Growth): Related[] {
  const at = (point: typeof base, id: string): Related => ({
    where: 'log',
    span: point.value,
    message: { id, args: { loss: point.value.value, epoch: point.epoch } },
  });
  const related = [at(base, 'related.growth-base'), at(certain, 'related.growth-certain')];
  if (peak !== certain) related.push(at(peak, 'related.growth-peak'));
  if (last !== peak && last !== certain) related.push(at(last, 'related.last-loss'));
  return related;
}

function remediesOf({ maxStableLearningRate }: Bound): Remedy[] {
  const lower: Remedy[] =
    maxStableLearningRate === null ? [] : [{ kind: 'learning-rate', value: roundDown(maxStableLearningRate / 2) }];
  return [...lower, { kind: 'clip-gradients', value: 1 }, { kind: 'adam' }];
}
