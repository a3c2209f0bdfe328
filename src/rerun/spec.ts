/**
 * From a script's `fit` to everything that is needed to train it, or to the sentence that says why it cannot be
 * trained here. Knows nothing of TensorFlow.js: the editor asks this before a rerun is offered.
 */
import type { Callback, Fit, Json, Layer, Loss, Model, Read, Script, Tensor } from '../script/script';
import type { Message } from '../text/message';
import type { Span } from '../text/span';
import { elementActivations } from './activations';
import { constraintOf } from './constraints';
import { initializerOf } from './initializers';
import { isRecord, kerasObject } from './keras-object';
import { commonArguments, layerArguments } from './keras-layers';
import { algorithmOf } from './optimizers';
import { regularizerOf } from './regularizers';
import { rowLosses } from './row-losses';
import { scheduleOf } from './schedules';
import type { LayerSpec, LossSpec, ObjectSpec, Refusal, TrainingSpec } from './trace';

type Config = Readonly<Record<string, Json>>;

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
  const model = known(fit.model);
  const compile = known(fit.compile);
  const optimizer = known(compile.optimizer);
  const layers = layersOf(model);
  const [x, y] = [known(fit.x), known(fit.y)];
  const validation = validationOf(fit, x, y);
  return {
    keras: script.keras,
    backend: script.backend,
    layers,
    outputs: model.outputs,
    optimizer: optimizerOf(optimizer.className, configOf(optimizer.config), optimizer.span),
    losses: Object.fromEntries(Object.entries(known(compile.losses)).map(([output, loss]) => [output, lossOf(loss)])),
    metrics: compile.metrics.known ? compile.metrics.value : [],
    ...trainingPart(fit, x, y, fit.span),
    ...(validation && { validation }),
    epochs: known(fit.epochs),
    batchSize: known(fit.batchSize) ?? 32,
    shuffle: known(fit.shuffle),
    callbacks: callbacksOf(fit),
    substitutions: [],
  };
}

function known<T>(read: Read<T>): T {
  if (!read.known) throw new Refused(read.reason, read.span);
  return read.value;
}

function configOf(config: Readonly<Record<string, Read<Json>>>): Config {
  return Object.fromEntries(Object.entries(config).map(([name, value]) => [name, known(value)]));
}

function layersOf(model: Model): LayerSpec[] {
  if (model.kind === 'subclassed') throw new Refused({ id: 'rerun.refused.subclassed' }, model.span);
  return model.layers.map((layer, index) => layerOf(layer, index));
}

function layerOf(layer: Layer, index: number): LayerSpec {
  const { className, span } = layer;
  const args = Object.hasOwn(layerArguments, className) ? layerArguments[className] : undefined;
  if (!args) throw new Refused({ id: 'rerun.refused.layer', args: { layer: className } }, span);
  const written = configOf(layer.config);
  for (const name of Object.keys(written)) {
    if (!commonArguments.has(name) && !Object.hasOwn(args, name)) throw unsupported(className, name, span);
  }
  const config: Record<string, Json> = {};
  for (const [name, otherwise] of Object.entries({ ...args, ...written })) {
    if (otherwise === undefined) throw new Refused({ id: 'rerun.refused.missing', args: { owner: className, argument: name } }, span);
    if (!buildable(name, otherwise)) throw unsupported(className, name, span, otherwise);
    config[name] = otherwise;
  }
  return { className, name: layer.name ?? `${className.toLowerCase()}_${index}`, config, inputs: layer.inputs };
}

/** Whether an argument that holds one of Keras' objects holds one that is rebuilt here. */
function buildable(name: string, value: Json): boolean {
  if (value === null) return true;
  const object = kerasObject(value);
  if (name.endsWith('_initializer')) return object !== undefined && initializerOf(object) !== undefined;
  if (name.endsWith('_regularizer')) return object !== undefined && regularizerOf(object) !== undefined;
  if (name.endsWith('_constraint')) return object !== undefined && constraintOf(object) !== undefined;
  if (name.endsWith('activation')) return typeof value === 'string' && Object.hasOwn(elementActivations, value);
  if (name === 'dtype') return value === 'float32';
  if (name === 'trainable') return value === true;
  return true;
}

function unsupported(owner: string, argument: string, span: Span, value?: Json): Refused {
  const shown = value === undefined ? undefined : (kerasObject(value)?.className ?? JSON.stringify(value));
  return shown === undefined
    ? new Refused({ id: 'rerun.refused.argument', args: { owner, argument } }, span)
    : new Refused({ id: 'rerun.refused.value', args: { owner, argument, value: shown } }, span);
}

/** Arguments of an optimizer that change nothing here, and those that are refused unless they are off. */
const ignoredOptimizerArguments = new Set(['name', 'jit_compile', 'ema_momentum', 'ema_overwrite_frequency']);
const refusedOptimizerArguments = new Set(['use_ema', 'gradient_accumulation_steps', 'loss_scale_factor', 'decay']);

function optimizerOf(className: string, config: Config, span: Span): ObjectSpec {
  if (!algorithmOf(className, config)) throw new Refused({ id: 'rerun.refused.optimizer', args: { optimizer: className } }, span);
  const kept: Record<string, Json> = {};
  for (const [name, value] of Object.entries(config)) {
    if (ignoredOptimizerArguments.has(name)) continue;
    if (refusedOptimizerArguments.has(name)) {
      if (value !== null && value !== false && value !== 0) throw unsupported(className, name, span);
      continue;
    }
    if (name === 'learning_rate' && typeof value !== 'number') {
      const schedule = kerasObject(value);
      if (!schedule || !scheduleOf(schedule)) throw unsupported(className, name, span, value);
    }
    kept[name] = value;
  }
  return { className, config: kept };
}

function lossOf({ name, config, span }: Loss): LossSpec {
  if (!Object.hasOwn(rowLosses, name)) throw new Refused({ id: 'rerun.refused.loss', args: { loss: name } }, span);
  return { name, config: configOf(config) };
}

function callbacksOf(fit: Fit): ObjectSpec[] {
  return known(fit.callbacks).flatMap((callback) => callbackOf(callback));
}

/** Callbacks that only watch. */
const watching = new Set(['History', 'CSVLogger', 'TensorBoard', 'ModelCheckpoint', 'ProgbarLogger', 'BaseLogger']);

function callbackOf({ className, span }: Callback): ObjectSpec[] {
  if (watching.has(className)) return [];
  throw new Refused({ id: 'rerun.refused.callback', args: { callback: className } }, span);
}

type Data = Pick<TrainingSpec, 'x' | 'y'>;

/** The part of the data that Keras trains on: `validation_split` takes the last samples away, before any shuffling. */
function trainingPart(fit: Fit, x: readonly Tensor[], y: readonly Tensor[], span: Span): Data {
  const samples = x[0]?.shape[0] ?? 0;
  if (samples === 0 || [...x, ...y].some(({ shape }) => shape[0] !== samples)) {
    throw new Refused({ id: 'rerun.refused.samples', args: { x: samples, y: y[0]?.shape[0] ?? 0 } }, span);
  }
  const split = fit.validationData.known && fit.validationData.value !== null ? 0 : known(fit.validationSplit);
  const end = Math.floor(samples * (1 - split));
  return { x: x.map((tensor) => slice(tensor, 0, end)), y: y.map((tensor) => slice(tensor, 0, end)) };
}

function validationOf(fit: Fit, x: readonly Tensor[], y: readonly Tensor[]): Data | undefined {
  const given = known(fit.validationData);
  if (given) return given;
  const split = known(fit.validationSplit);
  if (split === 0) return undefined;
  const samples = x[0]?.shape[0] ?? 0;
  const from = Math.floor(samples * (1 - split));
  return { x: x.map((tensor) => slice(tensor, from, samples)), y: y.map((tensor) => slice(tensor, from, samples)) };
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
  return { ...spec, optimizer: { className, config: { ...config, learning_rate: rate } } };
}

/** The learning rate, where it is a constant. */
export function learningRateOf(spec: TrainingSpec): number | undefined {
  const rate = spec.optimizer.config.learning_rate;
  return typeof rate === 'number' ? rate : rate === undefined || isRecord(rate) ? undefined : Number(rate);
}
