import type { Span } from '../../text/span';
import type { Call } from '../python/call';
import type { Tensor } from '../script';
import { builtin, doubtOf, LibraryObject, list, none, text, type Unknowable, unknown, type Value } from '../python/values';
import { momentsOf } from './adapt';
import { LossValue, takesStep } from './gradients';
import { lossOnSymbols } from './own-losses';
import { layerArgument, layerClass } from './layers';
import { kerasName } from './names';
import { constantOf, drawn } from './weights';
import { infers, type Node, startLike, SymbolObject, symbolsOf } from './symbols';

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

  /** The layer put to use; `isList`: its inputs are given as a list. */
  on(inputs: readonly SymbolObject[], span: Span, { isList = false, within, infers }: { readonly isList?: boolean } & Pick<Node, 'within' | 'infers'> = {}): SymbolObject {
    const node: Node = { layer: this, inputs, span, ...(within && { within }), ...(infers && { infers }) };
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
    return this.on([...inputs, ...more], call.span, { isList: given?.kind === 'list' || given?.kind === 'tuple', infers: infers(call) });
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
