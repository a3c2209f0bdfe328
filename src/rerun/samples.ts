/** Data as float32 rows, one row per sample. */
import type { Tensor } from '../script/script';
import type { TrainingSpec } from './trace';

export interface Rows {
  /** Row-major. */
  readonly values: Float32Array;
  /** Numbers in a row. */
  readonly width: number;
}

export interface Samples {
  /** One for each input and output of the model. */
  readonly x: readonly Rows[];
  readonly y: readonly Rows[];
  /** Weight of each sample in the loss. */
  readonly weights?: Rows;
}

/** Copies the rows of that number one after the other into `to`. */
export function gather({ values, width }: Rows, rows: Uint32Array, to: Float32Array): void {
  for (let row = 0; row < rows.length; row++) {
    const from = rows[row]! * width;
    for (let column = 0; column < width; column++) to[row * width + column] = values[from + column]!;
  }
}

/** A tensor as rows; a vector has rows of one number. */
export function rowsOf({ shape, data }: Tensor): Rows {
  const samples = shape[0] ?? 0;
  return { values: new Float32Array(data), width: samples === 0 ? 0 : data.length / samples };
}

/** The data of a training and its validation. */
export function samplesOf({ validation, ...training }: TrainingSpec): { training: Samples; validation?: Samples } {
  return { training: rowsOfAll(training), ...(validation && { validation: rowsOfAll(validation) }) };
}

function rowsOfAll({ x, y, sampleWeights }: Pick<TrainingSpec, 'x' | 'y' | 'sampleWeights'>): Samples {
  return {
    x: x.map(rowsOf),
    y: y.map(rowsOf),
    ...(sampleWeights && { weights: { values: Float32Array.from(sampleWeights), width: 1 } }),
  };
}
