/** What methods of a table make of it: a table, or undefined where that cannot be told. */
import { asBoolean, asNumber, asString, type Call } from '../python/call';
import { bool, doubtOf, type Value } from '../python/values';
import { cast, type Cell, isNumeric, isWordy, type NdArray } from '../numpy/ndarray';
import { dtypeOf } from '../numpy/methods';
import { FrameObject, labelOf, labelsIn } from './frame';
import { type Column, columnFrom, isPresent, type Label, labelsOf, rangeIndex, type Table } from './table';

export function drop(_self: FrameObject, call: Call, table: Table): Table | undefined {
  const bound = call.bind('labels axis index columns');
  const along = bound.axis ? (asNumber(bound.axis) ?? (asString(bound.axis) === 'columns' ? 1 : asString(bound.axis) === 'index' ? 0 : undefined)) : 0;
  const names = bound.columns ?? (along === 1 ? bound.labels : undefined);
  const rowsGiven = bound.index ?? (along === 0 ? bound.labels : undefined);
  const [away, rowsAway] = [names && labelsIn(names), rowsGiven && labelsIn(rowsGiven)];
  if ((names && !away) || (rowsGiven && !rowsAway) || along === undefined) return undefined;
  const isLenient = asString(bound.errors) === 'ignore';
  if (!isLenient && away?.some((name) => !table.columns.some((column) => column.name === name))) return undefined;
  const left = away ? { ...table, columns: table.columns.filter(({ name }) => !away.includes(name)) } : table;
  if (!rowsAway) return left;
  const gone = new Set(rowsAway);
  return at(left, labelsOf(table.index).flatMap((label, i) => (gone.has(label) ? [] : [i])));
}

function at(table: Table, order: readonly number[]): Table {
  const pick = (values: NdArray): NdArray => {
    if (!values.data) return { ...values, shape: [order.length] };
    const cells = order.map((place) => values.data![place]!);
    return { ...values, shape: [order.length], data: isNumeric(values) ? Float64Array.from(cells as number[]) : cells };
  };
  return { columns: table.columns.map((column) => ({ ...column, values: pick(column.values) })), index: pick(table.index) };
}

export function dropMissing(self: FrameObject, call: Call, table: Table): Table | undefined {
  const { axis, how, subset, ...others } = call.bind('');
  const names = subset && labelsIn(subset);
  if ((subset && !names) || (how && asString(how) !== 'any') || others.thresh || table.columns.some(({ values }) => !values.data)) return undefined;
  const full = (column: Column): boolean => Array.from<Cell>(column.values.data!).every(isPresent);
  if (axis && (asNumber(axis) === 1 || asString(axis) === 'columns')) return { ...table, columns: table.columns.filter(full) };
  const looked = table.columns.filter(({ name }) => !names || names.includes(name));
  return at(table, Array.from({ length: self.length }, (_, i) => i).filter((i) => looked.every(({ values }) => isPresent(values.data![i]))));
}

/** Changes each column; undefined where one cannot be told. */
export function eachColumn(table: Table, change: (column: Column) => NdArray | undefined): Table | undefined {
  const columns: Column[] = [];
  for (const column of table.columns) {
    const values = change(column);
    if (!values) return undefined;
    columns.push({ ...column, values });
  }
  return { ...table, columns };
}

export function cellsOf(values: NdArray): readonly Cell[] | undefined {
  return values.data && Array.from<Cell>(values.data);
}

/** A column with these cells in place of its own. */
export function withCells(values: NdArray, cells: readonly Cell[]): NdArray {
  const dtype = cells.every((cell) => Number.isInteger(cell)) && !isWordy(values) && values.dtype !== 'float64' && values.dtype !== 'float32' ? values.dtype : 'float64';
  const made = columnFrom(cells, dtype);
  return { ...values, ...made, ...(isWordy(values) && !isWordy(made) && cast(made, 'object')) };
}

export function fillMissing(_self: FrameObject, call: Call, table: Table): Table | undefined {
  const { value, method } = call.bind('value method');
  if (method) return carried(table, asString(method));
  if (!value || call.arguments.keywords.has('limit') || call.arguments.keywords.has('axis')) return undefined;
  const byName = value instanceof FrameObject && value.table ? new Map(labelsOf(value.table.index).map((label, i) => [label, value.asArray().data?.[i]])) : undefined;
  const named = value.kind === 'dict' && !value.doubt ? new Map([...value.entries.values()].map(({ key, value: one }) => [labelOf(key), labelOf(one)])) : byName;
  const single = labelOf(value);
  if (single === undefined && !named) return undefined;
  return eachColumn(table, ({ name, values }) => {
    const filling = single ?? named!.get(name);
    const cells = cellsOf(values);
    if (!cells) return values;
    return filling === undefined || cells.every(isPresent) ? values : withCells(values, cells.map((cell) => (isPresent(cell) ? cell : filling)));
  });
}

/** `ffill` and `bfill`: the last or the next value that is there. */
export function carried(table: Table, method: string | undefined): Table | undefined {
  const back = method === 'bfill' || method === 'backfill';
  if (!back && method !== 'ffill' && method !== 'pad') return undefined;
  return eachColumn(table, ({ values }) => {
    const cells = cellsOf(values);
    if (!cells) return undefined;
    const ordered = back ? [...cells].reverse() : cells;
    let last: Cell = Number.NaN;
    const filled = ordered.map((cell) => (last = isPresent(cell) ? cell : last));
    return withCells(values, back ? filled.reverse() : filled);
  });
}

/** `replace(old, new)`, of lists pairwise, of a dictionary. */
export function replaced(_self: FrameObject, call: Call, table: Table): Table | undefined {
  const { to_replace: old, value, regex } = call.bind('to_replace value');
  if (!old || regex || call.arguments.keywords.has('method')) return undefined;
  const pairs = new Map<Cell, Cell>();
  if (old.kind === 'dict' && !value && !old.doubt) {
    for (const entry of old.entries.values()) {
      const [from, to] = [labelOf(entry.key), entry.value.kind === 'none' ? undefined : labelOf(entry.value)];
      if (from === undefined || to === undefined) return undefined;
      pairs.set(from, to);
    }
  } else {
    const from = labelsIn(old);
    const to = value && labelsIn(value);
    if (!from || !to || (to.length !== 1 && to.length !== from.length)) return undefined;
    from.forEach((cell, i) => pairs.set(cell, to[to.length === 1 ? 0 : i]!));
  }
  return eachColumn(table, ({ values }) => {
    const cells = cellsOf(values);
    if (!cells) return undefined;
    const changed = cells.map((cell) => pairs.get(cell) ?? cell);
    const result = changed.every((cell, i) => Object.is(cell, cells[i])) ? values : withCells(values, changed);
    // Words that all became numbers are numbers from now on.
    return result.dtype === 'object' && changed.every((cell) => typeof cell === 'number') ? columnFrom(changed, changed.every((cell) => Number.isInteger(cell)) ? 'int64' : 'float64') : result;
  });
}

export function renamed(_self: FrameObject, call: Call, table: Table): Table | undefined {
  const { columns } = call.bind('mapper index columns');
  if (columns?.kind !== 'dict' || columns.doubt || call.arguments.keywords.has('index')) return undefined;
  const names = new Map([...columns.entries.values()].map(({ key, value }) => [labelOf(key), labelOf(value)]));
  return { ...table, columns: table.columns.map((column) => ({ ...column, name: names.get(column.name) ?? column.name })) };
}

export function resetIndex(self: FrameObject, call: Call, table: Table): Table | undefined {
  const index = rangeIndex(self.length);
  if (asBoolean(call.bind('level drop').drop)) return { ...table, index };
  return self.single ? undefined : { columns: [{ name: 'index', values: table.index }, ...table.columns], index };
}

export function setIndex(_self: FrameObject, call: Call, table: Table): Table | undefined {
  const name = labelOf(call.bind('keys').keys);
  const column = table.columns.find((candidate) => candidate.name === name);
  return column && { columns: table.columns.filter((other) => other !== column), index: column.values };
}

/** `sort_values(by)`: only where the order of equal rows cannot matter is it known. */
export function sortedBy(self: FrameObject, call: Call, table: Table): Table | undefined {
  const { by, ascending: rising, ...others } = call.bind('by axis ascending');
  const names = self.single ? [table.columns[0]!.name] : by && labelsIn(by);
  const up = rising ? asBoolean(rising) : true;
  if (!names || up === undefined || others.axis || others.key) return undefined;
  const keys = names.map((name) => table.columns.find((column) => column.name === name)?.values.data);
  if (keys.includes(undefined) || keys.some((key) => !Array.from<Cell>(key!).every(isPresent))) return undefined;
  return ordered(table, keys as ArrayLike<Cell>[], up, names.length > 1 || ['stable', 'mergesort'].includes(asString(others.kind) ?? ''), asBoolean(others.ignore_index) === true);
}

function ordered(table: Table, keys: readonly ArrayLike<Cell>[], up: boolean, stable: boolean, fresh = false): Table | undefined {
  const compare = (a: number, b: number): number => {
    for (const key of keys) if (key[a]! !== key[b]!) return key[a]! < key[b]! === up ? -1 : 1;
    return 0;
  };
  const order = Array.from({ length: table.index.shape[0]! }, (_, i) => i).sort(compare);
  if (!stable && order.some((place, i) => i > 0 && compare(place, order[i - 1]!) === 0)) return undefined;
  const result = at(table, order);
  return fresh ? { ...result, index: rangeIndex(order.length) } : result;
}

export function sortedByIndex(_self: FrameObject, call: Call, table: Table): Table | undefined {
  const up = asBoolean(call.arguments.keywords.get('ascending') ?? bool(true, call.span));
  return up === undefined || !table.index.data || call.arguments.keywords.has('axis') ? undefined : ordered(table, [table.index.data], up, false);
}

export function withoutRepeats(_self: FrameObject, call: Call, table: Table): Table | undefined {
  const { subset, keep } = call.bind('subset keep');
  const names = subset && labelsIn(subset);
  if ((subset && !names) || (keep && asString(keep) !== 'first') || table.columns.some(({ values }) => !values.data)) return undefined;
  const looked = table.columns.filter(({ name }) => !names || names.includes(name));
  const seen = new Set<string>();
  return at(table, Array.from({ length: table.index.shape[0]! }, (_, i) => i).filter((i) => {
    const key = JSON.stringify(looked.map(({ values }) => { const cell = values.data![i]!; return Number.isNaN(cell) ? null : cell; }));
    return !seen.has(key) && seen.add(key);
  }));
}

export function retyped(self: FrameObject, call: Call, table: Table): Table | undefined {
  const { dtype } = call.bind('dtype');
  const typeFor = (name: Label): Value | undefined =>
    dtype?.kind === 'dict' ? [...dtype.entries.values()].find(({ key }) => labelOf(key) === name)?.value : dtype;
  if (!dtype || doubtOf(dtype)) return undefined;
  const columns = table.columns.map((column) => {
    const wanted = typeFor(column.name);
    if (!wanted) return column;
    if (asString(wanted) === 'category') return { ...column, category: true };
    const type = dtypeOf(wanted);
    const values = type && cast(column.values, type === 'str' ? 'object' : type);
    return values && (values.data || !column.values.data) && !(type === 'str' && column.values.data?.some((cell: Cell) => typeof cell === 'number')) ? { ...column, values } : undefined;
  });
  return columns.includes(undefined) || self.length < 0 ? undefined : { ...table, columns: columns as Column[] };
}
