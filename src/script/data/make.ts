import { fitting, integers, operand } from '../numpy/methods';
import { concatenate, matmul, type NdArray, numbersFor, numeric, zip } from '../numpy/ndarray';
import { asBoolean, asNumber, type Call } from '../python/call';
import type { Functions } from '../python/library';
import { array, tuple, type Value } from '../python/values';
import type { Law } from '../random/drawn';
import { between, normal, type RandomSource, randomState, rows } from '../random/source';
import { columns, drawClassification } from './classification';

/** scikit-learn's made-up data, drawn in its order (1.9, `datasets/_samples_generator.py`). */
export function makeFunctions(global: RandomSource): Functions {
  const made = (signature: string, work: (call: Call, bound: Partial<Record<string, Value>>, state: RandomSource) => Value) => (call: Call): Value => {
    const bound = call.bind(signature);
    const state = randomState(bound.random_state, global, call);
    return state && !call.arguments.doubt ? fitting(call, () => work(call, bound, state)) : call.unread();
  };
  return {
    'sklearn.datasets.make_regression': made('n_samples n_features', makeRegression),
    'sklearn.datasets.make_blobs': made('n_samples n_features', makeBlobs),
    'sklearn.datasets.make_classification': made('n_samples n_features', makeClassification),
    'sklearn.datasets.make_moons': made('n_samples', makeMoons),
    'sklearn.datasets.make_circles': made('n_samples', makeCircles),
  };
}

const scaledNormal: Law = (generator, [scale]) => scale! * generator.normal();

function pair(x: NdArray, y: NdArray, state: RandomSource, call: Call): Value {
  return tuple([array(state.marked(x), call.span), array(state.marked(y), call.span)], call.span);
}

/** Both in the same new order, if the call asks for it. */
function shuffled(x: NdArray, y: NdArray, bound: Partial<Record<string, Value>>, state: RandomSource): [NdArray, NdArray] {
  if (bound.shuffle && asBoolean(bound.shuffle) === false) return [x, y];
  const order = state.permutation(x.shape[0]!);
  return [rows(x, order), rows(y, order)];
}

/** Rows and then columns in a new order. */
function mixed(x: NdArray, y: NdArray, state: RandomSource): [NdArray, NdArray] {
  const [byRows, labels] = shuffled(x, y, {}, state);
  return [columns(byRows, state.permutation(x.shape[1]!)), labels];
}

function noisy(x: NdArray, scale: number, state: RandomSource): NdArray {
  return scale > 0 ? zip(x, state.draw(x.shape, 'float64', scaledNormal, [scale]), 'float64', (a, b) => a + b) : x;
}

function makeRegression(call: Call, bound: Partial<Record<string, Value>>, state: RandomSource): Value {
  const samples = call.number(bound.n_samples, 100);
  const features = call.number(bound.n_features, 100);
  const informative = call.number(bound.n_informative, 10);
  const targets = call.number(bound.n_targets, 1);
  const bias = call.number(bound.bias, 0);
  const noise = call.number(bound.noise, 0);
  const plain = !bound.effective_rank && !bound.coef;
  if (!plain || samples === undefined || features === undefined || informative === undefined || targets === undefined || bias === undefined || noise === undefined) return call.unread();
  let x = state.draw([samples, features], 'float64', normal);
  const truth = new Float64Array(features * targets);
  const used = Math.min(features, informative);
  for (let i = 0; i < used * targets; i++) truth[i] = 100 * state.generator.double();
  let y = zip(matmul(x, numeric([features, targets], truth, 'float64')), numeric([], Float64Array.of(bias), 'float64'), 'float64', (a, b) => a + b);
  y = noisy(y, noise, state);
  if (!bound.shuffle || asBoolean(bound.shuffle)) [x, y] = mixed(x, y, state);
  return pair(x, targets === 1 ? { ...y, shape: [samples] } : y, state, call);
}

function makeClassification(call: Call, bound: Partial<Record<string, Value>>, state: RandomSource): Value {
  const shuffles = bound.shuffle ? asBoolean(bound.shuffle) : true;
  const drawn = shuffles === undefined ? undefined : drawClassification(call, bound, state);
  if (!drawn) return call.unread();
  const [x, y] = shuffles ? mixed(drawn.x, drawn.y, state) : [drawn.x, drawn.y];
  return pair(x, y, state, call);
}

function makeBlobs(call: Call, bound: Partial<Record<string, Value>>, state: RandomSource): Value {
  const samples = call.number(bound.n_samples, 100);
  const features = call.number(bound.n_features, 2);
  const given = bound.centers && bound.centers.kind !== 'none' && bound.centers.kind !== 'number' ? operand(bound.centers) : undefined;
  const count = given ? given.shape[0] : call.number(bound.centers, 3);
  const box = bound.center_box ? integers(bound.center_box) : [-10, 10];
  const deviation = call.number(bound.cluster_std, 1);
  if (samples === undefined || features === undefined || count === undefined || !box || deviation === undefined) return call.unread();
  const [low, high] = box as [number, number];
  const width = given?.shape[1] ?? features;
  const centers = given ?? state.draw([count, features], 'float64', between, [low, high]);
  if (!(centers.data instanceof Float64Array)) return call.unread();
  const { data: middle } = centers;
  const parts: NdArray[] = [];
  const labels: number[] = [];
  for (let k = 0; k < count; k++) {
    const size = Math.floor(samples / count) + (k < samples % count ? 1 : 0);
    const part = new Float64Array(size * width);
    for (let i = 0; i < part.length; i++) part[i] = middle[k * width + (i % width)]! + deviation * state.generator.normal();
    parts.push(numeric([size, width], part, 'float64'));
    labels.push(...new Array<number>(size).fill(k));
  }
  const [x, y] = shuffled(concatenate(parts, 0), numeric([labels.length], Float64Array.from(labels), 'int64'), bound, state);
  return pair(x, y, state, call);
}

function twoCurves(call: Call, bound: Partial<Record<string, Value>>, state: RandomSource, points: (outer: number, inner: number) => [number, number][]): Value {
  const samples = asNumber(bound.n_samples) ?? (bound.n_samples ? undefined : 100);
  const noise = call.number(bound.noise, 0);
  if (samples === undefined || noise === undefined) return call.unread();
  const outer = Math.floor(samples / 2);
  const x = numeric([samples, 2], Float64Array.from(points(outer, samples - outer).flat()), 'float64');
  const y = numeric([samples], numbersFor(samples, (i) => (i < outer ? 0 : 1)), 'int64');
  const [mixedX, mixedY] = shuffled(x, y, bound, state);
  return pair(noisy(mixedX, noise, state), mixedY, state, call);
}

function makeMoons(call: Call, bound: Partial<Record<string, Value>>, state: RandomSource): Value {
  const arc = (count: number, i: number): number => (i === count - 1 && count > 1 ? Math.PI : i * (Math.PI / (count - 1)));
  return twoCurves(call, bound, state, (outer, inner) => [
    ...Array.from({ length: outer }, (_, i): [number, number] => [Math.cos(arc(outer, i)), Math.sin(arc(outer, i))]),
    ...Array.from({ length: inner }, (_, i): [number, number] => [1 - Math.cos(arc(inner, i)), 1 - Math.sin(arc(inner, i)) - 0.5]),
  ]);
}

function makeCircles(call: Call, bound: Partial<Record<string, Value>>, state: RandomSource): Value {
  const factor = call.number(bound.factor, 0.8);
  if (factor === undefined) return call.unread();
  const arc = (count: number, i: number): number => i * ((2 * Math.PI) / count);
  return twoCurves(call, bound, state, (outer, inner) => [
    ...Array.from({ length: outer }, (_, i): [number, number] => [Math.cos(arc(outer, i)), Math.sin(arc(outer, i))]),
    ...Array.from({ length: inner }, (_, i): [number, number] => [Math.cos(arc(inner, i)) * factor, Math.sin(arc(inner, i)) * factor]),
  ]);
}
