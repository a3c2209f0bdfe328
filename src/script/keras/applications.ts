import type { Span } from '../../text/span';
import { applicationOf } from '../applications';
import { asBoolean, asString } from '../python/call';
import { sameValue } from '../python/operators';
import { integer, LibraryObject, text, unknown, type Value } from '../python/values';
import type { Layer } from '../script';
import { jsonOf } from './json';
import { layerClass } from './layers';
import { kerasName } from './names';
import { type KerasArguments, LayerObject } from './objects';
import { SymbolObject } from './symbols';

/**
 * How many layers a model of `keras.applications` has whose layers are not known one by one, without its top, the input counted, and
 * how many the top adds (keras/src/applications, version 3.15, channels last).
 */
const counts: Readonly<Record<string, readonly [withoutTop: number, top: number]>> = {
  ConvNeXtTiny: [133, 2], ConvNeXtSmall: [259, 2], ConvNeXtBase: [259, 2], ConvNeXtLarge: [259, 2], ConvNeXtXLarge: [259, 2],
  EfficientNetV2B0: [270, 3], EfficientNetV2B1: [334, 3], EfficientNetV2B2: [349, 3], EfficientNetV2B3: [409, 3],
  EfficientNetV2S: [513, 3], EfficientNetV2M: [740, 3], EfficientNetV2L: [1028, 3],
  InceptionResNetV2: [780, 2],
};

/** The layers of one model, whichever part of it is looked at; undefined for one that is not known but counted. */
class Whole {
  /** `trainable` of all of them. */
  trained: Value | undefined;
  /** By number of the layer, where a script sets it for a single one. */
  readonly each = new Map<number, Value>();
  readonly #model: Pick<Layer, 'className' | 'config' | 'span'>;
  #layers: readonly (Layer | undefined)[] | undefined;

  constructor(className: string, { values }: KerasArguments, span: Span) {
    this.#model = { className, span, config: Object.fromEntries([...values].map(([name, value]) => [name, jsonOf(value)])) };
  }

  /** Undefined where not even their number is known. */
  get layers(): readonly (Layer | undefined)[] | undefined {
    return (this.#layers ??= applicationOf(this.#model)?.layers ?? counted(this.#model));
  }
}

/** A model of `keras.applications` as one layer, or what it has up to one of its layers. */
export class ApplicationLayer extends LayerObject {
  readonly #whole: Whole;
  /** Layers it has, where it is a part of a model. */
  readonly #part: number | undefined;

  /** @param part the model that this is the beginning of, and how many of its layers it has. */
  constructor(className: string, given: KerasArguments, span: Span, part?: { readonly of: ApplicationLayer; readonly count: number | undefined }) {
    super(className, 'keras.applications', given, span);
    this.#whole = part ? part.of.#whole : new Whole(className, given, span);
    this.#part = part && (part.count ?? NaN);
  }

  /** Layers it has; undefined for a model of which not even that is known. */
  get count(): number | undefined {
    const count = this.#part ?? this.#whole.layers?.length;
    return Number.isNaN(count) ? undefined : count;
  }

  isPartOf(model: ApplicationLayer): boolean {
    return this.#whole === model.#whole;
  }

  /** The layers inside, of which little more than their number may be known; undefined if not even that is. */
  inside(): readonly InnerLayer[] | undefined {
    const { count } = this;
    return count === undefined ? undefined : Array.from({ length: count }, (_, at) => new InnerLayer(this, at, this.#whole.layers?.[at]));
  }

  /** The model up to one of its layers, by number or by name. */
  upTo(last: number | Value, span: Span): ApplicationLayer {
    if (typeof last === 'number' && last + 1 === this.count) return this;
    const at = typeof last === 'number' ? last : (this.#whole.layers?.findIndex((layer) => layer?.name !== undefined && layer.name === asString(last)) ?? -1);
    const until = typeof last === 'number' ? integer(last, span) : last;
    const count = at < 0 ? undefined : at + 1;
    return new ApplicationLayer(this.typeName, { ...this.given, values: new Map([...this.given.values, ['until', until]]) }, span, { of: this, count });
  }

  /** One value for all layers that may have weights; unknown where they differ. */
  override get trainable(): Value | undefined {
    const { trained: whole, each } = this.#whole;
    if (each.size === 0) return whole;
    // The input, which comes first, has no weights.
    const values = Array.from({ length: Math.max(1, (this.count ?? 0) - 1) }, (_, i) => each.get(i + 1) ?? whole);
    const [first] = values;
    const isOne = values.every((value) => value === first || (value && first && sameValue(value, first)));
    return isOne ? first : unknown(this.span, 'script.partly-frozen', { name: this.typeName });
  }

  /** Known where a script says so of single ones and all that it says is known. */
  override get trainedLayers(): readonly boolean[] | undefined {
    const { trained: whole, each, layers } = this.#whole;
    if (each.size === 0) return undefined;
    const trained = layers?.map((_, at) => {
      const value = each.get(at) ?? whole;
      return value ? asBoolean(value) : true;
    });
    return trained?.includes(undefined) ? undefined : (trained as boolean[] | undefined);
  }

  override setAttribute(name: string, value: Value): boolean {
    if (name !== 'trainable') return super.setAttribute(name, value);
    this.#whole.trained = value;
    this.#whole.each.clear();
    return true;
  }

  /** `trainable` of the layer at a number. */
  trains(at: number, value: Value): void {
    this.#whole.each.set(at, value);
  }

  override copy(): ApplicationLayer {
    const given = { ...this.given, values: new Map(this.given.values) };
    const copy = new ApplicationLayer(this.typeName, given, this.span, { of: new ApplicationLayer(this.typeName, given, this.span), count: this.count });
    copy.#whole.trained = this.trainable;
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
  /** What it is, where that is known. */
  readonly #layer: Layer | undefined;

  constructor(model: ApplicationLayer, at: number, layer: Layer | undefined) {
    super(model.span);
    this.birth = model.birth;
    this.model = model;
    this.at = at;
    this.#layer = layer;
  }

  override isA(path: string): boolean | undefined {
    const { group, name } = kerasName(path) ?? {};
    const wanted = group === 'layers' && name !== undefined ? layerClass(name) : undefined;
    return wanted === undefined || !this.#layer ? undefined : wanted === this.#layer.className;
  }

  override attribute(name: string, span: Span): Value | undefined {
    // Layers that Keras numbers have no name that a script could tell beforehand.
    if (name === 'name' && this.#layer?.name !== undefined) return text(this.#layer.name, span);
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

function counted({ className, config }: Pick<Layer, 'className' | 'config'>): readonly undefined[] | undefined {
  const known = Object.hasOwn(counts, className) ? counts[className] : undefined;
  const top = config.include_top;
  if (!known || top?.known === false) return undefined;
  return new Array<undefined>(known[0] + (top === undefined || Boolean(top.value) ? known[1] : 0)).fill(undefined);
}
