/** The largest stable learning rate, measured on the loss itself. */
import { largestStableRate } from '../diagnosis/curvature';
import type { Engine } from './engine';
import { numberOf } from './keras-object';
import { Random } from './random';
import type { TrainingSpec } from './trace';

const ITERATIONS = 60;
/** Relative change of the eigenvalue at which the iteration ends. */
const SETTLED = 1e-4;
/** More samples than this only make the same number more slowly. */
const SAMPLES = 2048;
/** Length of the step that differences are taken over, relative to the weights. */
const REACH = 0.01;

export interface Edge {
  /** Largest eigenvalue of the loss's Hessian at the engine's present weights. */
  readonly lambdaMax: number;
  /** Gradient descent with the spec's momentum is stable below this learning rate. */
  readonly learningRate: number;
}

/**
 * The edge of stability of plain or momentum SGD at the engine's present weights; undefined for any other optimizer,
 * for one that clips, and where the loss does not curve upwards. The largest eigenvalue is found by power iteration;
 * the product of Hessian and vector is the difference of two gradients (Pearlmutter 1994, here by finite differences).
 * The engine's weights and state are left as they were.
 */
export function edgeOf({ optimizer: { className, config } }: TrainingSpec, engine: Engine): Edge | undefined {
  const clips = [config.clipnorm, config.clipvalue, config.global_clipnorm].some((value) => numberOf(value, 0) > 0);
  if (className !== 'SGD' || clips) return undefined;
  const { lambdaMax } = dominantCurvature(engine);
  if (!(lambdaMax > 0) || lambdaMax === Infinity) return undefined;
  const descent = { momentum: numberOf(config.momentum, 0), nesterov: config.nesterov === true };
  return { lambdaMax, learningRate: largestStableRate(lambdaMax, descent) };
}

export interface Curvature {
  /** Largest eigenvalue of the loss's Hessian at the engine's present weights; NaN where it was not found. */
  readonly lambdaMax: number;
  /** Its eigenvector, one array per weight, of length 1 over all of them. */
  readonly direction: readonly Float64Array[];
}

/** The direction in which the loss curves most. The engine's weights and state are left as they were. */
export function dominantCurvature(engine: Engine): Curvature {
  const rows = Uint32Array.from({ length: Math.min(SAMPLES, engine.samples) }, (_, index) => index);
  const weights = engine.weights.map(({ values }) => values.slice());
  const state = engine.state.map(({ values }) => values.slice());
  const random = new Random(1);
  const size = Math.max(1, Math.sqrt(squared(weights)));
  let direction = weights.map((values) => Float64Array.from(values, () => random.normal()));
  let eigenvalue = NaN;
  let unit: Float64Array[] = [];
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const length = Math.sqrt(squared(direction));
    if (!(length > 0) || length === Infinity) break;
    unit = direction.map((values) => values.map((value) => value / length));
    const reach = REACH * size;
    const ahead = gradientAt(engine, rows, weights, unit, reach);
    const behind = gradientAt(engine, rows, weights, unit, -reach);
    direction = ahead.map((values, index) => values.map((value, at) => (value - behind[index]![at]!) / (2 * reach)));
    const next = direction.reduce((sum, values, index) => values.reduce((total, value, at) => total + value * unit[index]![at]!, sum), 0);
    const settled = Math.abs(next - eigenvalue) <= SETTLED * Math.abs(next);
    eigenvalue = next;
    if (settled) break;
  }
  engine.weights.forEach(({ values }, index) => values.set(weights[index]!));
  engine.state.forEach(({ values }, index) => values.set(state[index]!));
  return { lambdaMax: eigenvalue, direction: unit };
}

/** Gradient, penalties included, at a distance from the weights; the same draws of dropout every time. */
function gradientAt(
  engine: Engine, rows: Uint32Array, weights: readonly Float32Array[], unit: readonly Float64Array[], distance: number,
): Float64Array[] {
  engine.weights.forEach(({ values }, index) => {
    for (let at = 0; at < values.length; at++) values[at] = weights[index]![at]! + distance * unit[index]![at]!;
  });
  engine.reseed(1);
  engine.step(rows);
  return engine.gradients.map((gradient, index) => {
    const { regularizer, values } = engine.weights[index]!;
    regularizer?.addGradient(values, gradient);
    return Float64Array.from(gradient);
  });
}

function squared(vectors: readonly Iterable<number>[]): number {
  let sum = 0;
  for (const values of vectors) for (const value of values) sum += value * value;
  return sum;
}
