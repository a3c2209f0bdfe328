/** What the script's arrays say, where they could be read. */
import type { Fit, Json, Layer, Tensor } from '../script/script';
import { mean } from './series';
import { known } from './training';

/** The targets as one list of numbers; undefined where they could not be read or the model has several outputs. */
export function targetsOf(fit: Fit | undefined): Tensor | undefined {
  const targets = known(fit?.y)?.value;
  return targets?.length === 1 && targets[0]!.data.length > 0 ? targets[0] : undefined;
}

/** The numbers of each place in the last axis. */
export function columnsOf({ shape, data }: Tensor): number[][] {
  const width = shape.length < 2 ? 1 : shape.at(-1)!;
  const columns = Array.from({ length: width }, (): number[] => []);
  data.forEach((value, index) => columns[index % width]!.push(value));
  return columns;
}

/** @param weights of the samples, of which each may have several values; 1 for each if not given */
export function weightedMean(values: readonly number[], weights?: ArrayLike<number>): number {
  if (!weights) return mean(values);
  let [sum, total] = [0, 0];
  values.forEach((value, index) => {
    const weight = weights[Math.floor((index * weights.length) / values.length)]!;
    sum += value * weight;
    total += weight;
  });
  return sum / total;
}

/** The share of each label among integer labels. @param weights of the samples, 1 for each if not given */
export function sharesOf({ data }: Tensor, weights?: ArrayLike<number>): number[] {
  const counts = new Map<number, number>();
  let total = 0;
  data.forEach((label, index) => {
    const weight = weights?.[Math.floor((index * weights.length) / data.length)] ?? 1;
    counts.set(label, (counts.get(label) ?? 0) + weight);
    total += weight;
  });
  return [...counts.values()].map((count) => count / total);
}

/**
 * How much each sample counts in the training loss: its `sample_weight`, or the `class_weight` of its class.
 * @returns `equal` where there are no weights, undefined where they could not be read.
 */
export function sampleWeightsOf(fit: Fit | undefined): Float64Array | 'equal' | undefined {
  if (!fit) return 'equal';
  const [weights, byClass] = [known(fit.sampleWeight), known(fit.classWeight)];
  if (!weights || !byClass) return undefined;
  if (weights.value === null && byClass.value === null) return 'equal';
  if (weights.value !== null) return byClass.value === null ? weights.value.data : undefined;
  const targets = targetsOf(fit);
  return targets && weightsByClass(targets, byClass.value);
}

/** Weights of samples by their labels, which are numbers or rows with a one; 1 for classes that have none. */
export function weightsByClass({ shape, data }: Tensor, byClass: Json): Float64Array {
  const samples = shape[0] ?? 0;
  const width = data.length / samples;
  return Float64Array.from({ length: samples }, (_, sample) => {
    const row = data.subarray(sample * width, (sample + 1) * width);
    const label = width === 1 ? row[0]! : row.indexOf(Math.max(...row));
    const weight = typeof byClass === 'object' ? (byClass as Readonly<Record<string, Json>> | null)?.[String(label)] : undefined;
    return typeof weight === 'number' ? weight : 1;
  });
}

export function inputsOf(fit: Fit | undefined): Tensor | undefined {
  const inputs = known(fit?.x)?.value;
  return inputs?.length === 1 && inputs[0]!.data.length > 0 ? inputs[0] : undefined;
}

/** The input that is farthest from 0. */
export function largestInput({ data }: Tensor): number {
  return data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

/** Whether all inputs and targets are known and none of them is NaN or infinite. */
export function hasFiniteData({ x, y }: Fit): boolean {
  return x.known && y.known && [...x.value, ...y.value].every(({ data }) => data.every(Number.isFinite));
}

/** Whether both train the same model, so that the later one goes on from the earlier. */
export function sameModel({ model: one }: Fit, { model: other }: Fit): boolean {
  return one.known && other.known && one.value.span.start === other.value.span.start;
}

/** Whether a layer of the model makes the scale of the inputs unimportant. */
export function scalesInputs(fit: Fit | undefined): boolean {
  return layersOf(fit).some(({ className }) => ['Normalization', 'Rescaling', 'BatchNormalization', 'Embedding'].includes(className));
}

/** Layers of the model without its inputs; empty where it could not be read. */
export function layersOf(fit: Fit | undefined): readonly Layer[] {
  return (known(fit?.model)?.value.layers ?? []).filter(({ className }) => className !== 'InputLayer');
}

/** The same where every layer takes what the one before it gives, and the last one is the output; undefined for other models. */
export function chainOf(fit: Fit | undefined): readonly Layer[] | undefined {
  const model = known(fit?.model)?.value;
  const { layers = [], outputs = [] } = model ?? {};
  const chained = layers.every(({ inputs }, at) => inputs.length === Math.min(at, 1) && inputs.every((from) => from === at - 1));
  return chained && outputs.length === 1 && outputs[0] === layers.length - 1 ? layersOf(fit) : undefined;
}

/** The layer whose output is compared with the targets; undefined where it is unknown or there are several. */
export function outputLayer(fit: Fit | undefined): Layer | undefined {
  const model = known(fit?.model)?.value;
  return model?.outputs.length === 1 ? model.layers[model.outputs[0]!] : undefined;
}

/** Layers that have no activation unless one is given, and those that have tanh then. */
const linearLayers = /^(?:Dense|EinsumDense|(?:Depthwise|Separable)?Conv[1-3]D(?:Transpose)?)$/;
const recurrentLayers = /^(?:LSTM|GRU|SimpleRNN|ConvLSTM[1-3]D)$/;

/**
 * Activation that acts in a layer, as a name: Keras' default where none is given; undefined where it could not be read, and for
 * layers without one: what `Flatten` or `Average` gives is what it takes, and nobody knows what a `Lambda` does.
 */
export function effectiveActivation(layer: Layer): string | undefined {
  if (['Softmax', 'ReLU', 'LeakyReLU', 'PReLU', 'ELU'].includes(layer.className)) return layer.className.toLowerCase();
  const activation = layer.config['activation'];
  if (activation === undefined) return linearLayers.test(layer.className) ? 'linear' : recurrentLayers.test(layer.className) ? 'tanh' : undefined;
  if (!activation.known) return undefined;
  if (activation.value === null) return 'linear';
  return typeof activation.value === 'string' ? activation.value.toLowerCase() : undefined;
}

export function unitsOf(layer: Layer): number | undefined {
  const units = known(layer.config['units'])?.value;
  return typeof units === 'number' ? units : undefined;
}
