import type { Epoch, Run, Value } from '../../log/run';
import type { Remedy } from '../../script/remedy';
import type { Fit } from '../../script/script';
import { isLoss, isValidation, trainingLoss, type Curve } from '../curve';
import { inputsOf, largestInput } from '../data';
import { findExplosion } from '../explosion';
import { roundDown } from '../round';
import type { Found, Rule } from '../rule';
import { largest } from '../series';
import type { Training } from '../training';

/** A loss is NaN or infinite. */
export const lossNan: Rule = {
  code: 'loss.nan',
  severity: 'error',
  about: 'run',
  *check({ run, fit, training }) {
    const first = run && firstNonFinite(run);
    if (first) yield explain(run, first, training, fit);
  },
};

/** The first loss of a run that is NaN or infinite. */
interface NonFiniteLoss {
  readonly metric: string;
  readonly value: Value;
  readonly epoch: Epoch;
  /** Index of the epoch in the run. */
  readonly at: number;
  /** Step inside the epoch, where it is known. */
  readonly step: number | undefined;
}

function firstNonFinite(run: Run): NonFiniteLoss | undefined {
  for (const [at, epoch] of run.epochs.entries()) {
    const inside = epoch.firstNonFinite;
    if (inside && isLoss(inside.metric)) return { metric: inside.metric, value: inside.value, epoch, at, step: inside.step };
    for (const [metric, value] of epoch.metrics) {
      if (isLoss(metric) && !Number.isFinite(value.value)) return { metric, value, epoch, at, step: undefined };
    }
  }
  return undefined;
}

/** What the place of the first NaN, the losses before and after it, and the optimizer say about the cause. */
type Cause =
  | 'sweep'
  | 'growth'
  | 'validation'
  | 'passing'
  | 'first-value'
  | 'first-epoch-descent'
  | 'first-epoch-adaptive'
  | 'first-epoch'
  | 'sudden-descent'
  | 'sudden';

const messages: Readonly<Record<Cause, string>> = {
  sweep: 'loss.nan.sweep',
  growth: 'loss.nan.growth',
  validation: 'loss.nan.validation',
  passing: 'loss.nan.passing',
  'first-value': 'loss.nan.first-value',
  'first-epoch-descent': 'loss.nan.first-epoch-descent',
  'first-epoch-adaptive': 'loss.nan.first-epoch-adaptive',
  'first-epoch': 'loss.nan.first-epoch',
  'sudden-descent': 'loss.nan.sudden-descent',
  sudden: 'loss.nan.sudden',
};

function causeOf(run: Run, first: NonFiniteLoss, training: Training, fit: Fit | undefined): Cause {
  if (training.sweep) return 'sweep';
  const curve = trainingLoss(run);
  if (curve && (findExplosion(run, curve) || largest(finiteBefore(curve, first)) >= huge)) return 'growth';
  const later = run.epochs.slice(first.at + 1).map(({ metrics }) => metrics.get(first.metric)?.value);
  if (later.some((value) => value !== undefined && Number.isFinite(value))) return 'passing';
  const sameEpoch = curve && first.epoch.metrics.get(curve.metric)?.value;
  if (isValidation(first.metric) && sameEpoch !== undefined && Number.isFinite(sameEpoch)) return 'validation';
  if (first.at > 0 || first.epoch.number > 1) {
    const explodesInside = training.family === 'descent' && (training.stepsPerEpoch?.value ?? 1) > 1;
    return explodesInside ? 'sudden-descent' : 'sudden';
  }
  if (first.step !== undefined && first.step <= 1) return 'first-value';
  if (training.stepsPerEpoch?.value === 1 && first.step === undefined) return 'first-value';
  if (training.family === 'adaptive') return 'first-epoch-adaptive';
  return training.family === 'descent' && isDaring(training, fit) ? 'first-epoch-descent' : 'first-epoch';
}

/** No loss of a network that learns is near this, whatever its unit: only growth brings one there. */
const huge = 1e15;

function finiteBefore({ points }: Curve, { epoch }: NonFiniteLoss): number[] {
  return points.filter((point) => point.epoch < epoch.number && Number.isFinite(point.value.value)).map(({ value }) => value.value);
}

/** SGD at a learning rate, or on inputs, that often explode within an epoch. */
function isDaring({ learningRate }: Training, fit: Fit | undefined): boolean {
  const inputs = inputsOf(fit);
  return (learningRate?.value ?? 0) >= 0.1 || (inputs !== undefined && largestInput(inputs) > 10);
}

function explain(run: Run, first: NonFiniteLoss, training: Training, fit: Fit | undefined): Found {
  const cause = causeOf(run, first, training, fit);
  const previous = run.epochs[first.at - 1];
  const before = previous?.metrics.get(first.metric);
  const atMost = cause === 'first-epoch-descent' ? boundOfOverflow(training) : undefined;
  const blamesRate = cause === 'growth' || cause === 'first-epoch-descent' || cause === 'sudden-descent';
  return {
    severity: cause === 'sweep' ? 'information' : cause === 'passing' ? 'warning' : 'error',
    message: { id: messages[cause], args: { metric: first.metric, value: first.value.value, epoch: first.epoch.number } },
    log: first.value,
    ...(blamesRate && training.optimizerSpan && { script: training.optimizerSpan }),
    epoch: first.epoch.number,
    evidence: {
      metric: first.metric,
      value: String(first.value.value),
      cause,
      step: first.step ?? null,
      optimizer: training.optimizer ?? null,
      learningRate: training.learningRate?.value ?? null,
      maxStableLearningRateAtMost: atMost ?? null,
      lastFiniteLoss: before?.value ?? null,
    },
    related: before
      ? [{ where: 'log', span: before, message: { id: 'related.last-finite', args: { loss: before.value, epoch: previous!.number } } }]
      : [],
    remedies: remediesOf(cause, atMost),
  };
}

/**
 * To overflow float32 from a loss near 1 within S steps, the loss has to grow by exp(88.72 / S) a step, so the largest
 * stable learning rate of plain SGD is at most 2η / (1 + exp(44.36 / S)). For many steps that is hardly below η itself.
 */
function boundOfOverflow({ learningRate, stepsPerEpoch, momentum }: Training): number | undefined {
  if (!learningRate || !stepsPerEpoch || (momentum?.value ?? 0) !== 0) return undefined;
  return (2 * learningRate.value) / (1 + Math.exp(44.36 / stepsPerEpoch.value));
}

function remediesOf(cause: Cause, atMost: number | undefined): Remedy[] {
  const terminate: Remedy = { kind: 'callback', value: 'TerminateOnNaN' };
  switch (cause) {
    case 'first-epoch-descent': {
      const lower: Remedy[] = atMost === undefined ? [] : [{ kind: 'learning-rate', value: roundDown(atMost / 2) }];
      return [...lower, { kind: 'clip-gradients', value: 1 }, { kind: 'adam' }];
    }
    case 'sudden-descent':
      return [{ kind: 'clip-gradients', value: 1 }, { kind: 'adam' }, terminate];
    case 'growth':
    case 'sweep':
    case 'passing':
    case 'validation':
      return [];
    case 'first-value':
    case 'first-epoch-adaptive':
    case 'first-epoch':
    case 'sudden':
      return [terminate];
  }
}
