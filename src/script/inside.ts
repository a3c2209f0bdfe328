import type { Graph, Layer, Objective } from './script';

/** The same graph with what a `Lambda` does in place of it, where that could be followed. */
export function expanded<G extends Graph & Partial<Pick<Objective, 'terms' | 'targets'>>>(graph: G): G {
  if (!graph.layers.some(({ inside }) => inside)) return graph;
  const layers: Layer[] = [];
  const place: number[] = [];
  for (const layer of graph.layers) {
    const { inside, ...rest } = layer;
    const inputs = layer.inputs.map((index) => place[index]!);
    if (!inside) {
      place.push(layers.length);
      layers.push({ ...rest, inputs, ...(layer.sharesWeightsWith !== undefined && { sharesWeightsWith: place[layer.sharesWeightsWith]! }) });
      continue;
    }
    const inner: number[] = [];
    const starts = [...inputs];
    const [end] = inside.outputs;
    inside.layers.forEach((part, at) => {
      if (part.className === 'InputLayer') {
        inner.push(starts.shift() ?? -1);
        return;
      }
      inner.push(layers.length);
      layers.push({ ...part, inputs: part.inputs.map((index) => inner[index]!).filter((index) => index >= 0), ...(at === end && layer.name !== undefined && { name: layer.name }) });
    });
    place.push(inner[end!]!);
  }
  const moved = (indices: readonly number[]): readonly number[] => indices.map((index) => place[index]!);
  const { outputs, terms, targets } = graph;
  return { ...graph, layers, outputs: moved(outputs), ...(terms && { terms: moved(terms) }), ...(targets && { targets: moved(targets) }) };
}
