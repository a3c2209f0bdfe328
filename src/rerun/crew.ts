/** Who trains a spec from many starts: this thread one after the other, or several workers some each. The losses are the same. */
import { engineOf } from './build';
import type { Engine } from './engine';
import { pause } from './pause';
import type { WasmSource } from './tensor/backend';
import type { TrainingSpec } from './trace';
import { type Start, Training } from './training';

export interface Report {
  readonly seed: number;
  /** Printed losses of the next epochs of that start. */
  readonly losses: readonly number[];
  /** That start has been trained to its end. */
  readonly ended: boolean;
  /** Then, and where it differs from the printed one: the loss without dropout and noise (`Training.evaluate`). */
  readonly evaluated?: number;
}

/**
 * Trains every start; whoever stops listening stops the training. undefined where the crew is not worth it.
 * @param expected milliseconds that one thread is expected to need.
 */
export type Crew = (spec: TrainingSpec, starts: readonly Start[], expected: number) => AsyncIterable<Report> | undefined;

/** How long training goes on, in ms, before losses are reported and others get their turn. */
const SLICE = 40;

/** Trains the starts one after the other with an engine of that spec; reports every slice, be there losses or not. */
export async function* trainStarts(spec: TrainingSpec, engine: Engine, starts: readonly Start[]): AsyncGenerator<Report> {
  let turn = Date.now() + SLICE;
  for (const start of starts) {
    const training = new Training(spec, engine, start);
    let reported = 0;
    do {
      if (!training.done) training.advance(turn);
      const { done } = training;
      yield { seed: start.seed, losses: training.losses.slice(reported), ended: done, ...(done && { evaluated: training.evaluate() }) };
      reported = training.losses.length;
      if (Date.now() < turn) continue;
      await pause();
      turn = Date.now() + SLICE;
    } while (!training.done);
  }
}

/** The same with an engine of its own. @throws Error for a spec whose engine is refused. */
export async function* trainFrom(spec: TrainingSpec, starts: readonly Start[], wasm?: WasmSource): AsyncGenerator<Report> {
  const engine = await engineOf(spec, wasm);
  if ('refused' in engine) throw new Error(engine.refused.id);
  yield* trainStarts(spec, engine, starts);
  engine.dispose();
}
