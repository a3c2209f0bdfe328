import assert from 'node:assert/strict';
import { sparkline } from '../../../src/editor/progress';

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
