import assert from 'node:assert/strict';
import { readLog } from '../../../src/log';

const KERAS2 = `Epoch 1/500
1/1 [==============================] - 0s 210ms/step - loss: 450.9794
Epoch 2/500
1/1 [==============================] - 0s 4ms/step - loss: 1603.0852
`;

describe('a Keras 2 log', () => {
  it('gives epochs with their values and exact spans', () => {
    const [run, ...others] = readLog(KERAS2);
    assert.ok(run);
    assert.equal(others.length, 0);
    assert.equal(run.declaredEpochs, 500);
    assert.equal(run.stepsPerEpoch, 1);
    assert.deepEqual(
      run.epochs.map((epoch) => {
        const loss = epoch.metrics.get('loss')!;
        return [epoch.number, epoch.complete, loss.value, KERAS2.slice(loss.start, loss.end)];
      }),
      [
        [1, true, 450.9794, '450.9794'],
        [2, true, 1603.0852, '1603.0852'],
      ],
    );
    assert.equal(run.epochs[0]!.seconds, 0);
  });

  it('is one from its first epoch on, although a callback prints before the line of that epoch', () => {
    const epoch = (number: number): string => `Epoch ${number}/2\n | val_auc: 0.57\n51/51 - 30s - loss: 0.${7 - number} - val_loss: 0.3 - 30s/epoch\n`;
    const [run, ...others] = readLog(epoch(1) + epoch(2));
    assert.deepEqual(others, []);
    assert.equal(run!.dialect, 'keras-verbose2');
    assert.deepEqual(run!.epochs.map(({ metrics }) => [...metrics].map(([name, { value }]) => [name, value])), [
      [['loss', 0.6], ['val_loss', 0.3]],
      [['loss', 0.5], ['val_loss', 0.3]],
    ]);
  });
});
