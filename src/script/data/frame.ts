import type { Message } from '../../text/message';
import type { Span } from '../../text/span';
import { asNumber, type Call } from '../python/call';
import { indicesOf } from '../python/members';
import type { Interpreter } from '../python/interpreter';
import { arrayFrom, binary, compare, unary } from '../python/operators';
import { array, bool, builtin, doubtOf, float, integer, LibraryObject, none, text, tuple, type Unknowable, unknown, type Value } from '../python/values';
import { take } from '../numpy/indexing';
import { type Cell, isFloat, isNumeric, isWordy, type Missing, type NdArray, numbersFor, numeric, shaped, ShapeError, sizeOf } from '../numpy/ndarray';
import { frameAttribute, frameMethod } from './frame-methods';
import { written } from './frame-writing';
import { ascending, type Column, columnFrom, columnOf, type Label, labelsOf, matrixOf, reindexed, rowsAt, sameIndex, type Table } from './table';

/** One element as Python has it. */
export function cellValue(values: NdArray, at: number, span: Span): Value {
  const cell = values.data?.[at];
  if (cell === undefined) return values.missing ? { kind: 'unknown', ...values.missing } : unknown(span, 'script.unread-data');
  if (typeof cell === 'string') return text(cell, span);
  if (values.dtype === 'bool') return bool(cell !== 0, span);
  return isFloat(values.dtype) || !Number.isInteger(cell) ? float(cell, span) : integer(cell, span);
}

export function labelOf(value: Value | undefined): Label | undefined {
  return value?.kind === 'string' ? value.value : asNumber(value);
}

/** The labels of a list, an array or of one alone. */
export function labelsIn(value: Value | undefined): Label[] | undefined {
  if (!value || doubtOf(value)) return undefined;
  const single = value.kind === 'list' || value.kind === 'tuple' ? undefined : labelOf(value);
  if (single !== undefined) return [single];
  if (value.kind === 'list' || value.kind === 'tuple' || value.kind === 'set') {
    const labels = value.items.map(labelOf);
    return labels.includes(undefined) ? undefined : (labels as Label[]);
  }
  const made = arrayFrom(value);
  return made?.data && made.dtype !== 'bool' ? Array.from<Cell>(made.data) : undefined;
}

/** pandas' DataFrame and Series (`single`). `table` is undefined where the file is not at hand. */
export class FrameObject extends LibraryObject {
  readonly typeName: string;
  #table: Table | undefined;
  readonly single: boolean;
  readonly missing: Missing | undefined;
  /** The table that this column was taken out of: what is changed in place, up to pandas 2, is changed there. */
  readonly #home: { readonly frame: FrameObject; readonly name: Label } | undefined;

  constructor(table: Table | undefined, single: boolean, span: Span, missing?: Missing, home?: { readonly frame: FrameObject; readonly name: Label }) {
    super(span);
    this.typeName = single ? 'Series' : 'DataFrame';
    this.#table = table;
    this.single = single;
    this.missing = missing;
    this.#home = home;
  }

  override get lacks(): Unknowable | undefined {
    return this.#table ? undefined : { kind: 'unknown', ...(this.missing ?? { span: this.span, reason: { id: 'script.unread-data' } }) };
  }

  /** An attribute of a table that is not at hand may have been a method. */
  override call(call: Call): Value {
    return this.#table ? call.unread() : this.unread(call.span);
  }

  get table(): Table | undefined {
    return this.#table;
  }

  /** Rows; -1 if not known. */
  get length(): number {
    return this.#table?.index.shape[0] ?? -1;
  }

  /** A table of which nothing is known, for the reason why nothing is known of this one. */
  unread(span: Span, missing: Missing | undefined = this.missing, single = this.single): FrameObject {
    return new FrameObject(undefined, single, span, missing);
  }

  with(table: Table | undefined, span: Span, single = this.single): FrameObject {
    return new FrameObject(table, single, span, this.missing);
  }

  /** The rows `order`. */
  rows(order: ArrayLike<number>, span: Span, substituted?: Message): FrameObject {
    const table = this.#table && rowsAt(this.#table, order);
    const columns = table && substituted ? table.columns.map((column) => ({ ...column, values: { ...column.values, substituted } })) : table?.columns;
    return this.with(table && { ...table, columns: columns! }, span);
  }

  override asArray(): NdArray {
    if (!this.#table) return shaped(this.single ? [-1] : [-1, -1], 'float64', this.missing);
    const [first] = this.#table.columns;
    return this.single && first ? first.values : matrixOf(this.#table);
  }

  /** An array of this table's shape under this table's labels. */
  override like(result: NdArray, span: Span): Value {
    const table = this.#table;
    if (!table || result.shape.join() !== this.asArray().shape.join()) return array(result, span);
    const columns = table.columns.map(({ name }, i) => ({ name, values: this.single ? result : columnOf(result, i) }));
    return this.with({ ...table, columns }, span);
  }

  /** The column of this name. */
  column(name: Label, span: Span): Value {
    if (!this.#table) return this.unread(span, this.missing, true);
    const columns = this.#table.columns.filter((candidate) => candidate.name === name);
    if (columns.length !== 1) return unknown(span, 'script.mismatch');
    return new FrameObject({ ...this.#table, columns }, true, span, this.missing, { frame: this, name });
  }

  /** The columns of these names, in this order. */
  only(names: readonly Label[], span: Span): Value {
    if (!this.#table) return this.unread(span);
    const found = names.map((name) => this.#table!.columns.find((column) => column.name === name));
    return found.includes(undefined) ? unknown(span, 'script.mismatch') : this.with({ ...this.#table, columns: found as Column[] }, span);
  }

  /** One row: its values under the names of the columns. */
  row(at: number, span: Span): Value {
    const table = this.#table;
    if (!table) return this.unread(span, this.missing, true);
    if (!(at >= 0 && at < this.length)) return unknown(span, 'script.mismatch');
    if (this.single) return cellValue(table.columns[0]!.values, at, span);
    const values = take(matrixOf(table), [{ kind: 'integer', value: at }]);
    const names = table.columns.map(({ name }) => name);
    return this.with({ columns: [{ name: labelsOf(table.index)[at]!, values }], index: columnFrom(names, 'int64') }, span, true);
  }

  override index(index: Value, call: Call): Value {
    const { span } = call;
    const doubt = this.doubt ?? doubtOf(index);
    if (doubt) return doubt;
    const label = index.kind === 'string' || index.kind === 'number' ? labelOf(index) : undefined;
    if (label !== undefined && !this.single) return this.column(label, span);
    if (!this.#table) return this.unread(span);
    if (index.kind === 'slice') return this.positions(index, undefined, call);
    const mask = index.kind === 'list' || index.kind === 'array' || index.kind === 'object' ? this.#mask(index) : undefined;
    if (mask) return isNumeric(mask) && mask.shape.length === 1 ? this.rows([...mask.data.keys()].filter((i) => mask.data[i]), span) : this.unread(span, mask.missing ?? call.unread());
    const labels = labelsIn(index);
    if (!labels) return unknown(span, 'script.unread-syntax');
    if (!this.single) return this.only(labels, span);
    const places = labels.map((one) => labelsOf(this.#table!.index).indexOf(one));
    if (places.includes(-1)) return unknown(span, 'script.mismatch');
    return label === undefined ? this.rows(places, span) : this.row(places[0]!, span);
  }

  /** Truth values for the rows, in the order of the rows. */
  #mask(value: Value): NdArray | undefined {
    const made = arrayFrom(value);
    if (made?.dtype !== 'bool' || !this.#table) return undefined;
    return value instanceof FrameObject && value.single && value.table ? reindexed(made, value.table.index, this.#table.index) : made;
  }

  /** `.iloc[rows, columns]`. */
  positions(rowIndex: Value, columnIndex: Value | undefined, call: Call): Value {
    const { span } = call;
    const table = this.#table;
    const single = this.single || columnIndex?.kind === 'number';
    if (!table) return this.unread(span, this.missing, single);
    const places = placesOf(rowIndex, this.length);
    const chosen = columnIndex ? placesOf(columnIndex, table.columns.length) : [...table.columns.keys()];
    if (!places || !chosen) return unknown(span, 'script.unread-syntax');
    const columns = this.with({ ...table, columns: chosen.map((at) => table.columns[at]!) }, span, single);
    return rowIndex.kind === 'number' ? columns.row(places[0]!, span) : columns.rows(places, span);
  }

  /** `.loc[rows, columns]`, by labels. */
  labels(rowIndex: Value, columnIndex: Value | undefined, call: Call): Value {
    const { span } = call;
    const table = this.#table;
    if (!table) return this.unread(span, this.missing, this.single || columnIndex?.kind === 'string');
    const places = this.rowPlaces(rowIndex);
    const chosen = columnIndex ? placesByLabel(table.columns.map(({ name }) => name), columnIndex) : [...table.columns.keys()];
    if (!places || !chosen) return unknown(span, 'script.unread-syntax');
    const columns = this.with({ ...table, columns: chosen.map((at) => table.columns[at]!) }, span, this.single || (columnIndex !== undefined && labelOf(columnIndex) !== undefined));
    return labelOf(rowIndex) === undefined ? columns.rows(places, span) : columns.row(places[0]!, span);
  }

  /** Places of the rows that `.loc` takes: a mask, or labels. */
  rowPlaces(index: Value): readonly number[] | undefined {
    if (!this.#table || doubtOf(index)) return undefined;
    const mask = index.kind === 'slice' ? undefined : this.#mask(index);
    if (!mask) return placesByLabel(labelsOf(this.#table.index), index);
    return isNumeric(mask) ? [...mask.data.keys()].filter((i) => mask.data[i]) : undefined;
  }

  override setIndex(index: Value, value: Value, call: Call): boolean {
    if (!this.#table || this.#set(this.#table, index, value, call)) return true;
    this.lose(doubtOf(index) ?? doubtOf(value) ?? call.unread('script.unread-syntax', {}), call);
    return false;
  }

  #set(own: Table, index: Value, value: Value, call: Call): boolean {
    const mask = index.kind === 'string' || index.kind === 'number' ? undefined : this.#mask(index);
    if (mask && this.single) return this.write(this.rowPlaces(index), [0], value, call);
    const names = this.single ? undefined : labelsIn(index);
    const table = names && written(own, names, index.kind === 'list' || index.kind === 'array', value);
    if (!table) return false;
    this.replace(table, call);
    return true;
  }

  /** Writes one value, or one for each place, into the rows and columns at these places. */
  write(places: readonly number[] | undefined, columns: readonly number[] | undefined, value: Value, call: Call): boolean {
    const table = this.#table;
    const given = arrayFrom(value);
    if (!table) return true;
    if (!places || !columns || !given?.data || (sizeOf(given.shape) !== 1 && (columns.length !== 1 || sizeOf(given.shape) !== places.length))) return false;
    const changed = table.columns.map((column, at) => {
      if (!columns.includes(at) || !column.values.data) return column;
      const cells = Array.from<Cell>(column.values.data);
      places.forEach((place, i) => (cells[place] = given.data![given.data!.length === 1 ? 0 : i]!));
      const isFraction = isFloat(given.dtype) || isFloat(column.values.dtype) || cells.some((cell) => Number.isNaN(cell));
      const dtype = column.values.dtype === 'bool' && given.dtype === 'bool' ? 'bool' : isFraction ? 'float64' : 'int64';
      return { ...column, values: isWordy(column.values) || isWordy(given) ? { shape: [cells.length], dtype: 'object' as const, data: cells } : columnFrom(cells, dtype) };
    });
    this.replace({ ...table, columns: changed }, call);
    return true;
  }

  /** Changes the table in place, and the column of the table that this one was taken out of. */
  replace(table: Table | undefined, call: Call): void {
    call.interpreter.touch(this);
    this.#table = table;
    const home = this.#home?.frame;
    const [column] = table?.columns ?? [];
    if (!home?.table || !this.#home) return;
    if (!table || !column || table.index.shape[0] !== home.length) this.lose(call.unread(), call);
    else home.replace({ ...home.table, columns: home.table.columns.map((old) => (old.name === this.#home!.name ? { ...column, name: old.name } : old)) }, call);
  }

  /** It was changed in a way that is not followed. */
  lose(reason: Unknowable, call: Call): void {
    call.interpreter.touch(this);
    this.doubt ??= reason;
    this.#home?.frame.lose(reason, call);
  }

  override setAttribute(name: string, value: Value): boolean {
    const table = this.#table;
    if (!table) return true;
    const labels = name === 'columns' || name === 'index' ? labelsIn(value) : undefined;
    if (name === 'columns' && labels?.length === table.columns.length) this.#table = { ...table, columns: table.columns.map((column, i) => ({ ...column, name: labels[i]! })) };
    else if (name === 'index' && labels?.length === this.length) this.#table = { ...table, index: columnFrom(labels, 'int64') };
    else if (name === 'columns' || name === 'index') return false;
    else if (table.columns.some((column) => column.name === name)) {
      const changed = written(table, [name], false, value);
      if (!changed) return false;
      this.#table = changed;
    }
    return true;
  }

  override iterate(): readonly Value[] | Unknowable {
    if (this.doubt) return this.doubt;
    if (!this.#table) return { kind: 'unknown', ...(this.missing ?? { span: this.span, reason: { id: 'script.unread-loop' } }) };
    if (!this.single) return this.#table.columns.map(({ name }) => (typeof name === 'string' ? text(name, this.span) : integer(name, this.span)));
    const values = this.asArray();
    return Array.from({ length: this.length }, (_, i) => cellValue(values, i, this.span));
  }

  override operate(operator: string, left: Value, right: Value, span: Span, interpreter: Interpreter | undefined): Value | undefined {
    if (operator === 'in' || operator === 'not in') return undefined;
    const doubt = doubtOf(left) ?? doubtOf(right);
    if (doubt) return doubt;
    if (!this.#table) return this.unread(span);
    if (operator.startsWith('unary ')) return this.#result(unary(operator.slice('unary '.length), array(this.asArray(), span), span), span);
    if (!interpreter) return undefined;
    const other = left === this ? right : left;
    const aligned = other instanceof FrameObject ? alignedWith(this, other) : other;
    if (!aligned) return this.unread(span, unknown(span, 'script.mismatch'));
    const { frame, value } = 'frame' in aligned ? aligned : { frame: this as FrameObject, value: aligned };
    const own = array(frame === this ? this.asArray() : alignedWith(frame, this)!.value.array, span);
    const them = frame === this ? value : array(frame.asArray(), span);
    const [a, b] = left === this ? [own, them] : [them, own];
    const result = ['==', '!=', '<', '>', '<=', '>='].includes(operator) ? compare(operator, a, b, span, interpreter) : binary(operator, a, b, span, interpreter);
    return frame.#result(result, span);
  }

  #result(value: Value, span: Span): Value {
    return value.kind === 'array' ? this.like(value.array, span) : value.kind === 'unknown' ? this.unread(span, value) : value;
  }

  override attribute(name: string, span: Span): Value | undefined {
    if (this.doubt) return this.doubt;
    switch (name) {
      case 'values':
        return array(this.asArray(), span);
      case 'shape': {
        const { shape } = this.asArray();
        return shape.includes(-1) ? this.lacks : tuple(shape.map((length) => integer(length, span)), span);
      }
      case '__len__':
        return this.length >= 0 ? integer(this.length, span) : this.lacks;
      case 'iloc':
      case 'iat':
        return new Positions(this, (rowIndex, columnIndex, call) => this.positions(rowIndex, columnIndex, call), (index, length) => placesOf(index, length), span);
      case 'loc':
      case 'at':
      case 'ix':
        return new Positions(this, (rowIndex, columnIndex, call) => this.labels(rowIndex, columnIndex, call), undefined, span);
      default: {
        const known = this.#table && frameAttribute(this, this.#table, name, span);
        if (known) return known;
        const column = this.#table?.columns.some((candidate) => candidate.name === name) && !this.single;
        const method = column ? undefined : frameMethod(name);
        if (method) return builtin(name, span, (call) => method(this, call));
        if (column || !this.#table) return this.column(name, span);
        return builtin(name, span, (call) => {
          const reason = call.unread('script.unread-call', { name: `${this.typeName}.${name}` });
          if (call.arguments.keywords.has('inplace') || name === 'insert' || name === 'update') this.lose(reason, call);
          return call.arguments.keywords.has('inplace') ? none(call.span) : reason;
        });
      }
    }
  }
}

/** The places that an index of a Python sequence takes of `length`. */
function placesOf(index: Value, length: number): readonly number[] | undefined {
  const indices = indicesOf(index);
  if (indices?.length !== 1) return undefined;
  try {
    const taken = take(numeric([length], numbersFor(length, (i) => i), 'int64'), indices);
    return taken.data && taken.shape.length < 2 ? Array.from(taken.data as Float64Array) : undefined;
  } catch (error) {
    if (error instanceof ShapeError) return undefined;
    throw error;
  }
}

/** The places of labels, of a list of them, or from one to another with both ends. */
function placesByLabel(labels: readonly Label[], index: Value): readonly number[] | undefined {
  if (doubtOf(index)) return undefined;
  if (index.kind !== 'slice') {
    const mask = arrayFrom(index);
    if (mask?.dtype === 'bool' && isNumeric(mask)) return [...labels.keys()].filter((i) => mask.data[i]);
    const places = labelsIn(index)?.map((label) => labels.indexOf(label));
    return places?.includes(-1) ? undefined : places;
  }
  if (index.step) return undefined;
  const rising = labels.every((label, i) => i === 0 || ascending(label, labels[i - 1]!) > 0);
  const bound = (value: Value | undefined, otherwise: number, nearest: (wanted: Label) => number): number => {
    if (!value || value.kind === 'none') return otherwise;
    const wanted = labelOf(value);
    if (wanted === undefined) return -2;
    const place = labels.indexOf(wanted);
    return place < 0 ? (rising ? nearest(wanted) : -2) : place;
  };
  const from = bound(index.lower, 0, (wanted) => labels.filter((label) => label < wanted).length);
  const to = bound(index.upper, labels.length - 1, (wanted) => labels.filter((label) => label <= wanted).length - 1);
  return from === -2 || to === -2 ? undefined : Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
}

/** The operand that gives the result its labels, and the other one in its order; undefined where labels do not go together. */
function alignedWith(first: FrameObject, second: FrameObject): { readonly frame: FrameObject; readonly value: Value & { kind: 'array' } } | undefined {
  const [a, b] = [first.table, second.table];
  if (!a || !b) return undefined;
  const whole = (frame: FrameObject): Value & { kind: 'array' } => array(frame.asArray(), frame.span);
  if (first.single === second.single) {
    const sameColumns = first.single || a.columns.map(({ name }) => name).join('\n') === b.columns.map(({ name }) => name).join('\n');
    return sameIndex(a.index, b.index) && sameColumns ? { frame: first, value: whole(second) } : undefined;
  }
  // A Series beside a DataFrame is a row: its labels are names of columns.
  const [frame, row] = first.single ? [second, first] : [first, second];
  const names = labelsOf(row.table!.index);
  const same = frame.table!.columns.length === names.length && frame.table!.columns.every(({ name }, i) => name === names[i]);
  return same ? { frame, value: whole(frame === first ? second : first) } : undefined;
}

type At = (rowIndex: Value, columnIndex: Value | undefined, call: Call) => Value;

/** `.iloc` and `.loc`. */
class Positions extends LibraryObject {
  readonly typeName = 'iloc';
  readonly #frame: FrameObject;
  readonly #at: At;
  /** Places by position; undefined: by label. */
  readonly #places: ((index: Value, length: number) => readonly number[] | undefined) | undefined;

  constructor(frame: FrameObject, at: At, places: ((index: Value, length: number) => readonly number[] | undefined) | undefined, span: Span) {
    super(span);
    this.#frame = frame;
    this.#at = at;
    this.#places = places;
  }

  override index(index: Value, call: Call): Value {
    const doubt = this.#frame.doubt ?? doubtOf(index);
    if (doubt) return doubt;
    const [rowIndex = index, columnIndex] = index.kind === 'tuple' ? index.items : [index];
    return this.#at(rowIndex, columnIndex, call);
  }

  override setIndex(index: Value, value: Value, call: Call): boolean {
    const [rowIndex = index, columnIndex] = index.kind === 'tuple' ? index.items : [index];
    const columns = this.#frame.table?.columns ?? [];
    const places = this.#places ? this.#places(rowIndex, this.#frame.length) : this.#frame.rowPlaces(rowIndex);
    const whole = [...columns.keys()];
    const chosen = !columnIndex ? whole : this.#places ? this.#places(columnIndex, columns.length) : placesByLabel(columns.map(({ name }) => name), columnIndex);
    if (!this.#frame.write(places, chosen, value, call)) this.#frame.lose(doubtOf(value) ?? call.unread('script.unread-syntax', {}), call);
    return true;
  }
}
