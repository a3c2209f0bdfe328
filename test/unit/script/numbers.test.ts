import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { readScript } from '../../../src/script';
import { known } from './fixtures';

interface Case {
  readonly expression: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly data: readonly number[];
}

interface Cases {
  readonly setup: string;
  readonly cases: readonly Case[];
}

/** What real NumPy, scikit-learn and Keras make of expressions. */
const made = ['random', 'texts'].map((name) => JSON.parse(readFileSync(`test/fixtures/scripts/${name}.json`, 'utf8')) as Cases);

/** The array that a fit on the value of the expression trains on. */
function arrayOf(setup: string, expression: string): { readonly shape: readonly number[]; readonly data: Float64Array; readonly dtype: string } {
  const script = readScript(`${setup}np.random.seed(42)\nmodel = Sequential([Dense(1)])\nmodel.compile()\nmodel.fit(${expression})\n`);
  return known(script.fits[0]!.x)[0]!;
}

describe('an array', () => {
  for (const { setup, expression, shape, dtype, data } of made.flatMap(({ setup, cases }) => cases.map((one) => ({ setup, ...one })))) {
    it(`has Python's numbers: ${expression}`, () => {
      const read = arrayOf(setup, expression);
      assert.deepEqual(read.shape, shape);
      assert.equal(read.dtype, dtype);
      assert.equal(read.data.length, data.length);
      // Sums may be added up in another order, and logarithms may differ in their last bit.
      read.data.forEach((value, i) => assert.ok(Math.abs(value - data[i]!) <= 1e-13 * Math.max(1, Math.abs(data[i]!)), `${value} is not ${data[i]}`));
    });
  }

  it('that is drawn without a seed says so', () => {
    const script = readScript('import numpy as np\nx = np.random.rand(4, 2) * 3\nmodel = Sequential([Dense(1)])\nmodel.compile()\nmodel.fit(x, x[:, 0])\n');
    assert.equal(known(script.fits[0]!.x)[0]!.substituted?.id, 'script.unseeded');
    assert.equal(known(script.fits[0]!.y)[0]!.substituted?.id, 'script.unseeded');
  });
});
