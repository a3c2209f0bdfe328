import type { Span } from '../../text/span';
import { asNumber, asString } from '../python/call';
import { doubtOf, integer, none, tuple, unknown, type Value } from '../python/values';
import { inputShape, type LayerObject, type Node, type SymbolObject } from './objects';

/** Lengths of a tensor's axes, the batch first; null where Keras says None, undefined where it is not known. */
type Shape = readonly (number | null | undefined)[];

const known = new WeakMap<Node, { readonly shape: Shape | undefined }>();

/** `x.shape` of a symbolic tensor; unknown for what comes from layers that are not followed. */
export function shapeTuple(symbol: SymbolObject, span: Span): Value {
  const shape = shapeOf(symbol);
  const missing = doubtOf(symbol) ?? unknown(span, 'script.unread-attribute', { name: 'shape' });
  return shape ? tuple(shape.map((length) => (length === null ? none(span) : length === undefined ? missing : integer(length, span))), span) : missing;
}

function shapeOf({ node }: SymbolObject): Shape | undefined {
  let found = known.get(node);
  if (!found) {
    found = { shape: node.layer.origin === 'keras' ? outputShape(node.layer, node.inputs.map(shapeOf)) : undefined };
    known.set(node, found);
  }
  return found.shape;
}

/** What a layer makes of its inputs' shapes, as its `compute_output_shape` does in Keras (keras/src/layers). */
function outputShape(layer: LayerObject, inputs: readonly (Shape | undefined)[]): Shape | undefined {
  const { typeName: name } = layer;
  const argument = (key: string): Value | undefined => layer.given.values.get(key);
  const number = (key: string): number | undefined => asNumber(argument(key));
  if (name === 'InputLayer') return shapeGiven(inputShape(layer));
  const [input] = inputs;
  if (!input || asString(argument('data_format')) === 'channels_first') return undefined;
  const last = input.at(-1);
  if (sameShape.test(name)) return input;
  if (name === 'Dense') return [...input.slice(0, -1), number('units')];
  if (/^(Separable)?Conv[123]D$/.test(name)) return [null, ...windowed(layer, input, 'kernel_size'), number('filters')];
  if (name === 'DepthwiseConv2D') return [null, ...windowed(layer, input, 'kernel_size'), times(last, number('depth_multiplier') ?? 1)];
  if (/^Conv[123]DTranspose$/.test(name)) return [null, ...enlarged(layer, input), number('filters')];
  if (/^(Max|Average)Pooling[123]D$/.test(name)) return [null, ...windowed(layer, input, 'pool_size'), last];
  if (/^Global(Max|Average)Pooling[123]D$/.test(name)) return [null, last];
  if (/^UpSampling[123]D$/.test(name)) return [null, ...spatial(input).map((length, i) => times(length, part(argument('size'), i, 2))), last];
  if (name === 'ZeroPadding2D' && number('padding') !== undefined) return [null, ...spatial(input).map((length) => plus(length, 2 * number('padding')!)), last];
  if (name === 'Flatten') return [null, input.slice(1).reduce((product, length) => times(product, length), 1)];
  if (name === 'Reshape') return reshaped(input, argument('target_shape'));
  if (name === 'RepeatVector') return [null, number('n'), last];
  if (name === 'Embedding') return [...input, number('output_dim')];
  if (/^(LSTM|GRU|SimpleRNN|CuDNNLSTM|CuDNNGRU)$/.test(name)) {
    const sequences = argument('return_sequences');
    return sequences?.kind === 'bool' && sequences.value ? [null, input[1], number('units')] : [null, number('units')];
  }
  if (/^(Add|Subtract|Multiply|Average|Maximum|Minimum)$/.test(name)) return input;
  if (name === 'Concatenate') return joinedShape(inputs, number('axis') ?? -1);
  return undefined;
}

const sameShape = /^(Activation|.*Dropout.*|.*Normalization|ReLU|LeakyReLU|PReLU|ELU|ThresholdedReLU|Softmax|GaussianNoise|ActivityRegularization|Masking|Rescaling|Identity|Random(Flip|Rotation|Zoom|Contrast|Translation|Brightness))$/;

const spatial = (shape: Shape): Shape => shape.slice(1, -1);

function times(a: Shape[number], b: Shape[number]): Shape[number] {
  return a === undefined || b === undefined ? undefined : a === null || b === null ? null : a * b;
}

function plus(a: Shape[number], b: number): Shape[number] {
  return typeof a === 'number' ? a + b : a;
}

/** A size for one axis: a number stands for all of them. */
function part(value: Value | undefined, axis: number, otherwise: number): number | undefined {
  if (!value || value.kind === 'none') return otherwise;
  return value.kind === 'tuple' || value.kind === 'list' ? asNumber(value.items[axis]) : asNumber(value);
}

/** A window that goes over the axes in space (keras/src/ops/operation_utils.py, `compute_conv_output_shape`). */
function windowed(layer: LayerObject, input: Shape, window: string): Shape {
  const { values } = layer.given;
  const pools = window === 'pool_size';
  const same = /same|causal/i.test(asString(values.get('padding')) ?? '');
  return spatial(input).map((length, axis) => {
    const size = part(values.get(window), axis, 2);
    const stride = part(values.get('strides'), axis, pools ? (size ?? Number.NaN) : 1);
    const dilation = part(values.get('dilation_rate'), axis, 1);
    if (typeof length !== 'number') return length;
    if (size === undefined || stride === undefined || dilation === undefined || Number.isNaN(stride)) return undefined;
    return same ? Math.ceil(length / stride) : Math.floor((length - dilation * (size - 1) - 1) / stride) + 1;
  });
}

function enlarged(layer: LayerObject, input: Shape): Shape {
  const { values } = layer.given;
  const same = /same/i.test(asString(values.get('padding')) ?? '');
  return spatial(input).map((length, axis) => {
    const size = part(values.get('kernel_size'), axis, 1);
    const stride = part(values.get('strides'), axis, 1);
    if (typeof length !== 'number' || stride === undefined || values.has('output_padding')) return length === null ? null : undefined;
    return same ? length * stride : size === undefined ? undefined : length * stride + Math.max(size - stride, 0);
  });
}

function reshaped(input: Shape, target: Value | undefined): Shape | undefined {
  const shape = shapeGiven(target);
  const free = shape?.indexOf(-1) ?? -1;
  if (!shape || free < 0) return shape;
  const all = input.slice(1).reduce<Shape[number]>((product, length) => times(product, length), 1);
  const others = shape.slice(1).reduce<Shape[number]>((product, length) => (length === -1 ? product : times(product, length)), 1);
  return shape.map((length, i) => (i !== free ? length : typeof all === 'number' && typeof others === 'number' ? all / others : undefined));
}

/** A shape that is written without its batch axis. */
function shapeGiven(value: Value | undefined): Shape | undefined {
  if (value?.kind !== 'tuple' && value?.kind !== 'list') return undefined;
  return [null, ...value.items.map((length) => (length.kind === 'none' ? null : asNumber(length)))];
}

function joinedShape(inputs: readonly (Shape | undefined)[], axis: number): Shape | undefined {
  const [first, ...others] = inputs;
  if (!first) return undefined;
  const at = axis < 0 ? axis + first.length : axis;
  return first.map((length, i) => {
    if (i !== at) return length;
    return others.reduce<Shape[number]>((sum, other) => (typeof sum === 'number' && typeof other?.[i] === 'number' ? sum + other[i] : undefined), length);
  });
}
