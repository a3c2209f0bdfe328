/** Which learning rates train, tried out. */
import type { Engine } from './engine';
import { endOf, finalLossOf, judge, measureOf } from './judge';
import { learningRateOf, withLearningRate } from './spec';
import { median } from './statistics';
import type { ConfirmJob, Trace, TrainingSpec } from './trace';
import { Training } from './training';

/** Rates to try, two a decade, as people choose them. */
const LADDER = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1];
/** Starts that sift the rates before one is tried from all. */
const SIFTING = 3;

/**
 * Of a ladder of half decades, the learning rate that ends at the lowest median loss among those that train from
 * every start. Yields wherever it may be interrupted.
 * @returns undefined where no rate does it, or where the learning rate is a schedule.
 */
export function* confirmingRate(
  spec: TrainingSpec, engine: Engine, { starts, goal }: Pick<ConfirmJob, 'starts' | 'goal'>,
): Generator<undefined, number | undefined> {
  const own = learningRateOf(spec);
  if (own === undefined) return undefined;
  const sifted: { rate: number; loss: number }[] = [];
  for (const rate of LADDER.filter((rate) => rate !== own)) {
    const runs = yield* runsAt(withLearningRate(spec, rate), engine, Math.min(SIFTING, starts));
    if (runs) sifted.push({ rate, loss: median(runs.map(finalLossOf)) });
  }
  sifted.sort((a, b) => a.loss - b.loss);
  for (const { rate } of sifted) {
    const trial = withLearningRate(spec, rate);
    const runs = yield* runsAt(trial, engine, starts);
    if (runs && judge(runs, undefined, trial, goal).outcome === 'confirmed') return rate;
  }
  return undefined;
}

/** Runs from that many starts; undefined as soon as one of them does not train. */
function* runsAt(trial: TrainingSpec, engine: Engine, starts: number): Generator<undefined, Trace[] | undefined> {
  const measure = measureOf(trial);
  const runs: Trace[] = [];
  for (let seed = 1; seed <= starts; seed++) {
    const training = new Training(trial, engine, { seed });
    const run = { losses: yield* training.slices(), evaluated: training.evaluate() };
    const end = endOf(run, measure);
    if (end !== 'falling' && end !== 'settled') return undefined;
    runs.push({ seed, ...run, end });
  }
  return runs;
}
