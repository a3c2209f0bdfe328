import { applicationOf, upTo } from './applications';
import type { Graph, Json, Layer, Objective, Read } from './script';
import { shapesBehind } from './graph-shapes';
import type { Shape } from './shapes';

/**
 * The same graph with what a `Lambda` does in place of it, where that could be followed, and with the layers of the models of
 * `keras.applications`, where they are known.
 * @param inputs shapes of one sample of the data, as far as they are known.
 */
export function expanded<G extends Graph & Partial<Pick<Objective, 'terms' | 'targets'>>>(graph: G, inputs: readonly Shape[] = []): G {
  const insides = insidesOf(graph, inputs);
  if (insides.every((inside) => !inside)) return graph;
  const layers: Layer[] = [];
  const place: number[] = [];
  /** Where the layers inside of each layer stand. */
  const places: (readonly number[])[] = [];
  graph.layers.forEach((layer, index) => {
    const inside = insides[index];
    const starts = layer.inputs.map((input) => place[input]!);
    const shared = layer.sharesWeightsWith;
    if (!inside) {
      place.push(layers.length);
      places.push([]);
      layers.push({ ...layer, inputs: starts, ...(shared !== undefined && { sharesWeightsWith: place[shared]! }) });
      return;
    }
    const inner: number[] = [];
    const [end] = inside.outputs;
    inside.layers.forEach((part, at) => {
      if (part.className === 'InputLayer') {
        inner.push(starts.shift() ?? -1);
        return;
      }
      const twin = shared === undefined ? undefined : places[shared]![at];
      inner.push(layers.length);
      layers.push({
        ...part,
        inputs: part.inputs.map((input) => inner[input]!).filter((input) => input >= 0),
        ...(twin !== undefined && { sharesWeightsWith: twin }),
        ...(at === end && layer.name !== undefined && { name: layer.name }),
      });
    });
    places.push(inner);
    place.push(inner[end!]!);
  });
  const moved = (indices: readonly number[]): readonly number[] => indices.map((index) => place[index]!);
  const { outputs, terms, targets } = graph;
  return { ...graph, layers, outputs: moved(outputs), ...(terms && { terms: moved(terms) }), ...(targets && { targets: moved(targets) }) };
}

/** What is inside of each layer; undefined for one that is what it is. */
function insidesOf(graph: Graph, inputs: readonly Shape[]): readonly (Graph | undefined)[] {
  const shapes = graph.layers.some(isApplication) ? shapesBehind(graph, inputs) : [];
  return graph.layers.map((layer) => {
    if (!isApplication(layer)) return layer.inside;
    const application = applicationOf(layer, layer.inputs.length > 0 ? shapes[layer.inputs[0]!] : inputs[0]);
    const until = layer.config.until?.known ? layer.config.until.value : undefined;
    return application && upTo({ ...application, layers: application.layers.map((part, at) => asPartOf(part, layer, at)) }, until);
  });
}

function isApplication({ origin }: Layer): boolean {
  return origin === 'keras.applications';
}

/** A layer of a model that is frozen as a whole or in part, or called with `training=False`. */
function asPartOf(part: Layer, { config, trainedLayers }: Layer, at: number): Layer {
  const { trainable: whole, training } = config;
  const trainable: Read<Json> | undefined = whole?.known === false && trainedLayers ? { known: true, value: trainedLayers[at] ?? true, span: whole.span } : whole;
  if (part.className === 'InputLayer') return part;
  return { ...part, config: { ...part.config, ...(trainable && { trainable }), ...(training && { training }) } };
}
