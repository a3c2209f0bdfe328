import type { Span } from '../../text/span';
import { asNumber, type Call } from '../python/call';
import type { Tensor } from '../script';
import { builtin, doubtOf, float, integer, LibraryObject, list, none, text, tuple, type Unknowable, unknown, type Value } from '../python/values';
import { momentsOf } from './adapt';
import { LossValue, takesStep } from './gradients';
import { lossOnSymbols } from './own-losses';
import { layerArgument, layerClass } from './layers';
import { kerasName } from './names';
import { shapeTuple } from './shapes';
import { constantOf, drawn, ofWeight } from './weights';

/** Arguments of a Keras object by Keras' present names; `doubt`: some of them are not known. */
export interface KerasArguments {
  readonly values: Map<string, Value>;
  readonly doubt?: Unknowable;
}

/** An optimizer, loss, metric, callback, initializer, regularizer, constraint or schedule. */
export class KerasObject extends LibraryObject {
  readonly group: string;
  readonly typeName: string;
  readonly given: KerasArguments;
  /** Of a metric: what it was last told of. */
  tracked: Value | undefined;
  /** Called when an attribute is set. */
  changed: (() => void) | undefined;

  constructor(group: string, className: string, given: KerasArguments, span: Span) {
    super(span);
    this.group = group;
    this.typeName = className;
    this.given = given;
  }

  override attribute(name: string, span: Span): Value | undefined {
    const present = name === 'lr' ? 'learning_rate' : name;
    const value = this.given.values.get(present);
    if (this.group === 'optimizers' && present === 'learning_rate' && (!value || value.kind === 'number')) {
      return { ...(value ?? unknown(span, 'script.unread-attribute', { name })), home: { object: this, name: present } };
    }
    if (value) return value;
    if (name === 'get_config') return builtin(name, span, (call) => new ConfigObject(this, call.span));
    if (this.group === 'optimizers' && /^(apply_gradients|apply|minimize)$/.test(name)) return builtin(name, span, (call) => takesStep(this, call));
    if (this.group === 'metrics') return this.#metric(name, span);
    if (name === 'assign') return builtin(name, span, (call) => none(call.span));
    return undefined;
  }

  /** Methods of a metric; its result stands for the mean of what it was told of. */
  #metric(name: string, span: Span): Value | undefined {
    switch (name) {
      case 'update_state':
        return builtin(name, span, (call) => {
          [this.tracked] = call.arguments.positional;
          return none(call.span);
        });
      case 'result':
        return builtin(name, span, () => this);
      case 'reset_state':
      case 'reset_states':
        return builtin(name, span, (call) => none(call.span));
      default:
        return undefined;
    }
  }

  override call(call: Call): Value {
    if (this.group === 'initializers') return drawn(this, call.bind('shape').shape, call) ?? call.unread();
    return this.group === 'losses' ? lossOnSymbols(this.typeName, call, this) ?? new LossValue(this, call) : unknown(call.span, 'script.unread-call', { name: this.typeName });
  }

  override setAttribute(name: string, value: Value): boolean {
    this.given.values.set(name === 'lr' ? 'learning_rate' : name, value);
    this.changed?.();
    return true;
  }
}

/** What `get_config()` or `to_json()` gives: what `from_config` or `model_from_json` makes another one of. */
export class ConfigObject extends LibraryObject {
  readonly typeName = 'dict';
  readonly of: LibraryObject;

  constructor(of: LibraryObject, span: Span) {
    super(span);
    this.of = of;
  }
}

/** A layer before it is put to use. */
export class LayerObject extends LibraryObject {
  /** Keras' present name of the class; for a class from elsewhere its own name. */
  readonly typeName: string;
  /** `keras`, `script` for a class of the script itself, or the library it comes from. */
  readonly origin: string;
  readonly given: KerasArguments;
  /** What it gave out when it was first put to use. */
  output: SymbolObject | undefined;
  /** Start weights out of a file, in the order of `get_weights()`. */
  weights: readonly Tensor[] | undefined;
  /** Of a `Lambda`: what its function makes of the tensor or the list of tensors it is put on. */
  body: ((given: Value) => Value) | undefined;
  /** Of a layer whose activation is a function of the script: what that makes of the layer's output. */
  activate: ((output: SymbolObject) => Value) | undefined;

  constructor(className: string, origin: string, given: KerasArguments, span: Span) {
    super(span);
    this.typeName = className;
    this.origin = origin;
    this.given = given;
  }

  override isA(path: string): boolean | undefined {
    const { group, name } = kerasName(path) ?? {};
    if (name === 'Layer') return true;
    const layer = group === 'layers' && name !== undefined ? layerClass(name) : undefined;
    return layer === undefined || this.origin !== 'keras' ? undefined : layer === this.typeName;
  }

  /** Whether training changes its weights, where the script says so. */
  get trainable(): Value | undefined {
    return this.given.values.get('trainable');
  }

  /** Of a layer that is a model in itself, frozen in part: whether each of its layers is trained. */
  get trainedLayers(): readonly boolean[] | undefined {
    return undefined;
  }

  override attribute(name: string, span: Span): Value | undefined {
    if (name === 'output') return this.output;
    if (name === 'input') return this.output?.node.inputs.length === 1 ? this.output.node.inputs[0] : undefined;
    if (name === 'get_config') return builtin(name, span, (call) => new ConfigObject(this, call.span));
    if (name === 'get_initial_state') return builtin(name, span, (call) => none(call.span));
    if (name === 'adapt' || name === 'build' || name === 'set_weights') return builtin(name, span, (call) => this.#adapted(name, call));
    const given = this.given.values.get(layerArgument(this.typeName, name));
    // Keras counts inputs, too, but gives no other layer such a name.
    return given ?? (name === 'name' && this.typeName === 'InputLayer' ? text('input_layer', span) : undefined);
  }

  override setAttribute(name: string, value: Value): boolean {
    if (name !== 'trainable' && name !== '_name') return false;
    // An input has no weights, and a constant stays one.
    if (name === 'trainable' && (this.typeName === 'InputLayer' || (this.typeName === 'Variable' && this.trainable))) return true;
    this.given.values.set(name === '_name' ? 'name' : name, value);
    return true;
  }

  /** The same layer with weights of its own. */
  copy(): LayerObject {
    const copy = new LayerObject(this.typeName, this.origin, { ...this.given, values: new Map(this.given.values) }, this.span);
    copy.body = this.body;
    copy.activate = this.activate;
    // What a script says of its own tensors is no state of a training.
    if (this.typeName === 'Variable') copy.weights = this.weights;
    return copy;
  }

  /** The layer put to use; `isList`: its inputs are given as a list; `within`: the model that is called as a whole. */
  on(inputs: readonly SymbolObject[], span: Span, { isList = false, within }: { readonly isList?: boolean; readonly within?: Value } = {}): SymbolObject {
    const node: Node = { layer: this, inputs, span, ...(within && { within }) };
    if (!this.body) {
      const output = new SymbolObject(node);
      const activated = this.activate?.(output);
      if (!(activated instanceof SymbolObject)) return output;
      this.output = activated;
      return activated;
    }
    const starts = inputs.map((input) => startLike(input));
    const end = this.body(isList ? list(starts, span) : starts[0]!);
    return new SymbolObject(end instanceof SymbolObject ? { ...node, inside: { inputs: starts, outputs: [end] } } : node);
  }

  #adapted(name: string, call: Call): Value {
    const [data] = call.arguments.positional;
    if (name !== 'adapt' || !data) return none(call.span);
    const { values } = this.given;
    if (this.typeName === 'Normalization') {
      const moments = momentsOf(data, values.get('axis'));
      const [mean, variance] = 'kind' in moments ? [moments, moments] : [moments.mean, moments.variance];
      values.set('mean', mean).set('variance', variance);
    } else values.set('adapted_to', data);
    return none(call.span);
  }

  override call(call: Call): Value {
    const [first, ...others] = call.arguments.positional;
    const { keywords } = call.arguments;
    const name = keywords.has('inputs') ? 'inputs' : [...keywords].find(([, value]) => value instanceof SymbolObject)?.[0];
    const given = first ?? keywords.get(name ?? '');
    const inputs = given ? (symbolsOf(given, call) ?? constantsOf(given, call)) : undefined;
    if (!inputs) return (given && doubtOf(given)) ?? call.unread();
    if ('kind' in inputs) return inputs;
    const named = [...keywords].flatMap(([key, value]) => (!first && key === name ? [] : [value]));
    const more = [...others, ...named].flatMap((value) => {
      const symbols = symbolsOf(value, call);
      return Array.isArray(symbols) ? symbols : [];
    });
    return this.on([...inputs, ...more], call.span, { isList: given?.kind === 'list' || given?.kind === 'tuple' });
  }
}

/** Arrays of numbers that a layer is put on: `self.positions(tf.range(length))`. */
function constantsOf(value: Value, call: Call): readonly SymbolObject[] | undefined {
  const constant = value.kind === 'array' ? constantOf(value, call.span) : undefined;
  return constant && [constant];
}

/** A layer that may be there or not, for the reason: of a Dropout, one whose rate may be 0, which does nothing; undefined of any other. */
export function perhaps(layer: Value, reason: Unknowable): LayerObject | undefined {
  if (!(layer instanceof LayerObject) || layer.origin !== 'keras' || !/^(?:Spatial|Gaussian|Alpha)?Dropout(?:[123]D)?$/.test(layer.typeName)) return undefined;
  const rate = layer.given.values.get('rate');
  const copy = layer.copy();
  copy.given.values.set('rate', (rate && doubtOf(rate)) ?? reason);
  return copy;
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
  // What goes through a sequence has its length, too, known or not.
  const steps = length ?? (isSequential(layer) ? none(dimension.span) : undefined);
  return list(steps ? [steps, dimension] : [dimension], dimension.span);
}

const ofSequences = /^(?:LSTM|GRU|SimpleRNN|RNN|ConvLSTM1D|Conv1D|SeparableConv1D|LocallyConnected1D|CuDNN\w+|Bidirectional|TimeDistributed)$/;

function isSequential({ typeName }: LayerObject): boolean {
  return ofSequences.test(typeName);
}

/** Tensors and what is made of them. */
export interface Ends {
  readonly inputs: readonly SymbolObject[];
  readonly outputs: readonly SymbolObject[];
}

/** One use of a layer. */
export interface Node extends Pick<Ends, 'inputs'> {
  readonly layer: LayerObject;
  readonly span: Span;
  /** What a `Lambda` does, on inputs of its own. */
  readonly inside?: Ends;
  /** The model that was called as a whole, of which this layer is a part. */
  readonly within?: Value;
}

/** What a layer gives out when it is called: Keras' symbolic tensor. */
export class SymbolObject extends LibraryObject {
  readonly typeName = 'KerasTensor';
  readonly node: Node;
  /** What was added to the loss on the way from the tensors before it (`add_loss`). */
  readonly terms: readonly SymbolObject[];
  /** Of an input: the inputs that it turned out to be. */
  parts: readonly SymbolObject[] | undefined;

  constructor(node: Node, terms: readonly SymbolObject[] = []) {
    super(node.span);
    this.node = node;
    this.terms = terms;
    node.layer.output ??= this;
  }

  /** The same tensor, where more is added to the loss on the way to it. */
  adding(terms: readonly SymbolObject[]): SymbolObject {
    return terms.length === 0 ? this : new SymbolObject(this.node, [...this.terms, ...terms]);
  }

  /** Whether a comparison holds only a run can tell. */
  override truth(): boolean | undefined {
    return this.node.layer.origin === 'operation' ? undefined : true;
  }

  override operate(operator: string, left: Value, right: Value, span: Span): SymbolObject | undefined {
    if (/^(?:not )?in$|^is/.test(operator)) return undefined;
    const [first, second] = [left, right].map((value) => (value instanceof SymbolObject || asNumber(value) !== undefined ? value : (constantOf(value, span) ?? value)));
    if (first !== left || second !== right) return this.operate(operator, first!, second!, span);
    const inputs = [left, right].filter((value) => value instanceof SymbolObject);
    const merged = { '+': 'Add', '-': 'Subtract', '*': 'Multiply' }[operator];
    if (operator === '*' && left === right) return operation('Square', [this], span);
    if (inputs.length === 2 && left !== right && merged) return layerOn(merged, inputs, span);
    const paired = { '/': 'Divide', '@': 'Matmul', '**': 'Power' }[operator];
    if (inputs.length === 2 && paired) return operation(paired, inputs, span);
    const constant = [left, right].find((value) => !(value instanceof SymbolObject));
    const number = asNumber(constant);
    const [scale, offset] = linear(operator, number, left === this) ?? [];
    if (scale !== undefined && offset !== undefined) return layerOn('Rescaling', [this], span, new Map([['scale', float(scale, span)], ['offset', float(offset, span)]]));
    if (operator === '**' && number !== undefined && left === this) return operation('Power', [this], span, new Map([['exponent', constant!]]));
    if (operator === '/' && number !== undefined) return this.operate('**', this, integer(-1, span), span)?.operate('*', this, constant!, span);
    const comparison = comparisons[operator];
    if (comparison) return operation(comparison, inputs, span, new Map<string, Value>(constant && [[left === this ? 'right' : 'left', constant]]));
    return operation(`operator ${operator}`, inputs, span, new Map(constant && [['constant', constant]]));
  }

  override index(index: Value, call: Call): Value {
    const isOutput = index.kind === 'number' && outputCount(this.node.layer) > 1;
    return isOutput ? selected(this, index) : operation('GetItem', [this], call.span, new Map([['key', keyValue(index.kind === 'tuple' ? index : tuple([index], index.span))]]));
  }

  /** An input of which nothing is known is as many as it is taken apart into. */
  override unpack(count: number): readonly Value[] | undefined {
    const { origin } = this.node.layer;
    // What is not looked inside gives as many as it is taken apart into.
    if (origin !== 'keras' && origin !== 'operation') return outputsOf(this, count);
    if (this.node.layer.typeName !== 'InputLayer' || inputShape(this.node.layer)) return undefined;
    this.parts ??= Array.from({ length: count }, () => layerOn('InputLayer', [], this.span));
    return this.parts;
  }

  /** The outputs of a layer that gives more than one. */
  override iterate(): readonly Value[] | Unknowable {
    const count = outputCount(this.node.layer);
    return count > 1 ? outputsOf(this, count) : unknown(this.span, 'script.unread-loop');
  }

  override attribute(name: string, span: Span): Value | undefined {
    if (name === 'shape' || name === '_keras_shape') return shapeTuple(this, span);
    // What a function of tensors gives under names: `tf.math.top_k(x).values`.
    if (this.node.layer.origin === 'operation' && /^(?:values|indices)$/.test(name)) return selected(this, text(name, span));
    if (name === 'dtype') return text('float32', span);
    if (name === 'ndim' || name === 'rank') {
      const shape = shapeTuple(this, span);
      return shape.kind === 'tuple' ? integer(shape.items.length, span) : shape;
    }
    if (name === 'T') return operation('Transpose', [this], span);
    if (this.node.layer.typeName === 'Variable') return ofWeight(this, name, span);
    if (name === 'get_shape') return builtin(name, span, (call) => shapeTuple(this, call.span));
    return undefined;
  }
}

/** Keras 3's names for what compares numbers one by one. */
const comparisons: Readonly<Record<string, string>> = { '<': 'Less', '<=': 'LessEqual', '>': 'Greater', '>=': 'GreaterEqual', '==': 'Equal', '!=': 'NotEqual' };

/** An input of the shape of a tensor. */
function startLike(symbol: SymbolObject): SymbolObject {
  const shape = shapeTuple(symbol, symbol.span);
  const values = new Map<string, Value>(shape.kind === 'tuple' ? [['shape', list(shape.items.slice(1), symbol.span)]] : []);
  return layerOn('InputLayer', [], symbol.span, values);
}

/** `a * x + b` for an operator between a tensor and a number; undefined for anything else. */
function linear(operator: string, number: number | undefined, isFirst: boolean): readonly [scale: number, offset: number] | undefined {
  if (operator === 'unary -') return [-1, 0];
  if (number === undefined) return undefined;
  switch (operator) {
    case '+':
      return [1, number];
    case '-':
      return isFirst ? [1, -number] : [-1, number];
    case '*':
      return [number, 0];
    case '/':
      return isFirst ? [1 / number, 0] : undefined;
    default:
      return undefined;
  }
}

/** An index as the argument of the operation: for each axis a number, `[start, stop, step]`, `newaxis` or `...`. */
function keyValue(index: Value): Value {
  switch (index.kind) {
    case 'tuple':
      return list(index.items.map(keyValue), index.span);
    case 'slice':
      return list([index.lower, index.upper, index.step].map((bound) => bound ?? none(index.span)), index.span);
    case 'ellipsis':
      return text('...', index.span);
    case 'none':
      return text('newaxis', index.span);
    default:
      return index;
  }
}

/** Whether nothing but layers of Keras and operations that Keras has a name for makes these tensors of others. */
export function areMadeOf(symbols: readonly SymbolObject[], others: readonly SymbolObject[]): boolean {
  const seen = new Set(others.map(({ node }) => node));
  const isPlain = ({ node, doubt }: SymbolObject): boolean => {
    if (doubt) return false;
    if (seen.has(node)) return true;
    seen.add(node);
    const { layer: { origin, typeName }, inputs } = node;
    return (origin === 'keras' || (origin === 'operation' && /^[A-Z]/.test(typeName))) && inputs.every(isPlain);
  };
  return symbols.every(isPlain);
}

/** What a function or an operator does to symbolic tensors, under Keras 3's name for the operation where it has one. */
export function operation(className: string, inputs: readonly SymbolObject[], span: Span, values = new Map<string, Value>()): SymbolObject {
  return new SymbolObject({ layer: new LayerObject(className, 'operation', { values }, span), inputs, span });
}

/** What a function does that a layer of Keras does as well. */
export function layerOn(className: string, inputs: readonly SymbolObject[], span: Span, values = new Map<string, Value>()): SymbolObject {
  return new SymbolObject({ layer: new LayerObject(className, 'keras', { values }, span), inputs, span });
}

export function activated(name: string, inputs: readonly SymbolObject[], span: Span): SymbolObject {
  return layerOn('Activation', inputs, span, new Map([['activation', text(name, span)]]));
}

/** One output of a layer that has several. */
function selected(whole: SymbolObject, which: Value): SymbolObject {
  return operation('[]', [whole], whole.span, new Map([['constant', which]]));
}

/** The parts of what a layer with several outputs gives. */
export function outputsOf(whole: SymbolObject, count: number): SymbolObject[] {
  return Array.from({ length: count }, (_, i) => selected(whole, integer(i, whole.span)));
}

/** How many tensors a recurrent layer gives: with `return_state` also what it ends with. */
function outputCount({ typeName, given: { values } }: LayerObject): number {
  const isTrue = (name: string): boolean => {
    const value = values.get(name);
    return value?.kind === 'bool' && value.value;
  };
  const inner = values.get('layer');
  if (typeName === 'Bidirectional' && inner instanceof LayerObject) return 2 * outputCount(inner) - 1;
  if (!isTrue('return_state')) return 1;
  return /LSTM$/.test(typeName) ? 3 : /^(GRU|CuDNNGRU|SimpleRNN)$/.test(typeName) ? 2 : 1;
}

/** The symbolic tensors in a tensor, list or dictionary of them; unknown if one is; undefined if it holds anything else. */
export function symbolsOf(value: Value, call: Call): SymbolObject[] | Unknowable | undefined {
  if (value instanceof SymbolObject) return value.doubt ?? [value];
  if (value.kind !== 'list' && value.kind !== 'tuple' && value.kind !== 'dict') return doubtOf(value);
  if (value.doubt) return value.doubt;
  const items = value.kind === 'dict' ? [...value.entries.values()].map((entry) => entry.value) : call.interpreter.iterate(value);
  if (!Array.isArray(items)) return items as Unknowable;
  const symbols: SymbolObject[] = [];
  for (const item of items as readonly Value[]) {
    if (!(item instanceof SymbolObject)) return doubtOf(item);
    symbols.push(item);
  }
  return symbols.length > 0 ? symbols : undefined;
}


const foreignLayers = new WeakMap<Unknowable, LayerObject>();

/** An object of a class that nobody here knows, where it is used as a layer: a layer whose inside is not looked at. */
export function asLayer(value: Value): Value {
  const made = value.kind === 'unknown' ? value.made : undefined;
  if (!made || value.kind !== 'unknown') return value;
  const parts = made.name.split('.');
  const layer = foreignLayers.get(value) ?? new LayerObject(parts.at(-1)!, parts[0]!, { values: new Map(made.keywords) }, value.span);
  foreignLayers.set(value, layer);
  return layer;
}
