import type { Span } from '../../text/span';
import { asBoolean, asString, Call } from '../python/call';
import { assignHome } from '../python/members';
import { doubtOf, external, float, namedValues, none, text, tuple, unknown, type Value } from '../python/values';
import { ApplicationLayer } from './applications';
import { LossValue } from './gradients';
import { jsonOf } from './json';
import { layerArgument, layerClass, layerSignatures } from './layers';
import { ModelObject } from './model';
import type { Session } from './session';
import { cloned } from './model-layers';
import { kerasName, optimizerClass } from './names';
import { loadedModel, modelFromJson } from '../saved/model';
import { ConfigObject, type KerasArguments, KerasObject, LayerObject } from './objects';
import { areMadeOf, layerOn, SymbolObject, symbolsOf } from './symbols';
import { lossOnSymbols } from './own-losses';
import { type KerasVersion, optimizerArgument, optimizerSignature } from './optimizers';

/** Positional arguments of Keras' callbacks, losses, initializers, regularizers, constraints and schedules (Keras 3.15). */
const signatures: Readonly<Record<string, string>> = {
  EarlyStopping: 'monitor min_delta patience verbose mode baseline restore_best_weights start_from_epoch',
  ReduceLROnPlateau: 'monitor factor patience verbose mode min_delta cooldown min_lr',
  ModelCheckpoint: 'filepath monitor verbose save_best_only save_weights_only mode save_freq',
  LearningRateScheduler: 'schedule verbose',
  TensorBoard: 'log_dir histogram_freq',
  CSVLogger: 'filename separator append',
  BackupAndRestore: 'backup_dir save_freq',
  BinaryCrossentropy: 'from_logits label_smoothing axis',
  CategoricalCrossentropy: 'from_logits label_smoothing axis',
  SparseCategoricalCrossentropy: 'from_logits ignore_class',
  Huber: 'delta',
  Constant: 'value',
  RandomNormal: 'mean stddev seed',
  RandomUniform: 'minval maxval seed',
  TruncatedNormal: 'mean stddev seed',
  VarianceScaling: 'scale mode distribution seed',
  GlorotUniform: 'seed',
  GlorotNormal: 'seed',
  HeNormal: 'seed',
  HeUniform: 'seed',
  LecunNormal: 'seed',
  LecunUniform: 'seed',
  Orthogonal: 'gain seed',
  L1: 'l1',
  L2: 'l2',
  L1L2: 'l1 l2',
  MaxNorm: 'max_value axis',
  MinMaxNorm: 'min_value max_value rate axis',
  UnitNorm: 'axis',
  ExponentialDecay: 'initial_learning_rate decay_steps decay_rate staircase',
  InverseTimeDecay: 'initial_learning_rate decay_steps decay_rate staircase',
  PolynomialDecay: 'initial_learning_rate decay_steps end_learning_rate power cycle',
  PiecewiseConstantDecay: 'boundaries values',
  CosineDecay: 'initial_learning_rate decay_steps alpha',
  CosineDecayRestarts: 'initial_learning_rate first_decay_steps t_mul m_mul alpha',
};

/** Functions that make the objects of a class, and old names. */
const classNames: Readonly<Record<string, string>> = {
  l1: 'L1', l2: 'L2', l1_l2: 'L1L2', max_norm: 'MaxNorm', maxnorm: 'MaxNorm', min_max_norm: 'MinMaxNorm', unit_norm: 'UnitNorm', non_neg: 'NonNeg',
  he_normal: 'HeNormal', he_uniform: 'HeUniform', glorot_normal: 'GlorotNormal', glorot_uniform: 'GlorotUniform',
  lecun_normal: 'LecunNormal', lecun_uniform: 'LecunUniform', random_normal: 'RandomNormal', random_uniform: 'RandomUniform',
  constant: 'Constant', zeros: 'Zeros', ones: 'Ones', orthogonal: 'Orthogonal', truncated_normal: 'TruncatedNormal', variance_scaling: 'VarianceScaling',
  normal: 'RandomNormal', uniform: 'RandomUniform',
};

const plainGroups = new Set(['losses', 'metrics', 'callbacks', 'regularizers', 'initializers', 'constraints', 'schedules']);

/** Calls something of Keras; undefined if it is not known. */
export function kerasCall(call: Call, keras: KerasVersion, session: Session): Value | undefined {
  const path = kerasName(call.name);
  if (!path) return undefined;
  const { group, name } = path;
  if (name === 'from_config') return fromConfig(call, keras, session);
  if (name === 'get' || name === 'deserialize') {
    const made = deserialised(call, keras, session);
    if (made || name === 'deserialize') return made ?? call.unread();
  }
  if (name === 'Sequential' || ((name === 'Model' || name === 'Functional') && group !== 'layers')) {
    const model = new ModelObject(name === 'Sequential' ? 'sequential' : 'functional', call.span, session);
    model.initialize(call);
    return model;
  }
  if (name === 'Input') return input(call);
  if (group === 'optimizers') return optimizer(call, name, keras);
  if (plainGroups.has(group)) return plainObject(call, group, name);
  if (group === 'applications') return application(call, name, session);
  if (name === 'model_from_json') {
    const [given] = call.arguments.positional;
    if (given instanceof ConfigObject && given.of instanceof ModelObject) return cloned(given.of, call.span) ?? call.unread();
    const json = asString(given);
    return (json === undefined ? undefined : modelFromJson(json, call, session)) ?? call.unread();
  }
  if (/^(?:set_)?image_(?:data_format|dim_ordering)$/.test(name) && (group === 'backend' || group === 'config')) return imageFormat(call, name, session);
  if (name === 'load_model' || name === 'clone_model' || name === 'save_model') return savedModel(call, name, session);
  const layer = layerClass(name);
  if (layer && (group === 'layers' || group === '' || group === 'models')) return layerObject(call, layer, session);
  const merged = merging[name];
  if (merged && (group === 'layers' || group === 'models' || group === '')) return merge(call, merged);
  return kerasFunctions[`${group}.${name}`]?.(call);
}

/** Arguments by their present names. */
function argumentsOf(call: Call, signature: string, rename: (name: string) => string): KerasArguments {
  const values = new Map<string, Value>();
  for (const [name, value] of Object.entries(call.bind(signature))) if (value) values.set(rename(name), value);
  return call.arguments.doubt ? { values, doubt: call.arguments.doubt } : { values };
}

/** Where pictures have their channels, by its present name and Keras 1's. */
const imageFormats: Readonly<Record<string, Session['imageFormat']>> = { channels_first: 'channels_first', th: 'channels_first', channels_last: 'channels_last', tf: 'channels_last' };

function imageFormat(call: Call, name: string, session: Session): Value {
  if (!name.startsWith('set_')) {
    const format = name === 'image_data_format' ? session.imageFormat : session.imageFormat === 'channels_first' ? 'th' : 'tf';
    return text(format, call.span);
  }
  const format = imageFormats[asString(call.bind('data_format').data_format) ?? ''];
  if (!format) return call.unread();
  session.imageFormat = format;
  return none(call.span);
}

function layerObject(call: Call, className: string, session: Session): Value {
  const signature = layerSignatures[className] ?? '';
  const given = argumentsOf(call, signature, (name) => layerArgument(className, name));
  const isUsual = session.imageFormat === 'channels_last' || !signature.split(' ').includes('data_format');
  if (!isUsual && !given.values.has('data_format')) given.values.set('data_format', text(session.imageFormat, call.span));
  keras1Kernel(call, className, given.values);
  // Keras takes it in any case (keras/src/backend/config.py, `standardize_padding`).
  const padding = given.values.get('padding');
  if (padding?.kind === 'string') given.values.set('padding', text(padding.value.toLowerCase(), padding.span));
  const layer = new LayerObject(className, 'keras', given, call.span);
  if (className === 'Lambda') layer.body = lambdaBody(call, given);
  const activation = ownActivation(call, given);
  if (activation) {
    layer.given.values.set('activation', text('linear', call.span));
    layer.activate = activation;
  }
  const inner = given.values.get('layer');
  if (className === 'TimeDistributed' && inner instanceof ModelObject) layer.body = distributed(inner, call.span);
  return layer;
}

function lambdaBody(call: Call, { values }: KerasArguments): LayerObject['body'] {
  const [f, more] = [values.get('function'), values.get('arguments')];
  const keywords = new Map(more?.kind === 'dict' ? [...more.entries.values()].flatMap(({ key, value }) => (key.kind === 'string' ? [[key.value, value] as const] : [])) : []);
  return f && ((given) => call.interpreter.call(f, { positional: [given], keywords }, call.span));
}

/** An activation that is a function of the script or of a library, where it could be followed. */
function ownActivation(call: Call, { values }: KerasArguments): LayerObject['activate'] {
  const f = values.get('activation');
  if ((f?.kind !== 'function' && f?.kind !== 'external') || jsonOf(f).known) return undefined;
  const activate = (output: SymbolObject): Value => call.interpreter.call(f, { positional: [output], keywords: new Map() }, call.span);
  const tried = activate(layerOn('InputLayer', [], call.span));
  return tried instanceof SymbolObject && tried.node.layer.typeName !== 'InputLayer' && areMadeOf([tried], []) ? activate : undefined;
}

/** A model put on every step: where its layers form a chain, each of them put on every step. */
function distributed(model: ModelObject, span: Span): LayerObject['body'] {
  const chain = model.chain()?.map((layer) => new LayerObject('TimeDistributed', 'keras', { values: new Map([['layer', layer]]) }, span));
  return chain && ((given) => chain.reduce<Value>((at, layer) => (at instanceof SymbolObject ? layer.on([at], span) : at), given));
}

/** Keras 1's `Convolution2D(filters, rows, columns)` and `nb_row=`, `nb_col=`. */
function keras1Kernel(call: Call, className: string, values: Map<string, Value>): void {
  if (className !== 'Conv2D') return;
  const { positional } = call.arguments;
  const rows = values.get('nb_row') ?? (call.name.endsWith('Convolution2D') && positional[2]?.kind === 'number' ? positional[1] : undefined);
  const columns = values.get('nb_col') ?? positional[2];
  if (!rows || !columns) return;
  values.delete('nb_row');
  values.delete('nb_col');
  if (positional[2] === columns) values.delete('strides');
  values.set('kernel_size', { kind: 'tuple', items: [rows, columns], span: rows.span, birth: 0 });
}

function input(call: Call): Value {
  const given = argumentsOf(call, 'shape batch_size name dtype', (name) => layerArgument('InputLayer', name));
  return new SymbolObject({ layer: new LayerObject('InputLayer', 'keras', given, call.span), inputs: [], span: call.span });
}

function optimizer(call: Call, name: string, keras: KerasVersion): Value {
  if (name === 'get') {
    const [wanted] = call.arguments.positional;
    const className = optimizerClass(asString(wanted) ?? '');
    return className ? new KerasObject('optimizers', className, { values: new Map() }, call.span) : (wanted ?? call.unread());
  }
  const wrapped = aroundOptimizer(call, name);
  if (wrapped) return wrapped;
  const className = optimizerClass(name) ?? name;
  const signature = optimizerSignature(className, keras)?.positional ?? 'learning_rate';
  return new KerasObject('optimizers', className, argumentsOf(call, signature, optimizerArgument), call.span);
}

/**
 * An optimizer around another one: those that scale the loss or share out the batches step as the one inside does; any other is
 * known by its name, with the learning rate of that.
 */
function aroundOptimizer(call: Call, name: string): KerasObject | undefined {
  const { positional, keywords } = call.arguments;
  const inner = [positional[0], keywords.get('inner_optimizer'), keywords.get('optimizer'), keywords.get('opt')].find((value) => value instanceof KerasObject && value.group === 'optimizers');
  if (!(inner instanceof KerasObject)) return undefined;
  if (/^(?:LossScale|Distributed)\w*Optimizer$/.test(name)) return inner;
  const rate = inner.given.values.get('learning_rate');
  return new KerasObject('optimizers', name, { values: new Map(rate && [['learning_rate', rate]]) }, call.span);
}

function plainObject(call: Call, group: string, name: string): Value {
  // `initializers.get` gives what it is given: a layer takes a name as well as an object.
  if (name === 'get' && (group === 'initializers' || group === 'regularizers' || group === 'constraints')) return call.arguments.positional[0] ?? [...call.arguments.keywords.values()][0] ?? call.unread();
  const className = classNames[name] ?? name;
  if (/^[a-z]/.test(className)) return group === 'losses' || group === 'metrics' ? lossOnSymbols(name, call) ?? new LossValue(external(call.name, call.span), call, { isMean: false }) : call.unread();
  return new KerasObject(group, className, argumentsOf(call, signatures[className] ?? '', (argument) => argument), call.span);
}

/** Models that go through a file, or are copied: `load_model` finds what this script saved, with the weights of the file. */
function savedModel(call: Call, name: string, session: Session): Value {
  const [first] = Object.values(call.bind('model filepath'));
  const source = first?.kind === 'instance' ? first.delegate : first;
  if (name === 'save_model') return source instanceof ModelObject ? source.save(call.bind('model filepath').filepath, call) : none(call.span);
  const path = name === 'load_model' ? asString(first) : undefined;
  const compiles = asBoolean(call.arguments.keywords.get('compile')) !== false;
  const bytes = path === undefined || session.saved.has(path) ? undefined : session.file(path);
  const loaded = bytes && loadedModel(bytes, compiles, call, session);
  if (loaded) return loaded;
  const original = source instanceof ModelObject ? source : session.saved.get(asString(first) ?? '');
  const copy = original && (cloned(original, call.span) ?? (name === 'load_model' ? original.again(call.span) : undefined));
  if (copy && name === 'load_model') {
    copy.loaded = unknown(call.span, 'script.loaded-weights');
    if (compiles) copy.compiled = original?.compiled;
  }
  if (copy) return copy;
  const missing = path !== undefined ? unknown(call.span, 'script.model-file', { name: path }) : name === 'load_model' ? unknown(call.span, 'script.unnamed-model-file') : call.unread();
  call.interpreter.failure ??= missing;
  return missing;
}

/** A model of `keras.applications`: an input and one layer whose inside is not looked at. */
function application(call: Call, name: string, session: Session): Value {
  if (/^[a-z]/.test(name)) return call.unread();
  const given = argumentsOf(call, 'include_top weights input_tensor input_shape pooling classes', (argument) => argument);
  const { values } = given;
  const model = new ModelObject('functional', call.span, session);
  const tensor = values.get('input_tensor');
  const shape = values.get('input_shape');
  const own = new LayerObject('InputLayer', 'keras', { values: new Map(shape && shape.kind !== 'none' ? [['shape', shape]] : []) }, call.span);
  const doubt = tensor && doubtOf(tensor);
  if (doubt) model.doubt ??= doubt;
  const start = tensor instanceof SymbolObject ? tensor : new SymbolObject({ layer: own, inputs: [], span: call.span });
  values.delete('input_tensor');
  values.delete('input_shape');
  model.inputs = [start];
  model.outputs = [new SymbolObject({ layer: new ApplicationLayer(name, given, call.span), inputs: [start], span: call.span })];
  return model;
}

/** Keras 1's names for the ways to merge. */
const mergingModes: Readonly<Record<string, string>> = { sum: 'Add', mul: 'Multiply', concat: 'Concatenate', ave: 'Average', max: 'Maximum', dot: 'Dot' };

/** `merge(inputs, mode='concat', concat_axis=1)` of Keras 1. */
function mergeByMode(call: Call): Value {
  const { inputs, mode, concat_axis: axis, dot_axes: axes } = call.bind('inputs mode');
  const className = mergingModes[mode ? (asString(mode) ?? '') : 'sum'];
  return className ? merge(call.renamed(new Map([['inputs', inputs], ['axis', className === 'Concatenate' ? axis : undefined], ['axes', axes]])), className) : call.unread();
}

const merging: Readonly<Record<string, string>> = {
  add: 'Add', concatenate: 'Concatenate', multiply: 'Multiply', average: 'Average', maximum: 'Maximum', minimum: 'Minimum', subtract: 'Subtract', dot: 'Dot',
};

function merge(call: Call, className: string): Value {
  const { inputs, ...rest } = call.bind('inputs axis');
  const symbols = inputs && symbolsOf(inputs, call);
  if (!Array.isArray(symbols)) return symbols ?? call.unread();
  const values = new Map(Object.entries(rest).filter((entry): entry is [string, Value] => entry[1] !== undefined));
  return new SymbolObject({ layer: new LayerObject(className, 'keras', { values }, call.span), inputs: symbols, span: call.span });
}

/** `activations.get(identifier)`: a function by its name, of which none leaves numbers as they are. */
function activationOf(call: Call): Value {
  const [given] = Object.values(call.bind('identifier'));
  if (given?.kind === 'string') return external(`keras.activations.${given.value}`, call.span);
  return given?.kind === 'none' ? external('keras.activations.linear', call.span) : (given ?? call.unread());
}

const seeding = (call: Call): Value => none(call.span);

/** Functions of Keras by group and name. */
const kerasFunctions: Readonly<Record<string, (call: Call) => Value>> = {
  'activations.get': activationOf,
  'backend.backend': (call) => text('tensorflow', call.span),
  'backend.floatx': (call) => text('float32', call.span),
  'backend.epsilon': (call) => float(1e-7, call.span),
  'backend.clear_session': seeding,
  'backend.set_learning_phase': seeding,
  'backend.set_floatx': seeding,
  'backend.set_session': seeding,
  'backend.set_value': setValue,
  'utils.set_random_seed': seeding,
  'utils.plot_model': seeding,
  // The same model, which shares out each batch.
  'utils.multi_gpu_model': (call) => call.bind('model').model ?? call.unread(),
  'backend.get_value': (call) => call.arguments.positional[0] ?? call.unread(),
  // What the files of `keras.applications` call `layers`: all layers of the version that runs.
  'layers.merge': mergeByMode,
  'models.merge': mergeByMode,
  'layers.VersionAwareLayers': (call) => external('keras.layers', call.span),
};

/** `K.set_value(model.optimizer.learning_rate, 0.001)`. */
function setValue(call: Call): Value {
  const [variable, value] = call.arguments.positional;
  const home = variable?.kind === 'number' || variable?.kind === 'unknown' ? variable.home : undefined;
  return home && value ? assignHome(home, value, call) : call.unread();
}

/** `Adam.from_config(config)`, of what `get_config()` gave or of a dictionary. */
function fromConfig(call: Call, keras: KerasVersion, session: Session): Value {
  const config = call.bind('config').config;
  if (config instanceof ConfigObject) {
    const { of } = config;
    if (of instanceof ModelObject) return cloned(of, call.span) ?? call.unread();
    return of instanceof LayerObject ? of.copy() : of instanceof KerasObject ? new KerasObject(of.group, of.typeName, { ...of.given, values: new Map(of.given.values) }, call.span) : call.unread();
  }
  const keywords = config?.kind === 'dict' && !config.doubt ? namedValues(config) : undefined;
  const made = keywords && new Call(call.interpreter, call.name.replace(/\.from_config$/, ''), call.span, { positional: [], keywords });
  return (made && kerasCall(made, keras, session)) ?? call.unread();
}

/** `optimizers.get({'class_name': 'Adam', 'config': {…}})` and `deserialize`, also of layers, losses and their kin. */
function deserialised(call: Call, keras: KerasVersion, session: Session): Value | undefined {
  const [given] = call.arguments.positional;
  const parts = given?.kind === 'dict' && !given.doubt ? namedValues(given) : undefined;
  const className = asString(parts?.get('class_name'));
  const config = parts?.get('config');
  if (className === undefined) return undefined;
  const keywords = config?.kind === 'dict' && !config.doubt ? namedValues(config) : new Map<string, Value>();
  return kerasCall(new Call(call.interpreter, call.name.replace(/\.\w+$/, `.${className}`), call.span, { positional: [], keywords }), keras, session);
}

/** TensorFlow 1's optimizers by Keras' names. */
const oldOptimizers: Readonly<Record<string, string>> = {
  GradientDescentOptimizer: 'SGD', MomentumOptimizer: 'SGD', AdamOptimizer: 'Adam', RMSPropOptimizer: 'RMSprop', AdagradOptimizer: 'Adagrad', AdadeltaOptimizer: 'Adadelta', FtrlOptimizer: 'Ftrl',
};

/** An object of a class from a library that is not followed: an optimizer, or a layer whose inside is not looked at. */
export function foreignObject(call: Call): Value | undefined {
  const parts = call.name.split('.');
  const name = parts.at(-1)!;
  const root = parts[0]!;
  if (call.name === 'transformers.create_optimizer') return transformersOptimizer(call);
  if (!/^[A-Z]/.test(name) || unlayered.has(root) || parts.length < 2) return undefined;
  const wrapped = aroundOptimizer(call, name);
  if (wrapped) return wrapped;
  const given = argumentsOf(call, '', (argument) => argument);
  if (root === 'tensorflow' && oldOptimizers[name]) {
    const renamed = argumentsOf(call, 'learning_rate', (argument) => ({ beta1: 'beta_1', beta2: 'beta_2' })[argument] ?? argument);
    return new KerasObject('optimizers', oldOptimizers[name], renamed, call.span);
  }
  if (parts.some((part) => part === 'optimizers') || ownOptimizers.test(name)) return new KerasObject('optimizers', name, argumentsOf(call, 'learning_rate', optimizerArgument), call.span);
  return parts.includes('layers') || hubs.has(root) ? new LayerObject(name, root, given, call.span) : undefined;
}

/** `create_optimizer(init_lr, …)` of Hugging Face's transformers: an optimizer and its schedule. */
function transformersOptimizer(call: Call): Value {
  const { weight_decay_rate: decay } = call.bind('init_lr num_train_steps num_warmup_steps min_lr_ratio adam_beta1 adam_beta2 adam_epsilon adam_clipnorm adam_global_clipnorm weight_decay_rate');
  const schedule = unknown(call.span, 'script.unread-call', { name: call.name });
  const isPlain = !decay || (decay.kind === 'number' && decay.value === 0);
  const values = new Map<string, Value>([['learning_rate', schedule], ...(decay && !isPlain ? [['weight_decay_rate', decay] as const] : [])]);
  return tuple([new KerasObject('optimizers', isPlain ? 'Adam' : 'AdamWeightDecay', { values }, call.span), schedule], call.span);
}

/** Classes of many libraries that are optimizers by their names. */
const ownOptimizers = /^(?:R?Adam\w*|Ada(?:Belief|Bound|Mod)\w*|RectifiedAdam|Ranger|Lookahead|Yogi|LARS|LAMB|NovoGrad)$/;

/** Libraries whose classes are no layers. */
const unlayered = new Set(['builtins', 'numpy', 'pandas', 'sklearn', 'keras', 'math', 'random', 'os', 'sys', 'collections', 'matplotlib']);
/** Libraries that offer layers at their top. */
const hubs = new Set(['tensorflow_hub', 'tensorflow_addons', 'keras_nlp', 'keras_cv', 'keras_hub', 'tensorflow_probability', 'tensorflow_model_optimization', 'kapre']);
