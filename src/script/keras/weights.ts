/** Tensors that a script makes itself: weights of its own layers and models, and constants. */
import type { Span } from '../../text/span';
import { cast, isNumeric, type NdArray } from '../numpy/ndarray';
import { asBoolean, asNumber, type Call } from '../python/call';
import { arrayFrom } from '../python/operators';
import { array, type ArrayValue, bool, builtin, external, float, integer, LibraryObject, list, unknown, type Value } from '../python/values';
import { kerasPath, remembered } from './names';
import type { KerasVersion } from './optimizers';
import { KerasObject } from './objects';
import { operation, SymbolObject } from './symbols';

/** Arrays that are drawn when the script runs, and by which law. */
const drawnBy = new WeakMap<ArrayValue, KerasObject>();

/** What `initializer(shape)` gives: an array of which only the shape and the law are known. */
export function drawn(initializer: KerasObject, shape: Value | undefined, { name, span }: Call): Value | undefined {
  const lengths = lengthsOf(shape);
  if (!lengths) return undefined;
  const made = array({ shape: lengths, dtype: 'float32', missing: { span, reason: { id: 'script.unread-call', args: { name } } } }, span);
  drawnBy.set(made, initializer);
  return made;
}

function lengthsOf(shape: Value | undefined): number[] | undefined {
  const lengths = (shape?.kind === 'tuple' || shape?.kind === 'list' ? shape.items : shape ? [shape] : []).map(asNumber);
  return lengths.includes(undefined) ? undefined : (lengths as number[]);
}

type Named = Partial<Record<string, Value>>;

/** A weight with Keras' names of what says how it starts and what holds it. */
function weight({ shape, initializer, regularizer, constraint, trainable, name }: Named, span: Span): SymbolObject {
  const isTrained = asBoolean(trainable) !== false;
  const values = new Map<string, Value>([['shape', shape ?? list([], span)]]);
  const given = { value_initializer: initializer, value_regularizer: regularizer, value_constraint: constraint };
  for (const [argument, value] of Object.entries(given)) if (value && value.kind !== 'none') values.set(argument, value);
  if (!isTrained) values.set('trainable', bool(false, span));
  else if (trainable && trainable.kind !== 'bool') values.set('trainable', trainable);
  if (name?.kind === 'string') values.set('name', name);
  return operation('Variable', [], span, values);
}

/** `add_weight`, in the order of Keras 3's arguments, of Keras 2's (the name first), or of Keras 1's (the name third). */
export function addWeight(call: Call): Value {
  const [first, , third] = call.arguments.positional;
  const signature = first?.kind === 'string' || first?.kind === 'none' ? 'name shape dtype initializer regularizer trainable constraint' : third?.kind === 'string' && !/^(?:float|int|bool)/.test(third.value) ? 'shape initializer name' : 'shape initializer dtype trainable';
  const { shape, ...rest } = call.bind(signature);
  if (call.arguments.doubt) return call.arguments.doubt;
  return weight({ ...rest, shape: shape?.kind === 'number' ? list([shape], call.span) : shape }, call.span);
}

/** A weight that starts from an array; one that is drawn starts from another draw of its law each time. */
function startingFrom(start: Value | undefined, more: Named, call: Call): Value | undefined {
  const made = start?.kind === 'function' ? call.interpreter.call(start, { positional: [], keywords: new Map() }, call.span) : start;
  if (made instanceof SymbolObject) return made;
  const source = made && arrayFrom(made);
  if (!made || !source) return undefined;
  const shape = list(source.shape.map((length) => integer(length, call.span)), call.span);
  const law = made.kind === 'array' ? drawnBy.get(made) : undefined;
  if (law) return weight({ ...more, shape, initializer: law }, call.span);
  const symbol = isNumeric(source) && !source.substituted ? weight({ ...more, shape }, call.span) : undefined;
  if (symbol) symbol.node.layer.weights = [tensorOf(source)];
  return symbol;
}

function tensorOf(source: NdArray): { shape: readonly number[]; data: Float64Array; dtype: 'float32' } {
  return { shape: source.shape, data: cast(source, 'float32').data as Float64Array, dtype: 'float32' };
}

/** An array of numbers that meets tensors of a model; undefined for anything else. */
export function constantOf(value: Value, span: Span): SymbolObject | undefined {
  const source = value.kind === 'array' || value.kind === 'list' || value.kind === 'tuple' ? arrayFrom(value) : undefined;
  if (!source || !isNumeric(source) || source.substituted) return undefined;
  const symbol = weight({ shape: list(source.shape.map((length) => integer(length, span)), span), trainable: bool(false, span) }, span);
  symbol.node.layer.weights = [tensorOf(source)];
  return symbol;
}

/** The law by which a function of TensorFlow or Keras draws numbers. */
const laws: Readonly<Record<string, readonly [className: string, signature: string]>> = Object.fromEntries(
  ['tensorflow.random.', 'tensorflow.random_', 'keras.random.'].flatMap((prefix) => [
    [`${prefix}normal`, ['RandomNormal', 'shape mean stddev']],
    [`${prefix}uniform`, ['RandomUniform', 'shape minval maxval']],
    [`${prefix.replace('random_', '')}truncated_normal`, ['TruncatedNormal', 'shape mean stddev']],
  ]),
);

function drawnTensor(call: Call, className: string, signature: string): Value | undefined {
  const { shape, mean, stddev, minval, maxval } = call.bind(signature);
  const isNormal = className !== 'RandomUniform';
  const values: [string, Value][] = isNormal
    ? [['mean', mean ?? float(0, call.span)], ['stddev', stddev ?? float(1, call.span)]]
    : [['minval', minval ?? float(0, call.span)], ['maxval', maxval ?? float(1, call.span)]];
  return drawn(new KerasObject('initializers', className, { values: new Map(values) }, call.span), shape, call);
}

/** NumPy's names of functions of arrays, by TensorFlow's and Keras'. */
const numpyNames: Readonly<Record<string, string>> = {
  range: 'arange', concat: 'concatenate', fill: 'full', reduce_sum: 'sum', reduce_mean: 'mean', reduce_max: 'max', reduce_min: 'min', pow: 'power',
};
const sameNames = new Set([
  'abs', 'absolute', 'add', 'arange', 'concatenate', 'cos', 'divide', 'exp', 'expand_dims', 'eye', 'full', 'linspace', 'log', 'matmul', 'max', 'maximum', 'mean', 'min', 'minimum', 'multiply',
  'ones', 'ones_like', 'power', 'repeat', 'reshape', 'sin', 'sqrt', 'square', 'squeeze', 'stack', 'subtract', 'sum', 'tile', 'transpose', 'zeros', 'zeros_like',
]);
const argumentNames: Readonly<Record<string, string>> = { limit: 'stop', delta: 'step', dims: 'shape', value: 'fill_value', perm: 'axes' };

/** A function of TensorFlow or Keras on arrays, as NumPy has it; undefined where that does not know. */
function ofArrays(name: string, call: Call): Value | undefined {
  const keywords = new Map([...call.arguments.keywords].map(([keyword, value]) => [argumentNames[keyword] ?? keyword, value]));
  const result = call.interpreter.call(external(`numpy.${name}`, call.span), { ...call.arguments, keywords }, call.span);
  return result.kind === 'unknown' ? undefined : result;
}

/** The length of an axis that only a run tells. */
export class LengthObject extends LibraryObject {
  readonly typeName = 'int';
  readonly of: SymbolObject;
  readonly axis: number;

  constructor(of: SymbolObject, axis: number, span: Span) {
    super(span);
    this.of = of;
    this.axis = axis;
  }
}

/** `range(0, length)`: the places along an axis of a tensor; undefined for any other range. */
function upTo(call: Call): SymbolObject | undefined {
  const { stop, limit = stop, start, delta, step = delta } = call.bind(call.arguments.positional.length === 1 && call.arguments.keywords.size === 0 ? 'stop' : 'start stop step');
  const isFromZero = (start === undefined || asNumber(start) === 0) && (step === undefined || asNumber(step) === 1);
  return limit instanceof LengthObject && isFromZero ? operation('Places', [limit.of], call.span, new Map([['axis', integer(limit.axis, call.span)]])) : undefined;
}

/** A tensor as long as the batch and full of one number; undefined where its shape is none of that. */
function full(call: Call, number: Value | undefined): Value | undefined {
  const { shape = call.arguments.keywords.get('dims'), value, fill_value: filled = value } = call.bind('shape value');
  const items = shape?.kind === 'tuple' || shape?.kind === 'list' ? shape.items : [];
  const own = number ?? filled;
  return items[0]?.kind === 'none' && own ? operation('Full', [], call.span, new Map([['shape', shape!], ['fill_value', own]])) : undefined;
}

type Making = (call: Call, keras: KerasVersion) => Value | undefined;

/** What is a number or an array already. */
const asGiven: Making = (call) => {
  const [value] = call.arguments.positional;
  return value && (value.kind === 'number' || value.kind === 'array') ? value : undefined;
};

const variables: Readonly<Record<string, Making>> = {
  'keras.ops.convert_to_tensor': asGiven,
  'keras.backend.constant': asGiven,
  'tensorflow.Variable': (call, keras) => {
    const { initial_value: start, trainable, name } = call.bind('initial_value trainable validate_shape caching_device name');
    // Keras 3 does not train what is none of its own variables (keras/src/backend/tensorflow/layer.py).
    return startingFrom(start, { trainable: keras === 3 ? bool(false, call.span) : trainable, name }, call);
  },
  'keras.backend.variable': (call, keras) => {
    const { value, name } = call.bind('value dtype name');
    // TensorFlow's Keras 2 trains what a layer holds, Keras by itself what a layer lists.
    const trainable = keras === 3 ? bool(false, call.span) : call.name.startsWith('tensorflow') ? undefined : call.unread();
    return startingFrom(value, { trainable, name }, call);
  },
  'keras.Variable': (call) => {
    const { initializer, shape, trainable, name } = call.bind('initializer shape dtype trainable');
    return shape ? weight({ initializer, shape, trainable, name }, call.span) : startingFrom(initializer, { trainable, name }, call);
  },
};

/** What a function of this name makes, if it makes tensors. */
const makingOf = remembered((name): Making | undefined => {
  const path = kerasPath(name);
  const [className, signature] = (Object.hasOwn(laws, path) ? laws[path] : undefined) ?? [];
  if (className && signature) return (call) => drawnTensor(call, className, signature);
  if (Object.hasOwn(variables, path)) return variables[path];
  const last = /^(?:tensorflow(?:\.math)?|keras\.(?:ops(?:\.numpy)?|backend))\.(\w+)$/.exec(path)?.[1] ?? '';
  const own = Object.hasOwn(numpyNames, last) ? numpyNames[last]! : sameNames.has(last) ? last : undefined;
  if (own === undefined) return undefined;
  if (own === 'arange') return (call) => upTo(call) ?? ofArrays(own, call);
  const isFull = /^(?:zeros|ones|full)$/.test(own);
  return (call) => (isFull ? full(call, own === 'full' ? undefined : float(own === 'ones' ? 1 : 0, call.span)) : undefined) ?? ofArrays(own, call);
});

/** Weights, constants and arrays that functions of TensorFlow and Keras make; undefined for any other call. */
export function madeTensor(call: Call, keras: KerasVersion): Value | undefined {
  return makingOf(call.name)?.(call, keras);
}

/** `self.trainable_weights = [w]`: how a layer of Keras 1 and 2 lists what is trained. */
export function train(weights: Value): void {
  if (weights.kind !== 'list' && weights.kind !== 'tuple') return;
  for (const item of weights.items) if (item instanceof SymbolObject) item.node.layer.given.values.delete('trainable');
}

/** Attributes of a weight: what a script sets it to while it runs is not followed. */
export function ofWeight(symbol: SymbolObject, name: string, span: Span): Value | undefined {
  if (/^assign(?:_add|_sub)?$/.test(name)) {
    return builtin(name, span, (call) => {
      symbol.doubt ??= unknown(call.span, 'script.unread-call', { name });
      return symbol;
    });
  }
  return name === 'value' ? builtin(name, span, () => symbol) : undefined;
}
