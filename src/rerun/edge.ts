/** The largest stable learning rate, measured on the loss itself. */
import { largestStableRate } from '../diagnosis/curvature';
import type { Engine } from './engine';
import { numberOf } from './keras-object';
import { Random } from './random';
import { inner, Surface } from './surface';
import type { TrainingSpec } from './trace';

const ITERATIONS = 60;
/** Relative change of the eigenvalue at which the iteration ends. */
const SETTLED = 1e-4;
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
 * The engine's weights and state are left as they were. Yields wherever it may be interrupted.
 */
export function* edgeOf({ optimizer: { className, config }, batchSize }: TrainingSpec, engine: Engine): Generator<undefined, Edge | undefined> {
  const clips = [config.clipnorm, config.clipvalue, config.global_clipnorm].some((value) => numberOf(value, 0) > 0);
  if (className !== 'SGD' || clips) return undefined;
  const { lambdaMax } = yield* dominantCurvature(engine, batchSize);
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

/**
 * The direction in which the loss curves most. The engine's weights and state are left as they were. Yields wherever it
 * may be interrupted.
 */
export function* dominantCurvature(engine: Engine, batchSize: number): Generator<undefined, Curvature> {
  const surface = new Surface(engine, batchSize);
  const random = new Random(1);
  const reach = REACH * Math.max(1, lengthOf(surface.weights));
  let direction = surface.weights.map((values) => Float64Array.from(values, () => random.normal()));
  let eigenvalue = NaN;
  let unit: Float64Array[] = [];
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const length = lengthOf(direction);
    if (!(length > 0) || length === Infinity) break;
    unit = direction.map((values) => values.map((value) => value / length));
    const { gradient: ahead } = yield* surface.at(unit, reach);
    const { gradient: behind } = yield* surface.at(unit, -reach);
    direction = ahead.map((values, index) => values.map((value, at) => (value - behind[index]![at]!) / (2 * reach)));
    const next = inner(direction, unit);
    const settled = Math.abs(next - eigenvalue) <= SETTLED * Math.abs(next);
    eigenvalue = next;
    if (settled) break;
  }
  surface.leave();
  return { lambdaMax: eigenvalue, direction: unit };
}

const lengthOf = (vectors: readonly (Float32Array | Float64Array)[]): number => Math.sqrt(inner(vectors, vectors));
