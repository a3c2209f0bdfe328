/** `model.layers` and `model.get_layer`, and the layers that one model takes over from another. */
import type { Span } from '../../text/span';
import { asNumber, asString, type Call } from '../python/call';
import { list, unknown, type Value } from '../python/values';
import { ApplicationLayer, InnerLayer } from './applications';
import { ModelObject } from './model';
import { asLayer, LayerObject } from './objects';
import { type Node, SymbolObject } from './symbols';

/** `model.layers`; undefined where a model is among them of which not even the number of layers is known. */
export function layersOf(model: ModelObject, span: Span): Value | undefined {
  if (model.doubt) return model.doubt;
  // A Sequential model does not count its input.
  const entries = model.form === 'sequential' ? model.entries.filter((entry) => !isInput(entry)) : graphEntries(model);
  // What a model of `keras.applications` takes stands before it.
  const layers = entries.flatMap((entry) => (entry instanceof ApplicationLayer ? (entry.inside()?.slice(1) ?? [undefined]) : [entry]));
  return layers.length === 0 || layers.includes(undefined) ? undefined : list(layers as Value[], span);
}

/** What a functional model or a class of the script consists of, each model within it counted as one. */
function graphEntries(model: ModelObject): Value[] {
  if (model.outputs.length === 0) return [...(model.instance?.attributes.values() ?? [])].filter(isLayer);
  const seen = new Set<Node>();
  const entries = new Set<Value>();
  const visit = ({ node }: SymbolObject): void => {
    if (seen.has(node)) return;
    seen.add(node);
    node.inputs.forEach(visit);
    entries.add(node.within ?? node.layer);
  };
  model.inputs.forEach(visit);
  model.outputs.forEach(visit);
  return [...entries];
}

function isInput(value: Value): boolean {
  return value instanceof SymbolObject || (value instanceof LayerObject && value.typeName === 'InputLayer');
}

function isLayer(value: Value): boolean {
  return value instanceof LayerObject || value instanceof ModelObject || (value.kind === 'instance' && value.delegate !== undefined);
}

/** `model.get_layer(name, index)`. */
export function layerOf(model: ModelObject, call: Call): Value {
  const { name, index } = call.bind('name index');
  const wanted = asString(name);
  const position = asNumber(index);
  const layers = model.ownLayers();
  const all = layersOf(model, call.span);
  const found = position !== undefined && all?.kind === 'list' ? all.items.at(position) : layers.find((layer) => wanted !== undefined && asString(layer.given.values.get('name')) === wanted);
  if (found) return found;
  const whole = layers.find((layer) => layer instanceof ApplicationLayer);
  const [output] = model.outputs;
  if (!whole || !name || output?.node.layer !== whole) return call.unread('script.unread-call', { name: 'get_layer' });
  // A model of `keras.applications` up to one of its layers.
  const part = whole.upTo(name, call.span);
  part.output = new SymbolObject({ ...output.node, layer: part });
  return part;
}

/** Adds a layer to a Sequential model; those of a model of `keras.applications`, one after the other, are a part of that model. */
export function append(entries: Value[], value: Value): void {
  if (!(value instanceof InnerLayer)) {
    entries.push(asLayer(value));
    return;
  }
  const last = entries.at(-1);
  const before = last instanceof ApplicationLayer && last.isPartOf(value.model) ? last.count : 1;
  if (before !== 1) entries.pop();
  entries.push(before === value.at ? value.model.upTo(value.at, value.span) : unknown(value.span, 'script.unread-layer'));
}

/** The model once more, with layers of its own; undefined for a class of the script. */
export function cloned(model: ModelObject, span: Span): ModelObject | undefined {
  if (model.form === 'subclassed' && model.outputs.length === 0) return undefined;
  const copy = new ModelObject(model.form, span, model.session);
  if (model.doubt) copy.doubt = model.doubt;
  const layers = new Map<LayerObject, LayerObject>();
  const layerCopy = (layer: LayerObject): LayerObject => {
    const known = layers.get(layer) ?? layer.copy();
    layers.set(layer, known);
    return known;
  };
  const nodes = new Map<Node, SymbolObject>();
  const symbolCopy = ({ node, terms }: SymbolObject): SymbolObject => {
    const known = nodes.get(node) ?? new SymbolObject({ ...node, layer: layerCopy(node.layer), inputs: node.inputs.map(symbolCopy) });
    nodes.set(node, known);
    return known.adding(terms.map(symbolCopy));
  };
  copy.entries.push(...model.entries.map((entry) => (entry instanceof LayerObject ? layerCopy(entry) : entry instanceof ModelObject ? (cloned(entry, span) ?? entry) : entry)));
  copy.inputs = model.inputs.map(symbolCopy);
  copy.outputs = model.outputs.map(symbolCopy);
  copy.added.terms = model.added.terms.map(symbolCopy);
  return copy;
}
