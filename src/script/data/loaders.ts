import { fitting, integers } from '../numpy/methods';
import { concatenate, type Missing, type NdArray, numeric, reshape, shaped, transpose } from '../numpy/ndarray';
import { asBoolean, asNumber, asString, type Call } from '../python/call';
import type { Functions } from '../python/library';
import { array, builtin, dict, LibraryObject, list, none, text, tuple, unknown, type Value } from '../python/values';
import { type CsvOptions, readCsv, readNpy, readNpz, textOf } from './files';
import { type Column, FrameObject } from './frame';
import { loadedDataset } from './keras-datasets';
import { kerasDatasets, type Part, tableNames } from './known';

/** Data files the reader was given, and those it would have liked to have. */
export class DataFiles {
  readonly #given: ReadonlyMap<string, Uint8Array>;
  readonly wanted = new Set<string>();

  constructor(given: ReadonlyMap<string, Uint8Array>) {
    this.#given = given;
  }

  get(name: string): Uint8Array | undefined {
    this.wanted.add(name);
    return this.#given.get(name);
  }

  /** The functions that load data: NumPy's, pandas', scikit-learn's tables and Keras' data sets. */
  functions(): Functions {
    const functions: Record<string, (call: Call) => Value> = {
      'builtins.open': (call) => this.#open(call),
      'pandas.read_csv': (call) => this.#readCsv(call, ','),
      'pandas.read_table': (call) => this.#readCsv(call, '\t'),
      'pandas.DataFrame': makeFrame,
      'pandas.Series': makeFrame,
      'pandas.get_dummies': dummies,
      'pandas.concat': concat,
      'pandas.to_datetime': (call) => new FrameObject(undefined, true, call.span, call.unread()),
      'pandas.read_excel': (call) => new FrameObject(undefined, false, call.span, call.unread()),
      'numpy.load': (call) => this.#load(call),
      'numpy.loadtxt': (call) => this.#loadText(call),
      'numpy.genfromtxt': (call) => this.#loadText(call),
    };
    for (const name of tableNames) functions[`sklearn.datasets.load_${name}`] = (call) => this.#table(call, name);
    functions['sklearn.datasets.load_boston'] = (call) => this.#table(call, 'boston');
    functions['sklearn.datasets.fetch_california_housing'] = (call) => this.#table(call, 'california_housing');
    functions['sklearn.datasets.fetch_covtype'] = (call) => this.#table(call, 'covtype');
    for (const [name, parts] of Object.entries(kerasDatasets)) functions[`keras.datasets.${name}.load_data`] = (call) => this.#kerasDataset(call, name, parts);
    functions['tensorflow.examples.tutorials.mnist.input_data.read_data_sets'] = (call) => call.unread();
    return functions;
  }

  #lacking(call: Call, name: string): Missing {
    return unknown(call.span, 'script.file', { name });
  }

  #readCsv(call: Call, separator: string): Value {
    const bound = call.bind('filepath_or_buffer sep delimiter header names');
    const path = asString(bound.filepath_or_buffer);
    const index = call.arguments.keywords.get('index_col');
    if (path === undefined) return new FrameObject(undefined, false, call.span, call.unread());
    const options = csvOptions(bound, separator, call);
    const bytes = this.get(path);
    const source = bytes && textOf(bytes);
    const columns = source !== undefined && options ? readCsv(source, options) : undefined;
    if (!columns) return new FrameObject(undefined, false, call.span, source === undefined ? this.#lacking(call, path) : call.unread());
    const chosen = chosenColumns(columns, call);
    const at = index && (asNumber(index) ?? chosen.findIndex((column) => column.name === asString(index)));
    return new FrameObject(at === undefined || at < 0 ? chosen : chosen.filter((_, i) => i !== at), false, call.span);
  }

  #loadText(call: Call): Value {
    const bound = call.bind('fname dtype comments delimiter');
    const path = asString(bound.fname);
    if (path === undefined) return call.unread();
    const bytes = this.get(path);
    const source = bytes && textOf(bytes);
    const skip = asNumber(call.arguments.keywords.get('skiprows') ?? call.arguments.keywords.get('skip_header')) ?? 0;
    const columns = source === undefined ? undefined : readCsv(source, { delimiter: asString(bound.delimiter) ?? '\\s+', header: null, names: undefined, skip, comment: '#' });
    if (!columns) return array(shaped([-1, -1], 'float64', this.#lacking(call, path)), call.span);
    const used = integers(call.arguments.keywords.get('usecols'));
    const table = new FrameObject(used ? used.map((i) => columns[i]!) : columns, false, call.span).table();
    const floats: NdArray = table.dtype === 'str' ? table : { ...table, dtype: 'float64' };
    const squeezed = floats.shape[1] === 1 ? reshape(floats, [-1]) : floats;
    return array(asBoolean(call.arguments.keywords.get('unpack')) ? transpose(squeezed) : squeezed, call.span);
  }

  #load(call: Call): Value {
    const path = asString(call.bind('file').file);
    if (path === undefined) return call.unread();
    const bytes = this.get(path);
    const missing = this.#lacking(call, path);
    if (path.endsWith('.npz')) return new ArchiveObject(bytes && readNpz(bytes), call, missing);
    const read = bytes && readNpy(bytes);
    return read ? array(read, call.span) : { kind: 'unknown', ...missing };
  }

  /** A file opened for reading. */
  #open(call: Call): Value {
    const { file, mode } = call.bind('file mode');
    const path = asString(file);
    const reads = mode === undefined || /^rt?$/.test(asString(mode) ?? '');
    if (path === undefined || !reads) return call.unread();
    const bytes = this.get(path);
    const content = bytes && textOf(bytes);
    return content === undefined ? { kind: 'unknown', ...this.#lacking(call, path) } : new TextFile(content, call);
  }

  #table(call: Call, name: string): Value {
    const known = tables[name];
    const path = `sklearn/${name}.csv`;
    const bytes = this.get(path);
    const source = bytes && textOf(bytes);
    const columns = source === undefined ? undefined : readCsv(source, { delimiter: ',', header: 0, names: undefined, skip: 0, comment: undefined });
    const missing = this.#lacking(call, path);
    const features = columns?.slice(0, -1);
    const data = features ? new FrameObject(features, false, call.span).table() : shaped([known?.rows ?? -1, known?.features ?? -1], 'float64', missing);
    const target = columns?.at(-1)?.values ?? { ...shaped([known?.rows ?? -1], known?.classes ? 'int64' : 'float64', missing), ...(known?.classes && { classes: known.classes }) };
    const floats: NdArray = data.dtype === 'str' ? data : { ...data, dtype: 'float64' };
    const { return_X_y: pair, as_frame: framed } = call.bind('');
    if (asBoolean(framed)) return call.unread();
    const [x, y] = [array(floats, call.span), array(target, call.span)];
    if (asBoolean(pair)) return tuple([x, y], call.span);
    const names = list((features ?? []).map((column) => text(column.name, call.span)), call.span);
    return new Bunch(new Map<string, Value>([['data', x], ['target', y], ['feature_names', names]]), call);
  }

  #kerasDataset(call: Call, name: string, parts: readonly Part[]): Value {
    const bytes = this.get(`keras/${name}.npz`);
    const missing = bytes ? call.unread() : this.#lacking(call, `keras/${name}.npz`);
    const stored = bytes && loadedDataset(name, parts.map(({ key }) => key), bytes, call);
    const arrays = parts.map(({ shape, dtype, classes }, i) => stored?.[i] ?? array({ ...shaped(shape, dtype, missing), ...(classes && { classes }) }, call.span));
    return tuple([tuple(arrays.slice(0, 2), call.span), tuple(arrays.slice(2), call.span)], call.span);
  }
}

/** Rows, features and classes of scikit-learn's tables. */
const tables: Readonly<Record<string, { readonly rows: number; readonly features: number; readonly classes?: number }>> = {
  iris: { rows: 150, features: 4, classes: 3 },
  wine: { rows: 178, features: 13, classes: 3 },
  breast_cancer: { rows: 569, features: 30, classes: 2 },
  digits: { rows: 1797, features: 64, classes: 10 },
  diabetes: { rows: 442, features: 10 },
  boston: { rows: 506, features: 13 },
  california_housing: { rows: 20640, features: 8 },
  covtype: { rows: 581012, features: 54, classes: 7 },
};

function csvOptions(bound: Partial<Record<string, Value>>, separator: string, call: Call): CsvOptions | undefined {
  const { keywords } = call.arguments;
  const given = bound.sep ?? bound.delimiter;
  const delimiter = asBoolean(keywords.get('delim_whitespace')) ? '\\s+' : given ? asString(given) : separator;
  const names = bound.names?.kind === 'list' ? bound.names.items.map(asString) : undefined;
  const header = bound.header?.kind === 'none' ? null : bound.header ? asNumber(bound.header) : names ? null : 0;
  const skip = keywords.has('skiprows') ? asNumber(keywords.get('skiprows')) : 0;
  if (delimiter === undefined || header === undefined || skip === undefined || names?.includes(undefined)) return undefined;
  return { delimiter, header, names: names as string[] | undefined, skip, comment: asString(keywords.get('comment')) };
}

function chosenColumns(columns: readonly Column[], call: Call): readonly Column[] {
  const wanted = call.arguments.keywords.get('usecols');
  if (wanted?.kind !== 'list' && wanted?.kind !== 'tuple') return columns;
  return columns.filter((column, i) => wanted.items.some((item) => asString(item) === column.name || asNumber(item) === i));
}

/** `pandas.DataFrame` of a dictionary of columns or of a table. */
function makeFrame(call: Call): Value {
  const { data, columns: named } = call.bind('data index columns');
  if (data?.kind === 'dict' && !data.doubt) {
    const columns: Column[] = [];
    for (const { key, value } of data.entries.values()) {
      const values = value.kind === 'list' || value.kind === 'array' ? call.interpreter.arrayOf(value) : undefined;
      if (!values || values.shape.length !== 1) return new FrameObject(undefined, false, call.span, call.unread());
      columns.push({ name: key.kind === 'string' ? key.value : '', values });
    }
    return new FrameObject(columns, false, call.span);
  }
  const table = data && call.interpreter.arrayOf(data);
  if (!table || table.shape.length > 2 || !table.data || table.dtype === 'str') return new FrameObject(undefined, call.name.endsWith('Series'), call.span, table?.missing ?? call.unread());
  const width = table.shape[1] ?? 1;
  const names = named?.kind === 'list' ? named.items.map(asString) : [];
  const rows = table.shape[0]!;
  const { data: numbers } = table;
  const columns = Array.from({ length: width }, (_, i) => ({
    name: names[i] ?? String(i),
    values: numeric([rows], Float64Array.from({ length: rows }, (__, row) => numbers[row * width + i] as number), table.dtype),
  }));
  return new FrameObject(columns, table.shape.length === 1 && call.name.endsWith('Series'), call.span);
}

/** `pandas.get_dummies` of one column: a column of 0 and 1 for each distinct value, in their order. */
function dummies(call: Call): Value {
  const [given] = call.arguments.positional;
  const source = given instanceof FrameObject ? (given.single ? given.table() : undefined) : given && call.interpreter.arrayOf(given);
  if (!source?.data || source.shape.length !== 1 || call.arguments.keywords.size > 0) return new FrameObject(undefined, false, call.span, call.unread());
  const distinct = [...new Set<number | string>(source.data)].sort((a, b) => (a < b ? -1 : 1));
  const rows = source.data.length;
  return new FrameObject(
    distinct.map((value) => ({ name: String(value), values: numeric([rows], Float64Array.from(source.data as readonly (number | string)[], (item) => Number(item === value)), 'bool') })),
    false,
    call.span,
  );
}

/** `pandas.concat` of tables side by side or one below the other. */
function concat(call: Call): Value {
  const { objs, axis } = call.bind('objs axis');
  const items = objs && call.interpreter.iterate(objs);
  const along = call.number(axis, 0);
  const frames = Array.isArray(items) ? (items as readonly Value[]) : [];
  const tables = frames.map((item) => (item instanceof FrameObject ? item.columns : undefined));
  const [first] = tables;
  if (!first || along === undefined || tables.includes(undefined)) return new FrameObject(undefined, false, call.span, call.unread());
  const all = tables as (readonly Column[])[];
  if (along === 1) return new FrameObject(all.flat(), false, call.span);
  const same = all.every((columns) => columns.length === first.length && columns.every((column, i) => column.name === first[i]!.name));
  if (!same) return new FrameObject(undefined, false, call.span, call.unread());
  return new FrameObject(first.map(({ name }, i) => ({ name, values: concatenate(all.map((columns) => columns[i]!.values), 0) })), false, call.span);
}

/** scikit-learn's `Bunch`: fields by attribute and by key. */
class Bunch extends LibraryObject {
  readonly typeName = 'Bunch';
  readonly #fields: ReadonlyMap<string, Value>;

  constructor(fields: ReadonlyMap<string, Value>, call: Call) {
    super(call.span);
    this.#fields = fields;
  }

  override attribute(name: string): Value | undefined {
    return this.#fields.get(name);
  }

  override index(index: Value, call: Call): Value {
    return this.#fields.get(asString(index) ?? '') ?? call.unread('script.mismatch', {});
  }
}

/** What `open` gives: `read()` is all that is asked of it. */
class TextFile extends LibraryObject {
  readonly typeName = 'TextIOWrapper';
  readonly #content: string;

  constructor(content: string, call: Call) {
    super(call.span);
    this.#content = content;
  }

  override attribute(name: string, span: Parameters<LibraryObject['attribute']>[1]): Value | undefined {
    if (name === 'read') return builtin(name, span, (call) => text(this.#content, call.span));
    if (name === 'close') return builtin(name, span, (call) => none(call.span));
    if (name === '__enter__') return builtin(name, span, () => this);
    return undefined;
  }
}

/** What `numpy.load` of an `.npz` file gives. */
class ArchiveObject extends LibraryObject {
  readonly typeName = 'NpzFile';
  readonly #arrays: ReadonlyMap<string, NdArray> | undefined;
  readonly #missing: Missing;

  constructor(arrays: ReadonlyMap<string, NdArray> | undefined, call: Call, missing: Missing) {
    super(call.span);
    this.#arrays = arrays;
    this.#missing = missing;
  }

  override attribute(name: string, span: Parameters<LibraryObject['attribute']>[1]): Value | undefined {
    if (name === 'close') return builtin(name, span, (call) => dict(call.span));
    return undefined;
  }

  override index(index: Value, call: Call): Value {
    const found = this.#arrays?.get(asString(index) ?? '');
    return found ? fitting(call, () => array(found, call.span)) : { kind: 'unknown', ...this.#missing };
  }
}

