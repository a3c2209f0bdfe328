/** What a training costs, found out before it begins. */
import type { Engine } from './engine';
import type { TrainingSpec } from './trace';
import { Training } from './training';

/**
 * Bytes that one thread may need: a heap of WebAssembly ends at 4 GB, of which 32-bit places (as TensorFlow.js hands
 * them on) reach half.
 */
export const MOST_BYTES = 2 ** 31;

/** Arrays of the size of the weights that an optimizer keeps: two in Adam and most others. */
const SLOTS = 2;
/** How long steps are tried, in ms. */
const TRIAL = 10;

/** Memory that a thread needs to train the spec: its copy of the data, weights and optimizer, and what a step holds. */
export async function bytesOf(spec: TrainingSpec, engine: Engine): Promise<number> {
  const { x, y, validation, batchSize } = spec;
  const tensors = [...x, ...y, ...(validation?.x ?? []), ...(validation?.y ?? [])];
  const numbers = tensors.reduce((sum, { data }) => sum + data.length, 0);
  const weights = engine.weights.reduce((sum, { values }) => sum + values.length, 0);
  const data = Float64Array.BYTES_PER_ELEMENT + Float32Array.BYTES_PER_ELEMENT; // in the spec, and as it is trained
  const step = await engine.bytesOfStep(Math.min(batchSize, engine.samples));
  return numbers * data + weights * (2 + SLOTS) * Float32Array.BYTES_PER_ELEMENT + step;
}

/** Milliseconds that one thread needs for an epoch, from a few steps. The engine has to be started anew afterwards. */
export function epochTime(spec: TrainingSpec, engine: Engine): number {
  const training = new Training(spec, engine, { seed: 1 });
  training.advance(0); // the first step is slower than the others
  const [began, before] = [Date.now(), training.trained];
  if (!training.done) training.advance(began + TRIAL);
  const epochs = training.trained - before;
  return epochs > 0 ? (Date.now() - began) / epochs : 0;
}
