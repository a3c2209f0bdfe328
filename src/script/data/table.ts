import { cast, type Cell, concatenate, type DType, gather, isNumeric, type NdArray, numbersFor, numeric, promote } from '../numpy/ndarray';
import { rows } from '../random/source';

/** The name of a column, or of a row. */
export type Label = Cell;

/** A column of a table. */
export interface Column {
  readonly name: Label;
  readonly values: NdArray;
  /** pandas' type `category`. */
  readonly category?: boolean;
}

/** Columns of one length, and the label of each row. */
export interface Table {
  readonly columns: readonly Column[];
  readonly index: NdArray;
}

/** The labels 0 … length - 1. */
export function rangeIndex(length: number): NdArray {
  return numeric([length], numbersFor(length, (i) => i), 'int64');
}

/** Columns with the labels 0, 1, …. */
export function tableOf(columns: readonly Column[]): Table {
  return { columns, index: rangeIndex(columns[0]?.values.shape[0] ?? 0) };
}

export function labelsOf(index: NdArray): readonly Label[] {
  return Array.from<Label>(index.data ?? []);
}

export function sameIndex(a: NdArray, b: NdArray): boolean {
  if (a === b) return true;
  return a.data !== undefined && b.data !== undefined && a.data.length === b.data.length && labelsOf(a).every((label, i) => label === b.data![i]);
}

/** Values with the labels `from` in the order of the labels `to`, NaN for those that are not there; undefined where labels repeat. */
export function reindexed(values: NdArray, from: NdArray, to: NdArray): NdArray | undefined {
  if (sameIndex(from, to)) return values;
  const places = new Map(labelsOf(from).map((label, i) => [label, i]));
  if (!from.data || !to.data || places.size < from.data.length) return undefined;
  const order = labelsOf(to).map((label) => places.get(label) ?? -1);
  if (!order.includes(-1)) return rows(values, order);
  if (!values.data) return { ...values, shape: [order.length] };
  const cells = order.map((at) => (at < 0 ? Number.NaN : values.data![at]!));
  const dtype: DType = isNumeric(values) ? (values.dtype === 'bool' ? 'object' : promote(values.dtype, 'float64')) : 'object';
  return { ...values, shape: [order.length], dtype, data: dtype === 'object' ? cells : Float64Array.from(cells as number[]) };
}

/** The rows at these places. */
export function rowsAt(table: Table, order: ArrayLike<number>): Table {
  return { columns: table.columns.map((column) => ({ ...column, values: rows(column.values, order) })), index: rows(table.index, order) };
}

/** All values side by side, in the type that holds them all. */
export function matrixOf({ columns, index }: Table): NdArray {
  if (columns.length === 0) return numeric([index.shape[0] ?? 0, 0], new Float64Array(0), 'float64');
  const dtype = columns.map(({ values }): DType => (values.dtype === 'str' ? 'object' : values.dtype)).reduce(promote);
  return concatenate(columns.map(({ values }) => ({ ...cast(values, dtype), shape: [...values.shape, 1] })), 1);
}

/** One column of a matrix. */
export function columnOf(matrix: NdArray, at: number): NdArray {
  const [count = 0, width = 1] = matrix.shape;
  return gather(matrix, Int32Array.from({ length: Math.max(0, count) }, (_, row) => row * width + at), [count]);
}

/** A column of Python's values: of numbers where all are, else of objects. */
export function columnFrom(cells: readonly Cell[], dtype: DType): NdArray {
  if (cells.some((cell) => typeof cell === 'string')) return { shape: [cells.length], dtype: 'object', data: cells };
  return cast(numeric([cells.length], Float64Array.from(cells as readonly number[]), 'float64'), dtype);
}

/** Whether a value is there. */
export function isPresent(cell: Cell | undefined): boolean {
  return cell !== undefined && !(typeof cell === 'number' && Number.isNaN(cell));
}

/** The distinct values that are there, in ascending order: numbers before words. */
export function distinct(values: Iterable<Cell>): Cell[] {
  return [...new Set(values)].filter(isPresent).sort(ascending);
}

export function ascending(a: Cell, b: Cell): number {
  if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}
