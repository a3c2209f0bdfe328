import { isCategoricalLoss, outputOf } from '../outputs';
import type { Rule } from '../rule';

/** Softmax over a single unit is 1 whatever the weights are: the model cannot learn. */
export const outputSoftmaxOneUnit: Rule = {
  code: 'output.softmax-one-unit',
  severity: 'error',
  about: 'fit',
  *check({ fit }) {
    const output = outputOf(fit);
    if (output?.activation !== 'softmax' || output.units !== 1) return;
    yield {
      message: { id: 'output.softmax-one-unit', args: { loss: output.loss.name } },
      script: output.span,
      evidence: { activation: 'softmax', units: 1, loss: output.loss.name },
      related: [],
      remedies: isCategoricalLoss(output.loss.name) ? [] : [{ kind: 'output-activation', value: 'sigmoid' }],
      preferred: !isCategoricalLoss(output.loss.name),
    };
  },
};
