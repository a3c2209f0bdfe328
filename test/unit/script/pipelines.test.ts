import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { readScript, standIn, type Fit } from '../../../src/script';
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

  it('have what the catalog of TensorFlow Datasets tells of them: shape, classes and sizes', () => {
    const text = (name: string, more: string): string => `${head}import tensorflow_datasets as tfds\n(x, rest), info = tfds.load('${name}', split=['train[:80%]', 'test'], as_supervised=True, with_info=True)\n${more}` +
      "model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(info.features['label'].num_classes)])\nmodel.compile(loss='sparse_categorical_crossentropy')\nmodel.fit(x.shuffle(info.splits['train'].num_examples).batch(50))\n";
    const cases = [
      ['mnist', '', 10, [28, 28, 1]],
      ['cats_vs_dogs', 'x = x.map(lambda image, label: (tf.image.resize(image, (60, 50)) / 255.0, label))\n', 2, [60, 50, 3]],
      ['rock_paper_scissors', 'x = x.map(lambda image, label: (tf.image.rgb_to_grayscale(tf.image.random_flip_left_right(image)), label))\n', 3, [300, 300, 1]],
    ] as const;
    for (const [name, more, classes, shape] of cases) {
      const script = readScript(text(name, more));
      const fit = script.fits[0]!;
      assert.equal(known(fit.batchSize), 50);
      assert.equal(known(known(fit.model).layers.at(-1)!.config.units!), classes);
      const filled = standIn(script, fit);
      assert.ok('fit' in filled);
      assert.deepEqual(known(filled.fit.x)[0]!.shape.slice(1), shape);
      assert.ok(!fit.x.known);
      assert.deepEqual(fit.x.reason, { id: 'script.file', args: { name: `tensorflow_datasets/${name}` } });
    }
  });

  it('are not known where the catalog here does not have them, or as they are asked for', () => {
    for (const asked of ["'my_data', split='train', as_supervised=True", "'imdb_reviews/subwords8k', split='train', as_supervised=True", "'mnist', split='train'"]) {
      const fit = read(`import tensorflow_datasets as tfds\nx = tfds.load(${asked})`);
      assert.ok(!fit.x.known);
    }
  });

  it('keep their shape where they are divided by one number that is not known', () => {
    const text = 'a = keras.datasets.mnist.load_data()[0][0].reshape(-1, 784)\ntop = float(a.max())\nx = a / top\nmodel = keras.Sequential([keras.layers.Dense(1, input_shape=(x.shape[1],))])\nmodel.compile(loss="mse")\nmodel.fit(x, x)\n';
    const fit = readScript(`${head}${text}`).fits[0]!;
    assert.deepEqual(known(known(fit.model).layers[0]!.config.shape!), [784]);
    const other = readScript(`${head}${text.replace('a.max()', 'open("a").read()')}`).fits[0]!;
    assert.deepEqual(known(known(other.model).layers[0]!.config.shape!), [784]);
    const untold = readScript(`${head}${text.replace('float(a.max())', 'open("a").read()')}`).fits[0]!;
    assert.ok(!known(untold.model).layers[0]!.config.shape!.known);
  });
});
