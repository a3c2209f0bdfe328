import assert from 'node:assert/strict';
import { diagnose } from '../../../src/diagnosis';
import { readLog } from '../../../src/log';

/** What a terminal shows of epochs with a bar: for each the batch losses, of which the bar prints the running mean. */
function terminal(...epochs: readonly (readonly number[])[]): string {
  return epochs
    .map((batches, index) => {
      let sum = 0;
      const bars = batches.map((loss, at) => {
        sum += loss;
        return `${at + 1}/20 [==>...] - ETA: 1s - loss: ${(sum / (at + 1)).toFixed(4)}`;
      });
      const end = batches.length === 20 ? `\r20/20 [=====] - 1s 2ms/step - loss: ${(sum / 20).toFixed(4)}\n` : '';
      return `Epoch ${index + 1}/50\n${bars.join('\r')}${end}`;
    })
    .join('');
}

const codes = (text: string): string[] => diagnose(readLog(text)).findings.map(({ code }) => code);
const falling = (from: number): number[] => Array.from({ length: 20 }, (_, step) => from * 0.99 ** step);
const growing = (from: number, steps: number): number[] => Array.from({ length: steps }, (_, step) => from * 1.8 ** step);

describe('an epoch under way', () => {
  it('is told to explode before it ends, in the first epoch and in a later one', () => {
    assert.deepEqual(codes(terminal(growing(1, 12))), ['loss.exploding']);
    assert.deepEqual(codes(terminal(falling(1), falling(0.8), growing(0.7, 14))), ['loss.exploding']);
  });

  it('is not told of for a rise that stays near what the epochs before had, or for one bad batch', () => {
    assert.deepEqual(codes(terminal(falling(1), falling(0.8), growing(0.05, 6))), []);
    assert.deepEqual(codes(terminal(falling(1), falling(0.8), [0.7, 0.7, 30, 0.7, 0.7, 0.7, 0.7])), []);
    assert.deepEqual(codes(terminal(falling(1), [0.8, 0.8, 0.8, 60, 0.8, 0.8, 0.8, 0.8, 0.8])), []);
  });
});
