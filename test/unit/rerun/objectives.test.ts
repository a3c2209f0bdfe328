import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { isRefusal, specOf } from '../../../src/rerun';
import { engineOf } from '../../../src/rerun/build';
import { Training } from '../../../src/rerun/training';
import { readScript } from '../../../src/script';
import { say } from '../../../src/words';

interface Case {
  readonly name: string;
  readonly script: string;
  readonly weights: Readonly<Record<string, readonly number[]>>;
  readonly losses: readonly number[];
}

const cases = JSON.parse(readFileSync(new URL('../../fixtures/objectives.json', import.meta.url), 'utf8')) as readonly Case[];

describe('objectives beyond the loss of an output', () => {
  for (const { name, script, weights, losses } of cases) {
    it(`print what Keras prints: ${name}`, async () => {
      const read = readScript(script);
      const spec = specOf(read, read.fits[0]!);
      assert.ok(!isRefusal(spec), 'refused' in spec ? say(spec.refused) : '');
      const engine = await engineOf(spec);
      assert.ok(!('refused' in engine), 'refused' in engine ? say(engine.refused) : '');
      const start = engine.weights.map((weight) => Float32Array.from(weights[weight.name] ?? []));
      const printed = new Training(spec, engine, { seed: 1, weights: start }).run();
      losses.forEach((loss, epoch) => assert.ok(Math.abs(printed[epoch]! - loss) <= 1e-5 * Math.abs(loss), `${printed.join(' ')} | ${losses.join(' ')}`));
    });
  }
});
