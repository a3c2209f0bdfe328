import { asBoolean, asString, type Call } from '../python/call';
import type { Functions } from '../python/library';
import { arrayFrom } from '../python/operators';
import { array, doubtOf, tuple, type Value } from '../python/values';
import { type Cell, concatenate, type DType, isNumeric, isWordy, type NdArray, numeric, promote, shaped } from '../numpy/ndarray';
import { FrameObject, labelsIn } from './frame';
import { type Column, columnFrom, columnOf, distinct, type Label, rangeIndex, sameIndex, type Table, tableOf } from './table';

/** A column of Python's values; without numbers where one is not known. */
export function columnOfValues(values: readonly Value[], call: Call): NdArray {
  const cells: Cell[] = [];
  let dtype: DType | undefined;
  for (const value of values) {
    const made = value.kind === 'none' ? numeric([], Float64Array.of(Number.NaN), 'float64') : arrayFrom(value);
    const cell = made?.data?.length === 1 ? made.data[0] : undefined;
    if (!made || cell === undefined) return shaped([values.length], 'float64', doubtOf(value) ?? made?.missing ?? call.unread());
    cells.push(cell);
    dtype = dtype === undefined ? made.dtype : promote(dtype, made.dtype);
  }
  return columnFrom(cells, dtype === undefined || dtype === 'str' || dtype === 'object' ? 'float64' : dtype);
}

/** `pandas.DataFrame` and `pandas.Series` of a dictionary of columns, of a list or of a matrix. */
function makeFrame(call: Call): Value {
  const single = call.name.endsWith('Series');
  const { data, columns: named, index, name: own } = call.bind(single ? 'data index dtype name' : 'data index columns');
  const unread = (): Value => new FrameObject(undefined, single, call.span, call.unread());
  const names = named && named.kind !== 'none' ? labelsIn(named) : undefined;
  if ((named && named.kind !== 'none' && !names) || call.arguments.keywords.has('dtype')) return unread();
  const made = data?.kind === 'dict' && !data.doubt ? ofDictionary([...data.entries.values()], call) : data instanceof FrameObject ? data.table : data && ofMatrix(arrayFrom(data), names, single, call);
  if (!made) return unread();
  const chosen: readonly (Column | undefined)[] = names && (data?.kind === 'dict' || data instanceof FrameObject) ? names.map((name) => made.columns.find((column) => column.name === name)) : made.columns;
  const rows = index && index.kind !== 'none' ? arrayFrom(index) : undefined;
  if (chosen.includes(undefined) || (index && index.kind !== 'none' && (data instanceof FrameObject || rows?.shape[0] !== made.index.shape[0]))) return unread();
  const columns = (chosen as readonly Column[]).map((column) => (single && own && asString(own) !== undefined ? { ...column, name: asString(own)! } : column));
  return new FrameObject({ columns, index: rows ?? made.index }, single, call.span);
}

function ofDictionary(entries: readonly { readonly key: Value; readonly value: Value }[], call: Call): Table | undefined {
  const columns: Column[] = [];
  let index: NdArray | undefined;
  for (const { key, value } of entries) {
    const [name] = labelsIn(key) ?? [];
    const values = value.kind === 'list' || value.kind === 'tuple' ? columnOfValues(value.items, call) : arrayFrom(value);
    if (name === undefined || values?.shape.length !== 1) return undefined;
    const own = value instanceof FrameObject ? value.table?.index : undefined;
    if (own && index && !sameIndex(own, index)) return undefined;
    index ??= own;
    columns.push({ name, values: values.dtype === 'str' ? { ...values, dtype: 'object' } : values });
  }
  const length = columns[0]?.values.shape[0] ?? 0;
  return columns.every(({ values }) => values.shape[0] === length) ? { columns, index: index ?? rangeIndex(length) } : undefined;
}

function ofMatrix(matrix: NdArray | undefined, names: readonly Label[] | undefined, single: boolean, call: Call): Table | undefined {
  const [rows, width = 1] = matrix?.shape ?? [];
  if (!matrix || rows === undefined || matrix.shape.length > (single ? 1 : 2) || (names && names.length !== width)) return undefined;
  if (rows < 0 || width < 0) return undefined;
  const columns = Array.from({ length: width }, (_, i): Column => {
    const values = matrix.data ? columnOf(matrix, i) : shaped([rows], matrix.dtype, matrix.missing ?? call.unread());
    return { name: names?.[i] ?? i, values: values.dtype === 'str' ? { ...values, dtype: 'object' } : values };
  });
  return { columns, index: rangeIndex(rows) };
}

/** `pandas.get_dummies`: for each distinct value a column of truth values, behind the columns that are none of words. */
function dummies(call: Call): Value {
  const { data, prefix, prefix_sep: separator, dummy_na: missing, columns: named, drop_first: dropFirst, sparse, dtype } = call.bind('data prefix prefix_sep dummy_na columns sparse drop_first dtype');
  const frame = data instanceof FrameObject ? data : undefined;
  const series = frame ? undefined : data && arrayFrom(data);
  const table = frame?.table ?? (series?.data && series.shape.length === 1 ? tableOf([{ name: '', values: series }]) : undefined);
  const isSingle = !frame || frame.single;
  const unread = (): Value => new FrameObject(undefined, false, call.span, (data && doubtOf(data)) ?? frame?.missing ?? call.unread());
  const wanted = named && named.kind !== 'none' ? labelsIn(named) : undefined;
  const first = dropFirst ? asBoolean(dropFirst) : false;
  const joint = separator ? asString(separator) : '_';
  if (!table || frame?.doubt || first === undefined || joint === undefined || (missing && asBoolean(missing) !== false) || (sparse && asBoolean(sparse) === undefined) || (named && named.kind !== 'none' && !wanted)) return unread();
  const isCoded = ({ values, category }: Column): boolean => isSingle || isWordy(values) || category === true;
  const coded: readonly (Column | undefined)[] = wanted ? wanted.map((name) => table.columns.find((column) => column.name === name)) : table.columns.filter(isCoded);
  const prefixes = prefix && prefix.kind !== 'none' ? (prefix.kind === 'dict' ? undefined : labelsIn(prefix)) : [];
  if (coded.some((column) => !column?.values.data) || !prefixes || (prefixes.length > 1 && prefixes.length !== coded.length)) return unread();
  const made = (coded as readonly Column[]).flatMap((column, i): Column[] => {
    const cells = Array.from<Cell>(column.values.data!);
    const start = prefixes[prefixes.length === 1 ? 0 : i] ?? (isSingle ? undefined : column.name);
    return distinct(cells).slice(first ? 1 : 0).map((kind) => ({
      name: start === undefined ? kind : `${start}${joint}${kind}`,
      values: numeric([cells.length], Float64Array.from(cells, (cell) => Number(cell === kind)), dtype && dtype.kind !== 'none' ? 'int64' : 'bool'),
    }));
  });
  const others = isSingle ? [] : table.columns.filter((column) => !coded.includes(column));
  return new FrameObject({ columns: [...others, ...made], index: table.index }, false, call.span);
}

/** `pandas.concat` of tables side by side or one below the other. */
function concat(call: Call): Value {
  const { objs, axis, ignore_index: fresh, ...others } = call.bind('objs axis');
  const items = objs && call.interpreter.iterate(objs);
  const along = axis ? (asString(axis) === 'columns' ? 1 : call.number(axis, 0)) : 0;
  const frames = Array.isArray(items) ? (items as readonly Value[]).map((item) => (item instanceof FrameObject && !item.doubt ? item : undefined)) : [];
  const tables = frames.map((frame) => frame?.table);
  const [first] = tables;
  const unread = (): Value => new FrameObject(undefined, false, call.span, call.unread());
  if (!first || along === undefined || tables.includes(undefined) || others.join || others.keys) return unread();
  const all = tables as readonly Table[];
  if (along === 1) return all.every(({ index }) => sameIndex(index, first.index)) ? new FrameObject({ columns: all.flatMap(({ columns }) => columns), index: first.index }, false, call.span) : unread();
  const single = frames.every((frame) => frame!.single);
  const same = all.every(({ columns }) => columns.length === first.columns.length && (single || columns.every((column, i) => column.name === first.columns[i]!.name)));
  if (!same) return unread();
  const columns = first.columns.map(({ name }, i) => ({ name, values: concatenate(all.map((table) => table.columns[i]!.values), 0) }));
  const index = fresh && asBoolean(fresh) ? rangeIndex(columns[0]?.values.shape[0] ?? 0) : concatenate(all.map((table) => table.index), 0);
  return new FrameObject({ columns, index }, single, call.span);
}

/** Times are not followed: a column of them has its length alone. */
function times(call: Call): Value {
  const [given] = call.arguments.positional;
  const table = given instanceof FrameObject && given.single ? given.table : undefined;
  const reason = call.unread();
  if (!table) return new FrameObject(undefined, true, call.span, reason);
  const columns = table.columns.map(({ name, values }) => ({ name, values: shaped(values.shape, 'float64', values.missing ?? reason) }));
  return new FrameObject({ ...table, columns }, true, call.span, reason);
}

/** `pandas.factorize`: the place of each value among the distinct ones, in the order in which they come. */
function factorized(call: Call): Value {
  const source = arrayFrom(call.arguments.positional[0] ?? { kind: 'none', span: call.span });
  if (!source?.data || source.shape.length !== 1 || call.arguments.keywords.size > 0) return call.unread();
  const cells = Array.from<Cell>(source.data);
  const kinds = [...new Set(cells)].filter((cell) => !Number.isNaN(cell));
  const codes = numeric([cells.length], Float64Array.from(cells, (cell) => kinds.indexOf(cell)), 'int64');
  const uniques: NdArray = isNumeric(source) ? numeric([kinds.length], Float64Array.from(kinds as number[]), source.dtype) : { shape: [kinds.length], dtype: 'object', data: kinds };

  return tuple([array(codes, call.span), array(uniques, call.span)], call.span);
}

/** The functions of pandas that make tables of what is at hand. */
export const frameFunctions: Functions = {
  'pandas.DataFrame': makeFrame,
  'pandas.Series': makeFrame,
  'pandas.get_dummies': dummies,
  'pandas.concat': concat,
  'pandas.to_datetime': times,
  'pandas.factorize': factorized,
  'pandas.read_excel': (call) => new FrameObject(undefined, false, call.span, call.unread()),
  ...Object.fromEntries(
    ['isnull', 'isna', 'notnull', 'notna'].map((name) => [
      `pandas.${name}`,
      (call: Call): Value => {
        const [given] = call.arguments.positional;
        const method = given instanceof FrameObject ? given.attribute(name, call.span) : undefined;
        return method ? call.interpreter.call(method, { positional: [], keywords: new Map() }, call.span) : call.unread();
      },
    ]),
  ),
};

