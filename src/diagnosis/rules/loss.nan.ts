import type { Epoch, Run, Value } from '../../log/run';
import { isLoss, trainingLoss } from '../curve';
import { findGrowth } from '../growth';
import type { Found, Rule } from '../rule';
import type { Training } from '../training';
import type { Remedy } from '../../script/remedy';

/** A loss is NaN or infinite. */
export const lossNan: Rule = {
  code: 'loss.nan',
  severity: 'error',
  about: 'run',
  *check({ run, training }) {
    if (!run) return;
    const first = firstNonFinite(run);
    if (first) yield explain(run, first, training);
  },
};

/** The first loss of a run that is NaN or infinite. */
export interface NonFiniteLoss {
  readonly metric: string;
  readonly value: Value;
  readonly epoch: Epoch;
  /** Index of the epoch in the run. */
  readonly at: number;
  /** Step inside the epoch, where it is known. */
  readonly step: number | undefined;
}

export function firstNonFinite(run: Run): NonFiniteLoss | undefined {
  for (const [at, epoch] of run.epochs.entries()) {
    const inside = epoch.firstNonFinite;
    if (inside && isLoss(inside.metric)) {
      return { metric: inside.metric, value: inside.value, epoch, at, step: inside.step };
    }
    for (const [metric, value] of epoch.metrics) {
      if (isLoss(metric) && !Number.isFinite(value.value)) return { metric, value, epoch, at, step: undefined };
    }
  }
  return undefined;
}

/** What the shape before the first NaN, and the optimizer, say about the cause; and the message that says so. */
const causes = {
  growth: 'loss.nan.growth',
  'first-value': 'loss.nan.first-value',
  'first-epoch-descent': 'loss.nan.first-epoch-descent',
  'first-epoch': 'loss.nan.first-epoch',
  sudden: 'loss.nan.sudden',
} as const;

type Cause = keyof typeof causes;

function causeOf(run: Run, first: NonFiniteLoss, training: Training): Cause {
  const curve = trainingLoss(run);
  if (curve && findGrowth(curve.points)) return 'growth';
  if (first.at > 0) return 'sudden';
  const steps = training.stepsPerEpoch?.value;
  if (steps === 1 || (first.step !== undefined && first.step <= 1)) return 'first-value';
  return training.family === 'descent' && (training.learningRate?.value ?? 0) >= 0.1 ? 'first-epoch-descent' : 'first-epoch';
}

function explain(run: Run, first: NonFiniteLoss, training: Training): Found {
  const cause = causeOf(run, first, training);
  const previous = run.epochs[first.at - 1]?.metrics.get(first.metric);
  return {
    message: {
      id: causes[cause],
      args: { metric: first.metric, value: first.value.value, epoch: first.epoch.number, optimizer: training.optimizer ?? '' },
    },
    log: first.value,
    ...(training.optimizerSpan && (cause === 'growth' || cause === 'first-epoch-descent') && { script: training.optimizerSpan }),
    epoch: first.epoch.number,
    evidence: {
      metric: first.metric,
      value: String(first.value.value),
      cause,
      step: first.step ?? null,
      optimizer: training.optimizer ?? null,
      learningRate: training.learningRate?.value ?? null,
      lastFiniteLoss: previous?.value ?? null,
    },
    related: previous
      ? [{ where: 'log', span: previous, message: { id: 'related.last-finite', args: { loss: previous.value, epoch: first.epoch.number - 1 } } }]
      : [],
    remedies: remediesOf(cause),
  };
}

function remediesOf(cause: Cause): Remedy[] {
  return cause === 'growth' || cause === 'first-epoch-descent' ? [{ kind: 'clip-gradients', value: 1 }, { kind: 'adam' }] : [];
}
