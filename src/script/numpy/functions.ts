import type { Call } from '../python/call';
import type { Functions } from '../python/library';
import { binary } from '../python/operators';
import { array, integer, none, tuple, type Value } from '../python/values';
import { creationFunctions } from './creation';
import { elementwiseFunctions } from './elementwise';
import { dtypeOf, fitting, operand } from './methods';
import { asNumbers, cast, matmul } from './ndarray';
import { rearrangingFunctions } from './rearranging';
import { reductionFunctions } from './reductions';
import { setFunctions } from './sets';

function dot(call: Call): Value {
  const [x, y] = call.arguments.positional;
  const a = asNumbers(operand(x));
  const b = asNumbers(operand(y));
  if (!a || !b) return call.unread();
  if (a.shape.length === 0 || b.shape.length === 0) return binary('*', x!, y!, call.span, call.interpreter);
  return fitting(call, () => array(matmul(a, b), call.span));
}

function shape(call: Call): Value {
  const source = operand(call.arguments.positional[0]);
  return source && !source.shape.includes(-1) ? tuple(source.shape.map((length) => integer(length, call.span)), call.span) : call.unread();
}

/** The functions of NumPy itself; random numbers are in a file of their own. */
export const numpyFunctions: Functions = {
  ...creationFunctions,
  ...rearrangingFunctions,
  ...elementwiseFunctions,
  ...reductionFunctions,
  ...setFunctions,
  'numpy.shape': shape,
  'numpy.dot': dot,
  'numpy.matmul': dot,
  'numpy.set_printoptions': (call) => none(call.span),
};

/** NumPy's types are callable: `np.float32(3)`. */
export function castCall(call: Call): Value | undefined {
  const dtype = call.name.startsWith('numpy.') ? dtypeOf({ kind: 'external', path: call.name, span: call.span }) : undefined;
  const source = dtype && operand(call.arguments.positional[0]);
  return source ? array(cast(source, dtype), call.span) : undefined;
}

