/**
 * Draws of other laws than the uniform, the normal and the exponential, as NumPy makes them from a source of those
 * (numpy/random/src/legacy/legacy-distributions.c and distributions/distributions.c).
 */
import { successes } from './binomial';
import type { Generator } from './generators';

/** Marsaglia and Tsang's method above 1, Ahrens and Dieter's below. */
export function gamma(source: Generator, shape: number): number {
  if (shape === 1) return source.exponential();
  if (shape === 0) return 0;
  if (shape < 1) {
    for (;;) {
      const u = source.double();
      const v = source.exponential();
      if (u <= 1 - shape) {
        const x = u ** (1 / shape);
        if (x <= v) return x;
      } else {
        const y = -Math.log((1 - u) / shape);
        const x = (1 - shape + shape * y) ** (1 / shape);
        if (x <= v + y) return x;
      }
    }
  }
  const b = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * b);
  for (;;) {
    let x: number;
    let v: number;
    do {
      x = source.normal();
      v = 1 + c * x;
    } while (v <= 0);
    v = v * v * v;
    const u = source.double();
    if (u < 1 - 0.0331 * (x * x) * (x * x) || Math.log(u) < 0.5 * x * x + b * (1 - v + Math.log(v))) return b * v;
  }
}

/** Jöhnk's method where neither parameter exceeds 1, else from two gamma draws. */
export function beta(source: Generator, a: number, b: number): number {
  if (a <= 1 && b <= 1) {
    for (;;) {
      const u = source.double();
      const v = source.double();
      const x = u ** (1 / a);
      const y = v ** (1 / b);
      if (x + y > 1) continue;
      if (x + y > 0) return x / (x + y);
      const [logX, logY] = [Math.log(u) / a, Math.log(v) / b];
      const most = Math.max(logX, logY);
      return Math.exp(logX - most - Math.log(Math.exp(logX - most) + Math.exp(logY - most)));
    }
  }
  const first = gamma(source, a);
  return first / (first + gamma(source, b));
}

export function laplace(source: Generator, loc: number, scale: number): number {
  for (;;) {
    const u = source.double();
    if (u >= 0.5) return loc - scale * Math.log(2 - u - u);
    if (u > 0) return loc + scale * Math.log(u + u);
  }
}

export function triangular(source: Generator, left: number, mode: number, right: number): number {
  const base = right - left;
  const u = source.double();
  if (u <= (mode - left) / base) return left + Math.sqrt(u * (mode - left) * base);
  return right - Math.sqrt((1 - u) * (right - mode) * base);
}

/** Counting products below 10, Hörmann's transformed rejection from there on. */
export function poisson(source: Generator, mean: number): number {
  if (mean === 0) return 0;
  if (mean >= 10) return rejectedPoisson(source, mean);
  const edge = Math.exp(-mean);
  let product = 1;
  for (let count = 0; ; count++) {
    product *= source.double();
    if (product <= edge) return count;
  }
}

function rejectedPoisson(source: Generator, mean: number): number {
  const logMean = Math.log(mean);
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const inverse = 1.1239 + 1.1328 / (b - 3.4);
  const edge = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = source.double() - 0.5;
    const v = source.double();
    const distance = 0.5 - Math.abs(u);
    const count = Math.floor(((2 * a) / distance + b) * u + mean + 0.43);
    if (distance >= 0.07 && v <= edge) return count;
    if (count < 0 || (distance < 0.013 && v > distance)) continue;
    if (Math.log(v) + Math.log(inverse) - Math.log(a / (distance * distance) + b) <= -mean + count * logMean - logFactorial(count)) return count;
  }
}

const stirling = [
  8.333333333333333e-2, -2.777777777777778e-3, 7.936507936507937e-4, -5.952380952380952e-4, 8.417508417508418e-4, -1.917526917526918e-3,
  6.41025641025641e-3, -2.955065359477124e-2, 1.796443723688307e-1, -1.3924322169059,
];

/** log(count!), by Stirling's series. */
function logFactorial(count: number): number {
  const x = count + 1;
  if (x === 1 || x === 2) return 0;
  const lift = x < 7 ? 7 - x : 0;
  let at = x + lift;
  const square = 1 / (at * at);
  const sum = stirling.reduceRight((series, term) => series * square + term, 0);
  let result = sum / at + 0.5 * 1.8378770664093453 + (at - 0.5) * Math.log(at) - at;
  for (let k = 1; k <= lift; k++) {
    result -= Math.log(at - 1);
    at--;
  }
  return result;
}

/** How many of `trials` fall into each class, drawn class by class. */
export function multinomial(source: Generator, trials: number, shares: ArrayLike<number>): readonly number[] {
  const last = shares.length - 1;
  let [left, rest] = [trials, 1];
  return Array.from(shares, (share, i) => {
    const count = left <= 0 ? 0 : i === last ? left : successes(source, left, share / rest);
    left -= count;
    rest -= share;
    return count;
  });
}
