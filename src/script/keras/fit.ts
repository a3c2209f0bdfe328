import type { Callback, Compile, Fit, Json, Model, Read, Tensor, Unknown } from '../script';
import type { Span } from '../../text/span';
import { asBoolean, asNumber, asString, type Call } from '../python/call';
import { arrayFrom } from '../python/operators';
import { doubtOf, type FunctionValue, keyOf, list, text, type Unknowable, unknown, type Value } from '../python/values';
import { DatasetObject } from '../data/dataset';
import { asNumbers, isNumeric, mostElements, sizeOf } from '../numpy/ndarray';
import { readCompile } from './compile';
import { endsOf, readModel } from './graph';
import { isSeveral } from './inputs';
import { jsonOf, readJson, unread } from './json';
import type { ModelObject } from './model';
import { besidesObjective, readObjective } from './objectives';
import type { CompileCall } from './session';
import { KerasObject } from './objects';
import type { KerasVersion } from './optimizers';
import { reachOfClass, reachOfFunctions } from './own-callbacks';
import { followedRates, type Length } from './own-rates';
import { scheduledRates } from './rates';

const fitSignature = 'x y batch_size epochs verbose callbacks validation_split validation_data shuffle class_weight sample_weight initial_epoch steps_per_epoch';

const kerasBatch = 32;

const signatures: Readonly<Record<string, string>> = {
  fit: fitSignature,
  // A `fit` whose steps are the script's own.
  train_step: fitSignature,
  fit_generator: 'x steps_per_epoch epochs verbose callbacks validation_data validation_steps',
  train_on_batch: 'x y sample_weight class_weight',
};

/** Whether a call trains for whole epochs; the others take one step of a training loop of the script's own. */
export function isWholeTraining(method: string): boolean {
  return method === 'fit' || method === 'fit_generator' || method === 'train_step';
}

/** Files in which the callbacks of a `fit` keep the model. */
export function checkpointsOf(call: Call): readonly string[] {
  const callbacks = call.bind(signatures[call.name] ?? '').callbacks;
  const items = callbacks?.kind === 'list' || callbacks?.kind === 'tuple' ? callbacks.items : callbacks ? [callbacks] : [];
  return items.flatMap((item) => {
    const path = item instanceof KerasObject && item.typeName === 'ModelCheckpoint' ? asString(item.given.values.get('filepath')) : undefined;
    return path ?? [];
  });
}

/** What a call of `fit` or one of its kin trains, or a step of a training loop of the script's own, as far as it is known. */
export function readFit(model: ModelObject, call: Call, keras: KerasVersion, compiled: CompileCall | undefined): Fit {
  const bound = call.bind(signatures[call.name] ?? '');
  const doubt = call.arguments.doubt ?? (isWholeTraining(call.name) ? undefined : unknown(call.span, 'script.own-loop'));
  const argument = (...names: string[]): Value | undefined => names.map((name) => bound[name]).find((value) => value !== undefined) ?? doubt;
  const { span } = call;
  const source = argument('x', 'generator');
  const data = source instanceof DatasetObject ? source : undefined;
  const [x, y] = data ? data.parts : [source, argument('y')];
  const modelEnds = endsOf(model, x, call);
  const readmodel = readModel(model, modelEnds);
  const compileCall = readCompile(compiled, readmodel, keras, call);
  const objective = readObjective(model, modelEnds, compiled, compileCall, keras, call);
  const compile = objective ? besidesObjective(compileCall) : compileCall;
  const ends = endNames(readmodel);
  const loaded = model.loaded ?? compiled?.resumed;
  const epochs = readNumber(argument('epochs', 'nb_epoch'), 1, span);
  const parts = {
    x: readTensors(inOrder(x, ends.inputs), span, call),
    batchSize: data ? batchOf(data) : batchSizeOf(argument('batch_size'), x, y, span),
    stepsPerEpoch: readOptionalNumber(argument('steps_per_epoch'), span),
    validationSplit: readNumber(argument('validation_split'), 0, span),
  };
  return {
    ...parts,
    span,
    method: call.name === 'fit' || call.name === 'fit_generator' || call.name === 'train_on_batch' ? call.name : 'apply_gradients',
    model: readmodel,
    compile,
    ...(objective && { objective }),
    y: readTensors(inOrder(y, ends.outputs), span, call),
    epochs,
    shuffle: data ? known(data.pipeline.shuffled, data.span) : readBoolean(argument('shuffle'), true, span),
    validationData: readValidation(argument('validation_data'), ends, span, call),
    callbacks: readCallbacks(argument('callbacks'), { epochs, steps: stepsOf(parts) }, compile, call),
    classWeight: readJson(argument('class_weight'), span),
    sampleWeight: readWeights(argument('sample_weight'), span, call),
    ...(loaded && { loadedWeights: unread(loaded) }),
    ...(model.searched && { searched: unread(model.searched) }),
    ...(call.name !== 'fit' && call.name !== 'fit_generator' && { ownLoop: unread((call.name === 'train_step' && source && doubtOf(source)) || unknown(span, 'script.own-loop')) }),
  };
}

/** Names of a model's inputs and outputs, in order. */
interface Ends {
  readonly inputs: readonly (string | undefined)[];
  readonly outputs: readonly (string | undefined)[];
}

function endNames(model: Read<Model>): Ends {
  if (!model.known) return { inputs: [], outputs: [] };
  const { layers, outputs } = model.value;
  const inputs = layers.filter(({ className }) => className === 'InputLayer');
  return { inputs: inputs.map(({ name }) => name), outputs: outputs.map((at) => layers[at]?.name) };
}

/** A dictionary of arrays as the list that the model takes, where it has these names; anything else as it is. */
function inOrder(value: Value | undefined, names: readonly (string | undefined)[]): Value | undefined {
  if (value?.kind !== 'dict' || value.doubt) return value;
  const items = names.map((name) => (name === undefined ? undefined : value.entries.get(keyOf(text(name, value.span))!)?.value));
  return items.length === value.entries.size && !items.includes(undefined) ? list(items as Value[], value.span) : value;
}

function batchOf({ pipeline, span }: DatasetObject): Fit['batchSize'] {
  if (pipeline.batch === null) return unread(unknown(span, 'script.unread-argument'));
  return known(pipeline.batch ?? 1, span);
}

/** What batches itself is given without targets: of what is not known it cannot be told, and Keras' 32 is for arrays. */
function batchSizeOf(given: Value | undefined, x: Value | undefined, y: Value | undefined, span: Span): Fit['batchSize'] {
  const doubt = !given && !y && x ? doubtOf(x) : undefined;
  return doubt ? unread(doubt) : readNumber(given, kerasBatch, span);
}

function known<T>(value: T, span: Span, byDefault = false): Read<T> {
  return byDefault ? { known: true, value, span, byDefault } : { known: true, value, span };
}

function readNumber(value: Value | undefined, otherwise: number, call: Span): Read<number> {
  if (!value || value.kind === 'none') return known(otherwise, call, true);
  const number = asNumber(value);
  if (value.kind === 'number' && value.searched) return unread(value.searched);
  return number === undefined ? unread(doubtOf(value) ?? unknown(value.span, 'script.unread-argument')) : known(number, value.span);
}

function readOptionalNumber(value: Value | undefined, call: Span): Read<number | null> {
  return !value || value.kind === 'none' ? known(null, call, !value) : readNumber(value, 0, call);
}

function readBoolean(value: Value | undefined, otherwise: boolean, call: Span): Read<boolean> {
  if (!value) return known(otherwise, call, true);
  const truth = asBoolean(value);
  return truth === undefined ? unread(doubtOf(value) ?? unknown(value.span, 'script.unread-argument')) : known(truth, value.span);
}

function readWeights(value: Value | undefined, call: Span, read: Call): Read<Tensor | null> {
  if (!value || value.kind === 'none') return known(null, call, !value);
  const tensors = readTensors(value, call, read);
  return tensors.known ? known(tensors.value[0] ?? null, tensors.span) : tensors;
}

/** The arrays of an argument: one, or one for each input of the model. */
export function readTensors(value: Value | undefined, call: Span, read: Call): Read<readonly Tensor[]> {
  if (!value || value.kind === 'none') return known([], call, !value);
  const doubt = doubtOf(value);
  if (doubt) return unread(doubt);
  if (value.kind === 'dict') return tensorList([...value.entries.values()].map((entry) => entry.value), value.span);
  if (value.kind === 'object') {
    const data = value.attribute('values', value.span);
    if (data && data.kind !== 'builtin') return readTensors(data, call, read);
  }
  return tensorList(isSeveral(value) ? value.items : [value], value.span);
}

function tensorList(values: readonly Value[], span: Span): Read<readonly Tensor[]> {
  const tensors: Tensor[] = [];
  const shapes: (readonly number[])[] = [];
  let lacking: Unknown | undefined;
  for (const value of values) {
    const doubt = doubtOf(value);
    if (doubt) return unread(doubt);
    const inner = value.kind === 'object' ? value.attribute('values', value.span) : value;
    const array = asNumbers(inner && arrayFrom(inner));
    if (!array) return unread(unknown(value.span, 'script.unread-data'));
    const { shape, dtype, substituted } = array;
    shapes.push(shape);
    if (isNumeric(array) && dtype !== 'str' && dtype !== 'object') tensors.push({ shape, data: array.data, dtype, ...(substituted && { substituted }) });
    else lacking ??= { known: false, ...(array.missing ?? withoutNumbers(shape, value.span)) };
  }
  return lacking ? { known: false, span: lacking.span, reason: lacking.reason, shapes } : known(tensors, span);
}

function withoutNumbers(shape: readonly number[], span: Span): Unknowable {
  const count = sizeOf(shape);
  return count > mostElements ? unknown(span, 'script.too-large', { count, most: mostElements }) : unknown(span, 'script.unread-data');
}

function readValidation(value: Value | undefined, ends: Ends, span: Span, call: Call): Fit['validationData'] {
  if (!value || value.kind === 'none') return known(null, span, !value);
  const doubt = doubtOf(value);
  if (doubt) return unread(doubt);
  const parts = value instanceof DatasetObject ? value.parts : value.kind === 'tuple' || value.kind === 'list' ? value.items : undefined;
  if (!parts) return unread(unknown(value.span, 'script.unread-data'));
  const x = readTensors(inOrder(parts[0], ends.inputs), span, call);
  const y = readTensors(inOrder(parts[1], ends.outputs), span, call);
  const weights = readWeights(parts[2], span, call);
  if (!x.known) return x;
  if (!y.known) return y;
  if (!weights.known) return weights;
  return known({ x: x.value, y: y.value, ...(weights.value && { sampleWeight: weights.value }) }, value.span);
}

/** Steps of an epoch, as far as the lengths of the data tell. */
function stepsOf({ x, batchSize, stepsPerEpoch, validationSplit }: Pick<Fit, 'x' | 'batchSize' | 'stepsPerEpoch' | 'validationSplit'>): number | undefined {
  if (stepsPerEpoch.known && stepsPerEpoch.value !== null) return stepsPerEpoch.value;
  const rows = (x.known ? x.value.map(({ shape }) => shape) : (x.shapes ?? []))[0]?.[0];
  if (rows === undefined || rows < 0 || !batchSize.known || !validationSplit.known) return undefined;
  return Math.ceil(Math.floor(rows * (1 - validationSplit.value)) / (batchSize.value ?? kerasBatch));
}

/** Whether a callback sets the learning rate, so that no other one that does can be followed alone. */
function setsRate(callback: Value): boolean {
  if (callback.kind === 'instance') return /^(?:rates|changes)$/.test(reachOfClass(callback.type));
  return callback instanceof KerasObject && /^(?:LearningRateScheduler|ReduceLROnPlateau)$/.test(callback.typeName);
}

function readCallbacks(value: Value | undefined, length: Length, compile: Read<Compile>, call: Call): Fit['callbacks'] {
  const { span } = call;
  if (!value || value.kind === 'none') return known([], span, !value);
  const doubt = doubtOf(value);
  if (doubt) return unread(doubt);
  const items = value.kind === 'list' || value.kind === 'tuple' ? call.interpreter.iterate(value) : [value];
  if (!Array.isArray(items)) return unread(unknown(value.span, 'script.unread-argument'));
  const callbacks: Callback[] = [];
  for (const item of items as readonly Value[]) {
    const itemDoubt = doubtOf(item);
    if (itemDoubt) return unread(itemDoubt);
    if (item instanceof KerasObject) {
      const functions = item.typeName === 'LambdaCallback' ? functionsOf(item) : undefined;
      if (functions) {
        const reach = reachOfFunctions(functions);
        callbacks.push({ className: item.typeName, span: item.span, config: {}, reach: reach === 'rates' ? 'changes' : reach });
        continue;
      }
      const config: Record<string, Read<Json>> = {};
      for (const [name, argument] of item.given.values) {
        config[name] = name === 'schedule' ? scheduledRates(argument, length.epochs, compile, call) : jsonOf(argument);
      }
      if (item.given.doubt) config['**'] = unread(item.given.doubt);
      callbacks.push({ className: item.typeName, span: item.span, config });
    } else if (item.kind === 'instance') {
      const reach = reachOfClass(item.type);
      const isAlone = items.every((other) => other === item || !setsRate(other));
      const rates = reach === 'rates' && isAlone ? followedRates(item, length, compile, call) : undefined;
      if (rates) callbacks.push({ className: 'LearningRateScheduler', span: item.span, config: rates });
      else callbacks.push({ className: item.type.name, span: item.span, config: {}, reach: reach === 'rates' ? 'changes' : reach });
    } else return unread(unknown(item.span, 'script.unread-argument'));
  }
  return known(callbacks, value.span);
}

/** The functions that a callback is made of; undefined where one is not the script's own. */
function functionsOf({ given }: KerasObject): readonly FunctionValue[] | undefined {
  const values = [...given.values.values()].filter(({ kind }) => kind !== 'none');
  return !given.doubt && values.every((value): value is FunctionValue => value.kind === 'function') ? values : undefined;
}
