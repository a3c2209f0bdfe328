/**
 * Start weights, drawn from the same laws as Keras' initialisers
 * (keras/src/initializers/random_initializers.py, constant_initializers.py).
 */
import type { Json } from '../script/script';
import { keyOf, type KerasObject, numberOf } from './keras-object';
import type { Random } from './random';

/** Fills `values` (row-major, of `shape`) with start values. */
export type Initializer = (values: Float32Array, shape: readonly number[], random: Random) => void;

interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/** Inputs and outputs of one unit (`compute_fans`): kernels are [..., in, out], a receptive field in front. */
export function fans(shape: readonly number[]): Fans {
  if (shape.length === 0) return { fanIn: 1, fanOut: 1 };
  if (shape.length === 1) return { fanIn: shape[0]!, fanOut: shape[0]! };
  const field = shape.slice(0, -2).reduce((product, size) => product * size, 1);
  return { fanIn: shape.at(-2)! * field, fanOut: shape.at(-1)! * field };
}

type Mode = 'fan_in' | 'fan_out' | 'fan_avg';
type Law = 'uniform' | 'truncated_normal' | 'untruncated_normal';

/** Keras divides by the standard deviation of a normal law cut at two, so that the variance is the one asked for. */
const TRUNCATED_DEVIATION = 0.87962566103423978;

function varianceScaling(scale: number, mode: Mode, law: Law): Initializer {
  return (values, shape, random) => {
    const variance = scale / Math.max(1, fanOf(mode, fans(shape)));
    if (law === 'uniform') {
      const limit = Math.sqrt(3 * variance);
      fill(values, () => limit * (2 * random.uniform() - 1));
    } else if (law === 'truncated_normal') {
      const deviation = Math.sqrt(variance) / TRUNCATED_DEVIATION;
      fill(values, () => deviation * random.truncatedNormal());
    } else {
      const deviation = Math.sqrt(variance);
      fill(values, () => deviation * random.normal());
    }
  };
}

function fanOf(mode: Mode, { fanIn, fanOut }: Fans): number {
  if (mode === 'fan_in') return fanIn;
  return mode === 'fan_out' ? fanOut : (fanIn + fanOut) / 2;
}

function fill(values: Float32Array, draw: () => number): void {
  for (let index = 0; index < values.length; index++) values[index] = draw();
}

function constant(value: number): Initializer {
  return (values) => values.fill(value);
}

/** Orthonormal rows or columns, uniform over such matrices: QR of a normal matrix, signs fixed by R's diagonal. */
function orthogonal(gain: number): Initializer {
  return (values, shape, random) => {
    const columns = shape.at(-1) ?? 1;
    const rows = values.length / columns;
    const long = Math.max(rows, columns);
    const short = Math.min(rows, columns);
    // Gram-Schmidt on `short` normal vectors of length `long`; R's diagonal is positive by construction.
    const basis: Float64Array[] = [];
    while (basis.length < short) {
      const vector = Float64Array.from({ length: long }, () => random.normal());
      for (let pass = 0; pass < 2; pass++) {
        for (const other of basis) {
          const along = dot(vector, other);
          for (let index = 0; index < long; index++) vector[index]! -= along * other[index]!;
        }
      }
      const norm = Math.sqrt(dot(vector, vector));
      if (norm > 1e-6) basis.push(vector.map((value) => value / norm));
    }
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        values[row * columns + column] = gain * (rows >= columns ? basis[column]![row]! : basis[row]![column]!);
      }
    }
  };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += a[index]! * b[index]!;
  return sum;
}

function identity(gain: number): Initializer {
  return (values, shape) => {
    const columns = shape.at(-1) ?? 1;
    values.fill(0);
    for (let at = 0; at < values.length; at += columns + 1) values[at] = gain;
  };
}

type Config = Readonly<Record<string, Json>>;

const scaling = (scale: number, mode: Mode, law: Law) => () => varianceScaling(scale, mode, law);

/** By class name without case and underscores, so that `he_normal`, `HeNormal` and `henormal` are one. */
const makers: Readonly<Record<string, (config: Config) => Initializer | undefined>> = {
  zeros: () => constant(0),
  ones: () => constant(1),
  constant: (config) => constant(numberOf(config.value, 0)),
  glorotuniform: scaling(1, 'fan_avg', 'uniform'),
  glorotnormal: scaling(1, 'fan_avg', 'truncated_normal'),
  heuniform: scaling(2, 'fan_in', 'uniform'),
  henormal: scaling(2, 'fan_in', 'truncated_normal'),
  lecununiform: scaling(1, 'fan_in', 'uniform'),
  lecunnormal: scaling(1, 'fan_in', 'truncated_normal'),
  variancescaling: (config) => {
    const mode = config.mode ?? 'fan_in';
    const law = config.distribution ?? 'truncated_normal';
    if (mode !== 'fan_in' && mode !== 'fan_out' && mode !== 'fan_avg') return undefined;
    const named = law === 'normal' ? 'truncated_normal' : law;
    if (named !== 'uniform' && named !== 'truncated_normal' && named !== 'untruncated_normal') return undefined;
    return varianceScaling(numberOf(config.scale, 1), mode, named);
  },
  randomnormal: (config) => {
    const [mean, deviation] = [numberOf(config.mean, 0), numberOf(config.stddev, 0.05)];
    return (values, _shape, random) => fill(values, () => mean + deviation * random.normal());
  },
  truncatednormal: (config) => {
    const [mean, deviation] = [numberOf(config.mean, 0), numberOf(config.stddev, 0.05)];
    return (values, _shape, random) => fill(values, () => mean + deviation * random.truncatedNormal());
  },
  randomuniform: (config) => {
    const [low, high] = [numberOf(config.minval, -0.05), numberOf(config.maxval, 0.05)];
    return (values, _shape, random) => fill(values, () => low + (high - low) * random.uniform());
  },
  orthogonal: (config) => orthogonal(numberOf(config.gain, 1)),
  identity: (config) => identity(numberOf(config.gain, 1)),
};

const aliases: Readonly<Record<string, string>> = {
  uniform: 'randomuniform',
  normal: 'randomnormal',
  zero: 'zeros',
  one: 'ones',
  orthogonalinitializer: 'orthogonal',
  identityinitializer: 'identity',
};

/** The initialiser that Keras' object or name stands for; undefined if it is none of Keras' own. */
export function initializerOf({ className, config }: KerasObject): Initializer | undefined {
  const key = keyOf(className);
  return makers[aliases[key] ?? key]?.(config);
}
