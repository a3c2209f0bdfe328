/**
 * Data to train on where the script's own are not at hand: random numbers of the same shape, with targets that can be
 * learned from them. An offer, never made by the reader itself, and every array says that it stands in.
 */
import type { Message } from '../text/message';
import { LegacyGenerator } from './random/generators';
import type { Fit, Json, Layer, Loss, Model, Read, Script, Tensor } from './script';

const mostRows = 512;
const mostNumbers = 1 << 20;
const usualRows = 256;
/** Length that stands in for an axis that the script leaves open. */
const openLength = 16;

export interface StandIn {
  /** The fit with arrays in place of what was unknown. */
  readonly fit: Fit;
  /** What was put in place of what. */
  readonly substitutions: readonly Message[];
}

/** Puts random arrays where `x`, `y` or the validation data are unknown; refuses where not even their shape can be told. */
export function standIn(script: Script, fit: Fit): StandIn | { readonly refused: Message } {
  const drawn = [fit.x, fit.y].flatMap((read) => (read.known ? read.value.flatMap(({ substituted }) => (substituted ? [substituted] : [])) : []));
  const checked = fit.validationData.known ? fit : { ...fit, validationData: { known: true as const, value: null, span: fit.validationData.span } };
  if (fit.x.known && fit.y.known) return { fit: checked, substitutions: drawn.slice(0, 1) };
  if (!fit.model.known) return { refused: fit.model.reason };
  const random = new LegacyGenerator(1);
  const model = fit.model.value;
  const inputs = fit.x.known ? fit.x.value.map((tensor) => tensor.shape.slice(1)) : inputShapes(model, fit);
  if (!inputs) return { refused: { id: 'script.refused.no-shape' } };
  const rows = fit.x.known ? (fit.x.value[0]?.shape[0] ?? usualRows) : rowCount(fit, inputs);
  const reason = !fit.x.known ? fit.x.reason : fit.y.known ? undefined : fit.y.reason;
  if (!reason) return { fit: checked, substitutions: drawn };
  const substituted: Message = { id: 'script.stand-in', args: { rows, shape: inputs.map((shape) => `(${shape.join(', ')})`).join(', ') } };
  const x = fit.x.known ? fit.x.value : inputs.map((shape, i) => inputTensor(rows, shape, vocabularyOf(model, i), random, substituted));
  const y = fit.y.known && fit.x.known ? fit.y.value : isSameArgument(script, fit) ? x : targets(model, fit, x, rows, random, substituted);
  if ('id' in y) return { refused: y };
  const place = <T>(value: T, read: Read<unknown>): Read<T> => ({ known: true, value, span: read.span });
  return { fit: { ...checked, x: place(x, fit.x), y: place(y, fit.y) }, substitutions: [substituted] };
}

/** Shapes of one sample for each input: from the model, else from what is known of the arrays. */
function inputShapes(model: Model, fit: Fit): number[][] | undefined {
  const named = model.layers.filter((layer) => layer.className === 'InputLayer').map((layer) => layer.config.shape);
  const known = fit.x.known ? [] : (fit.x.shapes ?? []);
  const shapes = (named.length > 0 ? named : [undefined]).map((shape, i) => {
    const lengths = shape?.known && Array.isArray(shape.value) ? (shape.value as readonly Json[]) : undefined;
    const data = known[i]?.slice(1);
    const given = lengths?.map((length, axis) => (typeof length === 'number' ? length : (data?.[axis] ?? -1))) ?? data;
    if (!given || (!lengths && given.includes(-1))) return undefined;
    return given.map((length) => (length > 0 ? length : openLength));
  });
  return shapes.includes(undefined) ? undefined : (shapes as number[][]);
}

function rowCount(fit: Fit, inputs: readonly (readonly number[])[]): number {
  const shapes = [fit.x, fit.y].flatMap((read) => (read.known ? read.value.map(({ shape }) => shape) : (read.shapes ?? [])));
  const known = shapes.map((shape) => shape[0] ?? -1).find((length) => length > 0) ?? usualRows;
  const numbers = Math.max(1, ...inputs.map((shape) => shape.reduce((product, length) => product * length, 1)));
  return Math.max(1, Math.min(known, mostRows, Math.floor(mostNumbers / numbers)));
}

/** How many different indices an input takes if an Embedding reads it. */
function vocabularyOf(model: Model, input: number): number | undefined {
  const places = model.layers.flatMap((layer, i) => (layer.className === 'InputLayer' ? [i] : []));
  const at = places[input];
  const reader = model.layers.find((layer) => layer.className === 'Embedding' && (at === undefined ? layer.inputs.length === 0 : layer.inputs.includes(at)));
  return reader && numberIn(reader.config.input_dim);
}

function numberIn(read: Read<Json> | undefined): number | undefined {
  return read?.known && typeof read.value === 'number' ? read.value : undefined;
}

/** Indices for an Embedding, pixels between 0 and 1, or standard normal numbers. */
function inputTensor(rows: number, shape: readonly number[], vocabulary: number | undefined, random: LegacyGenerator, substituted: Message): Tensor {
  const size = rows * shape.reduce((product, length) => product * length, 1);
  const next = vocabulary ? () => random.below(vocabulary - 1) : shape.length >= 3 ? () => random.double() : () => random.normal();
  return { shape: [rows, ...shape], data: Float64Array.from({ length: size }, next), dtype: vocabulary ? 'int32' : 'float32', substituted };
}

function isSameArgument(script: Script, fit: Fit): boolean {
  const call = script.text.slice(fit.span.start, fit.span.end);
  const [, x, y] = /\(\s*(?:x\s*=\s*)?([\w.]+)\s*,\s*(?:y\s*=\s*)?([\w.]+)\s*[,)]/.exec(call) ?? [];
  return x !== undefined && x === y;
}

/** A target for each output: a random linear function of the inputs, as the loss wants it. */
function targets(model: Model, fit: Fit, x: readonly Tensor[], rows: number, random: LegacyGenerator, substituted: Message): readonly Tensor[] | Message {
  const losses = fit.compile.known && fit.compile.value.losses.known ? Object.values(fit.compile.value.losses.value) : [];
  const known = fit.y.known ? [] : (fit.y.shapes ?? []);
  const made: Tensor[] = [];
  for (const [i, output] of model.outputs.entries()) {
    const shape = known[i]?.slice(1);
    const units = outputUnits(model, output) ?? shape?.at(-1);
    if (!units || units < 1) return { id: 'script.refused.no-shape' };
    if (shape && shape.length > 1 && !shape.includes(-1)) {
      made.push(inputTensor(rows, shape, undefined, random, substituted));
      continue;
    }
    made.push(target(teacher(x, rows, Math.max(units, 1), random), rows, units, losses[i] ?? losses[0], substituted));
  }
  return made;
}

/** Scores of `rows` by a random linear map of the first input. */
function teacher(x: readonly Tensor[], rows: number, units: number, random: LegacyGenerator): Float64Array {
  const first = x[0];
  const width = first ? Math.min(first.data.length / rows, 1024) : 0;
  const stride = first ? first.data.length / rows : 0;
  const weights = Float64Array.from({ length: width * units }, () => random.normal() / Math.sqrt(Math.max(1, width)));
  const scores = new Float64Array(rows * units);
  for (let row = 0; row < rows; row++) {
    for (let unit = 0; unit < units; unit++) {
      for (let k = 0; k < width; k++) scores[row * units + unit]! += first!.data[row * stride + k]! * weights[k * units + unit]!;
    }
  }
  return scores;
}

function target(scores: Float64Array, rows: number, units: number, loss: Loss | undefined, substituted: Message): Tensor {
  const best = (row: number): number => {
    let at = 0;
    for (let unit = 1; unit < units; unit++) if (scores[row * units + unit]! > scores[row * units + at]!) at = unit;
    return at;
  };
  switch (loss?.name) {
    case 'sparse_categorical_crossentropy':
      return { shape: [rows], data: Float64Array.from({ length: rows }, (_, row) => best(row)), dtype: 'int32', substituted };
    case 'categorical_crossentropy':
    case 'categorical_hinge':
    case 'kl_divergence': {
      const data = new Float64Array(rows * units);
      for (let row = 0; row < rows; row++) data[row * units + best(row)] = 1;
      return { shape: [rows, units], data, dtype: 'float32', substituted };
    }
    case 'binary_crossentropy':
    case 'binary_focal_crossentropy':
      return { shape: [rows, units], data: scores.map((score) => Number(score > 0)), dtype: 'float32', substituted };
    case 'hinge':
    case 'squared_hinge':
      return { shape: [rows, units], data: scores.map((score) => (score > 0 ? 1 : -1)), dtype: 'float32', substituted };
    default:
      return { shape: [rows, units], data: scores, dtype: 'float32', substituted };
  }
}

/** Units of an output whose last layer with weights is a Dense one over plain rows; undefined where its shape takes more to tell. */
function outputUnits(model: Model, output: number): number | undefined {
  let layer: Layer | undefined = model.layers[output];
  while (layer && ['Activation', 'Dropout', 'Softmax', 'LeakyReLU', 'ReLU', 'BatchNormalization'].includes(layer.className)) layer = model.layers[layer.inputs[0] ?? -1];
  return layer?.className === 'Dense' ? numberIn(layer.config.units) : undefined;
}
