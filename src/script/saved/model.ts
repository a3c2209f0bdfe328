/** Keras' serialised models as the objects that a script would have made. */
import type { Span } from '../../text/span';
import { layerClass } from '../keras/layers';
import { ModelObject } from '../keras/model';
import type { Session } from '../keras/session';
import { KerasObject, LayerObject } from '../keras/objects';
import { SymbolObject } from '../keras/symbols';
import { optimizerArgument } from '../keras/optimizers';
import type { Call } from '../python/call';
import { dict, list, text, unknown, type Value } from '../python/values';
import type { Json } from '../script';
import { readModelJson, readSavedFile, record } from './file';
import { giveWeights, valueOf } from './layers';
import type { SavedWeights } from './weights';

type Config = Readonly<Record<string, Json>>;

/**
 * `load_model`: the model with its weights, compiled as it was saved unless `compiles` is false.
 * @returns undefined for bytes that are no model of Keras' own layers.
 */
export function loadedModel(bytes: Uint8Array, compiles: boolean, call: Call, session: Session): ModelObject | undefined {
  const saved = readSavedFile(bytes);
  if (!saved?.model) return undefined;
  const reader = new ModelReader(call, session);
  const model = reader.model(saved.model, saved.weights);
  if (!model) return undefined;
  if (reader.lacksWeights) model.loaded = unknown(call.span, 'script.loaded-weights');
  if (compiles && saved.compile) {
    model.compileWith(compileArguments(saved.compile, call.span), call.span);
    if (model.compiled && saved.steps > 0) model.compiled = { ...model.compiled, resumed: unknown(call.span, 'script.optimizer-state') };
  }
  return model;
}

/** `model_from_json`: the model, its weights as Keras draws them. */
export function modelFromJson(json: string, call: Call, session: Session): ModelObject | undefined {
  const model = readModelJson(json);
  return model === undefined ? undefined : new ModelReader(call, session).model(model, undefined);
}

/** One reading of one model. */
class ModelReader {
  readonly #call: Call;
  readonly #session: Session;
  readonly #span: Span;
  /** Set where a layer with weights found none. */
  lacksWeights = false;

  constructor(call: Call, session: Session) {
    this.#call = call;
    this.#session = session;
    this.#span = call.span;
  }

  model(json: Json, weights: SavedWeights | undefined): ModelObject | undefined {
    const { class_name: kind, config } = record(json) ?? {};
    if (weights === undefined) this.lacksWeights = true;
    // Keras 2.0 wrote the layers of a Sequential model as a plain list.
    const layers = Array.isArray(config) ? config : record(config)?.layers;
    if (!Array.isArray(layers)) return undefined;
    if (kind === 'Sequential') return this.#sequential(layers, weights);
    return kind === 'Functional' || kind === 'Model' ? this.#functional(record(config)!, layers, weights) : undefined;
  }

  #sequential(layers: readonly Json[], weights: SavedWeights | undefined): ModelObject | undefined {
    const model = new ModelObject('sequential', this.#span, this.#session);
    for (const layer of layers) {
      const made = this.#layer(layer, weights);
      if (!made) return undefined;
      model.entries.push(made);
    }
    return model;
  }

  /** A layer, or a model in its place. */
  #layer(json: Json, weights: SavedWeights | undefined): LayerObject | ModelObject | undefined {
    const entry = record(json);
    const className = entry?.class_name;
    const config = record(entry?.config);
    if (typeof className !== 'string' || !entry || !config) return undefined;
    const name = typeof config.name === 'string' ? config.name : undefined;
    const stored = weights?.take(className, name);
    if (className === 'Sequential' || className === 'Functional' || className === 'Model') return this.model(json, stored?.inner);
    const known = layerClass(className);
    const module = String(entry.module ?? 'keras.layers');
    const origin = known && !module.includes('ops') ? 'keras' : module.includes('ops') ? 'operation' : 'script';
    const values = new Map(Object.entries(layerConfig(className, config)).map(([key, value]) => [key, valueOf(value, this.#span)]));
    const layer = new LayerObject(known ?? className, origin, { values }, this.#span);
    giveWeights(layer, stored?.tensors);
    return layer;
  }

  #functional(config: Config, layers: readonly Json[], weights: SavedWeights | undefined): ModelObject | undefined {
    const byName = new Map<string, { readonly made: LayerObject | ModelObject; readonly nodes: readonly Json[] }>();
    for (const json of layers) {
      const made = this.#layer(json, weights);
      const entry = record(json);
      if (!made || !entry) return undefined;
      byName.set(String(entry.name ?? record(entry.config)?.name), { made, nodes: Array.isArray(entry.inbound_nodes) ? entry.inbound_nodes : [] });
    }
    const places = new Map<string, SymbolObject | undefined>();
    const symbolAt = ([name, node]: History): SymbolObject | undefined => {
      const key = `${name}:${node}`;
      if (places.has(key)) return places.get(key);
      places.set(key, undefined); // what leads back to itself is no model
      const found = byName.get(name);
      if (!found) return undefined;
      const inputs = historiesIn(found.nodes[node] ?? []).map(symbolAt);
      if (inputs.includes(undefined)) return undefined;
      const symbol = this.#apply(found.made, inputs as SymbolObject[]);
      places.set(key, symbol);
      return symbol;
    };
    const ends = (value: Json | undefined): (SymbolObject | undefined)[] => histories(value).map(symbolAt);
    const [inputs, outputs] = [ends(config.input_layers), ends(config.output_layers)];
    if (outputs.length === 0 || [...inputs, ...outputs].includes(undefined)) return undefined;
    const model = new ModelObject('functional', this.#span, this.#session);
    model.inputs = inputs as SymbolObject[];
    model.outputs = outputs as SymbolObject[];
    return model;
  }

  #apply(made: LayerObject | ModelObject, inputs: readonly SymbolObject[]): SymbolObject | undefined {
    if (made instanceof LayerObject) return new SymbolObject({ layer: made, inputs, span: this.#span });
    const given = inputs.length === 1 ? inputs[0]! : list(inputs, this.#span);
    const result = this.#call.interpreter.call(made, { positional: [given], keywords: new Map() }, this.#span);
    return result instanceof SymbolObject ? result : undefined;
  }
}

/** Where a tensor comes from: a layer, and which of its uses. */
type History = readonly [name: string, node: number];

/** `["dense", 0, 0]`, or a list of such. */
function histories(value: Json | undefined): History[] {
  if (!Array.isArray(value)) return [];
  const [first, second] = value as readonly Json[];
  if (typeof first === 'string' && typeof second === 'number') return [[first, second]];
  return (value as readonly Json[]).flatMap(histories);
}

/** Of a use of a layer: `{ args, kwargs }` with tensors in them in Keras 3, lists of `[name, node, tensor, arguments]` in Keras 2. */
function historiesIn(node: Json): History[] {
  if (Array.isArray(node)) return histories(node);
  const { args, kwargs } = record(node) ?? {};
  const tensors = (value: Json | undefined): History[] => {
    if (Array.isArray(value)) return (value as readonly Json[]).flatMap(tensors);
    const object = record(value);
    if (object?.class_name === '__keras_tensor__') return histories(record(object.config)?.keras_history);
    return [];
  };
  // Masks are computed anew.
  const named = Object.entries(record(kwargs) ?? {}).filter(([name]) => !name.endsWith('mask'));
  return [...tensors(args), ...named.flatMap(([, value]) => tensors(value))];
}

/** Arguments of a layer, without what only describes the input, its building or how it was saved. */
function layerConfig(className: string, config: Config): Config {
  if (className === 'InputLayer') {
    const shape = config.batch_shape ?? config.batch_input_shape;
    return { ...(config.name !== undefined && { name: config.name }), ...(shape && { batch_shape: shape }) };
  }
  const result = Object.fromEntries(Object.entries(config).map(([name, value]) => [name, plain(value)]));
  // Keras 3 writes the axis of the steps even where nobody chose it.
  if (JSON.stringify(result.attention_axes) === '[1]') delete result.attention_axes;
  const backward = record(result.backward_layer);
  // Keras 3 always writes it; it is an argument only where it is another layer than the forward one, turned round.
  if (backward && sameLayer(record(result.layer), backward)) delete result.backward_layer;
  return result;
}

function sameLayer(forward: Config | undefined, backward: Config): boolean {
  const aside = new Set(['name', 'go_backwards', 'seed']);
  const bare = (layer: Config | undefined): string =>
    JSON.stringify([layer?.class_name, Object.entries(record(layer?.config) ?? {}).filter(([name]) => !aside.has(name))]);
  return bare(forward) === bare(backward);
}

/** A value without Keras' notes on how to make it again. */
function plain(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(plain);
  const object = record(value);
  if (!object) return value;
  const { class_name: className, config } = object;
  if (typeof className !== 'string') return Object.fromEntries(Object.entries(object).map(([name, part]) => [name, plain(part)]));
  if (/Policy$/.test(className)) return record(config)?.name ?? null;
  if (className === 'function') return config ?? null;
  return { class_name: className, config: plain(config ?? {}) };
}

/** An object of Keras in a group of its own: an optimizer, a loss, a metric. */
function objectOf(group: string, value: Json, span: Span): Value {
  const object = record(plain(value));
  if (Array.isArray(value)) return list((value as readonly Json[]).map((item) => objectOf(group, item, span)), span);
  if (!object || typeof object.class_name !== 'string') {
    return object ? dict(span, Object.entries(object).map(([name, part]) => [text(name, span), objectOf(group, part, span)] as const)) : valueOf(plain(value), span);
  }
  const arguments_ = Object.entries(record(object.config) ?? {}).filter(([name]) => group === 'optimizers' || (name !== 'dtype' && name !== 'axis'));
  const values = new Map(arguments_.map(([name, part]) => [group === 'optimizers' ? optimizerArgument(name) : name, valueOf(part, span)]));
  return new KerasObject(group, object.class_name, { values }, span);
}

function compileArguments(compile: Config, span: Span): Map<string, Value> {
  const { optimizer, loss, loss_weights: weights, metrics } = compile;
  return new Map<string, Value>([
    ['optimizer', objectOf('optimizers', optimizer ?? null, span)],
    ['loss', objectOf('losses', loss ?? null, span)],
    ['loss_weights', valueOf(weights ?? null, span)],
    ['metrics', objectOf('metrics', metrics ?? null, span)],
  ]);
}
