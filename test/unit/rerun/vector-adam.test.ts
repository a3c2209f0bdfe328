import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { algorithmOf } from '../../../src/rerun/optimizers';
import { vectorAdam } from '../../../src/rerun/vector-adam';
// @ts-expect-error a plain script without types
import { assembled } from '../../../scripts/kernels.mjs';

/** Long enough for several blocks of the kernel, and no multiple of four. */
const SIZE = 3 * 4096 + 7;
/** Short enough to be done number by number. */
const SHORT = 100;

/** Weights after ten steps, trained in parts of that length. */
function trained(gradients: readonly Float32Array[], part: number): Float32Array {
  const weights = Float32Array.from({ length: SIZE }, (_, index) => Math.sin(index));
  for (let from = 0; from < SIZE; from += part) {
    const own = weights.subarray(from, from + part);
    const update = algorithmOf('Adam', { beta_1: 0.8 })!(own.length, [own.length]);
    gradients.forEach((gradient, step) => update(own, gradient.subarray(from, from + part), { rate: Math.fround(0.01), count: step + 1 }));
  }
  return weights;
}

describe('Adam in WebAssembly', () => {
  it('gives the numbers of the plain loop, to the last bit', () => {
    assert.ok(vectorAdam);
    const odd = [0, -0, NaN, Infinity, -Infinity, 1e-42, 1e-30, 3e38];
    const gradients = Array.from({ length: 10 }, (_, step) =>
      Float32Array.from({ length: SIZE }, (_, index) => (index % 97 === 0 ? odd[(index / 97 + step) % odd.length]! : Math.cos(index * (step + 1)) * 10 ** (index % 9 - 6))));
    assert.deepEqual(trained(gradients, SIZE), trained(gradients, SHORT));
  });

  it('is assembled from the text beside it', async () => {
    assert.equal(readFileSync('src/rerun/adam-kernel.ts', 'utf8'), await assembled());
  });
});
