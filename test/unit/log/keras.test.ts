import assert from 'node:assert/strict';
import { readLog } from '../../../src/log';

const KERAS2 = `Epoch 1/500
1/1 [==============================] - 0s 210ms/step - loss: 450.9794
Epoch 2/500
1/1 [==============================] - 0s 4ms/step - loss: 1603.0852
`;

/** The losses of each run, of a log of one epoch. */
function lossesOf(...lines: readonly string[]): (number | undefined)[][] {
  return readLog(['Epoch 1/1', ...lines, ''].join('\n')).map(({ epochs }) => epochs.map(({ metrics }) => metrics.get('loss')?.value));
}

describe('the last line of an epoch, printed again', () => {
  it('counts, where the first one says the time left', () => {
    assert.deepEqual(lossesOf('35/35 ━━━━ 0s 50ms/step - loss: 1.2316', '35/35 ━━━━ 2s 55ms/step - loss: 0.8803'), [[0.8803]]);
    assert.deepEqual(lossesOf('35/35 ━━━━ 0s 2ms/step - loss: 1.2316', '35/35 ━━━━ 0s 2ms/step - loss: 0.8803'), [[0.8803]]);
  });

  it('is an evaluation, where the first one says the time taken, or the epoch was printed twice already', () => {
    assert.deepEqual(lossesOf('35/35 ━━━━ 2s 55ms/step - loss: 1.2316', '35/35 ━━━━ 1s 35ms/step - loss: 0.8803'), [[1.2316]]);
    const pair = ['35/35 ━━━━ 0s 50ms/step - loss: 1.2316', '35/35 ━━━━ 2s 55ms/step - loss: 0.8803'];
    assert.deepEqual(lossesOf(...pair, '35/35 ━━━━ 0s 50ms/step - loss: 0.7000', '35/35 ━━━━ 2s 55ms/step - loss: 0.6000'), [[0.8803]]);
  });

  it('is an evaluation, where its updates stand before it', () => {
    const bar = (step: number, loss: number) => `${step}/35 [===>...] - ${step < 35 ? 'ETA: ' : ''}1s 35ms/step - loss: ${loss.toFixed(4)}`;
    assert.deepEqual(lossesOf(bar(1, 2.5), bar(35, 1.5), bar(1, 0.9), bar(35, 0.8)), [[1.5]]);
  });
});

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
