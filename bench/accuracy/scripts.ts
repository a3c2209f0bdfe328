/** Small training scripts with a fault each (and some without), as people write them, and the fixes to try on them. */
import type { Remedy } from '../../src/script/remedy';

export interface AccuracyScript {
  readonly name: string;
  readonly text: string;
  readonly remedies: readonly Remedy[];
}

const imports = 'import numpy as np\nimport keras\nfrom keras import layers\n\n';

const data = {
  line: 'x = np.arange(1.0, 21.0).reshape(-1, 1)\ny = 0.5 * x',
  wideLine: 'x = np.linspace(0.0, 100.0, 50).reshape(-1, 1)\ny = 3.0 * x + 7.0',
  plane: 'i = np.arange(64)\nx = np.stack([np.sin(i), np.cos(2.0 * i), np.sin(3.0 * i)], axis=1)\ny = (x[:, 0] - 2.0 * x[:, 1]).reshape(-1, 1)',
  raw: 'i = np.arange(96)\nx = np.stack([20.0 + 30.0 * np.abs(np.sin(i)), 1.0 + 4.0 * np.abs(np.cos(i))], axis=1)\ny = (x[:, 0] * 0.2 + x[:, 1]).reshape(-1, 1)',
  wave: 'x = np.linspace(-1.0, 1.0, 64).reshape(-1, 1)\ny = np.sin(3.0 * x)',
  prices: 'i = np.arange(80)\nx = np.stack([np.sin(i), np.cos(i)], axis=1)\ny = (200.0 + 60.0 * x[:, 0] + 25.0 * x[:, 1]).reshape(-1, 1)',
  binary: 'i = np.arange(120)\nx = np.stack([np.sin(i), np.cos(1.7 * i)], axis=1)\ny = (x[:, 0] + x[:, 1] > 0.2).astype(int).reshape(-1, 1)',
  classes: 'i = np.arange(120)\nx = np.stack([np.sin(i), np.cos(i), np.sin(2.0 * i)], axis=1)\ny = (x[:, 0] > 0.3).astype(int) + (x[:, 1] > 0.0).astype(int)',
  pixels: 'i = np.arange(120)\nx = np.stack([127.0 + 120.0 * np.sin(i), 127.0 + 120.0 * np.cos(i), 60.0 + 50.0 * np.sin(2.0 * i)], axis=1)\ny = (x[:, 0] > 150.0).astype(int) + (x[:, 1] > 127.0).astype(int)',
  picture: 'i = np.arange(64 * 36).reshape(64, 6, 6, 1)\nx = np.sin(0.37 * i) * np.cos(0.011 * i)\ny = (np.sin(0.37 * 36 * np.arange(64)) > 0.0).astype(int)',
  words: 'i = np.arange(96 * 6).reshape(96, 6)\nx = (7 * i + i // 5) % 20\ny = (x[:, 0] > 9).astype(int)',
  rare: 'i = np.arange(150)\nx = np.stack([np.sin(i), np.cos(1.7 * i)], axis=1)\ny = (x[:, 0] + x[:, 1] > 1.2).astype(int)',
  series: 't = np.arange(60 * 8).reshape(60, 8, 1)\nx = np.sin(0.3 * t)\ny = np.sin(0.3 * (8 * np.arange(60) + 8.0)).reshape(-1, 1)',
} as const;

type DataName = keyof typeof data;

function sequential(...stack: readonly string[]): string {
  return `model = keras.Sequential([\n${stack.map((layer) => `    ${layer},\n`).join('')}])`;
}

const dense = (units: number, activation?: string): string =>
  `layers.Dense(${units}${activation ? `, activation="${activation}"` : ''})`;

interface Options {
  readonly epochs?: number;
  readonly batch?: number;
}

function script(name: string, of: DataName, model: string, optimizer: string, loss: string, remedies: readonly Remedy[], { epochs = 30, batch }: Options = {}): AccuracyScript {
  const fit = `model.fit(x, y, epochs=${epochs}${batch ? `, batch_size=${batch}` : ''})`;
  return { name, text: `${imports}${data[of]}\n\n${model}\nmodel.compile(optimizer=${optimizer}, loss="${loss}")\n${fit}\n`, remedies };
}

/** Keras wants a float. */
const sgd = (rate: number, more = ''): string =>
  `keras.optimizers.SGD(learning_rate=${Number.isInteger(rate) ? rate.toFixed(1) : rate}${more})`;
const rate = (value: number): Remedy => ({ kind: 'learning-rate', value });
const adam: Remedy = { kind: 'adam' };
const adamAt = (value: number): Remedy => ({ kind: 'adam', value });
const clip = (value: number): Remedy => ({ kind: 'clip-gradients', value });
const normalize: Remedy = { kind: 'normalize-inputs' };

const mse = 'mean_squared_error';
const linear = sequential(dense(1));
const small = sequential(dense(8, 'tanh'), dense(1));
const relu = sequential(dense(16, 'relu'), dense(16, 'relu'), dense(1));
const deep = sequential(...Array.from({ length: 6 }, () => dense(12, 'relu')), dense(1));
const yesNo = sequential(dense(8, 'relu'), dense(1, 'sigmoid'));
const three = sequential(dense(12, 'relu'), dense(3, 'softmax'));
const cnn = sequential('layers.Conv2D(4, 3, activation="relu")', 'layers.Flatten()', dense(1, 'sigmoid'));
const lstm = sequential('layers.LSTM(6)', dense(1));
const sparse = 'sparse_categorical_crossentropy';

const embedded = (layer: string): string => sequential('layers.Embedding(20, 4, mask_zero=True)', layer, dense(1, 'sigmoid'));
const bce = 'binary_crossentropy';

/** A script with its own data, model and arguments of `fit`. */
function whole(name: string, parts: readonly string[], fit: string, remedies: readonly Remedy[]): AccuracyScript {
  return { name, text: `${imports}${parts.join('\n')}\nmodel.fit(${fit})\n`, remedies };
}

const compiled = (optimizer: string, loss: string, more = ''): string => `model.compile(optimizer=${optimizer}, loss=${loss}${more})`;
const quoted = (loss: string): string => `"${loss}"`;

const residual = `inputs = keras.Input((2,))
h = layers.Dense(8, activation="relu")(inputs)
h = layers.Add()([h, layers.Dense(8, activation="tanh")(h)])
h = layers.LayerNormalization()(h)
model = keras.Model(inputs, layers.Dense(1)(h))`;

const twoOutputs = `inputs = keras.Input((3,))
h = layers.Dense(12, activation="tanh")(inputs)
model = keras.Model(inputs, [layers.Dense(1, name="size")(h), layers.Dense(1, activation="sigmoid", name="kind")(h)])`;

const siamese = `one, other = keras.Input((3,)), keras.Input((3,))
shared = layers.Dense(8, activation="tanh")
model = keras.Model([one, other], layers.Dense(1)(layers.Subtract()([shared(one), shared(other)])))`;

const attention = `inputs = keras.Input((8, 1))
h = layers.Dense(6)(inputs)
h = layers.MultiHeadAttention(2, 3)(h, h)
model = keras.Model(inputs, layers.Dense(1)(layers.GlobalAveragePooling1D()(h)))`;

const subclassed = `class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden = layers.Dense(8, activation="tanh")
        self.out = layers.Dense(1)

    def call(self, inputs):
        return self.out(layers.concatenate([self.hidden(inputs), inputs]))

model = Net()`;

const twoHeads = `inputs = keras.Input((3,))
h = layers.Dense(16, activation="relu")(inputs)
model = keras.Model(inputs, [layers.Dense(3, activation="softmax", name="kind")(h), layers.Dense(2, name="place")(h)])`;

const autoencoder = `inputs = keras.Input((36,))
code = layers.Dense(6, activation="relu")(layers.Dense(16, activation="relu")(inputs))
model = keras.Model(inputs, layers.Dense(36)(layers.Dense(16, activation="relu")(code)))`;

const blocks = sequential('layers.Conv2D(4, 3, padding="same", use_bias=False)', 'layers.BatchNormalization()', 'layers.ReLU()', 'layers.MaxPooling2D()',
  'layers.Conv2D(8, 3, padding="same")', 'layers.BatchNormalization()', 'layers.Activation("relu")', 'layers.GlobalAveragePooling2D()', dense(2, 'softmax'));

/** As tutorials before Keras 3 write it. */
const older = `from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import Dense
model = Sequential()
model.add(Dense(12, input_dim=2, activation="relu"))
model.add(Dense(8, activation="relu"))
model.add(Dense(1, activation="sigmoid"))`;

const ownSplit = `order = np.random.RandomState(3).permutation(len(x))
x, y = x[order], y[order]
cut = int(0.75 * len(x))
x_train, x_test, y_train, y_test = x[:cut], x[cut:], y[:cut], y[cut:]`;

export const scripts: readonly AccuracyScript[] = [
  script('line, SGD default', 'line', linear, '"sgd"', mse, [rate(0.0034), rate(0.0068), adam, adamAt(0.1), clip(1), normalize], { epochs: 200 }),
  script('line, rate 0.02', 'line', linear, sgd(0.02), mse, [rate(0.0034), clip(0.1), normalize], { epochs: 100 }),
  script('line, momentum', 'line', linear, sgd(0.01, ', momentum=0.9'), mse, [rate(0.001), rate(0.006), rate(0.02)], { epochs: 100 }),
  script('wide line, SGD default', 'wideLine', linear, '"sgd"', mse, [rate(0.0001), rate(0.001), adam, adamAt(1), normalize], { epochs: 60 }),
  script('wide line, momentum', 'wideLine', linear, sgd(0.001, ', momentum=0.9'), mse, [rate(0.0001), clip(1)], { epochs: 60 }),
  script('plane, rate 3', 'plane', linear, sgd(3), mse, [rate(0.1), rate(0.5), adam], { epochs: 40 }),
  script('plane, healthy', 'plane', linear, sgd(0.05), mse, [rate(0.01), adamAt(0.05)], { epochs: 40 }),
  script('raw columns, SGD default', 'raw', linear, '"sgd"', mse, [rate(0.0001), rate(0.001), adam, adamAt(0.03), normalize], { epochs: 40 }),
  script('raw columns, small network', 'raw', small, '"sgd"', mse, [adam, adamAt(0.03), normalize], { epochs: 40 }),
  script('raw columns, relu', 'raw', relu, sgd(0.01), mse, [rate(0.0001), adam, adamAt(0.01), clip(1), normalize], { epochs: 40 }),
  script('raw columns, deep', 'raw', deep, sgd(0.01), mse, [rate(0.0001), adam, normalize], { epochs: 40 }),
  script('wave, rate 1', 'wave', small, sgd(1), mse, [rate(0.1), adam, adamAt(0.02)], { epochs: 40, batch: 16 }),
  script('wave, rate 0.00001', 'wave', small, sgd(0.00001), mse, [rate(0.1), rate(0.001), adamAt(0.02)], { epochs: 40, batch: 16 }),
  script('wave, Adam rate 3', 'wave', small, 'keras.optimizers.Adam(learning_rate=3.0)', mse, [rate(0.01), rate(0.3)], { epochs: 40, batch: 16 }),
  script('wave, relu, rate 0.5', 'wave', relu, sgd(0.5), mse, [rate(0.05), adamAt(0.005), clip(1)], { epochs: 40, batch: 16 }),
  script('wave, deep, rate 0.3', 'wave', deep, sgd(0.3), mse, [rate(0.03), adamAt(0.003)], { epochs: 40, batch: 16 }),
  script('prices, SGD default', 'prices', relu, '"sgd"', mse, [rate(0.0001), adam, adamAt(0.03), clip(1)], { epochs: 40 }),
  script('prices, small network', 'prices', small, sgd(0.1), mse, [rate(0.01), adam, adamAt(1)], { epochs: 40 }),
  script('prices, linear, rate 2', 'prices', linear, sgd(2), mse, [rate(0.1), adam, adamAt(3)], { epochs: 40 }),
  script('prices, absolute error', 'prices', relu, sgd(3), 'mean_absolute_error', [rate(0.1), adamAt(0.03)], { epochs: 40 }),
  script('prices, huber', 'prices', linear, sgd(0.001), 'huber', [rate(1), adamAt(3)], { epochs: 40 }),
  script('yes or no, rate 30', 'binary', yesNo, sgd(30), 'binary_crossentropy', [rate(0.3), adam, adamAt(0.03)], { epochs: 30 }),
  script('yes or no, healthy', 'binary', yesNo, '"adam"', 'binary_crossentropy', [rate(0.01), rate(0.00001)], { epochs: 30 }),
  script('yes or no, no activation', 'binary', sequential(dense(8, 'relu'), dense(1)), sgd(1), mse, [rate(0.05), adamAt(0.01), clip(0.1)], { epochs: 30 }),
  script('yes or no, momentum', 'binary', yesNo, sgd(5, ', momentum=0.9, nesterov=True'), 'binary_crossentropy', [rate(0.05), rate(0.5)], { epochs: 30 }),
  script('classes, rate 20', 'classes', three, sgd(20), sparse, [rate(0.3), adam, adamAt(0.02)], { epochs: 30 }),
  script('classes, tanh', 'classes', sequential(dense(12, 'tanh'), dense(3, 'softmax')), sgd(50), sparse, [rate(1), adamAt(0.05)], { epochs: 30 }),
  script('classes, RMSprop rate 2', 'classes', three, 'keras.optimizers.RMSprop(learning_rate=2.0)', sparse, [rate(0.01), rate(0.00003)], { epochs: 30 }),
  script('classes, Nadam', 'classes', three, 'keras.optimizers.Nadam(learning_rate=1.0)', sparse, [rate(0.01)], { epochs: 30 }),
  script('classes, Adagrad', 'classes', three, 'keras.optimizers.Adagrad(learning_rate=0.0001)', sparse, [rate(0.1)], { epochs: 30 }),
  script('pixels, SGD default', 'pixels', three, '"sgd"', sparse, [rate(0.0001), adam, normalize], { epochs: 30 }),
  script('pixels, rate 0.1', 'pixels', three, sgd(0.1), sparse, [rate(0.001), clip(0.5), normalize], { epochs: 30 }),
  script('pixels, deep', 'pixels', sequential(dense(24, 'relu'), dense(24, 'relu'), dense(3, 'softmax')), sgd(0.05), sparse, [rate(0.0005), normalize], { epochs: 30 }),
  script('pixels, linear', 'pixels', sequential(dense(3, 'softmax')), sgd(0.01), sparse, [adamAt(0.01), normalize], { epochs: 30 }),
  script('picture, rate 5', 'picture', cnn, sgd(5), 'binary_crossentropy', [rate(0.1), adamAt(0.01)], { epochs: 20 }),
  script('picture, squared error', 'picture', cnn, sgd(0.0001), mse, [rate(1), adamAt(0.01)], { epochs: 20 }),
  script('series, rate 5', 'series', lstm, sgd(5), mse, [rate(0.1), adamAt(0.02)], { epochs: 20 }),
  script('series, healthy', 'series', lstm, '"adam"', mse, [rate(0.01)], { epochs: 20 }),
  script('batch normalization', 'raw', sequential('layers.BatchNormalization()', dense(8, 'relu'), dense(1)), sgd(0.5), mse, [rate(0.01), adamAt(0.03)], { epochs: 30 }),
  script('dropout', 'plane', sequential(dense(24, 'relu'), 'layers.Dropout(0.2)', dense(1)), sgd(2), mse, [rate(0.05), adamAt(0.01)], { epochs: 30 }),
  script('weight decay', 'wave', sequential('layers.Dense(16, activation="relu", kernel_regularizer="l2")', dense(1)), sgd(1), mse, [rate(0.05), adamAt(0.01)], { epochs: 40 }),
  script('he initialiser', 'raw', sequential('layers.Dense(32, activation="relu", kernel_initializer="he_normal")', dense(1)), sgd(0.001), mse, [rate(0.00002), adamAt(0.01)], { epochs: 40 }),
  script('words, average', 'words', embedded('layers.GlobalAveragePooling1D()'), sgd(200), bce, [rate(5), adamAt(0.05), rate(0.001)], { epochs: 25 }),
  script('words, LSTM', 'words', embedded('layers.LSTM(6)'), 'keras.optimizers.Adam(learning_rate=2.0)', bce, [rate(0.02), rate(0.0001)], { epochs: 25 }),
  script('words, GRU', 'words', embedded('layers.GRU(6)'), sgd(100), bce, [rate(2), adamAt(0.02)], { epochs: 25 }),
  script('words, two directions', 'words', embedded('layers.Bidirectional(layers.LSTM(4))'), '"sgd"', bce, [adamAt(0.02), rate(1)], { epochs: 25 }),
  script('series, GRU', 'series', sequential('layers.GRU(6)', dense(1)), sgd(10), mse, [rate(0.1), adamAt(0.02), clip(1)], { epochs: 20 }),
  script('series, SimpleRNN', 'series', sequential('layers.SimpleRNN(8)', dense(1)), sgd(2), mse, [rate(0.02), adamAt(0.01), clip(0.5)], { epochs: 20 }),
  script('series, two LSTMs', 'series', sequential('layers.LSTM(6, return_sequences=True)', 'layers.LSTM(4)', dense(1)), sgd(0.00001), mse, [rate(0.2), adamAt(0.02)], { epochs: 20 }),
  script('series, convolution', 'series', sequential('layers.Conv1D(6, 3, activation="relu", padding="causal")', 'layers.GlobalAveragePooling1D()', dense(1)), sgd(5), mse, [rate(0.05), adamAt(0.02)], { epochs: 20 }),
  script('picture, pooling', 'picture', sequential('layers.Conv2D(6, 3, activation="relu", padding="same")', 'layers.MaxPooling2D()', 'layers.Conv2D(6, 2, activation="relu")', 'layers.Flatten()', dense(2, 'softmax')), sgd(10), sparse, [rate(0.1), adamAt(0.01)], { epochs: 20 }),
  script('picture, batch normalization', 'picture', sequential('layers.Conv2D(4, 3)', 'layers.BatchNormalization()', 'layers.ReLU()', 'layers.GlobalAveragePooling2D()', dense(1, 'sigmoid')), 'keras.optimizers.SGD(learning_rate=50.0)', bce, [rate(0.1), adamAt(0.02)], { epochs: 20 }),
  script('picture, depthwise', 'picture', sequential('layers.SeparableConv2D(6, 3, activation="relu")', 'layers.AveragePooling2D(2, padding="same")', 'layers.Flatten()', dense(1, 'sigmoid')), sgd(0.00001), bce, [rate(0.5), adamAt(0.02)], { epochs: 20 }),
  script('classes, Adamax', 'classes', three, 'keras.optimizers.Adamax(learning_rate=3.0)', sparse, [rate(0.02)], { epochs: 30 }),
  script('classes, Adadelta', 'classes', three, '"adadelta"', sparse, [rate(1), adamAt(0.02)], { epochs: 30 }),
  script('classes, Ftrl', 'classes', three, 'keras.optimizers.Ftrl(learning_rate=0.0001)', sparse, [rate(0.1)], { epochs: 30 }),
  script('classes, Lion', 'classes', three, 'keras.optimizers.Lion(learning_rate=1.0)', sparse, [rate(0.003)], { epochs: 30 }),
  script('classes, AdamW', 'classes', three, 'keras.optimizers.AdamW(learning_rate=2.0, weight_decay=0.01)', sparse, [rate(0.02)], { epochs: 30 }),
  script('wave, Adafactor', 'wave', small, 'keras.optimizers.Adafactor(learning_rate=3.0)', mse, [rate(0.05), adamAt(0.02)], { epochs: 40, batch: 16 }),
  whole('rare class, weights', [data.rare, yesNo, compiled(sgd(30), quoted(bce))], 'x, y, epochs=30, class_weight={0: 1.0, 1: 4.0}', [rate(0.2), adamAt(0.02), rate(0.00001)]),
  whole('wave, sample weights', [data.wave, 'weights = np.linspace(0.1, 2.0, 64)', small, compiled(sgd(1.5), quoted(mse))], 'x, y, epochs=40, sample_weight=weights', [rate(0.2), adamAt(0.02)]),
  whole('plane, two outputs', [data.plane, twoOutputs, compiled(sgd(5), '["mse", "binary_crossentropy"]', ', loss_weights=[1.0, 0.5]')], 'x, [y, (y > 0).astype(int)], epochs=30', [rate(0.1), adamAt(0.02)]),
  whole('plane, shared layer', [data.plane, siamese, compiled(sgd(3), quoted(mse))], '[x, x[::-1]], y, epochs=30', [rate(0.1), adamAt(0.02)]),
  whole('raw columns, residual', [data.raw, residual, compiled(sgd(1), quoted(mse))], 'x, y, epochs=40', [rate(0.02), adamAt(0.02)]),
  whole('series, attention', [data.series, attention, compiled(sgd(10), quoted(mse))], 'x, y, epochs=20', [rate(0.1), adamAt(0.02)]),
  whole('plane, class of the script', [data.plane, subclassed, compiled(sgd(3), quoted(mse))], 'x, y, epochs=30', [rate(0.1), adamAt(0.03)]),
  whole('wave, lower on plateau', [data.wave, small, compiled(sgd(2), quoted(mse))], 'x, y, epochs=40, callbacks=[keras.callbacks.ReduceLROnPlateau(monitor="loss", patience=3, factor=0.5)]', [rate(0.2), adamAt(0.05)]),
  whole('wave, stopped early', [data.wave, small, compiled(sgd(0.0001), quoted(mse))], 'x, y, epochs=60, callbacks=[keras.callbacks.EarlyStopping(monitor="loss", patience=5, min_delta=0.001)]', [rate(0.3), adamAt(0.03)]),
  whole('wave, rates by epoch', [data.wave, small, compiled('"sgd"', quoted(mse))], 'x, y, epochs=40, callbacks=[keras.callbacks.LearningRateScheduler(lambda epoch, lr: lr * 0.95)]', [rate(0.5), rate(0.00001)]),
  whole('line, saved model', [data.line, 'model = keras.models.load_model("line.keras")', compiled('"sgd"', quoted(mse))], 'x, y, epochs=60', [rate(0.0034), adamAt(0.1), clip(1), normalize]),
  whole('classes, saved model', [data.classes, 'model = keras.models.load_model("three.keras")', compiled(sgd(20), quoted(sparse))], 'x, y, epochs=30', [rate(0.3), adamAt(0.02)]),
  whole('classes, saved weights', [data.classes, 'model = keras.Sequential([keras.Input((3,)), layers.Dense(12, activation="relu"), layers.Dense(3, activation="softmax")])', 'model.load_weights("three.weights.h5")', compiled('"adam"', quoted(sparse))], 'x, y, epochs=30', [rate(0.02), rate(5)]),
  script('words, table of words', 'words', sequential('layers.Embedding(20, 6)', 'layers.Flatten()', dense(8, 'relu'), 'layers.Dropout(0.3)', dense(1, 'sigmoid')), 'keras.optimizers.Adam(learning_rate=1.0)', bce, [rate(0.01), adamAt(0.00001)], { epochs: 25 }),
  script('series, GRU in two directions', 'series', sequential('layers.Bidirectional(layers.GRU(4))', dense(1)), sgd(8), mse, [rate(0.1), adamAt(0.02)], { epochs: 20 }),
  script('picture, two blocks', 'picture', blocks, 'keras.optimizers.RMSprop(learning_rate=3.0)', sparse, [rate(0.01), adamAt(0.02)], { epochs: 20 }),
  script('pixels, rescaled inside', 'pixels', sequential('layers.Rescaling(1.0 / 127.5, offset=-1.0)', dense(12, 'relu'), dense(3, 'softmax')), sgd(30), sparse, [rate(0.3), adamAt(0.02)], { epochs: 30 }),
  whole('picture, autoencoder', [data.picture, 'x = x.reshape(64, 36)', autoencoder, compiled(sgd(40), quoted(mse))], 'x, x, epochs=40', [rate(1), adamAt(0.01)]),
  whole('classes, two heads', [data.classes, twoHeads, compiled(sgd(6), '["sparse_categorical_crossentropy", "mse"]')], 'x, [y, x[:, :2]], epochs=30', [rate(0.2), adamAt(0.02)]),
  whole('rare class, two units', [data.rare, sequential(dense(8, 'relu'), dense(2, 'softmax')), compiled('"sgd"', quoted(sparse))], 'x, y, epochs=40, batch_size=10, class_weight={0: 1.0, 1: 3.0}', [rate(0.3), adamAt(0.03), rate(0.00001)]),
  whole('wave, decaying rate', [data.wave, small, 'rates = keras.optimizers.schedules.ExponentialDecay(2.0, decay_steps=20, decay_rate=0.9)', compiled('keras.optimizers.SGD(rates)', quoted(mse))], 'x, y, epochs=60, batch_size=16', [rate(0.1), adamAt(0.02), clip(1)]),
  whole('wave, cosine rate', [data.wave, relu, 'rates = keras.optimizers.schedules.CosineDecay(3.0, decay_steps=160)', compiled('keras.optimizers.Adam(learning_rate=rates)', quoted(mse))], 'x, y, epochs=40, batch_size=16', [rate(0.01), rate(0.3)]),
  whole('prices, lower on a validation plateau', [data.prices, small, compiled(sgd(0.3), quoted(mse))], 'x, y, epochs=60, validation_split=0.2, callbacks=[keras.callbacks.ReduceLROnPlateau(monitor="val_loss", patience=4, factor=0.3)]', [rate(0.01), adamAt(0.3)]),
  whole('yes or no, own split', [data.binary, ownSplit, yesNo, compiled(sgd(40), quoted(bce))], 'x_train, y_train, epochs=40, batch_size=16, validation_data=(x_test, y_test)', [rate(0.3), adamAt(0.02)]),
  whole('yes or no, Keras 2', [data.binary, older, compiled('"sgd"', quoted(bce))], 'x, y, epochs=40, batch_size=10', [rate(0.3), adamAt(0.01), rate(0.00001)]),
  whole('classes, smoothed labels', [data.classes, 'y = keras.utils.to_categorical(y, 3)', three, compiled(sgd(30), 'keras.losses.CategoricalCrossentropy(label_smoothing=0.1)')], 'x, y, epochs=40', [rate(0.5), adamAt(0.03)]),
  whole('series, every step', [data.series, 'y = np.sin(0.3 * (t + 1.0))', sequential('layers.LSTM(8, return_sequences=True)', 'layers.TimeDistributed(layers.Dense(1))'), compiled(sgd(20), quoted(mse))], 'x, y, epochs=20, batch_size=12', [rate(0.2), adamAt(0.02)]),
];
