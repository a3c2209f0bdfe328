import type { Span } from '../../text/span';
import { operand } from '../numpy/methods';
import { shaped } from '../numpy/ndarray';
import { asNumber, type Call } from '../python/call';
import type { Functions } from '../python/library';
import { array, builtin, doubtOf, LibraryObject, tuple, unknown, type Value } from '../python/values';

/** How a `tf.data.Dataset` cuts its rows. */
interface Pipeline {
  /** Rows per batch; undefined: not batched; null: not known. */
  readonly batch: number | null | undefined;
  readonly shuffled: boolean;
  readonly repeated: boolean;
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
  batch: (self, call) => self.with({ batch: asNumber(call.bind('batch_size').batch_size) ?? null }, call),
  shuffle: (self, call) => self.with({ shuffled: true }, call),
  repeat: (self, call) => self.with({ repeated: true }, call),
  prefetch: (self, call) => self.with({}, call),
  cache: (self, call) => self.with({}, call),
  with_options: (self, call) => self.with({}, call),
  map: mapped,
};

/** What a function does to each row or batch is followed for shapes alone. */
function mapped(self: DatasetObject, call: Call): Value {
  const lacking = unknown(call.span, 'script.unread-call', { name: 'Dataset.map' });
  const isBatched = self.pipeline.batch !== undefined;
  const arrays = self.parts.map((part) => (operand(part)));
  const work = call.arguments.positional[0] ?? call.arguments.keywords.get('map_func');
  const elements = arrays.flatMap((one) => (one ? [array(shaped([...(isBatched ? [-1] : []), ...one.shape.slice(1)], one.dtype, lacking), call.span)] : []));
  const result = work && elements.length === arrays.length ? call.interpreter.call(work, { positional: elements, keywords: new Map() }, call.span) : lacking;
  const made = result.kind === 'tuple' ? result.items : [result];
  const rows = arrays[0]?.shape[0] ?? -1;
  const parts = made.map((part): Value => {
    const one = part.kind === 'array' && !part.doubt ? part.array : undefined;
    return one ? array(shaped([rows, ...(isBatched ? one.shape.slice(1) : one.shape)], one.dtype, lacking), call.span) : lacking;
  });
  return self.with({}, call, parts);
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
  'tensorflow.constant': tensor,
  'tensorflow.convert_to_tensor': tensor,
  'tensorflow.cast': tensor,
};
