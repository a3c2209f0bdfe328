/** The normal law of several variables as NumPy draws it: standard normal numbers times a root of the covariance. */

/** A matrix as its rows. */
type Matrix = readonly (readonly number[])[];

/**
 * The rows of `sqrt(s) * v` where `u, s, v` is what LAPACK's `gesdd` makes of a covariance: v decides the signs.
 * @returns undefined where LAPACK's own way is not followed: more than two variables that depend on each other.
 */
export function rootOf(covariance: Matrix): Matrix | undefined {
  const size = covariance.length;
  const isDiagonal = covariance.every((row, i) => row.every((value, j) => i === j || value === 0));
  if (isDiagonal) {
    const variances = covariance.map((row, i) => row[i]!);
    if (variances.some((variance) => !(variance >= 0))) return undefined;
    const largestFirst = [...variances.keys()].sort((a, b) => variances[b]! - variances[a]!);
    return largestFirst.map((at) => Array.from({ length: size }, (_, j) => (j === at ? Math.sqrt(variances[at]!) : 0)));
  }
  return size === 2 ? rootOfTwo(covariance) : undefined;
}

/** Householder's reflection makes the matrix triangular, and `dlasv2` gives the singular vectors of that. */
function rootOfTwo([[a = 0, b = 0] = [], [below = 0, c = 0] = []]: Matrix): Matrix | undefined {
  if (b !== below || !(a > 0) || !(a * c - b * b > 0)) return undefined;
  const length = -Math.hypot(a, b);
  const { largest, smallest, cosine, sine } = triangular(length, (b * (a + c)) / length, (b * b - a * c) / length);
  // Singular values are positive: a negative one turns its vector around.
  const scaled = (value: number, vector: readonly number[]): number[] => vector.map((part) => part * Math.sign(value) * Math.sqrt(Math.abs(value)));
  return [scaled(largest, [cosine, sine]), scaled(smallest, [-sine, cosine])];
}

/** Singular values and right singular vectors of `[[f, g], [0, h]]` (LAPACK's `dlasv2`); g is not 0. */
function triangular(f: number, g: number, h: number): { largest: number; smallest: number; cosine: number; sine: number } {
  const swapped = Math.abs(h) > Math.abs(f);
  const [first, last] = swapped ? [h, f] : [f, h];
  const [fa, ga, ha] = [Math.abs(first), Math.abs(g), Math.abs(last)];
  const d = fa - ha;
  const l = d === fa ? 1 : d / fa;
  const m = g / first;
  const t = 2 - l;
  const [mm, tt] = [m * m, t * t];
  const s = Math.sqrt(tt + mm);
  const r = l === 0 ? Math.abs(m) : Math.sqrt(l * l + mm);
  const mean = 0.5 * (s + r);
  const sign = (value: number, of: number): number => (of < 0 ? -Math.abs(value) : Math.abs(value));
  let tangent: number;
  if (mm === 0) tangent = l === 0 ? sign(2, first) * sign(1, g) : g / sign(d, first) + m / t;
  else tangent = (m / (s + t) + m / (r + l)) * (1 + mean);
  const norm = Math.sqrt(tangent * tangent + 4);
  const [right, rightSine] = [2 / norm, tangent / norm];
  const left = (right + rightSine * m) / mean;
  const leftSine = ((last / first) * rightSine) / mean;
  const [cosine, sine, cosineLeft, sineLeft] = swapped ? [leftSine, left, rightSine, right] : [right, rightSine, left, leftSine];
  const signed = ga > fa ? sign(1, sine) * sign(1, cosineLeft) * sign(1, g)
    : swapped ? sign(1, sine) * sign(1, sineLeft) * sign(1, h)
      : sign(1, cosine) * sign(1, cosineLeft) * sign(1, f);
  return { largest: fa * mean * signed, smallest: (ha / mean) * signed * sign(1, f) * sign(1, h), cosine, sine };
}
