import type { Span } from '../../text/span';
import { asBoolean, asNumber, asString, type Call } from './call';
import type { Functions } from './library';
import { Namespace } from './records';
import { bool, builtin, LibraryObject, list, none, text, tuple, unknown, type Value } from './values';

/** One argument of a command line. */
interface Declared {
  readonly name: string;
  /** `-l`, `--lr`; none for one that goes by its place. */
  readonly flags: readonly string[];
  readonly action: string;
  readonly type: Value | undefined;
  /** What `store_const` stores. */
  readonly constant: Value | undefined;
  /** How many words it takes: undefined is one word, which is no list. */
  readonly count: number | '?' | '*' | '+' | undefined;
  readonly fallback: Value;
}

/** `argparse.ArgumentParser`: a script that is started without arguments gets the defaults. */
class ParserObject extends LibraryObject {
  readonly typeName = 'ArgumentParser';
  readonly #declared: Declared[] = [];
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
        return builtin(name, span, (call) => this.#parse(call));
      case 'parse_known_args':
        return builtin(name, span, (call) => tuple([this.#parse(call), list([], call.span)], call.span));
      default:
        return undefined;
    }
  }

  #add(call: Call): Value {
    const { positional, keywords } = call.arguments;
    const flags = positional.map(asString).filter((flag) => flag !== undefined);
    const long = flags.find((flag) => flag.startsWith('--')) ?? flags[0];
    const name = asString(keywords.get('dest')) ?? long?.replace(/^-+/, '').replace(/-/g, '_');
    if (name === undefined) return none(call.span);
    const action = asString(keywords.get('action')) ?? 'store';
    const isFlag = flags[0]?.startsWith('-') === true;
    const otherwise = action === 'store_true' ? bool(false, call.span) : action === 'store_false' ? bool(true, call.span) : none(call.span);
    const required = asBoolean(keywords.get('required')) === true || !isFlag;
    const nargs = keywords.get('nargs');
    const count = asNumber(nargs) ?? asString(nargs);
    this.#declared.push({
      name, action, type: keywords.get('type'), constant: keywords.get('const'), flags: isFlag ? flags : [],
      count: typeof count === 'number' || count === '?' || count === '*' || count === '+' ? count : undefined,
      fallback: keywords.get('default') ?? (required ? call.unread('script.parameter', { name }) : otherwise),
    });
    return none(call.span);
  }

  #parse(call: Call): Value {
    const given = call.bind('args namespace').args;
    const items = !given || given.kind === 'none' || given.kind === 'unknown' ? [] : call.interpreter.iterate(given);
    const words = Array.isArray(items) ? items.map(asString) : [undefined];
    const values = new Map(this.#declared.map(({ name, fallback, type }) => [name, this.#defaults.get(name) ?? converted(fallback, type, call)] as const));
    for (const [name, value] of this.#defaults) if (!values.has(name)) values.set(name, value);
    if (words.includes(undefined) || !this.#take(words as string[], values, given?.span ?? call.span, call)) {
      const reason = unknown(given?.span ?? call.span, 'script.unread-argument');
      return new Namespace(new Map([...values.keys()].map((name) => [name, reason])), call.span);
    }
    return new Namespace(values, call.span);
  }

  /** Sets what these words of a command line give; false where they are not understood. */
  #take(words: readonly string[], values: Map<string, Value>, span: Span, call: Call): boolean {
    const places = this.#declared.filter(({ flags }) => flags.length === 0);
    const isFlag = (word: string): boolean => /^-{1,2}[A-Za-z]/.test(word);
    for (let at = 0; at < words.length;) {
      const [flag, joined] = isFlag(words[at]!) ? words[at]!.split(/=(.*)/s, 2) : [];
      const one = flag === undefined ? places.shift() : this.#declared.find(({ flags }) => flags.includes(flag));
      if (!one) return false;
      if (flag !== undefined) at++;
      const end = words.findIndex((word, i) => i >= at && isFlag(word));
      const most = end < 0 ? words.length : end;
      const takes = one.action !== 'store' ? 0 : one.count === '*' || one.count === '+' ? most - at : one.count === '?' ? Math.min(1, most - at) : (one.count ?? 1);
      const taken = joined === undefined ? words.slice(at, at + takes) : [joined];
      if (joined === undefined) at += takes;
      const value = this.#valueOf(one, taken, span, call);
      if (!value || taken.length < takes) return false;
      values.set(one.name, value);
    }
    return true;
  }

  #valueOf(one: Declared, words: readonly string[], span: Span, call: Call): Value | undefined {
    const items = words.map((word) => converted(text(word, span), one.type, call));
    switch (one.action) {
      case 'store':
        return one.count === undefined ? items[0] : one.count === '?' ? (items[0] ?? one.constant ?? none(span)) : list(items, span);
      case 'store_true':
      case 'store_false':
        return bool(one.action === 'store_true', span);
      case 'store_const':
        return one.constant ?? none(span);
      default:
        return undefined;
    }
  }
}

/** A word, or a default that is written as one, goes through `type=`. */
function converted(value: Value, type: Value | undefined, call: Call): Value {
  return value.kind === 'string' && type ? call.interpreter.call(type, { positional: [value], keywords: new Map() }, value.span) : value;
}

export const argumentFunctions: Functions = {
  'argparse.ArgumentParser': (call) => new ParserObject(call.span),
  'argparse.Namespace': (call) => call.arguments.doubt ?? new Namespace(call.arguments.keywords, call.span),
};
