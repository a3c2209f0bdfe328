import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { readScript, type Fit } from '../../../src/script';
import { known } from './fixtures';

interface Numbers {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

interface Case {
  readonly code: string;
  readonly batch: number;
  readonly x: Numbers;
  readonly y: Numbers;
}

const cases = JSON.parse(readFileSync('test/fixtures/tables/datasets.json', 'utf8')) as readonly Case[];
const head = 'import numpy as np\nimport tensorflow as tf\nfrom tensorflow import keras\n';
const model = 'model = keras.Sequential([keras.layers.Dense(1)])\nmodel.compile(loss="mse")\n';
const read = (code: string): Fit => readScript(`${head}${code}\n${model}model.fit(x, epochs=2)\n`).fits[0]!;

describe('pipelines of data', () => {
  for (const { code, batch, x, y } of cases) {
    it(`give the rows that TensorFlow's and Keras' give: ${code.split('\n').slice(2).join('; ')}`, () => {
      const fit = read(code);
      for (const [part, expected] of [[fit.x, x], [fit.y, y]] as const) {
        assert.deepEqual(known(part)[0]!.shape, expected.shape);
        assert.deepEqual([...known(part)[0]!.data], expected.data);
      }
      const size = known(fit.batchSize);
      assert.ok(size !== null && (size === batch || (batch < size && x.shape[0]! < size)), `${size}`);
    });
  }

  it('have the shape of their windows where the series is not at hand', () => {
    const fit = read('s = np.load("s.npy")[:, 0]\nd = tf.data.Dataset.from_tensor_slices(s).window(6, shift=1, drop_remainder=True).flat_map(lambda w: w.batch(6)).shuffle(9).map(lambda w: (w[:-1], w[-1]))\nx = d.batch(4)');
    assert.ok(!fit.x.known);
    assert.equal(known(fit.batchSize), 4);
    assert.equal(known(fit.shuffle), true);
  });

  it('that drop what a draw leaves over say that they are drawn', () => {
    const fit = read('x = tf.data.Dataset.from_tensor_slices((np.arange(10.), np.arange(10.))).shuffle(10).batch(4, drop_remainder=True)');
    assert.deepEqual(known(fit.x)[0]!.shape, [8]);
    assert.equal(known(fit.x)[0]!.substituted?.id, 'script.unseeded');
  });
});
