import assert from 'node:assert/strict';
import { type Fit, readScript } from '../../../src/script';
import { known } from './fixtures';

const imports = 'import keras\nimport tensorflow as tf\nimport numpy as np\nfrom keras import layers\nfrom keras.models import *\n';

/** The fits of a script, without its imports. */
function fitsOf(text: string): readonly Fit[] {
  return readScript(imports + text).fits;
}

const classes = (fit: Fit | undefined): readonly string[] => known(fit!.model).layers.map((layer) => layer.className);
const optimizerOf = (fit: Fit | undefined): string => known(known(fit!.compile).optimizer).className;
const reasonOf = (fit: Fit | undefined): string | undefined => (fit!.model.known ? undefined : fit!.model.reason.id);

describe('models as people write them', () => {
  it("are Keras 1's, with `input=` and `output=`", () => {
    const [fit] = fitsOf("i = Input(shape=(784,))\nmodel = Model(input=i, output=layers.Dense(10)(i))\nmodel.compile('sgd', 'mse')\nmodel.fit(x, y, nb_epoch=3)\n");
    assert.deepEqual(classes(fit), ['InputLayer', 'Dense']);
    assert.equal(known(fit!.epochs), 3);
  });

  it('have windows that are padded as Keras takes it, in small or capital letters', () => {
    const [fit] = fitsOf("model = Sequential([layers.Conv2D(2, 3, padding='Same', input_shape=(8, 8, 1)), layers.MaxPooling2D(2, padding='VALID')])\nmodel.compile('sgd', 'mse')\nmodel.fit(x, y)\n");
    const padding = known(fit!.model).layers.flatMap(({ config }) => (config.padding ? [known(config.padding)] : []));
    assert.deepEqual(padding, ['same', 'valid']);
  });

  it('have their channels where the script says that pictures have them', () => {
    const formats = (setting: string): readonly unknown[] => {
      const [fit] = fitsOf(
        `from keras import backend as K\n${setting}\nshape = (3, 8, 8) if K.image_data_format() == 'channels_first' else (8, 8, 3)\n` +
        "model = Sequential([layers.Input(shape), layers.Conv2D(4, 3), layers.MaxPooling2D(data_format='channels_last'), layers.Dense(1)])\nmodel.compile('sgd', 'mse')\nmodel.fit(x, y)\n",
      );
      return known(fit!.model).layers.map(({ config }) => (config.data_format ?? config.shape)?.known && known((config.data_format ?? config.shape)!));
    };
    const first = [[3, 8, 8], 'channels_first', 'channels_last', undefined];
    for (const setting of ["K.set_image_data_format('channels_first')", "K.set_image_dim_ordering('th')", "keras.config.set_image_data_format('channels_first')"]) {
      assert.deepEqual(formats(setting), first, setting);
    }
    for (const setting of ["K.set_image_data_format('channels_last')", "K.set_image_dim_ordering('tf')", '']) assert.deepEqual(formats(setting), [[8, 8, 3], undefined, 'channels_last', undefined], setting);
  });

  it('are cut at a layer of another model', () => {
    const base = "base = Sequential([layers.Input((4,)), layers.Dense(3, name='first'), layers.Dense(2, name='second'), layers.Dense(1)])\n";
    for (const end of ["base.get_layer('second').output", 'base.get_layer(index=1).output', 'base.layers[-2].output']) {
      const [fit] = fitsOf(`${base}model = Model(base.input, layers.Dense(5)(${end}))\nmodel.compile('adam', 'mse')\nmodel.fit(x, y)\n`);
      assert.deepEqual(known(fit!.model).layers.map(({ className, name }) => name ?? className), ['InputLayer', 'first', 'second', 'Dense'], end);
    }
    const [fit] = fitsOf("base = keras.applications.VGG16(include_top=False, input_shape=(32, 32, 3))\nmodel = Model(base.input, layers.Dense(5)(base.get_layer('block3_pool').output))\nmodel.compile('adam', 'mse')\nmodel.fit(x, y)\n");
    assert.deepEqual(classes(fit), ['InputLayer', 'VGG16', 'Dense']);
    assert.equal(known(known(fit!.model).layers[1]!.config.until!), 'block3_pool');
  });

  it('freeze the layers of another model one by one', () => {
    const [fit] = fitsOf("i = Input((4,))\nbase = Model(i, layers.Dense(2)(i))\nfor layer in base.layers:\n  layer.trainable = False\nmodel = Sequential([base, layers.Dense(1)])\nmodel.compile('adam', 'mse')\nmodel.fit(x, y)\n");
    assert.deepEqual(known(fit!.model).layers.map(({ config }) => config.trainable && known(config.trainable)), [undefined, false, undefined]);
  });

  it('are loaded from the file they were saved in, or copied', () => {
    const made = "model = Sequential([layers.Dense(1, input_shape=(2,))])\nmodel.compile('adagrad', 'mse')\n";
    const [loaded] = fitsOf(`${made}model.save('m.keras')\nagain = load_model('m.keras')\nagain.fit(x, y)\n`);
    assert.deepEqual(classes(loaded), ['InputLayer', 'Dense']);
    assert.equal(optimizerOf(loaded), 'Adagrad');
    assert.equal(loaded!.loadedWeights?.reason.id, 'script.loaded-weights');
    const [cloned] = fitsOf(`${made}again = clone_model(model)\nagain.compile('sgd', 'mse')\nagain.fit(x, y)\n`);
    assert.deepEqual([classes(cloned), optimizerOf(cloned), cloned!.loadedWeights], [['InputLayer', 'Dense'], 'SGD', undefined]);
    const [foreign] = fitsOf("model = load_model('other.h5')\nmodel.fit(x, y, epochs=2)\n");
    assert.equal(reasonOf(foreign), 'script.model-file');
    assert.deepEqual(!foreign!.compile.known && foreign!.compile.reason.args, { name: 'other.h5' });
  });

  it('are loaded from a checkpoint', () => {
    const [, again] = fitsOf("model = Sequential([layers.Dense(1, input_shape=(2,))])\nmodel.compile('adagrad', 'mse')\nmodel.fit(x, y, callbacks=[keras.callbacks.ModelCheckpoint('best.keras', save_best_only=True)])\nbest = load_model('best.keras')\nbest.fit(x, y, epochs=2)\n");
    assert.equal(optimizerOf(again), 'Adagrad');
  });

  it('are trainable as they were when they were compiled', () => {
    const [first, second] = fitsOf("d = Sequential([layers.Input((2,)), layers.Dense(1)])\nd.compile('adam', 'mse')\nd.trainable = False\ng = Sequential([layers.Input((3,)), layers.Dense(2), d])\ng.compile('sgd', 'mse')\nfor i in range(unknown):\n  d.trainable = True\nd.fit(x, y)\ng.fit(x, y)\n");
    const trainable = (fit: Fit | undefined): unknown[] => known(fit!.model).layers.map(({ config }) => config.trainable && known(config.trainable));
    assert.deepEqual([trainable(first), trainable(second)], [[undefined, undefined], [undefined, undefined, false]]);
  });

  it('ask for the shapes of their tensors', () => {
    const shapeOf = (text: string): unknown => {
      const [fit] = fitsOf(`i = layers.Input((28, 28, 3))\nx = ${text}\nn = x.shape[-1]\nmodel = Model(i, layers.Dense(n)(layers.Flatten()(x)))\nmodel.compile('adam', 'mse')\nmodel.fit(a, b)\n`);
      return known(known(fit!.model).layers.at(-1)!.config.units!);
    };
    assert.equal(shapeOf("layers.Conv2D(8, 3, strides=2, padding='same')(i)"), 8);
    assert.equal(shapeOf('layers.Flatten()(layers.Conv2D(4, 3)(i))'), 26 * 26 * 4);
    assert.equal(shapeOf('layers.Flatten()(layers.MaxPooling2D()(layers.Conv2D(4, 3)(i)))'), 13 * 13 * 4);
    assert.equal(shapeOf("layers.Flatten()(layers.Conv2DTranspose(4, 3, strides=2, padding='same')(i))"), 56 * 56 * 4);
    assert.equal(shapeOf('layers.Concatenate()([i, layers.BatchNormalization()(i)])'), 6);
    assert.equal(shapeOf('layers.Reshape((-1, 7))(i)'), 7);
    assert.equal(shapeOf('layers.LSTM(9)(layers.Reshape((28, 84))(i))'), 9);
    const [fit] = fitsOf("i = layers.Input((8, 8, 4))\nx = layers.Conv2D(4, 3, padding='same')(i)\nif keras.backend.int_shape(x)[1:] == (8, 8, 4):\n  x = layers.add([x, i])\nmodel = Model(i, x)\nmodel.compile('adam', 'mse')\nmodel.fit(a, b)\n");
    assert.deepEqual(classes(fit), ['InputLayer', 'Conv2D', 'Add']);
  });

  it('pass on the states of recurrent layers', () => {
    const [fit] = fitsOf("i = layers.Input((None, 5))\n_, h, c = layers.LSTM(4, return_state=True)(i)\nj = layers.Input((None, 3))\nout = layers.LSTM(4, return_sequences=True)(j, initial_state=[h, c])\nmodel = Model([i, j], layers.Dense(3)(out))\nmodel.compile('adam', 'mse')\nmodel.fit([a, b], d)\n");
    assert.deepEqual(classes(fit), ['InputLayer', 'InputLayer', 'LSTM', '[]', '[]', 'LSTM', 'Dense']);
  });

  it('are made by decorated functions', () => {
    const [fit] = fitsOf("def timed(f):\n  def inner(*args, **kwargs):\n    return f(*args, **kwargs)\n  return inner\n@timed\ndef build(units):\n  return Sequential([layers.Dense(units)])\n@experiment.automain\ndef main():\n  model = build(units=3)\n  model.compile('adam', 'mse')\n  model.fit(x, y)\n");
    assert.equal(known(known(fit!.model).layers[0]!.config.units!), 3);
  });

  it('take the inputs of a class in the form of the data', () => {
    const text = (x: string, unpack: string) => `class Wide(keras.Model):\n  def __init__(self):\n    super().__init__()\n    self.hidden = layers.Dense(30)\n    self.last = layers.Dense(1)\n  def call(self, inputs):\n    ${unpack}\n    return self.last(layers.concatenate([a, self.hidden(b)]))\nmodel = Wide()\nmodel.compile('adam', 'mse')\nmodel.fit(${x}, np.ones((5, 1)))\n`;
    const layersWanted = ['InputLayer', 'InputLayer', 'Dense', 'Concatenate', 'Dense'];
    for (const [x, unpack] of [['(np.ones((5, 2)), np.ones((5, 3)))', 'a, b = inputs'], ['[xa, xb]', 'a, b = inputs[0], inputs[1]'], ["{'a': np.ones((5, 2)), 'b': np.ones((5, 2))}", "a, b = inputs['a'], inputs['b']"]] as const) {
      assert.deepEqual(classes(fitsOf(text(x, unpack))[0]), layersWanted, x);
    }
  });

  it('take a dictionary of data in the order of their inputs and outputs', () => {
    const data = "{'b': np.ones((5, 3)), 'a': np.zeros((5, 2))}, {'two': np.ones((5, 2)), 'one': np.ones((5, 1))}";
    const [fit] = fitsOf(`a = layers.Input((2,), name='a')\nb = layers.Input((3,), name='b')\nc = layers.concatenate([a, b])\nmodel = Model([a, b], [layers.Dense(1, name='one')(c), layers.Dense(2, name='two')(c)])\nmodel.compile('adam', 'mse')\nmodel.fit(${data}, validation_data=(${data}))\n`);
    const shapes = (tensors: readonly { readonly shape: readonly number[] }[]): readonly number[] => tensors.map(({ shape }) => shape[1]!);
    const validation = known(fit!.validationData)!;
    assert.deepEqual([shapes(known(fit!.x)), shapes(known(fit!.y)), shapes(validation.x), shapes(validation.y)], [[2, 3], [1, 2], [2, 3], [1, 2]]);
  });

  it('are scaled by a layer that is adapted to known data', () => {
    const [fit] = fitsOf("n = layers.Normalization()\nn.adapt(np.array([[1.0, 10.0], [3.0, 30.0]]))\nmodel = Sequential([n, layers.Dense(1)])\nmodel.compile('adam', 'mse')\nmodel.fit(x, y)\n");
    const { mean, variance } = known(fit!.model).layers.find(({ className }) => className === 'Normalization')!.config;
    assert.deepEqual([known(mean), known(variance)], [[2, 20], [1, 100]]);
  });

  it('train with what `call` does in training', () => {
    const [fit] = fitsOf("class M(keras.Model):\n  def __init__(self):\n    super().__init__()\n    self.d = layers.Dense(1)\n    self.drop = layers.Dropout(0.5)\n  def call(self, x, training=False):\n    if training:\n      x = self.drop(x)\n    return self.d(x)\nmodel = M()\nmodel.compile('adam', 'mse')\nmodel.fit(x, y)\n");
    assert.deepEqual(classes(fit), ['InputLayer', 'Dropout', 'Dense']);
  });

  it("have layers of the script's own, followed where they are made of layers of Keras", () => {
    const text = (body: string) => `class Block(layers.Layer):\n  def __init__(self, units, **kwargs):\n    super().__init__(**kwargs)\n    self.a = layers.Dense(units)\n    self.b = layers.Dense(units)\n  def call(self, x):\n    ${body}\nmodel = Sequential([layers.Input((3,)), Block(3), Block(3)])\nmodel.compile('adam', 'mse')\nmodel.fit(x, y)\n`;
    assert.deepEqual(classes(fitsOf(text('return layers.add([x, self.b(self.a(x))])'))[0]), ['InputLayer', 'Dense', 'Dense', 'Add', 'Dense', 'Dense', 'Add']);
    assert.deepEqual(classes(fitsOf(text('return tf.linalg.pinv(self.b(self.a(x)))'))[0]), ['InputLayer', 'Block', 'Block']);
  });

  it("have layers of the script's own, followed where they do what Keras has a name for, too", () => {
    const text = (body: string) => `class Scaled(layers.Layer):\n  def __init__(self, **kwargs):\n    super().__init__(**kwargs)\n    self.a = layers.Dense(3)\n  def call(self, x):\n    ${body}\nmodel = Sequential([layers.Input((3,)), Scaled()])\nmodel.compile('adam', 'mse')\nmodel.fit(x, y)\n`;
    assert.deepEqual(classes(fitsOf(text('return tf.square(self.a(x)) * 2'))[0]), ['InputLayer', 'Dense', 'Square', 'Rescaling']);
    const [adding] = fitsOf(text('self.add_loss(tf.reduce_sum(x))\n    return self.a(x)'));
    assert.deepEqual(classes(adding), ['InputLayer', 'Dense']);
    assert.equal(known(adding!.objective!).terms.length, 1);
    // A term of the loss would be lost.
    assert.deepEqual(classes(fitsOf(text('self.add_loss(lambda: 0.1)\n    return self.a(x)'))[0]), ['InputLayer', 'Scaled']);
  });

  it('have a loss that is not known where the script adds to it', () => {
    const fitOf = (more: string) => fitsOf(`i = layers.Input((3,))\nmodel = Model(i, layers.Dense(3)(i))\n${more}model.compile('adam', 'mse')\nmodel.fit(x, y)\n`)[0]!;
    const lossOf = ({ compile }: Fit) => known(compile).losses;
    assert.ok(lossOf(fitOf('')).known);
    const added = fitOf('model.add_loss(1e-3 * tf.reduce_sum(model.output))\n');
    const losses = lossOf(added);
    assert.equal(!losses.known && losses.reason.id, 'script.objective');
    assert.deepEqual(known(added.objective!).layers.map(({ className }) => className), ['InputLayer', 'Dense', 'Sum', 'Rescaling']);
    const unread = fitOf('model.add_loss(lambda: 0.1)\n').objective!;
    assert.equal(!unread.known && unread.reason.id, 'script.added-loss');
  });

  it('have layers of libraries that nobody here knows', () => {
    for (const text of ['model = Sequential([layers.Input((9, 1)), TCN(nb_filters=4), layers.Dense(1)])', 'i = Input((9, 1))\nmodel = Model(i, layers.Dense(1)(TCN(nb_filters=4)(i)))']) {
      const [fit] = fitsOf(`from tcn import TCN\n${text}\nmodel.compile('adam', 'mse')\nmodel.fit(x, y)\n`);
      const [, layer] = known(fit!.model).layers;
      assert.deepEqual([classes(fit), layer!.origin, known(layer!.config.nb_filters!)], [['InputLayer', 'TCN', 'Dense'], 'tcn', 4]);
    }
  });

  it('are trained by a script that asks for arguments first', () => {
    const [fit] = fitsOf("import sys\nif len(sys.argv) < 2:\n  print('usage')\n  sys.exit(1)\nmodel = Sequential([layers.Dense(1)])\nmodel.compile('adam', 'mse')\nmodel.fit(x, y)\n");
    assert.deepEqual(classes(fit), ['Dense']);
  });

  it('are built and trained by methods that nothing calls', () => {
    const [fit] = fitsOf("class Trainer:\n  def train(self, x, y):\n    self.model.fit(x, y, epochs=4)\n  def build(self):\n    self.model = Sequential([layers.Dense(1)])\n    self.model.compile('adam', 'mse')\n");
    assert.deepEqual([classes(fit), optimizerOf(fit), known(fit!.epochs)], [['Dense'], 'Adam', 4]);
  });

  it('are trained by a method of the one object that the script has', () => {
    const methods = "  def create(self):\n    self.net = Sequential([layers.Dense(5)])\n    self.net.compile('adam', 'mse')\n  def load(self):\n    self.net = keras.models.load_model('net.h5')\n  def train(self, x, y):\n    self.net.fit(x, y)\n";
    const [fit] = fitsOf(`class Net:\n${methods}net = Net()\nnet.create()\n`);
    assert.deepEqual([classes(fit), optimizerOf(fit)], [['Dense'], 'Adam']);
  });

  it('take no batch size for granted where what is not known may make its own batches', () => {
    const build = "model = Sequential([layers.Dense(1)])\nmodel.compile('sgd', 'mse')\n";
    const sizeOf = (call: string): unknown => {
      const [fit] = fitsOf(`import tensorflow_datasets as tfds\n${build}${call}\n`);
      return fit!.batchSize.known ? fit!.batchSize.value : undefined;
    };
    assert.deepEqual(["model.fit(tfds.load('my_pictures'), epochs=2)", 'model.fit(load(), load(), epochs=2)', 'model.fit(np.ones((4, 1)), epochs=2)', 'model.fit(load(), batch_size=8)'].map(sizeOf), [undefined, 32, 32, 8]);
  });

  it('are handed over by functions that nothing calls either', () => {
    const train = 'def train(model, x, y, epochs=3):\n  model.fit(x, y, epochs=epochs)\n';
    const [fit, ...others] = fitsOf(`${train}def main(x, y):\n  model = Sequential([layers.Dense(1)])\n  model.compile('adam', 'mse')\n  train(model, x, y, 7)\n`);
    assert.deepEqual([classes(fit), known(fit!.epochs), others], [['Dense'], 7, []]);
    const [own] = fitsOf("class Study:\n  def train(self, net):\n    net.fit(x, y, epochs=2)\n  def run(self):\n    net = Sequential([layers.Dense(4)])\n    net.compile('adam', 'mse')\n    self.train(net)\n");
    assert.deepEqual(classes(own), ['Dense']);
  });

  it('are made by the one method that sets the attribute, and filled by the one that adds to it', () => {
    const steps = "  def start(self, x, y):\n    self.net.fit(x, y, epochs=2)\n  def prepare(self):\n    self.net.compile('adam', loss='mse')\n";
    const [fit] = fitsOf(`class Trainer:\n${steps}  def make(self):\n    self.net = Sequential()\n  def fill(self):\n    self.net.add(layers.Dense(3))\n    self.net.add(layers.Dense(1))\n`);
    assert.deepEqual(classes(fit), ['Dense', 'Dense']);
    const [whole] = fitsOf(`class Trainer:\n  def __init__(self):\n    self.net = Sequential([layers.Dense(5)])\n${steps}  def load(self):\n    self.net = keras.models.load_model('net.h5')\n`);
    assert.deepEqual(classes(whole), ['Dense']);
    // Which of two makes it, nobody knows.
    const two = '  def wide(self):\n    self.net = Sequential([layers.Dense(9)])\n  def narrow(self):\n    self.net = Sequential([layers.Dense(2)])\n';
    assert.equal(fitsOf(`class Trainer:\n${steps}${two}`)[0]!.model.known, false);
  });

  it('have activations that are functions of the script, as what they do behind the layer', () => {
    const swish = 'from keras import backend as K\ndef swish(x):\n  return x * K.sigmoid(x)\n';
    const [fit] = fitsOf(`${swish}model = Sequential([layers.Dense(4, activation=swish, input_shape=(3,)), layers.Activation(swish), layers.Dense(1)])\nmodel.compile('sgd', 'mse')\nmodel.fit(x, y)\n`);
    assert.deepEqual(classes(fit), ['InputLayer', 'Dense', 'Activation', 'Multiply', 'Activation', 'Activation', 'Multiply', 'Dense']);
    const [, dense, , multiply] = known(fit!.model).layers;
    assert.deepEqual([known(dense!.config.activation!), multiply!.inputs], ['linear', [1, 2]]);
    const [other] = fitsOf("def odd(x):\n  return tf.raw_ops.Foo(x)\nmodel = Sequential([layers.Dense(4, activation=odd)])\nmodel.compile('sgd', 'mse')\nmodel.fit(x, y)\n");
    assert.deepEqual([classes(other), known(other!.model).layers[0]!.config.activation!.known], [['Dense'], false]);
  });

  it('train in loops of their own', () => {
    const [fit, ...others] = fitsOf("model = Sequential([layers.Dense(1)])\noptimizer = keras.optimizers.Adam(0.01)\nloss_fn = keras.losses.MeanSquaredError()\n@tf.function\ndef step(x, y):\n  with tf.GradientTape() as tape:\n    loss = tf.reduce_mean(loss_fn(y, model(x, training=True)))\n  grads = tape.gradient(loss, model.trainable_variables)\n  grads = [tf.clip_by_norm(g, 1.0) for g in grads]\n  optimizer.apply_gradients(zip(grads, model.trainable_variables))\nfor epoch in range(3):\n  for x, y in batches:\n    step(x, y)\n");
    assert.equal(others.length, 0);
    assert.deepEqual([fit!.method, classes(fit), optimizerOf(fit)], ['apply_gradients', ['Dense'], 'Adam']);
    assert.equal(known(known(known(fit!.compile).optimizer).config.learning_rate!), 0.01);
    assert.deepEqual(Object.values(known(known(fit!.compile).losses)).map(({ name }) => name), ['mean_squared_error']);
    assert.deepEqual(!fit!.epochs.known && fit!.epochs.reason.id, 'script.own-loop');
    const [batches] = fitsOf("model = Sequential([layers.Dense(1)])\nmodel.compile('sgd', 'mse')\nfor i in range(100):\n  model.train_on_batch(x, y)\n");
    assert.deepEqual([batches!.method, batches!.epochs.known, optimizerOf(batches)], ['train_on_batch', false, 'SGD']);
  });
});

describe('models inside of what other libraries train', () => {
  const build = "def build(units=3, rate=0.01):\n  model = Sequential([layers.Dense(units, input_shape=(2,)), layers.Dense(1)])\n  model.compile(keras.optimizers.Adam(rate), 'mse')\n  return model\n";
  const unitsOf = (fit: Fit): unknown => known(fit.model).layers.find(({ className }) => className === 'Dense')!.config.units;
  const value = (read: unknown): unknown => known(read as Fit['epochs']);

  it('are estimators of scikit-learn', () => {
    const wrapper = 'from keras.wrappers.scikit_learn import KerasRegressor\n';
    const [fit] = fitsOf(`${wrapper}${build}model = KerasRegressor(build_fn=build, units=5, epochs=7, batch_size=4)\nmodel.fit(np.ones((8, 2)), np.ones(8), epochs=9)\n`);
    assert.deepEqual([value(unitsOf(fit!)), known(fit!.epochs), known(fit!.batchSize), known(fit!.x)[0]!.shape], [5, 9, 4, [8, 2]]);
    const chain = "from sklearn.pipeline import Pipeline\nfrom sklearn.preprocessing import StandardScaler\nfrom sklearn.model_selection import cross_val_score\n";
    const [scaled] = fitsOf(`${wrapper}${chain}${build}model = Pipeline([('scale', StandardScaler()), ('net', KerasRegressor(build, epochs=3))])\nmodel.fit(np.array([[1.0, 2.0], [3.0, 6.0]]), np.ones(2))\n`);
    assert.deepEqual([...known(scaled!.x)[0]!.data, known(scaled!.epochs)], [-1, -1, 1, 1, 3]);
    const [folds] = fitsOf(`${wrapper}${chain}${build}cross_val_score(KerasRegressor(build), np.ones((8, 2)), np.ones(8), cv=4)\n`);
    assert.deepEqual([classes(folds), !folds!.x.known && folds!.x.shapes], [['InputLayer', 'Dense', 'Dense'], [[-1, 2]]]);
    const [compiled] = fitsOf("from scikeras.wrappers import KerasClassifier\ndef build():\n  return Sequential([layers.Dense(1)])\nKerasClassifier(model=build, loss='mse', optimizer='adagrad').fit(x, y)\n");
    assert.equal(optimizerOf(compiled), 'Adagrad');
  });

  it('are built by Keras Tuner', () => {
    const [fit] = fitsOf("import keras_tuner as kt\ndef build(hp):\n  model = Sequential([layers.Dense(hp.Int('units', 8, 64), input_shape=(2,)), layers.Dense(hp.Fixed('out', 1))])\n  model.compile(keras.optimizers.Adam(hp.Choice('rate', [0.1, 0.01])), 'mse')\n  return model\ntuner = kt.RandomSearch(build, objective='val_loss', max_trials=5)\ntuner.search(x, y, epochs=6)\n");
    assert.deepEqual([classes(fit), optimizerOf(fit), known(fit!.epochs)], [['InputLayer', 'Dense', 'Dense'], 'Adam', 6]);
    const [, searched, fixed] = known(fit!.model).layers;
    assert.deepEqual([searched!.config.units!.known || searched!.config.units!.reason.args, known(fixed!.config.units!)], [{ name: 'units' }, 1]);
  });

  it('are built by Keras Tuner with the defaults that its search starts with', () => {
    const search = (body: string, more = '') => fitsOf(`import keras_tuner as kt\ndef build(hp):\n  model = Sequential([layers.Input((2,))])\n${body}  model.compile('sgd', 'mse')\n  return model\n${more || "kt.Hyperband(build, objective='val_loss').search(x, y)\n"}`);
    const layered = "  for i in range(hp.Int('count', 2, 5)):\n    model.add(layers.Dense(hp.Choice(f'units{i}', [4, 8]), activation=hp.Choice('activation', ['relu', 'tanh'])))\n  if hp.Boolean('dropout'):\n    model.add(layers.Dropout(hp.Float('rate', 0.1, 0.5)))\n";
    const [fit] = search(layered);
    assert.deepEqual(classes(fit), ['InputLayer', 'Dense', 'Dense']);
    assert.equal(fit!.searched?.reason.args?.name, 'count');
    const { units, activation } = known(fit!.model).layers[1]!.config;
    assert.deepEqual([units, activation].map((read) => !read!.known && read!.start), [4, 'relu']);
    const [given] = search("  for i in range(hp.Int('count', 2, 5, default=3)):\n    model.add(layers.Dense(hp.Int('units', 4, 8)))\n  model.add(layers.Dense(hp.get('units')))\n");
    assert.deepEqual(classes(given), ['InputLayer', 'Dense', 'Dense', 'Dense', 'Dense']);
    // A space of the script's own gives its defaults, whatever is searched later.
    const [own] = search(layered, 'model = build(kt.HyperParameters())\nmodel.fit(x, y)\n');
    assert.deepEqual([own!.searched, known(known(own!.model).layers[1]!.config.units!)], [undefined, 4]);
  });

  it('are trained by the fit of a hypermodel', () => {
    const text = "import keras_tuner as kt\nclass Hyper(kt.HyperModel):\n  def build(self, hp):\n    model = Sequential([layers.Dense(1, input_shape=(2,))])\n    model.compile(hp.Choice('optimizer', ['adam', 'sgd']), 'mse')\n    return model\n  def fit(self, hp, model, *args, **kwargs):\n    return model.fit(*args, batch_size=hp.Choice('batch', [16, 32]), **kwargs)\ntuner = kt.RandomSearch(Hyper(), objective='val_loss')\ntuner.search(x, y, epochs=3)\nmodel = tuner.hypermodel.build(tuner.get_best_hyperparameters()[0])\nmodel.fit(x, y, epochs=9)\n";
    const [trial, last, ...others] = fitsOf(text);
    assert.deepEqual([optimizerOf(trial), known(trial!.epochs), !trial!.batchSize.known && trial!.batchSize.start, others.length], ['Adam', 3, 16, 0]);
    assert.equal(known(known(last!.compile).optimizer).config.learning_rate!.known, false);
    assert.equal(last!.searched?.reason.id, 'script.searched');
  });

  it('are built for every combination of a grid', () => {
    const text = (search: string) => `from sklearn.model_selection import *\nfrom scikeras.wrappers import KerasClassifier\n${build}search = ${search}(KerasClassifier(build), {'units': [4, 6], 'epochs': [10]})\nsearch.fit(x, y)\n`;
    assert.deepEqual(fitsOf(text('GridSearchCV')).map((fit) => [value(unitsOf(fit)), known(fit.epochs)]), [[4, 10], [6, 10]]);
    const [drawn, ...others] = fitsOf(text('RandomizedSearchCV'));
    assert.deepEqual([others.length, drawn!.epochs.known || drawn!.epochs.reason], [0, { id: 'script.searched', args: { name: 'epochs' } }]);
  });
});
