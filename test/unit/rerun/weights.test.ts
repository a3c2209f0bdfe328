import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { isRefusal, specOf } from '../../../src/rerun';
import { engineOf } from '../../../src/rerun/build';
import type { Engine } from '../../../src/rerun/engine';
import type { TrainingSpec } from '../../../src/rerun/trace';
import { Training } from '../../../src/rerun/training';
import { readScript } from '../../../src/script';
import { say } from '../../../src/words';

interface Case {
  readonly name: string;
  readonly script: string;
  /** Numbers that are trained. */
  readonly trained: number;
  readonly losses: readonly number[];
}

function specFor(script: string): TrainingSpec {
  const read = readScript(script);
  const spec = specOf(read, read.fits[0]!);
  assert.ok(!isRefusal(spec), 'refused' in spec ? say(spec.refused) : '');
  return spec;
}

async function engineFor(spec: TrainingSpec): Promise<Engine> {
  const engine = await engineOf(spec);
  assert.ok(!('refused' in engine), 'refused' in engine ? say(engine.refused) : '');
  return engine;
}

/** The same for every weight of a shape (test/fixtures/make/weights.py). */
const startOf = (shape: readonly number[]) => (_: number, index: number) => Math.round(50 * Math.sin(1.7 * index + shape.length)) / 100;

const cases = JSON.parse(readFileSync(new URL('../../fixtures/weights.json', import.meta.url), 'utf8')) as readonly Case[];

describe("layers of a script's own that have weights", () => {
  for (const { name, script, trained, losses } of cases) {
    it(`train as in Keras: ${name}`, async () => {
      const spec = specFor(script);
      const engine = await engineFor(spec);
      assert.equal(engine.weights.reduce((sum, { values }) => sum + values.length, 0), trained);
      const start = engine.weights.map(({ shape, values }) => values.map(startOf(shape)));
      const printed = new Training(spec, engine, { seed: 1, weights: start }).run();
      losses.forEach((loss, epoch) => assert.ok(Math.abs(printed[epoch]! - loss) <= 1e-5 * Math.abs(loss), `${printed.join(' ')} | ${losses.join(' ')}`));
    });
  }
});
