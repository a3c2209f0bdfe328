import { oneHot } from '../data/encoders';
import { imageFunctions } from '../data/images';
import { textFunctions } from '../data/text';
import { operand } from '../numpy/methods';
import { asNumbers, derived, isNumeric, mostElements, numeric, shaped, sizeOf } from '../numpy/ndarray';
import { asNumber, asString, type Call } from '../python/call';
import type { Functions } from '../python/library';
import { array, doubtOf, type Value } from '../python/values';

/** `to_categorical(y, num_classes)`: rows with a single 1; a last axis of length 1 is dropped. */
function toCategorical(call: Call): Value {
  const { y, num_classes: wanted, nb_classes: old } = call.bind('y num_classes');
  const source = asNumbers(operand(y));
  const given = wanted ?? old;
  const classes = given && given.kind !== 'none' ? asNumber(given) : undefined;
  if (!source) return (y && doubtOf(y)) ?? call.unread();
  const shape = source.shape.length > 1 && source.shape.at(-1) === 1 ? source.shape.slice(0, -1) : source.shape;
  if (!isNumeric(source)) return array(shaped([...shape, classes ?? source.classes ?? -1], 'float64', source.missing), call.span);
  const count = classes ?? source.data.reduce((most, value) => Math.max(most, value), 0) + 1;
  if (sizeOf(shape) * count > 1e7) return call.unread();
  return array(derived({ ...oneHot(source.data, count), shape: [...shape, count] }, source), call.span);
}

/** `pad_sequences(sequences, maxlen, dtype, padding, truncating, value)`. */
function padSequences(call: Call): Value {
  const { sequences, maxlen, padding, truncating, value } = call.bind('sequences maxlen dtype padding truncating value');
  const length = maxlen && maxlen.kind !== 'none' ? asNumber(maxlen) : undefined;
  const doubt = sequences && doubtOf(sequences);
  if (!sequences || doubt) return doubt ? array(shaped([-1, length ?? -1], 'int32', doubt), call.span) : call.unread();
  if (sequences.kind === 'array' && !sequences.array.data) return array(shaped([sequences.array.shape[0] ?? -1, length ?? -1], 'int32', sequences.array.missing), call.span);
  const items = call.interpreter.iterate(sequences);
  if (!Array.isArray(items)) return call.unread();
  const lists = items.map((item: Value) => operand(item));
  if (lists.some((list) => !list || !isNumeric(list))) return call.unread();
  const numbers = lists.map((list) => [...(list!.data as Float64Array)]);
  const width = length ?? Math.max(0, ...numbers.map((list) => list.length));
  if (numbers.length * width > mostElements) return call.unread('script.too-much-work', {});
  const fill = asNumber(value) ?? 0;
  const data = new Float64Array(numbers.length * width).fill(fill);
  numbers.forEach((list, row) => {
    const cut = asString(truncating) === 'post' ? list.slice(0, width) : list.slice(Math.max(0, list.length - width));
    const start = asString(padding) === 'post' ? 0 : width - cut.length;
    cut.forEach((number, i) => (data[row * width + start + i] = number));
  });
  return array(numeric([numbers.length, width], data, 'int32'), call.span);
}

export const kerasUtilities: Functions = {
  ...imageFunctions,
  ...textFunctions,
  'keras.utils.to_categorical': toCategorical,
  'keras.utils.np_utils.to_categorical': toCategorical,
  'keras.utils.pad_sequences': padSequences,
  'keras.preprocessing.sequence.pad_sequences': padSequences,
};
