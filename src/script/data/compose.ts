/** scikit-learn's `ColumnTransformer`, `SimpleImputer` and what else works on some columns of a table. */
import { integers } from '../numpy/methods';
import { asNumbers, type Cell, concatenate, derived, type DType, isNumeric, isWordy, type NdArray, numeric, shaped, ShapeError } from '../numpy/ndarray';
import { asString, type Call } from '../python/call';
import type { Functions } from '../python/library';
import { array, doubtOf, LibraryObject, type Unknowable, type Value } from '../python/values';
import { FrameObject, labelOf, labelsIn } from './frame';
import { columnFrom, columnOf, distinct, isPresent } from './table';
import { given, lackOf, matrixIn, passedOn, Transformer } from './transformer';

interface Step {
  /** A transformer, or the word `passthrough` or `drop`. */
  readonly work: Value;
  readonly columns: Value;
}

/** `ColumnTransformer`: what its parts make of their columns, side by side, then the columns that none of them takes. */
class ColumnsObject extends Transformer {
  readonly #steps: readonly Step[] | Unknowable;
  readonly #remainder: Value | undefined;

  constructor(steps: readonly Step[] | Unknowable, remainder: Value | undefined, call: Call) {
    super('ColumnTransformer', call);
    this.#steps = steps;
    this.#remainder = remainder;
  }

  protected override fit(call: Call): void {
    this.#run(call, 'fit_transform');
  }

  protected override transform(call: Call): Value {
    return this.#run(call, 'transform');
  }

  #run(call: Call, method: 'fit_transform' | 'transform'): Value {
    const data = call.arguments.positional[0] ?? call.arguments.keywords.get('X');
    const source = given(call);
    const steps = this.#steps;
    if (!data || !source || source.shape.length !== 2) return (data && doubtOf(data)) ?? call.unread();
    if (!Array.isArray(steps)) return array(shaped([source.shape[0]!, -1], 'float64', steps as Unknowable), call.span);
    const names = data instanceof FrameObject ? data.table?.columns.map(({ name }) => name) : undefined;
    const width = source.shape[1]!;
    const taken = new Set<number>();
    const lacking = (reason: Unknowable): Value => array(shaped([source.shape[0]!, -1], 'float64', source.missing ?? reason), call.span);
    if (width < 0) return lacking(call.unread());
    const parts: NdArray[] = [];
    const add = (work: Value, places: readonly number[], single: boolean): Unknowable | undefined => {
      const word = asString(work);
      if (word === 'drop' || places.length === 0) return undefined;
      const part = columnsAt(data, source, places, single, call);
      const made = word === 'passthrough' ? part : passedOn(work, method, part, call);
      const matrix = matrixIn(made);
      if (!matrix) return doubtOf(made) ?? call.unread();
      parts.push(matrix);
      return undefined;
    };
    for (const { work, columns } of steps as readonly Step[]) {
      const places = placesOf(columns, names, width, data, call);
      if (!places) return lacking(doubtOf(columns) ?? call.unread());
      places.forEach((at) => taken.add(at));
      const failed = add(work, places, labelOf(columns) !== undefined);
      if (failed) return lacking(failed);
    }
    const rest = Array.from({ length: width }, (_, at) => at).filter((at) => !taken.has(at));
    const failed = this.#remainder ? add(this.#remainder, rest, false) : undefined;
    if (failed) return lacking(failed);
    try {
      return parts.length > 0 ? array(derived(concatenate(parts, 1), source), call.span) : lacking(call.unread());
    } catch (error) {
      if (error instanceof ShapeError) return lacking(call.unread('script.mismatch', {}));
      throw error;
    }
  }
}

/** Some columns of a table or matrix; of one named alone, the column itself. */
function columnsAt(data: Value, source: NdArray, places: readonly number[], single: boolean, call: Call): Value {
  if (data instanceof FrameObject && data.table) {
    const columns = places.map((at) => data.table!.columns[at]!);
    return data.with({ ...data.table, columns }, call.span, single);
  }
  const columns = places.map((at): NdArray => ({ ...(source.data ? columnOf(source, at) : source), shape: [source.shape[0]!, 1] }));
  const matrix = concatenate(columns, 1);
  return array(single ? { ...matrix, shape: [source.shape[0]!] } : matrix, call.span);
}

/** The places of the columns that a part names: by place, by name, by a slice, by a mask, or by their type. */
function placesOf(columns: Value, names: readonly Cell[] | undefined, width: number, data: Value, call: Call): readonly number[] | undefined {
  const inside = (at: number): number => (at < 0 ? at + width : at);
  if (columns instanceof ColumnSelector) return columns.places(data, call);
  if (columns.kind === 'slice') {
    const bounds = [columns.lower, columns.upper].map((bound) => (bound && bound.kind !== 'none' ? integers(bound)?.[0] : null));
    if (bounds.includes(undefined) || columns.step) return undefined;
    const all = Array.from({ length: width }, (_, at) => at);
    return all.slice(bounds[0] ?? 0, bounds[1] ?? undefined);
  }
  const mask = columns.kind === 'list' && columns.items.length === width && columns.items.every(({ kind }) => kind === 'bool') ? columns.items : undefined;
  if (mask) return mask.flatMap((item, at) => (item.kind === 'bool' && item.value ? [at] : []));
  const places = labelsIn(columns)?.map((label) => (typeof label === 'number' ? inside(label) : (names?.indexOf(label) ?? -1)));
  return places?.every((at) => Number.isInteger(at) && at >= 0 && at < width) ? places : undefined;
}

/** `make_column_selector(dtype_include=…)`. */
class ColumnSelector extends LibraryObject {
  readonly typeName = 'make_column_selector';
  readonly #given: Call;

  constructor(call: Call) {
    super(call.span);
    this.#given = call;
  }

  places(data: Value, call: Call): readonly number[] | undefined {
    const { dtype_include: include, dtype_exclude: exclude, pattern } = this.#given.bind('pattern');
    const select = data instanceof FrameObject && data.table && !pattern ? data.attribute('select_dtypes', call.span) : undefined;
    if (!select || !(data instanceof FrameObject)) return undefined;
    const chosen = call.interpreter.call(select, call.renamed(new Map([['include', include], ['exclude', exclude]])).arguments, call.span);
    const kept = chosen instanceof FrameObject ? chosen.table?.columns.map(({ name }) => name) : undefined;
    return kept && data.table!.columns.flatMap(({ name }, at) => (kept.includes(name) ? [at] : []));
  }
}

function columnTransformer(call: Call): Value {
  const { transformers, remainder } = call.bind('transformers');
  const items = transformers && call.interpreter.iterate(transformers);
  if (!Array.isArray(items)) return call.unread();
  const steps = (items as readonly Value[]).map((item) => (item.kind === 'tuple' || item.kind === 'list' ? stepOf(item.items[1], item.items[2]) : undefined));
  return new ColumnsObject(steps.includes(undefined) ? call.unread() : (steps as Step[]), remainder, call);
}

/** `make_column_transformer((transformer, columns), …)`; before scikit-learn 0.22 the columns came first. */
function makeColumnTransformer(call: Call): Value {
  const steps = call.arguments.positional.map((item) => {
    const [first, second] = item.kind === 'tuple' ? item.items : [];
    return first?.kind === 'object' && !(first instanceof FrameObject) && !(first instanceof ColumnSelector) ? stepOf(first, second) : asString(first) === 'passthrough' || asString(first) === 'drop' ? stepOf(first, second) : stepOf(second, first);
  });
  return new ColumnsObject(steps.includes(undefined) ? call.unread() : (steps as Step[]), call.arguments.keywords.get('remainder'), call);
}

function stepOf(work: Value | undefined, columns: Value | undefined): Step | undefined {
  return work && columns ? { work, columns } : undefined;
}

/** `SimpleImputer`, and `Imputer` as it was before: what is missing becomes the mean, the median, … of its column. */
class ImputerObject extends Transformer {
  #values: readonly Cell[] | undefined;
  #lacking: Unknowable | undefined;

  override attribute(name: string, span: Call['span']): Value | undefined {
    if (name === 'statistics_') return this.#values ? array(columnFrom(this.#values, 'float64'), span) : this.#lacking;
    return super.attribute(name, span);
  }

  /** Whether a cell is one that is missing. */
  #isMissing(): ((cell: Cell) => boolean) | undefined {
    const { missing_values: marker } = this.made.bind('missing_values');
    if (!marker || asString(marker) === 'NaN') return (cell) => !isPresent(cell);
    const label = labelOf(marker);
    return label === undefined ? undefined : (cell) => (isPresent(label) ? cell === label : !isPresent(cell));
  }

  protected override fit(call: Call): void {
    const source = given(call);
    const { strategy, fill_value: filling, axis, add_indicator: marks } = this.made.bind(this.made.name.endsWith('.Imputer') ? 'missing_values strategy axis' : 'missing_values');
    const isMissing = this.#isMissing();
    const word = strategy ? asString(strategy) : 'mean';
    const usual = (!axis || integers(axis)?.[0] === 0) && !marks;
    const width = source?.shape.length === 2 ? source.shape[1]! : -1;
    const values = source?.data && isMissing && usual && word && width > 0
      ? Array.from({ length: width }, (_, at) => filled(Array.from<Cell>(columnOf(source, at).data!).filter((cell) => !isMissing(cell)), word, filling, isWordy(source)))
      : [undefined];
    this.#values = values.includes(undefined) ? undefined : (values as Cell[]);
    this.#lacking = this.#values ? undefined : lackOf(source, call);
  }

  protected override transform(call: Call): Value {
    const source = given(call);
    const isMissing = this.#isMissing();
    const values = this.#values;
    if (!source) return call.unread();
    if (!source.data || !values || !isMissing || source.shape[1] !== values.length) return array(shaped(source.shape, 'float64', source.missing ?? this.#lacking ?? call.unread()), call.span);
    const cells = Array.from<Cell, Cell>(source.data, (cell, i) => (isMissing(cell) ? values[i % values.length]! : cell));
    const numbers = cells.every((cell) => typeof cell === 'number');
    const dtype: DType = source.dtype === 'float32' ? 'float32' : 'float64';
    return array(derived(numbers ? numeric(source.shape, Float64Array.from(cells as number[]), dtype) : { shape: source.shape, dtype: 'object', data: cells }, source), call.span);
  }
}

/** What takes the place of missing cells beside these; undefined where it cannot be told. */
function filled(present: readonly Cell[], strategy: string, filling: Value | undefined, wordy: boolean): Cell | undefined {
  if (strategy === 'constant') return filling ? labelOf(filling) : wordy ? 'missing_value' : 0;
  if (present.length === 0) return undefined;
  if (strategy === 'most_frequent') {
    const tally = new Map<Cell, number>();
    for (const cell of present) tally.set(cell, (tally.get(cell) ?? 0) + 1);
    const most = Math.max(...tally.values());
    return distinct([...tally].filter(([, count]) => count === most).map(([cell]) => cell))[0];
  }
  const made = asNumbers({ shape: [present.length], dtype: 'object', data: present });
  if (!made || !isNumeric(made)) return undefined;
  if (strategy === 'mean') return made.data.reduce((sum, value) => sum + value, 0) / made.data.length;
  if (strategy !== 'median') return undefined;
  const ordered = made.data.slice().sort();
  const half = ordered.length >> 1;
  return ordered.length % 2 ? ordered[half]! : (ordered[half - 1]! + ordered[half]!) / 2;
}

const imputer = (call: Call): Value => new ImputerObject('SimpleImputer', call);

export const composeFunctions: Functions = {
  'sklearn.compose.ColumnTransformer': columnTransformer,
  'sklearn.compose.make_column_transformer': makeColumnTransformer,
  'sklearn.compose.make_column_selector': (call) => new ColumnSelector(call),
  'sklearn.impute.SimpleImputer': imputer,
  'sklearn.preprocessing.Imputer': imputer,
};
