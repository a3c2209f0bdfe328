import type { Span } from '../../text/span';
import { fitting, operand } from '../numpy/methods';
import { binaryZip, columnStatistic } from './columns';
import { derived, map, type NdArray, numeric, shaped } from '../numpy/ndarray';
import { asBoolean, type Call } from '../python/call';
import type { Functions } from '../python/library';
import { array, builtin, doubtOf, LibraryObject, list, text, type Unknowable, type Value, float } from '../python/values';
import { FrameObject } from './frame';

/** Shift and factor for each column: x -> (x - shift) / factor. */
interface Scaling {
  readonly shift: NdArray;
  readonly factor: NdArray;
}

type Learn = (data: NdArray, given: Call) => Scaling | undefined;

/** What is fitted to data and then transforms data. */
abstract class Transformer extends LibraryObject {
  protected abstract fit(call: Call): void;
  protected abstract transform(call: Call): Value;

  override attribute(name: string, span: Span): Value | undefined {
    switch (name) {
      case 'fit':
        return builtin(name, span, (call) => {
          this.fit(call);
          return this;
        });
      case 'fit_transform':
        return builtin(name, span, (call) => {
          this.fit(call);
          return this.transform(call);
        });
      case 'transform':
        return builtin(name, span, (call) => this.transform(call));
      default:
        return undefined;
    }
  }
}

/** A scaler of scikit-learn that works column by column (1.9, `preprocessing/_data.py`). */
class ScalerObject extends Transformer {
  readonly typeName: string;
  readonly #learn: Learn | undefined;
  readonly #given: Call;
  #scaling: Scaling | Unknowable | undefined;

  constructor(typeName: string, learn: Learn | undefined, given: Call) {
    super(given.span);
    this.typeName = typeName;
    this.#learn = learn;
    this.#given = given;
  }

  override attribute(name: string, span: Span): Value | undefined {
    switch (name) {
      case 'inverse_transform':
        return builtin(name, span, (call) => this.#apply(call, (data, { shift, factor }) => binaryZip(binaryZip(data, factor, (a, b) => a * b), shift, (a, b) => a + b)));
      case 'mean_':
      case 'data_min_':
      case 'center_':
        return this.#scaling && 'shift' in this.#scaling ? array(this.#scaling.shift, span) : undefined;
      case 'scale_':
        return this.#scaling && 'shift' in this.#scaling && this.typeName === 'StandardScaler' ? array(this.#scaling.factor, span) : undefined;
      default:
        return super.attribute(name, span);
    }
  }

  protected override fit(call: Call): void {
    call.interpreter.touch(this);
    const data = floats(call.arguments.positional[0]);
    this.#scaling = (data && this.#learn?.(data, this.#given)) ?? call.unread('script.unread-call', { name: this.typeName });
  }

  protected override transform(call: Call): Value {
    return this.#apply(call, (data, { shift, factor }) => binaryZip(binaryZip(data, shift, (a, b) => a - b), factor, (a, b) => a / b));
  }

  #apply(call: Call, work: (data: NdArray, scaling: Scaling) => NdArray): Value {
    const [given] = call.arguments.positional;
    const doubt = doubtOf(this) ?? (given && doubtOf(given));
    const data = floats(given);
    if (doubt || !data) return doubt ?? call.unread();
    const scaling = this.#scaling;
    if (!scaling) return call.unread();
    if ('kind' in scaling || !data.data) return array(shaped(data.shape, 'float64', data.missing ?? ('kind' in scaling ? scaling : undefined)), call.span);
    return fitting(call, () => array(work(data, scaling), call.span));
  }
}

/** A table of floats. */
function floats(value: Value | undefined): NdArray | undefined {
  const source = operand(value instanceof FrameObject ? value.values(value.span) : value);
  if (!source || source.dtype === 'str') return undefined;
  return source.dtype === 'float32' ? source : { ...source, dtype: 'float64' };
}

const ones = (like: NdArray): NdArray => map(like, like.dtype, () => 1);
const zeros = (like: NdArray): NdArray => map(like, like.dtype, () => 0);
/** scikit-learn leaves constant columns as they are. */
const withoutZeros = (factor: NdArray): NdArray => map(factor, factor.dtype, (value) => (value === 0 ? 1 : value));

const scalers: Readonly<Record<string, Learn | undefined>> = {
  StandardScaler(data, given) {
    const { with_mean: centre, with_std: scale } = given.bind('');
    const mean = columnStatistic(data, (values) => values.reduce((sum, value) => sum + value, 0) / values.length);
    const deviation = columnStatistic(data, (values) => {
      const middle = values.reduce((sum, value) => sum + value, 0) / values.length;
      return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / values.length);
    });
    if (!mean || !deviation) return undefined;
    return { shift: asBoolean(centre) === false ? zeros(mean) : mean, factor: asBoolean(scale) === false ? ones(mean) : withoutZeros(deviation) };
  },
  MinMaxScaler(data, given) {
    const { feature_range: range } = given.bind('feature_range');
    const bounds = range?.kind === 'tuple' || range?.kind === 'list' ? range.items.map((item) => (item.kind === 'number' ? item.value : undefined)) : [0, 1];
    const [low, high] = bounds;
    const least = columnStatistic(data, (values) => values.reduce((a, b) => Math.min(a, b), Infinity));
    const most = columnStatistic(data, (values) => values.reduce((a, b) => Math.max(a, b), -Infinity));
    if (!least || !most || low === undefined || high === undefined) return undefined;
    const factor = map(withoutZeros(binaryZip(most, least, (a, b) => a - b)), 'float64', (value) => value / (high - low));
    return { shift: binaryZip(least, factor, (value, scale) => value - low * scale), factor };
  },
  MaxAbsScaler(data) {
    const most = columnStatistic(data, (values) => values.reduce((a, b) => Math.max(a, Math.abs(b)), 0));
    return most && { shift: zeros(most), factor: withoutZeros(most) };
  },
  RobustScaler(data) {
    const quantile = (share: number) => (values: Float64Array): number => {
      const ordered = values.slice().sort();
      const place = share * (ordered.length - 1);
      const below = Math.floor(place);
      return ordered[below]! + (place - below) * ((ordered[below + 1] ?? ordered[below]!) - ordered[below]!);
    };
    const [low, middle, high] = [0.25, 0.5, 0.75].map((share) => columnStatistic(data, quantile(share)));
    return low && middle && high && { shift: middle, factor: withoutZeros(binaryZip(high, low, (a, b) => a - b)) };
  },
  QuantileTransformer: undefined,
  PowerTransformer: undefined,
};

/** `LabelEncoder`, `LabelBinarizer` and `OneHotEncoder`: words or numbers to positions in their sorted list. */
class EncoderObject extends Transformer {
  readonly typeName: string;
  readonly #hot: boolean;
  #classes: readonly (number | string)[] | Unknowable | undefined;

  constructor(typeName: string, span: Span) {
    super(span);
    this.typeName = typeName;
    this.#hot = typeName !== 'LabelEncoder';
  }

  override attribute(name: string, span: Span): Value | undefined {
    switch (name) {
      case 'classes_': {
        if (!this.#classes || 'kind' in this.#classes) return this.#classes;
        return list(this.#classes.map((value) => (typeof value === 'string' ? text(value, span) : float(value, span))), span);
      }
      default:
        return super.attribute(name, span);
    }
  }

  #source(call: Call): NdArray | undefined {
    const [given] = call.arguments.positional;
    return operand(given instanceof FrameObject ? given.values(call.span) : given);
  }

  protected override fit(call: Call): void {
    call.interpreter.touch(this);
    const source = this.#source(call);
    // Several columns of categories are not followed.
    const single = source && (source.shape.length === 1 || source.shape[1] === 1);
    this.#classes = source?.data && single ? [...new Set<number | string>(source.data)].sort((a, b) => (a < b ? -1 : 1)) : this.#lacking(call, source);
  }

  #lacking(call: Call, source: NdArray | undefined): Unknowable {
    return source?.missing ? { kind: 'unknown', ...source.missing } : call.unread();
  }

  protected override transform(call: Call): Value {
    const doubt = doubtOf(this) ?? call.doubt();
    const source = this.#source(call);
    const classes = this.#classes;
    if (doubt || !source || !classes) return doubt ?? call.unread();
    const rows = source.shape[0] ?? -1;
    if ('kind' in classes || !source.data) {
      const shape = this.#hot ? [rows, 'kind' in classes ? -1 : classes.length] : [rows];
      return array(shaped(shape, this.#hot ? 'float64' : 'int64', source.missing ?? ('kind' in classes ? classes : undefined)), call.span);
    }
    const place = new Map(classes.map((value, i) => [value, i]));
    const codes = Float64Array.from(source.data as readonly (number | string)[], (value) => place.get(value) ?? Number.NaN);
    if (!this.#hot) return array(derived(numeric([rows], codes, 'int64'), source), call.span);
    // Two classes of a LabelBinarizer make one column.
    if (this.typeName === 'LabelBinarizer' && classes.length === 2) return array(derived(numeric([rows, 1], codes, 'int64'), source), call.span);
    return new Encoded(derived(oneHot(codes, classes.length), source), call.span);
  }
}

/** A one-hot matrix; `OneHotEncoder` gives a sparse one that `toarray()` makes plain. */
class Encoded extends LibraryObject {
  readonly typeName = 'matrix';
  readonly #matrix: NdArray;

  constructor(matrix: NdArray, span: Span) {
    super(span);
    this.#matrix = matrix;
  }

  override attribute(name: string, span: Span): Value | undefined {
    if (name === 'toarray' || name === 'todense' || name === 'to_numpy') return builtin(name, span, (call) => array(this.#matrix, call.span));
    if (name === 'values') return array(this.#matrix, span);
    const plain = array(this.#matrix, span);
    return builtin(name, span, (call) => call.interpreter.call(call.interpreter.attribute(plain, name, call.span), call.arguments, call.span));
  }

  override index(index: Value, call: Call): Value {
    return call.interpreter.entry(array(this.#matrix, call.span), index, call);
  }
}

/** Rows with a single 1, as `to_categorical` makes them. */
export function oneHot(codes: ArrayLike<number>, classes: number): NdArray {
  const data = new Float64Array(codes.length * classes);
  for (let i = 0; i < codes.length; i++) data[i * classes + codes[i]!] = 1;
  return numeric([codes.length, classes], data, 'float64');
}

/** scikit-learn's scalers and encoders. */
export const scalerFunctions: Functions = Object.fromEntries([
  ...Object.entries(scalers).map(([name, learn]) => [`sklearn.preprocessing.${name}`, (call: Call): Value => new ScalerObject(name, learn, call)] as const),
  ...['LabelEncoder', 'LabelBinarizer', 'OneHotEncoder'].map((name) => [`sklearn.preprocessing.${name}`, (call: Call): Value => new EncoderObject(name, call.span)] as const),
  ...(['scale', 'minmax_scale'] as const).map(
    (name) =>
      [
        `sklearn.preprocessing.${name}`,
        (call: Call): Value => {
          const scaler = new ScalerObject(name, scalers[name === 'scale' ? 'StandardScaler' : 'MinMaxScaler'], call);
          return call.interpreter.call(scaler.attribute('fit_transform', call.span)!, { positional: call.arguments.positional.slice(0, 1), keywords: new Map() }, call.span);
        },
      ] as const,
  ),
]);

