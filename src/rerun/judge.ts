/**
 * The verdict on a candidate. It asks other questions than the diagnosis did (does it beat a constant prediction,
 * does it come to rest?), so that silencing the symptom is not enough: a loss that stays finite can still fail.
 */
import type { Message } from '../text/message';
import { lowerBound, median } from './statistics';
import { draws } from './inference';
import type { End, Trace, TrainingSpec, Verdict } from './trace';
import { constantPredictorLoss, leastLoss } from './yardstick';

/** Share of the epochs at the end that tells whether training has come to rest. */
const TAIL = 0.1;
const TAIL_EPOCHS = 10;
/** A loss this small against the yardstick is at rest whatever it does. */
const NEGLIGIBLE = 1e-4;

/** Share of the first loss that has to be gone where no yardstick is known. */
const UNTRAINED = 0.1;
/**
 * Share of a constant prediction's loss that may be left when the script's epochs are over: a fix that ends above it
 * trains, but has not shown that the script gets where it should. Losses of scaled targets, or of several outputs, are
 * measured with the same yardstick.
 */
export const GOAL = 0.5;

/** What a run is measured with. */
interface Measure {
  /** Loss of the best constant prediction; undefined where it is not known or is zero: then the untrained model is held against. */
  readonly yardstick: number | undefined;
  /** Loss of a perfect prediction. */
  readonly least: number;
  /** Every epoch is one step on all samples and nothing is drawn: the loss should not rise at all. */
  readonly deterministic: boolean;
}

export function measureOf(spec: TrainingSpec): Measure {
  const samples = spec.x[0]?.shape[0] ?? 0;
  // Targets that are all alike are predicted by a constant without any loss, and nothing gets below that.
  return { yardstick: constantPredictorLoss(spec) || undefined, least: leastLoss(spec), deterministic: spec.batchSize >= samples && !spec.layers.some(draws) };
}

/** The loss at which a run reaches a goal (as in `ConfirmJob`); undefined where there is no yardstick. */
export function goalLoss({ yardstick, least }: Measure, goal: number): number | undefined {
  return yardstick === undefined ? undefined : least + goal * (yardstick - least);
}

/** Where a run ended: dropout and noise raise the printed loss, and are off when the model is used. */
export function finalLossOf({ losses, evaluated = Infinity }: Pick<Trace, 'losses' | 'evaluated'>): number {
  const printed = losses.at(-1) ?? NaN;
  return Number.isFinite(evaluated) ? Math.min(printed, evaluated) : printed;
}

/** How one run ended. */
export function endOf(run: Pick<Trace, 'losses' | 'evaluated'>, { yardstick, deterministic }: Measure): End {
  const { losses } = run;
  if (losses.length === 0 || losses.some((loss) => !Number.isFinite(loss))) return 'diverged';
  const bar = yardstick ?? losses[0]! - UNTRAINED * Math.abs(losses[0]!);
  if (!(finalLossOf(run) < bar)) return 'above-baseline';
  const tail = losses.slice(-Math.max(TAIL_EPOCHS, Math.ceil(TAIL * losses.length)));
  const third = Math.ceil(tail.length / 3);
  const [early, late] = [median(tail.slice(0, third)), median(tail.slice(-third))];
  // An objective may be negative.
  if (late < early - 0.1 * Math.abs(early)) return 'falling';
  return Math.abs(late) > NEGLIGIBLE * Math.abs(bar) && bounces(tail, deterministic) ? 'bouncing' : 'settled';
}

/** Most of what an epoch gains is lost again, by more than the noise of drawing batches explains. */
function bounces(tail: readonly number[], deterministic: boolean): boolean {
  let [rises, falls] = [0, 0];
  for (let i = 1; i < tail.length; i++) {
    const change = tail[i]! - tail[i - 1]!;
    if (change > 0) rises += change;
    else falls -= change;
  }
  const wobble = (rises + falls) / (tail.length - 1) / Math.abs(median(tail));
  return deterministic ? rises > 0.25 * falls && wobble > 1e-3 : rises > 0.5 * falls && wobble > 0.25;
}

const trains = (end: End): boolean => end === 'falling' || end === 'settled';

/** Whether more starts could still change the outcome. */
export function decided(ends: readonly End[], starts: number): boolean {
  return ends.filter((end) => !trains(end) && end !== 'bouncing').length > starts / 2;
}

/**
 * The verdict from how the runs ended, in three steps: finite, below the constant predictor, and at the goal within the
 * script's own epochs (`goal` as in `ConfirmJob`). `own` is the run from the log's own start, where that is known: it is not
 * counted among the starts, but a fix that fails from there is not confirmed.
 */
export function judge(runs: readonly Trace[], own: Trace | undefined, spec: TrainingSpec, goal = GOAL): Verdict {
  const ends = runs.map(({ end }) => end ?? 'diverged');
  const starts = ends.length;
  const count = (test: (end: End) => boolean): number => ends.filter(test).length;
  const finite = count((end) => end !== 'diverged');
  const below = count((end) => end !== 'diverged' && end !== 'above-baseline');
  const trained = count(trains);
  const measure = measureOf(spec);
  const { yardstick, least } = measure;
  const wanted = goalLoss(measure, goal);
  const reaches = (run: Trace): boolean => wanted === undefined || finalLossOf(run) <= wanted;
  const passed = runs.filter((run, index) => trains(ends[index]!) && reaches(run)).length;
  const finalLoss = median(runs.map(finalLossOf));
  const bound = lowerBound(passed, starts);
  const evidence = {
    starts, finite, below, trained, passed, lowerBound: bound, finalLoss,
    ...(wanted !== undefined && { yardstick, goal: wanted }),
    ...(own && { ownFinalLoss: finalLossOf(own) }),
  };
  const args = {
    starts, finite, below, trained, passed, least, goal: Number((100 * goal).toPrecision(3)), percent: Math.floor(100 * bound), finalLoss,
    yardstick: yardstick ?? NaN,
  };
  const say = (outcome: Verdict['outcome'], id: string): Verdict => ({
    outcome,
    reason: { id, args },
    caveats: [...spec.substitutions, ...undisturbed(runs), ...ownStart(own)],
    evidence,
  });
  if (passed === starts) {
    if (own && !trains(own.end ?? 'diverged')) return say('partly', 'rerun.judged.own-start');
    return say(spec.substitutions.length > 0 ? 'partly' : 'confirmed', 'rerun.judged.holds');
  }
  if (finite < starts) return say(trained > starts / 2 ? 'partly' : 'refuted', 'rerun.judged.diverges');
  if (below < starts) return say(below > starts / 2 ? 'partly' : 'refuted', 'rerun.judged.above');
  return say('partly', trained < starts ? 'rerun.judged.bouncing' : 'rerun.judged.short');
}

function undisturbed(runs: readonly Trace[]): Message[] {
  const raised = runs.filter((run) => finalLossOf(run) < (run.losses.at(-1) ?? NaN));
  if (raised.length === 0) return [];
  return [{ id: 'rerun.caveat.undisturbed', args: { printed: median(runs.map(({ losses }) => losses.at(-1) ?? NaN)) } }];
}

function ownStart(own: Trace | undefined): Message[] {
  if (!own || trains(own.end ?? 'diverged')) return [];
  return [{ id: 'rerun.caveat.own-start', args: { end: own.end ?? 'diverged', loss: finalLossOf(own) } }];
}
