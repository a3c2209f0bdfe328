import assert from 'node:assert/strict';
import { isRefusal, specOf } from '../../../src/rerun';
import { type Fit, readScript, standIn } from '../../../src/script';
import { known } from './fixtures';

const imports = 'import numpy as np\nimport tensorflow as tf\nfrom tensorflow import keras\nfrom tensorflow.keras import layers\n';
const data = 'x = np.arange(24.).reshape(12, 2)\ny = np.arange(12.)\n';
const build = "model = keras.Sequential([layers.Dense(1, input_shape=(2,))])\n";
const compiled = `${build}model.compile('sgd', 'mse')\n`;
const batches = 'batches = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(12).batch(4)\n';
const tape = 'optimizer = keras.optimizers.Adam(0.01)\nloss_fn = keras.losses.MeanSquaredError()\n';
const step = 'with tf.GradientTape() as tape:\n    p = model(xb, training=True)\n    loss = loss_fn(yb, p)\n  g = tape.gradient(loss, model.trainable_variables)\n  optimizer.apply_gradients(zip(g, model.trainable_variables))\n';

function fitOf(script: string): Fit {
  const { fits } = readScript(imports + script);
  assert.ok(fits[0]);
  return fits[0];
}

/** Rows, epochs, batch size and order of a loop that is a fit; undefined of one that is not. */
function trained(script: string): readonly unknown[] | undefined {
  const fit = fitOf(script);
  if (fit.ownLoop) return undefined;
  return [known(fit.x)[0]!.shape, known(fit.y)[0]!.shape, known(fit.epochs), known(fit.batchSize), known(fit.shuffle)];
}

describe('training loops of a script that are a fit', () => {
  it('take the whole data in every step', () => {
    assert.deepEqual(trained(`${data}${compiled}for i in range(301):\n  loss = model.train_on_batch(x, y)\n`), [[12, 2], [12], 301, 12, false]);
    const counted = 'i = 0\nwhile i < 50:\n  model.train_on_batch(x, y)\n  i += 1\n';
    assert.deepEqual(trained(data + compiled + counted), [[12, 2], [12], 50, 12, false]);
    const stops = 'for i in range(40):\n  loss = model.train_on_batch(x, y)\n  if loss < 0.01:\n    break\n';
    assert.deepEqual(trained(data + compiled + stops), [[12, 2], [12], 40, 12, false]);
  });

  it('take slices of arrays, in order or not', () => {
    const slices = 'for epoch in range(7):\n  for i in range(0, len(x), 5):\n    model.train_on_batch(x[i:i+5], y[i:i+5])\n';
    const fit = fitOf(data + compiled + slices);
    assert.deepEqual(trained(data + compiled + slices), [[12, 2], [12], 7, 5, false]);
    assert.deepEqual([...known(fit.x)[0]!.data], Array.from({ length: 24 }, (_, i) => i));
    const mixed = 'for epoch in range(7):\n  order = np.random.RandomState(epoch).permutation(12)\n  for b in range(3):\n    rows = order[4*b:4*b+4]\n    model.train_on_batch(x[rows], y[rows])\n';
    assert.deepEqual(trained(data + compiled + mixed), [[12, 2], [12], 7, 4, true]);
  });

  it('take the batches of a data set', () => {
    const onBatch = 'for epoch in range(3):\n  for step, (a, b) in enumerate(batches):\n    model.train_on_batch(a, b)\n';
    assert.deepEqual(trained(data + compiled + batches + onBatch), [[12, 2], [12], 3, 4, true]);
    const own = `@tf.function\ndef train(xb, yb):\n  ${step}for epoch in range(3):\n  for a, b in batches:\n    train(a, b)\n`;
    assert.deepEqual(trained(data + build + batches + tape + own), [[12, 2], [12], 3, 4, true]);
  });

  it('take steps down a loss of Keras, whose learning rate is known', () => {
    const own = `xb, yb = x, y\nfor epoch in range(20):\n  ${step}`;
    const fit = fitOf(data + build + tape + own);
    assert.deepEqual(trained(data + build + tape + own), [[12, 2], [12], 20, 12, false]);
    assert.equal(known(known(known(fit.compile).optimizer).config.learning_rate!), 0.01);
  });

  it('are rebuilt, and named as loops', () => {
    const script = readScript(`${imports}${data}${compiled}for i in range(30):\n  model.train_on_batch(x, y)\n`);
    const spec = specOf(script, script.fits[0]!);
    assert.ok(!isRefusal(spec));
    assert.deepEqual([spec.epochs, spec.batchSize, spec.substitutions], [30, 12, [{ id: 'rerun.substituted.loop' }]]);
  });

  it('are rebuilt from data in place of those that are not at hand', () => {
    const script = readScript(`${imports}(x, y), _ = keras.datasets.mnist.load_data()\n${batches}model = keras.Sequential([layers.Flatten(input_shape=(28, 28)), layers.Dense(10)])\n` +
      `optimizer = keras.optimizers.SGD()\nloss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)\nfor epoch in range(2):\n  for xb, yb in batches:\n    ${step.replaceAll('\n', '\n  ')}`);
    const filled = standIn(script, script.fits[0]!);
    assert.ok(!('refused' in filled));
    const spec = specOf(script, filled.fit);
    assert.ok(!isRefusal(spec), 'refused' in spec ? spec.refused.id : '');
    assert.deepEqual([spec.epochs, spec.batchSize, spec.shuffle], [2, 4, true]);
  });
});

describe('training loops of a script that are no fit', () => {
  const isCustom = (script: string): void => {
    const fit = fitOf(script);
    assert.equal(fit.ownLoop?.reason.id, 'script.own-loop');
    const refused = specOf(readScript(imports + script), fit);
    assert.ok(isRefusal(refused));
    assert.equal(refused.refused.id, 'rerun.refused.method');
  };

  it('take other batches in every round', () => {
    isCustom(`${data}${compiled}for i in range(30):\n  rows = np.random.randint(0, 12, 4)\n  model.train_on_batch(x[rows], y[rows])\n`);
    isCustom(`${data}${compiled}for i in range(30):\n  a, b = get_batch(4)\n  model.train_on_batch(a, b)\n`);
  });

  it('train something else in turn', () => {
    isCustom(`${data}${compiled}other = keras.Sequential([layers.Dense(1)])\nother.compile('sgd', 'mse')\nfor i in range(30):\n  model.train_on_batch(x, y)\n  other.train_on_batch(x, y)\n`);
    isCustom(`${data}${compiled}for i in range(30):\n  model.train_on_batch(x, y)\n  model.train_on_batch(x, 0 * y)\n`);
  });

  it('take only some steps, or change how they go', () => {
    isCustom(`${data}${compiled}for i in range(30):\n  if i % 2 == 0:\n    model.train_on_batch(x, y)\n`);
    isCustom(`${data}${compiled}for i in range(30):\n  if model.evaluate(x, y) > 1:\n    model.train_on_batch(x, y)\n`);
    isCustom(`${data}${compiled}for i in range(30):\n  model.optimizer.learning_rate = 0.1 / (i + 1)\n  model.train_on_batch(x, y)\n`);
    isCustom(`${data}${compiled}for i in range(30):\n  model.train_on_batch(x, y, sample_weight=w)\n`);
  });

  it('take steps that Keras would not', () => {
    const own = (loss: string, clip = 'g'): string => `${data}${build}${tape}xb, yb = x, y\nfor epoch in range(20):\n  ${step.replace('loss_fn(yb, p)', loss).replace('zip(g,', `zip(${clip},`)}`;
    isCustom(own('tf.reduce_sum(tf.abs(p - yb))'));
    // The sum over the batch, not the mean.
    isCustom(own('keras.losses.mean_squared_error(yb, p)'));
    isCustom(own('loss_fn(yb, p, sample_weight=w)'));
    isCustom(own('loss_fn(yb, p)', '[tf.clip_by_norm(one, 1.0) for one in g]'));
    isCustom(own('loss_fn(yb, p)').replace('layers.Dense(1,', "layers.Dense(1, kernel_regularizer='l2',"));
    assert.equal(fitOf(own('tf.reduce_mean(keras.losses.mean_squared_error(yb, p))')).ownLoop, undefined);
  });
});

describe('a fit with a train_step of its own', () => {
  const own = (loss: string, call = ''): string => `${data}class Own(keras.Model):\n${call}  def train_step(self, data):\n    a, b = data\n    with tf.GradientTape() as tape:\n      p = self(a, training=True)\n      loss = ${loss}\n` +
    "    g = tape.gradient(loss, self.trainable_variables)\n    self.optimizer.apply_gradients(zip(g, self.trainable_variables))\n    return {'loss': loss}\n";
  const use = "i = keras.Input((2,))\nmodel = Own(i, layers.Dense(1)(i))\nmodel.compile('sgd', 'mae')\nmodel.fit(x, y, epochs=4, batch_size=3)\n";

  it('is an ordinary one where the step is that of Keras', () => {
    for (const loss of ['self.compiled_loss(b, p)', 'self.compute_loss(y=b, y_pred=p)']) {
      const fit = fitOf(own(loss) + use);
      assert.deepEqual([fit.ownLoop, fit.method, known(fit.x)[0]!.shape, known(fit.epochs), known(fit.batchSize)], [undefined, 'fit', [12, 2], 4, 3]);
    }
  });

  it('goes on from another learning rate that an optimizer was given after its name', () => {
    const fit = fitOf(`${data}${compiled}model.optimizer.learning_rate = 0.5\nmodel.fit(x, y)\n`);
    assert.equal(known(known(known(fit.compile).optimizer).config.learning_rate!), 0.5);
  });

  it('is not where it is any other', () => {
    assert.ok(fitOf(own('tf.reduce_mean(tf.abs(b - p)) + self.penalty') + use).ownLoop);
    const called = "  def __init__(self):\n    super().__init__()\n    self.dense = layers.Dense(1)\n  def call(self, x):\n    return self.dense(x)\n";
    const fit = fitOf(`${own('self.penalty(b, p)', called)}model = Own()\nmodel.compile('sgd', 'mae')\nmodel.fit(x, y, epochs=4)\n`);
    assert.ok(fit.ownLoop);
  });
});
