import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { specOf } from '../../../src/rerun';
import { Random } from '../../../src/rerun/random';
import { Graph } from '../../../src/rerun/tensor/graph';
import { readScript } from '../../../src/script';

/** What an operation on `a` (2 samples of 2 × 3) and `b`, the same times 2, gives. */
async function given(expression: string): Promise<{ readonly shape: readonly number[]; readonly values: readonly number[] }> {
  const script = readScript(
    'import keras\nimport numpy as np\nimport tensorflow as tf\nfrom keras import layers, backend as K\n' +
    `a = layers.Input((2, 3))\nb = layers.Input((2, 3))\nmodel = keras.Model([a, b], ${expression})\nmodel.compile('sgd', 'mse')\n` +
    "x = np.arange(12.).reshape(2, 2, 3) - 5\nmodel.fit([x, 2 * x], x)\n",
  );
  const spec = specOf(script, script.fits[0]!);
  assert.ok(!('refused' in spec), 'refused' in spec ? spec.refused.id : '');
  await tf.setBackend('cpu');
  const graph = new Graph(spec, spec.x.map(({ shape }) => shape.slice(1)));
  const nothing = (): void => undefined;
  const state = graph.state.map(({ values, shape, initializer }) => {
    initializer(values, shape, new Random(1));
    return tf.tensor(values, [...shape]);
  });
  const [output] = graph.run(
    spec.x.map(({ shape, data }) => tf.tensor([...data], [...shape])),
    { weights: [], state, training: true, random: new Random(1), update: nothing, squares: nothing, addLoss: nothing },
  );
  assert.deepEqual(output!.value.shape.slice(1), graph.outputShapes[0], 'the shape that was told');
  return { shape: output!.value.shape, values: [...output!.value.dataSync()].map((value) => Math.round(value * 1e4) / 1e4) };
}

describe('operations on tensors', () => {
  const x = Array.from({ length: 12 }, (_, i) => i - 5);

  it('work on each number', async () => {
    assert.deepEqual((await given('tf.abs(a - b)')).values, x.map(Math.abs));
    assert.deepEqual((await given('K.clip(a, -2, 3)')).values, x.map((value) => Math.min(3, Math.max(-2, value))));
    assert.deepEqual((await given('K.sqrt(K.square(a)) + 1')).values, x.map((value) => Math.abs(value) + 1));
    assert.deepEqual((await given('1 - a ** 2 / 2')).values, x.map((value) => 1 - value ** 2 / 2));
    assert.deepEqual((await given('(b + 100) / (b + 100)')).values, x.map(() => 1));
  });

  it('work along axes', async () => {
    assert.deepEqual(await given('K.sum(a, axis=1)'), { shape: [2, 3], values: [-7, -5, -3, 5, 7, 9] });
    assert.deepEqual(await given('tf.reduce_mean(a, axis=[1, 2], keepdims=True)'), { shape: [2, 1, 1], values: [-2.5, 3.5] });
    assert.deepEqual(await given('tf.reduce_max(a, -1)'), { shape: [2, 2], values: [-3, 0, 3, 6] });
  });

  it('take parts and give other shapes', async () => {
    assert.deepEqual(await given('a[:, -1, 1:]'), { shape: [2, 2], values: [-1, 0, 5, 6] });
    assert.deepEqual(await given('a[..., 0]'), { shape: [2, 2], values: [-5, -2, 1, 4] });
    assert.deepEqual((await given('tf.expand_dims(a, -1)')).shape, [2, 2, 3, 1]);
    assert.deepEqual((await given('tf.squeeze(tf.expand_dims(a, 1), 1)')).shape, [2, 2, 3]);
    assert.deepEqual(await given('tf.stack([a[:, 0, 0], b[:, 0, 0]], axis=1)'), { shape: [2, 2], values: [-5, -10, 1, 2] });
  });

  it('meet constants by NumPy\'s broadcasting, and numbers that the script makes', async () => {
    assert.deepEqual((await given('a + np.array([1., 2., 3.])')).values, x.map((value, i) => value + (i % 3) + 1));
    assert.deepEqual(await given('tf.matmul(a, tf.constant([[1.], [0.], [-1.]]))'), { shape: [2, 2, 1], values: [-2, -2, -2, -2] });
    assert.deepEqual(await given('K.dot(a, tf.ones((3, 2)))[:, :, 0]'), { shape: [2, 2], values: [-12, -3, 6, 15] });
    assert.deepEqual(await given('a[:, 0] + tf.cast(tf.range(tf.shape(a)[2]), tf.float32)'), { shape: [2, 3], values: [-5, -3, -1, 1, 3, 5] });
    assert.deepEqual(await given('tf.concat([tf.zeros((tf.shape(a)[0], 1, 3)), a], 1)[:, :2, 0]'), { shape: [2, 2], values: [0, -5, 0, 1] });
    assert.deepEqual(await given("tf.gather(a, [1, 1], axis=1)[:, :, 0]"), { shape: [2, 2], values: [-2, -2, 4, 4] });
  });

  it('are refused where they would move the batch, or mix its samples', () => {
    for (const expression of ['tf.transpose(a, [1, 0, 2])', 'tf.reshape(a, (-1, 3))', 'tf.matmul(tf.transpose(a), b)', 'a - tf.reduce_mean(a, axis=0)', 'tf.concat([a, b], 0)', 'a[0]', 'tf.einsum("bij,bij->ij", a, b)', 'tf.tensordot(a, b, 3)']) {
      const script = readScript(`import keras\nimport numpy as np\nimport tensorflow as tf\nfrom keras import layers\na = layers.Input((2, 3))\nb = layers.Input((2, 3))\nmodel = keras.Model([a, b], ${expression})\nmodel.compile('sgd', 'mse')\nx = np.ones((2, 2, 3))\nmodel.fit([x, x], x)\n`);
      const spec = specOf(script, script.fits[0]!);
      assert.throws(() => {
        if ('refused' in spec) throw new Error(spec.refused.id);
        return new Graph(spec, spec.x.map(({ shape }) => shape.slice(1)));
      }, expression);
    }
  });

  it('are rebuilt inside a Lambda', async () => {
    assert.deepEqual((await given('layers.Lambda(lambda p: K.sum(p[0] * p[1], axis=[1, 2]))([a, b])')).values, [110, 182]);
    assert.deepEqual((await given("layers.Lambda(lambda t: t / 10, name='out')(a)")).values, x.map((value) => value / 10));
  });
});
