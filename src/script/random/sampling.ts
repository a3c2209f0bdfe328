/** Draws without replacement as NumPy's `Generator.choice` makes them (numpy/random/_generator.pyx). */
import type { Generator } from './generators';

/** Below this many, or where few are asked for, single numbers are looked up instead of shuffling all. */
const many = 10_000;
const cutoff = 50;

/** `count` different numbers of 0 … `all` - 1, in random order. */
export function withoutReplacement(source: Generator, all: number, count: number): number[] {
  if (all > many && count > Math.floor(all / cutoff)) {
    const numbers = Array.from({ length: all }, (_, i) => i);
    shuffleFrom(source, numbers, Math.max(all - count, 1));
    return numbers.slice(all - count);
  }
  // Floyd's algorithm.
  const taken = new Set<number>();
  for (let last = all - count; last < all; last++) {
    const number = source.below(last);
    taken.add(taken.has(number) ? last : number);
  }
  const numbers = [...taken];
  shuffleFrom(source, numbers, 1);
  return numbers;
}

/** Shuffles what stands at `first` and after it with all that stands before. */
function shuffleFrom(source: Generator, numbers: number[], first: number): void {
  for (let i = numbers.length - 1; i >= first; i--) {
    const j = source.below(i);
    [numbers[i], numbers[j]] = [numbers[j]!, numbers[i]!];
  }
}
