import { layersOf } from '../data';
import type { Severity } from '../finding';
import type { Rule } from '../rule';
import { usualRate } from '../training';

/** The learning rate lies far outside what the optimizer is used with. */
export const learningRateUnusual: Rule = {
  code: 'learning-rate.unusual',
  severity: 'warning',
  about: 'fit',
  *check({ fit, training }) {
    const rate = training.learningRate;
    if (!rate || training.family === 'unknown') {
      return yield { reason: { id: training.scheduled ? 'skipped.scheduled' : 'skipped.no-learning-rate' } };
    }
    if (rate.assumed) return;
    const judgement = judge(rate.value, training.family, layersOf(fit).length > 1);
    if (!judgement) return;
    const usual = usualRate[training.family];
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
const smallestUsual = 1e-6;

/** A linear model on small inputs may well train at such a rate; a network with hidden layers hardly does. */
function judge(rate: number, family: 'descent' | 'adaptive', hidden: boolean): { severity: Severity; message: string } | undefined {
  if (rate <= 0) return { severity: 'error', message: 'learning-rate.unusual.not-positive' };
  if (rate < smallestUsual) return { severity: 'warning', message: 'learning-rate.unusual.low' };
  if (rate <= largestUsual[family]) return undefined;
  const certain = hidden || rate > 100 * largestUsual[family];
  return { severity: certain ? 'warning' : 'information', message: 'learning-rate.unusual.high' };
}
