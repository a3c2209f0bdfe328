/** Loss functions of the script's own, computed operation by operation; TensorFlow.js has the gradients. */
import * as tf from '@tensorflow/tfjs';
import type { BatchLoss } from '../losses';
import type { LayerSpec, LossSpec } from '../trace';
import { computes } from './computes';
import { product, type Shape, Unbuildable } from './layer';

/**
 * A loss function of the script's own: the mean of what it gives, times the weights of the samples, as Keras takes it.
 * @param shape of one sample's prediction.
 * @param targetShape of one sample's target.
 */
export function ownLoss({ name, own }: LossSpec & Pick<Required<LossSpec>, 'own'>, shape: Shape, targetShape: Shape, keras: 2 | 3): BatchLoss {
  // Keras gives a target of one number for each sample the axis of the prediction (`squeeze_or_expand_to_same_rank`).
  const targets = shape.length === targetShape.length + 1 && shape.length === 1 ? [1] : targetShape;
  const unweighted: LayerSpec = { className: name, name, config: {}, inputs: [] };
  const compute = (target: tf.Tensor, prediction: tf.Tensor, weights: tf.Tensor | undefined): tf.Scalar => {
    const values: tf.Tensor[] = [];
    const given = [target, prediction];
    for (const { className, config, inputs } of own.layers) {
      values.push(className === 'InputLayer' ? given.shift()! : computes[className]!(inputs.map((index) => values[index]!), config, { keras, batch: prediction.shape[0]! }));
    }
    const losses = values[own.output]!;
    if (!weights) return tf.mean(losses);
    const samples = weights.shape[0]!;
    if (losses.rank > 0 && losses.shape[0] !== samples) throw new Unbuildable(unweighted, 'sample_weight');
    return tf.mean(losses.mul(losses.rank > 0 ? weights.reshape([samples, ...losses.shape.slice(1).fill(1)]) : weights));
  };
  return ({ prediction, target, mask, weights, rows }, gradient) => {
    if (mask) throw new Unbuildable(unweighted, 'mask');
    const samples = prediction.length / product(shape);
    return orUnbuildable(unweighted, () => tf.tidy(() => {
      const y = tf.tensor(target, [samples, ...targets]);
      // There is one for each row of a sample, all the same.
      const ofSamples = weights && tf.tensor(weights.filter((_, row) => row % (rows / samples) === 0));
      const { value, grad } = tf.valueAndGrad((p: tf.Tensor) => compute(y, p, ofSamples))(tf.tensor(prediction, [samples, ...shape]));
      gradient?.set(grad.dataSync());
      return value.dataSync()[0]!;
    }));
  };
}

/** TensorFlow.js raises an error of its own where shapes do not fit together. */
function orUnbuildable<T>(owner: LayerSpec, compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    throw error instanceof Unbuildable ? error : new Unbuildable(owner);
  }
}
