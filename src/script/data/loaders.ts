import { dtypeOf, fitting, integers } from '../numpy/methods';
import { cast, type Cell, type Missing, numberIn, reshape, shaped, transpose } from '../numpy/ndarray';
import { asBoolean, asNumber, asString, type Call } from '../python/call';
import type { Functions } from '../python/library';
import { array, builtin, dict, LibraryObject, list, none, text, tuple, unknown, type Value } from '../python/values';
import { tableFromCsv } from './csv';
import { type NpzFile, openNpz, plainCsv, readCsv, readNpy, textOf } from './files';
import { FrameObject } from './frame';
import { frameFunctions } from './frame-making';
import { loadedDataset } from './keras-datasets';
import { kerasDatasets, type Part, tableNames } from './known';
import { matrixOf, tableOf } from './table';

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
      ...frameFunctions,
      'pandas.read_table': (call) => this.#readCsv(call, '\t'),
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
    const path = asString(call.bind('filepath_or_buffer').filepath_or_buffer);
    if (path === undefined) return new FrameObject(undefined, false, call.span, call.unread());
    const bytes = this.get(path);
    const table = bytes && tableFromCsv(bytes, separator, call);
    return new FrameObject(table, false, call.span, table ? undefined : bytes ? call.unread() : this.#lacking(call, path));
  }

  #loadText(call: Call): Value {
    const { fname, dtype, delimiter, usecols, ...others } = call.bind('fname dtype comments delimiter converters skiprows usecols unpack');
    const path = asString(fname);
    if (path === undefined) return call.unread();
    const bytes = this.get(path);
    const skip = asNumber(others.skiprows ?? others.skip_header) ?? 0;
    const lacking = (): Value => array(shaped([-1, -1], 'float64', bytes ? call.unread() : this.#lacking(call, path)), call.span);
    const columns = bytes && readCsv(bytes, { ...plainCsv, delimiter: asString(delimiter) ?? '\\s+', header: null, skip, comment: '#' });
    const used = usecols ? integers(usecols) : columns?.map((_, i) => i);
    const type = dtype && dtype.kind !== 'none' ? dtypeOf(dtype) : 'float64';
    if (!columns || !used || !type || used.some((at) => !(at in columns)) || others.converters || others.max_rows || others.names) return lacking();
    const table = matrixOf(tableOf(used.map((i) => columns[i]!)));
    // `genfromtxt` takes what is no number for one that is missing.
    const isLenient = call.name.endsWith('genfromtxt') && type === 'float64';
    const numbers = isLenient ? Array.from<Cell, Cell>(table.data ?? [], (cell) => numberIn(cell) ?? Number.NaN) : undefined;
    const typed = cast(numbers ? { ...table, dtype: 'object', data: numbers } : table, type);
    if (!typed.data) return lacking();
    const squeezed = typed.shape[1] === 1 ? reshape(typed, [-1]) : typed;
    return array(asBoolean(others.unpack) ? transpose(squeezed) : squeezed, call.span);
  }

  #load(call: Call): Value {
    const path = asString(call.bind('file').file);
    if (path === undefined) return call.unread();
    const bytes = this.get(path);
    const missing = this.#lacking(call, path);
    if (path.endsWith('.npz')) return new ArchiveObject(bytes && openNpz(bytes), call, missing);
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
    const columns = bytes && readCsv(bytes, { ...plainCsv, delimiter: ',' });
    const missing = this.#lacking(call, path);
    const features = columns?.slice(0, -1);
    const data = features ? matrixOf(tableOf(features)) : shaped([known?.rows ?? -1, known?.features ?? -1], 'float64', missing);
    const target = columns?.at(-1)?.values ?? { ...shaped([known?.rows ?? -1], known?.classes ? 'int64' : 'float64', missing), ...(known?.classes && { classes: known.classes }) };
    const floats = cast(data, 'float64');
    const { return_X_y: pair, as_frame: framed } = call.bind('');
    if (asBoolean(framed)) return call.unread();
    const [x, y] = [array(floats, call.span), array(target, call.span)];
    if (asBoolean(pair)) return tuple([x, y], call.span);
    const names = list((features ?? []).map((column) => text(String(column.name), call.span)), call.span);
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

/** scikit-learn's `Bunch`: fields by attribute and by key. */
export class Bunch extends LibraryObject {
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
  readonly #file: NpzFile | undefined;
  readonly #missing: Missing;

  constructor(file: NpzFile | undefined, call: Call, missing: Missing) {
    super(call.span);
    this.#file = file;
    this.#missing = missing;
  }

  override attribute(name: string, span: Parameters<LibraryObject['attribute']>[1]): Value | undefined {
    if (name === 'close') return builtin(name, span, (call) => dict(call.span));
    return undefined;
  }

  override index(index: Value, call: Call): Value {
    const found = this.#file?.array(asString(index) ?? '');
    return found ? fitting(call, () => array(found, call.span)) : { kind: 'unknown', ...this.#missing };
  }
}

