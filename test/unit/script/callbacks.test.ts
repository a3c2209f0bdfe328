import assert from 'node:assert/strict';
import { type Callback, type Json, readScript } from '../../../src/script';
import { known } from './fixtures';

const imports = 'import keras\nimport numpy as np\nfrom keras import layers\nfrom keras import backend as K\n';

/** The callbacks of a training of 3 epochs of 4 steps at a rate of 0.5; `class C` is the callback. */
function callbacksOf(methods: string, given = 'C()', rows = 40): readonly Callback[] {
  const body = methods.split('\n').map((line) => `  ${line}`).join('\n');
  const model = 'model = keras.Sequential([layers.Dense(1)])\nmodel.compile(keras.optimizers.SGD(0.5), "mse")\n';
  const { fits } = readScript(`${imports}class C(keras.callbacks.Callback):\n${body}\n${model}model.fit(np.zeros((${rows}, 1)), np.zeros((${rows}, 1)), epochs=3, batch_size=10, callbacks=[${given}])\n`);
  return known(fits[0]!.callbacks);
}

function ratesOf(methods: string, given?: string): Json | undefined {
  const [callback] = callbacksOf(methods, given);
  assert.ok(callback);
  const { schedule, steps } = callback.config;
  const rates = schedule ?? steps;
  return rates?.known ? rates.value : callback.reach;
}

const rounded = (rates: Json | undefined): unknown => (Array.isArray(rates) ? rates.map((rate) => Math.round(Number(rate) * 1e5) / 1e5) : rates);

describe('callbacks of a script that set the learning rate', () => {
  it('are followed from epoch to epoch', () => {
    assert.deepEqual(rounded(ratesOf('def on_epoch_begin(self, epoch, logs=None):\n  self.model.optimizer.learning_rate = 0.1 / (epoch + 1)')), [0.1, 0.05, 0.03333]);
    assert.deepEqual(rounded(ratesOf('def on_epoch_end(self, epoch, logs=None):\n  lr = float(K.get_value(self.model.optimizer.lr))\n  K.set_value(self.model.optimizer.lr, lr * 0.1)')), [0.5, 0.05, 0.005]);
    const own = 'def __init__(self, f):\n  super().__init__()\n  self.f = f\ndef on_epoch_begin(self, epoch, logs=None):\n  if not hasattr(self.model.optimizer, "lr"):\n    raise ValueError("none")\n  self.model.optimizer.lr.assign(self.f(epoch, self.model.optimizer.lr.numpy()))';
    assert.deepEqual(rounded(ratesOf(own, 'C(lambda epoch, lr: lr if epoch < 1 else 0.2)')), [0.5, 0.2, 0.2]);
  });

  it('are followed from step to step, with counters of their own', () => {
    const counter = 'def __init__(self):\n  self.n = 0\n  self.losses = []\ndef on_batch_begin(self, batch, logs):\n  self.n += 1\n  self.model.optimizer.learning_rate = self.n / 100\ndef on_batch_end(self, batch, logs):\n  self.losses.append(logs["loss"])';
    assert.deepEqual(rounded(ratesOf(counter)), Array.from({ length: 12 }, (_, i) => (i + 1) / 100));
    const each = 'def on_train_batch_end(self, batch, logs=None):\n  self.model.optimizer.learning_rate = self.model.optimizer.learning_rate.numpy() / 2\ndef on_epoch_begin(self, epoch, logs=None):\n  self.model.optimizer.learning_rate = 0.8';
    assert.deepEqual(rounded(ratesOf(each)), [0, 1, 2].flatMap(() => [0.8, 0.4, 0.2, 0.1]));
  });

  it('are followed as far as reading may take where there are many steps', () => {
    const [callback] = callbacksOf('def on_batch_end(self, batch, logs=None):\n  self.model.optimizer.learning_rate *= 0.999', 'C()', 900_000);
    const steps = known(callback!.config.steps!);
    assert.ok(Array.isArray(steps) && steps.length > 500 && steps.length < 270_000);
  });

  it('are not followed where the loss decides, or another callback sets the rate, too', () => {
    assert.equal(ratesOf('def on_epoch_end(self, epoch, logs=None):\n  if logs["loss"] > 1:\n    self.model.optimizer.lr = 0.1'), 'changes');
    assert.equal(ratesOf('def on_epoch_end(self, epoch, logs=None):\n  self.model.optimizer.lr = logs["loss"] / 10'), 'changes');
    assert.equal(ratesOf('def on_epoch_begin(self, epoch, logs=None):\n  self.model.optimizer.lr = 0.1\n  self.model.set_weights(self.w)'), 'changes');
    const plateau = callbacksOf('def on_epoch_begin(self, epoch, logs=None):\n  self.model.optimizer.lr = 0.1', 'C(), keras.callbacks.ReduceLROnPlateau()');
    assert.deepEqual(plateau.map(({ className, reach }) => reach ?? className), ['changes', 'ReduceLROnPlateau']);
  });
});

describe('callbacks of a script that end the training', () => {
  it('may do what they like then', () => {
    const best = 'def on_epoch_end(self, epoch, logs=None):\n  if logs["loss"] > self.best:\n    self.model.stop_training = True\n    self.model.set_weights(self.weights)\ndef on_train_end(self, logs=None):\n  self.model.set_weights(self.weights)';
    assert.equal(ratesOf(best), 'stops');
    assert.equal(ratesOf(best.replace('= True', '= epoch > 3')), 'changes');
  });
});
