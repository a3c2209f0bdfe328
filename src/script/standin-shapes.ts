/** Shapes that stand in for those which only the script's own data would tell. */
import type { Message } from '../text/message';
import type { Json, Layer, Model } from './script';
import { shapesBehind } from './graph-shapes';
import { isMade } from './operation-shapes';
import { type Shape, shapeText } from './shapes';

/** Length that stands in for an axis that the script leaves open. */
export const openLength = 16;
const imageLength = 32;
/** Most models of `keras.applications` were made for images of this size. */
const applicationLength = 224;
/** How much longer open axes may become until every layer has room on them. */
const stretches = [1, 2, 4, 8, 16];

/**
 * Shapes of one sample for each input: from the model, else from the shapes `known` of the arrays, else what its layers take,
 * as long as their windows need it.
 */
export function inputShapes(model: Model, known: readonly Shape[], assumed: Message[]): Shape[] {
  const tried = stretches.map((stretch) => inputsOf(model, known, stretch));
  const wide = tried.find((inputs) => hasRoom(model, inputs.map(({ shape }) => shape))) ?? tried[0]!;
  for (const { shape, isOpen } of wide) if (isOpen) assumed.push({ id: 'script.assumed', args: { name: 'input_shape', value: shapeText(shape) } });
  return wide.map(({ shape }) => shape);
}

/** The shape of each input, and whether lengths of it are nowhere in the script. */
function inputsOf(model: Model, known: readonly Shape[], stretch: number): { readonly shape: Shape; readonly isOpen: boolean }[] {
  const declared = model.layers.filter((layer) => layer.className === 'InputLayer').map((layer) => layer.config.shape);
  return (declared.length > 0 ? declared : [undefined]).map((read, i) => {
    const data = known[i]?.slice(1);
    const lengths = read?.known && Array.isArray(read.value) ? (read.value as readonly Json[]).map((length) => (typeof length === 'number' ? length : -1)) : undefined;
    const named = lengths ?? (read?.known === false ? read.shapes?.[0] : undefined);
    const usual = usualShape(model, i, (named ?? data)?.length, stretch);
    const told = named && data?.length === named.length ? named.map((length, axis) => (length > 0 ? length : data[axis]!)) : (named ?? data);
    const shape = usual.map((length, axis) => (told && told[axis]! > 0 ? told[axis]! : length));
    // An axis that the script itself leaves open may have any length.
    return { shape, isOpen: !lengths && (!told || told.includes(-1)) };
  });
}

/** Whether no axis behind a layer is too short for its window. */
function hasRoom(model: Model, inputs: readonly Shape[]): boolean {
  return shapesBehind(model, inputs).every((shape) => !shape?.some((length) => length === 0 || length < -1));
}

/** A shape that the model takes, of the rank that is known or that its first layers ask for. */
function usualShape(model: Model, input: number, known: number | undefined, stretch: number): Shape {
  const reader = readerOf(model, input);
  const isApplication = reader?.origin === 'keras.applications';
  const rank = known ?? rankAsked(model, reader);
  if (rank === 1 && reader?.className === 'Reshape') {
    const target = targetOf(reader)?.map((length, axis, all) => (length > 0 ? length : axis === all.length - 1 ? 1 : openLength));
    if (target) return [target.reduce((product, length) => product * length, 1)];
  }
  const open = openLength * stretch;
  // A last axis of channels or features is short.
  return Array.from({ length: rank }, (_, axis) =>
    rank === 3 ? (axis === 2 ? 3 : isApplication ? applicationLength : imageLength * stretch) : rank > 1 && axis === rank - 1 ? 1 : open,
  );
}

/** Axes of a sample that the first layer asks for which does not take any. */
function rankAsked(model: Model, reader: Layer | undefined): number {
  let at = reader ? model.layers.indexOf(reader) : -1;
  while (at >= 0) {
    const layer: Layer = model.layers[at]!;
    const { className } = layer;
    const places = /(?:Conv\w*|Pooling|Padding|Cropping|UpSampling|LocallyConnected)([123])D/.exec(className)?.[1];
    if (places) return Number(places) + (className.startsWith('ConvLSTM') ? 2 : 1);
    if (layer.origin === 'keras.applications' || /^(?:Rescaling|Resizing|CenterCrop|Random\w+)$/.test(className)) return 3;
    if (/^(?:LSTM|GRU|SimpleRNN|CuDNN\w+|Bidirectional|TimeDistributed)$/.test(className)) return 2;
    if (!/^(?:Masking|Dropout|GaussianNoise|BatchNormalization|Normalization|Activation)$/.test(className)) return 1;
    at = model.layers.findIndex(({ inputs }) => inputs.includes(at));
  }
  return 1;
}

/** The target of a Reshape as far as it is written; -1 for what is not. */
function targetOf({ config: { target_shape: target } }: Layer): Shape | undefined {
  if (target?.known === false) return target.shapes?.[0];
  return Array.isArray(target?.value) && target.value.every((length) => typeof length === 'number') ? (target.value as readonly number[]) : undefined;
}

/** The model with a target for each Reshape whose own is not known in full: what its input has room for. */
export function withTargets(model: Model, inputs: readonly Shape[], assumed: Message[]): Model {
  const layers = [...model.layers];
  model.layers.forEach((layer, at) => {
    const { target_shape: read } = layer.config;
    if (layer.className !== 'Reshape' || !read || read.known) return;
    const before = layer.inputs.length === 0 ? inputs[0] : shapesBehind({ layers: layers.slice(0, at) }, inputs)[layer.inputs[0]!];
    const target = before && filled(before, targetOf(layer));
    if (!target) return;
    assumed.push({ id: 'script.assumed', args: { name: 'Reshape: target_shape', value: shapeText(target) } });
    layers[at] = { ...layer, config: { ...layer.config, target_shape: { known: true, value: target, span: read.span } } };
  });
  return { ...model, layers };
}

/** A target of the size of `before`: open axes take its lengths in turn, the last of them what is left. */
function filled(before: Shape, target: Shape | undefined): Shape | undefined {
  if (!target || before.includes(-1)) return undefined;
  const lengths = [...before];
  let rest = target.reduce((left, length) => (length > 0 ? left / length : left), before.reduce((product, length) => product * length, 1));
  const last = target.map((length) => length > 0).lastIndexOf(false);
  const shape = target.map((length, axis) => {
    if (length > 0) return length;
    const next = axis === last ? rest : (lengths.shift() ?? 1);
    rest /= next;
    return next;
  });
  return rest === 1 && shape.every((length) => Number.isInteger(length) && length > 0) ? shape : undefined;
}

/** The first layer that reads an input. */
export function readerOf(model: Model, input: number): Layer | undefined {
  const at = model.layers.flatMap((layer, i) => (layer.className === 'InputLayer' ? [i] : []))[input];
  return model.layers.find((layer) => layer.className !== 'InputLayer' && (at === undefined ? layer.inputs.length === 0 && !isMade(layer.className) : layer.inputs.includes(at)));
}
