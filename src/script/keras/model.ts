import type { Span } from '../../text/span';
import type { Call } from '../python/call';
import { builtin, Delegate, doubtOf, type Instance, list, none, type Unknowable, unknown, type Value } from '../python/values';
import { memberOf } from '../python/classes';
import { LayerObject, type Node, SymbolObject, symbolsOf } from './objects';

/** The arguments of a `compile` call. */
export interface CompileCall {
  readonly span: Span;
  readonly arguments: ReadonlyMap<string, Value>;
  /** Layers that were not trainable when the model was compiled: what counts for its training. */
  readonly frozen: ReadonlySet<LayerObject>;
  readonly doubt?: Unknowable;
}

/** What the third and the fourth argument are depends on the version of Keras: `metricsOf` tells. */
const compileSignature = 'optimizer loss third fourth weighted_metrics run_eagerly steps_per_execution jit_compile';

/** What a model trains with when `fit` or one of its kin is called. */
export type Training = (model: ModelObject, call: Call) => Value;

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
  /** The object of the script whose class this is the base of. */
  readonly instance: Instance | undefined;
  readonly train: Training;

  constructor(form: ModelObject['form'], span: Span, train: Training, instance?: Instance) {
    super(span);
    this.form = form;
    this.typeName = form === 'sequential' ? 'Sequential' : 'Model';
    this.train = train;
    this.instance = instance;
  }

  initialize(call: Call): void {
    const { inputs, outputs, layers } = call.bind<'inputs' | 'outputs' | 'layers'>(this.form === 'sequential' ? 'layers name' : 'inputs outputs name');
    if (this.form === 'sequential') {
      const items = layers && layers.kind !== 'none' ? call.interpreter.iterate(layers) : [];
      if (Array.isArray(items)) this.entries.push(...(items as Value[]));
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
      case 'fit_generator':
      case 'train_on_batch':
        return builtin(name, span, (call) => this.train(this, call));
      case 'optimizer':
        return this.compiled?.arguments.get('optimizer');
      case 'output':
      case 'outputs':
      case 'input':
      case 'inputs':
        return this.#ends(name, span);
      case 'layers':
        return this.form === 'sequential' ? (this.doubt ?? list(this.entries.slice(), span)) : undefined;
      case 'get_layer':
        return builtin(name, span, (call) => unknown(call.span, 'script.unread-call', { name: 'get_layer' }));
      case 'trainable':
        return undefined;
      case 'summary':
      case 'build':
      case 'save':
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
      for (const layer of this.#ownLayers()) layer.setAttribute('trainable', value);
      return true;
    }
    if (name === 'optimizer' && this.compiled) {
      this.compiled = { ...this.compiled, arguments: new Map([...this.compiled.arguments, ['optimizer', value]]) };
      return true;
    }
    // Attributes of a class of the script are kept there.
    return this.instance !== undefined;
  }

  /** The layers that can be reached without following a class of the script. */
  #ownLayers(): LayerObject[] {
    if (this.form === 'sequential') {
      return this.entries.flatMap((entry) => (entry instanceof LayerObject ? [entry] : entry instanceof ModelObject ? entry.#ownLayers() : []));
    }
    const layers = new Set<LayerObject>();
    const visit = (symbol: SymbolObject): void => {
      if (layers.has(symbol.node.layer)) return;
      layers.add(symbol.node.layer);
      symbol.node.inputs.forEach(visit);
    };
    this.outputs.forEach(visit);
    return [...layers];
  }

  #add(call: Call): Value {
    call.interpreter.touch(this);
    const layer = call.bind<'layer'>('layer').layer;
    if (layer) this.entries.push(layer);
    else this.doubt ??= call.unread();
    return none(call.span);
  }

  #pop(call: Call): Value {
    call.interpreter.touch(this);
    this.entries.pop();
    return none(call.span);
  }

  #compile(call: Call): Value {
    const bound = call.bind(compileSignature);
    const given = new Map(Object.entries(bound).filter((entry): entry is [string, Value] => entry[1] !== undefined));
    const frozen = new Set(this.#ownLayers().filter((layer) => layer.isFrozen));
    this.compiled = { span: call.span, arguments: given, frozen, ...(call.arguments.doubt && { doubt: call.arguments.doubt }) };
    return none(call.span);
  }

  /** Trained weights from a file: the start of the training is not the one Keras draws. */
  #loadWeights(call: Call): Value {
    this.loaded ??= unknown(call.span, 'script.loaded-weights');
    return none(call.span);
  }

  /** Set once weights were loaded. */
  loaded: Unknowable | undefined;

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
    if (!given) return (first && doubtOf(first)) ?? unknown(call.span, 'script.trained', { name: this.typeName });
    if ('kind' in given) return given;
    return this.applied(given, call);
  }

  applied(given: readonly SymbolObject[], call: Call): Value {
    if (this.doubt) return this.doubt;
    if (this.form === 'sequential') {
      return this.#chain(given[0]!);
    }
    if (this.form === 'subclassed' && this.outputs.length === 0) return this.#followCall(given, call);
    const outputs = this.#copied(given);
    return outputs.length === 1 ? outputs[0]! : list(outputs, call.span);
  }

  /** The same layers once more, on other inputs. */
  #copied(given: readonly SymbolObject[]): SymbolObject[] {
    const copies = new Map<Node, SymbolObject>(this.inputs.map((input, i) => [input.node, given[i] ?? input]));
    const copy = (symbol: SymbolObject): SymbolObject => {
      const known = copies.get(symbol.node) ?? new SymbolObject({ ...symbol.node, inputs: symbol.node.inputs.map(copy) });
      copies.set(symbol.node, known);
      return known;
    };
    return this.outputs.map(copy);
  }

  #followCall(given: readonly SymbolObject[], call: Call): Value {
    const method = this.instance && memberOf(this.instance.type, 'call');
    if (!this.instance || method?.kind !== 'function') return unknown(call.span, 'script.unread-model');
    const argument = given.length === 1 ? given[0]! : list(given, call.span);
    return call.interpreter.call({ ...method, self: this.instance }, { positional: [argument], keywords: new Map() }, call.span);
  }

  /** The graph of a subclassed model, by following its `call` with one unknown input. */
  follow(call: Call): Value {
    const input = new SymbolObject({ layer: new LayerObject('InputLayer', 'keras', { values: new Map() }, this.span), inputs: [], span: this.span });
    return this.#followCall([input], call);
  }

  /** Start and end of a Sequential model's chain; unknown where one of its entries is. */
  graph(): { readonly inputs: readonly SymbolObject[]; readonly outputs: readonly SymbolObject[] } | Unknowable {
    const start = inputOf(this.entries[0], this.span);
    if ('reason' in start) return start;
    const end = this.#chain(start);
    return 'reason' in end ? end : { inputs: [start], outputs: [end] };
  }

  #chain(start: SymbolObject): SymbolObject | Unknowable {
    if (this.doubt) return this.doubt;
    let at = start;
    for (const entry of this.entries) {
      const value = entry.kind === 'instance' && entry.delegate ? entry.delegate : entry;
      const doubt = doubtOf(value);
      if (doubt) return doubt;
      if (value instanceof SymbolObject) continue;
      if (value instanceof LayerObject) {
        if (value.typeName === 'InputLayer') continue;
        at = new SymbolObject({ layer: value, inputs: [at], span: value.span });
      } else if (value instanceof ModelObject) {
        const end = value.form === 'sequential' ? value.#chain(at) : value.#inlined(at);
        if ('reason' in end) return end;
        at = end;
      } else return unknown(value.span, 'script.unread-layer');
    }
    return at;
  }

  #inlined(start: SymbolObject): SymbolObject | Unknowable {
    if (this.doubt) return this.doubt;
    if (this.outputs.length !== 1 || this.inputs.length !== 1) return unknown(this.span, 'script.unread-model');
    return this.#copied([start])[0]!;
  }
}

/** The input of a Sequential model, as far as its first entry names a shape. */
function inputOf(first: Value | undefined, span: Span): SymbolObject | Unknowable {
  const value = first?.kind === 'instance' && first.delegate ? first.delegate : first;
  if (value instanceof SymbolObject) return value;
  if (value instanceof ModelObject) {
    if (value.form !== 'sequential') return value.doubt ?? value.inputs[0] ?? unknown(value.span, 'script.unread-model');
    return inputOf(value.entries[0], value.span);
  }
  const shape = value instanceof LayerObject ? inputShape(value) : undefined;
  const values = new Map<string, Value>(shape ? [['shape', shape]] : []);
  return new SymbolObject({ layer: new LayerObject('InputLayer', 'keras', { values }, shape?.span ?? span), inputs: [], span });
}

/** The shape of one sample that a first layer names by `input_shape`, `input_dim` or one of their kin. */
export function inputShape(layer: LayerObject): Value | undefined {
  const { values } = layer.given;
  const batchShape = values.get('batch_shape') ?? values.get('batch_input_shape');
  if (batchShape?.kind === 'tuple' || batchShape?.kind === 'list') return list(batchShape.items.slice(1), batchShape.span);
  const shape = values.get('input_shape') ?? (layer.typeName === 'InputLayer' ? values.get('shape') : undefined);
  if (shape) return shape.kind === 'number' ? list([shape], shape.span) : shape;
  const length = values.get('input_length');
  if (layer.typeName === 'Embedding') return length && (length.kind === 'tuple' ? length : list([length], length.span));
  const dimension = values.get('input_dim');
  if (!dimension) return undefined;
  return list(length ? [length, dimension] : [dimension], dimension.span);
}
