/**
 * From a script's `fit` to everything that is needed to train it, or to the sentence that says why it cannot be
 * trained here. Knows nothing of TensorFlow.js: the editor asks this before a rerun is offered.
 */
import { sameModel, weightsByClass } from '../diagnosis/data';
import { expanded } from '../script/inside';
import type { Callback, Compile, Fit, Graph, Json, Layer, Loss, Objective, OwnLoss, Read, Script, Tensor, Unknown } from '../script/script';
import type { Message } from '../text/message';
import type { Span } from '../text/span';
import { callbackOf, monitorOf, mostSteps, watches } from './callbacks';
import { constraintOf } from './constraints';
import { heeded, perhapsInferring } from './inference';
import { initializerOf } from './initializers';
import { isRecord, kerasObject, numberOf } from './keras-object';
import { activationNames, commonArguments, completed, fixedArguments, layerArguments, lossOperations } from './keras-layers';
import { supportsLoss, wantsClassNumbers } from './losses';
import { isSameMetric, metricOf } from './metrics';
import { algorithmOf } from './optimizers';
import { regularizerOf } from './regularizers';
import { scheduleOf } from './schedules';
import type { LayerSpec, LossSpec, ObjectSpec, Refusal, TrainingSpec } from './trace';

type Config = Readonly<Record<string, Json>>;
type ModelOf = Pick<TrainingSpec, 'backend' | 'layers' | 'outputs' | 'losses' | 'terms'>;

/** Thrown inside this file only: ends the reading at the first thing that cannot be rebuilt. */
class Refused extends Error {
  readonly refusal: Refusal;
  constructor(refused: Message, span?: Span) {
    super(refused.id);
    this.refusal = { refused, ...(span && { span }) };
  }
}

/**
 * The training that `fit` asks for. Never throws.
 * @returns a refusal that names what is unknown or not rebuilt, and where.
 */
export function specOf(script: Script, fit: Fit): TrainingSpec | Refusal {
  try {
    return read(script, fit);
  } catch (error) {
    if (error instanceof Refused) return error.refusal;
    throw error;
  }
}

export function isRefusal(spec: TrainingSpec | Refusal): spec is Refusal {
  return 'refused' in spec;
}

function read(script: Script, fit: Fit): TrainingSpec {
  const inputs = fit.x.known ? fit.x.value.map(({ shape }) => shape.slice(1)) : [];
  const objective = fit.objective && expanded(known(fit.objective), inputs);
  const model = objective ?? expanded(heeded(known(fit.model), script.keras), inputs);
  const compile = known(fit.compile);
  const optimizer = known(compile.optimizer);
  if (fit.ownLoop?.reason.id === 'script.own-loop') throw new Refused({ id: 'rerun.refused.method', args: { method: fit.method } }, fit.span);
  if (fit.ownLoop) throw new Refused(fit.ownLoop.reason, fit.ownLoop.span);
  const layers = layersOf(model, script.keras, objective !== undefined);
  const unsure = script.keras === 3 ? model.layers[perhapsInferring(layers)] : undefined;
  if (unsure) throw unsupported(unsure.className, 'training', unsure.span);
  const compared = comparedOutputs(compile, model, objective);
  const losses = compared.map(({ loss }) => loss);
  const given = { x: known(fit.x), y: known(fit.y) };
  const { x, y } = fed(given, objective, losses.length, fit.span);
  checkWholeInputs(model, x);
  const validation = validationOf(fit, given.x, given.y);
  checkLabels(losses, y, layers, model, fit.span);
  const built: ModelOf = { backend: script.backend, layers, outputs: compared.map(({ at }) => at), losses, ...(objective && { terms: objective.terms }) };
  const { callbacks, substitutions } = callbacksOf(fit, compile, built, script.keras);
  const trainer = optimizerOf(optimizer.className, configOf(optimizer.config), script.keras, optimizer.span);
  checkRows(trainer, built, script.keras, optimizer.span);
  const data = trainingPart(fit, x, y, fit.span);
  const batchSize = known(fit.batchSize) ?? 32;
  checkSteps(callbacks, known(fit.epochs) * Math.ceil((data.x[0]?.shape[0] ?? 0) / batchSize), fit);
  checkStateful(layers, model, data.x[0]?.shape[0] ?? 0, batchSize, validation !== undefined);
  return {
    ...built,
    // Keras 2 has TensorFlow alone.
    ...(script.keras === 3 && !script.backendNamed && { backendOpen: true }),
    keras: script.keras,
    optimizer: trainer,
    metrics: compile.metrics.known ? compile.metrics.value : [],
    ...data,
    ...(validation && { validation: { ...validation, ...fed(validation, objective, losses.length, fit.span) } }),
    ...(objective && { printed: objective.printed }),
    epochs: known(fit.epochs),
    batchSize,
    shuffle: known(fit.shuffle),
    callbacks,
    substitutions: [...substitutionsOf(script, fit, [...x, ...y]), ...substitutions],
  };
}

function known<T>(read: Read<T>): T {
  if (!read.known) throw new Refused(read.reason, read.span);
  return read.value;
}

function configOf(config: Readonly<Record<string, Read<Json>>>): Config {
  return Object.fromEntries(Object.entries(config).map(([name, value]) => [name, known(value)]));
}

/** @param isObjective what lies behind the model may be made of everything that losses are made of. */
function layersOf(model: Graph, keras: 2 | 3, isObjective: boolean): LayerSpec[] {
  const isOfLosses = ({ className, origin }: Pick<Layer, 'className' | 'origin'>): boolean => isObjective && origin === 'operation' && !Object.hasOwn(layerArguments, className) && lossOperations.has(className);
  for (const layer of model.layers) {
    const { className, origin, span } = layer;
    const isKnown = origin === undefined || isOfLosses(layer) || (origin === 'operation' && Object.hasOwn(layerArguments, className));
    if (!isKnown) throw new Refused({ id: 'rerun.refused.origin', args: { layer: className, origin } }, span);
  }
  return model.layers.map(({ className, name, origin, span, config, inputs, sharesWeightsWith, weights }, index) => ({
    className,
    name: name ?? `${className.toLowerCase()}_${index}`,
    config: isOfLosses({ className, origin }) ? configOf(config) : layerConfig(className, configOf(config), keras, span),
    inputs,
    ...(sharesWeightsWith !== undefined && { sharesWeightsWith }),
    ...(weights && { weights }),
  }));
}

/** A layer's arguments with defaults, each checked to be one that is rebuilt. */
function layerConfig(className: string, written: Config, keras: 2 | 3, span: Span): Config {
  const args = Object.hasOwn(layerArguments, className) ? layerArguments[className] : undefined;
  if (!args) throw new Refused({ id: 'rerun.refused.layer', args: { layer: className } }, span);
  const config = completed(className, written);
  for (const name of Object.keys(args)) {
    if (config[name] === undefined) throw new Refused({ id: 'rerun.refused.missing', args: { owner: className, argument: name } }, span);
  }
  for (const [name, value] of Object.entries(config)) {
    if (!commonArguments.has(name) && !Object.hasOwn(args, name)) {
      // A saved model names every argument; null asks for nothing.
      if (value === null) continue;
      throw unsupported(className, name, span);
    }
    if (fixedArguments.has(name) && value !== args[name]) throw unsupported(className, name, span, value);
    if (!buildable(className, name, value)) throw unsupported(className, name, span, value);
    const inner = name === 'layer' ? kerasObject(value) : undefined;
    if (inner) config[name] = { class_name: inner.className, config: layerConfig(inner.className, inner.config, keras, span) };
  }
  return config;
}

/** Whole numbers are the same in float32 as in these types, which only the ids of an embedding need in Keras. */
const wholeTypes: ReadonlyMap<Json, readonly [least: number, most: number]> = new Map([
  ['uint8', [0, 255]], ['int8', [-128, 127]], ['uint16', [0, 65_535]], ['int16', [-32_768, 32_767]],
  ['int32', [-(2 ** 31), 2 ** 31 - 1]], ['int64', [-(2 ** 53), 2 ** 53]],
]);

/** An input of whole numbers is rebuilt where its data are such: Keras cuts off what is behind the point, and what is too large. */
function checkWholeInputs({ layers }: Graph, x: readonly Tensor[]): void {
  layers.filter(({ className }) => className === 'InputLayer').forEach(({ className, config, span }, index) => {
    const { dtype } = config;
    const bounds = dtype?.known ? wholeTypes.get(dtype.value) : undefined;
    if (!dtype?.known || !bounds) return;
    const fits = (value: number): boolean => Number.isInteger(value) && value >= bounds[0] && value <= bounds[1];
    if (!x[index]?.data.every(fits)) throw unsupported(className, 'dtype', span, dtype.value);
  });
}

/** Whether an argument of a layer has a value that is rebuilt here. */
function buildable(className: string, name: string, value: Json): boolean {
  if (value === null) return true;
  const object = kerasObject(value);
  if (name.endsWith('_initializer')) return object !== undefined && initializerOf(object) !== undefined;
  if (name.endsWith('_regularizer')) return object !== undefined && regularizerOf(object) !== undefined;
  if (name.endsWith('_constraint')) return object !== undefined && constraintOf(object) !== undefined;
  if (name.endsWith('activation')) return typeof value === 'string' && activationNames.has(value);
  switch (name) {
    case 'dtype':
      return value === 'float32' || (className === 'InputLayer' && (value === 'float64' || wholeTypes.has(value)));
    case 'trainable':
      return typeof value === 'boolean';
    case 'data_format':
      // Keras 3.15 on TensorFlow's CPU gives SeparableConv2D another gradient by its input in the one format than in the other.
      return value === 'channels_last' || (value === 'channels_first' && className !== 'SeparableConv2D');
    case 'layer':
      return object !== undefined;
    default:
      return true;
  }
}

function unsupported(owner: string, argument: string, span: Span, value?: Json): Refused {
  const shown = value === undefined ? undefined : (kerasObject(value)?.className ?? JSON.stringify(value));
  return shown === undefined
    ? new Refused({ id: 'rerun.refused.argument', args: { owner, argument } }, span)
    : new Refused({ id: 'rerun.refused.value', args: { owner, argument, value: shown } }, span);
}

/** Arguments of an optimizer that change nothing here, and those that are refused unless they are off. */
const ignoredOptimizerArguments = new Set(['name', 'jit_compile', 'ema_momentum', 'ema_overwrite_frequency']);
const refusedOptimizerArguments = new Set(['use_ema', 'gradient_accumulation_steps', 'loss_scale_factor']);

/** Optimizers that do more to a list of rows than to square it, and what cannot be told from its squares. */
const notByRows = new Set(['Adamax', 'Adadelta', 'Ftrl', 'Adafactor']);

/** Keras 3 on TensorFlow gives the gradient of an embedding as a list of rows; not every optimizer is rebuilt for that. */
function checkRows(optimizer: ObjectSpec, { backend, layers }: ModelOf, keras: 2 | 3, span: Span): void {
  const rows = layers.some(({ className, config }) => className === 'Embedding' && config.trainable !== false && !config.embeddings_regularizer);
  if (keras === 2 || backend !== 'tensorflow' || !rows) return;
  if (notByRows.has(optimizer.className)) throw new Refused({ id: 'rerun.refused.rows', args: { optimizer: optimizer.className } }, span);
  if (numberOf(optimizer.config.clipvalue, 0) > 0) throw unsupported('Embedding', 'clipvalue', span);
}

function optimizerOf(className: string, config: Config, keras: 2 | 3, span: Span): ObjectSpec {
  if (!algorithmOf(className, config)) throw new Refused({ id: 'rerun.refused.optimizer', args: { optimizer: className } }, span);
  const kept: Record<string, Json> = {};
  for (const [name, value] of Object.entries(config)) {
    if (ignoredOptimizerArguments.has(name)) continue;
    if (refusedOptimizerArguments.has(name)) {
      if (value !== null && value !== false && value !== 0) throw unsupported(className, name, span);
      continue;
    }
    if (name === 'decay' && (keras === 3 || typeof value !== 'number')) throw unsupported(className, name, span);
    if (name === 'learning_rate' && typeof value !== 'number') {
      const schedule = kerasObject(value);
      if (!schedule || !scheduleOf(schedule)) throw unsupported(className, name, span, value);
    }
    kept[name] = value;
  }
  return { className, config: kept };
}

/** The outputs that have a loss, in their order: all of them, unless more than their losses is made smaller. */
function comparedOutputs(compile: Compile, model: Graph, objective: Objective | undefined): { readonly at: number; readonly loss: LossSpec }[] {
  const { ownLoss, lossWeights } = compile;
  const [only, ...others] = model.outputs;
  if (ownLoss && only !== undefined && others.length === 0 && known(lossWeights) === null) return [{ at: only, loss: ownLossOf(ownLoss) }];
  const losses = known((objective ?? compile).losses);
  const weights = known(compile.lossWeights);
  return model.outputs.flatMap((at, index) => {
    const name = model.layers[at]?.name ?? String(index);
    const loss = losses[name] ?? losses[''];
    if (!loss && objective) return [];
    if (!loss) throw new Refused({ id: 'rerun.refused.no-loss', args: { output: name } }, compile.span);
    const weight = Array.isArray(weights) ? weights[index] : isRecord(weights) ? (weights[name] ?? 1) : (weights ?? undefined);
    if (weight !== undefined && typeof weight !== 'number') throw unsupported('compile', 'loss_weights', compile.span);
    return [{ at, loss: { ...lossOf(loss), ...(weight !== undefined && { weight }) } }];
  });
}

/** What the inputs and the losses are given: targets that an objective is made of stand behind the inputs; those that nothing asks for are left out. */
function fed({ x, y }: Pick<TrainingSpec, 'x' | 'y'>, objective: Objective | undefined, losses: number, span: Span): Pick<TrainingSpec, 'x' | 'y'> {
  const targets = objective?.targets.length ?? 0;
  if (objective && targets + losses === 0) return { x, y: [] };
  if (y.length !== targets + losses) throw new Refused({ id: 'rerun.refused.outputs', args: { targets: y.length, outputs: targets + losses } }, span);
  return targets > 0 ? { x: [...x, ...y], y: [] } : { x, y };
}

function lossOf({ name, config, span }: Loss): LossSpec {
  if (!supportsLoss(name)) throw new Refused({ id: 'rerun.refused.loss', args: { loss: name } }, span);
  const written = configOf(config);
  for (const [argument, value] of Object.entries(written)) {
    if (!supportsLoss(name, argument)) throw unsupported(name, argument, span, value);
    const reduced = argument !== 'reduction' || value === 'sum' || value === 'sum_over_batch_size' || value === 'auto';
    if (!reduced) throw unsupported(name, argument, span, value);
  }
  return { name, config: written };
}

/** A function of the script, whose name is told from those of Keras' losses by its parentheses. */
function ownLossOf({ name, body }: OwnLoss): LossSpec {
  const layers = body.layers.map(({ className, config, span, inputs }, index) => {
    if (!lossOperations.has(className)) throw new Refused({ id: 'rerun.refused.layer', args: { layer: className } }, span);
    return { className, name: String(index), config: configOf(config), inputs };
  });
  return { name: `${name}()`, config: {}, own: { layers, output: body.outputs[0]! } };
}

/** Callbacks that change the training, and what stands in for those that cannot be rebuilt. */
function callbacksOf(fit: Fit, compile: Compile, model: ModelOf, keras: 2 | 3): { callbacks: ObjectSpec[]; substitutions: Message[] } {
  const callbacks: ObjectSpec[] = [];
  const substitutions: Message[] = [];
  let stopsUnseen = false;
  for (const callback of known(fit.callbacks)) {
    const { className, reach } = callback;
    if (reach === 'stops') substitutions.push({ id: 'rerun.substituted.own-stop', args: { callback: className } });
    if (reach === 'stops' || reach === 'watches') continue;
    const spec = callbackSpec(callback);
    const mode = watches(spec) ? watched(spec, compile, model, keras) : undefined;
    if (mode === 'unseen') {
      // Early stopping by a value that is not computed here: training goes on to the last epoch instead.
      if (spec.className !== 'EarlyStopping') throw unsupported(spec.className, 'monitor', callback.span, monitorOf(spec));
      stopsUnseen = true;
    } else if (mode !== 'absent') {
      callbacks.push(mode ? { ...spec, config: { ...spec.config, mode } } : spec);
    }
  }
  if (stopsUnseen) substitutions.push({ id: 'rerun.substituted.early-stopping' });
  return { callbacks, substitutions };
}

/** Which way the value that a callback watches is better; `absent`: Keras does not print it, so the callback never acts. */
function watched(callback: ObjectSpec, compile: Compile, model: ModelOf, keras: 2 | 3): 'min' | 'max' | 'unseen' | 'absent' {
  const { mode } = callback.config;
  const name = monitorOf(callback).replace(/^val_/, '');
  const given = mode === 'min' || mode === 'max' ? mode : undefined;
  if (name === 'loss') return given ?? 'min';
  if (compile.metrics.known && model.outputs.length === 1 && !compile.metrics.value.some((metric) => isSameMetric(metric, name, keras))) return 'absent';
  const metric = metricOf(name, model);
  return metric ? (given ?? metric.mode) : 'unseen';
}

function callbackSpec({ className, config, span, reach }: Callback): ObjectSpec {
  if (reach === 'changes') throw new Refused({ id: 'rerun.refused.callback', args: { callback: className } }, span);
  // A callback that only watches may have arguments that nobody can read.
  if (callbackOf({ className, config: {} }) === null) return { className, config: {} };
  const spec = { className, config: configOf(config) };
  if (callbackOf(spec) === undefined) throw new Refused({ id: 'rerun.refused.callback', args: { callback: className } }, span);
  return spec;
}

/** A file gives the weights, but not what the optimizer remembers; or not even those. */
function loadedWeights({ reason }: Unknown): Message {
  return { id: reason.id === 'script.optimizer-state' ? 'rerun.substituted.optimizer' : 'rerun.substituted.weights' };
}

/** Models whose weights were trained before, which are not at hand. */
function pretrained({ model }: Fit): Message[] {
  const layers = model.known ? model.value.layers.filter(({ origin, config: { weights } }) => origin === 'keras.applications' && !(weights?.known && weights.value === null)) : [];
  const models = [...new Set(layers.map(({ className }) => className))].join(', ');
  return models === '' ? [] : [{ id: 'rerun.substituted.pretrained', args: { models } }];
}

/** What is not as in the user's run, each a sentence. */
function substitutionsOf(script: Script, fit: Fit, data: readonly Tensor[]): Message[] {
  const earlier = script.fits.slice(0, script.fits.indexOf(fit));
  const trained = earlier.some((other) => sameModel(other, fit));
  return [
    ...(data.some(({ substituted }) => substituted) ? [{ id: 'rerun.substituted.data' }] : []),
    ...(fit.loadedWeights ? [loadedWeights(fit.loadedWeights)] : []),
    ...pretrained(fit),
    ...(fit.searched ? [{ id: 'rerun.substituted.search' }] : []),
    ...(fit.method === 'train_on_batch' || fit.method === 'apply_gradients' ? [{ id: 'rerun.substituted.loop' }] : []),
    ...(trained ? [{ id: 'rerun.substituted.trained' }] : []),
  ];
}

/** Reading ends before a long training whose callback sets a learning rate for each step. */
function checkSteps(callbacks: readonly ObjectSpec[], steps: number, fit: Fit): void {
  const short = callbacks.find((callback) => (mostSteps(callback) ?? steps) < steps);
  if (short) throw new Refused({ id: 'rerun.refused.callback', args: { callback: short.className } }, fit.span);
}

/** A layer that goes on from the batch before needs batches of one size; validation would change what it goes on from. */
function checkStateful(layers: readonly LayerSpec[], model: Graph, samples: number, batchSize: number, isValidated: boolean): void {
  const at = layers.findIndex(({ config }) => (kerasObject(config.layer)?.config ?? config).stateful === true);
  if (at >= 0 && (isValidated || samples % batchSize !== 0)) throw unsupported(layers[at]!.className, 'stateful', model.layers[at]!.span, true);
}

/** Class numbers have to be classes of the model: Keras raises an error or gives NaN, as the device has it. */
function checkLabels(losses: readonly LossSpec[], y: readonly Tensor[], layers: readonly LayerSpec[], model: Graph, span: Span): void {
  losses.forEach(({ name }, index) => {
    const units = layers[model.outputs[index] ?? -1]?.config.units;
    if (!wantsClassNumbers(name) || typeof units !== 'number') return;
    const wrong = y[index]?.data.find((label) => !Number.isInteger(label) || label < 0 || label >= units);
    if (wrong !== undefined) throw new Refused({ id: 'rerun.refused.label', args: { label: wrong, classes: units } }, span);
  });
}

type Data = Pick<TrainingSpec, 'x' | 'y' | 'sampleWeights'>;

/** The part of the data that Keras trains on: `validation_split` takes the last samples away, before any shuffling. */
function trainingPart(fit: Fit, x: readonly Tensor[], y: readonly Tensor[], span: Span): Data {
  const samples = x[0]?.shape[0] ?? 0;
  if (samples === 0 || [...x, ...y].some(({ shape }) => shape[0] !== samples)) {
    throw new Refused({ id: 'rerun.refused.samples', args: { x: samples, y: y[0]?.shape[0] ?? 0 } }, span);
  }
  const split = fit.validationData.known && fit.validationData.value !== null ? 0 : known(fit.validationSplit);
  const end = Math.floor(samples * (1 - split));
  const weights = sampleWeightsOf(fit, y);
  return {
    x: x.map((tensor) => slice(tensor, 0, end)),
    y: y.map((tensor) => slice(tensor, 0, end)),
    ...(weights && { sampleWeights: weights.subarray(0, end) }),
  };
}

/** `sample_weight`, or the weight of each sample's class. */
function sampleWeightsOf(fit: Fit, y: readonly Tensor[]): Float64Array | undefined {
  const [weights, byClass] = [known(fit.sampleWeight), known(fit.classWeight)];
  if (weights === null && byClass === null) return undefined;
  const [target] = y;
  if (!target || y.length > 1 || (weights !== null && (byClass !== null || weights.data.length !== target.shape[0]))) {
    throw new Refused({ id: 'rerun.refused.weights' }, fit.span);
  }
  if (weights !== null) return weights.data;
  return weightsByClass(target, byClass);
}

/** Weights of classes count in training only, those of samples in both. */
function validationOf(fit: Fit, x: readonly Tensor[], y: readonly Tensor[]): TrainingSpec['validation'] {
  const given = known(fit.validationData);
  if (given) return { x: given.x, y: given.y, ...(given.sampleWeight && { sampleWeights: given.sampleWeight.data }) };
  const split = known(fit.validationSplit);
  if (split === 0) return undefined;
  const samples = x[0]?.shape[0] ?? 0;
  const from = Math.floor(samples * (1 - split));
  const weights = known(fit.sampleWeight);
  return {
    x: x.map((tensor) => slice(tensor, from, samples)),
    y: y.map((tensor) => slice(tensor, from, samples)),
    ...(weights && { sampleWeights: weights.data.subarray(from) }),
  };
}

function slice(tensor: Tensor, from: number, to: number): Tensor {
  const [samples = 0, ...rest] = tensor.shape;
  if (from === 0 && to === samples) return tensor;
  const size = rest.reduce((product, extent) => product * extent, 1);
  return { ...tensor, shape: [to - from, ...rest], data: tensor.data.subarray(from * size, to * size) };
}

/** The training at another constant learning rate: a trial, which no script need have asked for. */
export function withLearningRate(spec: TrainingSpec, rate: number): TrainingSpec {
  const { className, config } = spec.optimizer;
  const callbacks = spec.callbacks.filter((callback) => !setsLearningRate(callback));
  return { ...spec, optimizer: { className, config: { ...config, learning_rate: rate } }, callbacks };
}

const setsLearningRate = ({ className }: ObjectSpec): boolean => className === 'LearningRateScheduler';

/** The learning rate, where it is a constant. */
export function learningRateOf(spec: TrainingSpec): number | undefined {
  if (spec.callbacks.some(setsLearningRate) || numberOf(spec.optimizer.config.decay, 0) !== 0) return undefined;
  const rate = spec.optimizer.config.learning_rate;
  return typeof rate === 'number' ? rate : rate === undefined || isRecord(rate) ? undefined : Number(rate);
}
