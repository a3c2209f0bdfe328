import type { Remedy } from '../../script/remedy';
import { isBinaryLoss, isCategoricalLoss, outputOf, type Output } from '../outputs';
import type { Rule } from '../rule';

/** The loss takes probabilities, and the last layer does not produce them. */
export const outputActivation: Rule = {
  code: 'output.activation',
  severity: 'error',
  about: 'fit',
  *check({ fit }) {
    const output = outputOf(fit);
    if (!output) return yield { reason: { id: 'skipped.no-output' } };
    const fault = faultOf(output);
    if (!fault) return;
    yield {
      severity: fault.severity,
      message: { id: fault.message, args: { loss: output.loss.name, activation: output.activation, units: output.units ?? '' } },
      script: output.span,
      evidence: { activation: output.activation, units: output.units ?? null, loss: output.loss.name },
      related: [{ where: 'script', span: output.loss.span, message: { id: 'related.loss', args: { loss: output.loss.name } } }],
      remedies: fault.remedies,
    };
  },
};

interface Fault {
  readonly severity: 'warning' | 'error';
  readonly message: string;
  readonly remedies: readonly Remedy[];
}

/** Activations whose values are probabilities of each unit alone, or of all units together. */
const perUnit = new Set(['sigmoid', 'hard_sigmoid']);

/** Activations that may give negative values. */
const belowZero = new Set(['linear', 'tanh', 'elu', 'selu', 'leaky_relu', 'leakyrelu', 'softsign', 'gelu', 'silu', 'swish', 'mish', 'celu']);

function faultOf({ activation, units, loss, fromLogits }: Output): Fault | undefined {
  if (fromLogits !== false || activation === 'softmax') return undefined;
  if (isBinaryLoss(loss.name) && !perUnit.has(activation)) {
    return {
      severity: 'error',
      message: 'output.activation.binary',
      remedies: [{ kind: 'output-activation', value: 'sigmoid' }, ...(activation === 'linear' ? [logits] : [])],
    };
  }
  // Its −y ln(prediction) is NaN below zero (keras/src/losses/losses.py).
  if (loss.name === 'poisson' && belowZero.has(activation)) {
    return { severity: 'warning', message: 'output.activation.poisson', remedies: [{ kind: 'output-activation', value: 'softplus' }] };
  }
  if (!isCategoricalLoss(loss.name)) return undefined;
  if (units === 1) return { severity: 'error', message: 'output.activation.one-unit', remedies: [{ kind: 'loss', value: 'binary_crossentropy' }] };
  const softmax: Remedy = { kind: 'output-activation', value: 'softmax' };
  if (perUnit.has(activation)) return { severity: 'warning', message: 'output.activation.independent', remedies: [softmax] };
  return { severity: 'error', message: 'output.activation.categorical', remedies: activation === 'linear' ? [logits, softmax] : [softmax] };
}

const logits: Remedy = { kind: 'from-logits', value: true };
