import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { readScript, ScriptReader } from '../../../src/script';
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

  const drawnAfter = (before: string, draw = 'np.random.rand(4)') => {
    const script = readScript(`import random\nimport numpy as np\nrandom.seed(1)\nnp.random.seed(1)\nrng = np.random.RandomState(1)\n${before}x = ${draw}\nmodel = Sequential([Dense(1)])\nmodel.compile()\nmodel.fit(x)\n`);
    return script.fits[0]!.x;
  };

  it('is not that of the seed where nobody knows how often was drawn before', () => {
    const first = known(drawnAfter(''))[0]!;
    assert.equal(first.substituted, undefined);
    for (const before of ['for line in open("a"):\n    z = np.random.rand()\n', 'if len(open("a").read()) > 3:\n    np.random.shuffle([1, 2])\n', 'for i in range(10**7):\n    z = np.random.rand()\n']) {
      assert.equal(known(drawnAfter(before))[0]!.substituted?.id, 'script.unseeded', before);
      assert.equal(known(drawnAfter(before.replace('np.random', 'rng'), 'rng.rand(4)'))[0]!.substituted?.id, 'script.unseeded', before);
      assert.deepEqual(known(drawnAfter(`${before}np.random.seed(1)\n`))[0]!, first, before);
    }
    assert.ok(drawnAfter('', '[random.random() for i in range(3)]').known);
    assert.ok(!drawnAfter('for line in open("a"):\n    random.shuffle([1, 2])\n', '[random.random() for i in range(3)]').known);
  });

  it('is that of the seed that a RandomState is given anew', () => {
    assert.deepEqual(known(drawnAfter('rng.rand(7)\nrng.seed(1)\n', 'rng.rand(4)')), known(drawnAfter('', 'rng.rand(4)')));
  });
});

describe('an array that is drawn', () => {
  const script = (seed: number, rate: number): string =>
    `import numpy as np\nrng = np.random.default_rng(${seed})\nx = rng.normal(size=(100, 50))\ny = rng.random(5000)\nz = rng.integers(0, 9, 20)\n` +
    `model = Sequential([Dense(1)])\nmodel.compile(SGD(${rate}))\nmodel.fit([x, y, z])\n`;
  const tensors = (reader: ScriptReader, text: string): readonly Float64Array[] => known(reader.read(text).fits[0]!.x).map(({ data }) => data);

  it('is not drawn again while the script is edited elsewhere', () => {
    const reader = new ScriptReader();
    const [x, y, z] = tensors(reader, script(1, 0.1));
    for (const rate of [0.2, 0.3]) {
      const again = tensors(reader, script(1, rate));
      assert.equal(again[0], x);
      assert.equal(again[1], y);
      assert.deepEqual(again[2], z, 'what is drawn behind it stays the same');
    }
    const verifying = new ScriptReader(reader.read(script(1, 0.4)));
    assert.equal(tensors(verifying, script(1, 0.5))[0], x);
  });

  it('is drawn again with another seed, law, or generator', () => {
    const reader = new ScriptReader();
    const texts = [script(1, 0.1), script(2, 0.1), script(1, 0.1).replace('normal(', 'standard_gamma(2, '), script(1, 0.1).replace('default_rng', 'RandomState').replace('integers', 'randint')];
    for (const text of texts) assert.deepEqual(tensors(reader, text), tensors(new ScriptReader(), text));
    assert.equal(new Set(texts.map((text) => tensors(reader, text)[0]![0])).size, 4);
  });

  it('is forgotten when two readings have not drawn it', () => {
    const reader = new ScriptReader();
    const [x] = tensors(reader, script(1, 0.1));
    tensors(reader, script(2, 0.1));
    tensors(reader, script(2, 0.2));
    assert.notEqual(tensors(reader, script(1, 0.1))[0], x);
  });
});
