import assert from 'node:assert/strict';
import { diagnose, type Finding } from '../../../src/diagnosis';
import { readLog } from '../../../src/log';
import { readScript } from '../../../src/script';
import { say } from '../../../src/words';

const epoch = (number: number, loss: string): string => `Epoch ${number}/3\n7/7 - 0s - 2ms/step - loss: ${loss}\n`;
const lost = [1, 2, 3].map((number) => epoch(number, 'nan')).join('');

const head = `import numpy as np
import keras
x = np.arange(200.0).reshape(-1, 1) / 200
y = x[:, 0] ** 2
`;
const model = 'model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(8, activation="relu"), keras.layers.Dense(1)])\n';

const nanOf = (log: string, script?: string): Finding[] =>
  diagnose(readLog(log), script === undefined ? undefined : readScript(script)).findings.filter(({ code }) => code === 'loss.nan');

describe('a NaN', () => {
  const twice = `${head}${model}model.compile("sgd", "mse")\nmodel.fit(x, y, epochs=3)\nmodel.fit(x, y, epochs=3)\n`;

  it('that goes on from the fit before is told as that, where the script makes the model once', () => {
    const [first, second] = nanOf(lost + lost, twice);
    assert.notEqual(first?.evidence['cause'], 'continued');
    assert.equal(second?.evidence['cause'], 'continued');
    assert.deepEqual(second?.remedies, []);
  });

  it('may do so where nobody knows whether the model is the same', () => {
    const [, alone] = nanOf(lost + lost);
    assert.equal(alone?.evidence['cause'], 'first-epoch');
    assert.deepEqual(alone?.related.map(({ message }) => message.id), ['related.nan-before']);
    const inLoop = `${head}for rate in [1.0, 2.0]:\n    ${model}    model.compile(keras.optimizers.SGD(rate), "mse")\n    model.fit(x, y, epochs=3)\n`;
    assert.deepEqual(nanOf(lost + lost, inLoop).map(({ evidence }) => evidence['cause']), ['first-epoch-descent', 'first-epoch-descent']);
  });

  it('does not, where the run before ended well', () => {
    assert.equal(nanOf([1, 2, 3].map((number) => epoch(number, '0.5')).join('') + lost, twice)[0]?.evidence['cause'], 'first-epoch-descent');
  });

  it("lies with the script's own loss where the data are finite and no step was taken, or Adam took them", () => {
    const own = `${head}def distance(a, b):\n    return keras.ops.sqrt(keras.ops.sum((a - b) ** 2, axis=-1))\n${model}`;
    const [adam] = nanOf(lost, `${own}model.compile("adam", distance)\nmodel.fit(x, y, epochs=3)\n`);
    assert.equal(adam?.evidence['cause'], 'own-loss');
    assert.match(say(adam.message), /in distance$/);
    const bar = 'Epoch 1/3\n1/7 ━━ 2s 9ms/step - loss: nan\n7/7 ━━ 0s 2ms/step - loss: nan\n';
    const descent = `${own}model.compile("sgd", distance)\nmodel.fit(x, y, epochs=3)\n`;
    assert.equal(nanOf(bar, descent)[0]?.evidence['cause'], 'own-loss');
    assert.equal(nanOf(lost, descent)[0]?.evidence['cause'], 'first-epoch');
    assert.equal(nanOf(lost, `${own}y[3] = np.nan\nmodel.compile("adam", distance)\nmodel.fit(x, y, epochs=3)\n`)[0]?.evidence['cause'], 'first-epoch-adaptive');
  });

  it("lies with SGD where the data are finite and the loss is Keras' own; a rate is proposed only where the old one is daring", () => {
    const descent = (rate: string, scale = ''): string => `${head}x = x${scale}\n${model}model.compile(keras.optimizers.SGD(${rate}), "mse")\nmodel.fit(x, y, epochs=3)\n`;
    const kinds = (script: string): string[] => nanOf(lost, script).flatMap(({ evidence, remedies }) => [String(evidence['cause']), ...remedies.map(({ kind }) => kind)]);
    assert.deepEqual(kinds(descent('0.01')), ['first-epoch-descent', 'clip-gradients', 'adam']);
    assert.deepEqual(kinds(descent('0.01', ' * 500')), ['first-epoch-descent', 'normalize-inputs', 'clip-gradients', 'adam']);
    assert.deepEqual(kinds(descent('0.5', ' * 500')), ['first-epoch-descent', 'learning-rate', 'normalize-inputs', 'clip-gradients']);
  });
});
