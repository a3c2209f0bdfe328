import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Training } from '../../../src/rerun/training';
import { engineFor, refusalOf, specFor } from './scripts';

interface Case {
  readonly name: string;
  readonly script: string;
  /** Numbers that are trained. */
  readonly trained: number;
  readonly losses: readonly number[];
}

/** The same for every weight of a shape (test/fixtures/make/weights.py). */
const startOf = (shape: readonly number[]) => (_: number, index: number) => Math.round(50 * Math.sin(1.7 * index + shape.length)) / 100;

const cases = JSON.parse(readFileSync(new URL('../../fixtures/weights.json', import.meta.url), 'utf8')) as readonly Case[];

describe("layers of a script's own that have weights", () => {
  for (const { name, script, trained, losses } of cases) {
    it(`train as in Keras: ${name}`, async () => {
      const spec = specFor(script);
      const engine = await engineFor(spec);
      assert.equal(engine.weights.reduce((sum, { values }) => sum + values.length, 0), trained);
      const start = engine.weights.map(({ shape, values }) => values.map(startOf(shape)));
      const printed = new Training(spec, engine, { seed: 1, weights: start }).run();
      losses.forEach((loss, epoch) => assert.ok(Math.abs(printed[epoch]! - loss) <= 1e-5 * Math.abs(loss), `${printed.join(' ')} | ${losses.join(' ')}`));
    });
  }

  const script = (head: string, body: string, keras = 'keras'): string =>
    `import numpy as np\nimport tensorflow as tf\nimport ${keras} as keras\nfrom ${keras} import layers, backend as K\nclass Own(layers.Layer):\n${head}  def call(self, x):\n    ${body}\nmodel = keras.Sequential([layers.Input((3,)), layers.Dense(3), Own()])\n` +
    "model.compile('sgd', 'mse')\nmodel.fit(np.ones((4, 3)), np.ones((4, 3)))\n";
  /** Classes and what is trained of the weights of a script's own layer. */
  const weightsOf = (text: string): unknown[] =>
    specFor(text).layers.filter(({ className }) => className === 'Variable').map(({ config, weights }) => [config.shape, config.trainable !== false, config.value_initializer, weights !== undefined]);

  it('are read in all styles of add_weight', () => {
    const built = (weight: string): string => script(`  def build(self, input_shape):\n    self.w = ${weight}\n`, 'return x * self.w');
    assert.deepEqual(weightsOf(built("self.add_weight((input_shape[-1],), 'ones')")), [[[3], true, 'ones', false]]);
    assert.deepEqual(weightsOf(built("self.add_weight('scale', shape=[3], initializer='zeros', trainable=False)")), [[[3], false, 'zeros', false]]);
    assert.deepEqual(weightsOf(built("self.add_weight(shape=(3,), initializer='uniform', name='w')")), [[[3], true, 'uniform', false]]);
    assert.deepEqual(weightsOf(built("self.add_variable('w', [int(input_shape[-1])])")), [[[3], true, 'glorot_uniform', false]]);
    assert.deepEqual(weightsOf(script("  def __init__(self):\n    super().__init__()\n    self.w = self.add_weight(shape=(), initializer=keras.initializers.Constant(2.))\n", 'return x * self.w')), [[[], true, { class_name: 'Constant', config: { value: 2 } }, false]]);
  });

  it('are built once, and shared where the layer is used twice', () => {
    const twice = script("  def build(self, s):\n    self.w = self.add_weight(shape=(3,))\n", 'return x * self.w').replace('model = keras.Sequential([layers.Input((3,)), layers.Dense(3), Own()])', 'i = layers.Input((3,))\no = Own()\nmodel = keras.Model(i, o(o(i)))');
    assert.equal(weightsOf(twice).length, 1);
  });

  it('are trained as variables of TensorFlow where the version of Keras does so', () => {
    const held = (keras: string, made: string): string => script(`  def __init__(self):\n    super().__init__()\n    self.w = ${made}\n`, 'return x * self.w', keras);
    const drawn = 'tf.Variable(tf.random.normal([3], stddev=0.1))';
    const law = { class_name: 'RandomNormal', config: { mean: 0, stddev: 0.1 } };
    assert.deepEqual(weightsOf(held('keras', drawn)), [[[3], false, law, false]]);
    assert.deepEqual(weightsOf(held('tf_keras', drawn)), [[[3], true, law, false]]);
    assert.deepEqual(weightsOf(held('tf_keras', 'tf.Variable(tf.zeros((3,)), trainable=False)')), [[[3], false, 'glorot_uniform', true]]);
    assert.deepEqual(weightsOf(held('keras', 'np.array([1., 2., 3.])')), [[[3], false, 'glorot_uniform', true]]);
  });

  it('are refused where a step changes them by itself, or where their shape is not known', () => {
    assert.equal(refusalOf(script("  def build(self, s):\n    self.w = self.add_weight(shape=(3,), trainable=False)\n", 'self.w.assign_add(tf.reduce_mean(x, axis=0))\n    return x * self.w')), 'rerun.refused.origin');
    assert.notEqual(refusalOf(script("  def build(self, s):\n    self.w = self.add_weight(shape=(unknown(),))\n", 'return x * self.w')), '');
  });

  it('keep a constant a constant where the whole model is made trainable', () => {
    const text = script('', 'return x * np.array([1., 2., 3.])').replace("model.compile(", "model.trainable = True\nmodel.compile(");
    assert.deepEqual(weightsOf(text).map((weight) => (weight as unknown[])[1]), [false]);
  });

  it('are found where the length of a sequence is left open', async () => {
    const text = cases.find(({ name }) => name.startsWith('the place of a token'))!.script.replace('keras.Input((5,)', 'keras.Input((None,)');
    const engine = await engineFor(specFor(text));
    assert.equal(engine.weights.reduce((sum, { values }) => sum + values.length, 0), cases.find(({ name }) => name.startsWith('the place of a token'))!.trained);
  });

  it('train as they infer where they are called so and the version of Keras heeds it', () => {
    const own = (call: string, keras = 'keras'): string =>
      `import numpy as np\nimport ${keras} as keras\nfrom ${keras} import layers\nclass Own(keras.Model):\n  def __init__(self):\n    super().__init__()\n    self.norm = layers.BatchNormalization()\n` +
      `    self.drop = layers.Dropout(0.5)\n  def call(self, x):\n    return ${call}\nmodel = Own()\nmodel.compile('sgd', 'mse')\nmodel.fit(np.ones((4, 3)), np.ones((4, 3)))\n`;
    const functional = (keras: string): string =>
      `import numpy as np\nimport ${keras} as keras\nfrom ${keras} import layers\nx = keras.Input((3,))\nmodel = keras.Model(x, layers.Dense(3)(layers.BatchNormalization()(x, training=False)))\n` +
      "model.compile('sgd', 'mse')\nmodel.fit(np.ones((4, 3)), np.ones((4, 3)))\n";
    const inferring = (text: string): readonly string[] => specFor(text).layers.filter(({ config }) => config.training === false).map(({ className }) => className);
    assert.deepEqual(inferring(own('self.drop(self.norm(x, training=False), training=False)')), ['BatchNormalization', 'Dropout']);
    assert.equal(refusalOf(own('self.drop(self.norm(x, training=False))')), 'rerun.refused.argument');
    assert.deepEqual(inferring(own('self.drop(self.norm(x, training=False))', 'tf_keras')), ['BatchNormalization']);
    assert.deepEqual(inferring(functional('tf_keras')), ['BatchNormalization']);
    assert.deepEqual(inferring(functional('keras')), []);
  });
});
