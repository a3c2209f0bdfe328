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

  for (const { name, text } of fixtures) {
    it(`${name}: says the same`, () => {
      const values = (log: string) =>
        readLog(log).map((run) => run.epochs.map(({ metrics }) => [...metrics].map(([metric, { value }]) => [metric, value])));
      const clean = cleanText(text);
      assert.deepEqual(values(clean), values(text));
      assert.doesNotMatch(clean, /[\x08\x1b\r]/);
    });
  }
});
