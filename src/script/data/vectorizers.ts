/** scikit-learn's `CountVectorizer` and `TfidfVectorizer` (1.9, `feature_extraction/text.py`): texts as counts of their words. */
import type { Span } from '../../text/span';
import { integers } from '../numpy/methods';
import { isNumeric, mostElements, type NdArray, numbersFor, numeric, shaped } from '../numpy/ndarray';
import { asBoolean, asNumber, asString, type Call } from '../python/call';
import type { Functions } from '../python/library';
import { array, builtin, dict, integer, text, type Unknowable, type Value } from '../python/values';
import { ascending } from './table';
import { given, lackOf, Transformer } from './transformer';

/** How texts are cut into terms. */
interface Analysis {
  readonly lower: boolean;
  /** Shortest word. */
  readonly least: number;
  readonly grams: readonly [number, number];
  readonly stop: ReadonlySet<string>;
  readonly byCharacter: boolean;
}

/** Patterns of words that are followed, and how many characters a word has at least. */
const wordPatterns: Readonly<Record<string, number>> = { '(?u)\\b\\w\\w+\\b': 2, '\\b\\w\\w+\\b': 2, '(?u)\\b\\w+\\b': 1, '\\b\\w+\\b': 1, '\\w{1,}': 1, '\\w+': 1, '(?u)\\w+': 1 };

const followed = new Set([
  'lowercase', 'token_pattern', 'ngram_range', 'stop_words', 'analyzer', 'max_df', 'min_df', 'max_features', 'binary', 'dtype', 'encoding', 'decode_error', 'strip_accents', 'norm', 'use_idf',
  'smooth_idf', 'sublinear_tf', 'input', 'preprocessor', 'tokenizer', 'vocabulary',
]);

/** Arguments that are followed only where they say nothing. */
const silent = ['strip_accents', 'preprocessor', 'tokenizer', 'vocabulary'];

function analysisOf(call: Call): Analysis | undefined {
  const { lowercase, token_pattern: pattern, ngram_range: range, stop_words: stop, analyzer, ...others } = call.bind('input');
  const least = pattern ? wordPatterns[asString(pattern) ?? ''] : 2;
  const grams = range ? integers(range) : [1, 1];
  const kind = analyzer ? asString(analyzer) : 'word';
  const items = stop && stop.kind !== 'none' ? call.interpreter.iterate(stop) : [];
  const words = stop?.kind === 'string' || !Array.isArray(items) ? undefined : (items as readonly Value[]).map(asString);
  const lower = lowercase ? asBoolean(lowercase) : true;
  const isSilent = silent.every((name) => !others[name] || others[name].kind === 'none');
  const isKnown = [...call.arguments.keywords.keys()].every((name) => followed.has(name)) && !call.arguments.doubt;
  if (least === undefined || grams?.length !== 2 || !words || words.includes(undefined) || lower === undefined || !isSilent || !isKnown || (kind !== 'word' && kind !== 'char')) return undefined;
  return { lower, least, grams: grams as [number, number], stop: new Set(words as string[]), byCharacter: kind === 'char' };
}

function termsOf(written: string, { lower, least, grams: [shortest, longest], stop, byCharacter }: Analysis): readonly string[] {
  const content = lower ? written.toLowerCase() : written;
  const units = byCharacter ? [...content.replace(/\s\s+/g, ' ')] : (content.match(/[\p{L}\p{N}_]+/gu) ?? []).filter((word) => [...word].length >= least && !stop.has(word));
  const terms: string[] = [];
  for (let length = shortest; length <= longest; length++) {
    for (let at = 0; at + length <= units.length; at++) terms.push(units.slice(at, at + length).join(byCharacter ? '' : ' '));
  }
  return terms;
}

class VectorizerObject extends Transformer {
  #places: ReadonlyMap<string, number> | undefined;
  /** Weight of each term; undefined where terms are only counted. */
  #weights: Float64Array | undefined;
  #lacking: Unknowable | undefined;

  override attribute(name: string, span: Span): Value | undefined {
    const places = this.#places;
    switch (name) {
      case 'vocabulary_':
        return places ? dict(span, [...places].map(([term, at]) => [text(term, span), integer(at, span)] as const)) : this.#lacking;
      case 'get_feature_names':
      case 'get_feature_names_out':
        return builtin(name, span, (call) => (places ? array({ shape: [places.size], dtype: 'object', data: [...places.keys()] }, call.span) : (this.#lacking ?? call.unread())));
      default:
        return super.attribute(name, span);
    }
  }

  /** The terms of each text. */
  #terms(call: Call): readonly (readonly string[])[] | Unknowable {
    const [value = call.arguments.keywords.get('raw_documents')] = call.arguments.positional;
    const items = value && call.interpreter.iterate(value);
    const analysis = analysisOf(this.made);
    if (!Array.isArray(items)) return (items as Unknowable | undefined) ?? call.unread();
    const texts = (items as readonly Value[]).map(asString);
    if (texts.includes(undefined) || !analysis) return call.unread();
    return (texts as string[]).map((one) => {
      call.interpreter.spend(one.length / 16);
      return termsOf(one, analysis);
    });
  }

  protected override fit(call: Call): void {
    const terms = this.#terms(call);
    const learned = Array.isArray(terms) ? this.#learned(terms as readonly (readonly string[])[]) : undefined;
    this.#places = learned;
    this.#lacking = learned ? undefined : Array.isArray(terms) ? call.unread() : (terms as Unknowable);
    this.#weights = undefined;
    if (!learned || this.typeName === 'CountVectorizer') return;
    const counts = counted(terms as readonly (readonly string[])[], learned, false);
    const weights = counts && weightsOf(counts, this.made);
    this.#weights = weights;
    if (!weights) this.#lacking = call.unread();
  }

  /** The terms that neither too few nor too many texts have, the most frequent ones, in alphabetical order. */
  #learned(texts: readonly (readonly string[])[]): ReadonlyMap<string, number> | undefined {
    const { max_df: most, min_df: least, max_features: limit } = this.made.bind('input');
    const bound = (value: Value | undefined, otherwise: number): number | undefined => {
      if (!value) return otherwise;
      const number = asNumber(value);
      return number !== undefined && value.kind === 'number' && value.float ? number * texts.length : number;
    };
    const [high, low] = [bound(most, texts.length), bound(least, 1)];
    const size = limit && limit.kind !== 'none' ? asNumber(limit) : Infinity;
    if (high === undefined || low === undefined || size === undefined) return undefined;
    const inTexts = new Map<string, number>();
    const inAll = new Map<string, number>();
    for (const terms of texts) {
      for (const term of new Set(terms)) inTexts.set(term, (inTexts.get(term) ?? 0) + 1);
      for (const term of terms) inAll.set(term, (inAll.get(term) ?? 0) + 1);
    }
    const kept = [...inTexts].filter(([, count]) => count <= high && count >= low).map(([term]) => term);
    if (kept.length > size) {
      kept.sort((a, b) => inAll.get(b)! - inAll.get(a)!);
      // Which of several equally frequent terms stays is a matter of NumPy's sorting.
      if (inAll.get(kept[size]!) === inAll.get(kept[size - 1]!)) return undefined;
      kept.length = size;
    }
    return new Map(kept.sort(ascending).map((term, at) => [term, at]));
  }

  protected override transform(call: Call): Value {
    const terms = this.#terms(call);
    const { binary, max_features: limit } = this.made.bind('input');
    const isBinary = binary ? asBoolean(binary) : false;
    const isWeighed = this.typeName === 'TfidfVectorizer';
    const rows = Array.isArray(terms) ? terms.length : -1;
    const counts = Array.isArray(terms) && this.#places && isBinary !== undefined ? counted(terms as readonly (readonly string[])[], this.#places, isBinary) : undefined;
    const made = counts && isWeighed ? this.#weights && weighed(counts, this.#weights, this.made) : counts;
    if (made) return array(made, call.span);
    const reason = this.#lacking ?? (Array.isArray(terms) ? call.unread() : (terms as Unknowable));
    return array(shaped([rows, this.#places?.size ?? asNumber(limit) ?? -1], isWeighed ? 'float64' : 'int64', reason), call.span);
  }
}

/** How often each text has each term. */
function counted(texts: readonly (readonly string[])[], places: ReadonlyMap<string, number>, isBinary: boolean): NdArray | undefined {
  const width = places.size;
  if (texts.length * width > mostElements) return undefined;
  const data = new Float64Array(texts.length * width);
  texts.forEach((terms, row) => {
    for (const term of terms) {
      const at = places.get(term);
      if (at !== undefined) data[row * width + at] = isBinary ? 1 : data[row * width + at]! + 1;
    }
  });
  return numeric([texts.length, width], data, 'int64');
}

/** The inverse document frequency: ln((1 + n) / (1 + df)) + 1, without the ones if it is not to be smooth. */
function weightsOf(counts: NdArray, call: Call): Float64Array | undefined {
  const { smooth_idf: smooth, use_idf: use } = call.bind('');
  const [rows = 0, width = 0] = counts.shape;
  const added = smooth ? asBoolean(smooth) : true;
  const used = use ? asBoolean(use) : true;
  if (!isNumeric(counts) || added === undefined || used === undefined) return undefined;
  return numbersFor(width, (at) => {
    let having = Number(added);
    for (let row = 0; row < rows; row++) if (counts.data[row * width + at]) having++;
    return used ? Math.log((rows + Number(added)) / having) + 1 : 1;
  });
}

/** Counts times weights, each row brought to length 1. */
function weighed(counts: NdArray, weights: Float64Array, call: Call): NdArray | undefined {
  const { norm, sublinear_tf: sublinear } = call.bind('norm');
  const width = weights.length;
  const kind = !norm ? 'l2' : norm.kind === 'none' ? 'none' : asString(norm);
  const isSublinear = sublinear ? asBoolean(sublinear) : false;
  if (!isNumeric(counts) || counts.shape[1] !== width || isSublinear === undefined || (kind !== 'l1' && kind !== 'l2' && kind !== 'none')) return undefined;
  const data = counts.data.map((count, i) => (count && isSublinear ? 1 + Math.log(count) : count) * weights[i % width]!);
  for (let start = 0; kind !== 'none' && start < data.length; start += width) {
    const row = data.subarray(start, start + width);
    const length = kind === 'l1' ? row.reduce((sum, value) => sum + Math.abs(value), 0) : Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    if (length > 0) for (let i = 0; i < width; i++) row[i]! /= length;
  }
  return numeric(counts.shape, data, 'float64');
}

/** `TfidfTransformer`: weights for counts that another object made. */
class WeigherObject extends Transformer {
  #weights: Float64Array | undefined;

  protected override fit(call: Call): void {
    const counts = given(call);
    this.#weights = counts?.shape.length === 2 ? weightsOf(counts, this.made) : undefined;
  }

  protected override transform(call: Call): Value {
    const counts = given(call);
    const made = counts && this.#weights && weighed(counts, this.#weights, this.made);
    if (made) return array(made, call.span);
    return counts ? array(shaped(counts.shape, 'float64', lackOf(counts, call)), call.span) : call.unread();
  }
}

export const vectorizerFunctions: Functions = {
  'sklearn.feature_extraction.text.CountVectorizer': (call) => new VectorizerObject('CountVectorizer', call),
  'sklearn.feature_extraction.text.TfidfVectorizer': (call) => new VectorizerObject('TfidfVectorizer', call),
  'sklearn.feature_extraction.text.TfidfTransformer': (call) => new WeigherObject('TfidfTransformer', call),
};
