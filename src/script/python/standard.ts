import type { Span } from '../../text/span';
import { asBoolean, asString, type Call } from './call';
import type { Functions } from './library';
import { bool, builtin, dict, LibraryObject, none, text, type Value } from './values';

/** `argparse.ArgumentParser`: a script that is started without arguments gets the defaults. */
class ParserObject extends LibraryObject {
  readonly typeName = 'ArgumentParser';
  readonly #defaults = new Map<string, Value>();

  override attribute(name: string, span: Span): Value | undefined {
    switch (name) {
      case 'add_argument':
        return builtin(name, span, (call) => this.#add(call));
      case 'add_argument_group':
      case 'add_mutually_exclusive_group':
        return builtin(name, span, () => this);
      case 'set_defaults':
        return builtin(name, span, (call) => {
          for (const [key, value] of call.arguments.keywords) this.#defaults.set(key, value);
          return none(call.span);
        });
      case 'parse_args':
        return builtin(name, span, (call) => new Namespace(this.#defaults, call.span));
      case 'parse_known_args':
        return builtin(name, span, (call) => ({ kind: 'tuple', items: [new Namespace(this.#defaults, call.span), none(call.span)], span: call.span, birth: 0 }));
      default:
        return undefined;
    }
  }

  #add(call: Call): Value {
    const { positional, keywords } = call.arguments;
    const flags = positional.map(asString).filter((flag) => flag !== undefined);
    const long = flags.find((flag) => flag.startsWith('--')) ?? flags[0];
    const name = asString(keywords.get('dest')) ?? long?.replace(/^-+/, '').replace(/-/g, '_');
    const action = asString(keywords.get('action'));
    if (name === undefined) return none(call.span);
    const otherwise = action === 'store_true' ? bool(false, call.span) : action === 'store_false' ? bool(true, call.span) : none(call.span);
    const required = asBoolean(keywords.get('required')) === true || !flags[0]?.startsWith('-');
    const fallback = keywords.get('default') ?? (required ? call.unread('script.parameter', { name }) : otherwise);
    this.#defaults.set(name, converted(fallback, keywords.get('type'), call));
    return none(call.span);
  }
}

/** A default that is written as a string goes through `type=`. */
function converted(value: Value, type: Value | undefined, call: Call): Value {
  return value.kind === 'string' && type ? call.interpreter.call(type, { positional: [value], keywords: new Map() }, value.span) : value;
}

class Namespace extends LibraryObject {
  readonly typeName = 'Namespace';
  readonly #values: Map<string, Value>;

  constructor(values: ReadonlyMap<string, Value>, span: Span) {
    super(span);
    this.#values = new Map(values);
  }

  override attribute(name: string): Value | undefined {
    return this.#values.get(name);
  }

  override setAttribute(name: string, value: Value): boolean {
    this.#values.set(name, value);
    return true;
  }

  /** `vars(args)`. */
  asDict(span: Span): Value {
    return dict(span, [...this.#values].map(([name, value]) => [text(name, span), value] as const));
  }
}

/** `vars(object)` of what a parser of arguments gives, or of an object of the script. */
function vars(call: Call): Value {
  const [object] = call.arguments.positional;
  if (object instanceof Namespace) return object.asDict(call.span);
  if (object?.kind !== 'instance') return call.unread();
  return dict(call.span, [...object.attributes].map(([name, value]) => [text(name, call.span), value] as const));
}

/** `functools.partial`. */
function partial(call: Call): Value {
  const [f, ...first] = call.arguments.positional;
  if (!f) return call.unread();
  const { keywords, doubt } = call.arguments;
  return builtin('partial', call.span, (later) =>
    later.interpreter.call(
      f,
      {
        positional: [...first, ...later.arguments.positional],
        keywords: new Map([...keywords, ...later.arguments.keywords]),
        ...((doubt ?? later.arguments.doubt) && { doubt: doubt ?? later.arguments.doubt }),
      },
      later.span,
    ),
  );
}

/** Of Python's standard library what training scripts lean on. */
export const standardFunctions: Functions = {
  'argparse.ArgumentParser': (call) => new ParserObject(call.span),
  'builtins.vars': vars,
  'functools.partial': partial,
  'os.path.join': (call) => {
    const parts = call.arguments.positional.map(asString);
    return parts.includes(undefined) ? call.unread() : text(parts.filter(Boolean).join('/').replace(/\/+/g, '/'), call.span);
  },
  'os.makedirs': (call) => none(call.span),
  'os.environ.get': (call) => call.arguments.positional[1] ?? call.unread(),
  'os.getenv': (call) => call.arguments.positional[1] ?? call.unread(),
};
