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
  const [output] = graph.run(
    spec.x.map(({ shape, data }) => tf.tensor([...data], [...shape])),
    { weights: [], state: [], training: true, random: new Random(1), update: nothing, squares: nothing, addLoss: nothing },
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

  it('are rebuilt inside a Lambda', async () => {
    assert.deepEqual((await given('layers.Lambda(lambda p: K.sum(p[0] * p[1], axis=[1, 2]))([a, b])')).values, [110, 182]);
    assert.deepEqual((await given("layers.Lambda(lambda t: t / 10, name='out')(a)")).values, x.map((value) => value / 10));
  });
});
