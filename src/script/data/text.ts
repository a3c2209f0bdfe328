/** Keras' `Tokenizer` (keras/src/legacy/preprocessing/text.py): words as numbers, the most frequent first. */
import { mostElements, numeric, shaped } from '../numpy/ndarray';
import { operand } from '../numpy/methods';
import { asBoolean, asNumber, asString, type Call } from '../python/call';
import type { Functions } from '../python/library';
import { array, builtin, dict, integer, LibraryObject, list, none, text, type Unknowable, type Value } from '../python/values';
import type { Span } from '../../text/span';

const usualFilters = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n';

class Tokenizer extends LibraryObject {
  readonly typeName = 'Tokenizer';
  /** How often each word came, in the order of their first coming. */
  readonly #counts = new Map<string, number>();
  /** How many texts have each word. */
  readonly #texts = new Map<string, number>();
  #textCount = 0;
  readonly #most: number | undefined;
  readonly #filters: string | undefined;
  readonly #lower: boolean | undefined;
  readonly #unknownWord: string | undefined;
  readonly #byCharacter: boolean | undefined;
  /** Why the words are not known. */
  #lacking: Unknowable | undefined;

  constructor(call: Call) {
    super(call.span);
    const { num_words: most, nb_words: old, filters, lower, split, char_level: byCharacter, oov_token: outside } = call.bind('num_words filters lower split char_level oov_token');
    const limit = most ?? old;
    this.#most = limit && limit.kind !== 'none' ? asNumber(limit) : undefined;
    this.#filters = filters ? asString(filters) : usualFilters;
    this.#lower = lower ? asBoolean(lower) : true;
    this.#unknownWord = outside && outside.kind !== 'none' ? asString(outside) : undefined;
    this.#byCharacter = byCharacter ? asBoolean(byCharacter) : false;
    const isUsual = (!split || asString(split) === ' ') && this.#byCharacter !== undefined;
    const isRead = (!limit || limit.kind === 'none' || this.#most !== undefined) && (!outside || outside.kind === 'none' || this.#unknownWord !== undefined);
    if (!isUsual || !isRead || this.#filters === undefined || this.#lower === undefined) this.#lacking = call.unread();
  }

  override attribute(name: string, span: Span): Value | undefined {
    switch (name) {
      case 'fit_on_texts':
        return builtin(name, span, (call) => this.#fit(call));
      case 'texts_to_sequences':
        return builtin(name, span, (call) => this.#sequences(call));
      case 'texts_to_matrix':
        return builtin(name, span, (call) => this.#matrix(call, this.#sequences(call)));
      case 'sequences_to_matrix':
        return builtin(name, span, (call) => this.#matrix(call, call.arguments.positional[0] ?? call.unread()));
      case 'word_index':
        return this.#lacking ?? dict(span, [...this.#places()].map(([word, place]) => [text(word, span), integer(place, span)] as const));
      case 'index_word':
        return this.#lacking ?? dict(span, [...this.#places()].map(([word, place]) => [integer(place, span), text(word, span)] as const));
      case 'word_counts':
      case 'word_docs':
        return this.#lacking ?? dict(span, [...(name === 'word_docs' ? this.#texts : this.#counts)].map(([word, count]) => [text(word, span), integer(count, span)] as const));
      case 'document_count':
        return this.#lacking ?? integer(this.#textCount, span);
      case 'num_words':
        return this.#most === undefined ? none(span) : integer(this.#most, span);
      default:
        return undefined;
    }
  }

  /** Numbers from 1 on; where there is one, the word for all others has the first. */
  #places(): ReadonlyMap<string, number> {
    const sorted = [...this.#counts].sort((a, b) => b[1] - a[1]).map(([word]) => word);
    const words = this.#unknownWord === undefined ? sorted : [this.#unknownWord, ...sorted];
    return new Map(words.map((word, at) => [word, at + 1]));
  }

  #fit(call: Call): Value {
    const texts = this.#words(call);
    call.interpreter.touch(this);
    if (!Array.isArray(texts)) this.#lacking ??= texts as Unknowable;
    for (const words of Array.isArray(texts) ? (texts as readonly string[][]) : []) {
      this.#textCount++;
      for (const word of words) this.#counts.set(word, (this.#counts.get(word) ?? 0) + 1);
      for (const word of new Set(words)) this.#texts.set(word, (this.#texts.get(word) ?? 0) + 1);
    }
    return none(call.span);
  }

  /** The words of each text. */
  #words(call: Call): readonly (readonly string[])[] | Unknowable {
    const [given] = call.arguments.positional;
    const items = given && call.interpreter.iterate(given);
    if (!Array.isArray(items)) return (items as Unknowable | undefined) ?? call.unread();
    const texts = (items as readonly Value[]).map(asString);
    if (texts.includes(undefined)) return call.unread();
    const filters = new Set(this.#filters);
    return (texts as string[]).map((one) => {
      call.interpreter.spend(one.length / 16);
      const lower = this.#lower ? one.toLowerCase() : one;
      if (this.#byCharacter) return [...lower];
      return Array.from(lower, (character) => (filters.has(character) ? ' ' : character)).join('').split(' ').filter(Boolean);
    });
  }

  #sequences(call: Call): Value {
    const texts = this.#lacking ?? this.#words(call);
    if (!Array.isArray(texts)) return texts as Unknowable;
    const places = this.#places();
    const other = this.#unknownWord === undefined ? undefined : places.get(this.#unknownWord);
    const place = (word: string): number | undefined => {
      const at = places.get(word);
      return at !== undefined && (this.#most === undefined || at < this.#most) ? at : other;
    };
    const rows = (texts as readonly string[][]).map((words) => words.flatMap((word) => place(word) ?? []));
    return list(rows.map((row) => list(row.map((at) => integer(at, call.span)), call.span)), call.span);
  }

  /** `mode`: a 1 for each word that comes, how often it comes, its share of the text, or a weight by how many texts have it. */
  #matrix(call: Call, sequences: Value): Value {
    const width = this.#most ?? (this.#lacking ? undefined : this.#places().size + 1);
    const { mode } = call.bind('sequences mode');
    const word = mode ? asString(mode) : 'binary';
    const items = call.interpreter.iterate(sequences);
    const rows = Array.isArray(items) ? (items as readonly Value[]).map((item) => operand(item)) : undefined;
    const entry = entries[word ?? ''];
    if (!rows || !width || rows.includes(undefined) || !entry || rows.length * width > mostElements) {
      return width ? array(shaped([rows?.length ?? -1, width], 'float64', call.unread()), call.span) : call.unread();
    }
    const data = new Float64Array(rows.length * width);
    const words = [...this.#places().keys()];
    rows.forEach((row, i) => {
      const numbers = (row?.data ?? []) as ArrayLike<number>;
      for (const at of Array.from(numbers)) if (at < width) data[i * width + at]!++;
      for (const at of new Set(Array.from(numbers))) {
        if (at < width) data[i * width + at] = entry(data[i * width + at]!, numbers.length, this.#textCount, this.#texts.get(words[at - 1] ?? '') ?? 0);
      }
    });
    return array(numeric([rows.length, width], data, 'float64'), call.span);
  }
}

/** An entry of a matrix of words: from how often the word comes, how many words the text has, how many texts there are and have the word. */
const entries: Readonly<Record<string, (count: number, length: number, texts: number, having: number) => number>> = {
  binary: () => 1,
  count: (count) => count,
  freq: (count, length) => count / length,
  tfidf: (count, _, texts, having) => (1 + Math.log(count)) * Math.log(1 + texts / (1 + having)),
};

export const textFunctions: Functions = {
  'keras.legacy.preprocessing.text.Tokenizer': (call) => new Tokenizer(call),
  'keras.preprocessing.text.Tokenizer': (call) => new Tokenizer(call),
};
