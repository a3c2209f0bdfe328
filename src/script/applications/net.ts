/** Layers put together one after the other, with the shapes behind them. */
import type { Span } from '../../text/span';
import type { Graph, Json, Layer } from '../script';
import { BATCH } from '../operation-shapes';
import { outputShape, type Shape } from '../shapes';

export type Config = Readonly<Record<string, Json>>;

/** What a call of `keras.applications` says of the model. */
export interface Options {
  /** Shape of a picture; -1 for an open length. */
  readonly input: Shape;
  readonly includeTop: boolean;
  readonly pooling: 'avg' | 'max' | null;
  readonly classes: number;
  readonly classifierActivation: Json;
  readonly pretrained: boolean;
  /** Arguments of single models. */
  readonly alpha: number;
  readonly depthMultiplier: number;
  readonly dropout: number;
  readonly span: Span;
}

/** A model in the making; layers are known by their place in it. */
export class Net {
  readonly #layers: Layer[];
  readonly #shapes: Shape[];
  readonly options: Options;

  constructor(options: Options) {
    this.options = options;
    this.#layers = [{ className: 'InputLayer', span: options.span, inputs: [], config: {} }];
    this.#shapes = [options.input];
  }

  /** Puts a layer behind others. @returns its place. */
  add(className: string, config: Config, from: number | readonly number[], name?: string): number {
    const { span } = this.options;
    const inputs = typeof from === 'number' ? [from] : from;
    const read = Object.fromEntries(Object.entries(config).map(([argument, value]) => [argument, { known: true as const, value, span }]));
    const layer: Layer = { className, span, inputs, config: read, ...(name !== undefined && { name }) };
    this.#shapes.push(outputShape(layer, inputs.map((at) => [BATCH, ...this.#shapes[at]!]))?.slice(1) ?? []);
    return this.#layers.push(layer) - 1;
  }

  conv(at: number, filters: number, kernel: Json, name?: string, more?: Config): number {
    return this.add('Conv2D', { filters, kernel_size: kernel, ...more }, at, name);
  }

  norm(at: number, name?: string, more?: Config): number {
    return this.add('BatchNormalization', more ?? {}, at, name);
  }

  relu(at: number, name?: string): number {
    return this.add('Activation', { activation: 'relu' }, at, name);
  }

  channels(at: number): number {
    return this.#shapes[at]!.at(-1) ?? -1;
  }

  /** Zeros around pictures before a window moves over them by 2 (`correct_pad`, keras/src/applications/imagenet_utils.py). */
  padBeforeStride(at: number, kernel: number, name: string): number {
    const half = Math.floor(kernel / 2);
    const padding = this.#shapes[at]!.slice(0, 2).map((length) => [half - (length < 0 ? 1 : 1 - (length % 2)), half]);
    return this.add('ZeroPadding2D', { padding }, at, name);
  }

  /** The pooling that a model without its top may end with. @param names of the layers, where Keras gives them any. */
  pooled(at: number, names: Readonly<Partial<Record<'avg' | 'max', string>>> = {}): number {
    const { pooling } = this.options;
    if (pooling === null) return at;
    return this.add(pooling === 'avg' ? 'GlobalAveragePooling2D' : 'GlobalMaxPooling2D', {}, at, names[pooling]);
  }

  /** The layer that tells classes apart. */
  classifier(at: number, more?: Config): number {
    const { classes, classifierActivation } = this.options;
    return this.add('Dense', { units: classes, activation: classifierActivation, ...more }, at, 'predictions');
  }

  /** The usual end: an average of each channel and a classifier, or the pooling that was asked for. */
  end(at: number): number {
    if (this.options.includeTop) return this.classifier(this.add('GlobalAveragePooling2D', {}, at, 'avg_pool'));
    return this.pooled(at, { avg: 'avg_pool', max: 'max_pool' });
  }

  /** All layers up to this one as Keras counts them: from those farthest from the end (keras/src/ops/function.py, `map_graph`). */
  graph(last: number): Graph {
    const found = new Set<number>();
    const finished: number[] = [];
    const visit = (at: number): void => {
      if (found.has(at)) return;
      found.add(at);
      this.#layers[at]!.inputs.forEach(visit);
      finished.push(at);
    };
    visit(last);
    const depths = new Map<number, number>();
    for (const at of finished.reverse()) {
      const depth = depths.get(at) ?? 0;
      depths.set(at, depth);
      for (const input of this.#layers[at]!.inputs) depths.set(input, Math.max(depth + 1, depths.get(input) ?? 0));
    }
    const rank = new Map([...found].map((at, index) => [at, index]));
    const order = [...found].sort((a, b) => depths.get(b)! - depths.get(a)! || rank.get(a)! - rank.get(b)!);
    const place = new Map(order.map((at, index) => [at, index]));
    const layers = order.map((at): Layer => ({ ...this.#layers[at]!, inputs: this.#layers[at]!.inputs.map((input) => place.get(input)!) }));
    return { layers, outputs: [place.get(last)!] };
  }
}
