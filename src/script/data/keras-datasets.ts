/** Keras' data sets from the user's own cached copies, as `load_data` gives them (keras/src/datasets). */
import { type NdArray, numeric, sizeOf } from '../numpy/ndarray';
import { asNumber, asString, type Call } from '../python/call';
import { array, type Value } from '../python/values';
import { RandomSource, rows as rowsOf } from '../random/source';
import { openNpz } from './files';
import { kept } from './kept';
import { SequencesObject } from './sequences';

type Loader = (bytes: Uint8Array, call: Call) => readonly Value[] | undefined;

/** Signature of `load_data` where it takes more than a path. */
const signatures: Readonly<Record<string, string>> = {
  boston_housing: 'path test_split seed',
  california_housing: 'version path test_split seed',
  imdb: 'path num_words skip_top maxlen seed start_char oov_char index_from',
  reuters: 'path num_words skip_top maxlen test_split seed start_char oov_char index_from',
};

const loaders: Readonly<Record<string, Loader>> = { boston_housing: table, california_housing: table, imdb: texts, reuters: texts };

/**
 * `x_train`, `y_train`, `x_test`, `y_test` out of a cached copy.
 * @returns undefined where the file or an argument is not understood.
 */
export function loadedDataset(name: string, keys: readonly string[], bytes: Uint8Array, call: Call): readonly Value[] | undefined {
  const load = loaders[name];
  if (load) return load(bytes, call);
  const stored = openNpz(bytes);
  const arrays = keys.map((key) => stored?.array(key));
  return arrays.includes(undefined) ? undefined : (arrays as NdArray[]).map((part) => array(part, call.span));
}

/** Numbers of an argument; null where it is `None`, undefined where it is not understood. */
function options(call: Call): (name: string, otherwise: number | null) => number | null | undefined {
  const dataset = call.name.split('.').at(-2) ?? '';
  const bound = call.bind(signatures[dataset] ?? '');
  return (name, otherwise) => {
    const value = bound[name];
    return !value ? otherwise : value.kind === 'none' ? null : asNumber(value);
  };
}

/** `numpy.random.RandomState(seed)`. */
function shuffler(seed: number): RandomSource {
  return new RandomSource(false, seed, 'numpy.random.RandomState');
}

function table(bytes: Uint8Array, call: Call): readonly Value[] | undefined {
  const option = options(call);
  const [split, seed] = [option('test_split', 0.2), option('seed', 113)];
  const version = call.bind(signatures[call.name.split('.').at(-2) ?? ''] ?? '').version;
  const stored = openNpz(bytes);
  const [x, y] = [stored?.array('x'), stored?.array('y')];
  const small = version && asString(version) === 'small';
  if (typeof split !== 'number' || typeof seed !== 'number' || !x || !y || (version && !small && asString(version) !== 'large')) return undefined;
  const length = small ? Math.min(600, x.shape[0]!) : x.shape[0]!;
  const order = shuffler(seed).permutation(length);
  const cut = Math.trunc(length * (1 - split));
  return [order.subarray(0, cut), order.subarray(cut)].flatMap((part) => [x, y].map((all) => array(rowsOf(all, part), call.span)));
}

/** What `load_data` of texts is asked for. */
interface Wanted {
  readonly words: number | null;
  readonly skip: number;
  readonly longest: number | null;
  readonly seed: number;
  readonly start: number | null;
  readonly other: number | null;
  readonly from: number;
  readonly split: number;
}

function wantedTexts(call: Call): Wanted | undefined {
  const option = options(call);
  const { keywords } = call.arguments;
  // Keras 1 said nb_words.
  const words = keywords.has('nb_words') ? asNumber(keywords.get('nb_words')) : option('num_words', null);
  const [longest, start, other] = [option('maxlen', null), option('start_char', 1), option('oov_char', 2)];
  const [skip, seed, from, split] = [option('skip_top', 0), option('seed', 113), option('index_from', 3), option('test_split', 0.2)];
  if (words === undefined || longest === undefined || start === undefined || other === undefined) return undefined;
  if (typeof skip !== 'number' || typeof seed !== 'number' || typeof split !== 'number' || from === undefined) return undefined;
  return { words, skip, longest, seed, start, other, from: from ?? 0, split };
}

interface Labelled {
  readonly rows: readonly Float64Array[];
  readonly labels: readonly number[];
}

function texts(bytes: Uint8Array, call: Call): readonly Value[] | undefined {
  const wanted = wantedTexts(call);
  const parts = wanted && partsOf(bytes, wanted);
  if (!parts) return undefined;
  return parts.flatMap(({ rows, labels }) => [
    new SequencesObject(rows, call.span), array(numeric([labels.length], Float64Array.from(labels), 'int64'), call.span),
  ]);
}

const partsOf = kept((bytes: Uint8Array, wanted: Wanted): readonly Labelled[] | undefined => {
  const stored = openNpz(bytes);
  const source = shuffler(wanted.seed);
  const made = [['x_train', 'y_train'], ['x_test', 'y_test'], ['x', 'y']].flatMap(([x = '', y = '']) => {
    const [rows, labels] = [stored?.lists(x), stored?.array(y)];
    return rows && labels?.data && sizeOf(labels.shape) === rows.length ? [prepared(rows, labels.data as Float64Array, source.permutation(rows.length), wanted)] : [];
  });
  return made.length === 0 ? undefined : parted(made, wanted);
});

/** Shuffled, with the start's number before each text and the words' numbers moved up, without texts that are too long. */
function prepared(lists: readonly (readonly number[])[], labels: Float64Array, shuffled: Float64Array, { start, from, longest }: Wanted): Labelled {
  const first = start === null ? [] : [start];
  const order = [...shuffled].filter((row) => !longest || lists[row]!.length + first.length < longest);
  return {
    rows: order.map((row) => Float64Array.from([...first, ...lists[row]!.map((word) => word + from)])),
    labels: order.map((row) => labels[row]!),
  };
}

/** The part to train on and the part to test on, with rare and frequent words taken away in both alike. */
function parted(made: readonly Labelled[], { words, skip, other, split }: Wanted): readonly Labelled[] {
  const most = words || made.reduce((largest, { rows }) => rows.reduce((top, row) => row.reduce((a, b) => Math.max(a, b), top), largest), 0);
  const usual = (word: number): boolean => skip <= word && word < most;
  const limited = made.map(({ rows, labels }) => ({
    labels, rows: rows.map((row) => (other === null ? row.filter(usual) : row.map((word) => (usual(word) ? word : other)))),
  }));
  const [only] = limited;
  if (!only || limited.length > 1) return limited;
  const cut = Math.trunc(only.rows.length * (1 - split));
  return [0, 1].map((part) => ({
    rows: part === 0 ? only.rows.slice(0, cut) : only.rows.slice(cut), labels: part === 0 ? only.labels.slice(0, cut) : only.labels.slice(cut),
  }));
}
