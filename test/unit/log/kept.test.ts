import assert from 'node:assert/strict';
import { readLog, type Epoch, type Metrics } from '../../../src/log';

const bar = (step: number, time: string, metrics: string) => `${step}/4 ━━━━━━━━━━━━━━━━━━━━ ${time} 30ms/step - ${metrics}`;
const TEXT = [
  'Model: "sequential"\n',
  'Epoch 1/2\n',
  `\r${bar(1, '1:02', 'loss: 2.5000')}\r${bar(2, '0s', 'loss: 2.2500')}`,
  `\r${bar(4, '3s', 'loss: 2.0000 - val_loss: 1.5e+15 - learning_rate: 0.0100')}\n`,
  'Epoch 2/2\n',
  `\r${bar(1, '1s', 'loss: 1.5000')}\r${bar(3, '1s', 'loss: -inf')}\r${bar(4, '412ms', 'loss: nan - val_loss: 0.0000e+00 - learning_rate: 1.0000e-03')}\n`,
  'Saved.\n',
  'Epoch 1/1\n',
  '2/2 - 1s - 500ms/step - loss: 12345678901234567890.1234\n',
  'Traceback (most recent call last):\n',
].join('');

const runs = readLog(TEXT);
const [first, second] = runs[0]!.epochs as readonly [Epoch, Epoch];
const values = (metrics: Metrics) => Object.fromEntries([...metrics].map(([name, { value }]) => [name, value]));

describe('what is kept of each metric', () => {
  it('its value, of any size, finite or not', () => {
    assert.deepEqual(values(first.metrics), { loss: 2, val_loss: 1.5e15, learning_rate: 0.01 });
    assert.deepEqual(values(second.metrics), { loss: NaN, val_loss: 0, learning_rate: 1e-3 });
    assert.deepEqual(values(runs[1]!.epochs[0]!.metrics), { loss: Number('12345678901234567890.1234') });
  });

  it('its range: exactly the characters of the number', () => {
    const printed = [first, second].flatMap(({ metrics }) => [...metrics.values()].map(({ start, end }) => TEXT.slice(start, end)));
    assert.deepEqual(printed, ['2.0000', '1.5e+15', '0.0100', 'nan', '0.0000e+00', '1.0000e-03']);
  });

  it('its epoch, as its header numbers it', () => {
    assert.deepEqual(runs.map(({ epochs }) => epochs.map(({ number }) => number)), [[1, 2], [1]]);
    assert.equal(TEXT.slice(second.header!.start, second.header!.end), 'Epoch 2/2');
  });

  it('its step, and how many there are', () => {
    assert.deepEqual([first.step, first.steps, runs[0]!.stepsPerEpoch], [4, 4, 4]);
    assert.deepEqual(first.updates.map(({ step }) => step), [1, 2]);
  });

  it('running means apart from the values of the epoch', () => {
    assert.deepEqual(first.updates.map(({ metrics }) => values(metrics)), [{ loss: 2.5 }, { loss: 2.25 }]);
    assert.equal(first.complete, true);
    const cut = readLog(TEXT.slice(0, TEXT.indexOf('\r4/4')))[0]!.epochs[0]!;
    assert.deepEqual([cut.complete, values(cut.metrics)], [false, { loss: 2.25 }]);
  });

  it('the first update inside an epoch that is not finite', () => {
    assert.equal(first.firstNonFinite, undefined);
    const { metric, value, step } = second.firstNonFinite!;
    assert.deepEqual([metric, value.value, step, TEXT.slice(value.start, value.end)], ['loss', -Infinity, 3, '-inf']);
  });

  it('the learning rate of its epoch', () => {
    assert.deepEqual([first, second].map(({ learningRate }) => learningRate?.value), [0.01, 1e-3]);
  });

  it('the time of its epoch: elapsed, not left', () => {
    assert.deepEqual([first.seconds, second.seconds, runs[1]!.epochs[0]!.seconds], [3, 0.412, 1]);
  });

  it('the start and end of its run', () => {
    const printed = runs.map(({ start, end }) => TEXT.slice(start, end));
    assert.match(printed[0]!, /^Epoch 1\/2\n[^]*learning_rate: 1\.0000e-03$/);
    assert.match(printed[1]!, /^Epoch 1\/1\n[^]*Traceback \(most recent call last\):$/);
    assert.deepEqual(runs.map(({ declaredEpochs }) => declaredEpochs), [2, 1]);
  });
});
