/** Constraints on weights, carried out after each step (keras/src/constraints/constraints.py), float32. */
import type { Json } from '../script/script';
import { type KerasObject, keyOf, numberOf } from './keras-object';

/** Changes `values` (row-major, of `shape`) in place. */
export type Constraint = (values: Float32Array, shape: readonly number[]) => void;

const EPSILON = 1e-7;
const { max, min, sqrt } = Math;

/** Rescales the vectors along `axes`: `factor` says by what, given a vector's norm. */
function rescale(axes: readonly number[], factor: (norm: number) => number): Constraint {
  return (values, shape) => {
    const group = groups(shape, axes);
    const squares = new Float64Array(values.length);
    for (let i = 0; i < values.length; i++) squares[group[i]!]! += values[i]! * values[i]!;
    for (let i = 0; i < values.length; i++) values[i] = values[i]! * factor(sqrt(squares[group[i]!]!));
  };
}

/** For every element the number of the vector that it belongs to: elements that differ only along `axes` share one. */
function groups(shape: readonly number[], axes: readonly number[]): Uint32Array {
  const along = new Set(axes.map((axis) => (axis < 0 ? axis + shape.length : axis)));
  const size = shape.reduce((product, extent) => product * extent, 1);
  const group = new Uint32Array(size);
  for (let i = 0; i < size; i++) {
    let rest = i;
    let stride = 1;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      if (!along.has(axis)) {
        group[i]! += (rest % shape[axis]!) * stride;
        stride *= shape[axis]!;
      }
      rest = Math.floor(rest / shape[axis]!);
    }
  }
  return group;
}

function axesOf(axis: Json | undefined): number[] {
  if (Array.isArray(axis)) return axis.map((item) => numberOf(item, 0));
  return [numberOf(axis, 0)];
}

/** The constraint that Keras' object or name stands for; undefined if it is not rebuilt here. */
export function constraintOf({ className, config }: KerasObject): Constraint | undefined {
  const axes = axesOf(config.axis);
  switch (keyOf(className)) {
    case 'maxnorm': {
      const limit = numberOf(config.max_value, 2);
      return rescale(axes, (norm) => max(0, min(limit, norm)) / (EPSILON + norm));
    }
    case 'unitnorm':
      return rescale(axes, (norm) => 1 / (EPSILON + norm));
    case 'minmaxnorm': {
      const [low, high] = [numberOf(config.min_value, 0), numberOf(config.max_value, 1)];
      const rate = numberOf(config.rate, 1);
      return rescale(axes, (norm) => (rate * max(low, min(high, norm)) + (1 - rate) * norm) / (EPSILON + norm));
    }
    case 'nonneg':
    case 'nonnegative':
      return (values) => {
        for (let i = 0; i < values.length; i++) if (!(values[i]! >= 0)) values[i] = Number.isNaN(values[i]!) ? NaN : 0;
      };
    default:
      return undefined;
  }
}
