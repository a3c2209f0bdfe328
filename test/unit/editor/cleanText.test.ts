import assert from 'node:assert/strict';
import { cleanText } from '../../../src/editor/cleanText';
import { readLog } from '../../../src/log';

describe('cleanText', () => {
  const examples: Readonly<Record<string, readonly [dirty: string, clean: string]>> = {
    'leaves plain lines alone': ['Epoch 1/2\n\n1/1 - loss: 1.0\nDone.\n', 'Epoch 1/2\n\n1/1 - loss: 1.0\nDone.\n'],
    'takes colours out': ['\x1b[1m1/1\x1b[0m \x1b[32m━━\x1b[0m \x1b[1m0s\x1b[0m - loss: 1.0\n', '1/1 ━━ 0s - loss: 1.0\n'],
    'keeps the last state of a bar drawn by carriage returns': [
      'Epoch 1/2\r\n 1/3 [==>...] - loss: 3.0\r 2/3 [====>.] - loss: 2.0\r3/3 [======] - loss: 1.0\r\nEpoch 2/2\n',
      'Epoch 1/2\n3/3 [======] - loss: 1.0\nEpoch 2/2\n',
    ],
    'keeps the last state of a bar drawn by backspaces': [
      '1/2 [==>...] - loss: 3.0\b\b\b\b\b\b\b\b2/2 [======] - loss: 1.0\nEpoch 2/2\n',
      '2/2 [======] - loss: 1.0\nEpoch 2/2\n',
    ],
    'keeps the last state of a bar whose states stand on lines of their own': [
      'Epoch 1/2\n1/2 ━━━━━━━━ 0s 9ms/step - loss: 3.0000\n2/2 ━━━━━━━━ 0s 9ms/step - loss: 1.0000\nEpoch 2/2\n1/2 ━━━━━━━━ 0s 9ms/step - loss: 0.9000\n',
      'Epoch 1/2\n2/2 ━━━━━━━━ 0s 9ms/step - loss: 1.0000\nEpoch 2/2\n1/2 ━━━━━━━━ 0s 9ms/step - loss: 0.9000\n',
    ],
    'is empty for nothing': ['', ''],
  };
  for (const [what, [dirty, clean]] of Object.entries(examples)) it(what, () => assert.equal(cleanText(dirty), clean));

  it('does not change what a log says, and cleans once', () => {
    for (const [dirty] of Object.values(examples)) {
      const clean = cleanText(dirty);
      const losses = (text: string): unknown => readLog(text).map(({ epochs }) => epochs.map(({ metrics }) => metrics.get('loss')?.value));
      assert.deepEqual(losses(clean), losses(dirty));
      assert.equal(cleanText(clean), clean);
    }
  });
});
