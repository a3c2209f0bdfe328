import { targetsOf } from '../data';
import { isRegressionLoss, outputOf } from '../outputs';
import type { Rule } from '../rule';
import { mean } from '../series';
import { known } from '../training';

/** How many times more steps than the run has must be needed before it is told. */
const farTooFew = 10;

/**
 * An adaptive optimizer moves a weight by about its learning rate a step, so that an output bias needs |mean(y)| / η
 * steps to come to the targets.
 */
export const dataTargetScale: Rule = {
  code: 'data.target-scale',
  severity: 'information',
  about: 'fit',
  *check({ fit, training }) {
    const output = outputOf(fit);
    if (!fit || !output || training.family !== 'adaptive' || !isRegressionLoss(output.loss.name)) return;
    const targets = targetsOf(fit);
    const epochs = known(fit.epochs)?.value;
    const rate = training.learningRate?.value;
    const steps = training.stepsPerEpoch?.value;
    if (!targets || epochs === undefined || rate === undefined || rate <= 0 || steps === undefined) {
      return yield { reason: { id: 'skipped.no-targets' } };
    }
    const size = Math.abs(mean(Array.from(targets.data)));
    const needed = size / rate;
    if (needed < farTooFew * epochs * steps) return;
    yield {
      message: { id: 'data.target-scale', args: { size, optimizer: training.optimizer ?? '', learningRate: rate, needed, have: epochs * steps } },
      script: fit.y.span,
      evidence: { meanTarget: size, learningRate: rate, stepsNeeded: needed, steps: epochs * steps },
      related: [],
      remedies: [],
    };
  },
};
