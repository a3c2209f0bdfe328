import type { Run } from '../../log/run';
import type { Remedy } from '../../script/remedy';
import type { Fit } from '../../script/script';
import type { Message } from '../../text/message';
import { isAdversarialRun, isValidation, trainingLoss } from '../curve';
import { curvature, largestStableRate, timesTooHigh, type Descent } from '../curvature';
import type { Related } from '../finding';
import { findExplosion, type Explosion } from '../explosion';
import { hasOneCurvature, isSettled, settledRatio, type Growth } from '../growth';
import { linearCurvature } from '../linear-model';
import { float32Max, overflowEpoch } from '../overflow';
import { roundDown } from '../round';
import type { Found, Rule } from '../rule';
import type { Training } from '../training';

/** The training loss grows without bound: with SGD the learning rate is above 2 / λmax. */
export const lossExploding: Rule = {
  code: 'loss.exploding',
  severity: 'error',
  about: 'run',
  *check({ run, fit, training }) {
    if (!run) return;
    const curve = trainingLoss(run);
    if (!curve) return yield { reason: { id: 'skipped.no-loss' } };
    if (isAdversarialRun(run)) return yield { reason: { id: 'skipped.adversarial' } };
    const explosion = findExplosion(run, curve);
    if (explosion) yield explain(explosion, asLogged(training, fit, explosion), run, curve.metric);
    else if (curve.points.length < 3) yield { reason: { id: 'skipped.few-epochs', args: { have: curve.points.length, need: 3 } } };
  },
};

/**
 * A script that was repaired after the log was made: where a linear model's curvature says that the written learning
 * rate cannot explode, the growth tells the one the log was made with. So a repair stays one when it is asked for again.
 */
function asLogged(training: Training, fit: Fit | undefined, { growth }: Explosion): Training {
  const { family, learningRate, stepsPerEpoch } = training;
  if (family !== 'descent' || !learningRate || training.scheduled || training.clipped || stepsPerEpoch?.value !== 1) return training;
  const lambdaMax = linearCurvature(fit);
  if (lambdaMax === undefined) return training;
  const descent: Descent = { momentum: training.momentum?.value ?? 0, nesterov: training.nesterov };
  const largest = largestStableRate(lambdaMax, descent);
  if (learningRate.value > largest) return training;
  return { ...training, learningRate: { value: largest * timesTooHigh(settledRatio(growth.ratios), descent), assumed: false } };
}

interface Bound {
  readonly growthPerEpoch: number | null;
  readonly lambdaMax: number | null;
  readonly maxStableLearningRate: number | null;
  /** Where few points or differing batches leave a range, its lower end; else the bound itself. */
  readonly maxStableLearningRateLow: number | null;
  readonly timesTooHigh: number | null;
}

function explain(explosion: Explosion, training: Training, run: Run, metric: string): Found {
  const { growth, unit } = explosion;
  const bound = boundOf(growth, unit, training);
  const overflow = overflowOf(growth, bound, training);
  const settled = isExact(growth, training);
  return {
    severity: training.sweep ? 'information' : 'error',
    message: messageOf(explosion, bound, overflow, training),
    log: growth.start.value,
    ...(training.optimizerSpan && { script: training.optimizerSpan }),
    epoch: growth.start.epoch,
    evidence: {
      metric,
      ...bound,
      settled: settled ? 1 : 0,
      overflowEpoch: overflow,
      learningRate: training.learningRate?.value ?? null,
      momentum: training.momentum?.value ?? null,
      optimizer: training.optimizer ?? null,
      stepsPerEpoch: training.stepsPerEpoch?.value ?? null,
      batchSize: training.batchSize?.value ?? null,
      samples: training.samples?.value ?? null,
      assumed: assumptions(training, bound).join(', '),
      certainAtEpoch: growth.certain.epoch,
      firstLoss: growth.base.value.value,
      lastLoss: growth.last.value.value,
    },
    related: [...relatedOf(growth), ...componentOf(run, metric, growth)],
    remedies: remediesOf(bound, training),
    preferred: bound.maxStableLearningRate !== null && settled,
  };
}

/** Numbers exist only where the loss alone determines them: descent, a constant rate, no clipping, known steps, one curvature. */
function boundOf(growth: Growth, unit: Explosion['unit'], training: Training): Bound {
  const { family, learningRate, stepsPerEpoch } = training;
  const ratio = settledRatio(growth.ratios);
  const steps = stepsPerEpoch?.value;
  const perStep = unit === 'step' ? ratio : steps === undefined ? undefined : ratio ** (1 / steps);
  const growthPerEpoch = unit === 'epoch' ? ratio : steps === undefined ? null : Math.min(ratio ** steps, Number.MAX_VALUE);
  const unknown: Bound = { growthPerEpoch, lambdaMax: null, maxStableLearningRate: null, maxStableLearningRateLow: null, timesTooHigh: null };
  const measurable = (growth.lasting || growth.ratios.length >= 3) && hasOneCurvature(growth, stepsPerRatio(unit, training));
  if (!measurable || family === 'adaptive' || training.clipped || training.scheduled || perStep === undefined) return unknown;
  const descent: Descent = { momentum: training.momentum?.value ?? 0, nesterov: training.nesterov };
  const times = timesTooHigh(perStep, descent);
  if (family === 'unknown' && growth.ratios.length < 2) return unknown; // one average over an unknown optimizer's setbacks
  if (family === 'unknown' || !learningRate) return { ...unknown, timesTooHigh: times };
  const { lambdaMax, maxStableLearningRate } = curvature(learningRate.value, perStep, descent);
  const maxStableLearningRateLow = maxStableLearningRate * certainty(growth, training);
  return { growthPerEpoch, lambdaMax, maxStableLearningRate, maxStableLearningRateLow, timesTooHigh: times };
}

const stepsPerRatio = (unit: Explosion['unit'], { stepsPerEpoch }: Training): number => (unit === 'step' ? 1 : (stepsPerEpoch?.value ?? 1));

function overflowOf(growth: Growth, { growthPerEpoch }: Bound, { samples }: Training): number | null {
  const { last, peak, overflow } = growth;
  if (overflow) return overflow.epoch;
  if (growthPerEpoch === null || !(growthPerEpoch > 1) || last !== peak || last.value.value >= float32Max) return null;
  // Without a script the samples are unknown: a single batch of Keras' default size is assumed.
  return overflowEpoch(last.epoch, last.value.value, growthPerEpoch, samples?.value ?? 32);
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

function messageOf({ growth, unit }: Explosion, bound: Bound, overflow: number | null, training: Training): Message {
  const args = {
    growth: bound.growthPerEpoch ?? '',
    overflow: overflow ?? '',
    first: growth.base.value.value,
    peak: growth.peak.value.value,
    last: growth.last.value.value,
    optimizer: training.optimizer ?? '',
    steps: training.stepsPerEpoch?.value ?? '',
  };
  if (bound.maxStableLearningRate !== null && bound.lambdaMax !== null && training.learningRate) {
    const { value: learningRate, assumed } = training.learningRate;
    const numbers = { bound: bound.maxStableLearningRate, low: bound.maxStableLearningRateLow ?? 0, lambdaMax: bound.lambdaMax, momentum: training.momentum?.value ?? 0 };
    return {
      id: isExact(growth, training) ? 'loss.exploding.bounded' : 'loss.exploding.roughly-bounded',
      args: { ...args, ...numbers, learningRate, byDefault: assumed ? 1 : 0 },
    };
  }
  if (bound.timesTooHigh !== null) return { id: 'loss.exploding.factor', args: { ...args, times: bound.timesTooHigh } };
  if (training.sweep) return { id: 'loss.exploding.sweep', args: { ...args, learningRate: training.learningRate?.value ?? '' } };
  if (!growth.lasting) return { id: 'loss.exploding.jump', args };
  if (training.clipped) return { id: 'loss.exploding.clipped', args };
  if (training.family === 'adaptive') return { id: 'loss.exploding.adaptive', args };
  if (training.scheduled) return { id: 'loss.exploding.scheduled', args };
  return { id: hasOneCurvature(growth, stepsPerRatio(unit, training)) ? 'loss.exploding.unbounded' : 'loss.exploding.accelerating', args };
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

/** The output whose own loss makes up most of the sum at the peak, in a model with several. */
function componentOf(run: Run, metric: string, { peak }: Growth): Related[] {
  const epoch = run.epochs.find(({ number }) => number === peak.epoch);
  const parts = [...(epoch?.metrics ?? [])].filter(([name]) => name !== metric && /_loss$/.test(name) && !isValidation(name));
  return parts
    .filter(([, { value }]) => value > 0.5 * peak.value.value)
    .map(([name, value]) => ({ where: 'log', span: value, message: { id: 'related.component', args: { metric: name, loss: value.value } } }));
}

/**
 * Heavy-ball momentum over batches that differ: their errors add up over 1 / (1 − β) steps and drive the growth too, so
 * that the bound, which knows one fixed curvature, is only an upper one.
 */
function addsUpBatches({ momentum, nesterov, stepsPerEpoch }: Training): boolean {
  return (momentum?.value ?? 0) > 0 && !nesterov && (stepsPerEpoch?.value ?? 1) > 1;
}

/**
 * The share of the bound that its error leaves. While several directions still grow, the ratios are too small and the
 * bound too high: measured on quadratics with spread spectra, by up to 1.75 from one or two ratios, 1.25 from nine.
 */
function certainty(growth: Growth, training: Training): number {
  if (addsUpBatches(training)) return Math.min(0.5, 1 - training.momentum!.value);
  if (isSettled(growth.ratios)) return 1;
  return growth.ratios.length <= 2 ? 1 / 1.75 : growth.ratios.length < 10 ? 1 / 1.25 : 1 / 1.12;
}

/** The growth has settled and one curvature explains it: the bound is a number, else only "at most about". */
function isExact(growth: Growth, training: Training): boolean {
  return isSettled(growth.ratios) && !addsUpBatches(training);
}

function remediesOf({ maxStableLearningRate }: Bound, training: Training): Remedy[] {
  const share = addsUpBatches(training) ? Math.min(0.5, 1 - training.momentum!.value) : 0.5;
  const lower: Remedy[] =
    maxStableLearningRate === null ? [] : [{ kind: 'learning-rate', value: roundDown(share * maxStableLearningRate) }];
  return [...lower, { kind: 'clip-gradients', value: 1 }, { kind: 'adam' }];
}
