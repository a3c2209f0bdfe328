/** Finds sustained growth in a loss curve: when it starts, how fast it is, and when that is certain. */
import type { Point } from './curve';
import { largest } from './series';

export interface Growth {
  /** The lowest point before the growth: the loss rises from here. */
  readonly base: Point;
  /** The first point above it. */
  readonly start: Point;
  /** The point at which the evidence sufficed. */
  readonly certain: Point;
  /** The highest finite point. */
  readonly peak: Point;
  /** The last finite point. */
  readonly last: Point;
  /**
   * Growth per epoch (or step: the unit of `Point.at`) between neighbours of the unbroken rise from `base`, oldest first;
   * the average alone where the rise has setbacks.
   */
  readonly ratios: readonly number[];
  /** The NaN or infinity that follows directly. */
  readonly overflow: Point | undefined;
  /** The last loss is still near the highest: the growth did not come to an end by itself. */
  readonly lasting: boolean;
}

/** A loss ten times its best is outside what minibatch noise does to an epoch's mean. */
export const farAboveBest = 10;
/** … and it must have lost the ground it had gained, so that a spike after a long fall is not a divergence. */
export const aboveFirst = 3;

/**
 * The growth that a run ends in, or undefined. A loss that came back below three times its start is not diverging:
 * short growth happens to healthy runs at large learning rates (the "catapult", arXiv 2003.02218).
 *
 * @param points in the order of the log; values may be NaN or infinite
 */
export function findGrowth(points: readonly Point[]): Growth | undefined {
  const broken = points.findIndex(({ value }) => !Number.isFinite(value.value));
  const finite = broken < 0 ? points : points.slice(0, broken);
  const values = finite.map(({ value }) => value.value);
  const first = values[0];
  if (first === undefined || first <= 0 || values.length < (broken < 0 ? 3 : 2)) return undefined;

  const best = lowestBefore(values);
  const certain = values.findIndex((_, at) => isCertain(values, best, at, broken >= 0));
  if (certain < 0) return undefined;
  const last = values.length - 1;
  if (broken < 0 && values[last]! < aboveFirst * first && !risesSteadily(values, best, last)) return undefined;

  // The unbroken rise around the point of certainty, or before it where the loss has stopped rising but stays high.
  let top = values[certain]! > values[certain - 1]! ? certain : certain - 1;
  while (top < last && values[top + 1]! > values[top]!) top++;
  let bottom = top;
  while (bottom > 0 && values[bottom - 1]! < values[bottom]!) bottom--;
  const peak = values.indexOf(largest(values.slice(bottom)), bottom);
  // Growth with setbacks, as of differing batches: only its average over all of it says how fast it is.
  const unbroken = top === last || values[top]! * 2 >= values[peak]!;
  return {
    base: finite[bottom]!,
    start: finite[bottom + 1]!,
    certain: finite[certain]!,
    peak: finite[peak]!,
    last: finite[last]!,
    ratios: unbroken
      ? finite.slice(bottom + 1, top + 1).map((point, at) => ratioPerUnit(finite[bottom + at]!, point))
      : [ratioPerUnit(finite[bottom]!, finite[peak]!)],
    overflow: top === last ? points[broken] : undefined,
    lasting: top === last || values[last]! * 2 >= values[peak]!,
  };
}

function ratioPerUnit(before: Point, after: Point): number {
  const gap = after.at - before.at;
  return (after.value.value / before.value.value) ** (1 / (gap > 0 ? gap : 1));
}

/** The lowest value before each index; infinite before the first. */
function lowestBefore(values: readonly number[]): number[] {
  let low = Infinity;
  return values.map((value) => {
    const before = low;
    low = Math.min(low, value);
    return before;
  });
}

function isCertain(values: readonly number[], best: readonly number[], at: number, overflows: boolean): boolean {
  if (at < 1) return false;
  const far = (value: number, before: number): boolean =>
    before >= 0 && value >= farAboveBest * before && value >= aboveFirst * values[0]!;
  if (overflows && at === values.length - 1 && far(values[at]!, best[at]!)) return true;
  if (at < 2) return false;
  const risesTwice = values[at]! > values[at - 1]! && values[at - 1]! > values[at - 2]!;
  const stays = far(values[at]!, best[at - 1]!) && far(values[at - 1]!, best[at - 1]!);
  return (far(values[at]!, best[at]!) && risesTwice) || stays || risesSteadily(values, best, at);
}

/** Epochs that a steady rise takes, and how much all of it must be. */
const steadyEpochs = 4;
const steadyFactor = 2;

/**
 * Geometric growth: at least four rises in a row whose rates agree within a quarter, twice the start and the best
 * in all. Noise does not keep a rate.
 */
function risesSteadily(values: readonly number[], best: readonly number[], at: number): boolean {
  if (at < steadyEpochs || !(best[at]! > 0)) return false;
  const rates = Array.from({ length: steadyEpochs }, (_, back) => Math.log(values[at - back]! / values[at - back - 1]!));
  const slowest = Math.min(...rates);
  return (
    slowest > 0 &&
    slowest > 0.75 * Math.max(...rates) &&
    values[at]! >= steadyFactor * values[0]! &&
    values[at]! >= steadyFactor * best[at]!
  );
}

/**
 * The growth per epoch that the ratios settle on. Early ratios still mix slower directions and are too small
 * (never too large), so the largest of the last three is nearest to the truth.
 */
export function settledRatio(ratios: readonly number[]): number {
  return Math.max(...ratios.slice(-3));
}

/** The part that the fastest direction has of a start's loss, at least: float32 rounds weights, whose squares the loss has, to 2⁻²⁴. */
const smallestShare = 2 ** -48;
/** A curvature that grows by less than that leaves a bound that is low, but of use: suggestions from networks of tanh units hold. */
const mostCurvatureGrowth = 1000;

/**
 * True if one fixed curvature may explain the growth. On a quadratic the fastest direction grows by the same ratio from
 * the first step on, so the last loss taken back at that ratio is what it had at the start. Less than any start can have
 * means that the curvature itself grows, as in deep networks, whose loss is a polynomial of high degree in the weights;
 * it goes with the square root of the ratio.
 *
 * @param steps that a ratio is over: of an epoch, or 1
 */
export function hasOneCurvature({ ratios }: Growth, steps: number): boolean {
  if (isSettled(ratios)) return true;
  const settled = settledRatio(ratios);
  const share = ratios.reduce((product, ratio) => product * (ratio / settled), 1);
  return share >= smallestShare || (settled / ratios[0]!) ** (1 / steps) < mostCurvatureGrowth ** 2;
}

/** True if the ratios no longer rise: the fastest direction alone is left, and the estimate is exact. */
export function isSettled(ratios: readonly number[]): boolean {
  const last = ratios.slice(-3);
  return last.length >= 2 && Math.max(...last) <= 1.01 * Math.min(...last);
}
