import type { Span } from '../../text/span';
import { asNumber, type Call } from '../python/call';
import { bool, float, integer, text, tuple, type Value } from '../python/values';
import { kerasPath } from './names';
import { activated, layerOn, operation, SymbolObject, symbolsOf } from './symbols';
import { besides, given, isSequence, type Operation, tensorOf } from './operands';
import { rearrangements } from './rearranging';
import { shapeTuple } from './shapes';
import { LengthObject } from './weights';

/** What a function makes of each number; the class is Keras 3's name of the operation (keras/src/ops). */
const elementwise = (className: string, signature = ''): Operation => (call, inputs) => {
  const bound = call.bind(`x ${signature}`);
  return operation(className, inputs, call.span, signature ? given({ [signature]: bound[signature] }) : new Map());
};

/** A sum, mean, … along axes, the batch counted as axis 0. */
const reduction = (className: string): Operation => (call, inputs) => {
  const { axis, reduction_indices: old = axis, keepdims, keep_dims: kept = keepdims, ...more } = besides(call, 'axis keepdims');
  return Object.keys(more).length > 0 ? undefined : operation(className, inputs, call.span, given({ axis: old, keepdims: kept }));
};

/** Two tensors, or one and a number or an array, as the operator of the same meaning. */
const operator = (sign: string): Operation => (call) => {
  const [left, right] = Object.values(call.bind('x y'));
  const symbol = [left, right].find((value) => value instanceof SymbolObject);
  return left && right && symbol?.operate(sign, left, right, call.span);
};

const layer = (className: string, values: (call: Call) => Readonly<Record<string, Value | undefined>> | undefined): Operation => (call, inputs) => {
  const config = values(call);
  return config && layerOn(className, inputs, call.span, given(config));
};

/** `where(condition, x, y)`; a number stands in the arguments of the operation. */
const where: Operation = (call) => {
  const { condition, x, y } = call.bind('condition x y');
  const parts = [condition, x, y].filter((part) => part instanceof SymbolObject);
  const isNumber = (part: Value | undefined): boolean => asNumber(part) !== undefined;
  return condition instanceof SymbolObject && x && y ? operation('Where', parts, call.span, given({ x: isNumber(x) ? x : undefined, y: isNumber(y) ? y : undefined })) : undefined;
};

/** The crossentropy of each number, or of each row of classes. */
const crossentropy = (className: string): Operation => (call, inputs) => {
  const { from_logits } = call.bind('target output from_logits');
  return inputs.length === 2 ? operation(className, inputs, call.span, given({ from_logits })) : undefined;
};

/** TensorFlow's crossentropies, which are told of labels and logits by name. */
const ofLogits = (className: string): Operation => (call) => {
  const { labels, logits } = call.bind('labels logits');
  const isOfSymbols = labels instanceof SymbolObject && logits instanceof SymbolObject;
  return isOfSymbols ? operation(className, [labels, logits], call.span, given({ from_logits: bool(true, call.span) })) : undefined;
};

/** `clip_by_value(x, 0, 1)`. */
const clip: Operation = (call, inputs) => {
  const { x_min: least, x_max: most, ...named } = call.bind('x x_min x_max');
  return operation('Clip', inputs, call.span, given({ x_min: least ?? named.clip_value_min ?? named.min_value, x_max: most ?? named.clip_value_max ?? named.max_value }));
};

/** The greater of two tensors, or of a tensor and a number, which is a bound. */
const bounded = (className: string, bound: string): Operation => (call, inputs) => {
  if (inputs.length === 2) return layerOn(className, inputs, call.span);
  const number = Object.values(call.bind('x y')).find((value) => asNumber(value) !== undefined);
  return number && operation('Clip', inputs, call.span, given({ [bound]: number }));
};

/** An activation whose slope or bounds are given, as the layer that has them. */
const sloped: Readonly<Record<string, (call: Call) => Readonly<Record<string, Value | undefined>> | undefined>> = {
  leaky_relu: (call) => {
    const { alpha, negative_slope: slope = alpha } = call.bind(call.name.startsWith('tensorflow') ? 'x alpha' : 'x negative_slope');
    return { className: text('LeakyReLU', call.span), negative_slope: slope };
  },
  relu: (call) => {
    const { alpha, negative_slope: slope = alpha, max_value: most, threshold } = call.bind('x negative_slope max_value threshold');
    return { className: text('ReLU', call.span), negative_slope: slope, max_value: most, threshold };
  },
  elu: (call) => ({ className: text('ELU', call.span), alpha: call.bind('x alpha').alpha }),
};

/** An activation put on a tensor. */
function activation(name: string, call: Call, inputs: readonly SymbolObject[]): Value | undefined {
  if (Object.keys(besides(call, 'first second third')).length === 0) return activated(name, inputs, call.span);
  const { className, ...values } = sloped[name]?.(call) ?? {};
  return className?.kind === 'string' ? layerOn(className.value, inputs, call.span, given(values)) : undefined;
}

/** Modules of `keras.applications` by what their `preprocess_input` does to pixels (keras/src/applications/imagenet_utils.py). */
const toUnitRange = /^(?:mobilenet|mobilenet_v2|inception_v3|inception_resnet_v2|xception|resnet_v2|nasnet)$/;
const asGiven = /^(?:efficientnet|efficientnet_v2|mobilenet_v3|convnext)$/;

const preprocessing: Operation = (call, inputs) => {
  const module = call.name.split('.').at(-2) ?? '';
  if (asGiven.test(module)) return inputs[0];
  if (!toUnitRange.test(module)) return operation('preprocess_input', inputs, call.span);
  return layerOn('Rescaling', inputs, call.span, given({ scale: float(1 / 127.5, call.span), offset: integer(-1, call.span) }));
};

/** By the last part of their names, in TensorFlow, `keras.ops`, `keras.backend` and NumPy. */
const operations: Readonly<Record<string, Operation>> = {
  ...rearrangements,
  abs: elementwise('Absolute'),
  absolute: elementwise('Absolute'),
  square: elementwise('Square'),
  sqrt: elementwise('Sqrt'),
  exp: elementwise('Exp'),
  log: elementwise('Log'),
  log1p: elementwise('Log1p'),
  sin: elementwise('Sin'),
  cos: elementwise('Cos'),
  sign: elementwise('Sign'),
  pow: operator('**'),
  power: operator('**'),
  negative: (call, [input]) => input?.operate('unary -', input, input, call.span),
  clip: clip,
  clip_by_value: clip,
  cast: elementwise('Cast', 'dtype'),
  to_float: elementwise('Cast'),
  ones_like: elementwise('OnesLike'),
  zeros_like: elementwise('ZerosLike'),
  stop_gradient: elementwise('StopGradient'),
  add: operator('+'),
  subtract: operator('-'),
  multiply: operator('*'),
  divide: operator('/'),
  div: operator('/'),
  truediv: operator('/'),
  less: operator('<'),
  less_equal: operator('<='),
  greater: operator('>'),
  greater_equal: operator('>='),
  equal: operator('=='),
  not_equal: operator('!='),
  where,
  switch: where,
  binary_crossentropy: crossentropy('BinaryCrossentropy'),
  categorical_crossentropy: crossentropy('CategoricalCrossentropy'),
  sigmoid_cross_entropy_with_logits: ofLogits('BinaryCrossentropy'),
  softmax_cross_entropy_with_logits: ofLogits('CategoricalCrossentropy'),
  softmax_cross_entropy_with_logits_v2: ofLogits('CategoricalCrossentropy'),
  sparse_softmax_cross_entropy_with_logits: ofLogits('SparseCategoricalCrossentropy'),
  maximum: bounded('Maximum', 'x_min'),
  minimum: bounded('Minimum', 'x_max'),
  squared_difference: (call, inputs) => {
    const difference = operator('-')(call, inputs);
    return difference instanceof SymbolObject ? operation('Square', [difference], call.span) : undefined;
  },
  sum: reduction('Sum'),
  reduce_sum: reduction('Sum'),
  mean: reduction('Mean'),
  reduce_mean: reduction('Mean'),
  max: reduction('Max'),
  amax: reduction('Max'),
  reduce_max: reduction('Max'),
  min: reduction('Min'),
  amin: reduction('Min'),
  reduce_min: reduction('Min'),
  expand_dims: (call, inputs) => operation('ExpandDims', inputs, call.span, given({ axis: call.bind('x axis').axis ?? integer(-1, call.span) })),
  squeeze: (call, inputs) => operation('Squeeze', inputs, call.span, given({ axis: call.bind('x axis').axis })),
  stack: (call, inputs) => operation('Stack', inputs, call.span, given({ axis: call.bind('x axis').axis ?? integer(0, call.span) })),
  concat: layer('Concatenate', (call) => ({ axis: call.bind('values axis').axis })),
  concatenate: layer('Concatenate', (call) => ({ axis: call.bind('tensors axis').axis })),
  l2_normalize: layer('UnitNormalization', (call) => ({ axis: call.bind('x axis').axis })),
  batch_flatten: layer('Flatten', () => ({})),
  logsumexp: reduction('LogSumExp'),
  reduce_logsumexp: reduction('LogSumExp'),
  prod: reduction('Prod'),
  reduce_prod: reduction('Prod'),
  std: reduction('Std'),
  reduce_std: reduction('Std'),
  var: reduction('Var'),
  reduce_variance: reduction('Var'),
  rsqrt: elementwise('Rsqrt'),
  reciprocal: elementwise('Reciprocal'),
  expm1: elementwise('Expm1'),
  erf: elementwise('Erf'),
  tan: elementwise('Tan'),
  floor: elementwise('Floor'),
  ceil: elementwise('Ceil'),
  round: elementwise('Round'),
  linear: layer('Identity', () => ({})),
  convert_to_tensor: (_, [input]) => input,
  convert_to_numpy: (_, [input]) => input,
  identity: layer('Identity', () => ({})),
  softmax: (call, inputs) => {
    const { axis } = call.bind('x axis');
    return axis ? layerOn('Softmax', inputs, call.span, given({ axis })) : activated('softmax', inputs, call.span);
  },
  resize: layer('Resizing', (call) => {
    const { size } = call.bind('images size');
    return size?.kind === 'tuple' || size?.kind === 'list' ? { height: size.items[0], width: size.items[1] } : undefined;
  }),
  dropout: layer('Dropout', (call) => ({ rate: call.bind('x rate').rate })),
  shape: (call, [input]) => input && lengths(input, call.span),
  int_shape: (call, [input]) => input && shapeTuple(input, call.span),
  preprocess_input: preprocessing,
};

/** The shape that a run has: for a length that the script leaves open, the length of that axis. */
function lengths(input: SymbolObject, span: Span): Value {
  const shape = shapeTuple(input, span);
  return shape.kind === 'tuple' ? tuple(shape.items.map((length, axis) => (axis > 0 && length.kind === 'none' ? new LengthObject(input, axis, span) : length)), span) : shape;
}

const activations = new Set(['relu', 'sigmoid', 'tanh', 'elu', 'selu', 'softplus', 'softsign', 'gelu', 'silu', 'swish', 'relu6', 'leaky_relu']);

/** Libraries whose functions take symbolic tensors. */
const homes = /^(?:tensorflow|numpy|keras\.(?:ops|backend|activations|applications|random))\b/;

/** What a function does to symbolic tensors, as a layer that does the same or as an operation; undefined if none are among its arguments. */
export function onSymbols(call: Call): Value | undefined {
  const { positional, keywords } = call.arguments;
  const first = positional[0] ?? keywords.values().next().value;
  if (!first || !hasSymbols(first, positional[1])) return undefined;
  const path = kerasPath(call.name);
  if (!homes.test(path)) return undefined;
  const symbols = symbolsOf(first, call) ?? mixed(first, call.span);
  const own = Array.isArray(symbols) ? symbols : first instanceof SymbolObject ? undefined : [];
  if (!own) return undefined;
  const inputs = [...own, ...positional.slice(1).filter((value) => value instanceof SymbolObject)];
  const name = path.split('.').at(-1)!;
  const known = activations.has(name) ? activation(name, call, inputs) : Object.hasOwn(operations, name) ? operations[name]?.(call, inputs) : undefined;
  return known ?? operation(call.name, inputs, call.span);
}

/** Any other call with symbolic tensors. */
export function symbolic(call: Call): Value | undefined {
  const [first, ...others] = call.arguments.positional;
  const given = first ?? [...call.arguments.keywords.values()][0];
  const symbols = given && hasSymbols(given) ? symbolsOf(given, call) : undefined;
  return Array.isArray(symbols) ? operation(call.name, [...symbols, ...others.filter((value) => value instanceof SymbolObject)], call.span) : undefined;
}

function hasSymbols(value: Value, second?: Value): boolean {
  if (value instanceof SymbolObject || second instanceof SymbolObject) return true;
  return isSequence(value) && (value.items[0] instanceof SymbolObject || value.items.at(-1) instanceof SymbolObject);
}

/** Tensors of a model and arrays in one list. */
function mixed(value: Value, span: Span): SymbolObject[] | undefined {
  const tensors = isSequence(value) ? value.items.map((item) => tensorOf(item, span)) : [undefined];
  return tensors.includes(undefined) ? undefined : (tensors as SymbolObject[]);
}
