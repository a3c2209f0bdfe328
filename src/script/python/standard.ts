import type { Span } from '../../text/span';
import { asBoolean, asString, Call } from './call';
import type { Functions } from './library';
import { patternOf, workOf } from './patterns';
import { bool, builtin, dict, LibraryObject, list, none, text, type Value } from './values';

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

/** The matches of a pattern in a text, with flags that change nothing but case; undefined where that is not followed. */
function searched(pattern: Value | undefined, given: Value | undefined, flags: Value | undefined, call: Call): { readonly text: string; readonly pattern: RegExp } | undefined {
  const written = pattern instanceof PatternObject ? pattern.written : asString(pattern);
  const content = asString(given);
  const ignoresCase = pattern instanceof PatternObject ? pattern.ignoresCase : flagsOf(flags);
  const read = written === undefined ? undefined : patternOf(written);
  if (!read || content === undefined || ignoresCase === undefined) return undefined;
  call.interpreter.spend(workOf(read, content) / 500);
  return { text: content, pattern: new RegExp(read.source, ignoresCase ? 'giu' : 'gu') };
}

/** Whether `re.I` is all there is of flags; undefined for others. */
function flagsOf(flags: Value | undefined): boolean | undefined {
  if (!flags) return false;
  return flags.kind === 'external' && /^re\.(?:I|IGNORECASE)$/.test(flags.path) ? true : undefined;
}

/** `re.compile(…)`. */
class PatternObject extends LibraryObject {
  readonly typeName = 'Pattern';
  readonly written: string;
  readonly ignoresCase: boolean | undefined;

  constructor(written: string, ignoresCase: boolean | undefined, span: Span) {
    super(span);
    this.written = written;
    this.ignoresCase = ignoresCase;
  }

  override attribute(name: string, span: Span): Value | undefined {
    const work = Object.hasOwn(patternFunctions, `re.${name}`) ? patternFunctions[`re.${name}`] : undefined;
    return work && builtin(name, span, (call) => work(new Call(call.interpreter, `re.${name}`, call.span, { ...call.arguments, positional: [this, ...call.arguments.positional] })));
  }
}

const patternFunctions: Functions = {
  're.sub': (call) => {
    const { pattern, repl, string, flags, count } = call.bind('pattern repl string count flags');
    const found = searched(pattern, string, flags, call);
    const replacement = asString(repl);
    return !found || replacement === undefined || replacement.includes('\\') || count ? call.unread() : text(found.text.replace(found.pattern, () => replacement), call.span);
  },
  're.findall': (call) => {
    const { pattern, string, flags } = call.bind('pattern string flags');
    const found = searched(pattern, string, flags, call);
    const isGrouped = (pattern instanceof PatternObject ? pattern.written : asString(pattern))?.includes('(');
    return found && !isGrouped ? list((found.text.match(found.pattern) ?? []).map((match) => text(match, call.span)), call.span) : call.unread();
  },
  're.split': (call) => {
    const { pattern, string, flags, maxsplit } = call.bind('pattern string maxsplit flags');
    const found = searched(pattern, string, flags, call);
    const isGrouped = (pattern instanceof PatternObject ? pattern.written : asString(pattern))?.includes('(');
    return found && !isGrouped && !maxsplit ? list(found.text.split(found.pattern).map((part) => text(part, call.span)), call.span) : call.unread();
  },
};

/** Of Python's standard library what training scripts lean on. */
export const standardFunctions: Functions = {
  ...patternFunctions,
  're.compile': (call) => {
    const { pattern, flags } = call.bind('pattern flags');
    const written = asString(pattern);
    return written === undefined ? call.unread() : new PatternObject(written, flagsOf(flags), call.span);
  },
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
