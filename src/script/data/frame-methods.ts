import type { Span } from '../../text/span';
import { asBoolean, asNumber, asString, type Call } from '../python/call';
import { array, bool, doubtOf, integer, none, text, tuple, type Value } from '../python/values';
import { asNumbers, type Cell, isNumeric, isWordy, map, type NdArray, numeric, transpose } from '../numpy/ndarray';
import { dtypeOf } from '../numpy/methods';
import { Categories, Words } from './frame-accessors';
import {
  carried, cellsOf, drop, dropMissing, eachColumn, fillMissing, renamed, replaced, resetIndex, retyped, setIndex, sortedBy, sortedByIndex, withCells, withoutRepeats,
} from './frame-changes';
import { columnOfValues } from './frame-making';
import { cellValue, FrameObject, labelOf, labelsIn } from './frame';
import { described, statisticMethods } from './frame-statistics';
import { columnFrom, columnOf, distinct, isPresent, type Label, labelsOf, matrixOf, rangeIndex, type Table } from './table';

type Method = (self: FrameObject, call: Call) => Value;
type KnownMethod = (self: FrameObject, call: Call, table: Table) => Value;

/** What a table that is at hand tells of itself. */
export function frameAttribute(self: FrameObject, table: Table, name: string, span: Span): Value | undefined {
  switch (name) {
    case 'columns':
      return self.single ? undefined : labels(table.columns.map((column) => column.name), span);
    case 'index':
      return array(table.index, span);
    case 'T':
      return transposed(self, table, span);
    case 'name':
      return self.single && table.columns[0] ? labelValue(table.columns[0].name, span) : undefined;
    case 'dtype':
      return self.single ? text(table.columns[0]?.values.dtype ?? 'object', span) : undefined;
    case 'ndim':
      return integer(self.single ? 1 : 2, span);
    case 'size':
      return integer(self.length * (self.single ? 1 : table.columns.length), span);
    case 'empty':
      return bool(self.length === 0 || table.columns.length === 0, span);
    case 'str':
      return self.single ? new Words(self, table, span) : undefined;
    case 'cat':
      return self.single && table.columns[0]?.category ? new Categories(self, table, span) : undefined;
    default:
      return undefined;
  }
}

export function frameMethod(name: string): Method | undefined {
  return Object.hasOwn(methods, name) ? methods[name] : undefined;
}

function labelValue(label: Label, span: Span): Value {
  return typeof label === 'string' ? text(label, span) : integer(label, span);
}

function labels(names: readonly Label[], span: Span): Value {
  return array({ shape: [names.length], dtype: 'object', data: names }, span);
}

function transposed(self: FrameObject, table: Table, span: Span): Value {
  if (self.single) return self;
  const matrix = transpose(matrixOf(table));
  const columns = labelsOf(table.index).map((name, i) => ({ name, values: columnOf(matrix, i) }));
  return self.with({ columns, index: columnFrom(table.columns.map(({ name }) => name), 'int64') }, span);
}

/** A method that needs the table; of one that is not at hand nothing is known of the result either. */
function known(work: KnownMethod): Method {
  return (self, call) => {
    if (self.doubt) return self.doubt;
    return self.table ? work(self, call, self.table) : self.unread(call.span);
  };
}

/** A method that may change the table in place. */
function changing(work: (self: FrameObject, call: Call, table: Table) => Table | undefined): Method {
  return (self, call) => {
    if (self.doubt) return self.doubt;
    const inPlace = asBoolean(call.arguments.keywords.get('inplace') ?? none(call.span));
    const result = self.table && inPlace !== undefined && !call.arguments.doubt ? work(self, call, self.table) : undefined;
    if (inPlace === false) return result ? self.with(result, call.span) : self.unread(call.span, self.table ? call.unread('script.unread-call', { name: call.name }) : self.missing);
    if (result) self.replace(result, call);
    else if (self.table) self.lose(call.unread(), call);
    return none(call.span);
  };
}

/** pandas draws the rows of `sample` as `numpy.random.permutation` does, cut to so many. */
const sample = known((self, call) => {
  const { n, frac, replace, weights, random_state: seed, axis } = call.bind('n frac replace weights random_state axis');
  const share = frac && frac.kind !== 'none' ? asNumber(frac) : undefined;
  const count = share === undefined ? call.number(n, 1) : halfEven(share * self.length);
  if (count === undefined || count > self.length || (replace && asBoolean(replace) !== false) || weights || axis) return self.unread(call.span, call.unread());
  const { interpreter, span } = call;
  const given = { positional: [integer(self.length, span)], keywords: new Map() };
  const seeded = seed && seed.kind !== 'none';
  const source: Value = { kind: 'external', path: 'numpy.random', span };
  const state = seeded ? interpreter.call({ kind: 'external', path: 'numpy.random.RandomState', span }, { positional: [seed], keywords: new Map() }, span) : source;
  const drawn = interpreter.call(interpreter.attribute(state, 'permutation', span), given, span);
  const order = drawn.kind === 'array' && isNumeric(drawn.array) ? drawn.array : undefined;
  if (!order) return self.unread(span, doubtOf(drawn) ?? call.unread());
  const picked = self.rows(order.data.subarray(0, count), span, order.substituted);
  return asBoolean(call.arguments.keywords.get('ignore_index')) && picked.table ? picked.with({ ...picked.table, index: rangeIndex(count) }, span) : picked;
});

/** Python's `round`. */
function halfEven(value: number): number {
  const below = Math.floor(value);
  return value - below === 0.5 ? below + (below % 2) : Math.round(value);
}

/** Word by word: `.map({'a': 0, 'b': 1})`, `.map(function)`, `.apply(function)`. */
const mapped = known((self, call, table) => {
  const [work] = call.arguments.positional;
  const column = table.columns[0];
  if (!work || !column || call.arguments.keywords.size > 0 || call.arguments.positional.length > 1) return self.unread(call.span, call.unread());
  const { values } = column;
  if (!values.data && values.missing) return self.with({ ...table, columns: [{ ...column, values: { ...values, dtype: 'float64' } }] }, call.span);
  const answer = (cell: Value): Value => {
    if (work.kind !== 'dict') return call.interpreter.call(work, { positional: [cell], keywords: new Map() }, call.span);
    const label = labelOf(cell);
    return work.doubt ?? work.entries.get(typeof label === 'string' ? `s${label}` : `n${label}`)?.value ?? { kind: 'number', value: Number.NaN, float: true, span: call.span };
  };
  const made = columnOfValues(Array.from({ length: self.length }, (_, i) => answer(cellValue(values, i, call.span))), call);
  return self.with({ ...table, columns: [{ name: column.name, values: made }] }, call.span);
});

/** `apply` of a table: a function of each column, or of each row. */
const applied: Method = (self, call) => {
  if (self.single || !self.table || self.doubt) return mapped(self, call);
  const { func, axis } = call.bind('func axis');
  const byRow = axis && (asNumber(axis) === 1 || asString(axis) === 'columns');
  if (!func || (axis && !byRow) || call.arguments.keywords.has('args') || call.arguments.keywords.has('result_type')) return self.unread(call.span, call.unread());
  const parts = byRow ? Array.from({ length: self.length }, (_, i) => self.row(i, call.span)) : self.table.columns.map(({ name }) => self.column(name, call.span));
  const answers = parts.map((part) => call.interpreter.call(func, { positional: [part], keywords: new Map() }, call.span));
  const { columns, index } = self.table;
  const series = answers.map((answer) => (answer instanceof FrameObject && answer.single ? answer.table : undefined));
  if (!byRow && series.length > 0 && series.every((one) => one?.index.shape[0] === self.length)) {
    return self.with({ index, columns: columns.map(({ name }, i) => ({ name, values: series[i]!.columns[0]!.values })) }, call.span);
  }
  return self.with({ index: byRow ? index : columnFrom(columns.map(({ name }) => name), 'int64'), columns: [{ name: 0, values: columnOfValues(answers, call) }] }, call.span, true);
};

const isMissing = (wanted: boolean): Method =>
  known((self, call, table) => self.with(eachColumn(table, ({ values }) => (values.data ? numeric(values.shape, Float64Array.from(values.data as readonly Cell[], (cell) => Number(isPresent(cell) !== wanted)), 'bool') : undefined)), call.span));

/** Numbers only, words only: by the types that `include` and `exclude` name. */
const selectTypes = known((self, call, table) => {
  const { include, exclude } = call.bind('include exclude');
  const wanted = (given: Value | undefined): readonly ((values: NdArray) => boolean)[] | undefined => {
    const items = given?.kind === 'list' || given?.kind === 'tuple' ? given.items : given ? [given] : [];
    const tests = items.map((item) => {
      const name = item.kind === 'external' ? item.path.split('.').at(-1)! : item.kind === 'builtin' ? item.name : asString(item);
      if (name === 'number') return (values: NdArray) => !isWordy(values) && values.dtype !== 'bool';
      if (name === 'object' || name === 'O' || name === 'str' || name === 'category' || name === 'string') return isWordy;
      const type = dtypeOf(item);
      return type && ((values: NdArray) => values.dtype === type);
    });
    return tests.includes(undefined) ? undefined : (tests as ((values: NdArray) => boolean)[]);
  };
  const [into, out] = [wanted(include), wanted(exclude)];
  if (!into || !out) return self.unread(call.span, call.unread());
  const columns = table.columns.filter(({ values }) => (into.length === 0 || into.some((test) => test(values))) && !out.some((test) => test(values)));
  return self.with({ ...table, columns }, call.span);
});

const shift = known((self, call, table) => {
  const periods = call.number(call.bind('periods').periods, 1);
  if (periods === undefined || call.arguments.keywords.has('freq') || call.arguments.keywords.has('fill_value')) return self.unread(call.span, call.unread());
  const moved = eachColumn(table, ({ values }) => {
    const cells = cellsOf(values);
    return cells && withCells(values, cells.map((_, i) => cells[i - periods] ?? Number.NaN));
  });
  return moved ? self.with(moved, call.span) : self.unread(call.span, call.unread());
});

const head = (last: boolean): Method => (self, call) => {
  const count = call.number(call.arguments.positional[0] ?? call.arguments.keywords.get('n'), 5);
  if (!self.table || count === undefined || count < 0) return self.unread(call.span, self.table ? call.unread() : self.missing);
  const size = Math.min(self.length, count);
  return self.rows(Array.from({ length: size }, (_, i) => (last ? self.length - size + i : i)), call.span);
};

const methods: Readonly<Record<string, Method>> = {
  ...statisticMethods,
  describe: known((self, call, table) => described(self, call, table)),
  drop: changing(drop),
  dropna: changing(dropMissing),
  fillna: changing(fillMissing),
  ffill: changing((_self, _call, table) => carried(table, 'ffill')),
  bfill: changing((_self, _call, table) => carried(table, 'bfill')),
  replace: changing(replaced),
  rename: changing(renamed),
  reset_index: changing(resetIndex),
  set_index: changing(setIndex),
  sort_values: changing(sortedBy),
  sort_index: changing(sortedByIndex),
  drop_duplicates: changing(withoutRepeats),
  astype: changing(retyped),
  copy: (self, call) => self.with(self.table, call.span),
  abs: known((self, call, table) => self.with(eachColumn(table, ({ values }) => { const numbers = asNumbers(values); return numbers && map(numbers, numbers.dtype, Math.abs); }), call.span)),
  to_numpy: (self, call) => array(self.asArray(), call.span),
  as_matrix: (self, call) => array(self.asArray(), call.span),
  to_frame: (self, call) => self.with(self.table, call.span, false),
  transpose: known((self, call, table) => transposed(self, table, call.span)),
  ravel: (self, call) => array(self.asArray(), call.span),
  tolist: (self, call) => call.interpreter.call(call.interpreter.attribute(array(self.asArray(), call.span), 'tolist', call.span), { positional: [], keywords: new Map() }, call.span),
  to_list: (self, call) => methods.tolist!(self, call),
  head: head(false),
  tail: head(true),
  info: (_, call) => none(call.span),
  sample,
  map: mapped,
  apply: applied,
  isnull: isMissing(true),
  isna: isMissing(true),
  notnull: isMissing(false),
  notna: isMissing(false),
  select_dtypes: selectTypes,
  shift,
  isin: known((self, call, table) => {
    const wanted = labelsIn(call.arguments.positional[0]);
    const result = wanted && eachColumn(table, ({ values }) => values.data && numeric(values.shape, Float64Array.from(values.data as readonly Cell[], (cell) => Number(wanted.includes(cell))), 'bool'));
    return result ? self.with(result, call.span) : self.unread(call.span, call.unread());
  }),
  unique: known((self, call, table) => {
    const values = table.columns[0]?.values;
    const cells = values && cellsOf(values);
    return cells && self.single ? array(isNumeric(values) ? numeric([new Set(cells).size], Float64Array.from(new Set(cells) as Set<number>), values.dtype) : { shape: [new Set(cells).size], dtype: 'object', data: [...new Set(cells)] }, call.span) : call.unread();
  }),
  nunique: known((self, call, table) => {
    const cells = table.columns[0] && cellsOf(table.columns[0].values);
    return cells && self.single && call.arguments.keywords.size === 0 ? integer(distinct(cells).length, call.span) : call.unread();
  }),
  iterrows: known((self, call, table) => ({ kind: 'list', items: Array.from({ length: self.length }, (_, i) => tuple([cellValue(table.index, i, call.span), self.row(i, call.span)], call.span)), span: call.span, birth: self.birth })),
  pop(self, call) {
    const name = labelOf(call.arguments.positional[0]);
    if (name === undefined) return call.unread();
    const column = self.column(name, call.span);
    if (self.table && column instanceof FrameObject) {
      const alone = self.with(column.table, call.span, true);
      self.replace({ ...self.table, columns: self.table.columns.filter((candidate) => candidate.name !== name) }, call);
      return alone;
    }
    return column;
  },
  get: (self, call) => self.index(call.arguments.positional[0] ?? none(call.span), call),
};
