/** What is said about a handful of runs. */

/** Value below which the share `p` of the sorted numbers lies, interpolated. */
export function quantile(sorted: readonly number[], p: number): number {
  const at = p * (sorted.length - 1);
  const low = sorted[Math.floor(at)] ?? NaN;
  const high = sorted[Math.ceil(at)] ?? NaN;
  return low === high ? low : low + (at - Math.floor(at)) * (high - low); // both may be infinite
}

export function median(values: readonly number[]): number {
  return quantile([...values].sort((a, b) => a - b), 0.5);
}

/**
 * 95 % lower confidence bound (one-sided, Clopper-Pearson) of a probability, from `passed` of `trials`:
 * the p at which as many successes or more still have a chance of 5 %. For all of n it is 0.05^(1/n).
 */
export function lowerBound(passed: number, trials: number): number {
  if (passed === 0) return 0;
  let [low, high] = [0, 1];
  for (let halving = 0; halving < 40; halving++) {
    const middle = (low + high) / 2;
    if (atLeast(passed, trials, middle) < 0.05) low = middle;
    else high = middle;
  }
  return low;
}

/** Chance of `passed` successes or more in `trials`. */
function atLeast(passed: number, trials: number, p: number): number {
  let term = p ** trials;
  let sum = term;
  for (let successes = trials; successes > passed; successes--) {
    term *= (successes / (trials - successes + 1)) * ((1 - p) / p);
    sum += term;
  }
  return sum;
}

/** Least-squares slope of ln(loss) per epoch over the finite positive losses; NaN for fewer than two. */
export function logSlope(losses: readonly number[], epochs: readonly number[]): number {
  let [count, sumX, sumY, sumXX, sumXY] = [0, 0, 0, 0, 0];
  losses.forEach((loss, index) => {
    if (!(loss > 0) || loss === Infinity) return;
    const [x, y] = [epochs[index]!, Math.log(loss)];
    count++;
    sumX += x;
    sumY += y;
    sumXX += x * x;
    sumXY += x * y;
  });
  const spread = count * sumXX - sumX * sumX;
  return spread > 0 ? (count * sumXY - sumX * sumY) / spread : NaN;
}
