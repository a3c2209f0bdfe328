import type { Span } from '../../text/span';
import { asNumbers, cast, type Cell, derived, type DType, isFloat, isWordy, type NdArray, map, matmul, numeric, promote, ShapeError, shaped, zip } from '../numpy/ndarray';
import { asBoolean, asNumber } from './call';
import type { Interpreter } from './interpreter';
import { array, bool, dict, doubtOf, integer, list, text, tuple, unknown, type Value, float } from './values';

/** Python's arithmetic on numbers and NumPy's on the elements of arrays. */
export const arithmetic: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '//': (a, b) => Math.floor(a / b),
  '%': (a, b) => a - Math.floor(a / b) * b,
  '**': (a, b) => a ** b,
};

const bits: Readonly<Record<string, (a: number, b: number) => number>> = {
  '&': (a, b) => Number(BigInt(a) & BigInt(b)),
  '|': (a, b) => Number(BigInt(a) | BigInt(b)),
  '^': (a, b) => Number(BigInt(a) ^ BigInt(b)),
  '<<': (a, b) => a * 2 ** b,
  '>>': (a, b) => Math.floor(a / 2 ** b),
};

const comparisons: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

/** An array with a number that is not known: its shape is. undefined for anything else. */
function withSomeNumber(operator: string, left: Value, right: Value, span: Span): Value | undefined {
  const [of, number] = left.kind === 'array' ? [left, right] : [right, left];
  if (of.kind !== 'array' || of.doubt || number.kind !== 'unknown' || !number.isNumber) return undefined;
  const some = array(shaped([], 'float64', number), number.span);
  return left === of ? arrays(operator, left, some, span) : arrays(operator, some, right, span);
}

export function binary(operator: string, left: Value, right: Value, span: Span, interpreter: Interpreter): Value {
  for (const side of [left, right]) {
    const result = side.kind === 'object' ? side.operate?.(operator, left, right, span, interpreter) : undefined;
    if (result) return result;
  }
  const doubt = doubtOf(left) ?? doubtOf(right);
  if (doubt) return withSomeNumber(operator, left, right, span) ?? doubt;
  if (left.kind === 'array' || right.kind === 'array') {
    const result = arrays(operator, left, right, span);
    if (result) interpreter.spend(8 + (result.array.data?.length ?? 0) / 64);
    return result ?? unknown(span, 'script.unread-syntax');
  }
  if ((left.kind === 'list' || left.kind === 'tuple') && right.kind === left.kind && operator === '+') {
    // A sequence that is doubled in a loop has 2^n items: its work is counted before it is done.
    interpreter.spend(left.items.length + right.items.length);
    const items = [...left.items, ...right.items];
    return left.kind === 'list' ? list(items, span) : tuple(items, span);
  }
  if (left.kind === 'dict' && right.kind === 'dict' && operator === '|') return dict(span, [...left.entries.values(), ...right.entries.values()].map(({ key, value }) => [key, value] as const));
  const repeated = operator === '*' ? repeat(left, right, span, interpreter) ?? repeat(right, left, span, interpreter) : undefined;
  if (repeated) return repeated;
  if (left.kind === 'string') {
    if (operator === '+' && right.kind === 'string') {
      interpreter.spend((left.value.length + right.value.length) / 16);
      return text(left.value + right.value, span);
    }
    if (operator === '%') return percent(left.value, right, span);
    return unknown(span, 'script.unread-syntax');
  }
  if ((left.kind === 'number' || left.kind === 'bool') && (right.kind === 'number' || right.kind === 'bool')) return numbers(operator, left, right, span);
  return unknown(span, 'script.unread-syntax');
}

function numbers(operator: string, left: Value, right: Value, span: Span): Value {
  const a = asNumber(left)!;
  const b = asNumber(right)!;
  const isFloating = (left.kind === 'number' && left.float) || (right.kind === 'number' && right.float);
  const bitwise = bits[operator];
  if (bitwise && !isFloating && Number.isSafeInteger(a) && Number.isSafeInteger(b)) return integer(bitwise(a, b), span);
  const apply = arithmetic[operator];
  if (!apply || (b === 0 && ['/', '//', '%'].includes(operator))) return unknown(span, 'script.unread-syntax');
  const value = apply(a, b);
  if (isFloating || operator === '/' || (operator === '**' && b < 0)) return float(value, span);
  return Number.isSafeInteger(value) ? integer(value, span) : unknown(span, 'script.unread-syntax');
}

function repeat(sequence: Value, times: Value, span: Span, interpreter: Interpreter): Value | undefined {
  if (times.kind !== 'number' && times.kind !== 'bool') return undefined;
  const count = Math.max(0, asNumber(times)!);
  if (sequence.kind === 'string') {
    interpreter.spend((sequence.value.length * count) / 64);
    return text(sequence.value.repeat(count), span);
  }
  if (sequence.kind !== 'list' && sequence.kind !== 'tuple') return undefined;
  interpreter.spend((sequence.items.length * count) / 4);
  const items = Array.from({ length: count }, () => sequence.items).flat();
  return sequence.kind === 'list' ? list(items, span) : tuple(items, span);
}

/** A value as an operand of array arithmetic; a plain Python number has no type of its own (`weak`). */
export function operandOf(value: Value): { readonly array: NdArray; readonly weak: boolean } | undefined {
  if (value.kind === 'array') return { array: value.array, weak: false };
  if (value.kind === 'number' || value.kind === 'bool') {
    const dtype: DType = value.kind === 'bool' ? 'bool' : value.float ? 'float64' : 'int64';
    return { array: numeric([], Float64Array.of(Number(value.value)), dtype), weak: true };
  }
  const made = value.kind === 'list' || value.kind === 'tuple' || value.kind === 'object' ? arrayFrom(value) : undefined;
  return made && { array: made, weak: false };
}

/** An operand of arithmetic: Python's objects as the numbers that they are; undefined where some are none. */
function numericOperand(value: Value): ReturnType<typeof operandOf> {
  const made = operandOf(value);
  const numbers = asNumbers(made?.array);
  return made && numbers && { ...made, array: numbers };
}

/** The type of a result, by NumPy 2's rules for Python numbers beside arrays. */
export function resultType(a: { array: NdArray; weak: boolean }, b: { array: NdArray; weak: boolean }): DType {
  if (a.weak === b.weak) return promote(a.array.dtype, b.array.dtype);
  const [strong, weak] = a.weak ? [b.array.dtype, a.array.dtype] : [a.array.dtype, b.array.dtype];
  if (isFloat(weak)) return isFloat(strong) ? strong : 'float64';
  return strong === 'bool' ? promote(strong, weak) : strong;
}

function arrays(operator: string, left: Value, right: Value, span: Span): (Value & { kind: 'array' }) | undefined {
  const a = numericOperand(left);
  const b = numericOperand(right);
  if (!a || !b) return undefined;
  try {
    if (operator === '@') return array(matmul(a.array, b.array), span);
    let dtype = resultType(a, b);
    const f = arithmetic[operator] ?? (isFloat(dtype) ? undefined : bits[operator]);
    if (!f) return undefined;
    if (operator === '/' && !isFloat(dtype)) dtype = 'float64';
    return array(zip(a.array, b.array, dtype, f), span);
  } catch (error) {
    if (error instanceof ShapeError) return undefined;
    throw error;
  }
}

export function unary(operator: string, operand: Value, span: Span): Value {
  if (operator === 'not') {
    const truth = asBoolean(operand);
    return truth === undefined ? doubtOf(operand) ?? unknown(span, 'script.condition') : bool(!truth, span);
  }
  const own = operand.kind === 'object' ? operand.operate?.(`unary ${operator}`, operand, operand, span, undefined) : undefined;
  if (own) return own;
  const doubt = doubtOf(operand);
  if (doubt) return doubt;
  if (operand.kind === 'array') {
    const { dtype } = operand.array;
    if (operator === '-' && !isWordy(operand.array)) return array(map(operand.array, dtype, (value) => -value), span);
    if (operator === '+') return operand;
    if (operator === '~' && dtype === 'bool') return array(map(operand.array, dtype, (value) => 1 - value), span);
    return unknown(span, 'script.unread-syntax');
  }
  const value = asNumber(operand);
  if (value === undefined) return unknown(span, 'script.unread-syntax');
  const isFloating = operand.kind === 'number' && operand.float;
  if (operator === '~') return integer(-value - 1, span);
  const result = operator === '-' ? -value : value;
  return isFloating ? float(result, span) : integer(result, span);
}

export function compare(operator: string, left: Value, right: Value, span: Span, interpreter: Interpreter): Value {
  for (const side of [left, right]) {
    const result = side.kind === 'object' ? side.operate?.(operator, left, right, span, interpreter) : undefined;
    if (result) return result;
  }
  if (operator === 'is' || operator === 'is not') {
    const isNone = left.kind === 'none' || right.kind === 'none';
    const doubt = doubtOf(left) ?? doubtOf(right);
    if (doubt && !(isNone && isKnownObject(left) && isKnownObject(right))) return doubt;
    const same = isNone ? left.kind === right.kind : sameValue(left, right);
    return bool(same === (operator === 'is'), span);
  }
  const doubt = doubtOf(left) ?? doubtOf(right);
  if (doubt) return doubt;
  if (operator === 'in' || operator === 'not in') {
    const found = contains(right, left, interpreter);
    return found === undefined ? unknown(span, 'script.condition') : bool(found === (operator === 'in'), span);
  }
  const test = comparisons[operator];
  if (!test) return unknown(span, 'script.unread-syntax');
  if (left.kind === 'array' || right.kind === 'array') return compareArrays(operator, left, right, span) ?? unknown(span, 'script.unread-syntax');
  const a = asNumber(left);
  const b = asNumber(right);
  if (a !== undefined && b !== undefined) return bool(test(a, b), span);
  if (left.kind === 'string' && right.kind === 'string') {
    return bool(test(left.value < right.value ? -1 : left.value > right.value ? 1 : 0, 0), span);
  }
  if (operator === '==' || operator === '!=') {
    const same = equal(left, right);
    if (same !== undefined) return bool(same === (operator === '=='), span);
  }
  return unknown(span, 'script.condition');
}

function isKnownObject(value: Value): boolean {
  return value.kind !== 'unknown';
}

function compareArrays(operator: string, left: Value, right: Value, span: Span): Value | undefined {
  const words = left.kind === 'array' && isWordy(left.array) ? left.array : undefined;
  if (words && right.kind === 'string' && (operator === '==' || operator === '!=')) {
    if (!words.data) return undefined;
    const data = Float64Array.from(words.data as readonly Cell[], (word) => Number((word === right.value) === (operator === '==')));
    return array(derived({ shape: words.shape, dtype: 'bool', data }, words), span);
  }
  const a = numericOperand(left);
  const b = numericOperand(right);
  if (!a || !b) return undefined;
  try {
    return array(zip(a.array, b.array, 'bool', (x, y) => Number(comparisons[operator]!(x, y))), span);
  } catch (error) {
    if (error instanceof ShapeError) return undefined;
    throw error;
  }
}

/** Python's `==` where it can be told. */
export function equal(a: Value, b: Value): boolean | undefined {
  if (doubtOf(a) ?? doubtOf(b)) return undefined;
  const x = asNumber(a);
  const y = asNumber(b);
  if (x !== undefined && y !== undefined) return x === y;
  if (a.kind === 'string' && b.kind === 'string') return a.value === b.value;
  if (a.kind === 'none' || b.kind === 'none') return a.kind === b.kind;
  if ((a.kind === 'list' || a.kind === 'tuple') && a.kind === b.kind) {
    if (a.items.length !== b.items.length) return false;
    const parts = a.items.map((item, i) => equal(item, b.items[i]!));
    return parts.includes(undefined) ? undefined : parts.every(Boolean);
  }
  const plain = ['number', 'bool', 'string', 'list', 'tuple'];
  return plain.includes(a.kind) && plain.includes(b.kind) ? false : undefined;
}

function contains(container: Value, item: Value, interpreter: Interpreter): boolean | undefined {
  if (container.kind === 'string') return item.kind === 'string' ? container.value.includes(item.value) : undefined;
  if (container.kind === 'dict') return interpreter.iterate(container) && [...container.entries.values()].some(({ key }) => equal(key, item) === true);
  const items = interpreter.iterate(container);
  if (!Array.isArray(items)) return undefined;
  const tests = items.map((other) => equal(other, item));
  return tests.includes(true) ? true : tests.includes(undefined) ? undefined : false;
}

/** The same object, or equal values that cannot change. */
export function sameValue(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind) return false;
  switch (a.kind) {
    case 'none':
    case 'ellipsis':
      return true;
    case 'bool':
    case 'string':
      return a.value === (b as typeof a).value;
    case 'number':
      return Object.is(a.value, (b as typeof a).value) && a.float === (b as typeof a).float;
    case 'external':
      return a.path === (b as typeof a).path;
    case 'tuple': {
      const { items } = b as typeof a;
      return a.items.length === items.length && a.items.every((item, i) => sameValue(item, items[i]!));
    }
    default:
      return false;
  }
}

/** A list of numbers, nested evenly, as an array; undefined if it is anything else. */
export function arrayFrom(value: Value): NdArray | undefined {
  if (value.kind === 'array') return value.doubt ? undefined : value.array;
  if (value.kind === 'object') return value.doubt ? undefined : value.asArray?.();
  const operand = value.kind === 'number' || value.kind === 'bool' ? operandOf(value)?.array : undefined;
  if (operand) return operand;
  if (value.kind === 'string') return { shape: [], dtype: 'str', data: [value.value] };
  if ((value.kind !== 'list' && value.kind !== 'tuple') || value.doubt) return undefined;
  if (value.items.length === 0) return numeric([0], new Float64Array(0), 'float64');
  const plain = plainNumbers(value.items);
  if (plain) return plain;
  const parts: NdArray[] = [];
  for (const item of value.items) {
    const part = arrayFrom(item);
    if (!part || (parts[0] && part.shape.join() !== parts[0].shape.join())) return undefined;
    parts.push(part);
  }
  const shape = [parts.length, ...parts[0]!.shape];
  const dtype = parts.map((part) => part.dtype).reduce(promote);
  const lacking = parts.find((part) => !part.data);
  const substituted = parts.find((part) => part.substituted)?.substituted;
  if (lacking) return { shape, dtype, ...(lacking.missing && { missing: lacking.missing }) };
  if (isWordy({ shape, dtype })) {
    const typed = parts.map((part) => cast(part, dtype).data as readonly Cell[] | undefined);
    return { shape, dtype, ...(!typed.includes(undefined) && { data: (typed as (readonly Cell[])[]).flat() }) };
  }
  const size = parts[0]!.data!.length;
  const data = new Float64Array(parts.length * size);
  parts.forEach((part, i) => data.set(part.data as Float64Array, i * size));
  return { shape, dtype, data, ...(substituted && { substituted }) };
}

/** The usual case, one row of numbers, without a detour. */
function plainNumbers(items: readonly Value[]): NdArray | undefined {
  const data = new Float64Array(items.length);
  let dtype: DType = 'bool';
  for (let i = 0; i < items.length; i++) {
    const item = items[i]!;
    if (item.kind === 'number') {
      data[i] = item.value;
      dtype = promote(dtype, item.float ? 'float64' : 'int64');
    } else if (item.kind === 'bool') data[i] = Number(item.value);
    else return undefined;
  }
  return numeric([items.length], data, dtype);
}

function percent(template: string, right: Value, span: Span): Value {
  const values = right.kind === 'tuple' ? [...right.items] : [right];
  let failed = false;
  const result = template.replace(/%(%|[-+ 0-9.]*[sdfgei])/g, (_, spec: string) => {
    if (spec === '%') return '%';
    const value = values.shift();
    const worded = value && formatted(value, spec.endsWith('s') ? '' : spec.replace('i', 'd'));
    if (worded === undefined) failed = true;
    return worded ?? '';
  });
  return failed ? unknown(span, 'script.unread-syntax') : text(result, span);
}

/** Python's `str` of a plain value. */
export function worded(value: Value): string | undefined {
  switch (value.kind) {
    case 'string':
      return value.value;
    case 'none':
      return 'None';
    case 'bool':
      return value.value ? 'True' : 'False';
    case 'number':
      return value.float ? pythonFloat(value.value) : String(value.value);
    default:
      return undefined;
  }
}

/** Python's `repr` of a float: `1e-05`, `0.001`, `2.0`. */
export function pythonFloat(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && (magnitude < 1e-4 || magnitude >= 1e16)) {
    return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  }
  const plain = String(value);
  return /[.e]/.test(plain) ? plain : `${plain}.0`;
}

/** Python's `format(value, spec)` for the specifications people write. */
export function formatted(value: Value, spec: string): string | undefined {
  if (spec === '') return worded(value);
  const match = /^(0?)(\d*)(?:\.(\d+))?([sdfeg]?)$/.exec(spec);
  const number = asNumber(value);
  if (!match) return undefined;
  const [, zero, width = '', digits, type] = match;
  let result: string | undefined;
  if (type === 'f' && number !== undefined) result = number.toFixed(Number(digits ?? 6));
  else if (type === 'e' && number !== undefined) result = number.toExponential(Number(digits ?? 6)).replace(/e([+-])(\d)$/, 'e$10$2');
  else if (type === 'd' && number !== undefined) result = String(Math.trunc(number));
  else if ((type === '' || type === 's') && digits === undefined) result = worded(value);
  if (result === undefined) return undefined;
  return value.kind === 'string' ? result.padEnd(Number(width)) : result.padStart(Number(width), zero ? '0' : ' ');
}
