import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { diagnose, fitsOf } from '../../../src/diagnosis';
import { alarmOf, isBroken, isLost, lossesOf, sparkline } from '../../../src/editor/progress';
import { readLog } from '../../../src/log';
import { readScript } from '../../../src/script';

describe('sparkline', () => {
  it('is linear for values of one size', () => assert.equal(sparkline([0, 1, 2, 3, 4, 5, 6, 7]), '▁▂▃▄▅▆▇█'));
  it('is logarithmic for an explosion', () => assert.equal(sparkline([1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7]), '▁▂▃▄▅▆▇█'));
  it('is flat for a constant and for one value', () => {
    assert.equal(sparkline([3, 3, 3]), '▁▁▁');
    assert.equal(sparkline([5]), '▁');
  });
  it('marks what is not finite', () => {
    assert.equal(sparkline([1, 2, Infinity, NaN]), '▁█××');
    assert.equal(sparkline([NaN]), '×');
  });
  it('is empty for nothing', () => assert.equal(sparkline([]), ''));
  it('thins a long curve out and keeps its last value', () => {
    const line = sparkline([...Array.from({ length: 1000 }, () => 1), 2]);
    assert.equal(line.length, 40);
    assert.equal(line.at(-1), '█');
  });
});

describe('a run', () => {
  const run = (...losses: readonly (number | string)[]): { runs: ReturnType<typeof readLog> } => ({
    runs: readLog(losses.map((loss, index) => `Epoch ${index + 1}/99\n1/1 [====] - 0s 1ms/step - loss: ${loss}\n`).join('')),
  });

  it('has the losses of its last run, the epoch under way included', () => {
    assert.deepEqual(lossesOf(run(3, 2)), [3, 2]);
    assert.deepEqual(lossesOf({ runs: readLog('Epoch 1/9\n1/2 [==>..] - ETA: 1s - loss: 4.5000') }), [4.5]);
    assert.deepEqual(lossesOf({ runs: [] }), []);
  });

  it('is lost once its loss stays away, and not before', () => {
    const states = (...losses: readonly (number | string)[]): boolean[] => [isBroken(run(...losses)), isLost(run(...losses))];
    assert.deepEqual(states(1, 2, 3), [false, false]);
    assert.deepEqual(states(1, 'nan'), [true, false]);
    assert.deepEqual(states(1, 'nan', 'inf', 'nan'), [true, true]);
    assert.deepEqual(states('nan', 'nan', 'nan', 0.5), [false, false]);
    assert.deepEqual(states(), [false, false]);
  });

  it('gives the alarm about it, which may be its cause in the script', () => {
    const script = readScript(readFileSync('samples/exploding/train.py', 'utf8'));
    const alarm = (...losses: readonly (number | string)[]): string | undefined => {
      const { runs } = run(...losses);
      return alarmOf(diagnose(runs, script, fitsOf(runs, script)).findings, 0)?.code;
    };
    assert.equal(alarm(0.9, 0.8), undefined);
    assert.equal(alarm(0.9, 0.8, 'nan'), 'data.unscaled-inputs');
    assert.equal(alarm(450.9794, 1603.0852, 5698.4731, 20256.3398, 72005.1719, 255956.5938), 'loss.exploding');
  });
});
