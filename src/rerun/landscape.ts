/** Why a learning rate diverges: the loss along the direction in which it curves most, and the steps taken there. */
import { engineOf } from './build';
import { dominantCurvature, edgeOf } from './edge';
import type { Engine } from './engine';
import { inSlices } from './pause';
import { inner, Surface } from './surface';
import type { Tensor } from '../script/script';
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
  /** The edge with these inputs and with others; empty where the inputs are no table of measurements, or without plain SGD. */
  readonly inputs: readonly InputScale[];
}

/** The same training on inputs of another size, or on a part of them. */
export interface InputScale {
  /** As they are; the first half of the samples; all divided by 10; every column at mean 0 and deviation 1. */
  readonly kind: 'given' | 'part' | 'tenth' | 'normalized';
  readonly samples: number;
  /** Mean of the squared inputs, with which λmax of a linear unit grows. */
  readonly meanSquare: number;
  /** Gradient descent is stable below this learning rate. */
  readonly edge: number;
}

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
  const seen = await inSlices(survey(spec, engine, rates));
  return seen ? { ...seen, inputs: await inputScales(spec, wasm) } : { refused: { id: 'rerun.landscape.flat' } };
}

function* survey(
  spec: TrainingSpec, engine: Engine, rates: readonly number[],
): Generator<undefined, Omit<Landscape, 'inputs'> | undefined> {
  const { lambdaMax, direction } = yield* dominantCurvature(engine, spec.batchSize);
  if (!(lambdaMax > 0) || lambdaMax === Infinity) return undefined;
  const surface = new Surface(engine, spec.batchSize);
  const { gradient } = yield* surface.at(direction, 0);
  const minimum = -inner(gradient, direction) / lambdaMax;
  const reach = SIDES * Math.abs(minimum) || 1;
  const line: Place[] = [];
  for (let point = 0; point < POINTS; point++) {
    const distance = minimum + reach * ((2 * point) / (POINTS - 1) - 1);
    line.push({ distance, loss: (yield* surface.at(direction, distance)).loss });
  }
  const paths: Path[] = [];
  for (const rate of rates) paths.push({ rate, steps: yield* walk(surface, direction, rate) });
  return { lambdaMax, line, paths };
}

function* walk(surface: Surface, direction: readonly Float64Array[], rate: number): Generator<undefined, Place[]> {
  const steps: Place[] = [];
  let distance = 0;
  for (let step = 0; step <= STEPS && Number.isFinite(distance); step++) {
    const { loss, gradient } = yield* surface.at(direction, distance);
    steps.push({ distance, loss });
    distance -= rate * inner(gradient, direction);
  }
  return steps;
}

/** A part of the samples is worth a word where it moves the edge by more than this factor. */
const WORTH = 1.2;

async function inputScales(spec: TrainingSpec, wasm: WasmSource | undefined): Promise<readonly InputScale[]> {
  const [x] = spec.x;
  const numbered = spec.layers.some(({ className }) => className === 'Embedding');
  if (spec.x.length !== 1 || !x || x.shape.length > 2 || numbered) return [];
  const samples = x.shape[0]!;
  const half = samples >> 1;
  const others: readonly (readonly [InputScale['kind'], TrainingSpec])[] = [
    ['given', spec],
    ...(half > 0 ? [['part', firstSamples(spec, half)] as const] : []),
    ['tenth', withInputs(spec, x.data.map((value) => value / 10))],
    ['normalized', withInputs(spec, standardized(x.data, x.shape[1] ?? 1))],
  ];
  const scales: InputScale[] = [];
  for (const [kind, other] of others) {
    const edge = await edgeAtStart(other, wasm);
    const { data, shape } = other.x[0]!;
    if (edge !== undefined) scales.push({ kind, samples: shape[0]!, meanSquare: meanSquare(data), edge });
  }
  const given = scales.find(({ kind }) => kind === 'given');
  if (!given) return [];
  return scales.filter(({ kind, edge }) => kind !== 'part' || Math.max(edge / given.edge, given.edge / edge) > WORTH);
}

async function edgeAtStart(spec: TrainingSpec, wasm: WasmSource | undefined): Promise<number | undefined> {
  const engine = await engineOf(spec, wasm);
  if ('refused' in engine) return undefined;
  setWeights(engine, { seed: 1 });
  const edge = await inSlices(edgeOf(spec, engine));
  return edge?.learningRate;
}

function withInputs(spec: TrainingSpec, data: Float64Array): TrainingSpec {
  return { ...spec, x: [{ ...spec.x[0]!, data }] };
}

function firstSamples(spec: TrainingSpec, count: number): TrainingSpec {
  const first = (tensor: Tensor): Tensor => {
    const width = tensor.data.length / tensor.shape[0]!;
    return { ...tensor, shape: [count, ...tensor.shape.slice(1)], data: tensor.data.slice(0, count * width) };
  };
  const { sampleWeights, ...rest } = spec;
  return { ...rest, x: spec.x.map(first), y: spec.y.map(first), ...(sampleWeights && { sampleWeights: sampleWeights.slice(0, count) }) };
}

/** Every column of a row-major table at mean 0 and deviation 1; a constant column at 0. */
function standardized(table: Float64Array, columns: number): Float64Array {
  const data = table.slice();
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
  return data;
}

function meanSquare(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value * value, 0) / values.length;
}
