/** What a model must beat: the best that one constant prediction reaches on the same data, by the same loss. */
import type { TrainingSpec } from './trace';
import type { Tensor } from '../script/script';
import { median } from './statistics';

/**
 * Loss of the best constant predictor: the variance of the targets for squared errors, the mean distance from the
 * median for absolute ones. undefined for a loss where it is not known.
 */
export function constantPredictorLoss(spec: TrainingSpec): number | undefined {
  const losses = Object.values(spec.losses);
  if (losses.length !== 1 || spec.y.length !== 1) return undefined;
  const columns = columnsOf(spec.y[0]!);
  switch (losses[0]!.name) {
    case 'mean_squared_error':
      return mean(columns.map(variance));
    case 'mean_absolute_error':
      return mean(columns.map((column) => mean(column.map((value) => Math.abs(value - median(column))))));
    default:
      return undefined;
  }
}

function columnsOf({ shape, data }: Tensor): number[][] {
  const width = data.length / (shape[0] ?? 1);
  return Array.from({ length: width }, (_, column) =>
    Array.from({ length: shape[0] ?? 0 }, (_, row) => data[row * width + column]!),
  );
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function variance(values: readonly number[]): number {
  const centre = mean(values);
  return mean(values.map((value) => (value - centre) ** 2));
}
