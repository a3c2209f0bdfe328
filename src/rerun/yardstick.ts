/** What a model must beat: the best that one constant prediction reaches on the same data, by the same loss. */
import { columnsOf, weightedMean } from '../diagnosis/data';
import { constantEntropy } from '../diagnosis/fingerprints';
import { mean } from '../diagnosis/series';
import { numberOf } from './keras-object';
import { lossOf } from './losses';
import type { LayerSpec, LossSpec, TrainingSpec } from './trace';
import type { Tensor } from '../script/script';

/**
 * Loss of the best constant predictor: the variance of the targets for squared errors, the entropy of the classes for
 * crossentropies, and a search for losses that are the mean of a convex function of each number; of several outputs
 * the sum, with the weights of the script. Weights of samples count as they do in the loss.
 * @returns undefined where a loss has none that is known, where masks leave out a part of the targets, and where more than losses
 * of predictions is made smaller.
 */
export function constantPredictorLoss({ losses, terms, y, sampleWeights, backend, layers }: TrainingSpec): number | undefined {
  if (terms || losses.length === 0 || losses.length !== y.length) return undefined;
  let total = 0;
  for (const [index, loss] of losses.entries()) {
    const target = y[index]!;
    if (loss.config.reduction === 'sum' || (target.shape.length > 2 && layers.some(isMasking))) return undefined;
    const own = constantLoss(loss, target, sampleWeights, backend);
    if (own === undefined) return undefined;
    total += own * (loss.weight ?? 1);
  }
  return total;
}

/**
 * Loss of a perfect prediction: zero, but for Poisson's (prediction − target · ln prediction), which has no zero of its
 * own and may be negative. Labels that are smoothed or are no shares of one class are not predicted perfectly by
 * anybody; their entropy is not counted here.
 */
export function leastLoss({ losses, y, sampleWeights, backend }: Pick<TrainingSpec, 'losses' | 'y' | 'sampleWeights' | 'backend'>): number {
  return losses.reduce((total, loss, index) => {
    if (loss.name !== 'poisson') return total;
    const target = Float32Array.from(y[index]!.data);
    const weights = sampleWeights && { weights: Float32Array.from(sampleWeights) };
    const rows = y[index]!.shape[0]!;
    const width = target.length / rows;
    return total + (loss.weight ?? 1) * lossOf(loss, backend)({ prediction: target, target, rows, width, targetWidth: width, ...weights });
  }, 0);
}

const isMasking = ({ className, config }: LayerSpec): boolean => className === 'Masking' || config.mask_zero === true;

function constantLoss(loss: LossSpec, target: Tensor, sampleWeights: Float64Array | undefined, backend: TrainingSpec['backend']): number | undefined {
  const columns = columnsOf(target);
  const rows = columns[0]!.length;
  const weights = sampleWeights && Float64Array.from({ length: rows }, (_, row) => sampleWeights[Math.floor((row * sampleWeights.length) / rows)]!);
  const weight = weights ? mean([...weights]) : 1;
  switch (loss.name) {
    case 'mean_squared_error':
      return weight * mean(columns.map((column) => {
        const centre = weightedMean(column, sampleWeights);
        return weightedMean(column.map((value) => (value - centre) ** 2), sampleWeights);
      }));
    case 'binary_crossentropy':
    case 'categorical_crossentropy':
    case 'sparse_categorical_crossentropy':
      return constantEntropy(loss.name, target, { weights: sampleWeights, smoothing: numberOf(loss.config.label_smoothing, 0) });
    case 'mean_absolute_error':
      return weight * mean(columns.map((column) => {
        const centre = weightedMedian(column, weights);
        return weightedMean(column.map((value) => Math.abs(value - centre)), sampleWeights);
      }));
    case 'huber':
    case 'log_cosh':
    case 'mean_absolute_percentage_error':
    case 'mean_squared_logarithmic_error':
    case 'poisson':
      return mean(columns.map((column) => lowest(column, loss, weights, backend)));
    default:
      return undefined;
  }
}

/** A value with half the weight on either side. */
function weightedMedian(values: readonly number[], weights: Float64Array | undefined): number {
  const order = values.map((value, row) => ({ value, weight: weights?.[row] ?? 1 })).sort((a, b) => a.value - b.value);
  let rest = order.reduce((sum, { weight }) => sum + weight, 0) / 2;
  for (const { value, weight } of order) {
    rest -= weight;
    if (rest <= 0) return value;
  }
  return NaN;
}

/** Golden-section search over the range of the targets, where the best constant of a convex loss lies. */
function lowest(column: readonly number[], spec: LossSpec, weights: Float64Array | undefined, backend: TrainingSpec['backend']): number {
  const loss = lossOf(spec, backend);
  const rows = { target: Float32Array.from(column), rows: column.length, width: 1, targetWidth: 1, ...(weights && { weights: Float32Array.from(weights) }) };
  const at = (constant: number): number => loss({ ...rows, prediction: new Float32Array(column.length).fill(constant) });
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
