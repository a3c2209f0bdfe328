/** How a training ended that could not go on. */

export type Breakdown = 'crash' | 'memory';

/** What another worker said of its end, thrown in the one that leads it. */
export class Broken extends Error {
  constructor(readonly kind: Breakdown, detail: string) {
    super(detail);
  }
}

export function breakdownOf(error: unknown): Breakdown {
  if (error instanceof Broken) return error.kind;
  return isMemory(error) ? 'memory' : 'crash';
}

/**
 * Engines word it as `Array buffer allocation failed`, `Invalid typed array length`, `out of memory`, `Aborted(OOM)`;
 * a WebAssembly kernel that was refused memory reaches outside of what it has.
 */
function isMemory(error: unknown): boolean {
  if (error instanceof WebAssembly.RuntimeError && /out of bounds/i.test(error.message)) return true;
  return error instanceof Error && /out of memory|\bOOM\b|allocation failed|array length/i.test(error.message);
}
