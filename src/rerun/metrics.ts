/**
 * Metrics that a callback may watch, as Keras computes them (keras/src/metrics/accuracy_metrics.py, regression_metrics.py).
 * Weights of samples do not count here, masks do.
 */
import { fromLogits } from './logits';
import type { LossRows } from './losses';
import type { TrainingSpec } from './trace';

/** The metric of one row, from the prediction at `p` and the target at `t`. */
type RowMetric = (rows: LossRows, p: number, t: number) => number;

interface Metric {
  /** Which way is better. */
  readonly mode: 'max' | 'min';
  readonly row: RowMetric;
}

function meanOver(value: (prediction: number, target: number) => number): RowMetric {
  return ({ prediction, target, width }, p, t) => {
    let sum = 0;
    for (let i = 0; i < width; i++) sum += value(prediction[p + i]!, target[t + i]!);
    return sum / width;
  };
}

function largest(values: Float32Array, from: number, width: number): number {
  let at = 0;
  for (let i = 1; i < width; i++) if (values[from + i]! > values[from + at]!) at = i;
  return at;
}

const sparse: RowMetric = ({ prediction, target, width }, p, t) => Number(largest(prediction, p, width) === target[t]);
const categorical: RowMetric = ({ prediction, target, width }, p, t) => Number(largest(prediction, p, width) === largest(target, t, width));
const binary = (threshold: number): RowMetric => meanOver((p, t) => Number(Number(p > threshold) === t));

/** `accuracy` stands for the kind that fits the shapes (keras/src/trainers/compile_utils.py, `get_metric`). */
const accuracy = (threshold: number): RowMetric => {
  const yesOrNo = binary(threshold);
  return (rows, p, t) => (rows.width === 1 ? yesOrNo : rows.targetWidth === 1 ? sparse : categorical)(rows, p, t);
};

/** Names of Keras 2 and 3 for the same metric. */
const aliases: Readonly<Record<string, string>> = { acc: 'accuracy', mae: 'mean_absolute_error', mse: 'mean_squared_error' };

/**
 * The metric of a model with one output, by its name.
 * @returns undefined for one that is not computed here.
 */
export function metricOf(name: string, spec: Pick<TrainingSpec, 'backend' | 'layers' | 'outputs' | 'losses'>): Metric | undefined {
  if (spec.outputs.length !== 1) return undefined;
  // Where the loss is taken from the logits, predictions are logits, too.
  const logits = fromLogits(spec).losses[0] !== spec.losses[0];
  const threshold = logits ? 0 : 0.5;
  switch (aliases[name] ?? name) {
    case 'accuracy':
      return { mode: 'max', row: accuracy(threshold) };
    case 'binary_accuracy':
      return { mode: 'max', row: binary(threshold) };
    case 'categorical_accuracy':
      return { mode: 'max', row: categorical };
    case 'sparse_categorical_accuracy':
      return { mode: 'max', row: sparse };
    case 'mean_absolute_error':
      return logits ? undefined : { mode: 'min', row: meanOver((p, t) => Math.abs(p - t)) };
    case 'mean_squared_error':
      return logits ? undefined : { mode: 'min', row: meanOver((p, t) => (p - t) ** 2) };
    default:
      return undefined;
  }
}

/** Whether two names stand for one metric: Keras 2 printed `acc` for `accuracy`. */
export function isSameMetric(a: string, b: string, keras: 2 | 3): boolean {
  return a === b || (keras === 2 && (aliases[a] ?? a) === (aliases[b] ?? b));
}

/** The mean of a metric over the rows of many batches. */
export class MetricMean {
  readonly #metric: Metric;
  #total = 0;
  #count = 0;

  constructor(metric: Metric) {
    this.#metric = metric;
  }

  update(rows: LossRows): void {
    for (let index = 0; index < rows.rows; index++) {
      const weight = rows.mask?.[index] ?? 1;
      if (weight !== 0) this.#total += weight * this.#metric.row(rows, index * rows.width, index * rows.targetWidth);
      this.#count += weight;
    }
  }

  get result(): number {
    return this.#count === 0 ? 0 : Math.fround(this.#total / this.#count);
  }
}
