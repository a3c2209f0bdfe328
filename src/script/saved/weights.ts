/**
 * Weights in a file that Keras wrote: `model.weights.h5` inside a `.keras` file and `.weights.h5` (Keras 3,
 * keras/src/saving/saving_lib.py), or the older layout of `.h5` files (keras/src/legacy/saving/legacy_h5_format.py).
 */
import { Dataset, Group } from 'jsfive';
import type { Tensor } from '../script';

/** The weights of one layer. */
interface Entry {
  /** The layer's name, where the file has it. */
  readonly name: string | undefined;
  /** Its class as Keras counts layers: `dense` for `dense`, `dense_1`, … */
  readonly kind: string;
  readonly tensors: readonly Tensor[];
  /** Of a model inside the model. */
  readonly inner?: SavedWeights;
}

/** The weights of a model's layers; each is handed out once. */
export class SavedWeights {
  readonly #entries: Entry[];
  readonly #ordered: boolean;

  /** @param ordered the entries are all layers of the model, in its order. */
  constructor(entries: readonly Entry[], ordered = false) {
    this.#entries = [...entries];
    this.#ordered = ordered;
  }

  /** The weights of the model's layers, inputs left out, one after the other; undefined where the file has another number of layers. */
  inOrder(count: number): readonly (readonly Tensor[])[] | undefined {
    const layers = this.#entries.filter(({ kind }) => kind !== 'input' && kind !== 'inputlayer');
    return this.#ordered && layers.length === count ? layers.map(({ tensors }) => tensors) : undefined;
  }

  /** The weights of a layer, in the order of `get_weights()`: of that name, else of the next layer of that class. */
  take(className: string, name: string | undefined): Entry | undefined {
    const kind = plain(className);
    const byName = this.#entries.findIndex((entry) => name !== undefined && entry.name === name);
    const at = byName >= 0 ? byName : this.#entries.findIndex((entry) => entry.kind === kind);
    return at < 0 ? undefined : this.#entries.splice(at, 1)[0];
  }
}

/** `MultiHeadAttention`, `multi_head_attention` and `multi_head_attention_2` alike. */
function plain(name: string): string {
  return name.replace(/_\d+$/, '').replaceAll('_', '').toLowerCase();
}

/** Weights out of an HDF5 file of either layout. */
export function weightsIn(file: Group): SavedWeights {
  const legacy = file.keys.includes('model_weights') ? groupAt(file, 'model_weights') : file.attrs.layer_names ? file : undefined;
  return legacy ? new SavedWeights(legacyEntries(legacy), true) : new SavedWeights(entriesIn(file));
}

function groupAt(group: Group, path: string): Group | undefined {
  const found = group.get(path);
  return found instanceof Group ? found : undefined;
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function legacyEntries(file: Group): Entry[] {
  return strings(file.attrs.layer_names).map((name) => {
    const group = groupAt(file, name)!;
    const paths = strings(group.attrs.weight_names);
    const tensors = paths.map((path) => tensorOf(group.get(path)));
    return { name, kind: plain(name), tensors, inner: innerOf(paths, tensors) };
  });
}

/** A model inside the model has the weights of its layers in one list: `dense_3/kernel:0` or `sequential_1/dense_3/kernel`. */
function innerOf(paths: readonly string[], tensors: readonly Tensor[]): SavedWeights {
  const layers = new Map<string, Tensor[]>();
  paths.forEach((path, index) => {
    const layer = path.split('/').at(-2) ?? '';
    layers.set(layer, [...(layers.get(layer) ?? []), tensors[index]!]);
  });
  return new SavedWeights([...layers].map(([name, own]) => ({ name, kind: plain(name), tensors: own })));
}

/** Parts of a layer that have weights of their own, in the order of `get_weights()`. */
const parts = ['cell', 'layer', 'forward_layer', 'backward_layer', 'query_dense', 'key_dense', 'value_dense', 'output_dense'];

function entriesIn(file: Group): Entry[] {
  const layers = file.keys.includes('layers') ? groupAt(file, 'layers') : undefined;
  if (!layers) return [];
  const number = (key: string): number => Number(/_(\d+)$/.exec(key)?.[1] ?? 0);
  return [...layers.keys].sort((a, b) => number(a) - number(b)).map((key) => {
    const group = groupAt(layers, key)!;
    const name = group.keys.includes('vars') ? groupAt(group, 'vars')?.attrs.name : undefined;
    return {
      name: typeof name === 'string' ? name : undefined,
      kind: plain(key),
      tensors: variablesIn(group),
      ...(group.keys.includes('layers') && { inner: new SavedWeights(entriesIn(group)) }),
    };
  });
}

function variablesIn(group: Group): Tensor[] {
  const own = group.keys.includes('vars') ? groupAt(group, 'vars') : undefined;
  const names = [...(own?.keys ?? [])].sort((a, b) => Number(a) - Number(b));
  const inner = parts.filter((part) => group.keys.includes(part)).map((part) => groupAt(group, part)!);
  return [...names.map((name) => tensorOf(own!.get(name))), ...inner.flatMap(variablesIn)];
}

/** @throws Error for anything but an array of numbers. */
function tensorOf(dataset: Group | Dataset): Tensor {
  if (!(dataset instanceof Dataset)) throw new Error('not an array');
  return { shape: dataset.shape, data: Float64Array.from(dataset.value), dtype: 'float32' };
}

/** Steps that the optimizer had made when the model was saved. */
export function stepsIn(file: Group): number {
  const path = file.keys.includes('optimizer') ? 'optimizer/vars/0' : iterationIn(file);
  if (path === undefined) return 0;
  const found = file.get(path);
  return found instanceof Dataset ? Number(found.value[0] ?? 0) : 0;
}

function iterationIn(file: Group): string | undefined {
  if (!file.keys.includes('optimizer_weights')) return undefined;
  const name = strings(groupAt(file, 'optimizer_weights')?.attrs.weight_names).find((path) => /iter/.test(path));
  return name && `optimizer_weights/${name}`;
}
