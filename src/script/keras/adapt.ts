import { isNumeric, type NdArray } from '../numpy/ndarray';
import { asNumber } from '../python/call';
import { arrayFrom } from '../python/operators';
import { doubtOf, float, list, type Unknowable, unknown, type Value } from '../python/values';

interface Moments {
  readonly mean: Value;
  readonly variance: Value;
}

/**
 * What `Normalization.adapt(data)` takes from data: mean and population variance of every entry of the last axis, of
 * all numbers together for `axis=None` (keras/src/layers/preprocessing/normalization.py).
 */
export function momentsOf(data: Value, axis: Value | undefined): Moments | Unknowable {
  const inner = data.kind === 'object' ? data.attribute('values', data.span) : data;
  const array = inner && !doubtOf(data) ? arrayFrom(inner) : undefined;
  if (!array) return doubtOf(data) ?? unknown(data.span, 'script.unread-data');
  if (!isNumeric(array)) return array.missing ? { kind: 'unknown', ...array.missing } : unknown(data.span, 'script.unread-data');
  const together = axis?.kind === 'none';
  const last = array.shape.length - 1;
  const wanted = axis && !together ? asNumber(axis) : -1;
  if (!together && wanted !== -1 && wanted !== last) return unknown(data.span, 'script.unread-argument');
  const columns = together ? 1 : (array.shape[last] ?? 1);
  const moments = Array.from({ length: columns }, (_, column) => momentsOfColumn(array.data, column, columns));
  const value = (name: 'mean' | 'variance'): Value => {
    const numbers = moments.map((moment) => float(moment[name], data.span));
    return together ? numbers[0]! : list(numbers, data.span);
  };
  return { mean: value('mean'), variance: value('variance') };
}

function momentsOfColumn(data: NonNullable<NdArray['data']>, column: number, columns: number): { readonly mean: number; readonly variance: number } {
  const count = data.length / columns;
  let sum = 0;
  for (let i = column; i < data.length; i += columns) sum += Number(data[i]);
  const mean = sum / count;
  let squares = 0;
  for (let i = column; i < data.length; i += columns) squares += (Number(data[i]) - mean) ** 2;
  return { mean, variance: squares / count };
}
