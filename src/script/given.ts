/** Data that the user gives where the script's own are not at hand: the arrays of a file in place of `x` and `y`. */
import type { Message } from '../text/message';
import { readCsv, readNpy, readNpz, textOf } from './data/files';
import { isNumeric, type NdArray, sizeOf } from './numpy/ndarray';
import type { Fit, Model, Read, Tensor } from './script';
import { type Shape, shapesBehind } from './shapes';

export interface DataFile {
  /** Its ending says what it is: `.npz`, `.npy`, anything else is a table. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Names under which people save arrays, the likelier first. */
const inputNames = ['x_train', 'X_train', 'train_x', 'train_images', 'x', 'X', 'inputs', 'features', 'data', 'arr_0'];
const targetNames = ['y_train', 'Y_train', 'train_y', 'train_labels', 'y', 'Y', 'targets', 'labels', 'target', 'arr_1'];

/**
 * Puts the arrays of a file in place of what `fit` trains on: of an `.npz` those with the usual names, of a table the
 * last column as target and the others as inputs. Rows are brought into the shape that the model takes; class numbers
 * become one-hot rows where the loss wants those.
 * @returns a refusal where the file is not understood or does not fit the model.
 */
export function givenData(fit: Fit, file: DataFile): { readonly fit: Fit } | { readonly refused: Message } {
  if (!fit.model.known) return { refused: fit.model.reason };
  const model = fit.model.value;
  const args = { file: file.name };
  const arrays = arraysOf(file);
  if (!arrays) return { refused: { id: 'script.given.unread', args } };
  const { x, y } = arrays;
  const rows = x.shape[0] ?? 0;
  if (rows === 0 || y.shape[0] !== rows) return { refused: { id: 'script.given.rows', args: { ...args, x: rows, y: y.shape[0] ?? 0 } } };
  const inputs = model.layers.filter(({ className }) => className === 'InputLayer');
  if (inputs.length > 1 || model.outputs.length > 1) return { refused: { id: 'script.given.several', args } };
  const shape = shapeFor(model, x.shape.slice(1));
  if (x.data.length !== rows * sizeOf(shape)) {
    return { refused: { id: 'script.given.shape', args: { ...args, found: `(${x.shape.join(', ')})`, wanted: `(${[rows, ...shape].join(', ')})` } } };
  }
  const targets = targetsFor(fit, y, shapesBehind(model, [shape])[model.outputs[0]!]?.at(-1));
  if (!targets) return { refused: { id: 'script.given.classes', args } };
  const place = (tensor: Tensor, { span }: Read<unknown>): Fit['x'] => ({ known: true, value: [tensor], span });
  return {
    fit: { ...fit, x: place({ shape: [rows, ...shape], data: x.data, dtype: 'float64' }, fit.x), y: place(targets, fit.y) },
  };
}

/** Shape of a sample as the model declares it; as it is in the file where the model leaves it open. */
function shapeFor({ layers }: Model, found: Shape): Shape {
  const declared = layers.find(({ className }) => className === 'InputLayer')?.config.shape;
  if (!declared?.known || !Array.isArray(declared.value)) return found;
  return declared.value.map((length: unknown, axis) => (typeof length === 'number' ? length : (found[axis] ?? 1)));
}

type Numbers = NdArray & { readonly data: Float64Array };

function arraysOf({ name, bytes }: DataFile): { readonly x: Numbers; readonly y: Numbers } | undefined {
  if (/\.npz$/i.test(name)) {
    const arrays = readNpz(bytes);
    const find = (names: readonly string[]) => names.map((one) => arrays?.get(one)).find((one) => one !== undefined);
    const [x, y] = [find(inputNames), find(targetNames)];
    return x && y && isNumeric(x) && isNumeric(y) ? { x, y } : undefined;
  }
  const columns = /\.npy$/i.test(name) ? columnsOf(readNpy(bytes)) : tableOf(bytes);
  const target = columns?.at(-1);
  if (!columns || !target || columns.length < 2) return undefined;
  const rows = target.length;
  const width = columns.length - 1;
  const data = Float64Array.from({ length: rows * width }, (_, at) => columns[at % width]![Math.floor(at / width)]!);
  return {
    x: { shape: [rows, width], data, dtype: 'float64' },
    y: { shape: [rows, 1], data: target, dtype: 'float64' },
  };
}

/** Columns of a table of numbers; undefined where a column holds words. */
function tableOf(bytes: Uint8Array): readonly Float64Array[] | undefined {
  const text = textOf(bytes);
  if (text === undefined) return undefined;
  const [first] = text.split(/\r\n|\n|\r/, 1);
  const header = /[A-Za-z_]/.test(first ?? '') ? 0 : null;
  const columns = readCsv(text, { delimiter: undefined, header, names: undefined, skip: 0, comment: undefined });
  const values = columns?.map((column) => column.values);
  return values?.every(isNumeric) ? values.map(({ data }) => data) : undefined;
}

function columnsOf(array: NdArray | undefined): readonly Float64Array[] | undefined {
  if (!array || !isNumeric(array) || array.shape.length !== 2) return undefined;
  const width = array.shape[1]!;
  return Array.from({ length: width }, (_, column) => array.data.filter((_value, at) => at % width === column));
}

/** Class numbers as the loss wants them; undefined where one is no class of the model. */
function targetsFor(fit: Fit, y: Numbers, units: number | undefined): Tensor | undefined {
  const losses = fit.compile.known && fit.compile.value.losses.known ? Object.values(fit.compile.value.losses.value) : [];
  const oneHot = losses[0]?.name === 'categorical_crossentropy' && y.data.length === y.shape[0];
  if (!oneHot || !units || units < 2) return { shape: y.shape, data: y.data, dtype: 'float64' };
  if (y.data.some((label) => !(Number.isInteger(label) && label >= 0 && label < units))) return undefined;
  const data = new Float64Array(y.data.length * units);
  y.data.forEach((label, row) => (data[row * units + label] = 1));
  return { shape: [y.data.length, units], data, dtype: 'float32' };
}
