import { isBinaryLoss, isCategoricalLoss, outputOf } from '../outputs';
import type { Rule } from '../rule';

/** `from_logits=True` makes the loss apply a sigmoid or softmax that the last layer has applied already. */
export const outputFromLogits: Rule = {
  code: 'output.from-logits',
  severity: 'warning',
  about: 'fit',
  *check({ fit }) {
    const output = outputOf(fit);
    if (!output?.fromLogits || !(isBinaryLoss(output.loss.name) || isCategoricalLoss(output.loss.name))) return;
    if (output.activation !== 'softmax' && output.activation !== 'sigmoid') return;
    yield {
      message: { id: 'output.from-logits', args: { activation: output.activation, loss: output.loss.name } },
      script: output.span,
      evidence: { activation: output.activation, loss: output.loss.name, fromLogits: 1 },
      related: [{ where: 'script', span: output.loss.span, message: { id: 'related.loss', args: { loss: output.loss.name } } }],
      remedies: [{ kind: 'from-logits', value: false }, { kind: 'output-activation', value: 'linear' }],
      preferred: true,
    };
  },
};
