/** `tensorflow_datasets.load`: what the catalog (tensorflow.org/datasets) tells of the data sets that tutorials use; their numbers are not at hand. */
import { type DType, shaped } from '../numpy/ndarray';
import { asBoolean, asNumber, asString, type Call } from '../python/call';
import type { Functions } from '../python/library';
import { array, dict, integer, list, text, tuple, type Unknowable, unknown, type Value } from '../python/values';
import { DatasetObject } from './dataset';
import { Bunch } from './loaders';

interface Catalogued {
  /** Shape of one example; -1: differs from one to another. */
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly classes: number;
  /** Examples by split. */
  readonly splits: Readonly<Record<string, number>>;
}

const pictures = (shape: readonly number[], classes: number, splits: Catalogued['splits']): Catalogued => ({ shape, dtype: 'uint8', classes, splits });
const ofAnySize = [-1, -1, 3];

const catalog: Readonly<Record<string, Catalogued>> = {
  mnist: pictures([28, 28, 1], 10, { train: 60000, test: 10000 }),
  fashion_mnist: pictures([28, 28, 1], 10, { train: 60000, test: 10000 }),
  kmnist: pictures([28, 28, 1], 10, { train: 60000, test: 10000 }),
  cifar10: pictures([32, 32, 3], 10, { train: 50000, test: 10000 }),
  cifar100: pictures([32, 32, 3], 100, { train: 50000, test: 10000 }),
  svhn_cropped: pictures([32, 32, 3], 10, { train: 73257, test: 26032, extra: 531131 }),
  cats_vs_dogs: pictures(ofAnySize, 2, { train: 23262 }),
  tf_flowers: pictures(ofAnySize, 5, { train: 3670 }),
  oxford_flowers102: pictures(ofAnySize, 102, { train: 1020, validation: 1020, test: 6149 }),
  horses_or_humans: pictures([300, 300, 3], 2, { train: 1027, test: 256 }),
  rock_paper_scissors: pictures([300, 300, 3], 3, { train: 2520, test: 372 }),
  beans: pictures([500, 500, 3], 3, { train: 1034, validation: 133, test: 128 }),
  food101: pictures(ofAnySize, 101, { train: 75750, validation: 25250 }),
  malaria: pictures(ofAnySize, 2, { train: 27558 }),
  imdb_reviews: { shape: [], dtype: 'str', classes: 2, splits: { train: 25000, test: 25000, unsupervised: 50000 } },
};

function load(call: Call): Value {
  const { name, split, batch_size: batch, as_supervised: supervised, with_info: told } = call.bind('name split data_dir batch_size shuffle_files download as_supervised decoders read_config with_info');
  const named = asString(name)?.split(/[:/]/);
  const found = named && Object.hasOwn(catalog, named[0]!) ? catalog[named[0]!]! : undefined;
  // Another configuration may hold other things (`imdb_reviews/subwords8k`: numbers of words).
  if (!found || (named!.length > 1 && !/^(?:plain_text|\d)/.test(named!.at(-1)!))) return call.unread();
  const missing = unknown(call.span, 'script.file', { name: `tensorflow_datasets/${named![0]!}` });
  const part = (rows: number): Value => new DatasetObject(
    supervised && asBoolean(supervised) ? partsOf(found, rows, missing, call) : [missing], { batch: batch ? (asNumber(batch) ?? null) : undefined, shuffled: false, repeated: false }, call.span,
  );
  const sets = setsOf(split, found, part, call);
  if (!told || asBoolean(told) === false) return sets;
  return tuple([sets, infoOf(found, call)], call.span);
}

function partsOf({ shape, dtype, classes }: Catalogued, rows: number, missing: Unknowable, call: Call): readonly Value[] {
  return [array(shaped([rows, ...shape], dtype, missing), call.span), array({ ...shaped([rows], 'int64', missing), classes }, call.span)];
}

/** A data set for each split that is asked for, in the form in which it is asked for. */
function setsOf(split: Value | undefined, { splits }: Catalogued, part: (rows: number) => Value, call: Call): Value {
  if (!split || split.kind === 'none') {
    return dict(call.span, Object.entries(splits).map(([name, rows]) => [text(name, call.span), part(rows)] as const));
  }
  if (split.kind === 'list' || split.kind === 'tuple') return list(split.items.map((one) => setsOf(one, { splits } as Catalogued, part, call)), call.span);
  // `train[:80%]` is rounded in ways of its own: how many examples that are is not told.
  return part(splits[asString(split) ?? ''] ?? -1);
}

/** `DatasetInfo`: the classes of the labels, and how many examples each split has. */
function infoOf({ classes, splits }: Catalogued, call: Call): Value {
  const record = (fields: Readonly<Record<string, Value>>): Value => new Bunch(new Map(Object.entries(fields)), call);
  const sizes = Object.entries(splits).map(([name, rows]) => [name, record({ num_examples: integer(rows, call.span) })] as const);
  return record({ features: record({ label: record({ num_classes: integer(classes, call.span) }) }), splits: record(Object.fromEntries(sizes)) });
}

export const tensorflowDatasetFunctions: Functions = { 'tensorflow_datasets.load': load };
