/**
 * What operations make of the shapes of whole tensors (keras/src/ops/numpy.py, operation_utils.py). The batch is an axis like
 * any other, of a length that no rule may ask for; weights and constants have none.
 */
import type { Json } from './script';

/** Lengths of axes; -1 where only a run tells. */
export type Shape = readonly number[];

/** The length of the batch axis, which comes first where there is one. */
export const BATCH = -2;

type Config = Readonly<Record<string, Json | undefined>>;

/** The shape behind an operation; undefined where it cannot be told. */
type Rule = (inputs: readonly Shape[], config: Config) => Shape | undefined;

/** One sample's axes of a tensor; of one without a batch, all. */
export function ofSample(shape: Shape): Shape {
  return shape[0] === BATCH ? shape.slice(1) : shape;
}

/** Whole numbers, one or several. */
function integers(value: Json | undefined): readonly number[] | undefined {
  const given = Array.isArray(value) ? (value as readonly Json[]) : [value];
  return given.every((item) => typeof item === 'number' && Number.isInteger(item)) ? (given as readonly number[]) : undefined;
}

/** Axes of a tensor of this rank counted from the first; undefined where one is not there. */
function axesOf(value: Json | undefined, rank: number): readonly number[] | undefined {
  const axes = integers(value)?.map((axis) => (axis < 0 ? axis + rank : axis));
  return axes?.every((axis) => axis >= 0 && axis < rank) ? axes : undefined;
}

/** Lengths as arguments name them, None for the batch. */
function lengthsOf(value: Json | undefined): Shape | undefined {
  return integers(Array.isArray(value) ? (value as readonly Json[]).map((length) => (length === null ? BATCH : length)) : value);
}

/** The length that two axes are stretched to. */
function stretched(a: number, b: number): number | undefined {
  if (a === b || b === 1) return a;
  if (a === 1) return b;
  if (a === BATCH || b === BATCH) return undefined;
  return a < 0 || b < 0 ? Math.max(a, b) : undefined;
}

/** NumPy's broadcasting: axes are lined up at the last. */
export function broadcast(inputs: readonly Shape[]): Shape | undefined {
  const rank = Math.max(...inputs.map(({ length }) => length));
  let result: Shape | undefined = new Array<number>(rank).fill(1);
  for (const shape of inputs) {
    const lengths: readonly (number | undefined)[] = result.map((length, at) => stretched(length, shape[at - rank + shape.length] ?? 1));
    if (lengths.includes(undefined)) return undefined;
    result = lengths as Shape;
  }
  return result;
}

const same: Rule = ([input]) => input;

const reduced: Rule = ([input], { axis, keepdims }) => {
  const axes = axis === undefined || axis === null ? [...input!.keys()] : axesOf(axis, input!.length);
  // What all samples of a batch make together is another thing in another batch.
  if (!axes || axes.some((at) => input![at] === BATCH)) return undefined;
  return (keepdims ? input!.map((length, at) => (axes.includes(at) ? 1 : length)) : input!.filter((_, at) => !axes.includes(at)));
};

/** The places of new axes of length 1 in the new shape. */
const expanded: Rule = ([input], { axis }) => {
  const rank = input!.length + (integers(axis)?.length ?? 0);
  const places = axesOf(axis, rank);
  const rest = input!.values();
  return places && Array.from({ length: rank }, (_, at) => (places.includes(at) ? 1 : (rest.next().value ?? 1)));
};

const squeezed: Rule = ([input], { axis }) => {
  const isAny = axis === undefined || axis === null;
  const axes = isAny ? [...input!.keys()].filter((at) => input![at] === 1) : axesOf(axis, input!.length);
  const isClear = isAny ? !input!.includes(-1) : axes?.every((at) => input![at] === 1);
  return isClear ? input!.filter((_, at) => !axes!.includes(at)) : undefined;
};

const stacked: Rule = (inputs, { axis }) => {
  const [first] = inputs;
  const place = axesOf(axis ?? 0, first!.length + 1)?.[0];
  return place === undefined || !broadcast(inputs) ? undefined : [...first!.slice(0, place), inputs.length, ...first!.slice(place)];
};

const concatenated: Rule = (inputs, { axis }) => {
  const [first] = inputs;
  const along = axesOf(axis ?? -1, first!.length)?.[0];
  const fits = along !== undefined && inputs.every((shape) => shape.length === first!.length && shape.every((length, at) => at === along || length === first![at] || (length < 0 && length !== BATCH) || first![at] === -1));
  if (!fits) return undefined;
  const lengths = inputs.map((shape) => shape[along]!);
  if (lengths.includes(BATCH)) return undefined;
  return first!.map((length, at) => (at !== along ? length : lengths.includes(-1) ? -1 : lengths.reduce((sum, part) => sum + part, 0)));
};

/** What an index takes along an axis: the places from `start` to `stop`, or one place, whose axis goes; `new`: an axis of length 1. */
export type Taken = { readonly start: number; readonly stop: number; readonly step: number } | number | 'all' | 'new';

/** What an index takes of each axis of a tensor; undefined where that cannot be told. */
export function picks(key: Json | undefined, input: Shape): readonly Taken[] | undefined {
  const parts = Array.isArray(key) ? (key as readonly Json[]) : [];
  const open = parts.indexOf('...');
  const missing = input.length - parts.filter((part) => part !== '...' && part !== 'newaxis').length;
  if (parts.length === 0 || missing < 0) return undefined;
  const all: readonly Json[] = new Array<Json>(missing).fill([null, null, null]);
  const full = open < 0 ? [...parts, ...all] : [...parts.slice(0, open), ...all, ...parts.slice(open + 1)];
  const lengths = input.values();
  const taken = full.map((part) => (part === 'newaxis' ? 'new' : pick(part, lengths.next().value ?? -1)));
  return taken.includes(undefined) ? undefined : (taken as readonly Taken[]);
}

function pick(part: Json, length: number): Taken | undefined {
  if (typeof part === 'number') return length === BATCH || (part < 0 && length < 0) ? undefined : part < 0 ? part + length : part;
  if (!Array.isArray(part)) return undefined;
  const [lower = null, upper = null, step = null] = part as readonly Json[];
  if (lower === null && upper === null && (step === null || step === 1)) return 'all';
  const stride = step ?? 1;
  if (length < 0 || typeof stride !== 'number' || stride === 0) return undefined;
  const place = (bound: Json, otherwise: number): number => {
    if (typeof bound !== 'number') return bound === null ? otherwise : Number.NaN;
    const least = stride > 0 ? 0 : -1;
    return Math.min(length + least, Math.max(least, bound < 0 ? bound + length : bound));
  };
  const [start, stop] = stride > 0 ? [place(lower, 0), place(upper, length)] : [place(lower, length - 1), place(upper, -1)];
  return Number.isNaN(start + stop) ? undefined : { start, stop, step: stride };
}

/** How many places a stretch has. */
const countOf = ({ start, stop, step }: Exclude<Taken, number | string>): number => Math.max(0, Math.ceil((stop - start) / step));

const taken: Rule = ([input], { key }) => {
  const lengths = input!.values();
  return picks(key, input!)?.flatMap((part) => {
    if (part === 'new') return [1];
    const length = lengths.next().value ?? -1;
    return part === 'all' ? [length] : typeof part === 'number' ? [] : [countOf(part)];
  });
};

/** The order of the axes; without one they are turned round. */
export function orderOf(axes: Json | undefined, rank: number): readonly number[] | undefined {
  const order = axes === undefined || axes === null ? [...Array(rank).keys()].reverse() : axesOf(axes, rank);
  return order?.length === rank && new Set(order).size === rank ? order : undefined;
}

const transposed: Rule = ([input], { axes }) => orderOf(axes, input!.length)?.map((axis) => input![axis]!);

const swapped: Rule = ([input], { axis1, axis2 }) => {
  const [a, b] = [axesOf(axis1, input!.length)?.[0], axesOf(axis2, input!.length)?.[0]];
  return a === undefined || b === undefined ? undefined : input!.map((_, at) => input![at === a ? b : at === b ? a : at]!);
};

/** The same numbers in another shape: the batch stays what it is, the rest goes by the numbers of a sample. */
const rearranged: Rule = ([input], { newshape }) => {
  const target = lengthsOf(newshape);
  const [own, rest] = [ofSample(input!), target?.slice(input![0] === BATCH ? 1 : 0)];
  if (!target || !rest || own.some((length) => length < 0)) return undefined;
  const size = own.reduce((product, length) => product * length, 1);
  const known = rest.reduce((product, length) => (length === -1 ? product : product * length), 1);
  const full = rest.map((length) => (length === -1 ? size / known : length));
  const isSame = full.reduce((product, length) => product * length, 1) === size;
  if (input![0] !== BATCH) return isSame ? full : undefined;
  // One length may be -1: where it is that of the batch, what is behind it has to be one sample.
  return isSame && (target[0] === BATCH || (target[0] === -1 && !rest.includes(-1))) ? [BATCH, ...full] : undefined;
};

const matrixProduct: Rule = ([first, second], { transpose_a: turnsA, transpose_b: turnsB }) => {
  if (!first || !second || first.length === 0 || second.length === 0) return undefined;
  const turned = (shape: Shape, turns: Json | undefined): Shape => (turns === true ? [...shape.slice(0, -2), shape.at(-1)!, shape.at(-2)!] : shape);
  if ((turnsA === true && first.length < 2) || (turnsB === true && second.length < 2)) return undefined;
  const a = turned(first.length === 1 ? [1, ...first] : first, turnsA);
  const b = turned(second.length === 1 ? [...second, 1] : second, turnsB);
  const before = broadcast([a.slice(0, -2), b.slice(0, -2)]);
  if (!before || !meets(a.at(-1)!, b.at(-2)!)) return undefined;
  return [...before, ...(first.length === 1 ? [] : [a.at(-2)!]), ...(second.length === 1 ? [] : [b.at(-1)!])];
};

/** Whether a sum may go along axes of these lengths; a sum over the batch makes one number of all samples. */
const meets = (a: number, b: number): boolean => a !== BATCH && b !== BATCH && (a === b || a < 0 || b < 0);

/** The axes that a `tensordot` sums over, of either tensor. */
export function summedAxes(axes: Json | undefined, ranks: readonly [number, number]): readonly [readonly number[], readonly number[]] | undefined {
  const given = axes ?? 2;
  if (typeof given === 'number') {
    const count = Array.from({ length: given }, (_, at) => at);
    return given <= Math.min(...ranks) ? [count.map((at) => ranks[0] - given + at), count] : undefined;
  }
  const [a, b] = Array.isArray(given) ? (given as readonly Json[]) : [];
  const [first, second] = [axesOf(a, ranks[0]), axesOf(b, ranks[1])];
  return first && second && first.length === second.length ? [first, second] : undefined;
}

const tensorProduct: Rule = ([a, b], { axes }) => {
  const summed = a && b && summedAxes(axes, [a.length, b.length]);
  if (!a || !b || !summed?.[0].every((axis, at) => meets(a[axis]!, b[summed[1][at]!]!))) return undefined;
  return [...a.filter((_, at) => !summed[0].includes(at)), ...b.filter((_, at) => !summed[1].includes(at))];
};

/** The letters of `einsum`: those of either tensor and those of the result; undefined for what is not rebuilt. */
export function letters(subscripts: Json | undefined, count: number): { readonly inputs: readonly string[]; readonly result: string } | undefined {
  const [from, result] = typeof subscripts === 'string' ? subscripts.replaceAll(' ', '').split('->') : [];
  const inputs = from?.split(',') ?? [];
  const isPlain = result !== undefined && inputs.length === count && [...inputs, result].every((word) => /^[a-zA-Z]*$/.test(word) && new Set(word).size === word.length);
  return isPlain && [...result].every((letter) => inputs.some((word) => word.includes(letter))) ? { inputs, result } : undefined;
}

const summedByLetters: Rule = (inputs, { subscripts }) => {
  const words = letters(subscripts, inputs.length);
  if (!words || words.inputs.some((word, at) => word.length !== inputs[at]!.length)) return undefined;
  const lengths = new Map<string, number>();
  for (const [at, word] of words.inputs.entries()) {
    for (const [axis, letter] of [...word].entries()) {
      const length = inputs[at]![axis]!;
      const known = lengths.get(letter) ?? length;
      if (known !== length && (known === BATCH || length === BATCH || (known >= 0 && length >= 0))) return undefined;
      if (length === BATCH && !words.result.includes(letter)) return undefined;
      lengths.set(letter, Math.max(known, length));
    }
  }
  return [...words.result].map((letter) => lengths.get(letter)!);
};

const tiled: Rule = ([input], { repeats }) => {
  const times = lengthsOf(repeats);
  if (!times) return undefined;
  const rank = Math.max(times.length, input!.length);
  const lengths = [...new Array<number>(rank - input!.length).fill(1), ...input!];
  const counts = [...new Array<number>(rank - times.length).fill(1), ...times];
  const result = lengths.map((length, at) => (counts[at] === 1 ? length : length === 1 ? counts[at] : length >= 0 && counts[at]! >= 0 ? length * counts[at]! : undefined));
  return result.includes(undefined) ? undefined : (result as Shape);
};

const repeated: Rule = ([input], { repeats, axis }) => {
  const along = axesOf(axis, input!.length)?.[0];
  if (along === undefined || typeof repeats !== 'number' || input![along]! < 0) return undefined;
  return input!.map((length, at) => (at === along ? length * repeats : length));
};

const widened: Rule = ([input], { shape }) => {
  const target = lengthsOf(shape);
  const result = target && broadcast([input!, target]);
  return result?.join() === target?.join() ? result : undefined;
};

/** The rows of a table along an axis, for each index. */
const gathered: Rule = ([table, indices], { axis }) => {
  const along = axesOf(axis ?? 0, table!.length)?.[0];
  return along === undefined || !indices || table![along] === BATCH ? undefined : [...table!.slice(0, along), ...indices, ...table!.slice(along + 1)];
};

const padded: Rule = ([input], { pad_width: widths }) => {
  const pairs = Array.isArray(widths) ? (widths as readonly Json[]).map(integers) : [];
  if (pairs.length !== input!.length || pairs.some((pair) => pair?.length !== 2)) return undefined;
  const lengths = input!.map((length, at) => (pairs[at]![0] === 0 && pairs[at]![1] === 0 ? length : length < 0 ? undefined : length + pairs[at]![0]! + pairs[at]![1]!));
  return lengths.includes(undefined) ? undefined : (lengths as Shape);
};

/** Patches of a picture that lie side by side, each of them a row of its numbers (keras/src/ops/image.py). */
const patches: Rule = ([input], { size, strides, dilation_rate: dilation, padding }) => {
  const [height, width] = squareOf(size) ?? [];
  const steps = strides === undefined || strides === null ? [height, width] : squareOf(strides);
  const [batch, rows, columns, channels] = input!;
  const isPlain = input!.length === 4 && steps?.[0] === height && steps?.[1] === width && (squareOf(dilation ?? 1) ?? []).every((rate) => rate === 1);
  if (!isPlain || !height || !width || rows! < 0 || columns! < 0) return undefined;
  if (padding === 'same' && (rows! % height !== 0 || columns! % width !== 0)) return undefined;
  return [batch!, Math.floor(rows! / height), Math.floor(columns! / width), height * width * channels!];
};

/** One number for both axes of a picture, one for each, or TensorFlow's list of four. */
export function squareOf(value: Json | undefined): readonly [number, number] | undefined {
  const given = integers(value);
  const [a, b] = given?.length === 1 ? [given[0], given[0]] : given?.length === 4 ? given.slice(1, 3) : (given ?? []);
  return a === undefined || b === undefined ? undefined : [a, b];
}

const places: Rule = ([input], { axis }) => {
  const along = axesOf(axis, input!.length)?.[0];
  return along === undefined ? undefined : [input![along]!];
};

const given: Rule = (_, { shape }) => lengthsOf(shape);

/** Numbers that are drawn for a batch: the first length stands for it, even where it is a number. */
const drawn: Rule = (_, { shape }) => {
  const lengths = lengthsOf(shape);
  return lengths && [BATCH, ...lengths.slice(1)];
};

const named = (rule: Rule, ...names: readonly string[]): [string, Rule][] => names.map((name) => [name, rule]);

/** By Keras 3's names of the operations; the merging layers of Keras that work on whole tensors alike are among them. */
const rules: Readonly<Record<string, Rule>> = Object.fromEntries([
  ...named(
    same,
    'Absolute', 'Cast', 'Ceil', 'Clip', 'Cos', 'Cumsum', 'Erf', 'Exp', 'Expm1', 'Flip', 'Floor', 'Log', 'Log1p', 'OnesLike', 'Reciprocal', 'Roll', 'Round', 'Rsqrt',
    'Sin', 'Sqrt', 'Square', 'StopGradient', 'Sign', 'Tan', 'ZerosLike', 'preprocess_input',
  ),
  ...named(
    broadcast,
    'Add', 'Average', 'Divide', 'Equal', 'Greater', 'GreaterEqual', 'Less', 'LessEqual', 'LogicalAnd', 'LogicalOr', 'Maximum', 'Minimum', 'Multiply', 'NotEqual', 'Power',
    'Subtract', 'Where',
  ),
  ...named(reduced, 'LogSumExp', 'Max', 'Mean', 'Min', 'Norm', 'Prod', 'Std', 'Sum', 'Var'),
  ...named(expanded, 'ExpandDims'),
  ...named(squeezed, 'Squeeze'),
  ...named(stacked, 'Stack'),
  ...named(concatenated, 'Concatenate'),
  ...named(taken, 'GetItem'),
  ...named(transposed, 'Transpose'),
  ...named(swapped, 'Swapaxes'),
  ...named(rearranged, 'Rearrange'),
  ...named(matrixProduct, 'Matmul'),
  ...named(tensorProduct, 'Tensordot'),
  ...named(summedByLetters, 'Einsum'),
  ...named(tiled, 'Tile'),
  ...named(repeated, 'Repeat'),
  ...named(widened, 'BroadcastTo'),
  ...named(gathered, 'Take'),
  ...named(padded, 'Pad'),
  ...named(patches, 'ExtractPatches'),
  ...named(places, 'Places'),
  ...named(([input], { num_classes: classes }) => (typeof classes === 'number' ? [...input!, classes] : undefined), 'OneHot'),
  ...named(given, 'Full', 'Variable'),
  ...named(drawn, 'RandomNormal', 'RandomUniform'),
]);

/** Whether it takes no tensors: weights, constants and random numbers, whose arguments name their shape. */
export function isMade(className: string): boolean {
  return rules[className] === given || rules[className] === drawn;
}

/** Whether what a layer or an operation does goes by the axes of whole tensors. */
export function isOfWholeTensors(className: string): boolean {
  return Object.hasOwn(rules, className);
}

/** The shape behind an operation on whole tensors; undefined where it cannot be told, or where the batch would not come first. */
export function operated(className: string, inputs: readonly Shape[], config: Config): Shape | undefined {
  if (inputs.length === 0 && !isMade(className)) return undefined;
  const shape = rules[className]?.(inputs, config);
  return shape && shape.lastIndexOf(BATCH) <= 0 ? shape : undefined;
}
