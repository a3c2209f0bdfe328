/** Which learning rates train, tried out. */
import type { Engine } from './engine';
import { endOf, judge, measureOf } from './judge';
import { learningRateOf, withLearningRate } from './spec';
import type { Trace, TrainingSpec } from './trace';
import { Training } from './training';

/** Rates to try, one a half decade, as people choose them. */
const LADDER = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1];

/**
 * The learning rate on a ladder of half decades, nearest to the script's own, from which every one of `starts` is
 * confirmed. undefined where there is none, or where the learning rate is a schedule.
 * Yields between trainings so that a caller can stop; the last value returned is the result.
 */
export function* confirmingRate(spec: TrainingSpec, engine: Engine, starts: number): Generator<undefined, number | undefined> {
  const own = learningRateOf(spec);
  if (own === undefined) return undefined;
  const byDistance = LADDER.filter((rate) => rate !== own).sort(
    (a, b) => Math.abs(Math.log(a / own)) - Math.abs(Math.log(b / own)),
  );
  for (const rate of byDistance) {
    const trial = withLearningRate(spec, rate);
    const measure = measureOf(trial);
    const runs: Trace[] = [];
    for (let seed = 1; seed <= starts; seed++) {
      const losses = [...new Training(trial, engine, { seed }).run()];
      const end = endOf(losses, measure);
      runs.push({ seed, losses, end });
      yield undefined;
      if (end !== 'falling' && end !== 'settled') break; // one failure is enough here
    }
    if (runs.length === starts && judge(runs, undefined, trial).outcome === 'confirmed') return rate;
  }
  return undefined;
}
