/** scikit-learn's encoders (1.9, `preprocessing/_encoders.py` and `_label.py`): words or numbers as places in their sorted list. */
import type { Span } from '../../text/span';
import { integers } from '../numpy/methods';
import { cast, type Cell, concatenate, derived, isNumeric, type NdArray, numeric, shaped } from '../numpy/ndarray';
import { asBoolean, asNumber, asString, type Call } from '../python/call';
import type { Functions } from '../python/library';
import { array, builtin, list, type Unknowable, type Value } from '../python/values';
import { columnFrom, columnOf, distinct, isPresent } from './table';
import { given, lackOf, Transformer } from './transformer';

type Kinds = readonly Cell[];

/** Rows with a single 1, as `to_categorical` makes them; a place below 0 makes a row of zeros. */
export function oneHot(codes: ArrayLike<number>, classes: number): NdArray {
  const data = new Float64Array(codes.length * classes);
  for (let i = 0; i < codes.length; i++) if (codes[i]! >= 0) data[i * classes + codes[i]!] = 1;
  return numeric([codes.length, classes], data, 'float64');
}

/** The distinct values, in order; one that is missing comes last. */
function kindsOf(cells: readonly Cell[]): Kinds {
  const found = distinct(cells);
  return cells.every(isPresent) ? found : [...found, Number.NaN];
}

/** The place of each value among the kinds, -1 for one that is none of them. */
function codesOf(cells: readonly Cell[], kinds: Kinds): number[] {
  const places = new Map(kinds.map((kind, i) => [kind, i]));
  return cells.map((cell) => places.get(cell) ?? -1);
}

function kindsArray(kinds: Kinds, like: NdArray): NdArray {
  return kinds.every((kind) => typeof kind === 'number') ? columnFrom(kinds, like.dtype === 'str' || like.dtype === 'object' ? 'float64' : like.dtype) : { shape: [kinds.length], dtype: 'object', data: kinds };
}

/** `LabelEncoder` and `LabelBinarizer`: of one column. */
class LabelObject extends Transformer {
  #kinds: Kinds | undefined;
  #like: NdArray | undefined;
  #lacking: Unknowable | undefined;

  override attribute(name: string, span: Span): Value | undefined {
    if (name === 'classes_') return this.#kinds && this.#like ? array(kindsArray(this.#kinds, this.#like), span) : this.#lacking;
    if (name === 'inverse_transform') return builtin(name, span, (call) => this.#inverse(call));
    return super.attribute(name, span);
  }

  protected override fit(call: Call): void {
    const source = given(call);
    const single = source?.data && (source.shape.length === 1 || source.shape[1] === 1);
    this.#like = source;
    this.#kinds = single ? kindsOf(Array.from<Cell>(source.data)) : undefined;
    this.#lacking = single ? undefined : lackOf(source, call);
  }

  protected override transform(call: Call): Value {
    const source = given(call);
    if (!source) return call.unread();
    const rows = source.shape[0] ?? -1;
    const hot = this.typeName === 'LabelBinarizer';
    const kinds = this.#kinds;
    if (!kinds || !source.data) {
      const width = kinds ? (kinds.length === 2 ? 1 : kinds.length) : -1;
      return array(shaped(hot ? [rows, width] : [rows], 'int64', source.missing ?? this.#lacking), call.span);
    }
    const codes = codesOf(Array.from<Cell>(source.data), kinds);
    // A LabelEncoder raises an error at a label that it does not know, a LabelBinarizer makes a row of zeros.
    if (!hot) return codes.includes(-1) ? call.unread('script.mismatch', {}) : array(derived(numeric([rows], Float64Array.from(codes), 'int64'), source), call.span);
    const made = kinds.length === 2 ? numeric([rows, 1], Float64Array.from(codes, (code) => Number(code === 1)), 'int64') : { ...oneHot(codes, kinds.length), dtype: 'int64' as const };
    return array(derived(made, source), call.span);
  }

  #inverse(call: Call): Value {
    const source = given(call);
    const kinds = this.#kinds;
    if (this.doubt || !kinds || !this.#like || !source || !isNumeric(source) || this.typeName !== 'LabelEncoder') return this.doubt ?? call.unread();
    const cells = Array.from(source.data, (code) => kinds[code]);
    return cells.includes(undefined) ? call.unread('script.mismatch', {}) : array(derived(kindsArray(cells as Cell[], this.#like), source), call.span);
  }
}

/** `OneHotEncoder` and `OrdinalEncoder`: each column of a matrix by itself. */
class ColumnEncoder extends Transformer {
  #kinds: readonly Kinds[] | undefined;
  #like: NdArray | undefined;
  #lacking: Unknowable | undefined;

  override attribute(name: string, span: Span): Value | undefined {
    if (name !== 'categories_') return super.attribute(name, span);
    return this.#kinds && this.#like ? list(this.#kinds.map((kinds) => array(kindsArray(kinds, this.#like!), span)), span) : this.#lacking;
  }

  /** Which columns are encoded; the others follow behind them (`categorical_features`, up to scikit-learn 0.21). */
  #chosen(width: number): readonly number[] | undefined {
    const { categorical_features: some } = this.made.bind('');
    if (!some || asString(some) === 'all') return Array.from({ length: width }, (_, i) => i);
    return integers(some);
  }

  /** Arguments that are not followed. */
  get #isUnusual(): boolean {
    const known = new Set(['sparse', 'sparse_output', 'handle_unknown', 'drop', 'dtype', 'categorical_features', 'categories', 'n_values']);
    const { positional, keywords } = this.made.arguments;
    const { n_values: old } = this.made.bind('');
    return positional.length > 0 || [...keywords.keys()].some((name) => !known.has(name)) || (old !== undefined && asString(old) !== 'auto');
  }

  protected override fit(call: Call): void {
    const source = given(call);
    const chosen = source && this.#chosen(source.shape[1] ?? -1);
    this.#like = source;
    this.#kinds = source?.data && source.shape.length === 2 && chosen && !this.#isUnusual ? this.#learned(source, chosen, call) : undefined;
    this.#lacking = this.#kinds ? undefined : lackOf(source, call);
  }

  #learned(source: NdArray, chosen: readonly number[], call: Call): readonly Kinds[] | undefined {
    const { categories } = this.made.bind('');
    if (!categories || asString(categories) === 'auto') return chosen.map((at) => kindsOf(Array.from<Cell>(columnOf(source, at).data!)));
    const items = call.interpreter.iterate(categories);
    const lists = Array.isArray(items) ? (items as readonly Value[]).map((item) => call.interpreter.arrayOf(item)?.data) : [];
    return lists.length === chosen.length && !lists.includes(undefined) ? lists.map((cells) => Array.from<Cell>(cells!)) : undefined;
  }

  protected override transform(call: Call): Value {
    const source = given(call);
    const [rows = -1, width = -1] = source?.shape ?? [];
    const chosen = this.#chosen(width);
    if (!source) return call.unread();
    const ordinal = this.typeName === 'OrdinalEncoder';
    const unread = (reason: Unknowable | undefined): Value => array(shaped([rows, ordinal ? width : -1], 'float64', source.missing ?? reason), call.span);
    if (!this.#kinds || !source.data || !chosen || chosen.length !== this.#kinds.length) return unread(this.#lacking ?? call.unread());
    const { drop, handle_unknown: unknown } = this.made.bind('');
    const dropped = !drop || drop.kind === 'none' ? 'none' : asString(drop);
    const codes = this.#kinds.map((kinds, i) => codesOf(Array.from<Cell>(columnOf(source, chosen[i]!).data!), kinds));
    if (codes.some((column) => column.includes(-1)) && (ordinal || asString(unknown) !== 'ignore')) return unread(call.unread('script.mismatch', {}));
    if (dropped !== 'none' && dropped !== 'first' && dropped !== 'if_binary') return unread(call.unread());
    const parts = this.#kinds.map((kinds, i): NdArray => {
      if (ordinal) return numeric([rows, 1], Float64Array.from(codes[i]!), 'float64');
      const first = dropped === 'first' || (dropped === 'if_binary' && kinds.length === 2) ? 1 : 0;
      return oneHot(codes[i]!.map((code) => code - first), kinds.length - first);
    });
    const others = Array.from({ length: width }, (_, at) => at).filter((at) => !chosen.includes(at));
    const rest = others.map((at) => cast({ ...columnOf(source, at), shape: [rows, 1] }, 'float64'));
    const joined = concatenate([...parts, ...rest], 1);
    return joined.data ? array(derived(joined, source), call.span) : unread(call.unread());
  }
}

/** `MultiLabelBinarizer`: a 1 for each label that a row has. */
class SeveralLabels extends Transformer {
  #kinds: Kinds | undefined;
  #lacking: Unknowable | undefined;

  override attribute(name: string, span: Span): Value | undefined {
    if (name === 'classes_') return this.#kinds ? array(kindsArray(this.#kinds, columnFrom([], 'int64')), span) : this.#lacking;
    return super.attribute(name, span);
  }

  #rows(call: Call): readonly (readonly Cell[])[] | Unknowable {
    const [value] = call.arguments.positional;
    const items = value && call.interpreter.iterate(value);
    if (!Array.isArray(items)) return (items as Unknowable | undefined) ?? call.unread();
    const cells = (items as readonly Value[]).map((item) => {
      const inner = call.interpreter.iterate(item);
      const labels = Array.isArray(inner) ? (inner as readonly Value[]).map((label) => asString(label) ?? asNumber(label)) : [undefined];
      return labels.includes(undefined) ? undefined : (labels as Cell[]);
    });
    return cells.includes(undefined) ? call.unread() : (cells as Cell[][]);
  }

  protected override fit(call: Call): void {
    const rows = this.#rows(call);
    this.#kinds = Array.isArray(rows) ? distinct((rows as readonly (readonly Cell[])[]).flat()) : undefined;
    this.#lacking = Array.isArray(rows) ? undefined : (rows as Unknowable);
  }

  protected override transform(call: Call): Value {
    const rows = this.#rows(call);
    const kinds = this.#kinds;
    if (!Array.isArray(rows) || !kinds) return array(shaped([Array.isArray(rows) ? rows.length : -1, kinds?.length ?? -1], 'int64', this.#lacking ?? (rows as Unknowable)), call.span);
    const data = new Float64Array(rows.length * kinds.length);
    (rows as readonly (readonly Cell[])[]).forEach((row, i) => codesOf(row, kinds).forEach((code) => { if (code >= 0) data[i * kinds.length + code] = 1; }));
    return array(numeric([rows.length, kinds.length], data, 'int64'), call.span);
  }
}

export const encoderFunctions: Functions = {
  'sklearn.preprocessing.LabelEncoder': (call) => new LabelObject('LabelEncoder', call),
  'sklearn.preprocessing.LabelBinarizer': (call) => (asBoolean(call.arguments.keywords.get('sparse_output')) || call.arguments.keywords.has('neg_label') ? call.unread() : new LabelObject('LabelBinarizer', call)),
  'sklearn.preprocessing.OneHotEncoder': (call) => new ColumnEncoder('OneHotEncoder', call),
  'sklearn.preprocessing.OrdinalEncoder': (call) => new ColumnEncoder('OrdinalEncoder', call),
  'sklearn.preprocessing.MultiLabelBinarizer': (call) => (call.arguments.keywords.size > 0 ? call.unread() : new SeveralLabels('MultiLabelBinarizer', call)),
};
