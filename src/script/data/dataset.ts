import type { Span } from '../../text/span';
import { take } from '../numpy/indexing';
import { fitting, operand } from '../numpy/methods';
import { concatenate, derived, gather, mostElements, type NdArray, shaped, sizeOf } from '../numpy/ndarray';
import { asBoolean, asNumber, type Call } from '../python/call';
import type { Functions } from '../python/library';
import { array, builtin, doubtOf, LibraryObject, tuple, type Unknowable, unknown, type Value } from '../python/values';

/** How a `tf.data.Dataset` cuts its rows. */
interface Pipeline {
  /** Rows per batch; undefined: not batched; null: not known. */
  readonly batch: number | null | undefined;
  readonly shuffled: boolean;
  readonly repeated: boolean;
  /** Rows are data sets of their own until they are flattened. */
  readonly windows?: boolean;
}

/** What a batch was taken from. */
const batches = new WeakMap<Value, { readonly dataset: DatasetObject; readonly part: number }>();

/** The data set that a loop over it gave this value from, and which of its parts it is. */
export function batchOrigin(value: Value): { readonly dataset: DatasetObject; readonly part: number } | undefined {
  return batches.get(value);
}

/** `tf.data.Dataset`: rows of arrays, and the pipeline over them. */
export class DatasetObject extends LibraryObject {
  readonly typeName = 'Dataset';
  /** x and y, or only x. */
  readonly parts: readonly Value[];
  readonly pipeline: Pipeline;

  constructor(parts: readonly Value[], pipeline: Pipeline, span: Span) {
    super(span);
    this.parts = parts;
    this.pipeline = pipeline;
  }

  override attribute(name: string, span: Span): Value | undefined {
    const step = steps[name];
    if (step) return builtin(name, span, (call) => step(this, call));
    return builtin(name, span, (call) => call.unread('script.unread-call', { name: `Dataset.${name}` }));
  }

  /** A batch, or a row of what is not batched, whose numbers are not followed. */
  override representative(): Value | undefined {
    const each = this.parts.map((part, at): Value => {
      const whole = operand(part);
      const lacking = doubtOf(part) ?? unknown(part.span, 'script.unread-loop');
      const rows = this.pipeline.batch === undefined ? [] : [-1];
      const one: Value = whole ? array(shaped([...rows, ...whole.shape.slice(1)], whole.dtype, lacking), part.span) : { ...lacking };
      batches.set(one, { dataset: this, part: at });
      return one;
    });
    return each.length === 1 ? each[0] : tuple(each, this.span);
  }

  with(change: Partial<Pipeline>, call: Call, parts = this.parts): DatasetObject {
    return new DatasetObject(parts, { ...this.pipeline, ...change }, call.span);
  }
}

const steps: Readonly<Record<string, (self: DatasetObject, call: Call) => Value>> = {
  batch: batched,
  shuffle: (self, call) => self.with({ shuffled: true }, call),
  repeat: (self, call) => self.with({ repeated: true }, call),
  prefetch: (self, call) => self.with({}, call),
  cache: (self, call) => self.with({}, call),
  with_options: (self, call) => self.with({}, call),
  take: (self, call) => cut(self, call, (count, rows) => [0, count < 0 ? rows : Math.min(count, rows)]),
  skip: (self, call) => cut(self, call, (count, rows) => [Math.min(count, rows), rows]),
  window: windows,
  flat_map: flattened,
  map: mapped,
};

/** The rows from one place to another; of rows in an order that is drawn, such as might be those. */
function rowsBetween(self: DatasetObject, from: number, to: number, call: Call): readonly Value[] {
  return self.parts.map((part): Value => {
    const whole = operand(part);
    if (!whole) return doubtOf(part) ?? call.unread();
    const taken = take(whole, [{ kind: 'slice', lower: from, upper: to }]);
    const drawn = self.pipeline.shuffled && to - from < whole.shape[0]!;
    return array(drawn ? { ...taken, substituted: { id: 'script.unseeded', args: { name: 'Dataset.shuffle' } } } : taken, call.span);
  });
}

/** Rows of the data set; -1 where that is not known. */
function rowsOf(self: DatasetObject): number {
  const lengths = self.parts.map((part) => operand(part)?.shape[0] ?? -1);
  return lengths.every((length) => length === lengths[0]) ? (lengths[0] ?? -1) : -1;
}

function batched(self: DatasetObject, call: Call): Value {
  const { batch_size: given, drop_remainder: drops } = call.bind('batch_size drop_remainder');
  const batch = asNumber(given) ?? null;
  const rows = rowsOf(self);
  if (!drops || asBoolean(drops) === false || !batch || rows < 0 || rows % batch === 0) return self.with({ batch }, call);
  return self.with({ batch }, call, rowsBetween(self, 0, rows - (rows % batch), call));
}

/** `take` and `skip`, which count batches where there are some. */
function cut(self: DatasetObject, call: Call, between: (count: number, rows: number) => readonly [number, number]): Value {
  const count = asNumber(call.bind('count').count);
  const rows = rowsOf(self);
  const { batch } = self.pipeline;
  if (count === undefined || batch === null || rows < 0) return self.with({}, call, self.parts.map((part) => withoutNumbers(part, call.unread(), call)));
  return self.with({}, call, rowsBetween(self, ...between(count * (batch ?? 1), rows), call));
}

/** What is known of a part besides its numbers and how many there are. */
function withoutNumbers(part: Value, lacking: Unknowable, call: Call): Value {
  const whole = operand(part);
  return whole ? array(shaped([-1, ...whole.shape.slice(1)], whole.dtype, whole.missing ?? lacking), call.span) : (doubtOf(part) ?? lacking);
}

/** `window(size, shift, stride, drop_remainder)`: rows of rows, each window a data set of its own. */
function windows(self: DatasetObject, call: Call): Value {
  const { size, shift, stride, drop_remainder: drops } = call.bind('size shift stride drop_remainder');
  const length = asNumber(size);
  const [by, step] = [shift && shift.kind !== 'none' ? asNumber(shift) : length, call.number(stride, 1)];
  const whole = drops !== undefined && asBoolean(drops) === true;
  const lacking = call.unread();
  if (!length || !by || !step || !whole || self.pipeline.batch !== undefined || self.pipeline.shuffled) return lacking;
  const parts = self.parts.map((part): Value => {
    const source = operand(part);
    return source ? array(windowsOf(source, length, by, step), call.span) : (doubtOf(part) ?? lacking);
  });
  return self.with({ windows: true }, call, parts);
}

/** `length` rows, `stride` apart, from every place that is a multiple of `shift` and has as many behind it. */
export function windowsOf(source: NdArray, length: number, shift: number, stride: number): NdArray {
  const [rows = -1, ...inner] = source.shape;
  const span = (length - 1) * stride + 1;
  const count = rows < 0 ? -1 : rows < span ? 0 : Math.floor((rows - span) / shift) + 1;
  const shape = [count, length, ...inner];
  if (!source.data || count < 0 || sizeOf(shape) > mostElements) return shaped(shape, source.dtype, source.missing);
  const size = sizeOf(inner);
  const offsets = new Int32Array(count * length * size);
  let at = 0;
  for (let window = 0; window < count; window++) {
    for (let row = 0; row < length; row++) for (let k = 0; k < size; k++) offsets[at++] = (window * shift + row * stride) * size + k;
  }
  return gather(source, offsets, shape);
}

/** `flat_map(lambda window: window.batch(size))`: each window as one row. */
function flattened(self: DatasetObject, call: Call): Value {
  const work = call.arguments.positional[0] ?? call.arguments.keywords.get('map_func');
  const wholes = self.parts.map((part) => operand(part));
  const length = wholes[0]?.shape[1];
  if (!self.pipeline.windows || !work) return call.unread('script.unread-call', { name: 'Dataset.flat_map' });
  if (length === undefined || wholes.includes(undefined)) return self.with({ windows: false }, call);
  const lacking = unknown(call.span, 'script.unread-call', { name: 'Dataset.flat_map' });
  const windowsGiven = wholes.map((whole) => self.with({ windows: false }, call, [array(shaped(whole!.shape.slice(1), whole!.dtype, lacking), call.span)]));
  const made = call.interpreter.call(work, { positional: windowsGiven, keywords: new Map() }, call.span);
  const isWhole = made instanceof DatasetObject && made.pipeline.batch !== undefined && made.pipeline.batch !== null && made.pipeline.batch >= length && made.parts.length === self.parts.length;
  return isWhole ? self.with({ windows: false }, call) : lacking;
}

/** Most elements that a function is followed for one by one. */
const mostElementsMapped = 4096;

/** A function of each row or batch: for each of them where their numbers are known, else for one of which the shape alone is. */
function mapped(self: DatasetObject, call: Call): Value {
  const work = call.arguments.positional[0] ?? call.arguments.keywords.get('map_func');
  const arrays = self.parts.map((part) => operand(part));
  const missing = arrays.find((one) => one?.missing)?.missing;
  const lacking: Unknowable = missing ? { kind: 'unknown', ...missing } : unknown(call.span, 'script.unread-call', { name: 'Dataset.map' });
  if (!work || self.pipeline.windows) return self.with({}, call, self.parts.map((part) => doubtOf(part) ?? lacking));
  const isKnown = !arrays.includes(undefined);
  return (isKnown ? mappedNumbers(self, work, arrays as readonly NdArray[], call) : undefined) ?? mappedShapes(self, work, arrays, lacking, call);
}

function mappedNumbers(self: DatasetObject, work: Value, wholes: readonly NdArray[], call: Call): Value | undefined {
  const rows = rowsOf(self);
  const { batch } = self.pipeline;
  const each = batch ?? 1;
  const count = Math.ceil(rows / each);
  const numbers = wholes.reduce((sum, whole) => sum + sizeOf(whole.shape), 0);
  if (rows < 1 || batch === null || count > mostElementsMapped || numbers > mostElements / 16 || wholes.some((whole) => !whole.data)) return undefined;
  const results: (readonly NdArray[])[] = [];
  for (let at = 0; at < count; at++) {
    const index = batch === undefined ? { kind: 'integer' as const, value: at } : { kind: 'slice' as const, lower: at * each, upper: (at + 1) * each };
    const result = call.interpreter.call(work, { positional: wholes.map((whole) => array(take(whole, [index]), call.span)), keywords: new Map() }, call.span);
    const made = (result.kind === 'tuple' ? result.items : [result]).map((part) => operand(part));
    if (made.some((part) => !part?.data) || (results[0] && made.length !== results[0].length)) return undefined;
    results.push(batch === undefined ? made.map((part) => ({ ...part!, shape: [1, ...part!.shape] })) : (made as NdArray[]));
  }
  const joined = fitting(call, () => tuple(results[0]!.map((_, i) => array(derived(concatenate(results.map((parts) => parts[i]!), 0), ...wholes), call.span)), call.span));
  return joined.kind === 'tuple' ? self.with({}, call, joined.items) : undefined;
}

function mappedShapes(self: DatasetObject, work: Value, wholes: readonly (NdArray | undefined)[], lacking: Unknowable, call: Call): Value {
  const isBatched = self.pipeline.batch !== undefined;
  const elements = wholes.map((one, i): Value => (one ? array(shaped([...(isBatched ? [-1] : []), ...one.shape.slice(1)], one.dtype, lacking), call.span) : (doubtOf(self.parts[i]!) ?? lacking)));
  const result = call.interpreter.call(work, { positional: elements, keywords: new Map() }, call.span);
  const made = result.kind === 'tuple' ? result.items : [result];
  const rows = wholes[0]?.shape[0] ?? -1;
  const parts = made.map((part): Value => {
    const one = part.kind === 'array' && !part.doubt ? part.array : undefined;
    return one ? array(shaped([rows, ...(isBatched ? one.shape.slice(1) : one.shape)], one.dtype, lacking), call.span) : (doubtOf(part) ?? lacking);
  });
  return self.with({}, call, parts);
}

/** `Dataset.zip((a, b))`. */
function zipped(call: Call): Value {
  const { positional } = call.arguments;
  const [first] = positional;
  const items = positional.length === 1 && (first?.kind === 'tuple' || first?.kind === 'list') ? first.items : positional;
  const sets = items.filter((item) => item instanceof DatasetObject);
  const [one] = sets;
  const rows = sets.map(rowsOf);
  const alike = one && sets.length === items.length && sets.every(({ pipeline }, i) => pipeline.batch === one.pipeline.batch && !pipeline.shuffled && rows[i] === rows[0]);
  return alike ? one.with({}, call, sets.flatMap(({ parts }) => parts)) : call.unread();
}

/** `keras.utils.timeseries_dataset_from_array` (keras/src/utils/timeseries_dataset_utils.py). */
function timeSeries(call: Call): Value {
  const bound = call.bind('data targets sequence_length sequence_stride sampling_rate batch_size shuffle seed start_index end_index');
  const data = operand(bound.data);
  const targets = bound.targets && bound.targets.kind !== 'none' ? operand(bound.targets) : undefined;
  const [length, stride, rate] = [asNumber(bound.sequence_length), call.number(bound.sequence_stride, 1), call.number(bound.sampling_rate, 1)];
  const [start, end] = [call.number(bound.start_index, 0), call.number(bound.end_index, data?.shape[0] ?? -1)];
  const batch = !bound.batch_size ? 128 : bound.batch_size.kind === 'none' ? undefined : (asNumber(bound.batch_size) ?? null);
  const shuffled = bound.shuffle ? asBoolean(bound.shuffle) !== false : false;
  if (!data || !length || !stride || !rate || start === undefined || end === undefined || (bound.targets && bound.targets.kind !== 'none' && !targets)) return call.unread();
  const part = (source: NdArray): NdArray => (end < 0 ? source : take(source, [{ kind: 'slice', lower: start, upper: end }]));
  const x = windowsOf(part(data), length, stride, rate);
  const y = targets && windowsOf(part(targets), 1, stride, 1);
  const counts = [x, y].flatMap((made) => (made ? [made.shape[0]!] : []));
  const count = counts.includes(-1) ? undefined : Math.min(...counts);
  const parts = [x, y && { ...y, shape: [y.shape[0]!, ...y.shape.slice(2)] }].flatMap((made): Value[] => (made ? [array(take(made, [count === undefined ? { kind: 'slice' } : { kind: 'slice', upper: count }]), call.span)] : []));
  return new DatasetObject(parts, { batch, shuffled, repeated: false }, call.span);
}

/** `TimeseriesGenerator` (keras/src/legacy/preprocessing/sequence.py): the rows before a target. `fit` takes its batches in an order that is drawn. */
function timeSeriesGenerator(call: Call): Value {
  const bound = call.bind('data targets length sampling_rate stride start_index end_index shuffle reverse batch_size');
  const [data, targets] = [operand(bound.data), operand(bound.targets)];
  const [length, rate, stride] = [asNumber(bound.length), call.number(bound.sampling_rate, 1), call.number(bound.stride, 1)];
  const batch = bound.batch_size ? (asNumber(bound.batch_size) ?? null) : 128;
  if (!data || !targets || !length || !rate || !stride || bound.start_index || bound.end_index || (bound.reverse && asBoolean(bound.reverse) !== false) || length % rate !== 0) return call.unread();
  const x = windowsOf(data.shape[0] === -1 ? data : take(data, [{ kind: 'slice', upper: data.shape[0]! - rate }]), length / rate, stride, rate);
  const y = take(targets, [{ kind: 'slice', lower: length, upper: data.shape[0]!, step: stride }]);
  if (x.shape[0] !== y.shape[0]) return call.unread('script.mismatch', {});
  return new DatasetObject([array(x, call.span), array(y, call.span)], { batch, shuffled: true, repeated: false }, call.span);
}

/** The values of `from_tensor_slices(...)`: a tuple of arrays, or one. */
function fromSlices(call: Call): Value {
  const [given] = call.arguments.positional;
  const parts = given?.kind === 'tuple' ? given.items : given ? [given] : [];
  return new DatasetObject(parts, { batch: undefined, shuffled: false, repeated: false }, call.span);
}

function tensor(call: Call): Value {
  const [given] = call.arguments.positional;
  const doubt = given && doubtOf(given);
  const source = operand(given);
  if (!source) return doubt ?? call.unread();
  const dtype = call.arguments.keywords.get('dtype') ?? call.arguments.positional[1];
  const made = array(source, call.span);
  return dtype ? call.interpreter.call(call.interpreter.attribute(made, 'astype', call.span), { positional: [dtype], keywords: new Map() }, call.span) : made;
}

export const tensorflowFunctions: Functions = {
  'tensorflow.data.Dataset.from_tensor_slices': fromSlices,
  'tensorflow.data.Dataset.zip': zipped,
  ...Object.fromEntries(['keras.utils', 'keras.preprocessing', 'keras.preprocessing.sequence'].map((module) => [`${module}.timeseries_dataset_from_array`, timeSeries])),
  ...Object.fromEntries(['keras.preprocessing.sequence', 'keras.legacy.preprocessing.sequence'].map((module) => [`${module}.TimeseriesGenerator`, timeSeriesGenerator])),
  ...Object.fromEntries(
    Object.entries({ expand_dims: 'expand_dims', reshape: 'reshape', squeeze: 'squeeze', transpose: 'transpose', stack: 'stack', concat: 'concatenate' }).map(([name, path]) => [
      `tensorflow.${name}`,
      (call: Call): Value => call.interpreter.call({ kind: 'external', path: `numpy.${path}`, span: call.span }, call.arguments, call.span),
    ]),
  ),
  'tensorflow.constant': tensor,
  'tensorflow.convert_to_tensor': tensor,
  'tensorflow.cast': tensor,
};
