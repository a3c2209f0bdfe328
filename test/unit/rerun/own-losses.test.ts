import assert from 'node:assert/strict';
import { isRefusal, specOf } from '../../../src/rerun';
import { engineOf } from '../../../src/rerun/build';
import { lossOperations } from '../../../src/rerun/keras-layers';
import { computes } from '../../../src/rerun/tensor/computes';
import { Training } from '../../../src/rerun/training';
import { readScript } from '../../../src/script';
import { say } from '../../../src/words';

const rate = 'keras.optimizers.SGD(0.05)';

function scriptOf(definition: string, loss: string, model = "layers.Dense(1)", y = 'np.arange(8.) / 4 - 1', fit = 'epochs=6, batch_size=4, shuffle=False'): string {
  return `import keras\nimport numpy as np\nimport tensorflow as tf\nfrom keras import layers, backend as K\n${definition}\nmodel = keras.Sequential([layers.Input((2,)), ${model}])\n` +
    `model.compile(${rate}, loss=${loss})\nx = np.sin(np.arange(16.)).reshape(8, 2)\nmodel.fit(x, ${y}, ${fit})\n`;
}

/** Losses of a few epochs. */
async function losses(script: string): Promise<readonly number[]> {
  const read = readScript(script);
  const spec = specOf(read, read.fits[0]!);
  assert.ok(!isRefusal(spec), 'refused' in spec ? say(spec.refused) : '');
  const engine = await engineOf(spec);
  assert.ok(!('refused' in engine), 'refused' in engine ? say(engine.refused) : '');
  return new Training(spec, engine, { seed: 3 }).run();
}

async function same(definition: string, loss: string, of: string, ...more: [string?, string?, string?]): Promise<void> {
  const [own, keras] = [await losses(scriptOf(definition, loss, ...more)), await losses(scriptOf('', of, ...more))];
  own.forEach((value, epoch) => assert.ok(Math.abs(value - keras[epoch]!) <= 2e-5 * Math.abs(keras[epoch]!), `${loss}: ${own.join(' ')} | ${keras.join(' ')}`));
}

describe('loss functions of the script', () => {
  it('are computed as they are written', async () => {
    await same('def mse(y_true, y_pred):\n  return K.mean(K.square(y_pred - y_true), axis=-1)', 'mse', "'mse'");
    await same('', 'lambda t, p: tf.reduce_mean(tf.abs(t - p))', "'mae'");
    await same(
      'def huber_fn(y_true, y_pred):\n  error = y_true - y_pred\n  small = tf.abs(error) < 1\n  return tf.where(small, tf.square(error) / 2, tf.abs(error) - 0.5)', 'huber_fn', "'huber'",
    );
    await same('def create_huber(threshold=1.0):\n  def huber_fn(y_true, y_pred):\n    e = y_true - y_pred\n    return tf.where(K.less_equal(K.abs(e), threshold), 0.5 * e * e, threshold * K.abs(e) - 0.5 * threshold ** 2)\n  return huber_fn', 'create_huber()', "'huber'");
    await same('class Own(keras.losses.Loss):\n  def __init__(self, factor=1.0, **kwargs):\n    self.factor = factor\n    super().__init__(**kwargs)\n  def call(self, y_true, y_pred):\n    return self.factor * tf.math.squared_difference(y_true, y_pred)', 'Own(1.0)', "'mse'");
  });

  it('may call those of Keras', async () => {
    const sigmoid = ["layers.Dense(1, activation='sigmoid')", '(np.arange(8) % 2).astype("float32")'] as const;
    await same('def own(y_true, y_pred):\n  return 1.0 * keras.losses.binary_crossentropy(y_true, y_pred)', 'own', "'binary_crossentropy'", ...sigmoid);
    await same('def own(y_true, y_pred):\n  y_pred = K.clip(y_pred, K.epsilon(), 1 - K.epsilon())\n  return -(y_true * K.log(y_pred) + (1 - y_true) * K.log(1 - y_pred))', 'own', "'binary_crossentropy'", ...sigmoid);
    await same('def own(y_true, y_pred):\n  return keras.losses.MeanSquaredError()(y_true, y_pred) + 0 * tf.reduce_sum(y_pred)', 'own', "'mse'");
  });

  it('may call each of Keras\' losses that is made of operations', async () => {
    const softmax = ["layers.Dense(3, activation='softmax')", 'np.eye(3)[np.arange(8) % 3]'] as const;
    const pairs: readonly (readonly [own: string, of: string, ...more: string[]])[] = [
      ['keras.losses.CategoricalCrossentropy(label_smoothing=0.1)(t, p)', 'keras.losses.CategoricalCrossentropy(label_smoothing=0.1)', ...softmax],
      ['keras.losses.kl_divergence(t, p)', "'kl_divergence'", ...softmax],
      ['keras.losses.huber(t, p)', "'huber'"],
      ['keras.losses.log_cosh(t, p)', "'log_cosh'"],
      ['keras.losses.sparse_categorical_crossentropy(t, p, from_logits=True)', 'keras.losses.SparseCategoricalCrossentropy(from_logits=True)', 'layers.Dense(3)', 'np.arange(8) % 3'],
      ['-K.sum(K.l2_normalize(t, axis=-1) * K.l2_normalize(p, axis=-1), axis=-1)', "'cosine_similarity'", 'layers.Dense(3)', 'np.cos(np.arange(24.)).reshape(8, 3)'],
      ['tf.nn.sigmoid_cross_entropy_with_logits(labels=t, logits=p)', 'keras.losses.BinaryCrossentropy(from_logits=True)', 'layers.Dense(1)', '(np.arange(8) % 2).astype("float32")'],
    ];
    for (const [own, of, ...more] of pairs) await same(`def own(t, p):\n  return ${own}`, 'own', of, ...more);
  });

  it('take a crossentropy from the logits behind the model, as Keras does on TensorFlow', async () => {
    const saturated = ["layers.Rescaling(300.0), layers.Dense(1, activation='sigmoid')", '(np.arange(8) % 2).astype("float32")'] as const;
    await same('def own(t, p):\n  return keras.losses.binary_crossentropy(t, p) + 0 * K.mean(p)', 'own', "'binary_crossentropy'", ...saturated);
    // What else the function does with the prediction goes by the probabilities.
    const [mixed, mae] = [
      await losses(scriptOf('def own(t, p):\n  return 0 * keras.losses.binary_crossentropy(t, p) + K.mean(K.abs(t - p), axis=-1)', 'own', ...saturated)),
      await losses(scriptOf('', "'mae'", ...saturated)),
    ];
    mixed.forEach((value, epoch) => assert.ok(Math.abs(value - mae[epoch]!) <= 2e-5 * Math.abs(mae[epoch]!), `${mixed.join(' ')} | ${mae.join(' ')}`));
  });

  it('count samples by their weights', async () => {
    const weighted = ['layers.Dense(1)', 'np.arange(8.) % 2', 'epochs=6, batch_size=3, shuffle=False, class_weight={0: 1.0, 1: 3.0}'] as const;
    await same('def own(t, p):\n  return K.square(t - p)', 'own', "'mse'", ...weighted);
    await same('def own(t, p):\n  return K.mean(K.abs(t - p), axis=-1)', 'own', "'mae'", ...weighted);
  });

  it('take all samples together where they say so: Dice', async () => {
    const dice = 'def dice_loss(y_true, y_pred, smooth=1):\n  t = K.flatten(y_true)\n  p = K.flatten(y_pred)\n  both = K.sum(t * p)\n  return 1 - (2. * both + smooth) / (K.sum(t) + K.sum(p) + smooth)';
    const [first] = await losses(scriptOf(dice, 'dice_loss', "layers.Dense(1, kernel_initializer='zeros', activation='sigmoid')", 'np.array([0, 1, 1, 0, 0, 0, 1, 1.])', 'epochs=1, batch_size=8'));
    // Every prediction is 1/2: 1 − (2 · 4 / 2 + 1) / (4 + 4 + 1).
    assert.ok(Math.abs(first! - 4 / 9) < 1e-6, String(first));
  });

  it('are refused where they cannot be followed', () => {
    const refusalOf = (definition: string): string => {
      const read = readScript(scriptOf(`${definition}\nweight = load()`, 'own'));
      const spec = specOf(read, read.fits[0]!);
      assert.ok(isRefusal(spec));
      return spec.refused.id;
    };
    assert.equal(refusalOf('def own(t, p):\n  return tf.image.ssim(t, p, 1.0)'), 'script.own-function');
    assert.equal(refusalOf('def own(t, p):\n  return weight * K.square(t - p)'), 'script.own-function');
    assert.equal(refusalOf('def own(t, p):\n  if K.mean(t) > 0:\n    return K.square(t - p)\n  return K.abs(t - p)'), 'script.own-function');
  });

  it('are refused where their shapes do not fit together', async () => {
    const read = readScript(scriptOf('def own(t, p):\n  return K.square(t - p)', 'own', 'layers.Dense(3)', 'np.ones((8, 2))'));
    const spec = specOf(read, read.fits[0]!);
    assert.ok(!isRefusal(spec));
    const engine = await engineOf(spec);
    assert.ok('refused' in engine && /own\(\)/.test(say(engine.refused)));
  });

  it('are made of operations that are rebuilt', () => {
    assert.deepEqual(Object.keys(computes).sort(), [...lossOperations].filter((name) => name !== 'InputLayer').sort());
  });
});
