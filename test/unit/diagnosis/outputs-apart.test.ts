import assert from 'node:assert/strict';
import { diagnose } from '../../../src/diagnosis';
import { readLog } from '../../../src/log';
import { readScript } from '../../../src/script';
import { say } from '../../../src/words';

const script = readScript(`import numpy as np
import keras
x = np.arange(40.0).reshape(-1, 1) / 40
price = np.array([0.0, 4.0] * 20)
kind = (np.arange(40) % 2).astype(int)
inputs = keras.Input((1,))
h = keras.layers.Dense(8, activation="relu")(inputs)
a = keras.layers.Dense(1, name="price")(h)
b = keras.layers.Dense(1, activation="sigmoid", name="kind")(h)
model = keras.Model(inputs, [a, b])
model.compile("adam", loss={"price": "mse", "kind": "binary_crossentropy"}, metrics={"kind": "accuracy"})
model.fit(x, {"price": price, "kind": kind}, epochs=12, batch_size=4)
`);

const log = (price: (epoch: number) => number, kind: (epoch: number) => number, accuracy: (epoch: number) => number): string =>
  Array.from({ length: 12 }, (_, at) => {
    const [one, other] = [price(at), kind(at)];
    const numbers = `kind_accuracy: ${accuracy(at).toFixed(4)} - kind_loss: ${other.toFixed(4)} - loss: ${(one + other).toFixed(4)} - price_loss: ${one.toFixed(4)}`;
    return `Epoch ${at + 1}/12\n10/10 - 0s - 2ms/step - ${numbers}\n`;
  }).join('');

const falls = (at: number): number => 3 / (1 + at);
const told = (text: string) => diagnose(readLog(text), script).findings.filter(({ severity }) => severity === 'warning' || severity === 'error');

describe('a model with several outputs', () => {
  it('is told which of them predicts a constant, though the sum of their losses falls', () => {
    const [finding, ...others] = told(log(falls, () => 0.6931, () => 0.5));
    assert.deepEqual(others, []);
    assert.equal(finding?.code, 'loss.fingerprint');
    assert.equal(finding.evidence['output'], 'kind');
    assert.match(say(finding.message), /^kind: Loss stays at 0\.6931, about ln 2/);
    const line = log(falls, () => 0.6931, () => 0.5).slice(0, finding.log!.end);
    assert.match(line, /kind_loss: 0\.6931$/);
  });

  it('has the variance of each output by itself', () => {
    const [finding] = told(log((at) => 4 + 0.001 * (at % 3), (at) => 0.6 / (1 + at), (at) => 0.6 + 0.03 * at));
    assert.equal(finding?.evidence['kind'], 'mean-predictor');
    assert.equal(finding.evidence['output'], 'price');
  });

  it('is told of nothing where all of them learn', () => {
    assert.deepEqual(told(log(falls, (at) => 0.6 / (1 + at), (at) => 0.6 + 0.03 * at)), []);
  });
});
