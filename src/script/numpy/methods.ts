import type { Span } from '../../text/span';
import { asNumber, asString, type Call } from '../python/call';
import { arrayFrom } from '../python/operators';
import { array, type ArrayValue, builtin, doubtOf, float, integer, list, none, text, tuple, type Value } from '../python/values';
import { asNumbers, cast, type DType, isFloat, isNumeric, map, type Missing, type NdArray, reduce, reshape, ShapeError, shaped, sizeOf, transpose } from './ndarray';

const dtypeNames: Readonly<Record<string, DType>> = {
  float: 'float64', float64: 'float64', double: 'float64', f8: 'float64', d: 'float64', float_: 'float64',
  float32: 'float32', single: 'float32', f4: 'float32', f: 'float32',
  int: 'int64', int64: 'int64', int_: 'int64', i8: 'int64', uint64: 'int64', uint32: 'int64', long: 'int64', intp: 'int64',
  int32: 'int32', intc: 'int32', i4: 'int32', i: 'int32', int16: 'int32', int8: 'int32', uint16: 'int32', short: 'int32',
  uint8: 'uint8', u1: 'uint8', ubyte: 'uint8', B: 'uint8',
  bool: 'bool', bool_: 'bool',
  str: 'str', str_: 'str', object: 'object', object_: 'object', O: 'object',
};

/** The type a `dtype=` argument names; undefined for one that is not kept (float16, complex, …) or not known. */
export function dtypeOf(value: Value | undefined): DType | undefined {
  if (value?.kind === 'external') return dtypeNames[value.path.split('.').at(-1)!];
  if (value?.kind === 'builtin') return dtypeNames[value.name];
  const name = asString(value);
  return name === undefined ? undefined : dtypeNames[name.replace(/^[<>=|]/, '')];
}

/** Integers from `n`, `(a, b)` or `[a, b]`; undefined if one is not known. */
export function integers(value: Value | undefined): number[] | undefined {
  if (!value || doubtOf(value)) return undefined;
  const single = asNumber(value);
  if (single !== undefined) return [single];
  if (value.kind === 'array' && isNumeric(value.array)) return [...value.array.data];
  if (value.kind !== 'list' && value.kind !== 'tuple') return undefined;
  const numbers = value.items.map(asNumber);
  return numbers.includes(undefined) ? undefined : (numbers as number[]);
}

/** Runs `work` and turns shapes that do not fit into an unknown value. */
export function fitting(call: Call, work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    if (error instanceof ShapeError) return call.unread('script.mismatch', {});
    throw error;
  }
}

/** `array.shape`, `array.reshape`, …; undefined for what is not known. */
export function arrayAttribute(self: ArrayValue, name: string, span: Span): Value | undefined {
  const { array: data } = self;
  switch (name) {
    case 'shape':
      return tuple(data.shape.map((length) => lengthOf(length, data, span)), span);
    case 'size':
      return lengthOf(data.shape.includes(-1) ? -1 : sizeOf(data.shape), data, span);
    case 'ndim':
      return integer(data.shape.length, span);
    case 'T':
      return array(transpose(data), span);
    case 'dtype':
      return text(data.dtype, span);
    default: {
      const method = methods[name];
      return method && builtin(name, span, (call) => doubtOf(self) ?? fitting(call, () => method(self, call)));
    }
  }
}

function lengthOf(length: number, source: NdArray, span: Span): Value {
  if (length >= 0) return integer(length, span);
  return source.missing ? { kind: 'unknown', ...source.missing } : { kind: 'unknown', span, reason: { id: 'script.unread-loop' } };
}

/**
 * What `reshape` makes of something that is not known, or of a shape of which a part is not: its lengths as far as they are
 * written, one by one or as a tuple. undefined where none is.
 */
export function asFarAsWritten(given: readonly Value[], lacking: Missing | undefined, call: Call): Value | undefined {
  const [first] = given;
  const written = given.length === 1 && (first?.kind === 'tuple' || first?.kind === 'list') ? first.items : given;
  const lengths = written.map((length) => asNumber(length) ?? -1);
  const missing = lacking ?? written.map(doubtOf).find((doubt) => doubt !== undefined);
  const isTold = lengths.some((length) => length >= 0) && lengths.every((length) => Number.isInteger(length) && length >= -1);
  return missing && isTold ? array(shaped(lengths, 'float64', missing), call.span) : undefined;
}

const methods: Readonly<Record<string, (self: ArrayValue, call: Call) => Value>> = {
  reshape(self, call) {
    const { positional, keywords } = call.arguments;
    const shape = positional.length > 1 ? positional.map(asNumber) : integers(positional[0] ?? keywords.get('newshape') ?? keywords.get('shape'));
    if (!shape || shape.includes(undefined) || keywords.has('order')) return asFarAsWritten(positional, self.array.missing, call) ?? call.unread();
    return array(reshape(self.array, shape as number[]), call.span);
  },
  astype(self, call) {
    const dtype = dtypeOf(call.bind('dtype').dtype);
    return dtype ? array(cast(self.array, dtype), call.span) : call.unread();
  },
  copy: (self, call) => array(self.array, call.span),
  toarray: (self, call) => array(self.array, call.span),
  todense: (self, call) => array(self.array, call.span),
  to_numpy: (self, call) => array(self.array, call.span),
  numpy: (self, call) => array(self.array, call.span),
  flatten: (self, call) => array(reshape(self.array, [-1]), call.span),
  ravel: (self, call) => array(reshape(self.array, [-1]), call.span),
  squeeze: (self, call) => array({ ...self.array, shape: self.array.shape.filter((length) => length !== 1) }, call.span),
  transpose(self, call) {
    const { positional } = call.arguments;
    const axes = positional.length > 1 ? positional.map(asNumber) : positional[0] && integers(positional[0]);
    if (axes?.includes(undefined)) return call.unread();
    return array(transpose(self.array, axes as number[] | undefined), call.span);
  },
  tolist(self, call) {
    const values = listed(self, call);
    return values ?? call.unread();
  },
  item: (self, call) => {
    const only = asNumber(self);
    if (only === undefined) return call.unread();
    return isFloat(self.array.dtype) ? float(only, call.span) : integer(only, call.span);
  },
  fill(self, call) {
    call.interpreter.touch(self);
    const value = asNumber(call.arguments.positional[0]);
    if (value === undefined) self.doubt ??= call.unread();
    else self.array = map(self.array, self.array.dtype, () => value);
    return none(call.span);
  },
  sort(self, call) {
    call.interpreter.touch(self);
    if (self.array.shape.length === 1 && isNumeric(self.array)) self.array = { ...self.array, data: self.array.data.slice().sort() };
    else self.doubt ??= call.unread();
    return none(call.span);
  },
  dot: (self, call) => call.interpreter.call({ kind: 'external', path: 'numpy.dot', span: call.span }, { positional: [self, ...call.arguments.positional], keywords: call.arguments.keywords }, call.span),
  ...Object.fromEntries(
    ['sum', 'mean', 'std', 'var', 'min', 'max', 'argmax', 'argmin', 'prod', 'any', 'all', 'cumsum', 'clip', 'round', 'repeat', 'argsort', 'ptp', 'take'].map((name) => [
      name,
      (self: ArrayValue, call: Call): Value =>
        call.interpreter.call({ kind: 'external', path: `numpy.${name}`, span: call.span }, { positional: [self, ...call.arguments.positional], keywords: call.arguments.keywords }, call.span),
    ]),
  ),
};

function listed(self: ArrayValue, call: Call): Value | undefined {
  const { array: whole } = self;
  if (!whole.data) return undefined;
  call.interpreter.spend(whole.data.length / 4);
  const build = (axis: number, start: number): Value => {
    if (axis === whole.shape.length) {
      const value = whole.data![start]!;
      if (typeof value === 'string') return text(value, call.span);
      return isFloat(whole.dtype) ? float(value, call.span) : integer(value, call.span);
    }
    const inner = sizeOf(whole.shape.slice(axis + 1));
    return list(Array.from({ length: whole.shape[axis]! }, (_, i) => build(axis + 1, start + i * inner)), call.span);
  };
  return build(0, 0);
}

/** Sums as NumPy adds up a contiguous row: pairwise in blocks of 128, eight partial sums inside a block. */
export function pairwiseSum(values: Float64Array, start = 0, length = values.length): number {
  if (length < 8) {
    let sum = length > 0 ? values[start]! : 0;
    for (let i = 1; i < length; i++) sum += values[start + i]!;
    return sum;
  }
  if (length <= 128) {
    const r = Array.from(values.subarray(start, start + 8));
    let i = 8;
    for (; i < length - (length % 8); i += 8) for (let k = 0; k < 8; k++) r[k]! += values[start + i + k]!;
    let sum = r[0]! + r[1]! + (r[2]! + r[3]!) + (r[4]! + r[5]! + (r[6]! + r[7]!));
    for (; i < length; i++) sum += values[start + i]!;
    return sum;
  }
  let half = Math.floor(length / 2);
  half -= half % 8;
  return pairwiseSum(values, start, half) + pairwiseSum(values, start + half, length - half);
}

/** The array an argument stands for: arrays, numbers, lists of numbers. */
export function operand(value: Value | undefined): NdArray | undefined {
  return value && arrayFrom(value);
}

/** A reduction like `numpy.sum(a, axis=None, keepdims=False)`. */
export function reduction(dtype: (from: DType) => DType, f: (values: Float64Array) => number) {
  return (call: Call): Value => {
    const { a, axis, keepdims } = call.bind('a axis');
    const source = asNumbers(operand(a));
    const along = !axis || axis.kind === 'none' ? undefined : asNumber(axis);
    if (!source || (along === undefined && axis && axis.kind !== 'none')) return call.unread();
    return fitting(call, () => {
      const keep = keepdims?.kind === 'bool' && keepdims.value;
      return array(reduce(source, along, keep, dtype(source.dtype), f), call.span);
    });
  };
}

