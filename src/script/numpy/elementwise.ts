import type { Call } from '../python/call';
import type { Functions } from '../python/library';
import { binary, operandOf, resultType } from '../python/operators';
import { array, type Value } from '../python/values';
import { fitting, operand } from './methods';
import {
  asNumbers, broadcast, cast, derived, type DType, floating, isNumeric, map, promote, shaped, stretchedOffsets, zip,
} from './ndarray';

/** A function of one array, element by element. */
function elementwise(f: (value: number) => number, dtype: (from: DType) => DType = floating) {
  return (call: Call): Value => {
    const [given] = call.arguments.positional;
    const source = asNumbers(operand(given));
    if (!given || !source || call.arguments.keywords.size > 0) return call.unread();
    const result = map(source, dtype(source.dtype), f);
    return given.kind === 'object' && given.like ? given.like(result, call.span) : array(result, call.span);
  };
}

/** A function of two arrays, element by element with broadcasting. */
function pairwise(f: (a: number, b: number) => number, dtype?: DType) {
  return (call: Call): Value => {
    const [x, y] = call.arguments.positional;
    const a = x && (operandOf(x) ?? undefined);
    const b = y && (operandOf(y) ?? undefined);
    if (!a || !b || call.doubt()) return call.unread();
    return fitting(call, () => array(zip(a.array, b.array, dtype ?? resultType(a, b), f), call.span));
  };
}

function operation(operator: string) {
  return (call: Call): Value => {
    const [a, b] = call.arguments.positional;
    return a && b ? binary(operator, a, b, call.span, call.interpreter) : call.unread();
  };
}

function where(call: Call): Value {
  const [condition, x, y] = call.arguments.positional.map((value) => operand(value));
  if (!condition || !x || !y) return call.unread();
  return fitting(call, () => {
    const shape = broadcast(condition.shape, broadcast(x.shape, y.shape));
    const dtype = promote(x.dtype, y.dtype);
    const [left, right] = [cast(x, dtype), cast(y, dtype)];
    if (!isNumeric(condition) || !left.data || !right.data) {
      return array(derived(shaped(shape, dtype, condition.missing ?? x.missing ?? y.missing), condition, x, y), call.span);
    }
    const [c, a, b] = [condition, x, y].map((part) => stretchedOffsets(part.shape, shape));
    const cells = Array.from(c!, (offset, i) => (condition.data[offset] ? left.data![a![i]!]! : right.data![b![i]!]!));
    return array(derived({ shape, dtype, data: isNumeric(left) ? Float64Array.from(cells as number[]) : cells }, condition, x, y), call.span);
  });
}

function clip(call: Call): Value {
  const { a, min, max } = call.bind('a min max');
  const source = operand(a);
  const low = call.number(min, -Infinity);
  const high = call.number(max, Infinity);
  if (!source || low === undefined || high === undefined) return call.unread();
  return array(map(source, source.dtype, (value) => Math.min(Math.max(value, low), high)), call.span);
}

/** Half to even, as IEEE 754 and NumPy round. */
function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}

function round(call: Call): Value {
  const { a, decimals } = call.bind('a decimals');
  const source = operand(a);
  const digits = call.number(decimals, 0);
  if (!source || digits === undefined) return call.unread();
  const factor = 10 ** digits;
  return array(map(source, source.dtype, (value) => roundHalfEven(value * factor) / factor), call.span);
}

/** Functions of NumPy that work element by element, with broadcasting. */
export const elementwiseFunctions: Functions = {
  'numpy.where': where,
  'numpy.clip': clip,
  'numpy.round': round,
  'numpy.around': round,
  'numpy.sin': elementwise(Math.sin),
  'numpy.cos': elementwise(Math.cos),
  'numpy.tan': elementwise(Math.tan),
  'numpy.arcsin': elementwise(Math.asin),
  'numpy.arccos': elementwise(Math.acos),
  'numpy.arctan': elementwise(Math.atan),
  'numpy.sinh': elementwise(Math.sinh),
  'numpy.cosh': elementwise(Math.cosh),
  'numpy.tanh': elementwise(Math.tanh),
  'numpy.exp': elementwise(Math.exp),
  'numpy.expm1': elementwise(Math.expm1),
  'numpy.log': elementwise(Math.log),
  'numpy.log2': elementwise(Math.log2),
  'numpy.log10': elementwise(Math.log10),
  'numpy.log1p': elementwise(Math.log1p),
  'numpy.sqrt': elementwise(Math.sqrt),
  'numpy.square': elementwise((value) => value * value, (dtype) => dtype),
  'numpy.absolute': elementwise(Math.abs, (dtype) => dtype),
  'numpy.abs': elementwise(Math.abs, (dtype) => dtype),
  'numpy.fabs': elementwise(Math.abs),
  'numpy.sign': elementwise(Math.sign, (dtype) => dtype),
  'numpy.floor': elementwise(Math.floor),
  'numpy.ceil': elementwise(Math.ceil),
  'numpy.rint': elementwise(roundHalfEven),
  'numpy.negative': elementwise((value) => -value, (dtype) => dtype),
  'numpy.deg2rad': elementwise((value) => (value * Math.PI) / 180),
  'numpy.radians': elementwise((value) => (value * Math.PI) / 180),
  'numpy.isnan': elementwise((value) => Number(Number.isNaN(value)), () => 'bool'),
  'numpy.logical_not': elementwise((value) => Number(!value), () => 'bool'),
  'numpy.logical_and': pairwise((a, b) => Number(Boolean(a && b)), 'bool'),
  'numpy.logical_or': pairwise((a, b) => Number(Boolean(a || b)), 'bool'),
  'numpy.logical_xor': pairwise((a, b) => Number(Boolean(a) !== Boolean(b)), 'bool'),
  'numpy.maximum': pairwise(Math.max),
  'numpy.minimum': pairwise(Math.min),
  'numpy.power': operation('**'),
  'numpy.add': operation('+'),
  'numpy.subtract': operation('-'),
  'numpy.multiply': operation('*'),
  'numpy.divide': operation('/'),
  'numpy.true_divide': operation('/'),
  'numpy.mod': operation('%'),
};
