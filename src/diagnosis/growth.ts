/** Finds sustained growth in a loss curve: when it starts, how fast it is, and when that is certain. */
import type { Point } from './curve';

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
  /** Ratios of neighbouring epochs from `base` to the peak of the unbroken rise, oldest first. */
  readonly ratios: readonly number[];
  /** NaN or infinity follows directly. */
  readonly overflows: boolean;
}

/** A loss ten times its best is outside what minibatch noise does to an epoch's mean. */
const farAboveBest = 10;
/** … and it must have lost the ground it had gained, so that a spike after a long fall is not a divergence. */
const aboveFirst = 3;

/**
 * The growth that a run ends in, or undefined. A loss that came back below three times its start is not diverging:
 * short growth happens to healthy runs at large learning rates (the "catapult", arXiv 2003.02218).
 *
 * @param points in the order of the log; values may be NaN or infinite
 */
export function findGrowth(points: readonly Point[]): Growth | undefined {
  const firstBroken = points.findIndex(({ value }) => !Number.isFinite(value.value));
  const finite = firstBroken < 0 ? points : points.slice(0, firstBroken);
  const overflows = firstBroken >= 0;
  const values = finite.map(({ value }) => value.value);
  const first = values[0];
  if (first === undefined || first <= 0 || values.length < (overflows ? 2 : 3)) return undefined;

  const certainAt = values.findIndex((_, at) => isCertain(values, at, overflows));
  if (certainAt < 0) return undefined;
  const lastAt = values.length - 1;
  const low = lowest(values, certainAt);
  if (!overflows && values[lastAt]! < aboveFirst * first && !risesSteadily(values, lastAt)) return undefined;

  let top = certainAt;
  while (top < lastAt && values[top + 1]! > values[top]!) top++;
  let bottom = top;
  while (bottom > low && values[bottom - 1]! < values[bottom]!) bottom--;
  const peak = values.indexOf(Math.max(...values.slice(certainAt)), certainAt);
  return {
    base: finite[bottom]!,
    start: finite[bottom + 1]!,
    certain: finite[certainAt]!,
    peak: finite[peak]!,
    last: finite[lastAt]!,
    ratios: values.slice(bottom + 1, top + 1).map((value, at) => value / values[bottom + at]!),
    overflows: overflows && top === lastAt,
  };
}

function lowest(values: readonly number[], end: number): number {
  let low = 0;
  for (let at = 1; at < end; at++) if (values[at]! <= values[low]!) low = at;
  return low;
}

function isCertain(values: readonly number[], at: number, overflows: boolean): boolean {
  if (at < 1) return false;
  const far = (value: number, before: number): boolean => {
    const best = values[lowest(values, before)]!;
    return best >= 0 && value >= farAboveBest * best && value >= aboveFirst * values[0]!;
  };
  if (overflows && at === values.length - 1 && far(values[at]!, at)) return true;
  if (at < 2) return false;
  const risesTwice = values[at]! > values[at - 1]! && values[at - 1]! > values[at - 2]!;
  const stays = far(values[at]!, at - 1) && far(values[at - 1]!, at - 1);
  return (far(values[at]!, at) && risesTwice) || stays || risesSteadily(values, at);
}

/** Epochs that a steady rise takes, and how much all of it must be. */
const steadyEpochs = 4;
const steadyFactor = 2;

/**
 * Geometric growth: at least four rises in a row whose rates agree within a quarter, twice the start and the best
 * in all. Noise does not keep a rate.
 */
function risesSteadily(values: readonly number[], at: number): boolean {
  if (at < steadyEpochs) return false;
  const rates = Array.from({ length: steadyEpochs }, (_, back) => Math.log(values[at - back]! / values[at - back - 1]!));
  const slowest = Math.min(...rates);
  const fastest = Math.max(...rates);
  return (
    slowest > 0.75 * fastest &&
    slowest > 0 &&
    values[at]! >= steadyFactor * values[0]! &&
    values[at]! >= steadyFactor * values[lowest(values, at)]!
  );
}

/**
 * The growth per epoch that the ratios settle on. Early ratios still mix slower directions and are too small
 * (never too large), so the largest of the last three is nearest to the truth.
 */
export function settledRatio(ratios: readonly number[]): number {
  return Math.max(...ratios.slice(-3));
}

/** True if the ratios no longer rise: the fastest direction alone is left, and the estimate is exact. */
export function isSettled(ratios: readonly number[]): boolean {
  const last = ratios.slice(-3);
  return last.length >= 2 && Math.max(...last) <= 1.01 * Math.min(...last);
}
