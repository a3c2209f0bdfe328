/** Crossentropies that Keras takes from the logits instead of the probabilities. */
import { looksBehindActivation } from './losses';
import type { LayerSpec, LossSpec, TrainingSpec } from './trace';

type Model = Pick<TrainingSpec, 'backend' | 'layers' | 'outputs' | 'losses' | 'terms'>;

/**
 * Keras on TensorFlow computes a crossentropy from the logits behind a final softmax or sigmoid
 * (`_get_logits` in keras/src/backend/tensorflow/nn.py); the same model ends with the logits instead.
 */
export function fromLogits<Spec extends Model>(spec: Spec): Spec {
  if (spec.backend !== 'tensorflow') return spec;
  const seen = spec.terms ? withinTerms(spec) : spec;
  const layers = [...seen.layers];
  const [outputs, losses] = [[...seen.outputs], [...seen.losses]];
  for (const [output, at] of seen.outputs.entries()) {
    const [layer, loss] = [seen.layers[at]!, seen.losses[output]!];
    const own = loss.own?.layers.some(isCrossentropy) && endsWithProbabilities(layer) ? ofLogits(loss.own, layer) : undefined;
    if (!own && (!looksBehindActivation(loss.name) || !endsWithProbabilities(layer))) continue;
    losses[output] = own ? { ...loss, own } : { ...loss, config: { ...loss.config, from_logits: true } };
    if (seen.layers.some(({ inputs }) => inputs.includes(at))) {
      // Others need the probabilities: the logits come from the layer applied once more.
      outputs[output] = layers.push({ ...withoutActivation(layer), sharesWeightsWith: layer.sharesWeightsWith ?? at }) - 1;
    } else {
      layers[at] = withoutActivation(layer);
    }
  }
  return { ...seen, layers, outputs, losses };
}

/**
 * The same for a loss function of the script that calls a crossentropy for the prediction itself: it is given the logits, and
 * all else in it what the activation makes of them. undefined where the crossentropies are for something else.
 */
function ofLogits({ layers, output }: NonNullable<LossSpec['own']>, { config }: LayerSpec): LossSpec['own'] {
  // The inputs come first: the target, then the prediction.
  const prediction = 1;
  const takesLogits = (layer: LayerSpec): boolean => isCrossentropy(layer) && layer.inputs[1] === prediction && layer.config.from_logits !== true;
  if (!layers.some(takesLogits)) return undefined;
  const place = (index: number): number => (index > prediction ? index + 1 : index);
  const given = (index: number): number => (index === prediction ? prediction + 1 : place(index));
  const moved = layers.map((layer) =>
    takesLogits(layer)
      ? { ...layer, inputs: [given(layer.inputs[0]!), prediction], config: { ...layer.config, from_logits: true } }
      : { ...layer, inputs: layer.inputs.map(given) });
  const activation: LayerSpec = { className: 'Activation', name: 'probabilities', config: { activation: config.activation ?? 'softmax' }, inputs: [prediction] };
  return { layers: [...moved.slice(0, prediction + 1), activation, ...moved.slice(prediction + 1)], output: given(output) };
}

/** The same for crossentropies within the terms of a loss: each takes the logits from the layer applied once more, right behind it. */
function withinTerms<Spec extends Model>(spec: Spec): Spec {
  const layers: LayerSpec[] = [];
  const places: number[] = [];
  const logits = new Map<number, number>();
  const wanted = new Set(spec.layers.filter(isCrossentropy).map(({ inputs }) => inputs[1]));
  spec.layers.forEach((layer, at) => {
    const inputs = layer.inputs.map((index) => places[index]!);
    const ofLogits = isCrossentropy(layer) && layer.config.from_logits !== true ? logits.get(layer.inputs[1]!) : undefined;
    const shared = layer.sharesWeightsWith === undefined ? {} : { sharesWeightsWith: places[layer.sharesWeightsWith]! };
    const moved = ofLogits === undefined ? { ...layer, inputs, ...shared } : { ...layer, inputs: [inputs[0]!, ofLogits], config: { ...layer.config, from_logits: true } };
    places.push(layers.push(moved) - 1);
    if (wanted.has(at) && endsWithProbabilities(layer)) logits.set(at, layers.push({ ...withoutActivation(moved), sharesWeightsWith: moved.sharesWeightsWith ?? places[at]! }) - 1);
  });
  const moved = (indices: readonly number[]): number[] => indices.map((index) => places[index]!);
  return { ...spec, layers, outputs: moved(spec.outputs), terms: moved(spec.terms ?? []) };
}

/** Whether Keras may print other losses for it on TensorFlow than on JAX. */
export function dependsOnBackend({ layers, losses }: Model): boolean {
  return layers.some((layer) => layer.className === 'Embedding' || isCrossentropy(layer)) || losses.some(({ name }) => looksBehindActivation(name));
}

const isCrossentropy = ({ className, inputs }: LayerSpec): boolean => className.endsWith('Crossentropy') && inputs.length === 2;

const isSoftmax = ({ className, config }: LayerSpec): boolean => className === 'Softmax' && config.axis === -1;

function endsWithProbabilities(layer: LayerSpec): boolean {
  const { activation, return_sequences: sequences } = layer.config;
  return isSoftmax(layer) || ((activation === 'softmax' || activation === 'sigmoid') && sequences === undefined);
}

function withoutActivation(layer: LayerSpec): LayerSpec {
  return isSoftmax(layer) ? { ...layer, className: 'Identity', config: {} } : { ...layer, config: { ...layer.config, activation: 'linear' } };
}
