import { arrayFrom } from '../python/operators';
import type { Value } from '../python/values';
import { isWordy, type NdArray } from '../numpy/ndarray';
import { FrameObject } from './frame';
import { type Column, columnOf, type Label, reindexed, rangeIndex, type Table } from './table';

/** The table after `frame[names] = value`: one value for all rows, one for each, or (of `several` names) a column for each name. */
export function written(table: Table, names: readonly Label[], several: boolean, value: Value): Table | undefined {
  const isEmpty = table.columns.length === 0;
  const made = arrayFrom(value);
  const given = value instanceof FrameObject ? value : undefined;
  const index = isEmpty && made ? (given?.table?.index ?? rangeIndex(made.shape[0] ?? 0)) : table.index;
  const count = index.shape[0] ?? 0;
  const rows = (values: NdArray): NdArray | undefined => (given?.table ? reindexed(values, given.table.index, index) : values);
  const columns: Column[] = [...table.columns];
  for (const [i, name] of names.entries()) {
    const values = made && columnGiven(made, i, several, count);
    const aligned = values && rows(values);
    if (!aligned || aligned.shape[0] !== count) return undefined;
    const column: Column = { name, values: aligned.dtype === 'str' ? { ...aligned, dtype: 'object' } : aligned, ...(given?.table?.columns[i]?.category && { category: true }) };
    const at = columns.findIndex((old) => old.name === name);
    if (at < 0) columns.push(column);
    else columns[at] = column;
  }
  return { columns, index };
}

function columnGiven(made: NdArray, at: number, several: boolean, rows: number): NdArray | undefined {
  if (made.shape.length === 0) {
    const [cell] = made.data ?? [];
    if (cell === undefined) return { ...made, shape: [rows] };
    return { ...made, shape: [rows], data: isWordy(made) ? new Array(rows).fill(cell) : new Float64Array(rows).fill(cell as number) };
  }
  if (made.shape.length === 1) return several && made.shape[0] !== rows ? undefined : made;
  if (made.shape.length !== 2 || (!several && made.shape[1] !== 1)) return undefined;
  return made.data ? columnOf(made, at) : { ...made, shape: [made.shape[0]!] };
}
