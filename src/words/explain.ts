import * as l10n from '@vscode/l10n';
import type { Finding } from '../diagnosis/finding';
import type { Remedy } from '../script/remedy';
import { significant } from './numbers';

type Evidence = Finding['evidence'];

/** What the reader should understand, in one or two sentences: by rule. The numbers are in the finding's own message. */
const lessons: Readonly<Record<string, (evidence: Evidence) => string[]>> = {
  'loss.exploding': (evidence) => [
    evidence['lambdaMax'] === null || evidence['lambdaMax'] === undefined
      ? l10n.t('Each step overshoots the minimum by more than it corrects, so the error grows instead of shrinking.')
      : l10n.t(
          'At curvature λmax ≈ {0}, steps of learning rate {1} overshoot the minimum further each time; below {2} they come closer.',
          significant(evidence['lambdaMax'], 5),
          significant(evidence['learningRate']),
          significant(evidence['maxStableLearningRate'], 5),
        ),
    ...assumed(evidence),
  ],
  'loss.exploded': () => [
    l10n.t('A ReLU unit whose input is negative for every sample has gradient 0 and never comes back; what is left is a constant.'),
  ],
  'loss.nan': ({ cause }) => [
    cause === 'passing'
      ? l10n.t('A NaN in the printed mean alone does no harm; a NaN in a weight would have stayed.')
      : cause === 'validation'
        ? l10n.t('The weights are finite, or the next training loss would be NaN too: the fault is in the validation data or loss.')
        : l10n.t('Once a weight is NaN every later loss is NaN: nothing after this line was learned.'),
  ],
  'loss.negative': () => [l10n.t('A crossentropy of labels outside [0, 1] has no lower bound: training follows it down.')],
  'loss.fingerprint': () => [l10n.t('A network that ignores its input predicts a constant, and each constant predictor has its own loss.')],
  'loss.stuck': () => [l10n.t('No gradient arrives: dead or saturated units, equal start weights, a learning rate near 0, or labels unrelated to the inputs.')],
  'loss.slow': () => [l10n.t('Losses that fall in every epoch leave room for a larger learning rate; one that is too large shows as bouncing.')],
  'loss.oscillating': () => [l10n.t('A sawtooth whose minimum falls is healthy (the edge of stability); this one does not get lower.')],
  'accuracy.dead': ({ accuracy }) => [
    accuracy === 0
      ? l10n.t('Watch a mean absolute error instead; the training itself may be fine.')
      : l10n.t('An accuracy that is always the same is the share of one class, whatever the probabilities do.'),
  ],
  'validation.overfitting': () => [l10n.t('From there on the model learns the training samples by heart; the weights of the best epoch are the ones to keep.')],
  'validation.exploding': () => [l10n.t('Scale validation data with the constants of the training data; with BatchNormalization, look at its moving averages.')],
  'validation.constant': () => [l10n.t('In validation the layers behave otherwise: BatchNormalization averages, Dropout, or inputs that are all alike.')],
  'learning-rate.vanished': () => [l10n.t('Weights near 1 do not change in float32 by less than 6e-8.')],
  'output.softmax-one-unit': () => [l10n.t('exp(z) / exp(z) = 1 for every z; for two classes take one unit with sigmoid, or two with softmax.')],
  'output.activation': () => [l10n.t('The loss clips what it gets to [1e-7, 1 − 1e-7] before the logarithm; outside, the gradient is 0.')],
  'output.from-logits': () => [l10n.t('Probabilities lie in [0, 1], so the second pass leaves them nearly equal and the loss cannot come near 0.')],
  'output.double-softmax': () => [l10n.t('Probabilities lie in [0, 1], so the second pass leaves them nearly equal and the loss cannot come near 0.')],
  'output.bounded': () => [l10n.t('Where a target cannot be reached the unit saturates and its gradient dies.')],
  'labels.out-of-range': () => [l10n.t('The loss is only defined for such labels; others pull it below zero, raise an error, or count as no class.')],
  'layer.constant-initializer': () => [l10n.t('Units with equal weights get equal gradients: the layer is as good as one unit wide.')],
  'layer.vanishing-gradient': () => [l10n.t('The slope of the sigmoid is at most 1/4; that of ReLU is 1 wherever the unit is on.')],
  'data.not-finite': () => [l10n.t('Rows and columns count from 0. Drop or fill them before scaling: df.dropna(), df.fillna(df.mean()).')],
  'data.unscaled-inputs': () => [l10n.t('Curvature grows with the square of the inputs, so inputs c times smaller allow a learning rate c² times larger.')],
  'loss.start': () => [l10n.t('A fresh network hands the size of its inputs on to its outputs, and the first epochs only undo that.')],
  'data.target-scale': () => [l10n.t('An adaptive step is about as long as the learning rate, however large the error: scale the targets, and the predictions back.')],
  'data.validation-scale': () => [l10n.t('Fit a scaler on the training data alone, and transform both with it: its constants belong to the model.')],
  'data.ordered': () => [l10n.t('validation_split takes the last samples as they lie, before fit shuffles.')],
  'learning-rate.unusual': () => [l10n.t('Whether it is wrong depends on the scale of inputs and targets.')],
  'callbacks.nan-erases-backup': () => [l10n.t('With raise_error=True fit ends with an error, and the backup stays.')],
};

const names: Readonly<Record<string, () => string>> = {
  learningRate: () => l10n.t('learning rate'),
  momentum: () => l10n.t('momentum'),
  optimizer: () => l10n.t('plain SGD'),
  batchSize: () => l10n.t('batch size'),
};

function assumed(evidence: Evidence): string[] {
  const list = String(evidence['assumed'] ?? '').split(', ').filter((name) => name in names);
  if (list.length === 0) return [];
  return [l10n.t("Assumed (Keras' defaults): {0}.", list.map((name) => names[name]!()).join(', '))];
}

/**
 * What a hover adds to a finding's message, line by line in plain text: why, what was assumed and what helps. Three
 * lines at most, so that with the message and the link to the rule's page there are five.
 */
export function explain(finding: Finding): readonly string[] {
  const lines = [...(lessons[finding.code]?.(finding.evidence) ?? [])];
  if (finding.remedies.length > 0) lines.push(l10n.t('What helps: {0}.', finding.remedies.map(remedyTitle).join('; ')));
  return lines;
}

/** A remedy as the title of a quick fix. */
export function remedyTitle(remedy: Remedy): string {
  switch (remedy.kind) {
    case 'learning-rate':
      return l10n.t('Set the learning rate to {0}', significant(remedy.value));
    case 'adam':
      return optimizerTitle('Adam', remedy.value);
    case 'optimizer':
      return optimizerTitle(remedy.value, remedy.learningRate);
    case 'clip-gradients':
      return l10n.t('Clip gradients to norm {0}', significant(remedy.value));
    case 'normalize-inputs':
      return l10n.t('Normalize the inputs');
    case 'normalization-layer':
      return l10n.t('Add a layer that normalizes the inputs');
    case 'rescale-output':
      return l10n.t('Add a layer that scales the output to the targets ({0} · output + {1})', significant(remedy.scale), significant(remedy.offset));
    case 'output-activation':
      return l10n.t("Give the last layer the activation '{0}'", remedy.value);
    case 'hidden-activation':
      return l10n.t("Give the hidden sigmoid layers the activation '{0}'", remedy.value);
    case 'output-units':
      return l10n.t('Give the last layer {0} units', String(remedy.value));
    case 'loss':
      return l10n.t("Use the loss '{0}'", remedy.value);
    case 'from-logits':
      return l10n.t('Set from_logits={0}', remedy.value ? 'True' : 'False');
    case 'metric':
      return l10n.t("Replace the accuracy by '{0}'", remedy.value);
    case 'batch-size':
      return l10n.t('Set the batch size to {0}', String(remedy.value));
    case 'epochs':
      return l10n.t('Train for {0} epochs', String(remedy.value));
    case 'callback':
      return l10n.t('Add the callback {0}', remedy.value);
    case 'shuffle':
      return l10n.t('Shuffle the training data');
    case 'initializer':
      return l10n.t("Use Keras' random initializers");
    case 'raise-on-nan':
      return l10n.t('Let TerminateOnNaN raise an error');
  }
}

function optimizerTitle(name: string, rate: number | undefined): string {
  return rate === undefined ? l10n.t('Use {0}', name) : l10n.t('Use {0} with learning rate {1}', name, significant(rate));
}
