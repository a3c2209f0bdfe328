import type { Span } from '../../text/span';
import type { Call } from '../python/call';
import { memberOf } from '../python/classes';
import { Delegate, doubtOf, type Instance, type Value } from '../python/values';
import { LayerObject, SymbolObject, symbolsOf } from './objects';

/** What a class of the script inherits from `keras.layers.Layer`: one layer whose inside is not looked at. */
export class ScriptLayer extends Delegate {
  readonly typeName: string;
  readonly layer: LayerObject;
  readonly #instance: Instance;

  constructor(instance: Instance, call: Call) {
    super(call.span);
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

  override setAttribute(): boolean {
    return true;
  }

  override call(call: Call): Value {
    const [given, ...others] = call.arguments.positional;
    const inputs = given && symbolsOf(given, call);
    if (!Array.isArray(inputs)) return inputs ?? (given && doubtOf(given)) ?? call.unread('script.unread-call', { name: this.#instance.type.name });
    const more = others.filter((value) => value instanceof SymbolObject);
    return new SymbolObject({ layer: this.layer, inputs: [...inputs, ...more], span: call.span });
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
