import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { isRefusal, specOf } from '../../../src/rerun';
import { Random } from '../../../src/rerun/random';
import { Graph } from '../../../src/rerun/tensor/graph';
import type { TrainingSpec } from '../../../src/rerun/trace';
import { readScript } from '../../../src/script';

const imports = 'import keras\nimport numpy as np\nfrom keras import layers\nfrom keras.layers import Input, Embedding, LSTM, Dense\n';

function specFor(model: string, data: string): TrainingSpec {
  const script = readScript(`${imports}${model}\nmodel.compile('sgd', 'mse')\n${data}\n`);
  const spec = specOf(script, script.fits[0]!);
  assert.ok(!isRefusal(spec), 'refused' in spec ? spec.refused.id : '');
  return spec;
}

/** What the model gives for its data, with these weights. */
async function output(spec: TrainingSpec, weights: readonly (readonly number[])[] | undefined, training = false): Promise<readonly number[]> {
  await tf.setBackend('cpu');
  const graph = new Graph(spec, spec.x.map(({ shape }) => shape.slice(1)));
  const nothing = (): void => undefined;
  const given = graph.weights.map(({ shape, values, initializer }, index) => {
    initializer(values, shape, new Random(5, index));
    return tf.tensor(weights?.[index] ? [...weights[index]] : values, [...shape]);
  });
  const x = spec.x.map(({ shape, data }) => tf.tensor([...data], [...shape]));
  const [result] = graph.run(x, { weights: given, state: [], training, random: new Random(1), update: nothing, squares: nothing, addLoss: nothing });
  return [...result!.value.dataSync()].map((value) => Math.round(value * 1e5) / 1e5);
}

const numbers = (count: number, factor: number): number[] => Array.from({ length: count }, (_, i) => Math.sin(factor * (i + 1)) / 2);

describe('layers of older Keras', () => {
  const data = 'model.fit(np.arange(24.).reshape(2, 4, 3) / 10, np.zeros((2, 2)))';

  it('CuDNNLSTM and CuDNNGRU are the plain layers with two biases', async () => {
    const [kernel, recurrent, first, second] = [numbers(24, 1), numbers(16, 2), numbers(8, 3), numbers(8, 4)];
    const plain = await output(specFor('model = keras.Sequential([layers.LSTM(2)])', data), [kernel, recurrent, first.map((value, i) => value + second[i]!)]);
    const fast = specFor('model = keras.Sequential([layers.CuDNNLSTM(2, input_shape=(4, 3))])', data);
    assert.deepEqual(await output(fast, [kernel, recurrent, [...first, ...second]]), plain);
    const gates = [numbers(18, 1), numbers(12, 2), numbers(12, 3)];
    const gru = await output(specFor('model = keras.Sequential([layers.GRU(2)])', data), gates);
    assert.deepEqual(await output(specFor('model = keras.Sequential([layers.CuDNNGRU(2)])', data), gates), gru);
  });

  it('CuDNNLSTM starts to forget nothing', () => {
    const { weights } = new Graph(specFor('model = keras.Sequential([layers.CuDNNLSTM(2)])', data), [[4, 3]]);
    const { values, shape, initializer } = weights[2]!;
    initializer(values, shape, new Random(1));
    assert.deepEqual([...values], [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0]);
  });

  it('Embedding(dropout=) of Keras 1 drops whole words in training', async () => {
    const spec = specFor('model = keras.Sequential([Embedding(40, 2, dropout=0.5, input_length=40)])', 'model.fit(np.arange(40).reshape(1, 40), np.zeros((1, 40, 2)), nb_epoch=1)');
    const [table, dropped] = [await output(spec, undefined), await output(spec, undefined, true)];
    const kept = table.map((_, i) => (dropped[i] === 0 ? 0 : 1));
    assert.ok(kept.includes(0) && kept.includes(1));
    for (let word = 0; word < 40; word++) assert.equal(kept[2 * word], kept[2 * word + 1]);
    dropped.forEach((value, i) => assert.ok(value === 0 || Math.abs(value - 2 * table[i]!) < 1e-4));
  });
});

describe('states of recurrent layers', () => {
  it('go from an encoder to a decoder', () => {
    const spec = specFor(
      'a = Input((None, 3))\n_, h, c = LSTM(4, return_state=True)(a)\nb = Input((None, 2))\n' +
        'outputs, _, _ = LSTM(4, return_sequences=True, return_state=True)(b, initial_state=[h, c])\nmodel = keras.Model([a, b], Dense(2)(outputs))',
      'model.fit([np.zeros((2, 4, 3)), np.zeros((2, 5, 2))], np.zeros((2, 5, 2)))',
    );
    const { outputShapes } = new Graph(spec, [[4, 3], [5, 2]]);
    assert.deepEqual([outputShapes, spec.substitutions], [[[5, 2]], []]);
  });
});


describe('pictures that are changed at random', () => {
  const pictures = 'model.fit(np.arange(240.).reshape(20, 3, 4, 1) / 100, np.zeros((20, 1)))';
  const rows = (values: readonly number[]): string[] => Array.from({ length: 20 }, (_, i) => values.slice(12 * i, 12 * (i + 1)).join());

  it('are mirrored by the toss of a coin in training, and as they were otherwise', async () => {
    const spec = (mode: string, header = ''): TrainingSpec => specFor(`${header}model = keras.Sequential([layers.RandomFlip('${mode}', input_shape=(3, 4, 1))])`, pictures);
    const plain = await output(spec('horizontal'), undefined);
    const ways = async (given: TrainingSpec): Promise<number> => {
      const [before, after] = [rows(plain), rows(await output(given, undefined, true))];
      const changed = new Set(after.map((row, i) => (row === before[i] ? 'kept' : row.split(',').map((value) => Math.round(100 * Number(value)) - 12 * i).join())));
      return changed.size;
    };
    assert.equal(Math.round(plain[25]! * 100), 25);
    // Kept or mirrored; Keras 2 draws for each direction anew.
    assert.deepEqual([await ways(spec('horizontal')), await ways(spec('vertical'))], [2, 2]);
    assert.equal(await ways(spec('horizontal_and_vertical')), 2);
    assert.equal(await ways({ ...spec('horizontal_and_vertical'), keras: 2 }), 4);
  });

  it('are each turned by an angle of its own', async () => {
    const turned = await output(specFor('model = keras.Sequential([layers.RandomRotation(0.2, input_shape=(3, 4, 1))])', 'model.fit(np.ones((20, 1, 1, 1)) * np.arange(12.).reshape(1, 3, 4, 1), np.zeros((20, 1)))'), undefined, true);
    assert.equal(new Set(rows(turned)).size, 20);
  });
});
