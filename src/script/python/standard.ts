import type { Span } from '../../text/span';
import { AttributeDict } from './attributes';
import { builtinFunctions } from './builtins';
import { asString, Call, noArguments } from './call';
import type { Functions } from './library';
import { argumentFunctions } from './arguments';
import { collectionFunctions } from './collections';
import { moduleOf } from './imports';
import { Namespace, recordFunctions } from './records';
import { patternOf, workOf } from './patterns';
import { array, bool, builtin, dict, doubtOf, float, integer, LibraryObject, list, nextBirth, none, text, type Value } from './values';

/** `vars(object)` of what a parser of arguments gives, or of an object of the script. */
function vars(call: Call): Value {
  const [object] = call.arguments.positional;
  if (object instanceof Namespace) return object.asDict(call.span);
  return object?.kind === 'instance' ? new AttributeDict(object, call.span) : call.unread();
}

/** Deepest nesting that is copied: what holds itself has no end. */
const deepest = 30;

/** `copy.deepcopy(value)` of lists, dictionaries and what they hold; anything else is not copied. */
function deepCopy(value: Value, call: Call, depth = 0): Value {
  const doubt = doubtOf(value) ?? (depth > deepest ? call.unread() : undefined);
  if (doubt) return doubt;
  call.interpreter.spend(1);
  switch (value.kind) {
    case 'list':
    case 'tuple':
    case 'set':
      return { kind: value.kind, items: value.items.map((item) => deepCopy(item, call, depth + 1)), span: value.span, birth: nextBirth() };
    case 'dict':
      return dict(value.span, [...value.entries.values()].map(({ key, value: item }) => [key, deepCopy(item, call, depth + 1)] as const));
    case 'array':
      return array(value.array, value.span);
    case 'instance':
      return value.delegate ? call.unread() : { ...value, attributes: new Map([...value.attributes].map(([name, item]) => [name, deepCopy(item, call, depth + 1)])), birth: nextBirth() };
    case 'object':
      return call.unread();
    default:
      return value;
  }
}

/** `copy.copy(value)`. */
function shallowCopy(call: Call): Value {
  const [value] = call.arguments.positional;
  if (!value || doubtOf(value) || value.kind === 'object' || (value.kind === 'instance' && value.delegate)) return call.unread();
  if (value.kind === 'instance') return { ...value, attributes: new Map(value.attributes), birth: nextBirth() };
  if (value.kind === 'dict') return dict(value.span, [...value.entries.values()].map(({ key, value: item }) => [key, item] as const));
  return value.kind === 'list' ? list(value.items.slice(), value.span) : value;
}

/** `json.loads(text)` and `json.load(file)`. */
function parsedJson(call: Call): Value {
  const [given] = call.arguments.positional;
  const read = given?.kind === 'object' ? given.attribute('read', call.span) : undefined;
  const words = asString(read ? call.interpreter.call(read, noArguments, call.span) : given);
  if (words === undefined) return call.unread();
  call.interpreter.spend(words.length / 16);
  try {
    return fromJson(JSON.parse(words), call.span);
  } catch {
    return call.unread();
  }
}

/** What `json` makes of parsed JSON. Numbers with a point that JavaScript takes for whole are floats where they were written so: that is not kept. */
function fromJson(value: unknown, span: Span): Value {
  if (value === null) return none(span);
  if (typeof value === 'boolean') return bool(value, span);
  if (typeof value === 'number') return Number.isInteger(value) ? integer(value, span) : float(value, span);
  if (typeof value === 'string') return text(value, span);
  if (Array.isArray(value)) return list(value.map((item) => fromJson(item, span)), span);
  return dict(span, Object.entries(value as object).map(([name, item]) => [text(name, span), fromJson(item, span)] as const));
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

/** `importlib.import_module('keras.layers')`. */
function imported(call: Call): Value {
  const name = asString(call.arguments.positional[0]);
  return name === undefined ? call.unread() : moduleOf(call.interpreter, name, call.span);
}

/** `tqdm(iterable)`: a bar beside what a loop goes through. */
function shown(call: Call): Value {
  return call.arguments.positional[0] ?? call.arguments.keywords.get('iterable') ?? call.unread();
}

/** Of Python's standard library what training scripts lean on. */
export const standardFunctions: Functions = {
  ...patternFunctions,
  ...recordFunctions,
  ...collectionFunctions,
  're.compile': (call) => {
    const { pattern, flags } = call.bind('pattern flags');
    const written = asString(pattern);
    return written === undefined ? call.unread() : new PatternObject(written, flagsOf(flags), call.span);
  },
  ...argumentFunctions,
  'builtins.vars': vars,
  'copy.copy': shallowCopy,
  'copy.deepcopy': (call) => deepCopy(call.arguments.positional[0] ?? call.unread(), call),
  'json.loads': parsedJson,
  'json.load': parsedJson,
  ...Object.fromEntries(['tqdm.tqdm', 'tqdm.notebook.tqdm', 'tqdm.auto.tqdm', 'tqdm.autonotebook.tqdm', 'tqdm.tqdm_notebook', 'tqdm.std.tqdm', 'rich.progress.track'].map((path) => [path, shown])),
  ...Object.fromEntries(['tqdm.trange', 'tqdm.notebook.trange', 'tqdm.auto.trange', 'tqdm.tnrange'].map((path) => [path, (call: Call) => builtinFunctions['builtins.range']!(call)])),
  'importlib.import_module': imported,
  'builtins.__import__': imported,
  'functools.partial': partial,
  'os.path.join': (call) => {
    const parts = call.arguments.positional.map(asString);
    return parts.includes(undefined) ? call.unread() : text(parts.filter(Boolean).join('/').replace(/\/+/g, '/'), call.span);
  },
  'os.makedirs': (call) => none(call.span),
  'os.environ.get': (call) => call.arguments.positional[1] ?? call.unread(),
  'os.getenv': (call) => call.arguments.positional[1] ?? call.unread(),
};
