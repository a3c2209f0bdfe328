/** One measured quantity beside what it is held against. */
export interface Measurement {
  readonly task: string;
  readonly value: { readonly amount: number; readonly unit: 'ms' | 'µs' | 'MB' | '×' | '%' };
  /** In the unit of `value`. */
  readonly baseline?: { readonly name: string; readonly amount: number };
  /** What is wanted, in words. */
  readonly limit?: string;
}

/** The shortest of several times, in milliseconds: what disturbs a measurement only ever makes it longer. */
export function fastest(times: number, run: () => void): number {
  let best = Infinity;
  for (let count = 0; count < times; count++) {
    const start = performance.now();
    run();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}
