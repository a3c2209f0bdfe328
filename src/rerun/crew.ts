/** Who trains a spec from many starts: this thread one after the other, or several workers some each. The losses are the same. */
import { engineOf } from './build';
import type { Engine } from './engine';
import { pause, SLICE } from './pause';
import type { WasmSource } from './tensor/backend';
import type { TrainingSpec } from './trace';
import { type Start, Training } from './training';

export interface Report {
  readonly seed: number;
  /** Printed losses of the next epochs of that start. */
  readonly losses: readonly number[];
  /** Epochs that were computed for them, parts of one included. */
  readonly trained: number;
  /** That start has been trained to its end. */
  readonly ended: boolean;
  /** Then, and where it differs from the printed one: the loss without dropout and noise (`Training.evaluate`). */
  readonly evaluated?: number;
}

/** What one thread would need to train all the starts alone. */
export interface Need {
  readonly milliseconds: number;
  readonly bytes: number;
}

/** Others who train. */
export interface Crew {
  /** How many of them the starts are shared among; 1 where they are not worth it: then nobody is asked. */
  size(starts: number, need: Need): number;
  /** Trains every start; whoever stops listening stops the training. */
  train(spec: TrainingSpec, starts: readonly Start[], size: number): AsyncIterable<Report>;
}

/** Trains the starts one after the other with an engine of that spec; reports every slice, be there losses or not. */
export async function* trainStarts(spec: TrainingSpec, engine: Engine, starts: readonly Start[]): AsyncGenerator<Report> {
  let turn = Date.now() + SLICE;
  for (const start of starts) {
    const training = new Training(spec, engine, start);
    let [reported, before] = [0, 0];
    do {
      if (!training.done) training.advance(turn);
      const { done, losses, trained } = training;
      yield {
        seed: start.seed, losses: losses.slice(reported), trained: trained - before,
        ended: done, ...(done && { evaluated: training.evaluate() }),
      };
      [reported, before] = [losses.length, trained];
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
}
