import * as l10n from '@vscode/l10n';
import { atLeast, significant } from './numbers';
import type { Arguments, Words } from './table';

/** A rate as printed in a sentence, marked where nobody wrote it. */
function rate({ learningRate, byDefault }: Arguments): string {
  const written = significant(learningRate);
  return byDefault ? l10n.t("{0} (Keras' default)", written) : written;
}

function steps({ steps }: Arguments): string {
  return Number(steps) === 1 ? l10n.t('1 step per epoch') : l10n.t('{0} steps per epoch', String(steps));
}

function then(sentence: string, { overflow }: Arguments): string {
  return overflow ? l10n.t('{0}; float32 overflows at epoch {1}', sentence, String(overflow)) : sentence;
}

export const diagnosisWords: Words = {
  'loss.exploding.bounded': (args) =>
    then(
      l10n.t(
        'Loss grows ×{0} per epoch: learning rate {1} is above {2}, the largest stable one (λmax ≈ {3}; {4}, momentum {5}, {6})',
        significant(args.growth),
        rate(args),
        significant(args.bound, 5),
        significant(args.lambdaMax, 5),
        String(args.optimizer),
        significant(args.momentum),
        steps(args),
      ),
      args,
    ),
  'loss.exploding.factor': (args) =>
    then(
      l10n.t(
        'Loss grows ×{0} per epoch: for plain SGD ({1}) the learning rate is at least {2} times too high',
        significant(args.growth),
        steps(args),
        atLeast(args.times),
      ),
      args,
    ),
  'loss.exploding.adaptive': (args) =>
    then(
      l10n.t(
        "Loss grows ×{0} per epoch from {1} to {2}; the loss alone does not tell {3}'s largest stable learning rate",
        significant(args.growth),
        significant(args.first),
        significant(args.last),
        String(args.optimizer),
      ),
      args,
    ),
  'loss.exploding.unbounded': (args) =>
    then(
      l10n.t(
        'Loss grows ×{0} per epoch from {1} to {2}: training diverges',
        significant(args.growth),
        significant(args.first),
        significant(args.last),
      ),
      args,
    ),

  'loss.nan.growth': ({ metric, value, epoch }) =>
    l10n.t('{0} is {1} from epoch {2}: it grew until float32 overflowed', String(metric), significant(value), String(epoch)),
  'loss.nan.first-value': ({ metric, value }) =>
    l10n.t('{0} is {1} at the very first step: look for NaN in the data, labels outside the loss, log(0) or 0/0', String(metric), significant(value)),
  'loss.nan.first-epoch-descent': ({ metric, value }) =>
    l10n.t('{0} is {1} in the first epoch: with SGD first lower the learning rate or scale inputs and targets, then check the data', String(metric), significant(value)),
  'loss.nan.first-epoch': ({ metric, value }) =>
    l10n.t('{0} is {1} in the first epoch: check the data for NaN, the labels, log(0) and 0/0 before the learning rate', String(metric), significant(value)),
  'loss.nan.sudden': ({ metric, value, epoch }) =>
    l10n.t('{0} turns {1} at epoch {2} without growing before: check data, log(0), 0/0 and mixed precision', String(metric), significant(value), String(epoch)),

  'related.growth-base': ({ loss, epoch }) => l10n.t('growth starts from {0} at epoch {1}', significant(loss), String(epoch)),
  'related.growth-certain': ({ loss, epoch }) => l10n.t('certain from epoch {1} on, at {0}', significant(loss), String(epoch)),
  'related.growth-peak': ({ loss, epoch }) => l10n.t('highest: {0} at epoch {1}', significant(loss), String(epoch)),
  'related.last-loss': ({ loss, epoch }) => l10n.t('last: {0} at epoch {1}', significant(loss), String(epoch)),
  'related.last-finite': ({ loss, epoch }) => l10n.t('last finite: {0} at epoch {1}', significant(loss), String(epoch)),

  'skipped.no-loss': () => l10n.t('no training loss is printed'),
  'skipped.adversarial': () => l10n.t('adversarial losses rise and fall by design'),
  'skipped.few-epochs': ({ have, need }) => l10n.t('{0} finished epochs, {1} needed', String(have), String(need)),

  'match.epochs': ({ epochs }) => l10n.t('epochs={0} as in the log', String(epochs)),
  'match.other-epochs': ({ epochs, log }) => l10n.t('epochs={0}, the log says {1}', String(epochs), String(log)),
  'match.steps': ({ steps }) => l10n.t('{0} steps per epoch as in the log', String(steps)),
  'match.other-steps': ({ steps, log }) => l10n.t('{0} steps per epoch, the log says {1}', String(steps), String(log)),
  'match.metrics': ({ metrics }) => l10n.t('same metrics: {0}', String(metrics)),
  'match.no-metrics': () => l10n.t('no metrics, as in the log'),
  'match.other-metrics': ({ metrics }) => l10n.t('other metrics: {0}', String(metrics)),
  'match.validation': () => l10n.t('validates, as in the log'),
  'match.no-validation': () => l10n.t('no validation, as in the log'),
  'match.other-validation': () => l10n.t('the log shows a validation that the script does not do'),
  'match.other-no-validation': () => l10n.t('validates, the log does not show it'),
  'match.fits': ({ fits }) => l10n.t('{0} calls of fit as in the log', String(fits)),
  'match.folder': () => l10n.t('same folder'),
  'match.name': ({ name }) => l10n.t('similar name: {0}', String(name)),
  'match.changed-since': () => l10n.t('changed after the log was written'),
};
