import type { Span } from '../../text/span';
import { type Arguments, Call } from '../python/call';
import { methodOf } from '../python/classes';
import { bool, builtin, Delegate, doubtOf, type Instance, list, none, text, tuple, type Value } from '../python/values';
import { AddedLosses } from './added-losses';
import { LayerObject } from './objects';
import { areMadeOf, outputsOf, SymbolObject, symbolsOf } from './symbols';
import { ModelObject } from './model';
import type { KerasVersion } from './optimizers';
import { shapeTuple } from './shapes';
import { addWeight, train } from './weights';

/** What the `call` of a class of the script gives; while a model trains, Keras calls it with `training=True`. */
export function followedCall(self: Instance, given: Arguments, call: Call): Value | undefined {
  const method = methodOf(self, 'call');
  if (!method) return undefined;
  build(self, given, call);
  const keywords = new Map(given.keywords);
  const isAsked = method.parameters.some(({ name }) => name === 'training');
  if (isAsked && !keywords.has('training')) keywords.set('training', bool(true, call.span));
  return call.interpreter.call(method, { ...given, keywords }, call.span);
}

const built = new WeakSet<Instance>();

/** The `build` of a class of the script, which Keras calls once before `call`, with the shapes of what that is given. */
function build(self: Instance, { positional, keywords }: Arguments, call: Call): void {
  const method = methodOf(self, 'build');
  const given = [...positional, ...keywords.values()];
  if (!method || built.has(self) || given.length === 0) return;
  const shapes = given.slice(0, Math.max(1, method.parameters.length - 1)).map((value) => shapesOf(value, call));
  // Without a shape it is asked again: the weights are not known so far.
  if (shapes.every(({ kind }) => kind !== 'unknown')) built.add(self);
  call.interpreter.call(method, { positional: shapes, keywords: new Map() }, call.span);
}

function shapesOf(value: Value, call: Call): Value {
  if (value instanceof SymbolObject) return shapeTuple(value, call.span);
  if (value.kind !== 'list' && value.kind !== 'tuple') return none(call.span);
  const shapes = value.items.map((item) => shapesOf(item, call));
  return shapes.find(({ kind }) => kind === 'unknown') ?? list(shapes, call.span);
}

/** What a class of the script inherits from `keras.layers.Layer`: the layers it is made of, or one layer whose inside is not looked at. */
export class ScriptLayer extends Delegate {
  readonly typeName: string;
  readonly layer: LayerObject;
  readonly #instance: Instance;
  readonly #added = new AddedLosses();
  /** The call that makes it. */
  readonly #made: Call;
  /** `trainable` as the script sets it. Keras 3 takes what is given when the layer is made for its own weights alone, and not for layers that it holds. */
  #trainable: { readonly value: Value; readonly ofLayers: boolean } | undefined;
  readonly #keras: KerasVersion;
  /** Weights that are trained or not as it is, and not as they themselves were made. */
  readonly #following = new Set<LayerObject>();

  constructor(instance: Instance, call: Call, keras: KerasVersion) {
    super(call.span);
    this.#made = call;
    this.#keras = keras;
    this.typeName = instance.type.name;
    this.#instance = instance;
    const values = new Map(call.arguments.keywords);
    const names = methodOf(instance, '__init__')?.parameters.slice(1).map((parameter) => parameter.name) ?? [];
    call.arguments.positional.forEach((value, i) => {
      const name = names[i];
      if (name) values.set(name, value);
    });
    this.layer = new LayerObject(this.typeName, 'script', { values }, call.span);
  }

  /** Keras' own `__init__`. */
  initialize({ arguments: { keywords } }: Call): void {
    const value = keywords.get('trainable');
    if (value) this.#trainable = { value, ofLayers: this.#keras < 3 };
  }

  override setAttribute(name: string, value: Value): boolean {
    if (/^_?trainable_weights$/.test(name)) train(value);
    if (name === 'trainable') {
      this.#trainable = { value, ofLayers: true };
      this.#passOn();
    }
    return true;
  }

  /** Layers and weights among its attributes, also those of layers that it holds. */
  heldLayers(): readonly LayerObject[] {
    return [...this.#instance.attributes.values()].flatMap(layersIn);
  }

  /** What it holds is trained or not as it is; weights that were made not to be trained never are. */
  #passOn(): void {
    if (!this.#trainable) return;
    const { value, ofLayers } = this.#trainable;
    const own = [...this.#instance.attributes.values()].filter(({ kind }) => kind !== 'instance').flatMap(layersIn);
    for (const layer of ofLayers ? this.heldLayers() : own) {
      if (layer.typeName !== 'Variable') {
        if (ofLayers) layer.setAttribute('trainable', value);
      } else if (!layer.trainable || this.#following.has(layer)) {
        this.#following.add(layer);
        layer.given.values.set('trainable', value);
      }
    }
  }

  override attribute(name: string, span: Span): Value | undefined {
    if (name === 'add_weight' || name === 'add_variable') return builtin(name, span, addWeight);
    if (/^(?:compute_|variable_)?dtype$/.test(name)) return text('float32', span);
    if (name === 'add_loss') return builtin(name, span, (call) => this.#added.add(call));
    return name === 'add_metric' || name === 'build' ? builtin(name, span, (call) => none(call.span)) : undefined;
  }

  override call(call: Call): Value {
    const first = methodOf(this.#instance, 'call')?.parameters[1]?.name;
    const [given = call.arguments.keywords.get(first ?? 'inputs'), ...others] = call.arguments.positional;
    const inputs = given && symbolsOf(given, call);
    if (!Array.isArray(inputs)) return inputs ?? (given && doubtOf(given)) ?? call.unread('script.unread-call', { name: this.typeName });
    const all = [...inputs, ...others.filter((value) => value instanceof SymbolObject)];
    const inside = this.#inside(all, call.arguments, call);
    if (inside?.isPlain) return inside.result;
    const whole = new SymbolObject({ layer: this.layer, inputs: all, span: call.span });
    const { items } = inside?.result.kind === 'tuple' || inside?.result.kind === 'list' ? inside.result : { items: [] };
    return items.length > 1 ? tuple(outputsOf(whole, items.length), call.span) : whole;
  }

  /** The layer in a chain of layers. */
  applied(input: SymbolObject): Value {
    return this.call(new Call(this.#made.interpreter, this.typeName, this.span, { positional: [input], keywords: new Map() }));
  }

  /** What its own `call` gives, and whether that is made of layers of Keras and of operations that Keras has a name for. */
  #inside(inputs: readonly SymbolObject[], given: Arguments, call: Call): { readonly result: Value; readonly isPlain: boolean } | undefined {
    const result = this.#added.during(() => followedCall(this.#instance, given, call));
    // `build` may have made more.
    this.#passOn();
    const outputs = result && symbolsOf(result, call);
    if (!result || !Array.isArray(outputs)) return undefined;
    return { result, isPlain: !this.#added.doubt && !outputs.some((output) => inputs.includes(output)) && areMadeOf(outputs, inputs) };
  }
}

/** The layers and weights that a value is or holds. */
export function layersIn(value: Value): readonly LayerObject[] {
  if (value instanceof LayerObject) return [value];
  if (value instanceof SymbolObject) return value.node.layer.typeName === 'Variable' ? [value.node.layer] : [];
  if (value instanceof ModelObject) return value.ownLayers();
  switch (value.kind) {
    case 'list':
    case 'tuple':
      return value.items.flatMap(layersIn);
    case 'dict':
      return [...value.entries.values()].flatMap((entry) => layersIn(entry.value));
    case 'instance':
      return value.delegate instanceof ScriptLayer ? value.delegate.heldLayers() : value.delegate instanceof ModelObject ? value.delegate.ownLayers() : [];
    default:
      return [];
  }
}

/** What a class of the script inherits from `keras.callbacks.Callback`. */
export class ScriptCallback extends Delegate {
  readonly typeName: string;

  constructor(instance: Instance, span: Span) {
    super(span);
    this.typeName = instance.type.name;
  }

  initialize(): void {
    // Nothing to keep.
  }

  override setAttribute(): boolean {
    return true;
  }
}

/** What a class of the script inherits from an optimizer of Keras: its arguments, but not how it steps. */
export class ScriptOptimizer extends Delegate {
  readonly typeName: string;
  /** The base class' part, once it was made. */
  base: Value | undefined;
  readonly #make: (call: Call) => Value | undefined;

  constructor(instance: Instance, span: Span, make: (call: Call) => Value | undefined) {
    super(span);
    this.typeName = instance.type.name;
    this.#make = make;
  }

  initialize(call: Call): void {
    this.base = this.#make(call);
  }

  override setAttribute(): boolean {
    return true;
  }

  override attribute(name: string, span: Span): Value | undefined {
    return this.base?.kind === 'object' ? this.base.attribute(name, span) : undefined;
  }
}
