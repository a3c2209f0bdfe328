import assert from 'node:assert/strict';
import { readLog } from '../../../src/log';
import { fixtures } from './fixtures';

describe('logs with their expectation', () => {
  for (const { name, text, expectation } of fixtures) {
    it(name, () => {
      const runs = readLog(text);
      assert.deepEqual(
        runs.map((run) => run.epochs.map((epoch) => epoch.number)),
        expectation.runs.map((run) => run.epochs),
      );
      for (const [index, expected] of expectation.runs.entries()) {
        const run = runs[index]!;
        assert.equal(run.declaredEpochs, expected.declaredEpochs);
        if (expected.stepsPerEpoch !== undefined) assert.equal(run.stepsPerEpoch, expected.stepsPerEpoch);
        for (const [metric, values] of Object.entries(expected.metrics)) {
          const read = run.epochs.map((epoch) => epoch.metrics.get(metric));
          assert.deepEqual(read.map((value) => value?.value), values.map(Number), metric);
          for (const value of read) assert.deepEqual(Number(pythonNumber(text.slice(value!.start, value!.end))), value!.value);
        }
        if (expected.nonFinite !== undefined) assert.equal(run.epochs[0]!.firstNonFinite?.metric, expected.nonFinite);
      }
    });
  }
});

function pythonNumber(text: string): string {
  return text.replace('inf', 'Infinity').replace('nan', 'NaN');
}
