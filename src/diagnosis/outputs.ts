/** What the last layer produces and what the loss expects of it. */
import type { Fit, Layer, Loss } from '../script/script';
import type { Span } from '../text/span';
import { effectiveActivation, layersOf, outputLayer, unitsOf } from './data';
import { known } from './training';

export interface Output {
  readonly layer: Layer;
  /** Activation in effect: of the last layer, or of the `Activation`, `Softmax`, … layer that ends the model. */
  readonly activation: string;
  /** Where the activation is written, or the layer that lacks one. */
  readonly span: Span;
  /** Units of the last layer that has any. */
  readonly units: number | undefined;
  readonly loss: Loss;
  /** The loss takes logits and applies sigmoid or softmax itself; undefined where that could not be read. */
  readonly fromLogits: boolean | undefined;
}

/** Last layer and loss of a model with one output, as far as both are known. */
export function outputOf(fit: Fit | undefined): Output | undefined {
  const losses = Object.values(known(known(fit?.compile)?.value.losses)?.value ?? {});
  const layer = outputLayer(fit);
  if (!layer || losses.length !== 1) return undefined;
  const activation = effectiveActivation(layer);
  if (activation === undefined) return undefined;
  const loss = losses[0]!;
  const logits = loss.config['from_logits'];
  return {
    layer,
    activation,
    span: layer.config['activation']?.span ?? layer.span,
    units: unitsOf([...layersOf(fit)].reverse().find((one) => unitsOf(one) !== undefined) ?? layer),
    loss,
    fromLogits: logits === undefined ? false : logits.known ? logits.value === true : undefined,
  };
}

export const isBinaryLoss = (name: string): boolean => /^binary_(?:focal_)?crossentropy$/.test(name);

export const isCategoricalLoss = (name: string): boolean => /categorical_(?:focal_)?crossentropy$/.test(name);

export const isRegressionLoss = (name: string): boolean =>
  /^mean_(?:squared|absolute)|^huber|^log_?cosh|^mse$|^mae$/.test(name);
