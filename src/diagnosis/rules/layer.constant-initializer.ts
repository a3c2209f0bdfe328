import type { Json } from '../../script/script';
import { layersOf, unitsOf } from '../data';
import type { Rule } from '../rule';
import { known } from '../training';

const constant = new Set(['zeros', 'ones', 'constant', 'zero', 'one']);

/** All kernels of a hidden layer start equal, so all its units stay equal: the layer is one unit wide. */
export const layerConstantInitializer: Rule = {
  code: 'layer.constant-initializer',
  severity: 'warning',
  about: 'fit',
  *check({ fit }) {
    for (const layer of layersOf(fit).slice(0, -1)) {
      const initializer = known(layer.config['kernel_initializer']);
      const units = unitsOf(layer);
      const name = initializer && nameOf(initializer.value);
      if (!initializer || !name || !constant.has(name) || (units ?? 2) < 2) continue;
      yield {
        message: { id: 'layer.constant-initializer', args: { initializer: name, layer: layer.className, units: units ?? '' } },
        script: initializer.span,
        evidence: { initializer: name, units: units ?? null },
        related: [],
        remedies: [{ kind: 'initializer' }],
        preferred: true,
      };
      return;
    }
  },
};

/** `'zeros'`, `Zeros()`, `tf.zeros_initializer()`. */
function nameOf(value: Json): string | undefined {
  const name = typeof value === 'string' ? value : typeof value === 'object' && value !== null && !Array.isArray(value) ? Object(value)['class_name'] : undefined;
  return typeof name === 'string' ? name.toLowerCase().replace(/_?initializer$/, '') : undefined;
}
