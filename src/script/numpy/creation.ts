import { asNumber, type Call } from '../python/call';
import type { Functions } from '../python/library';
import { array, list, type Value } from '../python/values';
import { dtypeOf, integers, operand } from './methods';
import { cast, derived, type DType, filled, isNumeric, mostElements, numbersFor, numeric, sizeOf } from './ndarray';

/** An array of one value: `numpy.zeros` and the like. */
function constant(value: number) {
  return (call: Call): Value => {
    const { shape, dtype } = call.bind('shape dtype');
    const lengths = integers(shape);
    const type = dtype && dtype.kind !== 'none' ? dtypeOf(dtype) : 'float64';
    return lengths && type ? array(filled(lengths, value, type), call.span) : call.unread();
  };
}

function constantLike(value: number) {
  return (call: Call): Value => {
    const { a, dtype } = call.bind('a dtype');
    const source = operand(a);
    const type = dtype ? dtypeOf(dtype) : source?.dtype;
    return source && type && !source.shape.includes(-1) ? array(filled(source.shape, value, type), call.span) : call.unread();
  };
}

/** `numpy.array(values, dtype=None)` and `asarray`. */
function makeArray(call: Call): Value {
  const { object, dtype, ndmin } = call.bind('object dtype');
  if (object?.kind === 'object') return object.attribute('values', call.span) ?? call.unread();
  const source = operand(object);
  const type = dtype && dtype.kind !== 'none' ? dtypeOf(dtype) : source?.dtype;
  if (!source || !type || ndmin) return call.unread();
  return array(cast(source, type), call.span);
}

function arange(call: Call): Value {
  const { dtype, ...rest } = call.bind('start stop step dtype');
  const given = [rest.start, rest.stop, rest.step].filter((value) => value !== undefined);
  const numbers = given.map(asNumber);
  if (numbers.includes(undefined) || given.length === 0) return call.unread();
  const [first = 0, second, step = 1] = numbers as number[];
  const start = second === undefined ? 0 : first;
  const stop = second ?? first;
  const length = Math.max(0, Math.ceil((stop - start) / step));
  const anyFloat = given.some((value) => value.kind === 'number' && value.float);
  const type = dtype && dtype.kind !== 'none' ? dtypeOf(dtype) : anyFloat ? 'float64' : 'int64';
  if (!type || !(length <= mostElements)) return call.unread();
  // NumPy computes the step once, as the difference of the first two values.
  const delta = start + step - start;
  return array(cast(numeric([length], numbersFor(length, (i) => start + i * delta), 'float64'), type), call.span);
}

function linspace(call: Call): Value {
  const { start, stop, num, endpoint, dtype, retstep } = call.bind('start stop num endpoint retstep dtype axis');
  const from = asNumber(start);
  const to = asNumber(stop);
  const length = call.number(num, 50);
  const closed = !endpoint || (endpoint.kind === 'bool' ? endpoint.value : undefined);
  const type = dtype && dtype.kind !== 'none' ? dtypeOf(dtype) : 'float64';
  if (from === undefined || to === undefined || length === undefined || closed === undefined || !type || retstep || length > mostElements) return call.unread();
  const step = (to - from) / (closed ? length - 1 : length);
  const data = numbersFor(length, (i) => (closed && i === length - 1 && length > 1 ? to : i * step + from));
  return array(cast(numeric([length], data, 'float64'), type), call.span);
}

function eye(call: Call): Value {
  const { n } = call.bind('n');
  const size = asNumber(n);
  if (size === undefined || !(size >= 0) || size * size > mostElements) return call.unread();
  const data = new Float64Array(size * size);
  for (let i = 0; i < size; i++) data[i * size + i] = 1;
  return array(numeric([size, size], data, 'float64'), call.span);
}

/** A matrix with these numbers on its diagonal, or the numbers on the diagonal of a matrix. */
function diagonal(call: Call): Value {
  const given = operand(call.arguments.positional[0]);
  if (!given || !isNumeric(given) || call.arguments.positional.length > 1 || call.arguments.keywords.size > 0) return call.unread();
  const { shape, data, dtype } = given;
  const [rows = 0, columns = rows] = shape;
  if (shape.length === 2) return array(derived(numeric([Math.min(rows, columns)], data.filter((_, i) => i % (columns + 1) === 0 && i < columns * columns), dtype), given), call.span);
  if (shape.length !== 1 || rows * rows > mostElements) return call.unread();
  const made = new Float64Array(rows * rows);
  data.forEach((value, i) => (made[i * (rows + 1)] = value));
  return array(derived(numeric([rows, rows], made, dtype), given), call.span);
}

function full(call: Call): Value {
  const { shape, fill_value: value, dtype } = call.bind('shape fill_value dtype');
  const lengths = integers(shape);
  const number = asNumber(value);
  const type = dtype ? dtypeOf(dtype) : value?.kind === 'number' && !value.float ? 'int64' : 'float64';
  return lengths && number !== undefined && type ? array(filled(lengths, number, type), call.span) : call.unread();
}

function meshgrid(call: Call): Value {
  const parts = call.arguments.positional.map((value) => operand(value));
  const [x, y] = parts;
  if (parts.length !== 2 || !x || !y || !isNumeric(x) || !isNumeric(y) || call.arguments.keywords.size > 0) return call.unread();
  const shape = [y.data.length, x.data.length];
  const grid = (pick: (row: number, column: number) => number, dtype: DType): Value =>
    array(numeric(shape, numbersFor(sizeOf(shape), (i) => pick(Math.floor(i / shape[1]!), i % shape[1]!)), dtype), call.span);
  return list([grid((_, column) => x.data[column]!, x.dtype), grid((row) => y.data[row]!, y.dtype)], call.span);
}

/** Functions of NumPy that make arrays. */
export const creationFunctions: Functions = {
  'numpy.array': makeArray,
  'numpy.asarray': makeArray,
  'numpy.ascontiguousarray': makeArray,
  'numpy.asfarray': makeArray,
  'numpy.copy': makeArray,
  'numpy.arange': arange,
  'numpy.linspace': linspace,
  'numpy.zeros': constant(0),
  'numpy.ones': constant(1),
  'numpy.empty': constant(0),
  'numpy.full': full,
  'numpy.zeros_like': constantLike(0),
  'numpy.ones_like': constantLike(1),
  'numpy.eye': eye,
  'numpy.identity': eye,
  'numpy.diag': diagonal,
  'numpy.meshgrid': meshgrid,
};
