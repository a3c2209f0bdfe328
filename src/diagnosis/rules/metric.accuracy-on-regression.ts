import { isRegressionLoss, outputOf } from '../outputs';
import type { Rule } from '../rule';
import { known } from '../training';

/** Accuracy counts exact hits: of a regression it says nothing, and it is mostly 0.0. */
export const metricAccuracyOnRegression: Rule = {
  code: 'metric.accuracy-on-regression',
  severity: 'warning',
  about: 'fit',
  *check({ fit }) {
    const output = outputOf(fit);
    const metrics = known(fit?.compile)?.value.metrics;
    // A sigmoid or softmax trained by squared error is a classifier, and its accuracy means something. So may be a last layer
    // of several units: their accuracy is which is the largest (CategoricalAccuracy).
    if (!output || output.units !== 1 || !isRegressionLoss(output.loss.name) || !['linear', 'relu'].includes(output.activation)) return;
    const accuracy = known(metrics)?.value.find((metric) => /^acc(?:uracy)?$/i.test(metric));
    if (accuracy === undefined) return;
    yield {
      message: { id: 'metric.accuracy-on-regression', args: { metric: accuracy, loss: output.loss.name } },
      script: metrics!.span,
      evidence: { metric: accuracy, loss: output.loss.name, activation: output.activation },
      related: [],
      remedies: [{ kind: 'metric', value: 'mae' }],
      preferred: true,
    };
  },
};
