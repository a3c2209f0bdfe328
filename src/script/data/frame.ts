import type { Message } from '../../text/message';
import type { Span } from '../../text/span';
import { asBoolean, asNumber, asString, type Call } from '../python/call';
import { indicesOf } from '../python/members';
import type { Interpreter } from '../python/interpreter';
import { binary, compare } from '../python/operators';
import { array, builtin, doubtOf, integer, LibraryObject, list, none, text, tuple, type Unknowable, unknown, type Value } from '../python/values';
import { take } from '../numpy/indexing';
import { cast, concatenate, derived, type DType, isNumeric, map, type Missing, type NdArray, numeric, promote, shaped } from '../numpy/ndarray';
import { dtypeOf } from '../numpy/methods';
import { rows } from '../random/source';

/** A column of a table. */
export interface Column {
  readonly name: string;
  readonly values: NdArray;
}

/** pandas' DataFrame and Series (`single`). `columns` is undefined where the file is not at hand. */
export class FrameObject extends LibraryObject {
  readonly typeName: string;
  #columns: readonly Column[] | undefined;
  readonly single: boolean;
  readonly missing: Missing | undefined;

  constructor(columns: readonly Column[] | undefined, single: boolean, span: Span, missing?: Missing) {
    super(span);
    this.typeName = single ? 'Series' : 'DataFrame';
    this.#columns = columns;
    this.single = single;
    this.missing = missing;
  }

  override get lacks(): Unknowable | undefined {
    return this.#columns ? undefined : { kind: 'unknown', ...(this.missing ?? { span: this.span, reason: { id: 'script.unread-data' } }) };
  }

  /** An attribute of a table that is not at hand may have been a method. */
  override call(call: Call): Value {
    return this.#columns ? call.unread() : new FrameObject(undefined, this.single, call.span, this.missing);
  }

  get columns(): readonly Column[] | undefined {
    return this.#columns;
  }

  /** Rows; -1 if not known. */
  get length(): number {
    return this.#columns?.[0]?.values.shape[0] ?? -1;
  }

  /** The rows `order`. */
  rows(order: ArrayLike<number>, span: Span, substituted?: Message): FrameObject {
    const columns = this.#columns?.map(({ name, values }) => {
      const picked = rows(values, order);
      return { name, values: substituted ? { ...picked, substituted } : picked };
    });
    return new FrameObject(columns, this.single, span, this.missing);
  }

  /** `.values`: one column of a Series, the columns of a DataFrame side by side. */
  values(span: Span): Value {
    return array(this.table(), span);
  }

  table(): NdArray {
    const columns = this.#columns;
    if (!columns) return shaped(this.single ? [-1] : [-1, -1], 'float64', this.missing);
    const [first] = columns;
    if (this.single && first) return first.values;
    if (!first) return numeric([0, 0], new Float64Array(0), 'float64');
    const dtype = columns.map(({ values }) => values.dtype).reduce(promote);
    const raised = columns.map(({ values }) => ({ ...cast(values, dtype), shape: [...values.shape, 1] }));
    return concatenate(raised, 1);
  }

  #only(names: readonly string[], span: Span): Value {
    if (!this.#columns) return new FrameObject(undefined, false, span, this.missing);
    const found = names.map((name) => this.#columns!.find((column) => column.name === name));
    return found.includes(undefined) ? unknown(span, 'script.mismatch') : new FrameObject(found as Column[], false, span, this.missing);
  }

  override index(index: Value, call: Call): Value {
    const { span } = call;
    const name = asString(index);
    if (name !== undefined && !this.single) {
      if (!this.#columns) return new FrameObject(undefined, true, span, this.missing);
      const column = this.#columns.find((candidate) => candidate.name === name);
      return column ? new FrameObject([column], true, span, this.missing) : unknown(span, 'script.mismatch');
    }
    const doubt = doubtOf(index);
    if (doubt) return doubt;
    if (index.kind === 'list' || index.kind === 'tuple') {
      const names = index.items.map(asString);
      if (!names.includes(undefined)) return this.#only(names as string[], span);
    }
    const mask = index instanceof FrameObject ? index.table() : undefined;
    if (mask) return this.#masked(mask, span);
    if (index.kind === 'slice') return this.#positions([index, undefined], call);
    return this.#columns && this.single ? this.#positions([index, undefined], call) : unknown(span, 'script.unread-syntax');
  }

  #masked(mask: NdArray, span: Span): Value {
    if (!this.#columns || !isNumeric(mask) || mask.dtype !== 'bool') return new FrameObject(undefined, this.single, span, mask.missing ?? this.missing);
    return this.rows([...mask.data.keys()].filter((i) => mask.data[i]), span);
  }

  /** `.iloc[rows, columns]`. */
  #positions([rowIndex, columnIndex]: readonly [Value, Value | undefined], call: Call): Value {
    const { span } = call;
    const columns = this.#columns;
    if (!columns) {
      const single = this.single || columnIndex?.kind === 'number';
      return new FrameObject(undefined, single, span, this.missing);
    }
    let chosen = columns;
    let { single } = this;
    if (columnIndex) {
      const indices = indicesOf(columnIndex);
      if (!indices) return unknown(span, 'script.unread-syntax');
      const order = take(numeric([columns.length], Float64Array.from(columns.keys()), 'int64'), indices);
      chosen = [...(order.data as Float64Array)].map((i) => columns[i]!);
      single = columnIndex.kind === 'number';
    }
    const indices = indicesOf(rowIndex);
    if (!indices || rowIndex.kind === 'number') return unknown(span, 'script.unread-syntax');
    return new FrameObject(chosen.map(({ name, values }) => ({ name, values: take(values, indices) })), single, span, this.missing);
  }

  /** `.loc[:, names]`: all rows, columns by name or by a span of names; `.loc[mask]`. */
  #labels(index: Value, call: Call): Value {
    const { span } = call;
    if (!this.#columns) return new FrameObject(undefined, this.single, span, this.missing);
    const [rowIndex, columnIndex] = index.kind === 'tuple' ? index.items : [index];
    if (!columnIndex) return this.index(index, call);
    if (rowIndex?.kind !== 'slice' || rowIndex.lower || rowIndex.upper) return unknown(span, 'script.unread-syntax');
    if (columnIndex.kind !== 'slice') return this.index(columnIndex, call);
    const place = (bound: Value | undefined, otherwise: number): number => {
      const name = asString(bound);
      return name === undefined ? otherwise : this.#columns!.findIndex((column) => column.name === name);
    };
    const [from, to] = [place(columnIndex.lower, 0), place(columnIndex.upper, this.#columns.length - 1)];
    return from < 0 || to < 0 ? unknown(span, 'script.mismatch') : new FrameObject(this.#columns.slice(from, to + 1), false, span, this.missing);
  }

  override setIndex(index: Value, value: Value, call: Call): boolean {
    const name = asString(index);
    if (name === undefined || !this.#columns) return this.#columns === undefined;
    const given = value instanceof FrameObject ? value.table() : value.kind === 'array' ? value.array : undefined;
    if (!given || given.shape.length !== 1) return false;
    call.interpreter.touch(this);
    const column = { name, values: given };
    this.#columns = this.#columns.some((old) => old.name === name) ? this.#columns.map((old) => (old.name === name ? column : old)) : [...this.#columns, column];
    return true;
  }

  override iterate(): readonly Value[] | ReturnType<typeof unknown> {
    if (!this.#columns) return { kind: 'unknown', ...(this.missing ?? { span: this.span, reason: { id: 'script.unread-loop' } }) };
    if (!this.single) return this.#columns.map(({ name }) => text(name, this.span));
    const values = this.table();
    return Array.from({ length: this.length }, (_, i) => {
      const value = values.data?.[i];
      return typeof value === 'string' ? text(value, this.span) : array(take(values, [{ kind: 'integer', value: i }]), this.span);
    });
  }

  override operate(operator: string, left: Value, right: Value, span: Span, interpreter: Interpreter | undefined): Value | undefined {
    if (!this.#columns || !interpreter) return new FrameObject(undefined, this.single, span, this.missing);
    const plain = (value: Value): Value => (value instanceof FrameObject ? value.values(span) : value);
    const work = ['==', '!=', '<', '>', '<=', '>='].includes(operator) ? compare : binary;
    return this.#wrapped(work(operator, plain(left), plain(right), span, interpreter), span);
  }

  /** An array of this table's shape under this table's names. */
  #wrapped(value: Value, span: Span): Value {
    const columns = this.#columns;
    if (value.kind !== 'array' || !columns) return value;
    const { array: result } = value;
    const named = columns.map(({ name }, i) => ({
      name,
      values: this.single ? result : take(result, [{ kind: 'slice' }, { kind: 'integer', value: i }]),
    }));
    return new FrameObject(named, this.single, span, this.missing);
  }

  override attribute(name: string, span: Span): Value | undefined {
    switch (name) {
      case 'values':
        return this.values(span);
      case 'shape':
        return this.#shape(span);
      case '__len__':
        return this.length >= 0 ? integer(this.length, span) : undefined;
      case 'columns':
        return this.#columns ? list(this.#columns.map((column) => text(column.name, span)), span) : undefined;
      case 'iloc':
        return new Positions((index, call) => this.#positions(index.kind === 'tuple' ? [index.items[0]!, index.items[1]] : [index, undefined], call), span);
      case 'loc':
        return new Positions((index, call) => this.#labels(index, call), span);
      case 'index':
        return this.length >= 0 ? array(numeric([this.length], Float64Array.from({ length: this.length }, (_, i) => i), 'int64'), span) : undefined;
      default: {
        const method = frameMethods[name];
        if (method) return builtin(name, span, (call) => method(this, call));
        const column = this.#columns?.find((candidate) => candidate.name === name);
        if (column && !this.single) return new FrameObject([column], true, span, this.missing);
        return this.#columns ? undefined : new FrameObject(undefined, true, span, this.missing);
      }
    }
  }

  #shape(span: Span): Value | undefined {
    const { shape } = this.table();
    return shape.includes(-1) ? undefined : tuple(shape.map((length) => integer(length, span)), span);
  }

  /** A table with the same rows and other columns. */
  with(columns: readonly Column[] | undefined, span: Span, single = this.single): FrameObject {
    return new FrameObject(columns, single, span, this.missing);
  }

  /** Takes columns away in place: `del`, `pop` and `inplace=True`. */
  replace(columns: readonly Column[] | undefined): void {
    this.#columns = columns;
  }
}

/** `.iloc` and `.loc`. */
class Positions extends LibraryObject {
  readonly typeName = 'iloc';
  readonly #at: (index: Value, call: Call) => Value;

  constructor(at: (index: Value, call: Call) => Value, span: Span) {
    super(span);
    this.#at = at;
  }

  override index(index: Value, call: Call): Value {
    return this.#at(index, call);
  }
}

function dropColumns(self: FrameObject, call: Call): Value {
  const { labels, axis, columns } = call.bind('labels axis index columns');
  const wanted = columns ?? (axis && (asNumber(axis) === 1 || asString(axis) === 'columns') ? labels : undefined);
  const inPlace = asBoolean(call.arguments.keywords.get('inplace') ?? none(call.span));
  const names = wanted?.kind === 'string' ? [wanted.value] : wanted?.kind === 'list' ? wanted.items.map(asString) : undefined;
  if (!names || names.includes(undefined) || inPlace === undefined) return self.columns ? call.unread() : self.with(undefined, call.span);
  const left = self.columns?.filter((column) => !names.includes(column.name));
  if (!inPlace) return self.with(left, call.span);
  call.interpreter.touch(self);
  self.replace(left);
  return none(call.span);
}

function dropMissing(self: FrameObject, call: Call): Value {
  const { columns } = self;
  const inPlace = asBoolean(call.arguments.keywords.get('inplace') ?? none(call.span));
  if (call.arguments.keywords.has('subset') || call.arguments.keywords.has('axis') || inPlace === undefined) return columns ? call.unread() : self.with(undefined, call.span);
  const keep = columns && [...Array(Math.max(0, self.length)).keys()].filter((i) => columns.every(({ values }) => present(values.data?.[i])));
  const left = keep ? self.rows(keep, call.span) : self.with(undefined, call.span);
  if (!inPlace) return left;
  call.interpreter.touch(self);
  self.replace(left.columns);
  return none(call.span);
}

function present(value: number | string | undefined): boolean {
  return value !== undefined && value !== '' && !(typeof value === 'number' && Number.isNaN(value));
}

function statistic(path: string) {
  return (self: FrameObject, call: Call): Value => {
    const keywords = new Map<string, Value>([['axis', integer(0, call.span)]]);
    // pandas divides by n - 1, NumPy by n.
    if (path === 'numpy.std' || path === 'numpy.var') keywords.set('ddof', integer(1, call.span));
    const values = self.values(call.span);
    if (!self.columns) return values.kind === 'array' ? array(shaped(self.single ? [] : [-1], 'float64', self.missing), call.span) : values;
    return call.interpreter.call({ kind: 'external', path, span: call.span }, { positional: [values], keywords }, call.span);
  };
}

/** Word by word to numbers: `.map({'a': 0, 'b': 1})` and `.replace`. */
function mapped(self: FrameObject, call: Call): Value {
  const [table] = call.arguments.positional;
  const column = self.columns?.[0];
  if (table?.kind !== 'dict' || !column?.values.data || !self.single) return self.columns ? call.unread() : self.with(undefined, call.span);
  const numbers = Array.from<number | string, number>(column.values.data, (value) => {
    const entry = table.entries.get(typeof value === 'string' ? `s${value}` : `n${value}`);
    return asNumber(entry?.value) ?? Number.NaN;
  });
  return self.with([{ name: column.name, values: derived(numeric([numbers.length], Float64Array.from(numbers), 'float64'), column.values) }], call.span);
}

const frameMethods: Readonly<Record<string, (self: FrameObject, call: Call) => Value>> = {
  drop: dropColumns,
  dropna: dropMissing,
  to_numpy: (self, call) => self.values(call.span),
  as_matrix: (self, call) => self.values(call.span),
  copy: (self, call) => self.with(self.columns, call.span),
  reset_index: (self, call) => self.with(self.columns, call.span),
  head: (self, call) => self.rows(Array.from({ length: Math.min(Math.max(self.length, 0), call.number(call.arguments.positional[0], 5) ?? 5) }, (_, i) => i), call.span),
  info: (_, call) => none(call.span),
  describe: (self, call) => unknown(call.span, 'script.unread-call', { name: `${self.typeName}.describe` }),
  pop(self, call) {
    const name = asString(call.arguments.positional[0]);
    if (name === undefined) return call.unread();
    const column = self.columns?.find((candidate) => candidate.name === name);
    if (self.columns && !column) return call.unread('script.mismatch', {});
    call.interpreter.touch(self);
    self.replace(self.columns?.filter((candidate) => candidate !== column));
    return self.with(column && [column], call.span, true);
  },
  astype(self, call) {
    const dtype: DType | undefined = dtypeOf(call.bind('dtype').dtype);
    if (!dtype || !self.columns) return self.columns ? call.unread() : self.with(undefined, call.span);
    return self.with(self.columns.map(({ name, values }) => ({ name, values: cast(values, dtype) })), call.span);
  },
  fillna(self, call) {
    const value = asNumber(call.arguments.positional[0]);
    if (value === undefined || call.arguments.keywords.size > 0) return self.columns ? call.unread() : self.with(undefined, call.span);
    return self.with(self.columns?.map(({ name, values }) => ({ name, values: values.dtype === 'str' ? values : map(values, values.dtype, (old) => (Number.isNaN(old) ? value : old)) })), call.span);
  },
  map: mapped,
  replace: mapped,
  mean: statistic('numpy.mean'),
  std: statistic('numpy.std'),
  var: statistic('numpy.var'),
  min: statistic('numpy.min'),
  max: statistic('numpy.max'),
  sum: statistic('numpy.sum'),
  median: statistic('numpy.median'),
};
