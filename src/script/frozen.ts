/**
 * Models that begin with something that is not rebuilt here and that training does not change: a frozen model of
 * `keras.applications`, text made numbers. What it gives takes the place of the inputs, and training stays the same.
 */
import type { Json, Layer, Model, Read } from './script';
import { shapesBehind } from './graph-shapes';
import type { Shape } from './shapes';

/** Layers without weights that turn data into other data (keras/src/layers/preprocessing). */
const preparing = new Set(['TextVectorization', 'StringLookup', 'IntegerLookup', 'Hashing', 'Discretization', 'CategoryEncoding', 'HashedCrossing']);

export interface Shortened {
  readonly model: Model;
  /** Layers that are left out, by class. */
  readonly without: readonly string[];
}

/**
 * The model from what those layers give on, each of them an input of its own.
 * @param inputs shapes of the inputs of the whole model.
 */
export function withoutFrozen(model: Model, inputs: readonly Shape[]): Shortened {
  const shapes = shapesBehind(model, inputs);
  const cut = model.layers.map((layer) => isFixed(layer));
  if (!cut.includes(true)) return { model, without: [] };
  const needed = reached(model, cut);
  const place = new Map<number, number>();
  const without: string[] = [];
  const layers: Layer[] = [];
  model.layers.forEach((layer, at) => {
    if (!needed.has(at)) return;
    place.set(at, layers.length);
    if (!cut[at]) {
      layers.push({
        ...layer,
        inputs: layer.inputs.map((index) => place.get(index)!),
        ...(layer.sharesWeightsWith !== undefined && { sharesWeightsWith: place.get(layer.sharesWeightsWith) }),
      });
      return;
    }
    without.push(layer.className);
    const shape = shapes[at] ?? givenBy(layer);
    const config: Record<string, Read<Json>> = shape ? { shape: { known: true, value: shape.map((length) => (length < 0 ? null : length)), span: layer.span } } : {};
    layers.push({ className: 'InputLayer', span: layer.span, inputs: [], config });
  });
  return { model: { ...model, layers, outputs: model.outputs.map((output) => place.get(output)!) }, without };
}

/** Layers that the outputs depend on, behind those that are cut. */
function reached(model: Model, cut: readonly boolean[]): ReadonlySet<number> {
  const needed = new Set<number>();
  const visit = (at: number): void => {
    if (needed.has(at)) return;
    needed.add(at);
    const layer = model.layers[at]!;
    if (layer.sharesWeightsWith !== undefined) visit(layer.sharesWeightsWith);
    if (!cut[at]) layer.inputs.forEach(visit);
  };
  model.outputs.forEach(visit);
  return needed;
}

function isFixed({ className, origin, config }: Layer): boolean {
  const { trainable } = config;
  const said = trainable?.known ? trainable.value : undefined;
  if (origin === 'keras.applications') return said === false;
  // TensorFlow Hub's layers are not trained unless they are told to be.
  if (origin === 'tensorflow_hub') return className === 'KerasLayer' && (trainable === undefined || said === false);
  return (origin === undefined || origin === 'keras') && preparing.has(className);
}

/** What a layer gives whose input tells nothing of its shape. */
function givenBy({ className, config }: Layer): Shape | undefined {
  const number = (name: string): number => {
    const read = config[name];
    return read?.known && typeof read.value === 'number' ? read.value : -1;
  };
  if (className !== 'TextVectorization') return undefined;
  const mode = config.output_mode;
  const wide = mode?.known && mode.value !== 'int' && mode.value !== null;
  return [number(wide ? 'max_tokens' : 'output_sequence_length')];
}
