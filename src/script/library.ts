import type { Fit } from './script';
import type { Span } from '../text/span';
import { tensorflowFunctions } from './data/dataset';
import { tensorflowDatasetFunctions } from './data/tensorflow-datasets';
import { tensorflowImageFunctions } from './data/tensorflow-images';
import { composeFunctions } from './data/compose';
import { encoderFunctions } from './data/encoders';
import { scalerFunctions } from './data/scalers';
import { vectorizerFunctions } from './data/vectorizers';
import { castCall, numpyFunctions } from './numpy/functions';
import { builtinFunctions, builtinNames } from './python/builtins';
import { Call } from './python/call';
import { defineFlag, definesFlag, flagNamed } from './python/flags';
import { Namespace } from './python/records';
import { standardFunctions } from './python/standard';
import type { Functions, Library } from './python/library';
import { bool, type Delegate, doubtOf, external, float, type Instance, LibraryObject, namedValues, none, text, type Unknowable, unknown, type Value, builtin, list } from './python/values';
import { isForKeras2 } from './keras/compile';
import { kerasUtilities } from './keras/utils';
import { checkpointsOf, isWholeTraining, readFit } from './keras/fit';
import { gradientCall } from './keras/gradients';
import { foreignObject, kerasCall } from './keras/functions';
import { layerClass } from './keras/layers';
import { ModelObject } from './keras/model';
import type { Session } from './keras/session';
import { kerasName, kerasPath, optimizerClass, remembered } from './keras/names';
import { OwnLoop } from './keras/own-loops';
import type { KerasVersion } from './keras/optimizers';
import { asLayer, KerasObject, LayerObject, perhaps } from './keras/objects';
import { layerOn, SymbolObject, symbolsOf } from './keras/symbols';
import { onSymbols, symbolic } from './keras/operations';
import { ScriptCallback, ScriptLayer, ScriptOptimizer } from './keras/own-classes';
import { randomTensor } from './keras/randomness';
import { madeTensor } from './keras/weights';
import { tunerFunctions } from './keras/tuner';
import { wrapperFunctions } from './keras/wrappers';

/** Names people leave unimported in snippets, and what they always stand for. */
const conventional: Readonly<Record<string, string>> = { np: 'numpy', numpy: 'numpy', tf: 'tensorflow', keras: 'keras', K: 'keras.backend', pd: 'pandas', math: 'math',
  layers: 'keras.layers', models: 'keras.models', optimizers: 'keras.optimizers', losses: 'keras.losses', callbacks: 'keras.callbacks', regularizers: 'keras.regularizers', initializers: 'keras.initializers',
};

const constants: Readonly<Record<string, number>> = {
  'numpy.pi': Math.PI, 'math.pi': Math.PI, 'numpy.e': Math.E, 'math.e': Math.E, 'numpy.inf': Infinity, 'math.inf': Infinity, 'numpy.nan': Number.NaN, 'math.nan': Number.NaN,
};

const digits = '0123456789';
const lowercase = 'abcdefghijklmnopqrstuvwxyz';

/** Python's `string` module. */
const texts: Readonly<Record<string, string>> = {
  'string.digits': digits, 'string.ascii_lowercase': lowercase, 'string.ascii_uppercase': lowercase.toUpperCase(), 'string.ascii_letters': lowercase + lowercase.toUpperCase(),
};

/** What does not depend on the script or its files. */
const shared: Functions = { ...builtinFunctions, ...standardFunctions, ...numpyFunctions, ...scalerFunctions, ...encoderFunctions, ...composeFunctions, ...vectorizerFunctions, ...tensorflowFunctions, ...tensorflowDatasetFunctions, ...tensorflowImageFunctions, ...kerasUtilities, ...wrapperFunctions, ...tunerFunctions };

/** Most fits that are kept of one call in a loop. */
const mostFitsOfACall = 20;

/** Everything the reader knows outside Python itself: NumPy, Keras, and the libraries that make data. */
export class Libraries implements Library {
  version: KerasVersion;
  /** In the order in which they are run, each with the place where its call starts. */
  readonly #trainings: { readonly start: number; readonly training: Fit | OwnLoop }[] = [];
  readonly #functions: readonly Functions[];
  readonly #file: Session['file'];
  readonly #unknownModels = new WeakMap<Unknowable, ModelObject>();
  /** What a run of Weights & Biases was started with. */
  #settings: Namespace | undefined;
  /** Defaults of the flags that the script defines for its command line. */
  readonly #flags = new Map<string, Value>();

  /** `functions`: those that depend on the script's files and seeds. */
  constructor(version: KerasVersion, functions: readonly Functions[], file: Session['file']) {
    this.#file = file;
    this.version = version;
    this.#functions = functions;
  }

  readonly #session: Session = {
    saved: new Map(),
    imageFormat: 'channels_last',
    file: (path) => this.#file(path),
    train: (model, call, compiled = model.compiled, batch) => {
      // Keras 3 takes added losses within a `call` alone.
      if (this.version === 3 && (model.added.terms.length > 0 || (compiled && isForKeras2(compiled)))) this.version = 2;
      for (const path of checkpointsOf(call)) this.#session.saved.set(path, model);
      const same = this.#trainings.filter(({ start }) => start === call.span.start);
      if (isWholeTraining(call.name)) {
        if (same.length < mostFitsOfACall) this.#trainings.push({ start: call.span.start, training: readFit(model, call, this.version, compiled) });
      } else {
        const known = same.map(({ training }) => training).find((training) => training instanceof OwnLoop);
        const loop = known ?? new OwnLoop(model, call, batch, this.version, compiled);
        if (!known) this.#trainings.push({ start: call.span.start, training: loop });
        loop.take(model, call, batch);
      }
      return unknown(call.span, 'script.trained', { name: call.name });
    },
  };

  /** How many trainings were seen so far. */
  get count(): number {
    return this.#trainings.length;
  }

  /** What the script trains; `text`: the whole of it. */
  fits(text: string): readonly Fit[] {
    const loops = this.#trainings.flatMap(({ training }) => (training instanceof OwnLoop ? [training] : []));
    return this.#trainings.map(({ training }) => (training instanceof OwnLoop ? training.read(text, loops) : training));
  }

  canonical(path: string): string {
    return kerasPath(path);
  }

  constant(path: string, span: Span): Value | undefined {
    if (path === 'wandb.config') return this.#settings ??= new Namespace(new Map(), span, true);
    const flag = flagNamed(path);
    if (flag !== undefined) return this.#flags.get(flag);
    const number = Object.hasOwn(constants, path) ? constants[path] : undefined;
    if (number !== undefined) return float(number, span);
    const word = Object.hasOwn(texts, path) ? texts[path] : undefined;
    if (word !== undefined) return text(word, span);
    if (path === 'numpy.newaxis' || path === 'tensorflow.newaxis') return none(span);
    if (path === 'sys.argv') return list([text('script.py', span)], span);
    return undefined;
  }

  named(name: string, starred: readonly string[], span: Span): Value | undefined {
    if (builtinNames.has(name)) return external(`builtins.${name}`, span);
    if (name === '__name__') return text('__main__', span);
    if (name === '__file__') return text('script.py', span);
    const paths = starred.map((module) => this.canonical(`${module}.${name}`));
    const path = paths.find((candidate) => this.#find(candidate)) ?? paths.find((candidate) => certainlyHas(candidate)) ?? paths.find((candidate) => perhapsHas(candidate));
    if (path) return external(path, span);
    const constant = paths.map((candidate) => this.constant(candidate, span)).find((value) => value !== undefined);
    if (constant) return constant;
    const usual = conventional[name];
    if (usual) return external(usual, span);
    // A snippet without its imports: classes of Keras go by names nobody else uses.
    if (layerClass(name)) return external(`keras.layers.${name}`, span);
    if (name === 'Sequential' || name === 'Model' || name === 'Input') return external(`keras.${name}`, span);
    if (/^[A-Z]/.test(name) && optimizerClass(name) === name) return external(`keras.optimizers.${name}`, span);
    return /^(EarlyStopping|ReduceLROnPlateau|ModelCheckpoint|TensorBoard|LearningRateScheduler)$/.test(name) ? external(`keras.callbacks.${name}`, span) : undefined;
  }

  #find(path: string): Functions[string] | undefined {
    if (Object.hasOwn(shared, path)) return shared[path];
    return this.#functions.find((some) => Object.hasOwn(some, path))?.[path];
  }

  call(call: Call): Value {
    const operated = onSymbols(call);
    if (operated) return operated;
    const known = this.#find(call.name);
    if (known) return known(call);
    if (call.name === 'wandb.init') return this.#startRun(call);
    if (definesFlag(call.name)) return defineFlag(call, this.#flags);
    return gradientCall(call) ?? randomTensor(call) ?? madeTensor(call, this.version) ?? kerasCall(call, this.version, this.#session) ?? castCall(call) ?? symbolic(call) ?? foreignObject(call) ?? unreadObject(call);
  }

  /** `wandb.init(config={…})`: outside of a sweep its `config` is what the script gives it. */
  #startRun(call: Call): Value {
    const config = call.bind('').config;
    const settings = config?.kind === 'dict' && !config.doubt ? namedValues(config) : new Map<string, Value>();
    this.#settings = config instanceof Namespace ? config : new Namespace(settings, call.span, true);
    const doubt = config && doubtOf(config);
    if (doubt) this.#settings.doubt ??= doubt;
    return new Namespace(new Map([['config', this.#settings]]), call.span);
  }

  /**
   * A model that is not understood is still compiled and trained in the open: `compile` with a loss or an optimizer, and
   * `fit` with what only Keras' `fit` takes, or after such a `compile`.
   */
  methodOfUnknown(owner: Unknowable, name: string, span: Span): Value | undefined {
    if (name === 'get_keras_embedding') return builtin(name, span, (call) => embeddingOf(owner, call));
    const telling = tellingArguments[name];
    if (!telling) return undefined;
    return builtin(name, span, (call) => {
      const known = this.#unknownModels.get(owner);
      const { positional, keywords } = call.arguments;
      if (!known && telling.length > 0 && !telling.some((word) => keywords.has(word)) && !positional.some(isOptimizer)) return owner;
      const model = known ?? modelOf(owner, this.#session);
      this.#unknownModels.set(owner, model);
      const method = model.attribute(name, span);
      return method ? call.interpreter.call(method, call.arguments, call.span) : owner;
    });
  }

  /** A model out of a file that is not at hand is one that the script built and trained before: it starts from other weights. */
  standsForAll(values: readonly Value[], reason: Unknowable): Value | undefined {
    const dropped = perhapsDropped(values, reason);
    if (dropped) return dropped;
    const made = new Set(values.filter((value) => value.kind !== 'unknown' || !/^script\.(?:unnamed-)?model-file$/.test(value.reason.id)));
    const [model] = made;
    if (made.size !== 1 || made.size === new Set(values).size || !(model instanceof ModelObject)) return undefined;
    model.loaded ??= reason;
    return model;
  }

  callOfUnknown(callee: Unknowable, call: Call): Value {
    const layer = asLayer(callee);
    const { positional: [first], keywords } = call.arguments;
    const given = first ?? keywords.get('inputs') ?? [...keywords.values()].find((value) => value instanceof SymbolObject);
    return layer instanceof LayerObject && given && Array.isArray(symbolsOf(given, call)) ? layer.call(call) : callee;
  }

  delegate(path: string, instance: Instance, call: Call): Delegate | undefined {
    const name = kerasName(path);
    if (!name) return undefined;
    if (name.name === 'Model' || name.name === 'Sequential') {
      return new ModelObject(name.name === 'Sequential' ? 'sequential' : 'subclassed', call.span, this.#session, instance);
    }
    if (name.group === 'optimizers') {
      return new ScriptOptimizer(instance, call.span, (made) => kerasCall(new Call(made.interpreter, path, made.span, made.arguments), this.version, this.#session));
    }
    if (name.group === 'callbacks') return new ScriptCallback(instance, call.span);
    if (name.group === 'layers' || name.name === 'Layer' || layerClass(name.name)) return new ScriptLayer(instance, call, this.version);
    return undefined;
  }

  superOf(self: Instance, member: (name: string) => Value | undefined, span: Span): Value {
    return new Super(self, member, span);
  }
}

/** Arguments that only Keras' methods of a name take; none where the name alone tells. */
const tellingArguments: Readonly<Record<string, readonly string[]>> = {
  compile: ['loss', 'optimizer'],
  fit: ['epochs', 'nb_epoch', 'batch_size', 'steps_per_epoch', 'validation_data', 'callbacks'],
  fit_generator: [],
  train_on_batch: [],
  load_weights: [],
};

/** Of a tensor and the same tensor behind a Dropout, one behind a Dropout that may do nothing. */
function perhapsDropped(values: readonly Value[], reason: Unknowable): Value | undefined {
  const [first, second, ...others] = values;
  if (!(first instanceof SymbolObject) || !(second instanceof SymbolObject) || others.length > 0) return undefined;
  const [before, after] = second.node.inputs[0] === first ? [first, second] : [second, first];
  const layer = after.node.inputs.length === 1 && after.node.inputs[0] === before ? perhaps(after.node.layer, reason) : undefined;
  return layer?.on([before], after.span);
}

/** Whether a value is an optimizer, or the word for one. */
function isOptimizer(value: Value): boolean {
  return (value.kind === 'string' && optimizerClass(value.value) !== undefined) || (value instanceof KerasObject && value.group === 'optimizers');
}

/** What comes of a call that is not understood; an object, if it is of a class. */
function unreadObject(call: Call): Unknowable {
  const { name, arguments: { keywords } } = call;
  const result = call.unread('script.unread-call', { name });
  const made = classOf(name);
  return made === undefined ? result : { ...result, made: { name: made, keywords } };
}

/** The class that a call of this name makes an object of; undefined for a function. */
const classOf = remembered((name) => {
  // `Class.from_pretrained(…)` makes one of the class.
  const made = name.replace(/(?<=\.[A-Z]\w{0,99})\.from_\w+$/, '');
  return /(^|\.)[A-Z]\w*$/.test(made) || makesModels(made) ? made : undefined;
});

/** Libraries whose functions and classes give whole models of Keras. */
const modelLibraries = new Set([
  'transformers', 'keras_cv', 'keras_nlp', 'keras_hub', 'keras_contrib', 'segmentation_models', 'classification_models', 'efficientnet', 'keras_unet', 'keras_unet_collection', 'vit_keras',
]);

function makesModels(path: string): boolean {
  return modelLibraries.has(path.split('.')[0]!);
}

/** A model of such a library: an input and one layer whose inside is not looked at; any other is not known. */
function modelOf(owner: Unknowable, session: Session): ModelObject {
  const model = new ModelObject('functional', owner.span, session);
  const layer = owner.made && makesModels(owner.made.name) ? asLayer(owner) : owner;
  if (layer instanceof LayerObject) {
    const start = layerOn('InputLayer', [], owner.span);
    model.inputs = [start];
    model.outputs = [layer.on([start], owner.span)];
  } else model.doubt = owner;
  return model;
}

/** gensim's `KeyedVectors.get_keras_embedding(train_embeddings=False)`: an Embedding of a size that only the vectors tell. */
function embeddingOf(vectors: Unknowable, call: Call): Value {
  const trained = call.bind<'train_embeddings'>('train_embeddings').train_embeddings ?? bool(false, call.span);
  const values = new Map<string, Value>([['input_dim', vectors], ['output_dim', vectors], ['weights', vectors], ['trainable', trained]]);
  return new LayerObject('Embedding', 'keras', { values }, call.span);
}

const models = new Set(['Sequential', 'Model', 'load_model', 'save_model', 'clone_model']);
const modules = /^(layers|models|optimizers|losses|callbacks|regularizers|initializers|datasets|utils|backend|applications|activations)$/;

/** Whether a module of Keras is known to have the name: `keras.layers.Dense`, `keras.optimizers.Adam`. */
function certainlyHas(path: string): boolean {
  const name = kerasName(path);
  if (!name) return false;
  if (name.name === 'Input') return ['', 'models', 'layers'].includes(name.group);
  if (models.has(name.name)) return ['', 'models'].includes(name.group);
  if (layerClass(name.name)) return name.group === 'layers';
  if (optimizerClass(name.name) === name.name) return name.group === 'optimizers';
  return name.group === '' && modules.test(name.name);
}

/** Whether it may be a class or function of a module of Keras that is not in the tables. */
function perhapsHas(path: string): boolean {
  const name = kerasName(path);
  if (!name || layerClass(name.name) || optimizerClass(name.name) === name.name) return false;
  return (name.group !== '' && /^[A-Z]/.test(name.name)) || /^(add|concatenate|merge)$/.test(name.name);
}

/** `super()`: methods of the bases in the script first, then what the library's base class does. */
class Super extends LibraryObject {
  readonly typeName = 'super';
  readonly #self: Instance;
  readonly #member: (name: string) => Value | undefined;

  constructor(self: Instance, member: (name: string) => Value | undefined, span: Span) {
    super(span);
    this.#self = self;
    this.#member = member;
  }

  override attribute(name: string, span: Span): Value | undefined {
    const own = this.#member(name);
    if (own) return own;
    const { delegate } = this.#self;
    if (name !== '__init__') return delegate?.attribute(name, span);
    return builtin(name, span, (call) => {
      delegate?.initialize(call);
      return none(call.span);
    });
  }
}

