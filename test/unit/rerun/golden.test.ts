import assert from 'node:assert/strict';
import { denseStackOf, fromLogits } from '../../../src/rerun/build';
import type { Engine } from '../../../src/rerun/engine';
import { isRefusal, specOf } from '../../../src/rerun/spec';
import { tensorEngineOf } from '../../../src/rerun/tensor/tensor-engine';
import type { TrainingSpec } from '../../../src/rerun/trace';
import { Training } from '../../../src/rerun/training';
import { say } from '../../../src/words';
import { type Case, goldenFiles, scriptOf } from './golden';

/** Largest difference of a float32 loss history from Keras', relative to the loss. */
const TOLERANCE = 1e-5;
/**
 * A loss below this share of the first is compared with the share: it is made of differences between nearly equal
 * float32 numbers, whose last digits depend on the order of a sum.
 */
const FLOOR = 1e-2;

function worst(losses: readonly number[], golden: readonly number[]): number {
  assert.equal(losses.length, golden.length, 'epochs');
  return Math.max(...golden.map((loss, index) => Math.abs(losses[index]! - loss) / Math.max(Math.abs(loss), FLOOR * Math.abs(golden[0]!))));
}

function train(spec: TrainingSpec, engine: Engine, golden: Case): void {
  assert.deepEqual(engine.weights.map(({ values }) => values.length), golden.weights.map((weight) => weight.length), 'weights');
  const weights = golden.weights.map((weight) => Float32Array.from(weight));
  const training = new Training(spec, engine, { seed: 1, weights });
  const difference = worst(training.run(), golden.losses);
  assert.ok(difference <= TOLERANCE, `differs from Keras by ${difference.toExponential(1)}`);
}

describe('trajectories of real Keras', () => {
  for (const { name, file } of goldenFiles()) {
    describe(`${name} (Keras ${file.keras}, ${file.backend})`, () => {
      for (const golden of file.cases) {
        it(golden.name, async () => {
          const { script, fit } = scriptOf(golden, file.backend);
          const spec = specOf(script, fit);
          assert.ok(!isRefusal(spec), isRefusal(spec) ? say(spec.refused) : '');
          const seen = fromLogits(spec);
          const engine = await tensorEngineOf(seen);
          assert.ok(!('refused' in engine), 'refused' in engine ? say(engine.refused) : '');
          train(seen, engine, golden);
          const plain = denseStackOf(seen);
          if (plain) train(seen, plain, golden);
        });
      }
    });
  }
});
