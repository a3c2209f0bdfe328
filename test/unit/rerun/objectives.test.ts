import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { compare } from '../../../src/rerun/fidelity';
import { endOf, measureOf } from '../../../src/rerun/judge';
import { Training } from '../../../src/rerun/training';
import { engineFor, refusalOf, specFor } from './scripts';

interface Case {
  readonly name: string;
  readonly script: string;
  readonly weights: Readonly<Record<string, readonly number[]>>;
  readonly losses: readonly number[];
}

async function lossesOf(script: string, seed = 3): Promise<readonly number[]> {
  const spec = specFor(script);
  return new Training(spec, await engineFor(spec), { seed }).run();
}

const cases = JSON.parse(readFileSync(new URL('../../fixtures/objectives.json', import.meta.url), 'utf8')) as readonly Case[];

describe('objectives beyond the loss of an output', () => {
  for (const { name, script, weights, losses } of cases) {
    it(`print what Keras prints: ${name}`, async () => {
      const spec = specFor(script);
      const engine = await engineFor(spec);
      const start = engine.weights.map((weight) => Float32Array.from(weights[weight.name] ?? []));
      const printed = new Training(spec, engine, { seed: 1, weights: start }).run();
      losses.forEach((loss, epoch) => assert.ok(Math.abs(printed[epoch]! - loss) <= 1e-5 * Math.abs(loss), `${printed.join(' ')} | ${losses.join(' ')}`));
    });
  }

  const vae = (sample: string, rest: string): string => `
import numpy as np
import tensorflow as tf
from keras import backend as K, metrics
from keras.layers import Input, Dense, Lambda
from keras.models import Model
batch_size, original_dim, latent_dim = 4, 6, 2
x_train = (np.sin(np.arange(72.)).reshape(12, 6) + 1) / 2
x = Input(shape=(original_dim,))
h = Dense(5, activation='tanh')(x)
z_mean = Dense(latent_dim)(h)
z_log_var = Dense(latent_dim)(h)
def sampling(args):
  z_mean, z_log_var = args
  epsilon = ${sample}
  return z_mean + K.exp(z_log_var / 2) * epsilon
z = Lambda(sampling, output_shape=(latent_dim,))([z_mean, z_log_var])
x_decoded_mean = Dense(original_dim, activation='sigmoid')(Dense(5, activation='tanh')(z))
vae = Model(x, x_decoded_mean)
def vae_loss(x, x_decoded_mean):
  xent_loss = original_dim * metrics.binary_crossentropy(x, x_decoded_mean)
  kl_loss = - 0.5 * K.sum(1 + z_log_var - K.square(z_mean) - K.exp(z_log_var), axis=-1)
  return K.mean(xent_loss + kl_loss)
${rest}`;
  const fit = 'vae.fit(x_train, x_train, shuffle=False, epochs=5, batch_size=batch_size)\n';
  const byLoss = `vae.compile(optimizer='rmsprop', loss=vae_loss)\n${fit}`;
  const added = `vae.add_loss(vae_loss(x, x_decoded_mean))\nvae.compile(optimizer='rmsprop')\n${fit}`;
  const fixed = 'K.random_normal(shape=(K.shape(z_mean)[0], latent_dim), mean=0., stddev=0.)';

  it('are the same whether a loss looks into the model or is added to it', async () => {
    const [own, other] = [await lossesOf(vae(fixed, byLoss)), await lossesOf(vae(fixed, added))];
    own.forEach((loss, epoch) => assert.ok(Math.abs(loss - other[epoch]!) <= 1e-6 * loss, `${own.join(' ')} | ${other.join(' ')}`));
  });

  it('print a mean over batches where Keras 2 has no targets to count', async () => {
    const old = added.replace('batch_size=batch_size)', 'batch_size=5)').replace('x_decoded_mean))', 'x_decoded_mean))\nfrom keras.layers.merge import add');
    assert.equal(specFor(vae(fixed, old)).printed, 'batches');
    assert.equal(specFor(vae(fixed, byLoss)).printed, 'samples');
  });

  it('draw the sample anew in every step, by its law', async () => {
    for (const sample of ['K.random_normal(shape=(batch_size, latent_dim), mean=0., std=1.)', 'tf.random.normal(tf.shape(z_mean))', 'tf.keras.backend.random_normal(shape=(tf.shape(z_mean)[0], latent_dim))']) {
      const spec = specFor(vae(sample, byLoss));
      const engine = await engineFor(spec);
      new Training(spec, engine, { seed: 1 });
      const rows = Uint32Array.of(0, 1, 2, 3);
      const losses = Array.from({ length: 5 }, () => engine.step(rows));
      assert.equal(new Set(losses).size, losses.length, 'no two samples are alike');
    }
    // The mean of the squares of 3,000 numbers of the law with mean 1 and deviation 2.
    const [square] = await lossesOf("import numpy as np\nfrom keras import backend as K\nfrom keras.layers import Input, Dense, Lambda\nfrom keras.models import Model\nx = Input((3,))\nh = Dense(3)(x)\ne = Lambda(lambda t: K.random_normal(shape=(K.shape(t)[0], 3), mean=1., stddev=2.))(h)\nmodel = Model(x, h)\nmodel.add_loss(K.mean(K.square(e)) + 0 * K.mean(h))\nmodel.compile(optimizer='sgd')\nmodel.fit(np.ones((1000, 3)), epochs=1, batch_size=1000)\n");
    assert.ok(Math.abs(square! - 5) < 4 * Math.sqrt(48 / 3000), String(square));
  });

  it('have no constant prediction to beat, and may be negative', async () => {
    const spec = specFor(vae(fixed, byLoss));
    const measure = measureOf(spec);
    assert.equal(measure.yardstick, undefined);
    assert.equal(measureOf({ ...spec, batchSize: 12 }).deterministic, false);
    const falling = Array.from({ length: 30 }, (_, epoch) => 1 - 0.1 * epoch);
    assert.equal(endOf({ losses: falling }, measure), 'falling');
    assert.equal(endOf({ losses: [...falling, ...Array.from({ length: 20 }, () => -2)] }, measure), 'settled');
    assert.equal(endOf({ losses: falling.map((loss) => -loss) }, measure), 'above-baseline');
  });

  it('are held against a log that is negative by how far it goes', () => {
    const held = (losses: readonly number[]) => compare({ losses: [1, 0, -1, -2] }, { losses, slopes: [] });
    assert.equal(held([1.002, 0.02, -0.97, -1.96]).reason.id, 'rerun.reproduced.way');
    assert.equal(held([1.002, 0.5, 0.1, -0.3]).reason.id, 'rerun.differs.way');
    assert.equal(held([1.002, 0.98, 0.97, 0.99]).reason.id, 'rerun.differs.behaviour');
  });

  it('are refused where models take turns, and where weights are left out', () => {
    const model = (step: string, weights: string): string => `
import keras
import tensorflow as tf
import numpy as np
from keras import layers
a = keras.Sequential([layers.Input((2,)), layers.Dense(2)])
b = keras.Sequential([layers.Input((2,)), layers.Dense(1)])
class Both(keras.Model):
  def __init__(self, a, b):
    super().__init__()
    self.a = a
    self.b = b
    self.other = keras.optimizers.Adam()
  def train_step(self, data):
    with tf.GradientTape() as tape:
      loss = tf.reduce_mean(tf.square(self.b(self.a(data))))
    self.optimizer.apply_gradients(zip(tape.gradient(loss, ${weights}), ${weights}))
${step}    return {'loss': loss, 'other': loss}
model = Both(a, b)
model.compile(optimizer='sgd')
model.fit(np.ones((4, 2)), epochs=2)
`;
    const second = "    with tf.GradientTape() as tape:\n      loss = tf.reduce_mean(tf.square(self.a(data)))\n    self.other.apply_gradients(zip(tape.gradient(loss, self.b.trainable_weights), self.b.trainable_weights))\n";
    assert.ok(specFor(model('', 'self.trainable_weights')).terms);
    assert.equal(refusalOf(model('', 'self.a.trainable_weights')), 'rerun.refused.method');
    assert.equal(refusalOf(model(second, 'self.a.trainable_weights')), 'script.steps-in-turn');
  });
});
