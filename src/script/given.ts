/** Data that the user gives where the script's own are not at hand: the arrays of a file in place of `x` and `y`. */
import type { Message } from '../text/message';
import { type NpzFile, openNpz, plainCsv, readCsv, readNpy, textOf } from './data/files';
import { isNumeric, type NdArray, sizeOf } from './numpy/ndarray';
import type { Fit, Layer, Loss, Read, Tensor } from './script';
import { shapesBehind } from './graph-shapes';
import { type Shape, shapeText } from './shapes';

export interface DataFile {
  /** Its ending says what it is: `.npz`, `.npy`, anything else is a table. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Names under which people save arrays, the likelier first; where there are several, `x1`, `x2`, … or the layers' names. */
const usualNames = {
  x: ['x_train', 'X_train', 'train_x', 'train_images', 'x', 'X', 'inputs', 'features', 'data', 'arr_0'],
  y: ['y_train', 'Y_train', 'train_y', 'train_labels', 'y', 'Y', 'targets', 'labels', 'target', 'arr_1'],
} as const;

/**
 * Puts the arrays of a file in place of what `fit` trains on: of an `.npz` those with the usual names, of a table the
 * last column as target (the last ones where there are several) and the others as inputs. Rows are brought into the
 * shape that the model takes; class numbers become one-hot rows where the loss wants those.
 * @returns a refusal where the file is not understood or does not fit the model.
 */
export function givenData(fit: Fit, file: DataFile): { readonly fit: Fit } | { readonly refused: Message } {
  if (!fit.model.known) return { refused: fit.model.reason };
  const model = fit.model.value;
  const args = { file: file.name };
  const declared = model.layers.filter(({ className }) => className === 'InputLayer');
  const inputs: readonly (Layer | undefined)[] = declared.length > 0 ? declared : [undefined];
  const outputs = model.outputs.map((at) => model.layers[at]);
  const arrays = arraysOf(file, inputs, outputs);
  if (!arrays) return { refused: { id: inputs.length + outputs.length > 2 ? 'script.given.several' : 'script.given.unread', args } };
  const rows = arrays.x[0]!.shape[0] ?? 0;
  const uneven = [...arrays.x, ...arrays.y].find(({ shape }) => shape[0] !== rows);
  if (rows === 0 || uneven) return { refused: { id: 'script.given.rows', args: { ...args, x: rows, y: (uneven ?? arrays.y[0]!).shape[0] ?? 0 } } };
  const shapes = arrays.x.map((array, index) => shapeFor(inputs[index], array.shape.slice(1)));
  for (const [index, shape] of shapes.entries()) {
    const array = arrays.x[index]!;
    if (array.data.length === rows * sizeOf(shape)) continue;
    return { refused: { id: 'script.given.shape', args: { ...args, found: shapeText(array.shape), wanted: shapeText([rows, ...shape]) } } };
  }
  const behind = shapesBehind(model, shapes);
  const targets = arrays.y.flatMap((array, index) => targetFor(lossOf(fit, outputs[index], index), array, behind[model.outputs[index]!]?.at(-1)) ?? []);
  if (targets.length < arrays.y.length) return { refused: { id: 'script.given.classes', args } };
  const place = (value: readonly Tensor[], { span }: Read<unknown>): Fit['x'] => ({ known: true, value, span });
  const x = arrays.x.map(({ data }, index): Tensor => ({ shape: [rows, ...shapes[index]!], data, dtype: 'float64' }));
  return { fit: { ...fit, x: place(x, fit.x), y: place(targets, fit.y) } };
}

/** Shape of a sample as the model declares it; as it is in the file where the model leaves it open. */
function shapeFor(input: Layer | undefined, found: Shape): Shape {
  const declared = input?.config.shape;
  if (!declared?.known || !Array.isArray(declared.value)) return found;
  return declared.value.map((length: unknown, axis) => (typeof length === 'number' ? length : (found[axis] ?? 1)));
}

type Numbers = NdArray & { readonly data: Float64Array };

interface Arrays {
  readonly x: readonly Numbers[];
  readonly y: readonly Numbers[];
}

/** An array for each input and output, in their order. */
function arraysOf({ name, bytes }: DataFile, inputs: readonly (Layer | undefined)[], outputs: readonly (Layer | undefined)[]): Arrays | undefined {
  if (/\.npz$/i.test(name)) {
    const archive = openNpz(bytes);
    const [x, y] = [archive && pick(archive, 'x', inputs), archive && pick(archive, 'y', outputs)];
    return x && y && { x, y };
  }
  const columns = /\.npy$/i.test(name) ? columnsOf(readNpy(bytes)) : tableOf(bytes);
  if (!columns || columns.length <= outputs.length) return undefined;
  const targets = columns.slice(-outputs.length);
  const others = columns.slice(0, -outputs.length);
  if (inputs.length === 1) return { x: [together(others)], y: targets.map((column) => together([column])) };
  const widths = inputs.map((input) => sizeOf(shapeFor(input, [1])));
  if (widths.reduce((sum, width) => sum + width, 0) !== others.length) return undefined;
  const x = widths.map((width) => together(others.splice(0, width)));
  return { x, y: targets.map((column) => together([column])) };
}

/** The arrays of an `.npz` for these layers: by a usual name where there is one, else by the layers' names or numbered. */
function pick(archive: NpzFile, letter: 'x' | 'y', layers: readonly (Layer | undefined)[]): readonly Numbers[] | undefined {
  const number = new RegExp(`^${letter}_?(?:train_?)?(\\d{1,4})$`, 'i');
  const numberOf = (name: string): number => Number(number.exec(name)?.[1] ?? NaN);
  const numbered = archive.names.filter((name) => number.test(name)).sort((a, b) => numberOf(a) - numberOf(b));
  const named = layers.map((layer) => layer?.name ?? '');
  const usual = usualNames[letter].filter((name) => archive.names.includes(name));
  const names = layers.length === 1 && usual.length > 0 ? usual.slice(0, 1) : named.every((name) => archive.names.includes(name)) ? named : numbered;
  const found = names.flatMap((name) => archive.array(name) ?? []);
  return found.length === layers.length && found.every(isNumeric) ? found : undefined;
}

/** Columns side by side. */
function together(columns: readonly Float64Array[]): Numbers {
  const [rows, width] = [columns[0]!.length, columns.length];
  const data = Float64Array.from({ length: rows * width }, (_, at) => columns[at % width]![Math.floor(at / width)]!);
  return { shape: [rows, width], data, dtype: 'float64' };
}

/** Columns of a table of numbers; undefined where a column holds words. */
function tableOf(bytes: Uint8Array): readonly Float64Array[] | undefined {
  const text = textOf(bytes);
  if (text === undefined) return undefined;
  const [first] = text.split(/\r\n|\n|\r/, 1);
  const header = /[A-Za-z_]/.test(first ?? '') ? 0 : null;
  const columns = readCsv(bytes, { ...plainCsv, header, missing: ['?'] });
  const values = columns?.map((column) => column.values);
  return values?.every(isNumeric) ? values.map(({ data }) => data) : undefined;
}

function columnsOf(array: NdArray | undefined): readonly Float64Array[] | undefined {
  if (!array || !isNumeric(array) || array.shape.length !== 2) return undefined;
  const width = array.shape[1]!;
  return Array.from({ length: width }, (_, column) => array.data.filter((_value, at) => at % width === column));
}

function lossOf({ compile }: Fit, output: Layer | undefined, index: number): Loss | undefined {
  const losses = compile.known && compile.value.losses.known ? compile.value.losses.value : {};
  return losses[output?.name ?? String(index)] ?? losses[''];
}

/** Class numbers as the loss wants them; undefined where one is no class of the model. */
function targetFor(loss: Loss | undefined, y: Numbers, units: number | undefined): Tensor | undefined {
  const oneHot = loss?.name === 'categorical_crossentropy' && y.data.length === y.shape[0];
  if (!oneHot || !units || units < 2) return { shape: y.shape, data: y.data, dtype: 'float64' };
  if (y.data.some((label) => !(Number.isInteger(label) && label >= 0 && label < units))) return undefined;
  const data = new Float64Array(y.data.length * units);
  y.data.forEach((label, row) => (data[row * units + label] = 1));
  return { shape: [y.data.length, units], data, dtype: 'float32' };
}
