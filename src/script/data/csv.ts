/** `pandas.read_csv` and its options. */
import { asBoolean, asNumber, asString, type Call } from '../python/call';
import type { Value } from '../python/values';
import { cast, shaped } from '../numpy/ndarray';
import { dtypeOf } from '../numpy/methods';
import { type CsvOptions, readCsv } from './files';
import { labelOf, labelsIn } from './frame';
import { type Column, type Label, type Table, tableOf } from './table';

/** Options that change nothing of what is read here. */
const idle = new Set([
  'filepath_or_buffer', 'engine', 'encoding', 'encoding_errors', 'low_memory', 'memory_map', 'verbose', 'infer_datetime_format', 'compression', 'skip_blank_lines', 'squeeze', 'float_precision',
  'on_bad_lines', 'error_bad_lines', 'warn_bad_lines', 'dayfirst', 'date_parser', 'date_format', 'na_filter', 'cache_dates', 'storage_options', 'mangle_dupe_cols', 'prefix',
]);

/** Options that are followed. */
const followed = new Set([
  'sep', 'delimiter', 'delim_whitespace', 'header', 'names', 'index_col', 'usecols', 'dtype', 'skipinitialspace', 'skiprows', 'skipfooter', 'nrows', 'na_values', 'comment', 'parse_dates',
]);

/** The table of a CSV file; undefined where it is not what the options say, or one of them is not followed. */
export function tableFromCsv(bytes: Uint8Array, separator: string, call: Call): Table | undefined {
  const bound = call.bind('filepath_or_buffer sep delimiter header names');
  if (call.arguments.doubt || Object.keys(bound).some((name) => !idle.has(name) && !followed.has(name))) return undefined;
  const options = csvOptions(bound, separator);
  const columns = options && readCsv(bytes, options);
  if (!columns) return undefined;
  const used = chosen(columns, bound.usecols);
  const cut = used && rowsCut(used, bound);
  const dated = cut && withTimes(cut, bound.parse_dates, call);
  const typed = dated && withTypes(dated, bound.dtype);
  if (!typed) return undefined;
  const index = bound.index_col;
  if (!index || index.kind === 'none' || asBoolean(index) === false) return tableOf(typed);
  const at = asNumber(index) ?? typed.findIndex((column) => column.name === asString(index));
  const labels = typed[at];
  return labels && { columns: typed.filter((column) => column !== labels), index: labels.values };
}

function csvOptions(bound: Partial<Record<string, Value>>, separator: string): CsvOptions | undefined {
  const given = bound.sep ?? bound.delimiter;
  const delimiter = asBoolean(bound.delim_whitespace) ? '\\s+' : given && given.kind !== 'none' ? asString(given) : separator;
  const names = bound.names && bound.names.kind !== 'none' ? labelsIn(bound.names) : undefined;
  const header = bound.header?.kind === 'none' ? null : bound.header && asString(bound.header) !== 'infer' ? asNumber(bound.header) : names ? null : 0;
  const skip = bound.skiprows ? asNumber(bound.skiprows) : 0;
  const missing = bound.na_values ? labelsIn(bound.na_values) : [];
  const named = bound.names && bound.names.kind !== 'none';
  // Longer separators are patterns, of which runs of blanks are followed.
  const isPattern = delimiter !== undefined && delimiter.length > 1 && !/^(?:\\s[+*]|\[?\s\]?\+)$/.test(delimiter);
  if (delimiter === undefined || isPattern || header === undefined || skip === undefined || !missing || (named && !names)) return undefined;
  return {
    delimiter: delimiter.length > 1 ? '\\s+' : delimiter,
    header,
    names,
    skip,
    comment: asString(bound.comment),
    missing: missing.map(String),
    trimmed: asBoolean(bound.skipinitialspace) === true,
  };
}

function chosen(columns: readonly Column[], wanted: Value | undefined): readonly Column[] | undefined {
  if (!wanted || wanted.kind === 'none') return columns;
  const labels = labelsIn(wanted);
  return labels && columns.filter(({ name }, i) => labels.some((label) => label === name || label === i));
}

function rowsCut(columns: readonly Column[], { nrows, skipfooter }: Partial<Record<string, Value>>): readonly Column[] | undefined {
  const [most, last] = [nrows && nrows.kind !== 'none' ? asNumber(nrows) : Infinity, skipfooter ? asNumber(skipfooter) : 0];
  if (most === undefined || last === undefined) return undefined;
  return columns.map(({ name, values }) => {
    const length = Math.min(most, values.shape[0]! - last);
    return length === values.shape[0] || !values.data ? { name, values } : { name, values: { ...values, shape: [length], data: values.data.slice(0, length) } };
  });
}

/** Times are not followed: of such a column the length alone is known. */
function withTimes(columns: readonly Column[], given: Value | undefined, call: Call): readonly Column[] | undefined {
  if (!given || given.kind === 'bool' || given.kind === 'none') return columns;
  const labels: readonly Label[] | undefined = labelsIn(given);
  return labels && columns.map((column, i) => (labels.includes(column.name) || labels.includes(i) ? { ...column, values: shaped(column.values.shape, 'float64', call.unread()) } : column));
}

function withTypes(columns: readonly Column[], given: Value | undefined): readonly Column[] | undefined {
  if (!given || given.kind === 'none') return columns;
  const typed = columns.map((column) => {
    const wanted = given.kind === 'dict' ? [...given.entries.values()].find(({ key }) => labelOf(key) === column.name)?.value : given;
    const type = wanted && dtypeOf(wanted);
    if (!wanted) return column;
    const values = type && type !== 'str' ? cast(column.values, type) : undefined;
    return values?.data ? { ...column, values } : undefined;
  });
  return typed.includes(undefined) ? undefined : (typed as readonly Column[]);
}
