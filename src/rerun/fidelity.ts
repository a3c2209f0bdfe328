/**
 * The gate before any verdict: the unfixed script, rerun, must show what the log shows. A rerun that cannot
 * reproduce the fault says nothing about a fix.
 */
import { curvature } from '../diagnosis/curvature';
import { isSettled } from '../diagnosis/growth';
import { numberOf } from './keras-object';
import { learningRateOf } from './spec';
import { logSlope, median } from './statistics';
import type { MatchedStart } from './start';
import type { Observed, TrainingSpec, Verdict } from './trace';

const FIRST_LOSS = 0.01;
const SLOPE = 0.05;
const NON_FINITE = 0.05;
const CURVATURE = 0.05;
/** Ratios of successive losses at the end of a growing log that its curvature is taken from. */
const LAST_RATIOS = 3;
const NON_FINITE_EPOCHS = 2;
/** Slopes that move the loss by less than this factor over the whole log count as the same. */
const SAME_FACTOR = 1.1;

type Behaviour = 'diverges' | 'falls' | 'stays';

interface Curvatures {
  /** λ that the log's growth shows. */
  readonly log: number;
  /** Largest eigenvalue of the loss's Hessian at the start. */
  readonly rerun: number;
  /** What the growth of the rerun, and of other starts, shows by the same formula over the same epochs. */
  readonly shown: readonly number[];
}

/** What the rerun did from the log's start, and how much other starts differ from it. */
export interface Reproduction {
  /** Printed losses of the rerun, all epochs. */
  readonly losses: readonly number[];
  /** Where it started, if the log shows the loss of its first epoch. */
  readonly start?: MatchedStart;
  /** Slopes of other starts over the log's epochs: what chance alone makes of the same script. */
  readonly slopes: readonly number[];
  /** Where the log shows one. */
  readonly curvature?: Curvatures;
}

/**
 * The curvature that a growing log shows by itself: λ from the growth per step of gradient descent on all samples
 * (diagnosis/curvature.ts). Only for one linear layer and squared error, where it is the same all the way.
 * @returns undefined for anything else, and for a log that does not grow at one rate: momentum may swing for long and settle.
 */
export function loggedCurvature({ losses }: Observed, spec: TrainingSpec): number | undefined {
  const { optimizer: { className, config }, layers, terms, batchSize, x } = spec;
  const [layer, ...others] = layers.filter((one) => one.className !== 'InputLayer');
  const linear = others.length === 0 && layer?.className === 'Dense' && (layer.config.activation ?? 'linear') === 'linear';
  const descends = className === 'SGD' && [config.clipnorm, config.clipvalue, config.global_clipnorm].every((value) => numberOf(value, 0) === 0);
  const rate = learningRateOf(spec);
  if (terms || !linear || !descends || rate === undefined || spec.losses[0]?.name !== 'mean_squared_error' || batchSize < (x[0]?.shape[0] ?? 0)) return undefined;
  const finite = losses.slice(0, losses.findIndex((loss) => !Number.isFinite(loss)) >>> 0);
  // The last ratios: the fastest mode has outgrown the others by then.
  const ratios = finite.slice(-1 - LAST_RATIOS).map((loss, index, tail) => loss / (tail[index - 1] ?? NaN)).slice(1);
  const growth = median(ratios);
  if (ratios.length < LAST_RATIOS || !(growth > 1) || !isSettled(ratios)) return undefined;
  return curvature(rate, growth, { momentum: numberOf(config.momentum, 0), nesterov: config.nesterov === true }).lambdaMax;
}

export function epochsOf(observed: Observed): readonly number[] {
  return observed.epochs ?? observed.losses.map((_, index) => index + 1);
}

/** `confirmed` if the rerun shows what the log shows, else `unknown` with the first thing that differs. */
export function compare(observed: Observed, { losses, start, slopes, curvature: both }: Reproduction): Verdict {
  // A callback may have stopped one of the two earlier than the other.
  const shared = epochsOf(observed).map((epoch, index) => ({ epoch, loss: observed.losses[index]! })).filter(({ epoch }) => epoch <= losses.length);
  const epochs = shared.map(({ epoch }) => epoch);
  const log = shared.map(({ loss }) => loss);
  const rerun = epochs.map((epoch) => losses[epoch - 1]!);
  const evidence: Record<string, number> = { epochs: epochs.length };
  const verdict = (outcome: 'confirmed' | 'unknown', id: string, args: Record<string, number | string>): Verdict => ({
    outcome,
    reason: { id, args },
    caveats: [],
    evidence,
  });
  if (epochs.length === 0) return verdict('unknown', 'rerun.differs.epochs', { epochs: losses.length });

  const first = log[0]!;
  if (start && Number.isFinite(first)) {
    const [low, high] = start.band;
    const matched = Math.abs(losses[0]! - first) <= FIRST_LOSS * Math.abs(first);
    if (!matched && !(first >= low && first <= high)) {
      return verdict('unknown', 'rerun.differs.first-loss', { log: first, low, high });
    }
  }

  const [loggedSlope, shownSlope] = [logSlope(log, epochs), logSlope(rerun, epochs)];
  const span = epochs.at(-1)! - epochs[0]!;
  // An objective may be negative: it has no slope then.
  const isPositive = [...log, ...rerun].every((loss) => !(loss < 0));
  const alike = isPositive ? Number.isNaN(loggedSlope) || sameSlope(loggedSlope, shownSlope, span, slopes) : sameChange(log, rerun);
  const [logged, shown] = [behaviour(log), behaviour(rerun)];
  const way = { log: log[0]!, logEnd: log.at(-1)!, rerun: rerun[0]!, rerunEnd: rerun.at(-1)! };
  if (logged !== shown && !alike) return verdict('unknown', 'rerun.differs.behaviour', { log: logged, rerun: shown });

  const loggedEnd = firstNonFinite(log, epochs);
  const shownEnd = firstNonFinite(rerun, epochs);
  if (loggedEnd !== undefined || shownEnd !== undefined) {
    const apart = Math.abs((loggedEnd ?? Infinity) - (shownEnd ?? Infinity));
    if (!(apart <= Math.max(NON_FINITE_EPOCHS, NON_FINITE * (loggedEnd ?? 0)))) {
      return verdict('unknown', 'rerun.differs.non-finite', { log: loggedEnd ?? 0, rerun: shownEnd ?? 0 });
    }
  }

  if (!alike && !isPositive) return verdict('unknown', 'rerun.differs.way', way);
  if (!alike) {
    return verdict('unknown', 'rerun.differs.slope', { log: Math.exp(loggedSlope), rerun: Math.exp(shownSlope) });
  }

  if (both) {
    evidence.lambdaLog = both.log;
    evidence.lambdaMax = both.rerun;
    const possible = [both.rerun, ...both.shown];
    const [low, high] = [(1 - CURVATURE) * Math.min(...possible), (1 + CURVATURE) * Math.max(...possible)];
    if (!(both.log >= low && both.log <= high)) return verdict('unknown', 'rerun.differs.curvature', { log: both.log, rerun: both.rerun });
  }

  if (!log.some(Number.isFinite)) return verdict('confirmed', 'rerun.reproduced.not-finite', { epochs: epochs.length });
  const errors = log.map((loss, index) => relativeError(loss, rerun[index]!));
  const worst = Math.max(...errors);
  evidence.worstError = worst;
  if (worst <= FIRST_LOSS) return verdict('confirmed', 'rerun.reproduced.all', { epochs: epochs.length, percent: 100 * worst });
  if (!isPositive) return verdict('confirmed', 'rerun.reproduced.way', { epochs: epochs.length, ...way });
  return verdict('confirmed', 'rerun.reproduced.alike', {
    epochs: epochs.length,
    log: Math.exp(loggedSlope),
    rerun: Math.exp(shownSlope),
  });
}

function relativeError(loss: number, other: number): number {
  if (!Number.isFinite(loss)) return Number.isFinite(other) ? Infinity : 0;
  return Math.abs(other - loss) / Math.max(Math.abs(loss), 1e-7);
}

function sameSlope(log: number, rerun: number, span: number, others: readonly number[]): boolean {
  const allowed = Math.max(SLOPE * Math.abs(log), Math.log(SAME_FACTOR) / Math.max(1, span));
  if (Math.abs(log - rerun) <= allowed) return true;
  return others.length > 0 && log >= Math.min(...others) - allowed && log <= Math.max(...others) + allowed;
}

/** The loss changes by as much in all. */
function sameChange(log: readonly number[], rerun: readonly number[]): boolean {
  const [logged, shown] = [log, rerun].map((losses) => losses.at(-1)! - losses[0]!) as [number, number];
  return Math.abs(logged - shown) <= (SAME_FACTOR - 1) * Math.abs(logged) + FIRST_LOSS * Math.abs(log[0]!);
}

/** Grows beyond every start or turns non-finite; ends clearly lower than it began; or neither. */
function behaviour(losses: readonly number[]): Behaviour {
  if (losses.some((loss) => !Number.isFinite(loss))) return 'diverges';
  const [first, last] = [losses[0]!, losses.at(-1)!];
  if (last > 2 * Math.abs(first)) return 'diverges';
  return last < first - 0.05 * Math.abs(first) ? 'falls' : 'stays';
}

function firstNonFinite(losses: readonly number[], epochs: readonly number[]): number | undefined {
  return epochs[losses.findIndex((loss) => !Number.isFinite(loss))];
}
