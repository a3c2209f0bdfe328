import { effectiveActivation, layersOf } from '../data';
import type { Rule } from '../rule';

/** Layers that hand on what they get, so that a softmax before them is still a softmax behind them. */
const transparent = new Set(['Dropout', 'Flatten', 'Reshape']);

/** Two softmaxes in a row: the second one flattens the probabilities and with them the gradient. */
export const outputDoubleSoftmax: Rule = {
  code: 'output.double-softmax',
  severity: 'warning',
  about: 'fit',
  *check({ fit }) {
    const layers = layersOf(fit).filter(({ className }) => !transparent.has(className));
    const last = layers.at(-1);
    const before = layers.at(-2);
    if (!last || !before || effectiveActivation(last) !== 'softmax' || effectiveActivation(before) !== 'softmax') return;
    yield {
      message: { id: 'output.double-softmax' },
      script: last.config['activation']?.span ?? last.span,
      evidence: { layers: 2 },
      related: [{ where: 'script', span: before.span, message: { id: 'related.first-softmax' } }],
      remedies: [],
    };
  },
};
