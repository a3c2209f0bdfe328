/** The curves of a run: which printed metric is the training loss, and its values epoch by epoch. */
import type { Epoch, Run, Value } from '../log/run';

/** One epoch's value of one metric, or the mean over a stretch of steps inside an epoch. */
export interface Point {
  /** Printed number of the epoch. */
  readonly epoch: number;
  /** Where on the curve's axis: the number of the epoch, or the middle of the stretch of steps. */
  readonly at: number;
  readonly value: Value;
}

/** A metric over the epochs that print it, in the order of the log. */
export interface Curve {
  readonly metric: string;
  readonly points: readonly Point[];
}

/**
 * Losses whose rise is part of the design: the parts of a generative adversarial network train against each other.
 */
const adversarial = /^(?:g|d|gen|disc|dis|gan|adv|critic|actor|policy)(?:erator|riminator|ersarial)?(?:[\d_\s]|$)|gen(?:erator)?[_\s]?loss|disc(?:riminator)?[_\s]?loss/i;

const trainingLossNames = ['loss', 'train_loss', 'training_loss', 'train loss', 'training loss', 'loss_train', 'Loss', 'train/loss'];

export const isValidation = (metric: string): boolean => /^(?:val|valid|validation|eval|test)(?:[_\s/-]|$)/i.test(metric);

export const isLoss = (metric: string): boolean => /loss|^cost$/i.test(metric);

const isAdversarial = (metric: string): boolean => adversarial.test(metric);

/** True if the run trains networks against each other: rising losses are not alarms there. */
export function isAdversarialRun(run: Run): boolean {
  return [...curvesOf(run).keys()].filter(isAdversarial).length >= 2;
}

const drawn = new WeakMap<Run, ReadonlyMap<string, Curve>>();

/**
 * All metrics of a run with their values in the epochs that were finished; the last, cut epoch is left out. Drawn once
 * for each run object: whoever lets a run grow in place hands over a copy to have it drawn again.
 */
export function curvesOf(run: Run): ReadonlyMap<string, Curve> {
  const before = drawn.get(run);
  if (before) return before;
  const points = new Map<string, Point[]>();
  for (const { metrics, number, complete } of run.epochs) {
    for (const [metric, value] of metrics) {
      const known = points.get(metric) ?? [];
      points.set(metric, known);
      if (complete) known.push({ epoch: number, at: number, value });
    }
  }
  const curves = new Map([...points].map(([metric, known]) => [metric, { metric, points: known }]));
  drawn.set(run, curves);
  return curves;
}

/**
 * Mean loss on the stretches between the progress-bar updates of one epoch. Keras prints the running mean M since the
 * epoch began, so the mean over the steps (k₁, k₂] is (k₂M₂ − k₁M₁) / (k₂ − k₁). Stretches whose mean is lost in the
 * rounding of the printed numbers (four decimals, float32) are left out.
 */
export function stretchesOf(epoch: Epoch, metric: string): Curve {
  const points: Point[] = [];
  let before = { step: 0, mean: 0 };
  for (const { step, metrics } of epoch.updates) {
    const value = metrics.get(metric);
    if (!value || step <= before.step) continue;
    const now = { step, mean: value.value };
    const steps = step - before.step;
    const mean = (now.step * now.mean - before.step * before.mean) / steps;
    const rounding = ((5e-5 + 6e-8 * Math.abs(now.mean)) * (now.step + before.step)) / steps;
    if (!(Math.abs(mean) <= 4 * rounding)) {
      points.push({ epoch: epoch.number, at: (now.step + before.step) / 2, value: { ...value, value: mean } });
    }
    if (!Number.isFinite(now.mean)) break;
    before = now;
  }
  return { metric, points };
}

/** The metric that the optimizer minimises, as far as its name tells; undefined where no name does. */
export function trainingLoss(run: Run): Curve | undefined {
  const curves = curvesOf(run);
  const name =
    trainingLossNames.find((known) => curves.has(known)) ??
    [...curves.keys()].find((metric) => isLoss(metric) && !isValidation(metric) && !isAdversarial(metric));
  return name === undefined ? undefined : curves.get(name);
}

/** The validation twin of the training loss, where it is printed. */
export function validationLoss(run: Run): Curve | undefined {
  const curves = curvesOf(run);
  const name =
    ['val_loss', 'valid_loss', 'validation_loss', 'eval_loss', 'test_loss'].find((known) => curves.has(known)) ??
    [...curves.keys()].find((metric) => isValidation(metric) && isLoss(metric));
  return name === undefined ? undefined : curves.get(name);
}

/** Accuracies of the training data: `accuracy`, `acc`, `binary_accuracy`, `dense_1_accuracy`, … */
export function accuracies(run: Run): Curve[] {
  return [...curvesOf(run).values()].filter(({ metric }) => /(?:^|[_\s])acc(?:uracy)?$/i.test(metric) && !isValidation(metric));
}
