import type { Message } from '../../text/message';
import type { Span } from '../../text/span';
import { type DType, gather, type NdArray, numbersFor, numeric, shaped, sizeOf } from '../numpy/ndarray';
import { dtypeOf, fitting, integers, operand } from '../numpy/methods';
import { asNumber, type Call } from '../python/call';
import { array, builtin, LibraryObject, none, type Value } from '../python/values';
import { successes } from './binomial';
import { DrawnNumbers, type Law } from './drawn';
import { type Generator, LegacyGenerator, ModernGenerator } from './generators';
import * as laws from './laws';
import { Progress } from './progress';
import { withoutReplacement } from './sampling';
import { rootOf } from './several';

/** Most numbers that are drawn at once: about a third of a second. */
export const mostDraws = 1 << 22;

function generatorFrom(modern: boolean, seed: number): Generator {
  return modern ? ModernGenerator.fromSeed(seed) : LegacyGenerator.fromSeed(seed);
}

/** A source of random numbers as the script sees it: seeded, or not, and then only its law is known. */
export class RandomSource {
  generator: Generator;
  /** Why the numbers are not those of the script. */
  substituted: Message | undefined;
  readonly drawn: DrawnNumbers;
  readonly #modern: boolean;
  readonly #progress = new Progress();

  /** `seed` undefined: the script gives none, every run draws other numbers. */
  constructor(modern: boolean, seed: number | undefined, name: string, drawn = new DrawnNumbers()) {
    this.#modern = modern;
    this.drawn = drawn;
    this.generator = generatorFrom(modern, seed ?? 0);
    this.substituted = seed === undefined ? { id: 'script.unseeded', args: { name } } : undefined;
  }

  /** Starts again with a seed; undefined: with one that is not known. */
  seed(seed: number | undefined, call: Call): void {
    this.#progress.restart(call);
    if (seed === undefined) return this.lost(call.name);
    this.generator = generatorFrom(this.#modern, seed);
    this.substituted = undefined;
  }

  /** The source as a call finds it that is about to draw. */
  at(call: Call): this {
    if (!this.#progress.isKnown(call)) this.lost(call.name);
    return this;
  }

  /** From now on it is not known how far the numbers have been drawn. */
  lost(name: string): void {
    this.substituted ??= { id: 'script.unseeded', args: { name } };
  }

  /** An array of numbers of a law. */
  draw(shape: readonly number[], dtype: DType, law: Law, parameters: readonly number[] = []): NdArray {
    const { numbers, after } = this.drawn.draw(this.generator, law, parameters, sizeOf(shape));
    this.generator = after;
    return this.marked(numeric(shape, numbers, dtype));
  }

  marked(result: NdArray): NdArray {
    return this.substituted ? { ...result, substituted: this.substituted } : result;
  }

  /** A shuffle of 0 … length-1, as `permutation(length)` draws it. */
  permutation(length: number): Float64Array {
    const order = numbersFor(length, (i) => i);
    for (let i = length - 1; i > 0; i--) {
      const j = this.generator.interval(i);
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    return order;
  }
}

/** The rows of an array in another order, or some of them. */
export function rows(source: NdArray, order: ArrayLike<number>): NdArray {
  const inner = sizeOf(source.shape.slice(1));
  const shape = [order.length, ...source.shape.slice(1)];
  if (!source.data) return { ...source, shape };
  const offsets = new Int32Array(order.length * inner);
  for (let i = 0; i < order.length; i++) for (let k = 0; k < inner; k++) offsets[i * inner + k] = order[i]! * inner + k;
  return gather(source, offsets, shape);
}

type Draw = (source: RandomSource, call: Call) => Value;

/** The shape `size=` asks for; null for a single number; undefined if it is not known. */
function sizeFrom(value: Value | undefined): number[] | null | undefined {
  if (!value || value.kind === 'none') return null;
  const shape = integers(value);
  return shape && sizeOf(shape) <= mostDraws && shape.every((length) => length >= 0) ? shape : undefined;
}

/** Draws of a law with plain number parameters. */
function law(
  signature: string, defaults: readonly (number | undefined)[], next: Law, dtype: DType = 'float64',
): Draw {
  const names = signature.split(' ').filter(Boolean);
  return (source, call) => {
    const bound = call.bind(`${signature} size dtype`.trim());
    const parameters = names.map((name, i) => bound[name] ? asNumber(bound[name]) : defaults[i]);
    const shape = sizeFrom(bound.size);
    if (shape === undefined || parameters.includes(undefined)) return lost(source, call, integers(bound.size ?? none(call.span)), dtype);
    const drawn = source.draw(shape ?? [], bound.dtype ? (dtypeOf(bound.dtype) ?? dtype) : dtype, next, parameters as number[]);
    return (drawn.data as Float64Array).includes(Number.NaN) ? lost(source, call) : array(drawn, call.span);
  };
}

/** What cannot be drawn here; `shape`: that of the array, where it is known. */
function lost(source: RandomSource, call: Call, shape?: readonly number[], dtype: DType = 'float64'): Value {
  source.lost(call.name);
  const { span, reason } = call.unread();
  return shape?.every((length) => length >= 0) ? array(shaped(shape, dtype, { span, reason }), call.span) : { kind: 'unknown', span, reason };
}

/** `rand(2, 3)`: the shape in the arguments themselves. */
function shapedBy(next: Law): Draw {
  return (source, call) => {
    const shape = call.arguments.positional.map(asNumber);
    if (shape.includes(undefined) || call.arguments.keywords.size > 0) return lost(source, call);
    if (sizeOf(shape as number[]) > mostDraws) return lost(source, call, shape as number[]);
    return array(source.draw(shape as number[], 'float64', next), call.span);
  };
}

export const uniform: Law = (generator) => generator.double();
export const normal: Law = (generator) => generator.normal();
/** Uniform between two bounds. */
export const between: Law = (generator, [low, high]) => low! + (high! - low!) * generator.double();
const integer: Law = (generator, [from, most]) => from! + generator.below(most!);

function randomIntegers(source: RandomSource, call: Call): Value {
  const { low, high, size, endpoint } = call.bind('low high size dtype endpoint');
  const first = asNumber(low);
  const second = high && high.kind !== 'none' ? asNumber(high) : undefined;
  const shape = sizeFrom(size);
  if (first === undefined || (high && high.kind !== 'none' && second === undefined) || shape === undefined) return lost(source, call);
  const [from, end] = second === undefined ? [0, first] : [first, second];
  const most = end - from - (endpoint?.kind === 'bool' && endpoint.value ? 0 : 1);
  if (!(most >= 0 && most < 0xffffffff)) return lost(source, call);
  return array(source.draw(shape ?? [], 'int64', integer, [from, most]), call.span);
}

function permutation(source: RandomSource, call: Call): Value {
  const [given] = call.arguments.positional;
  const count = given?.kind === 'number' ? given.value : undefined;
  if (count !== undefined) return array(source.marked(numeric([count], source.permutation(count), 'int64')), call.span);
  const values = operand(given);
  if (!values?.data || values.shape.length === 0) return lost(source, call);
  return array(source.marked(rows(values, source.permutation(values.shape[0]!))), call.span);
}

function shuffle(source: RandomSource, call: Call): Value {
  const [given] = call.arguments.positional;
  if (given?.kind === 'array' && !given.doubt && given.array.shape.length > 0 && given.array.shape[0]! >= 0) {
    call.interpreter.touch(given);
    given.array = source.marked(rows(given.array, source.permutation(given.array.shape[0]!)));
  } else if (given?.kind === 'list' && !given.doubt) {
    call.interpreter.touch(given);
    given.items = [...source.permutation(given.items.length)].map((i) => given.items[i]!);
    if (source.substituted) given.doubt ??= { kind: 'unknown', span: call.span, reason: source.substituted };
  } else {
    source.lost(call.name);
    if (given && 'birth' in given) given.doubt ??= call.unread();
  }
  return none(call.span);
}

function choice(source: RandomSource, call: Call): Value {
  const { a, size, replace, p } = call.bind('a size replace p');
  const values = a?.kind === 'number' ? undefined : operand(a);
  const count = a?.kind === 'number' ? a.value : values?.shape[0];
  const shape = sizeFrom(size);
  const again = !replace || (replace.kind === 'bool' && replace.value);
  const weights = p && p.kind !== 'none' ? operand(p) : undefined;
  if (count === undefined || count < 1 || shape === undefined || (values && values.shape.length !== 1) || (p && p.kind !== 'none' && !weights?.data)) return lost(source, call);
  const wanted = sizeOf(shape ?? []);
  let picks: number[];
  if (weights && again) {
    let sum = 0;
    const cumulative = Array.from(weights.data as Float64Array, (weight) => (sum += weight));
    picks = Array.from({ length: wanted }, () => {
      const u = source.generator.double();
      return Math.max(0, cumulative.findIndex((edge) => edge / sum > u));
    });
  } else if (again) {
    picks = Array.from({ length: wanted }, () => source.generator.below(count - 1));
  } else if (!weights && wanted <= count) {
    call.interpreter.spend(count / 4);
    const isLegacy = source.generator instanceof LegacyGenerator;
    picks = isLegacy ? [...source.permutation(count).slice(0, wanted)] : withoutReplacement(source.generator, count, wanted);
  } else return lost(source, call);
  const positions = source.marked(numeric(shape ?? [], Float64Array.from(picks), 'int64'));
  if (!values) return array(positions, call.span);
  return array(source.marked({ ...rows(values, picks), shape: shape ?? [] }), call.span);
}

/** Rows of numbers that are drawn together. */
function rowsOf(source: RandomSource, call: Call, size: Value | undefined, width: number, dtype: DType, next: () => readonly number[]): Value {
  const shape = sizeFrom(size);
  if (shape === undefined || sizeOf(shape ?? []) * width > mostDraws) return lost(source, call);
  const drawn = Array.from({ length: sizeOf(shape ?? []) }, next);
  return array(source.marked(numeric([...(shape ?? []), width], Float64Array.from(drawn.flat()), dtype)), call.span);
}

function severalNormals(source: RandomSource, call: Call): Value {
  const { mean, cov, size } = call.bind('mean cov size');
  const [means, covariance] = [operand(mean), operand(cov)];
  const width = means?.shape[0] ?? 0;
  if (!means?.data || !covariance?.data || means.shape.length !== 1 || covariance.shape.join() !== `${width},${width}` || call.arguments.keywords.has('method')) return lost(source, call);
  const numbers = covariance.data as Float64Array;
  const root = rootOf(Array.from({ length: width }, (_, row) => [...numbers.subarray(row * width, (row + 1) * width)]));
  if (!root) return lost(source, call);
  return rowsOf(source, call, size, width, 'float64', () => {
    const free = root.map(() => source.generator.normal());
    return Array.from(means.data as Float64Array, (centre, i) => free.reduce((sum, value, k) => sum + value * root[k]![i]!, 0) + centre);
  });
}

function multinomial(source: RandomSource, call: Call): Value {
  const { n, pvals, size } = call.bind('n pvals size');
  const [trials, shares] = [asNumber(n), operand(pvals)];
  if (trials === undefined || shares?.shape.length !== 1 || !shares.data) return lost(source, call);
  return rowsOf(source, call, size, shares.data.length, 'int64', () => laws.multinomial(source.generator, trials, shares.data as Float64Array));
}

const common: Readonly<Record<string, Draw>> = {
  uniform: law('low high', [0, 1], between),
  normal: law('loc scale', [0, 1], (generator, [loc, scale]) => loc! + scale! * generator.normal()),
  standard_normal: (source, call) => law('', [], normal)(source, sized(call)),
  lognormal: law('mean sigma', [0, 1], (generator, [mean, sigma]) => Math.exp(mean! + sigma! * generator.normal())),
  permutation,
  shuffle,
  choice,
  exponential: law('scale', [1], (generator, [scale]) => generator.exponential() * scale!),
  standard_exponential: law('', [], (generator) => generator.exponential()),
  gamma: law('shape scale', [undefined, 1], (generator, [shape, scale]) => scale! * laws.gamma(generator, shape!)),
  standard_gamma: law('shape', [undefined], (generator, [shape]) => laws.gamma(generator, shape!)),
  chisquare: law('df', [undefined], (generator, [freedom]) => 2 * laws.gamma(generator, freedom! / 2)),
  beta: law('a b', [undefined, undefined], (generator, [a, b]) => laws.beta(generator, a!, b!)),
  laplace: law('loc scale', [0, 1], (generator, [loc, scale]) => laws.laplace(generator, loc!, scale!)),
  triangular: law('left mode right', [undefined, undefined, undefined], (generator, [left, mode, right]) => laws.triangular(generator, left!, mode!, right!)),
  poisson: law('lam', [1], (generator, [mean]) => laws.poisson(generator, mean!), 'int64'),
  binomial: law('n p', [undefined, undefined], (generator, [trials, share]) => successes(generator, trials!, share!), 'int64'),
  multinomial,
  multivariate_normal: severalNormals,
};

/** `random(size)` has its size first: the same call with it named. */
function sized(call: Call): Call {
  return call.renamed(new Map([['size', call.arguments.positional[0] ?? call.arguments.keywords.get('size')]]));
}

const single: Draw = (source, call) => law('', [], uniform)(source, sized(call));

const legacy: Readonly<Record<string, Draw>> = {
  ...common,
  rand: shapedBy(uniform),
  randn: shapedBy(normal),
  random: single,
  random_sample: single,
  ranf: single,
  sample: single,
  randint: randomIntegers,
};

const modern: Readonly<Record<string, Draw>> = { ...common, random: single, integers: randomIntegers };

/** A method of a generator; undefined for one that is not followed. */
export function drawing(name: string, isModern: boolean): Draw | undefined {
  const table = isModern ? modern : legacy;
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** `numpy.random.RandomState(seed)` or `default_rng(seed)`. */
export class RandomObject extends LibraryObject {
  readonly typeName: string;
  readonly source: RandomSource;
  readonly #modern: boolean;

  constructor(modern: boolean, seed: number | undefined, span: Span, drawn: DrawnNumbers) {
    super(span);
    this.typeName = modern ? 'Generator' : 'RandomState';
    this.#modern = modern;
    this.source = new RandomSource(modern, seed, this.typeName, drawn);
  }

  override attribute(name: string, span: Span): Value | undefined {
    const draw = drawing(name, this.#modern);
    if (draw) return builtin(name, span, (call) => fitting(call, () => draw(this.source.at(call), call)));
    if (name === 'seed') return builtin(name, span, (call) => {
      this.source.seed(asNumber(call.bind('seed').seed), call);
      return none(call.span);
    });
    return builtin(name, span, (call) => lost(this.source, call));
  }
}

/** What a `random_state=` argument of a call stands for; `global` is NumPy's own. */
export function randomState(value: Value | undefined, global: RandomSource, call: Call): RandomSource | undefined {
  if (!value || value.kind === 'none') return global.at(call);
  if (value instanceof RandomObject) return value.source.at(call);
  const seed = asNumber(value);
  return seed === undefined ? undefined : new RandomSource(false, seed, 'random_state', global.drawn);
}

