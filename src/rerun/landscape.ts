/** Why a learning rate diverges: the loss along the direction in which it curves most, and the steps taken there. */
import { engineOf } from './build';
import { dominantCurvature, edgeOf } from './edge';
import type { Engine } from './engine';
import type { Refusal, TrainingSpec } from './trace';
import type { WasmSource } from './tensor/backend';
import { setWeights } from './training';

export interface Place {
  /** Distance from the start along the direction, in weight space. */
  readonly distance: number;
  readonly loss: number;
}

export interface Path {
  readonly rate: number;
  /** The start, then where each step of plain gradient descent along the direction lands. */
  readonly steps: readonly Place[];
}

export interface Landscape {
  /** Largest eigenvalue of the loss's Hessian at the start. */
  readonly lambdaMax: number;
  /** The loss along its eigenvector, from one side of the minimum to the other. */
  readonly line: readonly Place[];
  readonly paths: readonly Path[];
  /** The same script with every input column at mean 0 and deviation 1; absent where the inputs are no table of measurements. */
  readonly normalized?: { readonly lambdaMax: number; readonly edge: number };
}

/** More samples than this only draw the same line more slowly. */
const SAMPLES = 2048;
const POINTS = 61;
const STEPS = 5;
/** How far to each side of the minimum, in distances of the start from it. */
const SIDES = 4;

/**
 * The landscape at the start that seed 1 draws. Paths are those of gradient descent on this line only, which is what
 * decides stability: the error there is multiplied by 1 - rate * λmax at each step.
 * @returns a refusal where the model cannot be built, or where the loss does not curve upwards.
 */
export async function landscapeOf(
  spec: TrainingSpec, rates: readonly number[], wasm?: WasmSource,
): Promise<Landscape | Refusal> {
  const engine = await engineOf(spec, wasm);
  if ('refused' in engine) return engine;
  setWeights(engine, { seed: 1 });
  const { lambdaMax, direction } = dominantCurvature(engine);
  if (!(lambdaMax > 0) || lambdaMax === Infinity) return { refused: { id: 'rerun.landscape.flat' } };
  const line = new Line(engine, direction);
  const minimum = -line.at(0).slope / lambdaMax;
  const reach = SIDES * Math.abs(minimum) || 1;
  const places = Array.from({ length: POINTS }, (_, index) => {
    const distance = minimum + reach * ((2 * index) / (POINTS - 1) - 1);
    return { distance, loss: line.at(distance).loss };
  });
  const paths = rates.map((rate) => ({ rate, steps: walk(line, rate) }));
  engine.dispose();
  return { lambdaMax, line: places, paths, normalized: await normalizedCurvature(spec, wasm) };
}

function walk(line: Line, rate: number): Place[] {
  const steps: Place[] = [];
  let distance = 0;
  for (let step = 0; step <= STEPS && Number.isFinite(distance); step++) {
    const { loss, slope } = line.at(distance);
    steps.push({ distance, loss });
    distance -= rate * slope;
  }
  return steps;
}

/** The loss as a function of the distance from the engine's weights along a direction. */
class Line {
  readonly #engine: Engine;
  readonly #direction: readonly Float64Array[];
  readonly #start: readonly Float32Array[];
  readonly #rows: Uint32Array;

  constructor(engine: Engine, direction: readonly Float64Array[]) {
    this.#engine = engine;
    this.#direction = direction;
    this.#start = engine.weights.map(({ values }) => values.slice());
    this.#rows = Uint32Array.from({ length: Math.min(SAMPLES, engine.samples) }, (_, index) => index);
  }

  at(distance: number): { readonly loss: number; readonly slope: number } {
    const { weights, gradients } = this.#engine;
    weights.forEach(({ values }, index) => {
      const [start, direction] = [this.#start[index]!, this.#direction[index]!];
      for (let at = 0; at < values.length; at++) values[at] = start[at]! + distance * direction[at]!;
    });
    this.#engine.reseed(1);
    const loss = this.#engine.step(this.#rows);
    const slope = gradients.reduce((sum, gradient, index) => {
      const direction = this.#direction[index]!;
      return gradient.reduce((total, value, at) => total + value * direction[at]!, sum);
    }, 0);
    return { loss, slope };
  }
}

async function normalizedCurvature(spec: TrainingSpec, wasm: WasmSource | undefined): Promise<Landscape['normalized']> {
  const [x] = spec.x;
  const numbered = spec.layers.some(({ className }) => className === 'Embedding');
  if (spec.x.length !== 1 || !x || x.shape.length > 2 || numbered) return undefined;
  const columns = x.shape[1] ?? 1;
  const data = x.data.slice();
  for (let column = 0; column < columns; column++) {
    let [count, mean, squares] = [0, 0, 0];
    for (let at = column; at < data.length; at += columns) {
      const change = data[at]! - mean;
      mean += change / ++count;
      squares += change * (data[at]! - mean);
    }
    const deviation = Math.sqrt(squares / count) || 1;
    for (let at = column; at < data.length; at += columns) data[at] = (data[at]! - mean) / deviation;
  }
  const normalized = { ...spec, x: [{ ...x, data }] };
  const engine = await engineOf(normalized, wasm);
  if ('refused' in engine) return undefined;
  setWeights(engine, { seed: 1 });
  const edge = edgeOf(normalized, engine);
  engine.dispose();
  return edge && { lambdaMax: edge.lambdaMax, edge: edge.learningRate };
}
