import type { Layer } from '../../script/script';
import { effectiveActivation, chainOf } from '../data';
import type { Rule } from '../rule';

/** (1/4)⁴ = 0.4 %: what a gradient of 1 at the last of them leaves at the first is near Keras' default rates by then. */
const fewestLayers = 4;

/**
 * Sigmoid layers in a row. The slope of the sigmoid is at most 1/4, and weights as Glorot draws them neither raise nor
 * lower a gradient on its way back (Glorot and Bengio 2010), so every layer leaves a quarter of it at most.
 */
export const layerVanishingGradient: Rule = {
  code: 'layer.vanishing-gradient',
  severity: 'information',
  about: 'fit',
  *check({ fit }) {
    let row: Layer[] = [];
    for (const layer of (chainOf(fit) ?? []).slice(0, -1)) {
      if (['Dropout', 'Flatten'].includes(layer.className)) continue;
      const usual = layer.className === 'Dense' && layer.config['kernel_initializer'] === undefined && layer.origin === undefined;
      if (usual && effectiveActivation(layer) === 'sigmoid') row.push(layer);
      else if (row.length >= fewestLayers) break;
      else row = [];
    }
    if (row.length < fewestLayers) return;
    const share = 0.25 ** row.length;
    yield {
      message: { id: 'layer.vanishing-gradient', args: { layers: row.length, share } },
      script: row[0]!.span,
      evidence: { layers: row.length, gradientShareAtMost: share },
      related: [],
      remedies: [{ kind: 'hidden-activation', value: 'relu' }],
    };
  },
};
