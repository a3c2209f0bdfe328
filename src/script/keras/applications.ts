import type { Span } from '../../text/span';
import { sameValue } from '../python/operators';
import { integer, LibraryObject, unknown, type Value } from '../python/values';
import { type KerasArguments, LayerObject, SymbolObject } from './objects';

/**
 * How many layers a model of `keras.applications` has without its top, the input counted, and how many the top adds
 * (keras/src/applications, version 3.15, channels last).
 */
const counts: Readonly<Record<string, readonly [withoutTop: number, top: number]>> = {
  ConvNeXtTiny: [133, 2], ConvNeXtSmall: [259, 2], ConvNeXtBase: [259, 2], ConvNeXtLarge: [259, 2], ConvNeXtXLarge: [259, 2],
  DenseNet121: [427, 2], DenseNet169: [595, 2], DenseNet201: [707, 2],
  VGG16: [19, 4], VGG19: [22, 4], Xception: [132, 2],
  ResNet50: [175, 2], ResNet101: [345, 2], ResNet152: [515, 2], ResNet50V2: [190, 2], ResNet101V2: [377, 2], ResNet152V2: [564, 2],
  EfficientNetB0: [237, 3], EfficientNetB1: [339, 3], EfficientNetB2: [339, 3], EfficientNetB3: [384, 3], EfficientNetB4: [474, 3],
  EfficientNetB5: [576, 3], EfficientNetB6: [666, 3], EfficientNetB7: [813, 3],
  EfficientNetV2B0: [270, 3], EfficientNetV2B1: [334, 3], EfficientNetV2B2: [349, 3], EfficientNetV2B3: [409, 3],
  EfficientNetV2S: [513, 3], EfficientNetV2M: [740, 3], EfficientNetV2L: [1028, 3],
  InceptionV3: [311, 2], InceptionResNetV2: [780, 2], MobileNet: [86, 5], MobileNetV2: [154, 2],
};

/** What the layers of one model have as `trainable`, whichever part of the model is looked at. */
interface Trained {
  whole: Value | undefined;
  /** By number of the layer, where a script sets it for a single one. */
  readonly each: Map<number, Value>;
}

/** A model of `keras.applications` as one layer, or what it has up to one of its layers. */
export class ApplicationLayer extends LayerObject {
  /** Layers it has; undefined for a model that is not in the table. */
  readonly count: number | undefined;
  readonly #trained: Trained;

  /** @param part the model that this is the beginning of, and how many of its layers it has. */
  constructor(className: string, given: KerasArguments, span: Span, part?: { readonly of: ApplicationLayer; readonly count: number | undefined }) {
    super(className, 'keras.applications', given, span);
    this.count = part ? part.count : layerCount(className, given.values.get('include_top'));
    this.#trained = part ? part.of.#trained : { whole: undefined, each: new Map() };
  }

  isPartOf(model: ApplicationLayer): boolean {
    return this.#trained === model.#trained;
  }

  /** The layers inside, of which little more than their number is known; undefined if not even that is. */
  inside(): readonly InnerLayer[] | undefined {
    return this.count === undefined ? undefined : Array.from({ length: this.count }, (_, at) => new InnerLayer(this, at));
  }

  /** The model up to one of its layers, by number or by name. */
  upTo(last: number | Value, span: Span): ApplicationLayer {
    if (typeof last === 'number' && last + 1 === this.count) return this;
    const count = typeof last === 'number' ? last + 1 : undefined;
    const until = typeof last === 'number' ? integer(last, span) : last;
    return new ApplicationLayer(this.typeName, { ...this.given, values: new Map([...this.given.values, ['until', until]]) }, span, { of: this, count });
  }

  /** One value for all layers that may have weights; unknown where they differ. */
  override get trainable(): Value | undefined {
    const { whole, each } = this.#trained;
    if (each.size === 0) return whole;
    // The input, which comes first, has no weights.
    const values = Array.from({ length: Math.max(1, (this.count ?? 0) - 1) }, (_, i) => each.get(i + 1) ?? whole);
    const [first] = values;
    const isOne = values.every((value) => value === first || (value && first && sameValue(value, first)));
    return isOne ? first : unknown(this.span, 'script.partly-frozen', { name: this.typeName });
  }

  override setAttribute(name: string, value: Value): boolean {
    if (name !== 'trainable') return super.setAttribute(name, value);
    this.#trained.whole = value;
    this.#trained.each.clear();
    return true;
  }

  /** `trainable` of the layer at a number. */
  trains(at: number, value: Value): void {
    this.#trained.each.set(at, value);
  }

  override copy(): ApplicationLayer {
    const given = { ...this.given, values: new Map(this.given.values) };
    const copy = new ApplicationLayer(this.typeName, given, this.span, { of: new ApplicationLayer(this.typeName, given, this.span), count: this.count });
    copy.#trained.whole = this.trainable;
    return copy;
  }
}

/** One layer inside a model of `keras.applications`. */
export class InnerLayer extends LibraryObject {
  readonly typeName = 'Layer';
  /** As old as its model: what changes it in doubt puts the model in doubt. */
  override readonly birth: number;
  readonly model: ApplicationLayer;
  readonly at: number;

  constructor(model: ApplicationLayer, at: number) {
    super(model.span);
    this.birth = model.birth;
    this.model = model;
    this.at = at;
  }

  override attribute(name: string, span: Span): Value | undefined {
    const { output } = this.model;
    if (name !== 'output' || !output) return undefined;
    const part = this.model.upTo(this.at, span);
    return part.output ?? new SymbolObject({ ...output.node, layer: part, span });
  }

  override setAttribute(name: string, value: Value): boolean {
    if (name === 'trainable') this.model.trains(this.at, value);
    return name === 'trainable';
  }
}

function layerCount(className: string, includeTop: Value | undefined): number | undefined {
  const known = Object.hasOwn(counts, className) ? counts[className] : undefined;
  const hasTop = !includeTop || (includeTop.kind === 'bool' || includeTop.kind === 'number' ? Boolean(includeTop.value) : undefined);
  return known && hasTop !== undefined ? known[0] + (hasTop ? known[1] : 0) : undefined;
}
