import { operand } from '../numpy/methods';
import { concatenate, map, matmul, type NdArray, numeric, transpose, zip } from '../numpy/ndarray';
import { asBoolean, type Call } from '../python/call';
import type { Value } from '../python/values';
import { mostDraws, normal, type RandomSource, rows, uniform } from '../random/source';

type Bound = Partial<Record<string, Value>>;

/** The arguments of `make_classification`, checked as scikit-learn does. */
interface Task {
  readonly samples: number;
  readonly features: number;
  readonly informative: number;
  readonly redundant: number;
  readonly repeated: number;
  readonly classes: number;
  /** Rows of each cluster; cluster k is of class k modulo `classes`. */
  readonly clusters: readonly number[];
  readonly flip: number;
  readonly separation: number;
  readonly hypercube: boolean;
  /** One number or one for every feature; null: drawn. */
  readonly shift: NdArray | null;
  readonly scale: NdArray | null;
}

/**
 * The rows and labels of `sklearn.datasets.make_classification` before they are shuffled, drawn in its order:
 * Gaussian clusters about the vertices of a hypercube (1.9, `datasets/_samples_generator.py`; after Guyon, Design of
 * experiments for the NIPS 2003 variable selection benchmark).
 * @returns undefined where the arguments are not known, or scikit-learn refuses them.
 */
export function drawClassification(call: Call, bound: Bound, state: RandomSource): { x: NdArray; y: NdArray } | undefined {
  const task = taskOf(call, bound);
  if (!task) return undefined;
  const { samples, features, informative, redundant, repeated, classes, clusters, separation } = task;
  const drawUniform = (shape: readonly number[], change = (u: number) => u): NdArray => map(state.draw(shape, 'float64', uniform), 'float64', change);
  const normals = (width: number): NdArray => state.draw([samples, width], 'float64', normal);

  const corners = hypercube(clusters.length, informative, state).flat();
  let centers = numeric([clusters.length, informative], Float64Array.from(corners, (bit) => bit * 2 * separation - separation), 'float64');
  if (!task.hypercube) {
    centers = times(centers, drawUniform([clusters.length, 1]));
    centers = times(centers, drawUniform([1, informative]));
  }
  const drawn = normals(informative);
  const labels = new Float64Array(samples);
  const parts: NdArray[] = [];
  let start = 0;
  clusters.forEach((size, k) => {
    const stop = Math.min(samples, start + size);
    labels.fill(k % classes, start, stop);
    const covariance = drawUniform([informative, informative], symmetric);
    parts.push(plus(matmul(rows(drawn, range(start, stop)), covariance), rows(centers, [k])));
    start = stop;
  });
  const useful = [concatenate(parts, 0)];
  if (redundant > 0) useful.push(matmul(useful[0]!, drawUniform([informative, redundant], symmetric)));
  const known = concatenate(useful, 1);
  const all = [known];
  if (repeated > 0) {
    const picks = drawUniform([repeated], (u) => Math.floor((informative + redundant - 1) * u + 0.5));
    all.push(columns(known, picks.data as Float64Array));
  }
  const useless = features - informative - redundant - repeated;
  if (useless > 0) all.push(normals(useless));
  if (task.flip >= 0) {
    const flipped = range(0, samples).map(() => state.generator.double() < task.flip);
    flipped.forEach((flips, i) => {
      if (flips) labels[i] = state.generator.below(classes - 1);
    });
  }
  const shift = task.shift ?? drawUniform([features], (u) => symmetric(u) * separation);
  const moved = plus(concatenate(all, 1), shift);
  const scale = task.scale ?? drawUniform([features], (u) => 1 + 100 * u);
  return { x: times(moved, scale), y: numeric([samples], labels, 'int64') };
}

/** The columns of a matrix in another order, or some of them. */
export function columns(source: NdArray, order: ArrayLike<number>): NdArray {
  return transpose(rows(transpose(source), order));
}

function taskOf(call: Call, bound: Bound): Task | undefined {
  const count = (name: string, otherwise: number, least: number): number => {
    const value = call.number(bound[name], otherwise);
    return Number.isSafeInteger(value) && value! >= least ? value! : NaN;
  };
  const flag = (name: string): boolean | undefined => (bound[name] ? asBoolean(bound[name]) : true);
  const samples = count('n_samples', 100, 1);
  const features = count('n_features', 20, 1);
  const informative = count('n_informative', 2, 1);
  const redundant = count('n_redundant', 2, 0);
  const repeated = count('n_repeated', 0, 0);
  const classes = count('n_classes', 2, 1);
  const each = count('n_clusters_per_class', 2, 1);
  const flip = call.number(bound.flip_y, 0.01);
  const separation = call.number(bound.class_sep, 1);
  const corners = flag('hypercube');
  const shift = perFeature(bound.shift, 0, features);
  const scale = perFeature(bound.scale, 1, features);
  const fits = informative + redundant + repeated <= features && informative >= Math.log2(classes * each) && samples * features <= mostDraws;
  const numbers = bound.weights && bound.weights.kind !== 'none' ? operand(bound.weights)?.data : new Float64Array(classes).fill(1 / classes);
  if (!fits || flip === undefined || separation === undefined || corners === undefined || shift === undefined || scale === undefined) return undefined;
  if (flag('return_X_y') !== true || !(numbers instanceof Float64Array) || (numbers.length !== classes && numbers.length !== classes - 1)) return undefined;
  const weights = numbers.length === classes ? numbers : [...numbers, 1 - numbers.reduce((sum, weight) => sum + weight, 0)];
  const clusters = Array.from({ length: classes * each }, (_, k) => Math.trunc((samples * weights[k % classes]!) / each));
  const left = samples - clusters.reduce((sum, size) => sum + size, 0);
  for (let i = 0; i < left; i++) clusters[i % clusters.length]!++;
  return { samples, features, informative, redundant, repeated, classes, clusters, flip, separation, hypercube: corners, shift, scale };
}

/** A number, one for every feature, or null for `None`; undefined where it is not known. */
function perFeature(value: Value | undefined, otherwise: number, features: number): NdArray | null | undefined {
  if (value?.kind === 'none') return null;
  const given = value ? operand(value) : numeric([], Float64Array.of(otherwise), 'float64');
  const length = given?.shape.length === 0 ? 1 : given?.shape[0];
  return given?.data instanceof Float64Array && given.shape.length <= 1 && (length === 1 || length === features) ? given : undefined;
}

/** Distinct vertices of the unit hypercube, the highest bit first; random bits in front of the last 30. */
function hypercube(count: number, dimensions: number, state: RandomSource): number[][] {
  const bits = Math.min(dimensions, 30);
  const front = Array.from({ length: count }, () => Array.from({ length: dimensions - bits }, () => state.generator.below(1)));
  const picked = distinct(2 ** bits, count, state);
  return front.map((first, i) => [...first, ...Array.from({ length: bits }, (_, bit) => (picked[i]! >>> (bits - 1 - bit)) & 1)]);
}

/** `count` of the numbers below `population`: scikit-learn's `sample_without_replacement` (`utils/_random.pyx`). */
function distinct(population: number, count: number, state: RandomSource): ArrayLike<number> {
  const ratio = count / population;
  if (ratio > 0.01 && ratio < 0.99) return state.permutation(population).subarray(0, count);
  if (ratio < 0.2) {
    const picked = new Set<number>();
    while (picked.size < count) picked.add(state.generator.below(population - 1));
    return [...picked];
  }
  const reservoir = range(0, count);
  for (let i = count; i < population; i++) {
    const place = state.generator.below(i);
    if (place < count) reservoir[place] = i;
  }
  return reservoir;
}

const symmetric = (u: number): number => 2 * u - 1;
const range = (start: number, stop: number): number[] => Array.from({ length: stop - start }, (_, i) => start + i);
const plus = (a: NdArray, b: NdArray): NdArray => zip(a, b, 'float64', (left, right) => left + right);
const times = (a: NdArray, b: NdArray): NdArray => zip(a, b, 'float64', (left, right) => left * right);
