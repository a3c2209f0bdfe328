import type { Fit } from '../../script/script';
import { targetsOf } from '../data';
import { isRegressionLoss, outputOf, type Output } from '../outputs';
import type { Found, Rule } from '../rule';
import { largest, smallest } from '../series';
import { known } from '../training';

/** Values that an activation can produce. */
const ranges: Readonly<Record<string, readonly [number, number]>> = {
  relu: [0, Infinity],
  softplus: [0, Infinity],
  sigmoid: [0, 1],
  hard_sigmoid: [0, 1],
  softmax: [0, 1],
  tanh: [-1, 1],
};

/** Regression targets lie where the last layer's activation never comes. */
export const outputBounded: Rule = {
  code: 'output.bounded',
  severity: 'error',
  about: 'fit',
  *check({ fit }) {
    const output = outputOf(fit);
    if (!output || !isRegressionLoss(output.loss.name)) return;
    const range = ranges[output.activation];
    if (!range) return;
    const targets = targetsOf(fit);
    if (!targets) {
      if (fit && isSuspicious(output, fit)) yield suspicion(output, range);
      return yield { reason: { id: 'skipped.no-targets' } };
    }
    const values = Array.from(targets.data);
    const [low, high] = [smallest(values), largest(values)];
    if (low >= range[0] && high <= range[1]) return;
    const unreachable = values.filter((value) => value < range[0] || value > range[1]).length / values.length;
    yield {
      message: { id: 'output.bounded', args: { activation: output.activation, low, high, percent: 100 * unreachable } },
      script: output.span,
      evidence: { activation: output.activation, lowestTarget: low, highestTarget: high, unreachable },
      related: [],
      remedies: [{ kind: 'output-activation', value: 'linear' }],
      preferred: true,
    };
  },
};

/** One bounded output trained by squared error and not watched as a classifier: real numbers, perhaps beyond the bounds. */
function isSuspicious({ activation, units }: Output, { compile }: Fit): boolean {
  const metrics = known(known(compile)?.value.metrics)?.value ?? ['accuracy'];
  return units === 1 && (activation === 'sigmoid' || activation === 'tanh') && !metrics.some((metric) => /acc|auc|precision|recall/i.test(metric));
}

function suspicion({ activation, span }: Output, [low, high]: readonly [number, number]): Found {
  return {
    severity: 'information',
    message: { id: 'output.bounded.unknown-targets', args: { activation, low, high } },
    script: span,
    evidence: { activation, lowestTarget: null, highestTarget: null, unreachable: null },
    related: [],
    remedies: [{ kind: 'output-activation', value: 'linear' }],
  };
}
