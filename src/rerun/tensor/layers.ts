import { attentionLayers } from './attention';
import { inBothFormats } from './channels';
import { convolutionLayers } from './convolution';
import { convolutionalRecurrentLayers } from './convolutional-recurrence';
import { coreLayers } from './core';
import { imageLayers } from './images';
import type { Builder } from './layer';
import { mergingLayers } from './merging';
import { normalizationLayers } from './normalization';
import { operationLayers } from './operations';
import { recurrentLayers } from './recurrent';
import { regularizationLayers } from './regularization';

/** Recurrent layers may be given the states they start from. */
const takesStates = new Set(['SimpleRNN', 'LSTM', 'GRU', 'CuDNNLSTM', 'CuDNNGRU']);

/** Layers of several inputs; every other takes one, and would leave out what else it is given (the mask of a layer). */
export function takesSeveral(className: string): boolean {
  return Object.hasOwn(mergingLayers, className) || takesStates.has(className) || Object.hasOwn(attentionLayers, className) || Object.hasOwn(operationLayers, className);
}

function ofPictures(builders: Readonly<Record<string, Builder>>): Record<string, Builder> {
  return Object.fromEntries(Object.entries(builders).map(([name, builder]) => [name, inBothFormats(builder)]));
}

/** Every layer that can be built, by Keras' class name; `layerArguments` has the same names. */
export const layers: Readonly<Record<string, Builder>> = {
  ...ofPictures({ ...coreLayers, ...convolutionLayers, ...imageLayers, ...regularizationLayers }),
  ...convolutionalRecurrentLayers,
  ...normalizationLayers,
  ...operationLayers,
  ...mergingLayers,
  ...attentionLayers,
  ...recurrentLayers(() => layers),
};
