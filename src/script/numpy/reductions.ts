import { asNumber, type Call } from '../python/call';
import type { Functions } from '../python/library';
import { array, integer, type Value } from '../python/values';
import { fitting, operand, pairwiseSum, reduction } from './methods';
import { asNumbers, derived, type DType, floating, isFloat, isNumeric, numeric, reduce } from './ndarray';

const summed = (dtype: DType): DType => (isFloat(dtype) ? dtype : 'int64');

const mean = (values: Float64Array): number => pairwiseSum(values) / values.length;

function variance(values: Float64Array, lost = 0): number {
  const middle = mean(values);
  return pairwiseSum(values.map((value) => (value - middle) ** 2)) / (values.length - lost);
}

/** `numpy.var` and `numpy.std`, with `ddof`. */
function spread(f: (value: number) => number) {
  return (call: Call): Value => {
    const { a, axis, ddof, keepdims } = call.bind('a axis dtype out ddof');
    const source = asNumbers(operand(a));
    const along = !axis || axis.kind === 'none' ? undefined : asNumber(axis);
    const lost = call.number(ddof, 0);
    if (!source || lost === undefined || (axis && axis.kind !== 'none' && along === undefined)) return call.unread();
    const keep = keepdims?.kind === 'bool' && keepdims.value;
    return fitting(call, () => array(reduce(source, along, keep, floating(source.dtype), (values) => f(variance(values, lost))), call.span));
  };
}

/** First index of the extreme value. */
function extreme(better: (a: number, b: number) => boolean) {
  return (values: Float64Array): number => values.reduce((best, value, i) => (better(value, values[best]!) ? i : best), 0);
}

const smallest = reduction((dtype) => dtype, (values) => values.reduce((a, b) => (a < b || Number.isNaN(a) ? a : b), Infinity));
const largestOf = reduction((dtype) => dtype, (values) => values.reduce((a, b) => (a > b || Number.isNaN(a) ? a : b), -Infinity));

/** The largest number; of labels whose numbers are missing, the last class. */
function largest(call: Call): Value {
  const source = operand(call.arguments.positional[0]);
  const only = call.arguments.positional.length === 1 && call.arguments.keywords.size === 0;
  return only && source?.classes && !source.data ? integer(source.classes - 1, call.span) : largestOf(call);
}

function cumulative(step: (sum: number, value: number) => number) {
  return (call: Call): Value => {
    const { a, axis } = call.bind('a axis');
    const source = operand(a);
    if (!source || !isNumeric(source) || (source.shape.length > 1 && axis)) return call.unread();
    let last: number | undefined;
    const data = source.data.map((value) => (last = last === undefined ? value : step(last, value)));
    return array(derived(numeric([data.length], data, summed(source.dtype)), source), call.span);
  };
}

/** Functions of NumPy that reduce arrays along their axes. */
export const reductionFunctions: Functions = {
  'numpy.sum': reduction(summed, pairwiseSum),
  'numpy.prod': reduction(summed, (values) => values.reduce((product, value) => product * value, 1)),
  'numpy.mean': reduction(floating, mean),
  'numpy.average': reduction(floating, mean),
  'numpy.std': spread(Math.sqrt),
  'numpy.var': spread((value) => value),
  'numpy.min': smallest,
  'numpy.amax': largest,
  'numpy.max': largest,
  'numpy.amin': smallest,
  'numpy.ptp': reduction((dtype) => dtype, (values) => values.reduce((a, b) => Math.max(a, b), -Infinity) - values.reduce((a, b) => Math.min(a, b), Infinity)),
  'numpy.argmax': reduction(() => 'int64', extreme((a, b) => a > b)),
  'numpy.argmin': reduction(() => 'int64', extreme((a, b) => a < b)),
  'numpy.any': reduction(() => 'bool', (values) => Number(values.some(Boolean))),
  'numpy.all': reduction(() => 'bool', (values) => Number(values.every(Boolean))),
  'numpy.median': reduction(floating, (values) => {
    const ordered = values.slice().sort();
    const half = ordered.length >> 1;
    return ordered.length % 2 ? ordered[half]! : (ordered[half - 1]! + ordered[half]!) / 2;
  }),
  'numpy.cumsum': cumulative((sum, value) => sum + value),
};
