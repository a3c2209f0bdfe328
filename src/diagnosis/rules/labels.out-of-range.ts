import type { Fit, Script, Tensor } from '../../script/script';
import { columnsOf, layersOf, sameModel, targetsOf } from '../data';
import { isBinaryLoss, isCategoricalLoss, outputOf } from '../outputs';
import type { Found, Rule, Unjudged } from '../rule';
import { largest, smallest } from '../series';
import { known } from '../training';

/**
 * Labels that the loss has no meaning for: outside [0, 1] for a binary crossentropy, which then falls below zero without
 * end, class numbers that the last layer has no unit for, a single class, or zeros that a percentage is taken of.
 */
export const labelsOutOfRange: Rule = {
  code: 'labels.out-of-range',
  severity: 'error',
  about: 'fit',
  *check({ script, fit, training }) {
    if (fit && training.lossName === percentage) yield* dividedByZero(fit);
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
    if (low >= 0 && high <= most) {
      if (fit && !isAdversarial(script, fit)) yield* oneClass(fit, targets);
      return;
    }
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

const percentage = 'mean_absolute_percentage_error';

/** Keras divides by max(|y|, 1e-7) (keras/src/losses/losses.py): a target of 0 costs a billion per unit of the prediction. */
function* dividedByZero(fit: Fit): Iterable<Found | Unjudged> {
  const targets = targetsOf(fit);
  if (!targets) return yield { reason: { id: 'skipped.no-targets' } };
  const zeros = targets.data.reduce((count, value) => count + Number(Math.abs(value) <= 1e-7), 0);
  if (zeros === 0) return;
  const percent = (100 * zeros) / targets.data.length;
  yield {
    severity: 'warning',
    message: { id: 'labels.out-of-range.zeros', args: { percent, loss: percentage } },
    script: fit.y.span,
    evidence: { zeros, targets: targets.data.length, loss: percentage },
    related: [],
    remedies: [{ kind: 'loss', value: 'mean_absolute_error' }],
  };
}

/** Every sample has the same label: the network learns to answer it, whatever the inputs are. */
function* oneClass(fit: Fit, targets: Tensor): Iterable<Found> {
  const [first] = targets.shape;
  if (first === undefined || first < 2 || !columnsOf(targets).every((column) => column.every((value) => value === column[0]))) return;
  yield {
    severity: 'warning',
    message: { id: 'labels.out-of-range.one-class', args: { samples: first, label: targets.data.length === first ? targets.data[0]! : '' } },
    script: fit.y.span,
    evidence: { samples: first, classes: 1 },
    related: [],
    remedies: [],
  };
}

/** Parts of an adversarial network are trained on one label at a time, in calls of their own or with the other part fixed. */
function isAdversarial(script: Script | undefined, fit: Fit): boolean {
  if (fit.method !== 'fit' && fit.method !== 'fit_generator') return true;
  if (script?.fits.some((other) => !sameModel(other, fit))) return true;
  return layersOf(fit).some(({ config }) => known(config['trainable'])?.value === false);
}
