import assert from 'node:assert/strict';
import { engineOf } from '../../../src/rerun/build';
import { Optimizer } from '../../../src/rerun/optimizer';
import { isRefusal, specOf } from '../../../src/rerun/spec';
import type { TrainingSpec } from '../../../src/rerun/trace';
import { readScript } from '../../../src/script';
import { Training } from '../../../src/rerun/training';
import { completed } from '../../../src/rerun/keras-layers';
import { say } from '../../../src/words';
import { tensor } from './seed';

interface Parts {
  readonly layers?: string;
  readonly compile?: string;
  readonly fit?: string;
  readonly y?: string;
}

const head = 'import numpy as np\nimport keras\nfrom keras import layers\nx = np.arange(12.0).reshape(6, 2)\n';

function script({ layers = 'layers.Dense(1)', compile = 'optimizer="sgd", loss="mse"', fit = 'epochs=3', y = 'np.arange(6.0)' }: Parts): string {
  return `${head}y = ${y}\nmodel = keras.Sequential([${layers}])\nmodel.compile(${compile})\nmodel.fit(x, y, ${fit})\n`;
}

function specFor(parts: Parts): ReturnType<typeof specOf> {
  return specOf(...ownFit(script(parts)));
}

function ownFit(text: string): Parameters<typeof specOf> {
  const read = readScript(text);
  return [read, read.fits[0]!];
}

function refusalOf(parts: Parts): string {
  const spec = specFor(parts);
  assert.ok(isRefusal(spec), 'should be refused');
  return say(spec.refused);
}

function accepted(parts: Parts): TrainingSpec {
  const spec = specFor(parts);
  assert.ok(!isRefusal(spec), isRefusal(spec) ? say(spec.refused) : '');
  return spec;
}

describe('a training read from a script', () => {
  it('has every default of Keras filled in', () => {
    const { layers, optimizer, batchSize, epochs } = accepted({});
    const dense = layers.find(({ className }) => className === 'Dense')!;
    assert.equal(dense.config.kernel_initializer, 'glorot_uniform');
    assert.equal(dense.config.use_bias, true);
    assert.deepEqual([optimizer.className, batchSize, epochs], ['SGD', 32, 3]);
  });

  it('takes the validation split from the end, before any shuffling', () => {
    const { x, validation } = accepted({ fit: 'epochs=3, validation_split=0.5' });
    assert.deepEqual([...x[0]!.data], [0, 1, 2, 3, 4, 5]);
    assert.deepEqual([...validation!.x[0]!.data], [6, 7, 8, 9, 10, 11]);
  });

  it('takes inputs of whole numbers where the data are whole', () => {
    const layers = 'layers.Input((2,), dtype="int32"), layers.Embedding(12, 2), layers.Flatten(), layers.Dense(1)';
    accepted({ layers });
    const halves = specOf(...ownFit(script({ layers }).replace('.reshape', '.reshape(-1) / 2\nx = x.reshape')));
    assert.ok(isRefusal(halves));
    assert.match(say(halves.refused), /int32/);
    assert.match(refusalOf({ layers: 'layers.Input((2,)), layers.Dense(1, dtype="int32")' }), /int32/);
    for (const dtype of ['uint8', 'int16', 'float64']) accepted({ layers: `layers.Input((2,), dtype="${dtype}"), layers.Dense(1)` });
    assert.match(refusalOf({ layers: 'layers.Input((2,), dtype="uint8"), layers.Dense(1)', y: 'np.arange(6.0)\nx = x * 100' }), /uint8/);
    assert.match(refusalOf({ layers: 'layers.Input((2,), dtype="float16"), layers.Dense(1)' }), /float16/);
  });

  it('weighs samples by their class', () => {
    const { sampleWeights } = accepted({
      layers: 'layers.Dense(1, activation="sigmoid")', compile: 'optimizer="adam", loss="binary_crossentropy"',
      y: 'np.array([0, 1, 0, 1, 1, 0])', fit: 'epochs=1, class_weight={0: 1.0, 1: 3.0}',
    });
    assert.deepEqual([...sampleWeights!], [1, 3, 1, 3, 3, 1]);
  });

  it('goes on from batch to batch where all batches are of one size and nothing is validated in between', () => {
    const layers = 'layers.LSTM(2, stateful=True), layers.Dense(1)';
    const parts = (fit: string): Parts => ({ layers, y: 'np.ones(6)\nx = np.ones((6, 3, 2))', fit });
    assert.equal(accepted(parts('batch_size=3')).batchSize, 3);
    assert.match(refusalOf(parts('batch_size=4')), /stateful/);
    assert.match(refusalOf(parts('batch_size=3, validation_split=0.5')), /stateful/);
  });

  it('is refused by name where something is not rebuilt', () => {
    assert.match(refusalOf({ layers: 'layers.SpectralNormalization(layers.Dense(2)), layers.Dense(1)' }), /SpectralNormalization/);
    assert.match(refusalOf({ layers: 'layers.SeparableConv2D(2, 2, data_format="channels_first")' }), /channels_first/);
    assert.match(refusalOf({ compile: 'optimizer=keras.optimizers.Muon(), loss="mse"' }), /Muon/);
    const embedding = 'layers.Embedding(20, 2), layers.Flatten(), layers.Dense(1)';
    assert.match(refusalOf({ layers: embedding, compile: 'optimizer="adamax", loss="mse"' }), /Adamax on an Embedding/);
    assert.match(refusalOf({ layers: embedding, compile: 'optimizer=keras.optimizers.Adam(clipvalue=1.0), loss="mse"' }), /clipvalue of Embedding/);
    assert.match(refusalOf({ compile: 'optimizer=keras.optimizers.Adam(use_ema=True), loss="mse"' }), /use_ema/);
    assert.match(refusalOf({ compile: 'optimizer=keras.optimizers.Adam(gradient_accumulation_steps=4), loss="mse"' }), /gradient_accumulation_steps/);
    assert.match(refusalOf({ compile: 'optimizer="sgd", loss=keras.losses.Dice()' }), /dice/i);
    const compile = 'optimizer="sgd", loss="mse", metrics=[keras.metrics.AUC(name="auc")]';
    assert.match(refusalOf({ compile, fit: 'epochs=3, callbacks=[keras.callbacks.ReduceLROnPlateau(monitor="auc", mode="max")]' }), /auc of ReduceLROnPlateau/);
  });

  it('watches metrics that it computes, names what stands in for others, and drops callbacks that never act', () => {
    const stop = (monitor: string): ReturnType<typeof accepted> => accepted({
      compile: 'optimizer="sgd", loss="mse", metrics=["accuracy", keras.metrics.AUC(name="auc")]',
      fit: `epochs=3, callbacks=[keras.callbacks.EarlyStopping(monitor="${monitor}"), keras.callbacks.History()]`,
    });
    const watched = stop('val_accuracy');
    assert.deepEqual(watched.callbacks.map(({ config }) => [config.monitor, config.mode]).filter(([monitor]) => monitor), [['val_accuracy', 'max']]);
    assert.deepEqual(watched.substitutions, []);
    assert.deepEqual(stop('val_auc').substitutions, [{ id: 'rerun.substituted.early-stopping' }]);
    // There is no such value, so nothing is ever watched.
    assert.deepEqual([stop('val_acc').callbacks.filter(({ className }) => className !== 'History'), stop('val_acc').substitutions], [[], []]);
  });

  it('takes over the learning rates that a callback of the script sets, as long as reading has followed them', () => {
    const own = 'np.arange(6.0)\nclass Own(keras.callbacks.Callback):\n  def on_batch_begin(self, batch, logs=None):\n    self.model.optimizer.learning_rate = 0.25';
    const { callbacks } = accepted({ y: own, fit: 'epochs=2, batch_size=4, callbacks=[Own()]' });
    assert.deepEqual(callbacks, [{ className: 'LearningRateScheduler', config: { steps: [0.25, 0.25, 0.25, 0.25] } }]);
    assert.match(refusalOf({ y: own, fit: 'epochs=100000, batch_size=2, callbacks=[Own()]' }), /The callback/);
  });

  it('leaves out a callback of the script that only watches, names one that may stop, and refuses one that may change anything', () => {
    const own = (body: string): Parts => ({
      y: `np.arange(6.0)\nclass Own(keras.callbacks.Callback):\n  def on_epoch_end(self, epoch, logs=None):\n    ${body}`, fit: 'epochs=3, callbacks=[Own()]',
    });
    const parts = ({ callbacks, substitutions }: TrainingSpec): unknown => [callbacks, substitutions];
    for (const body of ['self.losses.append(logs["loss"])', 'print(epoch, self.model.predict(x))', 'self.seen.update(logs)', 'self.best = logs["loss"]', 'print(hasattr(self.model.optimizer, "lr"))']) {
      assert.deepEqual(parts(accepted(own(body))), [[], []], body);
    }
    const stops = [[], [{ id: 'rerun.substituted.own-stop', args: { callback: 'Own' } }]];
    assert.deepEqual(parts(accepted(own('if logs["loss"] < 0.1: self.model.stop_training = True'))), stops);
    for (const body of [
      'keras.backend.set_value(self.model.optimizer.lr, logs["loss"])', 'self.model.optimizer.learning_rate = logs["loss"]', 'self.model.optimizer.learning_rate *= logs["loss"]',
      'self.model.layers[0].set_weights(w)', 'anneal(self.model)', 'self.model.optimizer.learning_rate.assign(logs["loss"])',
    ]) assert.match(refusalOf(own(body)), /The callback Own/, body);
    const lambda = (body: string): Parts => ({ fit: `epochs=3, callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: ${body})]` });
    assert.deepEqual(parts(accepted(lambda('print(epoch)'))), [[], []]);
    assert.match(refusalOf(lambda('anneal(model)')), /The callback LambdaCallback/);
  });

  it('takes learning rates by epoch from the function of the script', () => {
    const scheduled = (schedule: string): unknown => accepted({ fit: `epochs=3, callbacks=[keras.callbacks.LearningRateScheduler(${schedule})]` }).callbacks[0]!.config.schedule;
    assert.deepEqual(scheduled('lambda epoch: 0.1 / (epoch + 1)'), [0.1, 0.05, 0.1 / 3]);
    assert.deepEqual(scheduled('lambda epoch, lr: lr if epoch < 1 else lr * 0.5'), [Math.fround(0.01), Math.fround(0.01) / 2, Math.fround(0.01) / 4]);
    assert.match(refusalOf({ fit: 'epochs=3, callbacks=[keras.callbacks.LearningRateScheduler(something)]' }), /something/);
  });

  it('divides the learning rate by 1 + decay · step where the script is for Keras 2', () => {
    const { optimizer } = accepted({ compile: 'optimizer=keras.optimizers.SGD(lr=0.1, decay=0.5), loss="mse"' });
    const weights = [{ values: Float32Array.of(0), shape: [1] }];
    const steps = new Optimizer(optimizer, weights);
    for (let step = 0; step < 3; step++) steps.apply([Float32Array.of(1)]);
    assert.ok(Math.abs(weights[0]!.values[0]! + 0.1 + 0.1 / 1.5 + 0.1 / 2) < 1e-7);
  });

  it('trains a saturated softmax from its logits on TensorFlow, and clips it on JAX', async () => {
    const parts = { layers: 'layers.Dense(2, activation="softmax", kernel_initializer=keras.initializers.Constant([[60.0, 0.0], [0.0, 60.0]]))', compile: 'optimizer="sgd", loss="sparse_categorical_crossentropy"', y: 'np.zeros(6)' };
    const firstLoss = async (backend: string): Promise<number> => {
      const read = readScript(`import os\nos.environ["KERAS_BACKEND"] = "${backend}"\n${script(parts)}`);
      const spec = specOf(read, read.fits[0]!);
      assert.ok(!isRefusal(spec));
      const ones = { ...spec, layers: spec.layers.map((layer) => (layer.className === 'Dense' ? { ...layer, weights: [tensor([2, 2], [0, 60, 0, 60]), tensor([2], [0, 0])] } : layer)) };
      const engine = await engineOf(ones);
      assert.ok(!('refused' in engine));
      return new Training(ones, engine, { seed: 1 }).run(1)[0]!;
    };
    // The logit is 60 (x1 + x2) above that of the label; -log(1e-7) is 16.118.
    assert.ok(Math.abs((await firstLoss('tensorflow')) - 660) < 1e-3);
    assert.ok(Math.abs((await firstLoss('jax')) - 16.118) < 1e-3);
  });

  it('has the hard sigmoid of the Keras that the script is written for', async () => {
    const at = async (keras: 2 | 3): Promise<number> => {
      const spec = { ...accepted({ layers: 'layers.Dense(1, activation="hard_sigmoid")', y: 'np.zeros(6)' }), keras };
      const fixed = { ...spec, x: [tensor([6, 2], new Array<number>(12).fill(1))], layers: spec.layers.map((layer) => (layer.className === 'Dense' ? { ...layer, weights: [tensor([2, 1], [0.5, 0.5]), tensor([1], [0])] } : layer)) };
      const engine = await engineOf(fixed);
      assert.ok(!('refused' in engine));
      return new Training(fixed, engine, { seed: 1 }).run(1)[0]!;
    };
    assert.ok(Math.abs((await at(2)) - 0.7 ** 2) < 1e-6);
    assert.ok(Math.abs((await at(3)) - (1 / 6 + 0.5) ** 2) < 1e-6);
  });

  it('is refused where a layer is given more than it takes', async () => {
    const spec = accepted({});
    const two = { ...spec, x: [tensor([6, 2, 1], [...spec.x[0]!.data]), spec.x[0]!], layers: [
      { className: 'InputLayer', name: 'a', config: {}, inputs: [] }, { className: 'InputLayer', name: 'b', config: {}, inputs: [] },
      { className: 'LSTM', name: 'c', config: completed('LSTM', { units: 2 }), inputs: [0, 1] }, { ...spec.layers.at(-1)!, inputs: [2] },
    ], outputs: [3] };
    assert.ok('refused' in (await engineOf(two)));
  });

  it('reads weights of losses and of validation samples', () => {
    const { losses } = accepted({ compile: 'optimizer="sgd", loss="mse", loss_weights=[0.5]' });
    assert.deepEqual(losses.map(({ weight }) => weight), [0.5]);
    const { validation } = accepted({ fit: 'epochs=1, validation_data=(x, y, np.ones(6) * 2)' });
    assert.deepEqual([...validation!.sampleWeights!], [2, 2, 2, 2, 2, 2]);
  });

  it('is refused where a label is none of the model\'s classes', () => {
    const said = refusalOf({
      layers: 'layers.Dense(3, activation="softmax")', compile: 'optimizer="adam", loss="sparse_categorical_crossentropy"',
      y: 'np.array([0, 1, 2, 3, 1, 0])',
    });
    assert.match(said, /class 3/);
  });

  it('is refused where the targets do not have the shape of the output', async () => {
    const engine = await engineOf(accepted({ layers: 'layers.Dense(3)' }));
    assert.ok('refused' in engine);
    assert.match(say(engine.refused), /1 numbers per sample, the model gives 3/);
  });
});
