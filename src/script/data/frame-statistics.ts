import { asNumber, type Call } from '../python/call';
import { array, type Value } from '../python/values';
import { pairwiseSum } from '../numpy/methods';
import { asNumbers, type Cell, derived, type DType, isNumeric, isWordy, type NdArray, numeric, shaped } from '../numpy/ndarray';
import type { FrameObject } from './frame';
import { type Column, columnFrom, distinct, isPresent, type Table } from './table';

/** One number of those that are there. */
type Statistic = (values: Float64Array) => number;

const present = (values: Float64Array): Float64Array => values.filter((value) => !Number.isNaN(value));

/** What is missing counts as 0 where pandas adds up. */
const sum: Statistic = (values) => pairwiseSum(values.map((value) => (Number.isNaN(value) ? 0 : value)));
const mean: Statistic = (values) => sum(values) / present(values).length;

/** pandas divides by n - 1 where NumPy divides by n. */
const variance = (lost: number): Statistic => (values) => {
  const middle = mean(values);
  return sum(values.map((value) => (middle - value) ** 2)) / (present(values).length - lost);
};

const quantile = (share: number): Statistic => (values) => {
  const ordered = present(values).sort();
  if (ordered.length === 0) return Number.NaN;
  const place = share * (ordered.length - 1);
  const below = Math.floor(place);
  const [low, high] = [ordered[below]!, ordered[Math.min(below + 1, ordered.length - 1)]!];
  const part = place - below;
  // NumPy's interpolation, from the nearer end.
  return part >= 0.5 ? high - (high - low) * (1 - part) : low + (high - low) * part;
};

const least: Statistic = (values) => present(values).reduce((a, b) => Math.min(a, b), Infinity);
const most: Statistic = (values) => present(values).reduce((a, b) => Math.max(a, b), -Infinity);
const deviation = (lost: number): Statistic => (values) => Math.sqrt(variance(lost)(values));

/** A statistic of each column, or of the one column of a Series. */
function statistic(of: (lost: number) => Statistic, typeOf: (from: DType) => DType = () => 'float64') {
  return (self: FrameObject, call: Call): Value => {
    const { table } = self;
    if (self.doubt) return self.doubt;
    if (!table) return array(shaped(self.single ? [] : [-1], 'float64', self.missing), call.span);
    const { axis, ddof, numeric_only: numericOnly, ...others } = call.bind('axis');
    const lost = call.number(ddof, 1);
    const usual = !axis || axis.kind === 'none' || asNumber(axis) === 0;
    const columns = numericOnly ? table.columns.filter(({ values }) => !isWordy(values)) : table.columns;
    const results = columns.map(({ values }) => ofColumn(values, lost === undefined ? undefined : of(lost), typeOf));
    if (!usual || lost === undefined || Object.keys(others).length > 0 || results.includes(undefined)) return self.unread(call.span, call.unread(), true);
    if (self.single) return array(results[0]!, call.span);
    const lacking = results.find((result) => !result?.data);
    const type = typeOf(columns[0]?.values.dtype ?? 'float64');
    const cells = results.map((result) => result!.data?.[0] as number);
    const values = lacking ? shaped([results.length], type, lacking.missing) : columnFrom(cells, cells.every((cell) => Number.isInteger(cell)) ? type : 'float64');
    return self.with({ columns: [{ name: 0, values }], index: columnFrom(columns.map(({ name }) => name), 'int64') }, call.span, true);
  };
}

function ofColumn(values: NdArray, work: Statistic | undefined, typeOf: (from: DType) => DType): NdArray | undefined {
  const numbers = asNumbers(values);
  if (!numbers || !work) return undefined;
  const dtype = typeOf(numbers.dtype);
  return isNumeric(numbers) ? derived(numeric([], Float64Array.of(work(numbers.data)), dtype), values) : shaped([], dtype, numbers.missing);
}

const same = (from: DType): DType => from;
const counted = (from: DType): DType => (from === 'bool' ? 'int64' : from);

/** The value that comes most often, the least of several. */
function mode(self: FrameObject, call: Call): Value {
  const values = self.table?.columns[0]?.values;
  if (!self.table || !self.single || !values?.data || self.doubt) return self.doubt ?? self.unread(call.span, self.table ? call.unread() : self.missing);
  const tally = new Map<Cell, number>();
  for (const cell of Array.from<Cell>(values.data)) if (isPresent(cell)) tally.set(cell, (tally.get(cell) ?? 0) + 1);
  const highest = Math.max(...tally.values());
  const found = distinct([...tally].filter(([, count]) => count === highest).map(([cell]) => cell));
  return self.with({ columns: [{ name: self.table.columns[0]!.name, values: columnFrom(found, values.dtype) }], index: columnFrom(found.map((_, i) => i), 'int64') }, call.span);
}

function quantiles(self: FrameObject, call: Call): Value {
  const share = call.number(call.bind('q').q, 0.5);
  if (share === undefined) return self.unread(call.span, call.unread());
  return statistic(() => quantile(share))(self, call.renamed(new Map()));
}

export const statisticMethods: Readonly<Record<string, (self: FrameObject, call: Call) => Value>> = {
  sum: statistic(() => sum, counted),
  mean: statistic(() => mean),
  median: statistic(() => quantile(0.5)),
  std: statistic(deviation),
  var: statistic(variance),
  min: statistic(() => least, same),
  max: statistic(() => most, same),
  count: statistic(() => (values) => present(values).length, () => 'int64'),
  any: statistic(() => (values) => Number(values.some((value) => value !== 0)), () => 'bool'),
  all: statistic(() => (values) => Number(values.every((value) => value !== 0)), () => 'bool'),
  quantile: quantiles,
  mode,
};

/** Count, mean, deviation, least, quartiles and largest of each column of numbers. */
export function described(self: FrameObject, call: Call, table: Table): Value {
  const columns = self.single ? table.columns : table.columns.filter(({ values }) => !isWordy(values) && values.dtype !== 'bool');
  const rows: readonly (readonly [string, Statistic])[] = [
    ['count', (values) => present(values).length], ['mean', mean], ['std', deviation(1)], ['min', least], ['25%', quantile(0.25)], ['50%', quantile(0.5)], ['75%', quantile(0.75)], ['max', most],
  ];
  if (call.arguments.positional.length > 0 || call.arguments.keywords.size > 0 || columns.length === 0) return self.unread(call.span, call.unread());
  const summaries: Column[] = columns.map(({ name, values }) => ({
    name,
    values: isNumeric(values) ? numeric([rows.length], Float64Array.from(rows, ([, work]) => work(values.data)), 'float64') : shaped([rows.length], 'float64', values.missing ?? call.unread()),
  }));
  return self.with({ columns: summaries, index: columnFrom(rows.map(([name]) => name), 'int64') }, call.span);
}
