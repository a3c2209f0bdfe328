/** Batches of images out of folders and arrays: Keras' `ImageDataGenerator` and `image_dataset_from_directory`. */
import { derived, map, type NdArray, shaped } from '../numpy/ndarray';
import { integers, operand } from '../numpy/methods';
import { asBoolean, asNumber, asString, type Call } from '../python/call';
import type { Functions } from '../python/library';
import { array, builtin, integer, LibraryObject, none, unknown, type Value } from '../python/values';
import type { Span } from '../../text/span';
import { DatasetObject } from './dataset';

/** Arguments that change nothing in a picture but its numbers' scale, or nothing at all. */
const plain = new Set(['rescale', 'validation_split', 'data_format', 'dtype']);

/** Which way folders become targets: rows of a single 1, one number for each picture, or none. */
const targetsOf: Readonly<Record<string, (rows: number, x: NdArray, lacking: Span) => NdArray | null>> = {
  categorical: (rows, _, span) => shaped([rows, -1], 'float32', missing(span)),
  sparse: (rows, _, span) => shaped([rows], 'float32', missing(span)),
  int: (rows, _, span) => shaped([rows], 'int32', missing(span)),
  binary: (rows, _, span) => shaped([rows], 'float32', missing(span)),
  raw: (rows, _, span) => shaped([rows], 'float32', missing(span)),
  input: (_, x) => x,
  none: () => null,
};

function missing(span: Span): ReturnType<typeof unknown> {
  return unknown(span, 'script.pictures');
}

/** What `ImageDataGenerator(…)` gives. */
class ImageGenerator extends LibraryObject {
  readonly typeName = 'ImageDataGenerator';
  readonly #scale: number | undefined;
  /** Pictures are turned, moved or otherwise changed by chance or by a function. */
  readonly #changes: boolean;

  constructor(call: Call) {
    super(call.span);
    const { keywords, positional } = call.arguments;
    const rescale = keywords.get('rescale');
    this.#scale = !rescale || rescale.kind === 'none' ? 1 : asNumber(rescale);
    this.#changes = positional.length > 0 || call.arguments.doubt !== undefined || [...keywords.keys()].some((name) => !plain.has(name));
  }

  override attribute(name: string, span: Span): Value | undefined {
    switch (name) {
      case 'fit':
        return builtin(name, span, (call) => none(call.span));
      case 'flow':
        return builtin(name, span, (call) => this.#flow(call));
      case 'flow_from_directory':
        return builtin(name, span, (call) => pictures(call, 'directory target_size color_mode classes class_mode batch_size shuffle', 'categorical'));
      case 'flow_from_dataframe':
        return builtin(name, span, (call) => pictures(call, 'dataframe directory x_col y_col weight_col target_size color_mode classes class_mode batch_size shuffle', 'categorical'));
      default:
        return undefined;
    }
  }

  /** The pictures of an array, scaled; where chance changes them, only their shape is known. */
  #flow(call: Call): Value {
    const { x, y, batch_size: batch, shuffle } = call.bind('x y batch_size shuffle');
    const source = operand(x);
    if (!source) return call.unread();
    const scale = this.#scale;
    const known = scale !== undefined && !this.#changes ? map(source, 'float32', (value) => value * scale) : derived(shaped(source.shape, 'float32', missing(call.span)), source);
    return batches([array(known, call.span), y ?? none(call.span)], batch, shuffle, call);
  }
}

/** A generator or data set that makes its own batches of `parts`. */
function batches(parts: readonly Value[], batch: Value | undefined, shuffle: Value | undefined, call: Call): Value {
  const size = batch ? (asNumber(batch) ?? null) : 32;
  return new PictureBatches(parts, { batch: size, shuffled: !shuffle || asBoolean(shuffle) !== false, repeated: false }, call.span);
}

/** Keras' iterators tell their batch size; how many pictures and classes there are, only the folder does. */
class PictureBatches extends DatasetObject {
  override attribute(name: string, span: Span): Value | undefined {
    const { batch } = this.pipeline;
    if (name === 'batch_size' && typeof batch === 'number') return integer(batch, span);
    return /^(?:samples|n|num_classes|class_indices|class_names|classes|filenames|filepaths|labels|image_shape)$/.test(name) ? undefined : super.attribute(name, span);
  }
}

/** Pictures of one size out of files. */
function pictures(call: Call, signature: string, otherwise: string): Value {
  const bound = call.bind(signature);
  const size = bound.target_size ?? bound.image_size;
  const lengths = size ? integers(size) : [256, 256];
  const colors = { grayscale: 1, rgb: 3, rgba: 4 }[bound.color_mode ? (asString(bound.color_mode) ?? '') : 'rgb'];
  const shape = [-1, ...(lengths?.length === 2 ? lengths : [-1, -1]), colors ?? -1];
  const x = shaped(shape, 'float32', missing(call.span));
  const mode = bound.class_mode ?? bound.label_mode;
  const word = !mode ? otherwise : mode.kind === 'none' ? 'none' : asString(mode);
  const y = word === undefined ? undefined : targetsOf[word]?.(-1, x, call.span);
  const targets = y === null ? [] : [y ? array(y, call.span) : missing(call.span)];
  return batches([array(x, call.span), ...targets], bound.batch_size, bound.shuffle, call);
}

const fromDirectory = (call: Call): Value => pictures(call, 'directory labels label_mode class_names color_mode batch_size image_size shuffle', 'int');

export const imageFunctions: Functions = {
  'keras.preprocessing.image.ImageDataGenerator': (call) => new ImageGenerator(call),
  'keras.utils.image_dataset_from_directory': fromDirectory,
  'keras.preprocessing.image_dataset_from_directory': fromDirectory,
  'keras.preprocessing.image.image_dataset_from_directory': fromDirectory,
};
