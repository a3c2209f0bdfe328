import type { Span } from '../../text/span';
import { type Arguments, Call } from '../python/call';
import { memberOf } from '../python/classes';
import { bool, builtin, Delegate, doubtOf, type Instance, list, none, text, tuple, type Value } from '../python/values';
import { AddedLosses } from './added-losses';
import { areMadeOf, LayerObject, outputsOf, SymbolObject, symbolsOf } from './objects';
import { shapeTuple } from './shapes';
import { addWeight, train } from './weights';

/** What the `call` of a class of the script gives; while a model trains, Keras calls it with `training=True`. */
export function followedCall(self: Instance, given: Arguments, call: Call): Value | undefined {
  const method = memberOf(self.type, 'call');
  if (method?.kind !== 'function') return undefined;
  build(self, given, call);
  const keywords = new Map(given.keywords);
  if (method.parameters.some(({ name }) => name === 'training')) keywords.set('training', bool(true, call.span));
  return call.interpreter.call({ ...method, self }, { ...given, keywords }, call.span);
}

const built = new WeakSet<Instance>();

/** The `build` of a class of the script, which Keras calls once before `call`, with the shapes of what that is given. */
function build(self: Instance, { positional, keywords }: Arguments, call: Call): void {
  const method = memberOf(self.type, 'build');
  const given = [...positional, ...keywords.values()];
  if (method?.kind !== 'function' || built.has(self) || given.length === 0) return;
  const shapes = given.slice(0, Math.max(1, method.parameters.length - 1)).map((value) => shapesOf(value, call));
  // Without a shape it is asked again: the weights are not known so far.
  if (shapes.every(({ kind }) => kind !== 'unknown')) built.add(self);
  call.interpreter.call({ ...method, self }, { positional: shapes, keywords: new Map() }, call.span);
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

  constructor(instance: Instance, call: Call) {
    super(call.span);
    this.#made = call;
    this.typeName = instance.type.name;
    this.#instance = instance;
    const values = new Map(call.arguments.keywords);
    const initialize = memberOf(instance.type, '__init__');
    const names = initialize?.kind === 'function' ? initialize.parameters.slice(1).map((parameter) => parameter.name) : [];
    call.arguments.positional.forEach((value, i) => {
      const name = names[i];
      if (name) values.set(name, value);
    });
    this.layer = new LayerObject(this.typeName, 'script', { values }, call.span);
  }

  initialize(): void {
    // Keras' own `__init__` only takes a name and a type.
  }

  override setAttribute(name: string, value: Value): boolean {
    if (/^_?trainable_weights$/.test(name)) train(value);
    return true;
  }

  override attribute(name: string, span: Span): Value | undefined {
    if (name === 'add_weight' || name === 'add_variable') return builtin(name, span, addWeight);
    if (/^(?:compute_|variable_)?dtype$/.test(name)) return text('float32', span);
    if (name === 'add_loss') return builtin(name, span, (call) => this.#added.add(call));
    return name === 'add_metric' || name === 'build' ? builtin(name, span, (call) => none(call.span)) : undefined;
  }

  override call(call: Call): Value {
    const method = memberOf(this.#instance.type, 'call');
    const first = method?.kind === 'function' ? method.parameters[1]?.name : undefined;
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
    const outputs = result && symbolsOf(result, call);
    if (!result || !Array.isArray(outputs)) return undefined;
    return { result, isPlain: !this.#added.doubt && !outputs.some((output) => inputs.includes(output)) && areMadeOf(outputs, inputs) };
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
