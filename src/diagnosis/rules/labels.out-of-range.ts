import { targetsOf } from '../data';
import { isBinaryLoss, isCategoricalLoss, outputOf } from '../outputs';
import type { Rule } from '../rule';
import { largest, smallest } from '../series';

/**
 * Labels that the loss has no meaning for: outside [0, 1] for a binary crossentropy, which then falls below zero without
 * end, or class numbers that the last layer has no unit for.
 */
export const labelsOutOfRange: Rule = {
  code: 'labels.out-of-range',
  severity: 'error',
  about: 'fit',
  *check({ fit }) {
    const output = outputOf(fit);
    if (!output) return;
    const sparse = output.loss.name.startsWith('sparse_') && output.units !== undefined;
    const probabilities = isBinaryLoss(output.loss.name) || (isCategoricalLoss(output.loss.name) && !output.loss.name.startsWith('sparse_'));
    if (!sparse && !probabilities) return;
    const targets = targetsOf(fit);
    if (!targets) return yield { reason: { id: 'skipped.no-targets' } };
    const values = Array.from(targets.data);
    const [low, high] = [smallest(values), largest(values)];
    const most = sparse ? output.units! - 1 : 1;
    if (low >= 0 && high <= most) return;
    yield {
      message: {
        id: sparse ? 'labels.out-of-range.classes' : 'labels.out-of-range.probabilities',
        args: { low, high, units: output.units ?? '', loss: output.loss.name },
      },
      script: fit?.y.span,
      evidence: { lowestLabel: low, highestLabel: high, units: output.units ?? null, loss: output.loss.name },
      related: [{ where: 'script', span: output.loss.span, message: { id: 'related.loss', args: { loss: output.loss.name } } }],
      remedies: sparse && low >= 0 && Number.isInteger(high) ? [{ kind: 'output-units', value: high + 1 }] : [],
    };
  },
};
