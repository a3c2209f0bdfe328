import { asString, type Call } from './call';
import { dictMethod } from './methods';
import type { Span } from '../../text/span';
import { builtin, dict, type Instance, LibraryObject, namedValues, none, text, type Value } from './values';

/** `object.__dict__` and `vars(object)`: the attributes of an object of the script, which change with it. */
export class AttributeDict extends LibraryObject {
  readonly typeName = 'dict';
  readonly #owner: Instance;

  constructor(owner: Instance, span: Span) {
    super(span);
    this.#owner = owner;
  }

  /** As a dictionary of its own. */
  copied(span: Span): Value & { readonly kind: 'dict' } {
    return dict(span, [...this.#owner.attributes].map(([name, value]) => [text(name, span), value] as const));
  }

  override attribute(name: string, span: Span): Value | undefined {
    if (name === 'update') return builtin(name, span, (call) => this.#update(call));
    return /^(?:get|items|keys|values|copy)$/.test(name) ? dictMethod(this.copied(span), name, span) : undefined;
  }

  #update(call: Call): Value {
    const [other] = call.arguments.positional;
    const given = other instanceof AttributeDict ? other.copied(call.span) : other;
    call.interpreter.touch(this.#owner);
    if (given?.kind === 'dict' && !given.doubt) {
      for (const [name, value] of namedValues(given)) this.#owner.attributes.set(name, value);
    } else if (given) this.#owner.doubt ??= call.unread();
    for (const [name, value] of call.arguments.keywords) this.#owner.attributes.set(name, value);
    return none(call.span);
  }

  override index(index: Value, call: Call): Value {
    return this.#owner.attributes.get(asString(index) ?? '') ?? call.unread();
  }

  override setIndex(index: Value, value: Value): boolean {
    const name = asString(index);
    if (name !== undefined) this.#owner.attributes.set(name, value);
    return name !== undefined;
  }

  override iterate(): readonly Value[] {
    return [...this.#owner.attributes.keys()].map((name) => text(name, this.span));
  }
}
