/** Small statistics over the values of a curve. */

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The value below which `share` of the values lie, of those that occur. */
export function quantile(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(share * (values.length - 1))]!;
}

/** Mean squared deviation from the mean: the mean squared error of the best constant predictor. */
export function variance(values: readonly number[]): number {
  const center = mean(values);
  return mean(values.map((value) => (value - center) ** 2));
}

/** −Σ p ln p over shares that sum to 1: the crossentropy of predicting just these shares. */
export function entropy(shares: readonly number[]): number {
  return shares.reduce((sum, share) => (share > 0 ? sum - share * Math.log(share) : sum), 0);
}

/** By a loop, since a long run has more epochs than a call may have arguments. */
export function largest(values: readonly number[]): number {
  return values.reduce((one, other) => (other > one ? other : one), -Infinity);
}

export function smallest(values: readonly number[]): number {
  return values.reduce((one, other) => (other < one ? other : one), Infinity);
}

/** (largest − smallest) / |mean|; 0 for equal values, whatever they are. */
export function relativeRange(values: readonly number[]): number {
  const range = largest(values) - smallest(values);
  return range === 0 ? 0 : range / Math.abs(mean(values));
}

/** Index of the smallest value, the first one among equals. */
export function indexOfLowest(values: readonly number[]): number {
  return values.reduce((low, value, at) => (value < values[low]! ? at : low), 0);
}

/** Index of the largest value, the first one among equals. */
export function indexOfHighest(values: readonly number[]): number {
  return values.reduce((high, value, at) => (value > values[high]! ? at : high), 0);
}

/** True for a number of three digits at most: what repeats it may still change, behind the rounding. */
export function isRound(value: number): boolean {
  return value === Number(value.toPrecision(3));
}
