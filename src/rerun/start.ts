/** Where the logged run started, as far as the first printed loss tells. */
import type { Json } from '../script/script';
import type { Engine } from './engine';
import { fans } from './initializers';
import { kerasObject, keyOf } from './keras-object';
import { quantile } from './statistics';
import type { TrainingSpec } from './trace';
import { setWeights, Training } from './training';

/** Draws that show how the first loss spreads. */
const DRAWS = 64;
/** Draws compared with the first printed loss, where none of those comes near it. */
const MORE_DRAWS = 10_000;
/** After so many draws a first loss outside their band is no accident. */
const PATIENT_DRAWS = 300;
/** A first loss as near as this is the log's, for all that a later curve tells. */
const NEAR = 0.01;
/** Draws get seeds of their own, away from those of the starts. */
const FIRST_DRAW = 1_000_000;

export interface MatchedStart {
  /** Keras' order. */
  readonly weights: readonly Float32Array[];
  /** `solved`: the start weights are determined by the first loss; `nearest`: the nearest of many draws. */
  readonly how: 'solved' | 'nearest';
  /** Seed of the batches' order that goes with the first loss; undefined where the weights alone determine it. */
  readonly draws?: number;
  /** First printed loss from there. */
  readonly firstLoss: number;
  /** 5 % and 95 % quantiles of the first loss over the draws. */
  readonly band: readonly [number, number];
}

/**
 * Start weights that make `firstLoss` the first printed loss. One linear unit on one input, with a zero bias,
 * squared error and one step an epoch has at most two such weights, of which those outside the initialiser's
 * range could not have been drawn; every other model gets the nearest of many draws.
 * Yields wherever it may be interrupted.
 * @param continuing false ends the search early with the draws made so far; it is told whether the first loss lies
 * outside their band, where more draws may still come to it.
 */
export function* matchStart(
  spec: TrainingSpec, engine: Engine, firstLoss: number, continuing: (outside: boolean) => boolean,
): Generator<undefined, readonly MatchedStart[]> {
  const losses: number[] = [];
  const solved = solveLinearUnit(spec, engine, firstLoss);
  const distance = (loss: number): number => Math.abs(loss - firstLoss) / Math.abs(firstLoss);
  let nearest: { loss: number; weights: Float32Array[]; draws: number } | undefined;
  const wanted = (draw: number): boolean =>
    draw < DRAWS || (solved.length === 0 && draw < MORE_DRAWS && !(distance(nearest!.loss) <= NEAR));
  const outside = (): boolean => !losses.some((loss) => loss <= firstLoss) || !losses.some((loss) => loss >= firstLoss);
  for (let draw = 0; wanted(draw) && (draw < 2 || continuing(draw < PATIENT_DRAWS && outside())); draw++) {
    const drawn = yield* firstLossOf(spec, engine, FIRST_DRAW + draw);
    losses.push(drawn.loss);
    if (!nearest || distance(drawn.loss) < distance(nearest.loss)) nearest = { ...drawn, draws: FIRST_DRAW + draw };
  }
  losses.sort((a, b) => a - b);
  const band: [number, number] = [quantile(losses, 0.05), quantile(losses, 0.95)];
  if (solved.length > 0 || !nearest) return solved.map((weights) => ({ weights, how: 'solved', firstLoss, band }));
  return [{ weights: nearest.weights, draws: nearest.draws, how: 'nearest', firstLoss: nearest.loss, band }];
}

function* firstLossOf(spec: TrainingSpec, engine: Engine, seed: number): Generator<undefined, { loss: number; weights: Float32Array[] }> {
  setWeights(engine, { seed });
  const weights = engine.weights.map(({ values }) => values.slice());
  const [loss = NaN] = yield* new Training({ ...spec, epochs: 1 }, engine, { seed }).slices();
  return { loss: Number.isNaN(loss) ? Infinity : loss, weights }; // farther away than any other
}

/** mean((w x - y)²) = L solved for w; empty where the model is not one linear unit or no solution can be drawn. */
function solveLinearUnit(spec: TrainingSpec, engine: Engine, loss: number): Float32Array[][] {
  const { x, y } = spec;
  const dense = spec.layers.filter(({ className }) => className !== 'InputLayer');
  const [kernel, bias] = engine.weights;
  const unit = dense[0];
  const isUnit =
    !spec.terms && dense.length === 1 && unit?.className === 'Dense' && (unit.config.activation ?? 'linear') === 'linear' &&
    kernel?.values.length === 1 && spec.losses[0]?.name === 'mean_squared_error' &&
    spec.batchSize >= engine.samples && engine.weights.every(({ regularizer }) => !regularizer) &&
    (!bias || keyOf(kerasObject(unit.config.bias_initializer)?.className ?? '') === 'zeros');
  if (!isUnit) return [];
  let [xx, xy, yy] = [0, 0, 0];
  x[0]!.data.forEach((value, index) => {
    const target = y[0]!.data[index]!;
    xx += value * value;
    xy += value * target;
    yy += target * target;
  });
  const root = Math.sqrt(xy * xy - xx * (yy - loss * engine.samples));
  const [low, high] = rangeOf(unit.config.kernel_initializer ?? null, kernel.shape);
  return [(xy - root) / xx, (xy + root) / xx]
    .filter((weight) => weight >= low && weight <= high)
    .map((weight) => [Float32Array.of(weight), ...(bias ? [new Float32Array(1)] : [])]);
}

/** Range that an initialiser draws from, where it is a bounded law that is known here; else everything. */
function rangeOf(initializer: Json, shape: readonly number[]): [number, number] {
  const { fanIn, fanOut } = fans(shape);
  const scale: Readonly<Record<string, number>> = {
    glorotuniform: 6 / (fanIn + fanOut),
    heuniform: 6 / fanIn,
    lecununiform: 3 / fanIn,
  };
  const limit = Math.sqrt(scale[keyOf(kerasObject(initializer)?.className ?? '')] ?? Infinity);
  return [-limit, limit];
}
