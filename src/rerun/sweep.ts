/** Stability map: which learning rates train, for several optimizers, and where training stops being stable. */
import { engineOf } from './build';
import type { Engine } from './engine';
import { inSlices, pause } from './pause';
import { learningRateOf, withLearningRate } from './spec';
import type { Cancellation, Refusal, TrainingSpec } from './trace';
import type { WasmSource } from './tensor/backend';
import { Training } from './training';

export interface SweepPoint {
  readonly type: 'point';
  readonly optimizer: string;
  readonly rate: number;
  /** Loss after the last epoch: median, lowest and highest of the starts; NaN counts as infinite. */
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** The largest learning rate from which every start ended below its first loss, to 1 %. */
export interface SweepEdge {
  readonly type: 'edge';
  readonly optimizer: string;
  readonly rate: number;
}

export type SweepEvent =
  | { readonly type: 'plan'; readonly points: number; readonly epochs: number; readonly starts: number }
  | SweepPoint
  | SweepEdge
  | { readonly type: 'refused'; readonly refusal: Refusal }
  | { readonly type: 'swept' };

interface SweepOptions {
  readonly signal?: Cancellation;
  /** Starts for each point. */
  readonly starts?: number;
  /** As in `ConfirmOptions`. */
  readonly wasm?: WasmSource;
}

/** Four rates a decade. */
const EXPONENTS = Array.from({ length: 25 }, (_, index) => -5 + index / 4);
/** Drawn first, so that the whole map is there early and gets finer. */
const ORDER = [4, 2, 1].flatMap((step, nth) =>
  EXPONENTS.map((_, index) => index).filter((index) => index % step === 0 && (nth === 0 || index % (2 * step) !== 0)),
);
const OTHERS = ['SGD', 'RMSprop', 'Adam'];
/** Halvings of a quarter decade: to 1 %. */
const HALVINGS = 6;

/** Keras rounds a learning rate to float32; three digits are what people write. */
const rateAt = (exponent: number): number => Number((10 ** exponent).toPrecision(3));

/**
 * Trains at 25 learning rates from 1e-5 to 10, with the optimizer of the script and with SGD, RMSprop and Adam at
 * their defaults. Ends with `swept` unless it was aborted; a script whose learning rate is a schedule has no points
 * of its own. Never throws on a spec that came from `specOf`.
 */
export async function* sweep(spec: TrainingSpec, { signal, starts = 3, wasm }: SweepOptions = {}): AsyncGenerator<SweepEvent> {
  const engine = await engineOf(spec, wasm);
  if ('refused' in engine) {
    yield { type: 'refused', refusal: engine };
    return;
  }
  const own = learningRateOf(spec) === undefined ? [] : [spec];
  const others = OTHERS.filter((name) => name !== spec.optimizer.className);
  const trials = [...own, ...others.map((className) => ({ ...spec, optimizer: { className, config: {} } }))];
  yield { type: 'plan', points: trials.length * ORDER.length, epochs: spec.epochs, starts };

  const map = new Map(trials.map((trial) => [trial, new Map<number, boolean>()]));
  for (const index of ORDER) {
    for (const trial of trials) {
      const point = await measure(trial, engine, rateAt(EXPONENTS[index]!), starts, signal);
      if (!point) return;
      map.get(trial)!.set(index, point.stable);
      yield point.event;
    }
  }
  for (const [trial, stable] of map) {
    const unstable = EXPONENTS.findIndex((_, index) => stable.get(index) === false);
    if (unstable <= 0) continue; // none trains, or all do: there is no edge in sight
    let [low, high] = [EXPONENTS[unstable - 1]!, EXPONENTS[unstable]!];
    for (let halving = 0; halving < HALVINGS; halving++) {
      const middle = (low + high) / 2;
      const point = await measure(trial, engine, 10 ** middle, starts, signal);
      if (!point) return;
      if (point.stable) low = middle;
      else high = middle;
    }
    yield { type: 'edge', optimizer: trial.optimizer.className, rate: 10 ** low };
  }
  yield { type: 'swept' };
}

/** One point of the map; undefined if it was aborted. */
async function measure(
  spec: TrainingSpec, engine: Engine, rate: number, starts: number, signal: Cancellation | undefined,
): Promise<{ readonly event: SweepPoint; readonly stable: boolean } | undefined> {
  const { className } = spec.optimizer;
  const trial = withLearningRate(spec, rate);
  const finals: number[] = [];
  let stable = true;
  for (let seed = 1; seed <= starts; seed++) {
    const training = new Training(trial, engine, { seed });
    const losses = await inSlices(training.slices(), () => signal?.aborted !== true);
    if (!losses) return undefined;
    const last = losses.at(-1) ?? NaN;
    finals.push(last);
    stable &&= last < losses[0]!;
  }
  await pause();
  if (signal?.aborted) return undefined;
  const sorted = finals.map((loss) => (Number.isNaN(loss) ? Infinity : loss)).sort((a, b) => a - b);
  const middle = sorted[sorted.length >> 1]!;
  const event: SweepPoint = {
    type: 'point', optimizer: className, rate, median: middle, low: sorted[0]!, high: sorted.at(-1)!,
  };
  return { event, stable };
}
