import { attentionLayers } from './attention';
import { convolutionLayers } from './convolution';
import { coreLayers } from './core';
import type { Builder } from './layer';
import { mergingLayers } from './merging';
import { normalizationLayers } from './normalization';
import { recurrentLayers } from './recurrent';
import { regularizationLayers } from './regularization';

/** Every layer that can be built, by Keras' class name; `layerArguments` has the same names. */
export const layers: Readonly<Record<string, Builder>> = {
  ...coreLayers,
  ...convolutionLayers,
  ...normalizationLayers,
  ...mergingLayers,
  ...regularizationLayers,
  ...attentionLayers,
  ...recurrentLayers(() => layers),
};
