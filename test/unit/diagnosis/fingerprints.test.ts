import assert from 'node:assert/strict';
import { diagnose } from '../../../src/diagnosis';
import { readLog } from '../../../src/log';
import { readScript } from '../../../src/script';

/** One label in ten is a one: the entropy of the labels is 0.325. */
const script = (loss: string, more: string): string => `import numpy as np
import keras
x = np.arange(200.0).reshape(-1, 1) / 200
y = (np.arange(200) % 10 == 0).astype(int)
model = keras.Sequential([keras.layers.Dense(8, activation="relu"), keras.layers.Dense(1, activation="sigmoid")])
model.compile("adam", loss=${loss}, metrics=["accuracy"])
model.fit(x, y, epochs=12${more})
`;

const log = (losses: readonly number[], accuracy: number): string =>
  losses.map((loss, at) => `Epoch ${at + 1}/12\n7/7 - 0s - 2ms/step - accuracy: ${accuracy} - loss: ${loss.toFixed(4)}\n`).join('');

/** Falls in the first epochs, then moves a little around a value. */
const around = (loss: number): number[] => Array.from({ length: 12 }, (_, at) => loss * (at === 0 ? 1.5 : at === 1 ? 1.1 : 1 + 0.003 * (at % 3)));

const kindOf = (text: string, losses: readonly number[], accuracy: number): unknown =>
  diagnose(readLog(log(losses, accuracy)), readScript(text)).findings.find(({ code }) => code === 'loss.fingerprint')?.evidence.kind;

describe('a loss at the entropy of the labels', () => {
  const plain = '"binary_crossentropy"';

  it('is that of a guess where every sample counts alike', () => {
    assert.equal(kindOf(script(plain, ''), around(0.326), 0.9), 'label-entropy');
  });

  it('is no guess where weights make a guess dearer, and what that costs is known', () => {
    const weights = ', class_weight={0: 1.0, 1: 9.0}';
    assert.equal(kindOf(script(plain, weights), around(0.326), 0.9), undefined);
    // 0.9 · 1 + 0.1 · 9 times ln 2
    assert.equal(kindOf(script(plain, weights), around(1.8 * Math.LN2), 0.5), 'label-entropy');
    assert.equal(kindOf(script(plain, ', sample_weight=1.0 + 8.0 * y'), around(0.326), 0.9), undefined);
  });

  it('is no guess where labels are smoothed, and what that costs is known', () => {
    const smoothed = 'keras.losses.BinaryCrossentropy(label_smoothing=0.2)';
    assert.equal(kindOf(script(smoothed, ''), around(0.326), 0.9), undefined);
    // Shares of 0.9 · 0.8 + 0.1 = 0.82 and 0.18.
    assert.equal(kindOf(script(smoothed, ''), around(0.4714), 0.9), 'label-entropy');
  });

  it('is not named where weights or smoothing could not be read', () => {
    assert.equal(kindOf(script(plain, ', class_weight=read_weights()'), around(0.326), 0.9), undefined);
    const smoothed = 'keras.losses.BinaryCrossentropy(label_smoothing=read_smoothing())';
    assert.equal(kindOf(script(smoothed, ''), around(0.326), 0.9), undefined);
  });

  it('is that of saturated outputs only where nothing weighs the samples', () => {
    const settled = [...around(1.6118).slice(0, 6), ...Array.from({ length: 6 }, () => 1.6118)];
    assert.equal(kindOf(script(plain, ''), settled, 0.9), 'saturated');
    assert.equal(kindOf(script(plain, ', class_weight={0: 1.0, 1: 9.0}'), settled, 0.9), undefined);
  });
});
