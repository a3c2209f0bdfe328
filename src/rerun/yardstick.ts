/** What a model must beat: the best that one constant prediction reaches on the same data, by the same loss. */
import { numberOf } from './keras-object';
import { lossOf } from './losses';
import { median } from './statistics';
import type { LossSpec, TrainingSpec } from './trace';
import type { Tensor } from '../script/script';

/**
 * Loss of the best constant predictor: the variance of the targets for squared errors, the mean distance from the
 * median for absolute ones, the entropy of the classes for crossentropies, and a search for losses that are the mean
 * of a convex function of each number. undefined for a loss where it is not known, and with several outputs.
 */
export function constantPredictorLoss(spec: TrainingSpec): number | undefined {
  const [loss, ...others] = Object.values(spec.losses);
  const [target] = spec.y;
  if (!loss || !target || others.length > 0 || spec.y.length !== 1 || spec.sampleWeights || loss.config.reduction === 'sum') return undefined;
  const smoothing = numberOf(loss.config.label_smoothing, 0);
  const columns = columnsOf(target);
  switch (loss.name) {
    case 'mean_squared_error':
      return mean(columns.map(variance));
    case 'mean_absolute_error':
      return mean(columns.map((column) => distanceFrom(column, median(column))));
    case 'binary_crossentropy':
      return mean(columns.map((column) => {
        const share = mean(column) * (1 - smoothing) + smoothing / 2;
        return entropy([share, 1 - share]);
      }));
    case 'categorical_crossentropy':
      return entropy(columns.map((column) => mean(column) * (1 - smoothing) + smoothing / columns.length));
    case 'sparse_categorical_crossentropy':
      return entropy(frequencies(target.data));
    case 'huber':
    case 'log_cosh':
    case 'mean_absolute_percentage_error':
    case 'mean_squared_logarithmic_error':
    case 'poisson':
      return mean(columns.map((column) => lowest(column, loss, spec.backend)));
    default:
      return undefined;
  }
}

/** The numbers of each place in the last axis. */
function columnsOf({ shape, data }: Tensor): number[][] {
  const width = shape.length < 2 ? 1 : shape.at(-1)!;
  const columns = Array.from({ length: width }, (): number[] => []);
  data.forEach((value, index) => columns[index % width]!.push(value));
  return columns;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function variance(values: readonly number[]): number {
  const centre = mean(values);
  return mean(values.map((value) => (value - centre) ** 2));
}

function distanceFrom(values: readonly number[], centre: number): number {
  return mean(values.map((value) => Math.abs(value - centre)));
}

function entropy(shares: readonly number[]): number {
  return shares.reduce((sum, share) => (share > 0 ? sum - share * Math.log(share) : sum), 0);
}

function frequencies(labels: Float64Array): number[] {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts.values()].map((count) => count / labels.length);
}

/** Golden-section search over the range of the targets, where the best constant of a convex loss lies. */
function lowest(column: readonly number[], spec: LossSpec, backend: TrainingSpec['backend']): number {
  const loss = lossOf(spec, backend);
  const target = Float32Array.from(column);
  const at = (constant: number): number =>
    loss({ prediction: new Float32Array(column.length).fill(constant), target, rows: column.length, width: 1, targetWidth: 1 });
  const golden = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [Infinity, -Infinity];
  for (const value of column) [low, high] = [Math.min(low, value), Math.max(high, value)];
  for (let step = 0; step < 50; step++) {
    const [left, right] = [high - golden * (high - low), low + golden * (high - low)];
    if (at(left) < at(right)) high = right;
    else low = left;
  }
  return at((low + high) / 2);
}
