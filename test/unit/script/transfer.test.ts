import assert from 'node:assert/strict';
import { type Fit, type Layer, readScript } from '../../../src/script';
import { known } from './fixtures';

const imports = 'import os\nimport keras\nimport tensorflow as tf\nfrom keras import layers\nfrom keras import backend as K\nfrom keras.models import *\n';

function fitsOf(text: string): readonly Fit[] {
  return readScript(imports + text).fits;
}

const layersOf = (fit: Fit | undefined): readonly Layer[] => known(fit!.model).layers;
const named = (fit: Fit | undefined): readonly string[] => layersOf(fit).map(({ className }) => className);
const trained = (fit: Fit | undefined): readonly unknown[] => layersOf(fit).map(({ config: { trainable } }) => (trainable ? (trainable.known ? trainable.value : trainable.reason.id) : undefined));
const train = "model.compile('adam', 'mse')\nmodel.fit(x, y, epochs=2)\n";

describe('a model on top of one of keras.applications', () => {
  const base = 'base = keras.applications.VGG16(include_top=False, input_shape=(64, 64, 3))\n';
  const top = 'model = Model(base.input, layers.Dense(2)(layers.Flatten()(base.output)))\n';

  it('is frozen layer by layer, wholly or in part', () => {
    const freeze = (slice: string): readonly unknown[] => trained(fitsOf(`${base}for layer in base.layers${slice}:\n  layer.trainable = False\n${top}${train}`)[0]);
    assert.deepEqual(freeze(''), [undefined, false, undefined, undefined]);
    assert.deepEqual(freeze('[1:]'), [undefined, false, undefined, undefined]);
    assert.deepEqual(freeze('[:-4]'), [undefined, 'script.partly-frozen', undefined, undefined]);
    assert.deepEqual(freeze('[:15]'), [undefined, 'script.partly-frozen', undefined, undefined]);
  });

  it('is frozen from the outside, its own layers by their places', () => {
    const [fit] = fitsOf(`${base}${top}for layer in model.layers[:-2]:\n  layer.trainable = False\n${train}`);
    assert.deepEqual(trained(fit), [undefined, false, undefined, undefined]);
    const [count] = fitsOf(`${base}${top}model = Sequential([layers.Dense(len(model.layers), input_shape=(2,))])\n${train}`);
    assert.equal(known(layersOf(count)[1]!.config.units!), 19 + 2);
  });

  it('takes all layers but the last', () => {
    const [fit] = fitsOf(`vgg = keras.applications.vgg16.VGG16()\nmodel = Sequential()\nfor layer in vgg.layers[:-1]:\n  model.add(layer)\nfor layer in model.layers:\n  layer.trainable = False\nmodel.add(layers.Dense(2))\n${train}`);
    assert.deepEqual(named(fit), ['VGG16', 'Dense']);
    assert.deepEqual(trained(fit), [false, undefined]);
    assert.equal(known(layersOf(fit)[0]!.config.until!), 21);
    const [functional] = fitsOf(`vgg = keras.applications.VGG16()\nmodel = Model(vgg.input, layers.Dense(2)(vgg.layers[-2].output))\nvgg.trainable = False\n${train}`);
    assert.deepEqual(trained(functional), [undefined, false, undefined]);
  });

  it('counts a model that is called as one layer', () => {
    const [fit] = fitsOf(`inner = Sequential([layers.Dense(3, input_shape=(2,)), layers.Dense(4)])\ni = layers.Input((2,))\nmodel = Model(i, layers.Dense(1)(inner(i)))\nmodel.layers[2].trainable = False\n${train}`);
    assert.deepEqual(trained(fit).at(-1), false);
  });

  it('has its pixels prepared as the model wants them', () => {
    const prepared = (module: string): readonly string[] => named(fitsOf(`i = layers.Input((64, 64, 3))\nmodel = Model(i, layers.Flatten()(keras.applications.${module}.preprocess_input(tf.cast(i, tf.float32))))\n${train}`)[0]);
    assert.deepEqual(prepared('mobilenet_v2'), ['InputLayer', 'Cast', 'Rescaling', 'Flatten']);
    assert.deepEqual(prepared('efficientnet'), ['InputLayer', 'Cast', 'Flatten']);
    assert.deepEqual(prepared('vgg16'), ['InputLayer', 'Cast', 'preprocess_input', 'Flatten']);
  });
});

describe('a model that a script loads if it can', () => {
  const build = "def build():\n  model = Sequential([layers.Dense(1, input_shape=(2,))])\n  model.compile('adagrad', 'mse')\n  return model\n";

  it('is the one that it builds otherwise, from other weights', () => {
    const ways = [
      "if os.path.exists('m.h5'):\n  model = load_model('m.h5')\nelse:\n  model = build()\n",
      "try:\n  model = load_model('m.h5')\nexcept:\n  model = build()\n",
      "def get():\n  if os.path.exists('m.h5'):\n    return load_model('m.h5')\n  return build()\nmodel = get()\n",
    ];
    for (const way of ways) {
      const [fit] = fitsOf(`${build}${way}model.fit(x, y, epochs=2)\n`);
      assert.deepEqual(named(fit), ['InputLayer', 'Dense'], way);
      assert.ok(fit!.loadedWeights, way);
    }
  });

  it('is trained where its weights are not at hand', () => {
    const [fit] = fitsOf(`${build}model = build()\ntry:\n  model.load_weights('w.h5')\nexcept IOError:\n  model.fit(x, y, epochs=7)\n`);
    assert.equal(known(fit!.epochs), 7);
  });

  it('stays unknown where the ways build different models', () => {
    const [fit] = fitsOf(`${build}if os.path.exists('deep'):\n  model = Sequential([layers.Dense(3, input_shape=(2,)), layers.Dense(1)])\nelse:\n  model = build()\n${train}`);
    assert.equal(!fit!.model.known && fit!.model.reason.id, 'script.condition');
  });
});

describe('a class with a train_step of its own', () => {
  const step = (body: string): string => `class Own(keras.Model):\n  def __init__(self, a, b):\n    super().__init__()\n    self.a = a\n    self.b = b\n  def compile(self, optimizer, other, loss_fn):\n    super().compile()\n    self.first = optimizer\n    self.second = other\n    self.loss_fn = loss_fn\n  def train_step(self, data):\n${body}a = Sequential([layers.Dense(2, input_shape=(3,))])\nb = Sequential([layers.Dense(4, input_shape=(5,))])\nown = Own(a, b)\nown.compile(keras.optimizers.Adam(0.25), keras.optimizers.SGD(0.5), keras.losses.MeanSquaredError())\nown.fit(images, batch_size=8, epochs=6)\n`;
  const tape = (model: string, optimizer: string, variables = model): string =>
    `    with tf.GradientTape() as tape:\n      loss = self.loss_fn(data, ${model}(data))\n    grads = tape.gradient(loss, ${variables}.trainable_variables)\n    self.${optimizer}.apply_gradients(zip(grads, ${variables}.trainable_variables))\n`;

  it('trains each model that the step changes, with its optimizer, for the epochs of the fit', () => {
    const fits = fitsOf(step(tape('self.a', 'first') + tape('self.b', 'second')));
    const read = fits.map((fit) => [known(layersOf(fit)[1]!.config.units!), known(known(fit.compile).optimizer).className, known(fit.epochs), known(fit.batchSize), fit.method]);
    assert.deepEqual(read, [[2, 'Adam', 6, 8, 'apply_gradients'], [4, 'SGD', 6, 8, 'apply_gradients']]);
  });

  it('has the layers of all models that it holds', () => {
    const [fit] = fitsOf(step(tape('self.a', 'first', 'self')));
    assert.deepEqual(named(fit), ['InputLayer', 'InputLayer', 'Dense', 'Dense']);
  });
});

describe('operations on tensors', () => {
  const behind = (expression: string): readonly (readonly unknown[])[] => {
    const [fit] = fitsOf(`a = layers.Input((4, 6))\nb = layers.Input((4, 6))\nmodel = Model([a, b], ${expression})\n${train}`);
    return layersOf(fit).slice(2).map(({ className, config }) => [className, ...Object.values(config).map((read) => known(read))]);
  };

  it("have Keras' names, layers of Keras where they do the same", () => {
    assert.deepEqual(behind('tf.abs(a - b)'), [['Subtract'], ['Absolute']]);
    assert.deepEqual(behind('K.sum(K.square(a), axis=1, keepdims=True)'), [['Square'], ['Sum', 1, true]]);
    assert.deepEqual(behind('1 - a / 4'), [['Rescaling', 0.25, 0], ['Rescaling', -1, 1]]);
    assert.deepEqual(behind('-a ** 2'), [['Power', 2], ['Rescaling', -1, 0]]);
    assert.deepEqual(behind('tf.concat([a, b], axis=1)'), [['Concatenate', 1]]);
    assert.deepEqual(behind('a[:, -1, 2:]'), [['GetItem', [[null, null, null], -1, [2, null, null]]]]);
    assert.deepEqual(behind('tf.reshape(a, (-1, 24))'), [['Reshape', [24]]]);
    assert.deepEqual(behind('tf.transpose(a, [0, 2, 1])'), [['Permute', [2, 1]]]);
  });

  it('tell their shapes', () => {
    const width = (expression: string): unknown => {
      const [fit] = fitsOf(`a = layers.Input((4, 6))\nt = ${expression}\nmodel = Model(a, layers.Dense(t.shape[1])(t))\n${train}`);
      return known(layersOf(fit).at(-1)!.config.units!);
    };
    assert.equal(width('tf.reduce_mean(a, axis=1)'), 6);
    assert.equal(width('a[:, 1:3]'), 2);
    assert.equal(width('K.expand_dims(a, 1)'), 1);
    assert.equal(width('tf.stack([a, a, a], axis=1)'), 3);
    assert.equal(width('layers.Lambda(lambda t: K.sum(t, axis=2))(a)'), 4);
  });

  it('are followed inside a Lambda, which stays one layer', () => {
    const [fit] = fitsOf(`def distance(pair):\n  return K.sqrt(K.sum(K.square(pair[0] - pair[1]), axis=1))\na = layers.Input((4,))\nb = layers.Input((4,))\nmodel = Model([a, b], layers.Lambda(distance)([a, b]))\n${train}`);
    assert.deepEqual(named(fit), ['InputLayer', 'InputLayer', 'Lambda']);
    assert.deepEqual(layersOf(fit)[2]!.inside?.layers.map(({ className }) => className), ['InputLayer', 'InputLayer', 'Subtract', 'Square', 'Sum', 'Sqrt']);
  });
});

describe('models out of parts that are not read', () => {
  it('keep what is known around them', () => {
    const [word] = fitsOf(`from gensim.models import KeyedVectors\nw = KeyedVectors.load('w.bin')\nmodel = Sequential([w.get_keras_embedding(), layers.LSTM(4)])\n${train}`);
    assert.deepEqual(named(word), ['Embedding', 'LSTM']);
    assert.deepEqual(trained(word), [false, undefined]);
    const [bert] = fitsOf(`from transformers import TFBertModel\nbert = TFBertModel.from_pretrained('bert-base-uncased')\ni = layers.Input((8,), dtype='int32')\nmodel = Model(i, layers.Dense(2)(bert(i)[0]))\n${train}`);
    assert.deepEqual(layersOf(bert).map(({ className, origin }) => [className, origin]), [['InputLayer', undefined], ['TFBertModel', 'transformers'], ['GetItem', 'operation'], ['Dense', undefined]]);
    const [unet] = fitsOf(`import segmentation_models as sm\nmodel = sm.Unet('resnet34', classes=1)\n${train}`);
    assert.deepEqual(named(unet), ['InputLayer', 'Unet']);
    const [own] = fitsOf(`from nn.conv import ShallowNet\nmodel = ShallowNet.build(32, 32)\n${train}`);
    assert.equal(own!.model.known, false);
  });

  it('are put on every step of a sequence, layer by layer', () => {
    const [fit] = fitsOf(`cnn = Sequential([layers.Conv2D(8, 3, input_shape=(16, 16, 3)), layers.Flatten()])\nmodel = Sequential([layers.TimeDistributed(cnn, input_shape=(5, 16, 16, 3)), layers.LSTM(4)])\n${train}`);
    assert.deepEqual(named(fit), ['InputLayer', 'TimeDistributed', 'LSTM']);
    const { inside } = layersOf(fit)[1]!;
    assert.deepEqual(inside!.layers.slice(1).map(({ wrapped }) => wrapped?.className), ['Conv2D', 'Flatten']);
  });

  it('have a layer inside another whose size only the data tell', () => {
    const [fit] = fitsOf(`model = Sequential([layers.LSTM(3, input_dim=2, return_sequences=True), layers.TimeDistributed(layers.Dense(len(tags)))])\n${train}`);
    const [input, , last] = layersOf(fit);
    assert.deepEqual(known(input!.config.shape!), [null, 2]);
    assert.deepEqual([last!.config.layer!.known, last!.wrapped!.className], [false, 'Dense']);
  });

  it('take as many inputs as their class takes them apart into', () => {
    const [fit] = fitsOf(`class Own(keras.Model):\n  def __init__(self):\n    super().__init__()\n    self.d = layers.Dense(1)\n  def call(self, inputs):\n    user, item = inputs\n    return self.d(user * item)\nmodel = Own()\nmodel.compile('adam', 'mse')\nmodel.fit(pairs, epochs=2)\n`);
    assert.deepEqual(named(fit), ['InputLayer', 'InputLayer', 'Multiply', 'Dense']);
  });
});

describe("optimizers of Keras 1's time", () => {
  const optimizerOf = (text: string): unknown[] => {
    const { className, config } = known(known(fitsOf(`model = Sequential([layers.Dense(1, input_shape=(2,))])\n${text}`)[0]!.compile).optimizer);
    return [className, known(config.learning_rate!), config.decay && known(config.decay)];
  };

  it('have the learning rates that Keras had then', () => {
    assert.deepEqual(optimizerOf("model.compile('adadelta', 'mse')\nmodel.fit(x, y, nb_epoch=2)\n"), ['Adadelta', 1, undefined]);
    assert.deepEqual(optimizerOf("model.compile('adadelta', 'mse')\nmodel.fit(x, y, epochs=2)\n"), ['Adadelta', 0.001, undefined]);
    assert.deepEqual(optimizerOf("model.compile(keras.optimizers.SGD(0.1, 0.9, 1e-6, True), 'mse')\nmodel.fit(x, y, nb_epoch=2)\n"), ['SGD', 0.1, 1e-6]);
  });
});
