/**
 * A fit that can be trained where the script's own data are not at hand: random numbers of the same shape, with targets
 * that can be learned from them, and a usual value where a number of the training comes from those data. An offer, never
 * made by the reader itself; everything that is put in place of something else is named.
 */
import type { Message } from '../text/message';
import { withoutFrozen } from './frozen';
import { LegacyGenerator } from './random/generators';
import type { Fit, Json, Layer, Loss, Model, Read, Script, Tensor } from './script';
import { started } from './started';
import { shapesBehind } from './graph-shapes';
import { type Shape, shapeText } from './shapes';
import { inputShapes, openLength, readerOf, withTargets } from './standin-shapes';

const mostRows = 512;
const mostNumbers = 1 << 20;
const usualRows = 256;
/** Arguments of layers by Keras' names. */
const usualSizes = { input_dim: 1000, output_dim: 32, units: 32, filters: 32, kernel_size: 3, pool_size: 2, size: 2, n: openLength, rate: 0.5, dropout: 0, recurrent_dropout: 0 };
/** Of a `Normalization` layer that was adapted to data that are not at hand: those in their place are standard normal. */
const standardMoments = { mean: 0, variance: 1 };
const usualClasses = 10;
const usualEpochs = 10;
const kerasBatch = 32;
/** Most multiplications that making targets may take. */
const mostWork = 4e6;

export interface StandIn {
  /** The fit with arrays and numbers in place of what was unknown. */
  readonly fit: Fit;
  /** What was put in place of what. */
  readonly substitutions: readonly Message[];
}

/** Puts random arrays where `x`, `y` or the validation data are unknown; refuses where not even their shape can be told. */
export function standIn(script: Script, read: Fit): StandIn | { readonly refused: Message } {
  const drawn = [read.x, read.y].flatMap((read) => (read.known ? read.value.flatMap(({ substituted }) => (substituted ? [substituted] : [])) : []));
  const assumed: Message[] = [];
  const fit = started(read, assumed);
  const settings = withUsualSettings(fit, assumed);
  if (!fit.model.known) return fit.x.known && fit.y.known ? { fit: settings, substitutions: [...drawn.slice(0, 1), ...assumed] } : { refused: fit.model.reason };
  const known = fit.x.known ? fit.x.value.map(({ shape }) => shape) : (fit.x.shapes ?? []);
  const { model, without } = withoutFrozen(fit.model.value, inputShapes(fit.model.value, known, []));
  const isShort = without.length > 0;
  if (fit.x.known && fit.y.known && !isShort) return { fit: settings, substitutions: [...drawn.slice(0, 1), ...assumed] };
  if (isShort) assumed.push({ id: 'script.stand-in.features', args: { layers: [...new Set(without)].join(', ') } });
  const usual = withUsualSizes(model, fit, assumed);
  const random = LegacyGenerator.fromSeed(1);
  const own = fit.x.known && !isShort ? fit.x.value : undefined;
  const inputs = own ? own.map(({ shape }) => shape.slice(1)) : inputShapes(usual, isShort ? [] : known, assumed);
  const sized = withTargets(usual, inputs, assumed);
  const rows = own ? (own[0]?.shape[0] ?? usualRows) : rowCount(fit, inputs);
  const substituted: Message = { id: 'script.stand-in', args: { rows, shape: inputs.map(shapeText).join(', ') } };
  const x = own ?? inputs.map((shape, i) => inputTensor(rows, shape, readerOf(sized, i), random, substituted));
  const y = isSameArgument(script, fit) && !isShort ? x : targets(sized, fit, x, rows, random, substituted);
  if ('id' in y) return { refused: y };
  const place = <T>(value: T, read: Read<unknown>): Read<T> => ({ known: true, value, span: read.span });
  return {
    fit: { ...settings, model: place(withInputShapes(sized, inputs), fit.model), x: place(x, fit.x), y: place(y, fit.y) },
    substitutions: [substituted, ...assumed],
  };
}

/** Keras' or usual values for what only the script's own data or a run could tell; what cannot be told is left out. */
function withUsualSettings(fit: Fit, assumed: Message[]): Fit {
  const usual = <T>(name: string, read: Read<T>, value: T & (number | null)): Read<T> => {
    if (read.known) return read;
    assumed.push({ id: 'script.assumed', args: { name, value: String(value) } });
    return { known: true, value, span: read.span };
  };
  const without = <T>(name: string, read: Read<T>, value: T): Read<T> => {
    if (read.known) return read;
    assumed.push({ id: 'script.left-out', args: { name } });
    return { known: true, value, span: read.span };
  };
  const { validationData } = fit;
  return {
    ...fit,
    epochs: usual('epochs', fit.epochs, usualEpochs),
    batchSize: usual('batch_size', fit.batchSize, kerasBatch),
    callbacks: without('callbacks', fit.callbacks, []),
    classWeight: without('class_weight', fit.classWeight, null),
    sampleWeight: without('sample_weight', fit.sampleWeight, null),
    // What a model is validated on does not change how it is trained, unless it goes on from there.
    validationData: validationData.known || isStateful(fit.model) ? validationData : { known: true, value: null, span: validationData.span },
  };
}

/** The model with usual sizes and rates where only the data or a file of settings tells them: words of an Embedding, units of a layer. */
function withUsualSizes(model: Model, fit: Fit, assumed: Message[]): Model {
  const losses = lossesOf(fit);
  const last = model.outputs.map((output) => weighted(model, output));
  const unitsOf = (output: number): number => {
    const known = fit.y.known ? undefined : fit.y.shapes?.[output]?.slice(1).at(-1);
    const loss = losses[output] ?? losses[0];
    return known !== undefined && known > 0 ? known : loss && /categorical/.test(loss.name) ? usualClasses : 1;
  };
  const layers = model.layers.map((layer, at) => {
    if (layer.origin !== undefined && layer.origin !== 'keras') return layer;
    if (layer.className === 'Normalization') return sized(layer, standardMoments, assumed);
    const output = layer.className === 'Dense' || layer.wrapped?.className === 'Dense' ? last.indexOf(at) : -1;
    return sized(layer, output < 0 ? usualSizes : { units: unitsOf(output) }, assumed);
  });
  return { ...model, layers };
}

/** The layer with these sizes in place of those that could not be read, and without a start of its weights or a penalty on them that could not. */
function sized(layer: Layer, sizes: Readonly<Record<string, number>>, assumed: Message[]): Layer {
  const config = Object.entries(layer.config).flatMap(([argument, read]): [string, Read<Json>][] => {
    const value = sizes[argument];
    const name = `${layer.className}: ${argument}`;
    if (!read.known && argument === 'layer' && layer.wrapped) return [[argument, serialised(sized(layer.wrapped, sizes, assumed), read)]];
    const isLeftOut = argument === 'weights' || /_(?:initializer|regularizer|constraint)$/.test(argument);
    if (read.known || (value === undefined && !isLeftOut)) return [[argument, read]];
    assumed.push(value === undefined ? { id: 'script.left-out', args: { name } } : { id: 'script.assumed', args: { name, value: String(value) } });
    return value === undefined ? [] : [[argument, { known: true, value, span: read.span }]];
  });
  return { ...layer, config: Object.fromEntries(config) };
}

/** A wrapped layer as the argument of its wrapper, where all of it is known. */
function serialised({ className, config }: Layer, otherwise: Read<Json>): Read<Json> {
  const entries = Object.entries(config).flatMap(([name, read]) => (read.known ? [[name, read.value] as const] : []));
  if (entries.length < Object.keys(config).length) return otherwise;
  return { known: true, value: { class_name: className, config: Object.fromEntries(entries) }, span: otherwise.span };
}

/** The layer with weights behind which nothing changes the shape any more. */
function weighted(model: Model, output: number): number {
  let at = output;
  while (['Activation', 'Dropout', 'Softmax', 'LeakyReLU', 'ReLU', 'BatchNormalization'].includes(model.layers[at]?.className ?? '')) at = model.layers[at]?.inputs[0] ?? -1;
  return at;
}

/** The model with input layers of just these shapes. */
function withInputShapes(model: Model, inputs: readonly Shape[]): Model {
  let next = 0;
  const layers = model.layers.map((layer) => {
    if (layer.className !== 'InputLayer') return layer;
    const shape = inputs[next++];
    const read = layer.config.shape;
    return !shape || !read || read.known ? layer : { ...layer, config: { ...layer.config, shape: { known: true as const, value: shape, span: read.span } } };
  });
  return { ...model, layers };
}

function rowCount(fit: Fit, inputs: readonly Shape[]): number {
  const shapes = [fit.x, fit.y].flatMap((read) => (read.known ? read.value.map(({ shape }) => shape) : (read.shapes ?? [])));
  const steps = fit.stepsPerEpoch.known && fit.stepsPerEpoch.value ? fit.stepsPerEpoch.value * ((fit.batchSize.known && fit.batchSize.value) || kerasBatch) : usualRows;
  const known = shapes.map((shape) => shape[0] ?? -1).find((length) => length > 0) ?? steps;
  const numbers = Math.max(1, ...inputs.map((shape) => shape.reduce((product, length) => product * length, 1)));
  const rows = Math.max(1, Math.min(known, mostRows, Math.floor(mostNumbers / numbers)));
  const batch = (fit.batchSize.known && fit.batchSize.value) || kerasBatch;
  return isStateful(fit.model) && batch <= rows ? rows - (rows % batch) : rows;
}

/** A recurrent layer of the model goes on from one batch to the next, which are of one size. */
function isStateful(model: Read<Model>): boolean {
  const isOn = ({ config }: Layer): boolean => config.stateful?.known === true && config.stateful.value === true;
  return model.known && model.value.layers.some((layer) => isOn(layer) || (layer.wrapped !== undefined && isOn(layer.wrapped)));
}

function numberIn(read: Read<Json> | undefined): number | undefined {
  return read?.known && typeof read.value === 'number' ? read.value : undefined;
}

/** Indices for an Embedding, pixels (up to 255 where the model itself scales them), or standard normal numbers. */
function inputTensor(rows: number, shape: Shape, reader: Layer | undefined, random: LegacyGenerator, substituted: Message): Tensor {
  const size = rows * shape.reduce((product, length) => product * length, 1);
  const vocabulary = reader?.className === 'Embedding' ? numberIn(reader.config.input_dim) : undefined;
  const pixels = reader?.className === 'Rescaling' ? 255 : 1;
  const next = vocabulary ? () => random.below(Math.max(1, vocabulary - 1)) : shape.length >= 3 ? () => random.double() * pixels : () => random.normal();
  return { shape: [rows, ...shape], data: Float64Array.from({ length: size }, next), dtype: vocabulary ? 'int32' : 'float32', substituted };
}

function isSameArgument(script: Script, fit: Fit): boolean {
  const call = script.text.slice(fit.span.start, fit.span.end);
  const [, x, y] = /\(\s*(?:x\s*=\s*)?([\w.]+)\s*,\s*(?:y\s*=\s*)?([\w.]+)\s*[,)]/.exec(call) ?? [];
  return x !== undefined && x === y;
}

function lossesOf(fit: Fit): readonly Loss[] {
  return fit.compile.known && fit.compile.value.losses.known ? Object.values(fit.compile.value.losses.value) : [];
}

/** A target for each output: a random linear function of the inputs, of the shape of the output, as the loss wants it. */
function targets(model: Model, fit: Fit, x: readonly Tensor[], rows: number, random: LegacyGenerator, substituted: Message): readonly Tensor[] | Message {
  const losses = lossesOf(fit);
  const known = fit.y.known ? [] : (fit.y.shapes ?? []);
  const shapes = shapesBehind(model, x.map(({ shape }) => shape.slice(1)));
  const made: Tensor[] = [];
  for (const [i, output] of model.outputs.entries()) {
    const data = known[i]?.slice(1);
    const shape = shapes[output] ?? (data?.includes(-1) ? undefined : data);
    if (!shape || shape.includes(-1) || shape.includes(0)) return { id: 'script.refused.no-shape', args: { layer: shapeless(model, shapes, output) } };
    const size = shape.reduce((product, length) => product * length, 1);
    made.push(target(teacher(x, rows, size, random), [rows, ...shape], (losses[i] ?? losses[0])?.name ?? usualLoss(model.layers[output]), substituted));
  }
  return made;
}

/** The first layer before an output whose shape cannot be told. */
function shapeless(model: Model, shapes: readonly (Shape | undefined)[], output: number): string {
  const at = model.layers.findIndex((_, index) => index <= output && (!shapes[index] || shapes[index].includes(-1) || shapes[index].includes(0)));
  return model.layers[at < 0 ? output : at]?.className ?? '';
}

/** `size` scores for each of `rows`: a random linear map of the first input. */
function teacher(x: readonly Tensor[], rows: number, size: number, random: LegacyGenerator): Float64Array {
  const first = x[0];
  const stride = first ? first.data.length / rows : 0;
  const width = Math.min(stride, 1024, Math.max(1, Math.floor(mostWork / (rows * size))));
  const weights = Float64Array.from({ length: width * size }, () => random.normal() / Math.sqrt(Math.max(1, width)));
  const scores = new Float64Array(rows * size);
  for (let row = 0; row < rows; row++) {
    for (let unit = 0; unit < size; unit++) {
      for (let k = 0; k < width; k++) scores[row * size + unit]! += first!.data[row * stride + k]! * weights[k * size + unit]!;
    }
  }
  return scores;
}

/** What an output is usually trained by, where the loss is not one of Keras'; undefined for numbers of any size. */
function usualLoss(output: Layer | undefined): string | undefined {
  const activation = output?.config.activation;
  if (!activation?.known) return undefined;
  return activation.value === 'sigmoid' ? 'binary_crossentropy' : activation.value === 'softmax' ? 'categorical_crossentropy' : undefined;
}

function target(scores: Float64Array, shape: Shape, loss: string | undefined, substituted: Message): Tensor {
  const classes = shape.length > 1 ? shape.at(-1)! : 1;
  const places = scores.length / classes;
  const best = (place: number): number => {
    let at = 0;
    for (let unit = 1; unit < classes; unit++) if (scores[place * classes + unit]! > scores[place * classes + at]!) at = unit;
    return at;
  };
  switch (loss) {
    case 'sparse_categorical_crossentropy':
      return { shape: shape.slice(0, -1), data: Float64Array.from({ length: places }, (_, place) => best(place)), dtype: 'int32', substituted };
    case 'categorical_crossentropy':
    case 'categorical_hinge':
    case 'kl_divergence': {
      const data = new Float64Array(scores.length);
      for (let place = 0; place < places; place++) data[place * classes + best(place)] = 1;
      return { shape, data, dtype: 'float32', substituted };
    }
    case 'binary_crossentropy':
    case 'binary_focal_crossentropy':
      return { shape, data: scores.map((score) => Number(score > 0)), dtype: 'float32', substituted };
    case 'hinge':
    case 'squared_hinge':
      return { shape, data: scores.map((score) => (score > 0 ? 1 : -1)), dtype: 'float32', substituted };
    default:
      return { shape, data: scores, dtype: 'float32', substituted };
  }
}
