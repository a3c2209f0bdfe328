import type { Span } from '../../text/span';
import { fitting, operand } from '../numpy/methods';
import { binaryZip, columnStatistic } from './columns';
import { asNumbers, map, type NdArray, shaped } from '../numpy/ndarray';
import { asBoolean, type Call } from '../python/call';
import type { Functions } from '../python/library';
import { array, builtin, doubtOf, type Unknowable, type Value } from '../python/values';
import { Transformer } from './transformer';

/** Shift and factor for each column: x -> (x - shift) / factor. */
interface Scaling {
  readonly shift: NdArray;
  readonly factor: NdArray;
}

type Learn = (data: NdArray, given: Call) => Scaling | undefined;

/** A scaler of scikit-learn that works column by column (1.9, `preprocessing/_data.py`). */
class ScalerObject extends Transformer {
  readonly #learn: Learn | undefined;
  #scaling: Scaling | Unknowable | undefined;

  constructor(typeName: string, learn: Learn | undefined, made: Call) {
    super(typeName, made);
    this.#learn = learn;
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
    const data = floats(call.arguments.positional[0]);
    this.#scaling = (data && this.#learn?.(data, this.made)) ?? call.unread('script.unread-call', { name: this.typeName });
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
  const source = asNumbers(operand(value));
  return !source || source.dtype === 'float32' ? source : { ...source, dtype: 'float64' };
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

/** scikit-learn's scalers. */
export const scalerFunctions: Functions = Object.fromEntries([
  ...Object.entries(scalers).map(([name, learn]) => [`sklearn.preprocessing.${name}`, (call: Call): Value => new ScalerObject(name, learn, call)] as const),
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

