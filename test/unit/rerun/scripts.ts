/** From the text of a script to what trains it. */
import assert from 'node:assert/strict';
import { isRefusal, specOf } from '../../../src/rerun';
import { engineOf } from '../../../src/rerun/build';
import type { Engine } from '../../../src/rerun/engine';
import type { TrainingSpec } from '../../../src/rerun/trace';
import { readScript } from '../../../src/script';
import { say } from '../../../src/words';

/** The specification of the first training of a script. */
export function specFor(script: string): TrainingSpec {
  const read = readScript(script);
  const spec = specOf(read, read.fits[0]!);
  assert.ok(!isRefusal(spec), 'refused' in spec ? say(spec.refused) : '');
  return spec;
}

export async function engineFor(spec: TrainingSpec): Promise<Engine> {
  const engine = await engineOf(spec);
  assert.ok(!('refused' in engine), 'refused' in engine ? say(engine.refused) : '');
  return engine;
}

/** Why the first training of a script is refused. */
export function refusalOf(script: string): string {
  const read = readScript(script);
  const spec = specOf(read, read.fits[0]!);
  assert.ok(isRefusal(spec));
  return spec.refused.id;
}
