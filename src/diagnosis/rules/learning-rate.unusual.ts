import type { Rule } from '../rule';
import type { Severity } from '../finding';

/** The learning rate lies far outside what the optimizer is used with. */
export const learningRateUnusual: Rule = {
  code: 'learning-rate.unusual',
  severity: 'warning',
  about: 'fit',
  *check({ training }) {
    const rate = training.learningRate;
    if (!rate || training.family === 'unknown') {
      return yield { reason: { id: training.scheduled ? 'skipped.scheduled' : 'skipped.no-learning-rate' } };
    }
    if (rate.assumed) return;
    const judgement = judge(rate.value, training.family);
    if (!judgement) return;
    const usual = training.family === 'descent' ? 0.01 : 0.001;
    yield {
      severity: judgement.severity,
      message: { id: judgement.message, args: { learningRate: rate.value, optimizer: training.optimizer ?? '', usual } },
      ...(training.optimizerSpan && { script: training.optimizerSpan }),
      evidence: { learningRate: rate.value, optimizer: training.optimizer ?? null, kerasDefault: usual },
      related: [],
      remedies: [{ kind: 'learning-rate', value: usual }],
    };
  },
};

/** Adam's steps are about as long as its learning rate, whatever the gradient; SGD's have no such natural size. */
const largestUsual = { descent: 1, adaptive: 0.1 };
const smallestUsual = { descent: 1e-7, adaptive: 1e-7 };

function judge(rate: number, family: 'descent' | 'adaptive'): { severity: Severity; message: string } | undefined {
  if (rate <= 0) return { severity: 'error', message: 'learning-rate.unusual.not-positive' };
  if (rate > 100 * largestUsual[family]) return { severity: 'warning', message: 'learning-rate.unusual.high' };
  if (rate > largestUsual[family]) return { severity: 'information', message: 'learning-rate.unusual.high' };
  if (rate < smallestUsual[family]) return { severity: 'warning', message: 'learning-rate.unusual.low' };
  return undefined;
}
