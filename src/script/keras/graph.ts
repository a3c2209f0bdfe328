import type { Json, Layer, Model, Read } from '../script';
import { asNumber, type Call } from '../python/call';
import { doubtOf, type Unknowable, unknown, type Value } from '../python/values';
import { jsonOf, unread } from './json';
import type { ModelObject } from './model';
import { inputShape, type LayerObject, type Node, SymbolObject, symbolsOf } from './objects';

/** Arguments that describe the input and not the layer; they stand in the `InputLayer`. */
const inputArguments = new Set(['input_shape', 'batch_input_shape', 'batch_shape', 'input_length']);

/** The layers of a model in topological order; `x`: the data it is trained with, in whose form a class of the script takes its inputs. */
export function readModel(model: ModelObject, x: Value | undefined, call: Call): Read<Model> {
  const ends = endsOf(model, x, call);
  if ('reason' in ends) return unread(ends);
  const layers: Layer[] = [];
  const places = new Map<Node, number>();
  const firstUse = new Map<LayerObject, number>();
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
    if (model.form === 'sequential' && node.layer.typeName === 'InputLayer' && isShapeless(node.layer)) {
      places.set(node, -1);
      return -1;
    }
    const at = layers.length;
    const shared = firstUse.get(node.layer);
    layers.push({ ...layerOf(node.layer, model.compiled?.trainable), inputs: inputs.filter((input) => input >= 0), ...(shared !== undefined && { sharesWeightsWith: shared }) });
    if (shared === undefined) firstUse.set(node.layer, at);
    places.set(node, at);
    return at;
  };
  // Inputs come in the order of the model, whatever order its layers use them in.
  ends.inputs.forEach(place);
  const outputs = ends.outputs.map(place);
  if (failure) return unread(failure);
  return { known: true, span: model.span, value: { kind: model.form, span: model.span, layers, outputs } };
}

function endsOf(model: ModelObject, x: Value | undefined, call: Call): { readonly inputs: readonly SymbolObject[]; readonly outputs: readonly SymbolObject[] } | Unknowable {
  const doubt = doubtOf(model);
  if (doubt) return doubt;
  if (model.form === 'sequential') {
    return model.entries.length === 0 ? unknown(model.span, 'script.unread-model') : model.graph();
  }
  if (model.outputs.length > 0) return { inputs: model.inputs, outputs: model.outputs };
  const { inputs, result } = model.follow(x, call);
  const outputs = symbolsOf(result, call);
  if (Array.isArray(outputs)) return { inputs, outputs };
  return doubtOf(result) ?? outputs ?? unknown(model.span, 'script.unread-model');
}

/** The shape of an input; where one of its lengths is not known, the others still are. */
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
    if (argument === 'trainable' && trainable) continue;
    if (argument === 'input_dim' && layer.typeName !== 'Embedding') continue;
    config[argument] = jsonOf(value);
  }
  const compiled = trainable?.get(layer);
  if (compiled) config.trainable = jsonOf(compiled);
  if (isInput) {
    const shape = inputShape(layer);
    if (shape) config.shape = readShape(shape);
  }
  if (layer.given.doubt) config['**'] = unread(layer.given.doubt);
  return {
    className: layer.typeName,
    ...(layer.origin !== 'keras' && { origin: layer.origin }),
    ...(name?.kind === 'string' && { name: name.value }),
    span: layer.span,
    config,
    ...(layer.weights && { weights: layer.weights }),
  };
}

