import { isNumeric, type NdArray, reduce, zip } from '../numpy/ndarray';

/** One number for each column of a table; undefined where the numbers are missing. */
export function columnStatistic(table: NdArray, f: (values: Float64Array) => number): NdArray | undefined {
  return isNumeric(table) && table.shape.length > 0 ? reduce(table, 0, false, table.dtype, f) : undefined;
}

/** Element by element with broadcasting, in the type of the first. @throws ShapeError */
export function binaryZip(a: NdArray, b: NdArray, f: (a: number, b: number) => number): NdArray {
  return zip(a, b, a.dtype, f);
}
