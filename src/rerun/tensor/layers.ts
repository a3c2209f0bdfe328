import { attentionLayers } from './attention';
import { convolutionLayers } from './convolution';
import { coreLayers } from './core';
import type { Builder } from './layer';
import { mergingLayers } from './merging';
import { normalizationLayers } from './normalization';
import { operationLayers, takesTensors } from './operations';
import { recurrentLayers } from './recurrent';
import { regularizationLayers } from './regularization';

/** Layers of several inputs; every other takes one, and would leave out what else it is given (the states of a recurrent layer). */
export function takesSeveral(className: string): boolean {
  return Object.hasOwn(mergingLayers, className) || Object.hasOwn(attentionLayers, className) || takesTensors.has(className);
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
