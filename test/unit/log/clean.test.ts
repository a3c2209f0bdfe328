import assert from 'node:assert/strict';
import { cleanText, readLog } from '../../../src/log';
import { fixtures } from './fixtures';

describe('the clean view of a log', () => {
  it('keeps the last state of each bar, without escape sequences', () => {
    const text =
      'Epoch 1/2\r\n\r\x1b[1m1/2\x1b[0m \x1b[32m━\x1b[0m \x1b[1m0s\x1b[0m 1ms/step - loss: 2.5000\b\b\b\b\r' +
      '\x1b[1m2/2\x1b[0m \x1b[32m━━\x1b[0m \x1b[1m0s\x1b[0m 1ms/step - loss: 1.5000\r\nsaved\r\n';
    assert.equal(cleanText(text), 'Epoch 1/2\n2/2 ━━ 0s 1ms/step - loss: 1.5000\nsaved\n');
  });

  it('puts states that stand below each other together, unless text is glued to one', () => {
    const text = '1/3 [=>.] - ETA: 0s - loss: 3.0000\n2/3 [=>.] - ETA: 0s - loss: nanBatch 1: Invalid loss\n3/3 [==] - loss: nan\n';
    assert.equal(cleanText(text), text);
    assert.equal(cleanText(text.replace('Batch 1: Invalid loss', '')), '3/3 [==] - loss: nan\n');
  });

  it('keeps the last state of a bar drawn by backspaces', () => {
    const text = '1/2 [==>...] - loss: 3.0\b\b\b\b\b\b\b\b2/2 [======] - loss: 1.0\nEpoch 2/2\n';
    assert.equal(cleanText(text), '2/2 [======] - loss: 1.0\nEpoch 2/2\n');
  });

  it('knows a bar of an unknown number of steps', () => {
    const text = '      1/Unknown 2s 2s/step - loss: 3.0000\r      2/Unknown 2s 9ms/step - loss: 2.0000\n';
    assert.equal(cleanText(text), '      2/Unknown 2s 9ms/step - loss: 2.0000\n');
  });

  it('keeps a state once that is drawn over itself, and twice where it stands on two lines', () => {
    const state = '1/1 ━━━━ 0s 5ms/step - loss: 3.0000';
    assert.equal(cleanText(`${state}${'\b'.repeat(60)}${state}\n`), `${state}\n`);
    assert.equal(cleanText(`${state}\n${state}\n`), `${state}\n${state}\n`);
    const inAnEditor = `${state}${'\b'.repeat(60)}\n${state}\n`;
    assert.equal(cleanText(inAnEditor), `${state}\n`);
  });

  it('leaves plain lines and empty ones alone', () => {
    for (const text of ['Epoch 1/2\n\n1/1 - loss: 1.0\nDone.\n', '']) assert.equal(cleanText(text), text);
  });

  for (const { name, text } of fixtures) {
    it(`${name}: says the same`, () => {
      const values = (log: string) =>
        readLog(log).map((run) => run.epochs.map(({ metrics }) => [...metrics].map(([metric, { value }]) => [metric, value])));
      const clean = cleanText(text);
      assert.deepEqual(values(clean), values(text));
      assert.equal(cleanText(clean), clean);
      assert.doesNotMatch(clean, /[\x08\x1b\r]/);
    });
  }
});
