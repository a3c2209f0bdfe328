import assert from 'node:assert/strict';
import { readScript, standIn, type Fit, type StandIn } from '../../../src/script';
import { isRefusal, specOf } from '../../../src/rerun';
import { known } from './fixtures';
import { readerOf } from '../../../src/script/standin-shapes';

const imports = 'import numpy as np\nimport pandas as pd\nfrom keras import Sequential, Input\nfrom keras.layers import *\n';

/** What stands in for the only fit of a script, checked to be enough for a rerun. */
function filled(code: string): StandIn {
  const script = readScript(imports + code);
  const result = standIn(script, script.fits[0]!);
  assert.ok('fit' in result, JSON.stringify(result));
  const spec = specOf(script, result.fit);
  assert.ok(!isRefusal(spec), JSON.stringify(spec));
  return result;
}

const shapesOf = ({ x, y }: Fit): (readonly number[])[] => [...known(x), ...known(y)].map(({ shape }) => shape);
const assumptions = ({ substitutions }: StandIn): unknown[] => substitutions.filter(({ id }) => id !== 'script.stand-in').map(({ args }) => args);

describe('data that stand in', () => {
  it('have the shapes of the model, targets the shape of its output', () => {
    const made = filled(`
model = Sequential([Input((16, 16, 3)), Conv2D(8, 3), MaxPooling2D(), Conv2DTranspose(3, 2, strides=2, padding="same")])
model.compile(loss="mse")
model.fit(np.load("x.npy"), np.load("y.npy"))`);
    assert.deepEqual(shapesOf(made.fit), [[256, 16, 16, 3], [256, 14, 14, 3]]);
    assert.deepEqual(assumptions(made), []);
  });

  it('have a class for each place of a sequence where the loss wants class numbers', () => {
    const made = filled(`
model = Sequential([Input((12,)), Embedding(50, 4), LSTM(6, return_sequences=True), Dense(5, activation="softmax")])
model.compile(loss="sparse_categorical_crossentropy")
model.fit(np.load("x.npy"), np.load("y.npy"))`);
    assert.deepEqual(shapesOf(made.fit), [[256, 12], [256, 12]]);
    assert.deepEqual(new Set(known(made.fit.y)[0]!.data), new Set([0, 1, 2, 3, 4]));
  });

  it('are the same for input and target of an autoencoder', () => {
    const made = filled(`
model = Sequential([Input((8,)), Dense(3), Dense(8)])
model.compile(loss="mse")
x = pd.read_csv("x.csv").values
model.fit(x, x)`);
    assert.equal(known(made.fit.x)[0], known(made.fit.y)[0]);
  });

  it('keep what is known of an input whose other lengths come from the data, and name the rest', () => {
    const made = filled(`
x = pd.read_csv("x.csv").values
model = Sequential([LSTM(6, input_shape=(x.shape[1], 3)), Dense(1)])
model.compile(loss="mse")
model.fit(x, x)`);
    assert.deepEqual(known(made.fit.x)[0]!.shape.slice(1), [16, 3]);
    assert.deepEqual(assumptions(made), [{ name: 'input_shape', value: '(16, 3)' }]);
  });

  it('are as long as the windows of the model need them where the script leaves the length open', () => {
    const made = filled(`
x = pd.read_csv("x.csv").values
model = Sequential([Dropout(0.1, input_shape=(None, 2)), Conv1D(8, 5), MaxPooling1D(5), Conv1D(8, 5), MaxPooling1D(5), GlobalMaxPooling1D(), Dense(1)])
model.compile(loss="mse")
model.fit(x, x)`);
    assert.deepEqual(known(made.fit.x)[0]!.shape.slice(1), [64, 2]);
    const open = filled('model = Sequential([Dropout(0.1), ConvLSTM2D(4, 3), Flatten(), Dense(1)])\nmodel.compile(loss="mse")\nmodel.fit(np.load("x.npy"), np.load("y.npy"))');
    assert.equal(known(open.fit.x)[0]!.shape.length, 5);
  });

  it('go into shapes of which a part is known', () => {
    const data = 'x = np.load("x.npy")\n';
    const first = filled(`${data}model = Sequential([Reshape((80, x.shape[1]), input_shape=(80 * x.shape[1],)), Conv1D(8, 5), Flatten(), Dense(1)])\nmodel.compile(loss="mse")\nmodel.fit(x, x)`);
    assert.deepEqual(known(first.fit.x)[0]!.shape.slice(1), [80]);
    assert.deepEqual(assumptions(first).at(-1), { name: 'Reshape: target_shape', value: '(80, 1)' });
    const later = filled(`${data}model = Sequential([Embedding(9, 6, input_length=x.shape[1]), Reshape((x.shape[1], 6, x.ndim - 1)), Conv2D(8, 3), Flatten(), Dense(1)])\nmodel.compile(loss="mse")\nmodel.fit(x, x)`);
    assert.deepEqual(assumptions(later).at(-1), { name: 'Reshape: target_shape', value: '(16, 6, 1)' });
  });

  it('have usual sizes where sizes of the model come from the data, each named', () => {
    const made = filled(`
table = pd.read_csv("x.csv")
model = Sequential([Embedding(words(table), 4), GlobalAveragePooling1D(), Dense(table.label.nunique(), activation="softmax")])
model.compile(loss="categorical_crossentropy")
model.fit(table.values, table.label, epochs=rounds(table), callbacks=[own(table)])`);
    assert.deepEqual(shapesOf(made.fit), [[256, 16], [256, 10]]);
    assert.deepEqual(assumptions(made), [
      { name: 'epochs', value: '10' },
      { name: 'callbacks' },
      { name: 'Embedding: input_dim', value: '1000' },
      { name: 'Dense: units', value: '10' },
      { name: 'input_shape', value: '(16,)' },
    ]);
  });

  it('have targets as the last activation gives them where the loss is a function of the script', () => {
    const labels = (activation: string): readonly number[] => {
      const made = filled(`
from keras import backend as K
def dice(t, p):
  return 1 - K.sum(t * p)
model = Sequential([Input((4,)), Dense(2, activation="${activation}")])
model.compile(loss=dice)
model.fit(np.load("x.npy"), np.load("y.npy"))`);
      return [...new Set(known(made.fit.y)[0]!.data)].sort();
    };
    assert.deepEqual([labels('sigmoid'), labels('softmax'), labels('linear').length > 2], [[0, 1], [0, 1], true]);
  });

  it('have usual rates, and no penalties, where a file of settings tells them', () => {
    const made = filled(`
import config
model = Sequential([Input((4,)), Dense(8, kernel_regularizer=config.penalty()), Dropout(config.RATE), Reshape((8, 1)), LSTM(3, dropout=config.DROP), Dense(1)])
model.compile(loss="mse")
model.fit(np.load("x.npy"), np.load("y.npy"))`);
    assert.deepEqual(assumptions(made).slice(0, 3), [{ name: 'Dense: kernel_regularizer' }, { name: 'Dropout: rate', value: '0.5' }, { name: 'LSTM: dropout', value: '0' }]);
  });

  it('take the place of sizes inside the model and of start weights that come from files, each named', () => {
    const made = filled(`
vectors = np.load("vectors.npy")
model = Sequential([Input((12,)), Embedding(vectors.shape[0], vectors.shape[1], weights=[vectors]), LSTM(len(own())), Dense(1)])
model.compile(loss="mse")
model.fit(np.load("x.npy"), np.load("y.npy"))`);
    assert.deepEqual(assumptions(made), [
      { name: 'Embedding: input_dim', value: '1000' },
      { name: 'Embedding: output_dim', value: '32' },
      { name: 'Embedding: weights' },
      { name: 'LSTM: units', value: '32' },
    ]);
  });

  it('go with what a search starts with, each named', () => {
    const made = filled(`
import keras_tuner as kt
from keras.optimizers import Adam
def build(hp):
  model = Sequential([Input((2,)), Dense(hp.Int("units", 8, 64), kernel_regularizer=keras.regularizers.l2(hp.Float("decay", 0.1, 0.5))), Dense(1)])
  model.compile(Adam(hp.Choice("rate", [0.05, 0.01])), "mse")
  return model
kt.RandomSearch(build, "loss").search(np.ones((8, 2)), np.ones((8, 1)), epochs=2)`);
    assert.deepEqual(assumptions(made), [
      { name: 'Dense: units', value: '8' }, { name: 'Dense: kernel_regularizer', value: '{"class_name":"L2","config":{"l2":0.1}}' }, { name: 'Adam: learning_rate', value: '0.05' },
    ]);
  });

  it('are refused where the shape of an output cannot be told', () => {
    const script = readScript(`${imports}
model = Sequential([Input((8,)), Lambda(lambda t: own(t))])
model.compile(loss="mse")
model.fit(np.load("x.npy"), np.load("y.npy"))`);
    const result = standIn(script, script.fits[0]!);
    assert.deepEqual(result, { refused: { id: 'script.refused.no-shape', args: { layer: 'Lambda' } } });
  });
});

describe('a model whose beginning is not rebuilt', () => {
  it('is trained on stand-ins for what its frozen part gives', () => {
    const made = filled(`
from keras.applications import VGG16
base = VGG16(include_top=False, input_shape=(96, 64, 3))
base.trainable = False
model = Sequential([base, GlobalAveragePooling2D(), Dense(4, activation="softmax")])
model.compile(loss="categorical_crossentropy")
model.fit(np.load("x.npy"), np.load("y.npy"))`);
    assert.deepEqual(shapesOf(made.fit), [[256, 3, 2, 512], [256, 4]]);
    assert.deepEqual(known(made.fit.model).layers.map(({ className }) => className), ['InputLayer', 'GlobalAveragePooling2D', 'Dense']);
    assert.deepEqual(assumptions(made), [{ layers: 'VGG16' }]);
  });

  it('has images of a usual size where the script names none', () => {
    const made = filled(`
from keras.applications import MobileNetV2
base = MobileNetV2(include_top=False)
base.trainable = False
model = Sequential([base, GlobalAveragePooling2D(), Dense(4, activation="softmax")])
model.compile(loss="categorical_crossentropy")
model.fit(np.load("x.npy"), np.load("y.npy"))`);
    assert.deepEqual(known(made.fit.x)[0]!.shape.slice(1), [7, 7, 1280]);
  });

  it('takes numbers that are normal already where a layer was adapted to data that are not at hand', () => {
    const made = filled(`
x = np.load("x.npy")
scale = Normalization()
scale.adapt(x)
model = Sequential([Input((3,)), scale, Dense(1)])
model.compile(loss="mse")
model.fit(x, np.load("y.npy"))`);
    assert.deepEqual(assumptions(made), [{ name: 'Normalization: mean', value: '0' }, { name: 'Normalization: variance', value: '1' }]);
  });

  it('is trained on word numbers in place of texts', () => {
    const made = filled(`
texts = TextVectorization(max_tokens=200, output_sequence_length=7)
model = Sequential([Input((1,), dtype="string"), texts, Embedding(200, 4), Flatten(), Dense(1, activation="sigmoid")])
model.compile(loss="binary_crossentropy")
model.fit(np.array(["a", "b"]), np.array([0, 1]))`);
    assert.deepEqual(shapesOf(made.fit), [[2, 7], [2, 1]]);
  });

  it('starts anew, and says so, where that part is trained, too', () => {
    const script = readScript(`${imports}
from keras.applications import VGG16
model = Sequential([VGG16(include_top=False, input_shape=(64, 64, 3)), Flatten(), Dense(1)])
model.compile(loss="mse")
model.fit(np.load("x.npy"), np.load("y.npy"))`);
    const made = standIn(script, script.fits[0]!);
    assert.ok('fit' in made);
    const spec = specOf(script, made.fit);
    assert.ok(!isRefusal(spec) && spec.substitutions.some(({ id }) => id === 'rerun.substituted.pretrained'));
    assert.equal(spec.layers.length, 1 + 18 + 2);
  });

  it('is not trained where that part is trained, too, and its layers are not known', () => {
    const script = readScript(`${imports}
from keras.applications import InceptionResNetV2
model = Sequential([InceptionResNetV2(include_top=False, input_shape=(96, 96, 3)), Flatten(), Dense(1)])
model.compile(loss="mse")
model.fit(np.load("x.npy"), np.load("y.npy"))`);
    const result = standIn(script, script.fits[0]!);
    assert.ok('fit' in result);
    const spec = specOf(script, result.fit);
    assert.ok(isRefusal(spec) && spec.refused.id === 'rerun.refused.origin');
  });

  it('take what a layer of the script weighs its input with for no reader of the input', () => {
    const text = "import keras\nfrom keras import layers, ops\nclass Mixed(layers.Layer):\n  def __init__(self):\n    super().__init__()\n    self.e = layers.Embedding(7, 3)\n    self.w = self.add_weight(shape=(4, 4))\n  def call(self, x):\n    return ops.matmul(self.w, self.e(x))\nmodel = keras.Sequential([Mixed(), layers.Flatten(), layers.Dense(1)])\nmodel.compile('sgd', 'mse')\n";
    const read = readScript(`${text}model.fit(load(), load())\n`).fits[0]!.model;
    assert.ok(read.known);
    assert.equal(readerOf(read.value, 0)?.className, 'Embedding');
  });
});
