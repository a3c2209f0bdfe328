import type { Span } from '../../text/span';
import { type Arguments, asString, Call } from '../python/call';
import { memberOf } from '../python/classes';
import { builtin, Delegate, doubtOf, type Instance, list, none, type Unknowable, unknown, type Value } from '../python/values';
import { AddedLosses } from './added-losses';
import { LossValue, PredictionObject, WeightsObject } from './gradients';
import { inputOf, inputsLike, shapedLike } from './inputs';
import { optimizerClass } from './names';
import { append, layerOf, layersOf } from './model-layers';
import { ConfigObject, inputShape, KerasObject, LayerObject, perhaps } from './objects';
import { type Ends, infers, type Node, SymbolObject, symbolsOf } from './symbols';
import { lossBetween } from './own-losses';
import type { Batch } from './own-loops';
import { ownSteps, trainedBySteps } from './own-steps';
import type { CompileCall, Session } from './session';
import { shapeTuple } from './shapes';
import { followedCall, layersIn, ScriptLayer } from './own-classes';
import { addWeight } from './weights';
import { loadWeights } from '../saved/layers';

/** What the third and the fourth argument are depends on the version of Keras: `metricsOf` tells. */
const compileSignature = 'optimizer loss third fourth weighted_metrics run_eagerly steps_per_execution jit_compile';

/** How a model is called as a whole. */
type Use = Pick<Node, 'within' | 'infers'>;

/** What is done with a model to train it, or to look at it. */
const trainingMethods = new Set([
  'fit', 'fit_generator', 'train_on_batch', 'test_on_batch', 'predict_on_batch', 'predict', 'evaluate', 'summary', 'save', 'save_weights', 'reset_states', 'reset_metrics',
  'metrics_names', 'trainable', 'trainable_variables', 'trainable_weights', 'variables', 'weights', 'losses', 'metrics', '()',
]);

/** A Keras model: a list of layers, a graph of them, or a class of the script. */
export class ModelObject extends Delegate {
  readonly typeName: string;
  readonly form: 'sequential' | 'functional' | 'subclassed';
  /** Of a Sequential model, in order. */
  readonly entries: Value[] = [];
  /** Of a functional model. */
  inputs: readonly SymbolObject[] = [];
  outputs: readonly SymbolObject[] = [];
  compiled: CompileCall | undefined;
  /** What `add_loss` adds to its loss, outside of a `call`. */
  readonly added = new AddedLosses();
  /** Set where the weights do not start as Keras draws them. */
  loaded: Unknowable | undefined;
  /** Set where a search chooses how it is built. */
  searched: Unknowable | undefined;
  /** What stands for an optimizer that `compile` was given as a word. */
  #named: KerasObject | undefined;
  /** The chain of a Sequential model as far as it was followed, and how many entries that took. */
  #chained: { start: SymbolObject; end: SymbolObject; count: number } | undefined;
  /** The object of the script whose class this is the base of. */
  readonly instance: Instance | undefined;
  readonly session: Session;

  constructor(form: ModelObject['form'], span: Span, session: Session, instance?: Instance) {
    super(span);
    this.form = form;
    this.typeName = form === 'sequential' ? 'Sequential' : 'Model';
    this.session = session;
    this.instance = instance;
  }

  initialize(call: Call): void {
    const bound = call.bind(this.form === 'sequential' ? 'layers name' : 'inputs outputs name');
    // Keras 1 has them in the singular.
    const { layers, inputs = bound.input, outputs = bound.output } = bound;
    if (this.form === 'sequential') {
      const items = layers && layers.kind !== 'none' ? call.interpreter.iterate(layers) : [];
      if (Array.isArray(items)) (items as Value[]).forEach((item) => append(this.entries, item));
      else this.doubt ??= items as Unknowable;
      if (call.arguments.doubt) this.doubt ??= call.arguments.doubt;
    } else if (inputs && outputs) {
      this.#connect(inputs, outputs, call);
    }
  }

  #connect(inputs: Value, outputs: Value, call: Call): void {
    const from = symbolsOf(inputs, call);
    const to = symbolsOf(outputs, call);
    if (Array.isArray(from) && Array.isArray(to)) {
      this.inputs = from;
      this.outputs = to;
    } else {
      const doubts = [from, to].filter((part): part is Unknowable => part !== undefined && !Array.isArray(part));
      this.doubt ??= doubts[0] ?? unknown(call.span, 'script.unread-model');
    }
  }

  override attribute(name: string, span: Span): Value | undefined {
    switch (name) {
      case 'add':
        return builtin(name, span, (call) => this.#add(call));
      case 'pop':
        return builtin(name, span, (call) => this.#pop(call));
      case 'compile':
        return builtin(name, span, (call) => this.#compile(call));
      case 'fit':
        return builtin(name, span, (call) => (ownSteps(this) ? trainedBySteps(this, call) : this.session.train(this, call)));
      case 'fit_generator':
        return builtin(name, span, (call) => this.session.train(this, call));
      case 'train_on_batch':
        return builtin(name, span, (call) => this.#trainOnBatch(call));
      case 'optimizer':
        return this.#optimizer();
      case 'output':
      case 'outputs':
      case 'input':
      case 'inputs':
        return this.#ends(name, span);
      case 'output_shape':
      case 'input_shape': {
        const end = this.#ends(name.replace('_shape', ''), span);
        return end instanceof SymbolObject ? shapeTuple(end, span) : end;
      }
      case 'get_config':
      case 'to_json':
        return builtin(name, span, (call) => new ConfigObject(this, call.span));
      case 'layers':
        return layersOf(this, span);
      case 'get_layer':
        return builtin(name, span, (call) => layerOf(this, call));
      case 'add_weight':
      case 'add_variable':
        return builtin(name, span, addWeight);
      case 'add_loss':
        return builtin(name, span, (call) => this.added.add(call));
      case 'add_metric':
        return builtin(name, span, (call) => none(call.span));
      case 'compiled_loss':
        return builtin(name, span, (call) => this.#loss(call, 'y y_pred sample_weight'));
      case 'compute_loss':
        return builtin(name, span, (call) => this.#loss(call, 'x y y_pred sample_weight'));
      case 'variables':
      case 'trainable_variables':
      case 'trainable_weights':
        return new WeightsObject(this, span);
      case 'save':
        return builtin(name, span, (call) => this.save(call.bind('filepath').filepath, call));
      case 'summary':
      case 'build':
      case 'save_weights':
      case 'reset_states':
      case 'stop_training':
        return builtin(name, span, (call) => none(call.span));
      case 'load_weights':
      case 'set_weights':
        return builtin(name, span, (call) => this.#loadWeights(call));
      case 'evaluate':
      case 'predict':
      case 'predict_classes':
      case 'get_weights':
      case 'count_params':
      case 'test_on_batch':
      case 'predict_on_batch':
        return builtin(name, span, (call) => unknown(call.span, 'script.trained', { name }));
      default:
        return undefined;
    }
  }

  override setAttribute(name: string, value: Value): boolean {
    if (name === 'trainable') {
      for (const layer of this.ownLayers()) layer.setAttribute('trainable', value);
      return true;
    }
    if (name === 'optimizer' && this.compiled) {
      this.compiled = { ...this.compiled, arguments: new Map([...this.compiled.arguments, ['optimizer', value]]) };
      return true;
    }
    // Attributes of a class of the script are kept there.
    return this.instance !== undefined;
  }

  /** A model of the same class of the script. */
  again(span: Span): ModelObject | undefined {
    return this.instance && new ModelObject(this.form, span, this.session, this.instance);
  }

  /** Training changes its weights, not its layers. */
  override endures(names: ReadonlySet<string>): boolean {
    return [...names].every((name) => trainingMethods.has(name));
  }

  /** The layers that can be reached without following a class of the script. */
  ownLayers(): LayerObject[] {
    if (this.form === 'sequential') {
      return this.entries.flatMap(layersIn);
    }
    const seen = new Set<Node>();
    const layers = new Set<LayerObject>();
    const visit = ({ node }: SymbolObject): void => {
      if (seen.has(node)) return;
      seen.add(node);
      node.inputs.forEach(visit);
      layers.add(node.layer);
    };
    this.inputs.forEach(visit);
    this.outputs.forEach(visit);
    return [...layers];
  }

  /** `model.save(filepath)`: what `load_model` finds there again. */
  save(filepath: Value | undefined, call: Call): Value {
    const path = asString(filepath);
    if (path !== undefined) this.session.saved.set(path, this);
    return none(call.span);
  }

  #add(call: Call): Value {
    const given = call.bind<'layer'>('layer').layer;
    const doubt = call.interpreter.doubtAbout(this);
    const uncertain = given && doubt ? perhaps(given, doubt) : undefined;
    if (!uncertain) call.interpreter.touch(this);
    const layer = uncertain ?? given;
    if (layer) append(this.entries, layer);
    else this.doubt ??= call.unread();
    return none(call.span);
  }

  #pop(call: Call): Value {
    call.interpreter.touch(this);
    this.entries.pop();
    this.#chained = undefined;
    return none(call.span);
  }

  #compile(call: Call): Value {
    const bound = call.bind(compileSignature);
    const given = new Map(Object.entries(bound).filter((entry): entry is [string, Value] => entry[1] !== undefined));
    this.compileWith(given, call.span, call.arguments.doubt);
    return none(call.span);
  }

  /** Compiles the model as it stands. */
  compileWith(given: ReadonlyMap<string, Value>, span: Span, doubt?: Unknowable): void {
    this.compiled = { span, arguments: given, trainable: this.trainability(), ...(doubt && { doubt }) };
  }

  /** One step of a training loop of the script's own. @param trained the models whose weights it changes. */
  step(optimizer: Value, loss: Value, call: Call, batch: Batch | undefined, trained: readonly ModelObject[]): void {
    const own = this.compiled?.arguments;
    const isCompiled = own && (optimizer === own.get('optimizer') || optimizer === this.#named) && loss === own.get('loss');
    const given = new Map([['optimizer', optimizer], ['loss', loss]]);
    const compiled = isCompiled ? this.compiled! : { span: call.span, arguments: given, trainable: this.trainability() };
    if (this.session.onStep) this.session.onStep({ model: this, compiled, batch, trained });
    else this.session.train(this, call, compiled, batch);
  }

  /** The optimizer it was compiled with; one that is named by a word is made of it. */
  #optimizer(): Value | undefined {
    const given = this.compiled?.arguments.get('optimizer');
    const className = given?.kind === 'string' ? optimizerClass(given.value) : undefined;
    if (!given || className === undefined) return given;
    if (this.#named?.span !== given.span) {
      const named = new KerasObject('optimizers', className, { values: new Map() }, given.span);
      // Once it is given another learning rate it is no longer what the word says.
      named.changed = () => (this.compiled &&= { ...this.compiled, arguments: new Map([...this.compiled.arguments, ['optimizer', named]]) });
      this.#named = named;
    }
    return this.#named;
  }

  #trainOnBatch(call: Call): Value {
    const { x, y, sample_weight: weight, class_weight: classWeight } = call.bind('x y sample_weight class_weight');
    return this.session.train(this, call, this.compiled, x && y && !weight && !classWeight && !call.arguments.doubt ? { x, y } : undefined);
  }

  /** The loss the model was compiled with, of what these arguments compare. */
  #loss(call: Call, signature: string): Value {
    const given = call.bind(signature);
    const symbol = lossBetween(this.compiled?.arguments.get('loss'), given.y, given.y_pred, call);
    if (symbol) return symbol;
    const named = call.renamed(new Map(Object.entries(given)));
    return new LossValue(this.compiled?.arguments.get('loss') ?? none(call.span), named);
  }

  /** The models that a class of the script without a `call` holds. */
  parts(): readonly ModelObject[] {
    const held = this.instance && !memberOf(this.instance.type, 'call') ? [...this.instance.attributes.values()] : [];
    return held.flatMap((value) => (value.kind === 'instance' ? (value.delegate ?? []) : value)).filter((value) => value instanceof ModelObject);
  }

  /** What the layers have as `trainable` now; undefined for a class of the script, whose layers are not listed. */
  trainability(): ReadonlyMap<LayerObject, Value> | undefined {
    const layers = this.ownLayers();
    if (layers.length === 0) return undefined;
    const all = layers.map((layer) => [layer, layer.trainable] as const);
    return new Map(all.filter((entry): entry is readonly [LayerObject, Value] => entry[1] !== undefined));
  }

  /** Weights from a file: the start of the training is not the one Keras draws. */
  #loadWeights(call: Call): Value {
    const path = call.name === 'load_weights' ? asString(call.bind('filepath').filepath) : undefined;
    const bytes = path === undefined ? undefined : this.session.file(path);
    if (!bytes || !loadWeights(this.ownLayers(), bytes)) {
      this.loaded ??= unknown(call.span, 'script.loaded-weights');
      call.interpreter.failure ??= this.loaded;
    }
    return none(call.span);
  }

  #ends(name: string, span: Span): Value | undefined {
    const graph = this.form === 'sequential' ? this.graph() : { inputs: this.inputs, outputs: this.outputs };
    if ('kind' in graph) return graph;
    const ends = name.startsWith('input') ? graph.inputs : graph.outputs;
    if (name === 'inputs' || name === 'outputs') return list(ends, span);
    return ends.length === 1 ? ends[0] : undefined;
  }

  /** A model called like a layer: its layers again, on other inputs, with the same weights. */
  override call(call: Call): Value {
    const [first] = call.arguments.positional;
    const given = first && symbolsOf(first, call);
    if (!first) return unknown(call.span, 'script.trained', { name: this.typeName });
    if (!Array.isArray(given)) return new PredictionObject(this, first, call.span, given);
    if (this.form === 'subclassed' && this.outputs.length === 0) return this.doubt ?? this.#followCall(call.arguments, call);
    return this.applied(given, call);
  }

  /** What a model that is no class of the script makes of tensors. */
  applied(given: readonly SymbolObject[], call: Call): Value {
    if (this.doubt) return this.doubt;
    const use = { within: this, infers: infers(call) };
    if (this.form === 'sequential') return this.#chain(given[0]!, 0, use);
    const outputs = this.#copied(given, use);
    return outputs.length === 1 ? outputs[0]! : list(outputs, call.span);
  }

  /** The same layers once more, on other inputs. */
  #copied(given: readonly SymbolObject[], use: Use): SymbolObject[] {
    const copies = new Map<Node, SymbolObject>(this.inputs.map((input, i) => [input.node, given[i] ?? input]));
    const copy = (symbol: SymbolObject): SymbolObject => {
      const known = copies.get(symbol.node) ?? new SymbolObject({ ...symbol.node, inputs: symbol.node.inputs.map(copy), within: this, ...(use.infers && { infers: true }) });
      copies.set(symbol.node, known);
      return known.adding(symbol.terms.map(copy));
    };
    return this.outputs.map((output, at) => copy(output).adding(at === 0 ? this.added.terms.map(copy) : []));
  }

  #followCall(given: Arguments, call: Call): Value {
    const { instance } = this;
    return (instance && this.added.during(() => followedCall(instance, given, call))) ?? unknown(call.span, 'script.unread-model');
  }

  /** The graph of a subclassed model, by following its `call` with inputs in the form in which `x` has the data. */
  follow(x: Value | undefined, call: Call): { readonly inputs: readonly SymbolObject[]; readonly result: Value } {
    const given = inputsLike(x, this.span);
    const inputs = symbolsOf(given, call);
    const result = this.#followCall({ positional: [given], keywords: new Map() }, call);
    // What the class takes apart were several inputs.
    return { inputs: Array.isArray(inputs) ? inputs.flatMap((input) => input.parts ?? [input]) : [], result };
  }

  /** Its layers, one after the other, without the input; undefined where they are no chain. */
  chain(): readonly LayerObject[] | undefined {
    const ends = this.form === 'sequential' ? this.graph() : { inputs: this.inputs, outputs: this.outputs };
    if ('reason' in ends) return undefined;
    const { inputs: [start], outputs: [end, ...others] } = ends;
    const layers: LayerObject[] = [];
    let at = others.length === 0 ? end : undefined;
    while (at && at !== start && at.node.inputs.length === 1) {
      layers.unshift(at.node.layer);
      at = at.node.inputs[0];
    }
    return at && at === start && !this.doubt ? layers : undefined;
  }

  /** A Sequential model that is trained with `x`, whose shape its own layers may ask for where the model names none. */
  graphFor(x: Value | undefined): Ends | Unknowable {
    const asks = this.entries.some((entry) => entry.kind === 'instance' && entry.delegate instanceof ScriptLayer);
    const start = asks ? inputOf(this.entries[0], this.span) : undefined;
    if (!start || 'reason' in start || inputShape(start.node.layer)) return this.graph();
    const end = this.#chain(shapedLike(x, start));
    return 'reason' in end ? end : { inputs: [start], outputs: [end] };
  }

  /** Start and end of a Sequential model's chain; unknown where one of its entries is. */
  graph(): Ends | Unknowable {
    const start = this.#chained?.start ?? inputOf(this.entries[0], this.span);
    if ('reason' in start) return start;
    const { end: from, count } = this.#chained ?? { end: start, count: 0 };
    const end = this.#chain(from, count);
    if ('reason' in end) return end;
    this.#chained = { start, end, count: this.entries.length };
    return { inputs: [start], outputs: [end] };
  }

  /** What the entries, from the one at `first` on, make of a tensor. */
  #chain(start: SymbolObject, first = 0, use: Use = {}): SymbolObject | Unknowable {
    if (this.doubt) return this.doubt;
    let at = start;
    for (const entry of this.entries.slice(first)) {
      const value = entry.kind === 'instance' && entry.delegate ? entry.delegate : entry;
      const doubt = doubtOf(value);
      if (doubt) return doubt;
      if (value instanceof SymbolObject) continue;
      if (value instanceof LayerObject) {
        if (value.typeName === 'InputLayer') continue;
        at = value.on([at], value.span, use);
      } else if (value instanceof ScriptLayer) {
        const end = value.applied(at);
        if (!(end instanceof SymbolObject)) return doubtOf(end) ?? unknown(value.span, 'script.unread-layer');
        at = end;
      } else if (value instanceof ModelObject) {
        const end = value.form === 'sequential' ? value.#chain(at, 0, use) : value.#inlined(at, use);
        if ('reason' in end) return end;
        at = end;
      } else return unknown(value.span, 'script.unread-layer');
    }
    return at;
  }

  #inlined(start: SymbolObject, use: Use): SymbolObject | Unknowable {
    if (this.doubt) return this.doubt;
    if (this.outputs.length !== 1 || this.inputs.length !== 1) return unknown(this.span, 'script.unread-model');
    return this.#copied([start], use)[0]!;
  }
}
