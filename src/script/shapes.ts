/**
 * What comes out of a layer, told from its arguments alone: Keras' `compute_output_shape`
 * (keras/src/layers, version 3).
 */
import { BATCH, isOfWholeTensors, operated, type Shape } from './operation-shapes';
import type { Json, Layer, Read } from './script';

export type { Shape };

/** As Python writes a tuple: `(16,)`, `(28, 28)`. */
export function shapeText(shape: Shape): string {
  return shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
}

type Config = Readonly<Record<string, Json | undefined>>;

/** The shape of one sample behind a layer; undefined where it cannot be told. */
type Rule = (input: Shape, config: Config, inputs: readonly Shape[]) => Shape | undefined;

/** What is done to each sample by itself: the first axis stays as it is, whatever it is. */
export function ofEachSample(inputs: readonly (Shape | undefined)[], rule: (inputs: readonly (Shape | undefined)[]) => Shape | undefined): Shape | undefined {
  const shape = rule(inputs.map((input) => input?.slice(1)));
  const known = inputs.find((input) => input !== undefined);
  return shape && inputs.every((input) => input === undefined || input[0] === known?.[0]) ? [known?.[0] ?? BATCH, ...shape] : undefined;
}

/** What a layer of Keras makes of the shapes of whole tensors; undefined where an argument that decides it is not known. */
export function outputShape({ className, config }: Pick<Layer, 'className' | 'config'>, inputs: readonly (Shape | undefined)[]): Shape | undefined {
  const unread = Object.entries(config).some(([name, read]) => !read.known && deciding.has(name));
  return unread ? undefined : ruled(className, valuesOf(config), inputs);
}

/** Arguments that have a default which the shape depends on: one that could not be read must not be taken for left out. */
const deciding = new Set([
  'axis', 'cropping', 'data_format', 'depth_multiplier', 'dilation_rate', 'keepdims', 'merge_mode', 'output_padding', 'padding', 'pool_size',
  'return_sequences', 'size', 'strides',
]);

function ruled(className: string, config: Config, inputs: readonly (Shape | undefined)[]): Shape | undefined {
  if (inputs.includes(undefined)) return undefined;
  if (isOfWholeTensors(className)) return operated(className, inputs as readonly Shape[], config);
  const rule = ruleOf(className);
  return rule && inputs.length > 0 ? ofEachSample(inputs, (samples) => rule(samples[0]!, config, samples as readonly Shape[])) : undefined;
}

function ruleOf(className: string): Rule | undefined {
  return Object.hasOwn(rules, className) ? rules[className] : undefined;
}

export function valuesOf(config: Readonly<Record<string, Read<Json>>>): Config {
  return Object.fromEntries(Object.entries(config).map(([name, read]) => [name, read.known ? read.value : undefined]));
}

export function whole(value: Json | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** An argument that is one number for all axes, or one for each. */
function each(value: Json | undefined, axes: number, otherwise?: number): readonly number[] | undefined {
  if (value === undefined || value === null) return otherwise === undefined ? undefined : new Array<number>(axes).fill(otherwise);
  if (typeof value === 'number') return new Array<number>(axes).fill(value);
  if (!Array.isArray(value)) return undefined;
  const lengths = value as readonly Json[];
  const numbers = lengths.length === 1 ? new Array<Json>(axes).fill(lengths[0]!) : lengths;
  return numbers.length === axes && numbers.every((length) => typeof length === 'number') ? (numbers as readonly number[]) : undefined;
}

/** Python's truth of an argument that is a switch: `return_sequences=1` turns it on. */
const isOn = (value: Json | undefined): boolean => Boolean(value);

/** A rule for channels behind the places, which holds for channels before them (`data_format='channels_first'`), too. */
function inBothFormats(rule: Rule): Rule {
  return (input, config, inputs) => {
    if (config.data_format !== 'channels_first') return rule(input, config, inputs);
    const last = [...input.slice(1), ...input.slice(0, 1)];
    const shape = rule(last, config, [last]);
    return shape?.length === last.length ? [...shape.slice(-1), ...shape.slice(0, -1)] : shape;
  };
}

const same: Rule = (input) => input;

const dense: Rule = (input, { units }) => withLast(input, whole(units));

function withLast(input: Shape, length: number | undefined): Shape | undefined {
  return length === undefined || input.length === 0 ? undefined : [...input.slice(0, -1), length];
}

/** Lengths that a window slides over; -1 stays -1. */
function slide(lengths: Shape, windows: readonly number[], strides: readonly number[], padding: Json | undefined): Shape {
  return lengths.map((length, axis) => {
    if (length < 0) return -1;
    const reach = padding === 'same' || padding === 'causal' ? length : length - windows[axis]! + 1;
    return Math.max(0, Math.ceil(reach / strides[axis]!));
  });
}

function convolution(rank: number, channels: (input: Shape, config: Config) => number | undefined): Rule {
  return (input, config) => {
    const kernel = each(config.kernel_size, rank);
    const strides = each(config.strides, rank, 1);
    const dilation = each(config.dilation_rate, rank, 1);
    const last = channels(input, config);
    if (input.length !== rank + 1 || !kernel || !strides || !dilation || last === undefined) return undefined;
    const reach = kernel.map((length, axis) => (length - 1) * dilation[axis]! + 1);
    return [...slide(input.slice(0, -1), reach, strides, config.padding), last];
  };
}

const filters = (_: Shape, config: Config): number | undefined => whole(config.filters);
const multiplied = (input: Shape, config: Config): number => input.at(-1)! * (whole(config.depth_multiplier) ?? 1);

function transposed(rank: number): Rule {
  return (input, config) => {
    const kernel = each(config.kernel_size, rank);
    const strides = each(config.strides, rank, 1);
    const last = whole(config.filters);
    if (input.length !== rank + 1 || !kernel || !strides || last === undefined || (config.output_padding ?? null) !== null) return undefined;
    const lengths = input.slice(0, -1).map((length, axis) => {
      if (length < 0) return -1;
      return length * strides[axis]! + (config.padding === 'same' ? 0 : Math.max(kernel[axis]! - strides[axis]!, 0));
    });
    return [...lengths, last];
  };
}

function pooling(rank: number): Rule {
  return (input, config) => {
    const windows = each(config.pool_size, rank, 2);
    const strides = each(config.strides, rank) ?? windows;
    return input.length === rank + 1 && windows && strides ? [...slide(input.slice(0, -1), windows, strides, config.padding), input.at(-1)!] : undefined;
  };
}

const pooled: Rule = (input, { keepdims }) => (isOn(keepdims) ? [...input.slice(0, -1).map(() => 1), input.at(-1)!] : input.slice(-1));

/** Adds to or takes from both ends of each axis; an argument is one number, one for each axis, or a pair for each. */
function padded(rank: number, sign: 1 | -1, argument: 'padding' | 'cropping', otherwise: number): Rule {
  return (input, config) => {
    const given = config[argument];
    const pairs = Array.isArray(given) && rank > 1 ? (given as readonly Json[]) : new Array<Json>(rank).fill(given ?? otherwise);
    const sums = pairs.map((pair) => (typeof pair === 'number' ? 2 * pair : Array.isArray(pair) ? (pair as readonly number[]).reduce((sum, length) => sum + length, 0) : Number.NaN));
    if (input.length !== rank + 1 || sums.length !== rank || sums.some(Number.isNaN)) return undefined;
    return input.map((length, axis) => (axis === rank || length < 0 ? length : length + sign * sums[axis]!));
  };
}

function upSampled(rank: number): Rule {
  return (input, { size }) => {
    const factors = each(size, rank, 2);
    return input.length === rank + 1 && factors ? input.map((length, axis) => (axis === rank || length < 0 ? length : length * factors[axis]!)) : undefined;
  };
}

const recurrent: Rule = (input, { units, return_sequences: sequences }) => {
  const width = whole(units);
  if (width === undefined || input.length !== 2) return undefined;
  return isOn(sequences) ? [input[0]!, width] : [width];
};

/** A recurrent layer over pictures: what its convolution makes of each of them. */
function convolutionalRecurrent(rank: number): Rule {
  return ([steps, ...picture], config) => {
    const shape = steps === undefined ? undefined : ruleOf(`Conv${rank}D`)?.(picture, config, [picture]);
    return shape && isOn(config.return_sequences) ? [steps!, ...shape] : shape;
  };
}

const product = (shape: Shape): number => (shape.includes(-1) ? -1 : shape.reduce((size, length) => size * length, 1));

const reshaped: Rule = (input, { target_shape: target }) => {
  const wanted = typeof target === 'number' ? [target] : Array.isArray(target) ? (target as readonly Json[]) : [];
  if (wanted.length === 0 || !wanted.every((length) => typeof length === 'number')) return undefined;
  const size = product(input);
  const rest = (wanted as readonly number[]).reduce((left, length) => (length === -1 ? left : left * length), 1);
  return (wanted as readonly number[]).map((length) => (length !== -1 ? length : size < 0 ? -1 : size / rest));
};

/** A layer that another one holds, in Keras' serialised form. */
function inner(config: Config, inputs: readonly Shape[]): Shape | undefined {
  const { layer } = config;
  if (typeof layer !== 'object' || layer === null || Array.isArray(layer)) return undefined;
  const { class_name: className, config: own } = layer as { readonly [key: string]: Json };
  return typeof className === 'string' && typeof own === 'object' && own !== null ? ruleOf(className)?.(inputs[0]!, own as Config, inputs) : undefined;
}

const bidirectional: Rule = (_, config, inputs) => {
  const shape = inner(config, inputs);
  const joins = config.merge_mode === undefined || config.merge_mode === 'concat';
  return shape && joins ? withLast(shape, shape.at(-1)! * 2) : shape;
};

const distributed: Rule = (input, config) => {
  const shape = inner(config, [input.slice(1)]);
  return shape && [input[0]!, ...shape];
};

/** The axes of two samples that a `Dot` sums over; undefined where it names the batch or none that is there. */
export function dotAxes(axes: Json | undefined, ranks: readonly number[]): readonly [number, number] | undefined {
  const places = each(axes, 2)?.map((axis, at) => (axis < 0 ? axis + ranks[at]! : axis - 1));
  return places?.every((place, at) => place >= 0 && place < ranks[at]!) ? [places[0]!, places[1]!] : undefined;
}

const dotted: Rule = (first, { axes }, [, second]) => {
  const places = second && dotAxes(axes, [first.length, second.length]);
  if (!places) return undefined;
  const rest = [...first.filter((_, at) => at !== places[0]), ...second.filter((_, at) => at !== places[1])];
  return rest.length === 0 ? [1] : rest;
};

const named = (rule: Rule, ...names: readonly string[]): [string, Rule][] => names.map((name) => [name, rule]);

const pictured = (rule: Rule, ...names: readonly string[]): [string, Rule][] => named(inBothFormats(rule), ...names);

const rules: Readonly<Record<string, Rule>> = Object.fromEntries([
  ...named(
    same,
    'Activation', 'ActivityRegularization', 'AlphaDropout', 'BatchNormalization', 'Dropout', 'ELU', 'GaussianDropout', 'GaussianNoise', 'GroupNormalization',
    'Identity', 'LayerNormalization', 'LeakyReLU', 'Masking', 'MultiHeadAttention', 'Normalization', 'PReLU', 'RMSNormalization', 'RandomBrightness',
    'RandomContrast', 'RandomFlip', 'RandomHeight', 'RandomRotation', 'RandomTranslation', 'RandomWidth', 'RandomZoom', 'ReLU', 'Rescaling', 'Softmax', 'SpatialDropout1D', 'SpatialDropout2D',
    'SpatialDropout3D', 'ThresholdedReLU', 'UnitNormalization',
  ),
  ...named(dense, 'Dense'),
  ...named((input, { output_dim: width }) => (whole(width) === undefined ? undefined : [...input, whole(width)!]), 'Embedding'),
  ...named((input) => [product(input)], 'Flatten'),
  ...named(reshaped, 'Reshape'),
  ...named((input, { dims }) => each(dims, input.length)?.map((axis) => input[axis - 1] ?? -1), 'Permute'),
  ...named((input, { n }) => (whole(n) === undefined ? undefined : [whole(n)!, ...input]), 'RepeatVector'),
  ...pictured(
    (input, { height, width }) => (input.length === 3 && whole(height) !== undefined && whole(width) !== undefined ? [whole(height)!, whole(width)!, input[2]!] : undefined),
    'Resizing', 'CenterCrop', 'RandomCrop',
  ),
  ...[1, 2, 3].flatMap((rank) => [
    ...pictured(convolution(rank, filters), `Conv${rank}D`, `SeparableConv${rank}D`, `LocallyConnected${rank}D`),
    ...pictured(convolution(rank, multiplied), `DepthwiseConv${rank}D`),
    ...pictured(transposed(rank), `Conv${rank}DTranspose`),
    ...pictured(pooling(rank), `MaxPooling${rank}D`, `AveragePooling${rank}D`),
    ...pictured(pooled, `GlobalMaxPooling${rank}D`, `GlobalAveragePooling${rank}D`),
    ...pictured(padded(rank, 1, 'padding', 1), `ZeroPadding${rank}D`),
    ...pictured(padded(rank, -1, 'cropping', rank === 2 ? 0 : 1), `Cropping${rank}D`),
    ...pictured(upSampled(rank), `UpSampling${rank}D`),
    ...named(convolutionalRecurrent(rank), `ConvLSTM${rank}D`),
  ]),
  ...named(recurrent, 'SimpleRNN', 'LSTM', 'GRU', 'CuDNNLSTM', 'CuDNNGRU'),
  ...named(bidirectional, 'Bidirectional'),
  ...named(distributed, 'TimeDistributed'),
  ...named(dotted, 'Dot'),
  // Query and value: a row of values for each query.
  ...named((input, _, inputs) => withLast(input, inputs[1]?.at(-1)), 'Attention', 'AdditiveAttention'),
]);
