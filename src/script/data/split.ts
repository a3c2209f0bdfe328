import { fitting, operand } from '../numpy/methods';
import type { NdArray } from '../numpy/ndarray';
import { asBoolean, asNumber, type Call } from '../python/call';
import type { Functions } from '../python/library';
import { array, doubtOf, list, type Value } from '../python/values';
import { type RandomSource, randomState, rows } from '../random/source';
import { FrameObject } from './frame';

/** scikit-learn's `train_test_split` and `shuffle` (1.9, `model_selection/_split.py`), drawing as it draws. */
export function splitFunctions(global: RandomSource): Functions {
  return {
    'sklearn.model_selection.train_test_split': (call) => fitting(call, () => trainTestSplit(call, global)),
    'sklearn.cross_validation.train_test_split': (call) => fitting(call, () => trainTestSplit(call, global)),
    'sklearn.utils.shuffle': (call) => {
      const { positional, keywords } = call.arguments;
      const state = randomState(keywords.get('random_state'), global, call);
      const length = positional[0] && lengthOf(positional[0]);
      if (!state || length === undefined || length < 0) return call.unread();
      const order = state.permutation(length);
      const parts = positional.map((value) => picked(value, order, state, call));
      return parts.length === 1 ? parts[0]! : list(parts, call.span);
    },
  };
}

/** How many rows a value has; -1 if only that is not known. */
export function lengthOf(value: Value): number | undefined {
  if (value instanceof FrameObject) return value.length;
  return operand(value)?.shape[0];
}

/** The rows `order` of an array, list or table. */
export function picked(value: Value, order: ArrayLike<number>, state: RandomSource | undefined, call: Call): Value {
  const doubt = doubtOf(value);
  if (doubt) return doubt;
  if (value instanceof FrameObject) return value.rows(order, call.span, state?.substituted);
  const source = operand(value);
  if (!source) return call.unread();
  const result = rows(source, order);
  return array(state ? state.marked(result) : result, call.span);
}

function trainTestSplit(call: Call, global: RandomSource): Value {
  const { positional, keywords } = call.arguments;
  const first = positional[0];
  const count = first && lengthOf(first);
  const state = randomState(keywords.get('random_state'), global, call);
  const shuffles = keywords.has('shuffle') ? asBoolean(keywords.get('shuffle')) : true;
  const testSize = sizeGiven(keywords.get('test_size'));
  const trainSize = sizeGiven(keywords.get('train_size'));
  if (count === undefined || call.arguments.doubt) return unknownParts(positional, call);
  if (count < 0 || !state || shuffles === undefined || testSize === 'unknown' || trainSize === 'unknown') return shapeParts(positional, call);
  const sizes = splitSizes(count, testSize, trainSize);
  const stratify = keywords.get('stratify');
  let train: ArrayLike<number>;
  let test: ArrayLike<number>;
  if (!shuffles) {
    train = Array.from({ length: sizes.train }, (_, i) => i);
    test = Array.from({ length: sizes.test }, (_, i) => sizes.train + i);
  } else if (stratify && stratify.kind !== 'none') {
    const labels = operand(stratify);
    const parts = labels?.data && labels.shape.length === 1 ? stratified(labels, sizes, state) : undefined;
    if (!parts) return shapeParts(positional, call, sizes);
    ({ train, test } = parts);
  } else {
    const order = state.permutation(count);
    test = order.slice(0, sizes.test);
    train = order.slice(sizes.test, sizes.test + sizes.train);
  }
  return list(positional.flatMap((value) => [picked(value, train, shuffles ? state : undefined, call), picked(value, test, shuffles ? state : undefined, call)]), call.span);
}

function unknownParts(values: readonly Value[], call: Call): Value {
  return list(values.flatMap((value) => [doubtOf(value) ?? call.unread(), doubtOf(value) ?? call.unread()]), call.span);
}

/** Parts of which only the shape is known. */
function shapeParts(values: readonly Value[], call: Call, sizes?: { readonly train: number; readonly test: number }): Value {
  const missing = call.unread();
  return list(
    values.flatMap((value) => {
      const doubt = doubtOf(value);
      if (doubt) return [doubt, doubt];
      const source = operand(value);
      if (!source) return [missing, missing];
      const part = (length: number): Value => array({ shape: [length, ...source.shape.slice(1)], dtype: source.dtype, missing: source.missing ?? missing }, call.span);
      return [part(sizes?.train ?? -1), part(sizes?.test ?? -1)];
    }),
    call.span,
  );
}

function sizeGiven(value: Value | undefined): number | undefined | 'unknown' {
  if (!value || value.kind === 'none') return undefined;
  return asNumber(value) ?? 'unknown';
}

function splitSizes(count: number, test: number | undefined, train: number | undefined): { train: number; test: number } {
  const part = (size: number, round: (value: number) => number): number => (size < 1 ? round(size * count) : size);
  if (test === undefined && train === undefined) return splitSizes(count, 0.25, undefined);
  if (test === undefined) return { train: part(train!, Math.floor), test: count - part(train!, Math.floor) };
  const tested = part(test, Math.ceil);
  return { test: tested, train: train === undefined ? count - tested : part(train, Math.floor) };
}

/** `StratifiedShuffleSplit`: as many of each class as fit, drawn class by class. */
function stratified(labels: NdArray, sizes: { train: number; test: number }, state: RandomSource): { train: number[]; test: number[] } | undefined {
  const values = [...labels.data!];
  const classes = [...new Set<number | string>(values)].sort((a, b) => (a < b ? -1 : 1));
  const members = classes.map((label) => values.flatMap((value, i) => (value === label ? [i] : [])));
  const counts = members.map((list) => list.length);
  const inTrain = approximateMode(counts, sizes.train, state);
  const inTest = approximateMode(counts.map((total, i) => total - inTrain[i]!), sizes.test, state);
  const train: number[] = [];
  const test: number[] = [];
  members.forEach((list, i) => {
    const order = state.permutation(list.length);
    const at = (from: number, to: number): number[] => Array.from(order.slice(from, to), (k) => list[k]!);
    train.push(...at(0, inTrain[i]!));
    test.push(...at(inTrain[i]!, inTrain[i]! + inTest[i]!));
  });
  const shuffled = (list: number[]): number[] => Array.from(state.permutation(list.length), (k) => list[k]!);
  const shuffledTrain = shuffled(train);
  return { train: shuffledTrain, test: shuffled(test) };
}

/** scikit-learn's `_approximate_mode`: the most likely draw of `draws` from classes of these sizes. */
function approximateMode(counts: readonly number[], draws: number, state: RandomSource): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const exact = counts.map((count) => (count / total) * draws);
  const result = exact.map(Math.floor);
  let missing = draws - result.reduce((sum, count) => sum + count, 0);
  const rests = exact.map((value, i) => value - result[i]!);
  for (const rest of [...new Set(rests)].sort((a, b) => b - a)) {
    if (missing <= 0) break;
    const candidates = rests.flatMap((value, i) => (value === rest ? [i] : []));
    const order = state.permutation(candidates.length);
    const add = Math.min(candidates.length, missing);
    for (let k = 0; k < add; k++) result[candidates[order[k]!]!]!++;
    missing -= add;
  }
  return result;
}

