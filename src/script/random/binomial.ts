/** The binomial law as NumPy draws it (numpy/random/src/distributions/distributions.c). */
import type { Generator } from './generators';

/** Successes among `trials` of chance `share` each. */
export function successes(source: Generator, trials: number, share: number): number {
  if (trials === 0 || share === 0) return 0;
  const p = Math.min(share, 1 - share);
  const count = p * trials <= 30 ? inverted(source, trials, p) : accepted(source, trials, p);
  return share <= 0.5 ? count : trials - count;
}

function inverted(source: Generator, trials: number, p: number): number {
  const q = 1 - p;
  const none = Math.exp(trials * Math.log(q));
  const bound = Math.min(trials, trials * p + 10 * Math.sqrt(trials * p * q + 1));
  let count = 0;
  let chance = none;
  let u = source.double();
  while (u > chance) {
    count++;
    if (count > bound) {
      count = 0;
      chance = none;
      u = source.double();
    } else {
      u -= chance;
      chance = ((trials - count + 1) * p * chance) / (count * q);
    }
  }
  return count;
}

/** Kachitvichyanukul and Schmeiser's BTPE: a triangle, a parallelogram and two exponential tails around the law (1988). */
function accepted(source: Generator, trials: number, p: number): number {
  const q = 1 - p;
  const variance = trials * p * q;
  const centre = trials * p + p;
  const mode = Math.floor(centre);
  const half = Math.floor(2.195 * Math.sqrt(variance) - 4.6 * q) + 0.5;
  const middle = mode + 0.5;
  const [low, high] = [middle - half, middle + half];
  const height = 0.134 + 20.5 / (15.3 + mode);
  const slope = (a: number): number => a * (1 + a / 2);
  const falling = { left: slope((centre - low) / (centre - low * p)), right: slope((high - centre) / (high * q)) };
  const box = half * (1 + 2 * height);
  const left = box + height / falling.left;
  const right = left + height / falling.right;
  for (;;) {
    const u = source.double() * right;
    let v = source.double();
    if (u <= half) return Math.floor(middle - half * v + u);
    let count: number;
    if (u <= box) {
      const x = low + (u - half) / height;
      v = v * height + 1 - Math.abs(mode - x + 0.5) / half;
      if (v > 1) continue;
      count = Math.floor(x);
    } else if (u <= left) {
      count = Math.floor(low + Math.log(v) / falling.left);
      if (count < 0 || v === 0) continue;
      v *= (u - box) * falling.left;
    } else {
      count = Math.floor(high - Math.log(v) / falling.right);
      if (count > trials || v === 0) continue;
      v *= (u - left) * falling.right;
    }
    if (isBelow(v, count, { trials, p, q, mode, variance })) return count;
  }
}

interface Law {
  readonly trials: number;
  readonly p: number;
  readonly q: number;
  readonly mode: number;
  readonly variance: number;
}

/** Whether `v` lies below the law's value at `count`, taking its value at the mode as 1. */
function isBelow(v: number, count: number, { trials, p, q, mode, variance }: Law): boolean {
  const away = Math.abs(count - mode);
  if (away <= 20 || away >= variance / 2 - 1) {
    const odds = p / q;
    const all = odds * (trials + 1);
    let value = 1;
    for (let i = mode + 1; i <= count; i++) value *= all / i - odds;
    for (let i = count + 1; i <= mode; i++) value /= all / i - odds;
    return v <= value;
  }
  // Squeezed between two parabolas; only between them is Stirling's series worked out.
  const spread = (away / variance) * ((away * (away / 3 + 0.625) + 1 / 6) / variance + 0.5);
  const parabola = (-away * away) / (2 * variance);
  const height = Math.log(v);
  if (height < parabola - spread) return true;
  if (height > parabola + spread) return false;
  const [x, f, z, w] = [count + 1, mode + 1, trials + 1 - mode, trials - count + 1];
  const series = (at: number): number => {
    const square = at * at;
    return (13680 - (462 - (132 - (99 - 140 / square) / square) / square) / square) / at / 166320;
  };
  return height <= (mode + 0.5) * Math.log(f / x) + (trials - mode + 0.5) * Math.log(z / w) + (count - mode) * Math.log((w * p) / (x * q)) + series(f) + series(z) + series(x) + series(w);
}
