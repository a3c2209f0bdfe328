import { attentionLayers } from './attention';
import { convolutionLayers } from './convolution';
import { coreLayers } from './core';
import type { Builder } from './layer';
import { mergingLayers } from './merging';
import { normalizationLayers } from './normalization';
import { operationLayers, takesTensors } from './operations';
import { recurrentLayers } from './recurrent';
import { regularizationLayers } from './regularization';

/** Recurrent layers may be given the states they start from. */
const takesStates = new Set(['SimpleRNN', 'LSTM', 'GRU', 'CuDNNLSTM', 'CuDNNGRU']);

/** Layers of several inputs; every other takes one, and would leave out what else it is given (the mask of a layer). */
export function takesSeveral(className: string): boolean {
  return Object.hasOwn(mergingLayers, className) || takesStates.has(className) || Object.hasOwn(attentionLayers, className) || takesTensors.has(className);
}

/** Every layer that can be built, by Keras' class name; `layerArguments` has the same names. */
export const layers: Readonly<Record<string, Builder>> = {
  ...coreLayers,
  ...convolutionLayers,
  ...normalizationLayers,
  ...mergingLayers,
  ...regularizationLayers,
  ...attentionLayers,
  ...operationLayers,
  ...recurrentLayers(() => layers),
};
