/** Crossentropies that Keras takes from the logits instead of the probabilities. */
import { looksBehindActivation } from './losses';
import type { LayerSpec, TrainingSpec } from './trace';

type Model = Pick<TrainingSpec, 'backend' | 'layers' | 'outputs' | 'losses'>;

/**
 * Keras on TensorFlow computes a crossentropy from the logits behind a final softmax or sigmoid
 * (`_get_logits` in keras/src/backend/tensorflow/nn.py); the same model ends with the logits instead.
 */
export function fromLogits<Spec extends Model>(spec: Spec): Spec {
  if (spec.backend !== 'tensorflow') return spec;
  const layers = [...spec.layers];
  const [outputs, losses] = [[...spec.outputs], [...spec.losses]];
  for (const [output, at] of spec.outputs.entries()) {
    const [layer, loss] = [spec.layers[at]!, spec.losses[output]!];
    if (!looksBehindActivation(loss.name) || !endsWithProbabilities(layer)) continue;
    losses[output] = { ...loss, config: { ...loss.config, from_logits: true } };
    if (spec.layers.some(({ inputs }) => inputs.includes(at))) {
      // Others need the probabilities: the logits come from the layer applied once more.
      outputs[output] = layers.push({ ...withoutActivation(layer), sharesWeightsWith: layer.sharesWeightsWith ?? at }) - 1;
    } else {
      layers[at] = withoutActivation(layer);
    }
  }
  return { ...spec, layers, outputs, losses };
}

/** Whether Keras may print other losses for it on TensorFlow than on JAX. */
export function dependsOnBackend({ layers, losses }: Model): boolean {
  return layers.some(({ className }) => className === 'Embedding') || losses.some(({ name }) => looksBehindActivation(name));
}

const isSoftmax = ({ className, config }: LayerSpec): boolean => className === 'Softmax' && config.axis === -1;

function endsWithProbabilities(layer: LayerSpec): boolean {
  const { activation, return_sequences: sequences } = layer.config;
  return isSoftmax(layer) || ((activation === 'softmax' || activation === 'sigmoid') && sequences === undefined);
}

function withoutActivation(layer: LayerSpec): LayerSpec {
  return isSoftmax(layer) ? { ...layer, className: 'Identity', config: {} } : { ...layer, config: { ...layer.config, activation: 'linear' } };
}
