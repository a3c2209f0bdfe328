import type { Graph, Json, Layer, Model, Read } from '../script';
import { asNumber, type Call } from '../python/call';
import { doubtOf, type Unknowable, unknown, type Value } from '../python/values';
import { jsonOf, unread } from './json';
import type { ModelObject } from './model';
import { inputShape, LayerObject } from './objects';
import { type Ends, type Node, SymbolObject, symbolsOf } from './symbols';

/** Arguments that describe the input and not the layer; they stand in the `InputLayer`. */
const inputArguments = new Set(['input_shape', 'batch_input_shape', 'batch_shape', 'input_length']);

/** The layers of a model in topological order. */
export function readModel(model: ModelObject, ends: Ends | Unknowable): Read<Model> {
  if ('reason' in ends) return unread(ends);
  const graph = placed(ends, model.form === 'sequential', model.compiled?.trainable);
  return 'reason' in graph ? unread(graph) : { known: true, span: model.span, value: { kind: model.form, span: model.span, ...graph } };
}

/** What lies between tensors, as operations and layers that nobody trains. */
export function graphOf(ends: Ends): Graph | Unknowable {
  return placed(ends, false, undefined);
}

/** What lies between the ends in topological order; unknown where a part of it is. */
function placed(ends: Ends, isSequential: boolean, trainable: ReadonlyMap<LayerObject, Value> | undefined): Graph | Unknowable {
  const layers: Layer[] = [];
  const places = new Map<Node, number>();
  const firstUse = new Map<LayerObject, number>();
  const leavesOut = isSequential && !ends.inputs.some((input) => meets(input, ends.outputs));
  const pending = new Set<Node>();
  let failure: Unknowable | undefined;
  const place = (symbol: SymbolObject): number => {
    const { node } = symbol;
    const known = places.get(node);
    if (known !== undefined) return known;
    if (pending.has(node)) {
      failure ??= unknown(node.span, 'script.unread-model');
      return 0;
    }
    pending.add(node);
    failure ??= doubtOf(symbol) ?? doubtOf(node.layer);
    const inputs = node.inputs.map(place);
    // A Sequential model has one input; elsewhere several layers may take the same.
    if (leavesOut && node.layer.typeName === 'InputLayer' && isShapeless(node.layer)) {
      places.set(node, -1);
      return -1;
    }
    const at = layers.length;
    const shared = firstUse.get(node.layer);
    const inside = node.inside && placed(node.inside, false, trainable);
    const layer = layerOf(node.layer, trainable);
    layers.push({
      ...layer,
      ...(node.infers && { config: { ...layer.config, training: { known: true, value: false, span: node.span } } }),
      inputs: inputs.filter((input) => input >= 0),
      ...(shared !== undefined && { sharesWeightsWith: shared }),
      ...(inside && !('reason' in inside) && { inside }),
    });
    if (shared === undefined) firstUse.set(node.layer, at);
    places.set(node, at);
    return at;
  };
  // Inputs come in the order of the model, whatever order its layers use them in.
  ends.inputs.forEach(place);
  const outputs = ends.outputs.map(place);
  return failure ?? { layers, outputs };
}

/** Where a model begins and ends; `x`: the data it is trained with, in whose form a class of the script takes its inputs. */
export function endsOf(model: ModelObject, x: Value | undefined, call: Call): Ends | Unknowable {
  const doubt = doubtOf(model);
  if (doubt) return doubt;
  if (model.form === 'sequential') {
    return model.entries.length === 0 ? unknown(model.span, 'script.unread-model') : model.graphFor(x);
  }
  if (model.outputs.length > 0) return { inputs: model.inputs, outputs: model.outputs };
  const parts = model.parts();
  if (parts.length > 0) return endsOfAll(parts, call);
  const { inputs, result } = model.follow(x, call);
  const outputs = symbolsOf(result, call);
  if (Array.isArray(outputs)) return { inputs, outputs };
  return doubtOf(result) ?? outputs ?? unknown(model.span, 'script.unread-model');
}

/** Whether a layer takes an input beside another tensor. */
function meets({ node: input }: SymbolObject, outputs: readonly SymbolObject[]): boolean {
  const seen = new Set<Node>();
  const visit = ({ node }: SymbolObject): boolean => {
    if (seen.has(node)) return false;
    seen.add(node);
    return (node.inputs.length > 1 && node.inputs.some((before) => before.node === input)) || node.inputs.some(visit);
  };
  return outputs.some(visit);
}

/** The graphs of several models side by side. */
function endsOfAll(parts: readonly ModelObject[], call: Call): Ends | Unknowable {
  const inputs: SymbolObject[] = [];
  const outputs: SymbolObject[] = [];
  for (const part of parts) {
    const ends = endsOf(part, undefined, call);
    if ('reason' in ends) return ends;
    inputs.push(...ends.inputs);
    outputs.push(...ends.outputs);
  }
  return { inputs, outputs };
}

/** A shape that is written out; where one of its lengths is not known, the others still are. */
function readShape(shape: Value): Read<Json> {
  const read = jsonOf(shape);
  if (read.known || (shape.kind !== 'tuple' && shape.kind !== 'list')) return read;
  return { ...read, shapes: [shape.items.map((length) => asNumber(length) ?? -1)] };
}

function isShapeless(layer: LayerObject): boolean {
  return !inputShape(layer);
}

function layerOf(layer: LayerObject, trainable: ReadonlyMap<LayerObject, Value> | undefined): Omit<Layer, 'inputs'> {
  const name = layer.given.values.get('name');
  const config: Record<string, ReturnType<typeof jsonOf>> = {};
  const isInput = layer.typeName === 'InputLayer';
  for (const [argument, value] of layer.given.values) {
    if (argument === 'name' || inputArguments.has(argument) || (isInput && argument === 'shape')) continue;
    if (argument === 'trainable') continue;
    if (argument === 'input_dim' && layer.typeName !== 'Embedding') continue;
    config[argument] = argument === 'target_shape' ? readShape(value) : jsonOf(value);
  }
  // What a weight of the script's own is made for stays.
  const trained = trainable && layer.typeName !== 'Variable' ? trainable.get(layer) : layer.trainable;
  if (trained) config.trainable = jsonOf(trained);
  if (isInput) {
    const shape = inputShape(layer);
    if (shape) config.shape = readShape(shape);
  }
  if (layer.given.doubt) config['**'] = unread(layer.given.doubt);
  const wrapped = layer.given.values.get('layer');
  return {
    className: layer.typeName,
    ...(layer.origin !== 'keras' && { origin: layer.origin }),
    ...(name?.kind === 'string' && { name: name.value }),
    span: layer.span,
    config,
    ...(layer.weights && { weights: layer.weights }),
    ...(layer.trainedLayers && { trainedLayers: layer.trainedLayers }),
    ...(wrapped instanceof LayerObject && { wrapped: { ...layerOf(wrapped, trainable), inputs: [] } }),
  };
}

