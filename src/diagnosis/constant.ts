import type { Run } from '../log/run';
import type { Fit } from '../script/script';
import { accuracies, trainingLoss, type Curve } from './curve';
import { sampleWeightsOf, targetsOf } from './data';
import { bestConstantLoss } from './fingerprints';
import { mean, relativeRange } from './series';
import type { Training } from './training';

/** A loss that has not moved since the first epoch. */
export interface ConstantLoss {
  readonly curve: Curve;
  /** Mean over the epochs. */
  readonly loss: number;
  readonly relativeRange: number;
  /** Mean training accuracy, where one is printed. */
  readonly accuracy: number | undefined;
}

/** Half a per cent over the whole run: below what any learning shows, above the noise of most minibatches. */
const unmoved = 0.005;
const fewestEpochs = 5;
/** A handful of full-batch steps moves nothing in a healthy run either. */
const fewestSteps = 10;

/**
 * The training loss of a run that learned nothing; undefined where it moved, where it is too early to say, or where
 * there was nothing left to learn (a continued run, an accuracy of 0.95, a loss near zero, or one that fell in the first epoch).
 */
export function constantLoss(run: Run, training: Training, fit: Fit | undefined): ConstantLoss | undefined {
  const { stepsPerEpoch } = training;
  const curve = trainingLoss(run);
  if (!curve || curve.points.length < fewestEpochs || run.epochs[0]!.number > 1) return undefined;
  if (stepsPerEpoch && stepsPerEpoch.value * curve.points.length < fewestSteps) return undefined;
  const values = curve.points.map(({ value }) => value.value);
  if (!values.every(Number.isFinite)) return undefined;
  const range = relativeRange(values);
  const accuracy = accuracies(run)[0]?.points.map(({ value }) => value.value);
  if (range >= unmoved || Math.abs(mean(values)) <= 0.05) return undefined;
  if (accuracy && accuracy.length > 0 && (Math.max(...accuracy.slice(-5)) >= 0.95 || risen(accuracy))) return undefined;
  if (fellAtFirst(run, curve) || beatsConstant(mean(values), training, fit)) return undefined;
  return { curve, loss: mean(values), relativeRange: range, accuracy: accuracy && accuracy.length > 0 ? mean(accuracy) : undefined };
}

/** An accuracy that rises under a flat loss is learning: some losses sum over many terms of which few move. */
function risen(accuracy: readonly number[]): boolean {
  const third = Math.ceil(accuracy.length / 3);
  return mean(accuracy.slice(-third)) - mean(accuracy.slice(0, third)) >= 0.02;
}

/** Below what noise does to a mean over some batches. */
const fallen = 0.9;

/** The progress bar shows that the first epoch began far above where it ended: the rest is what noise leaves. */
function fellAtFirst({ epochs }: Run, { metric, points }: Curve): boolean {
  const start = epochs[0]!.updates[0]?.metrics.get(metric)?.value;
  return start !== undefined && points[1]!.value.value <= fallen * start;
}

/** No better than any constant answer, give or take what the printed digits and a validation split leave open. */
const better = 0.98;

/** The loss is below that of every constant answer: the model learned, if only as much as noise allows. */
function beatsConstant(loss: number, { lossName, labelSmoothing }: Training, fit: Fit | undefined): boolean {
  if (sampleWeightsOf(fit) !== 'equal' || labelSmoothing !== 0) return false;
  const constant = bestConstantLoss(lossName, targetsOf(fit));
  return constant !== undefined && loss < better * constant;
}
