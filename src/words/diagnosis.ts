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

  'loss.exploding.accelerating': (args) =>
    then(
      l10n.t(
        'Loss grows faster and faster, from {0} to {1}: training diverges, and no single curvature tells the largest stable learning rate',
        significant(args.first),
        significant(args.last),
      ),
      args,
    ),
  'loss.exploding.roughly-bounded': (args) =>
    then(
      l10n.t(
        'Loss grows ×{0} per epoch: learning rate {1} is above the largest stable one, about {2} to {3} (λmax at least {4}; {5}, momentum {6}, {7})',
        significant(args.growth),
        rate(args),
        significant(args.low, 2),
        significant(args.bound, 2),
        significant(args.lambdaMax, 2),
        String(args.optimizer),
        significant(args.momentum),
        steps(args),
      ),
      args,
    ),
  'loss.exploding.jump': ({ first, peak, last }) =>
    l10n.t('Loss rises from {0} to {1} and does not come back: it ends at {2}', significant(first), significant(peak), significant(last)),
  'loss.exploding.clipped': (args) =>
    then(
      l10n.t(
        'Loss rises from {0} to {1} although gradients are clipped, so its growth does not tell the largest stable learning rate',
        significant(args.first),
        significant(args.last),
      ),
      args,
    ),
  'loss.exploding.scheduled': (args) =>
    then(
      l10n.t(
        'Loss rises from {0} to {1} while the learning rate changes, so its growth does not tell the largest stable one',
        significant(args.first),
        significant(args.last),
      ),
      args,
    ),
  'loss.exploding.sweep': ({ first, last, learningRate }) =>
    l10n.t(
      'Loss rises from {0} to {1} as the learning rate is raised to {2}: a learning-rate finder ends so by design',
      significant(first),
      significant(last),
      significant(learningRate),
    ),

  'loss.exploded.dead': ({ peak, epoch, after }) =>
    l10n.t(
      'Loss jumps to {0} at epoch {1} and then stays near {2}: too long steps threw the weights off, and units behind ReLU are probably dead',
      significant(peak),
      String(epoch),
      significant(after),
    ),
  'loss.exploded.constant': ({ peak, epoch, after, spread }) =>
    l10n.t(
      'Loss jumps to {0} at epoch {1} and then stays near {2}, about what a constant prediction gives ({3}): too long steps are the likely reason',
      significant(peak),
      String(epoch),
      significant(after),
      significant(spread),
    ),
  'loss.exploded.recovered': ({ peak, epoch, after }) =>
    l10n.t('Loss jumps to {0} at epoch {1} before it comes back to {2}', significant(peak), String(epoch), significant(after)),

  'loss.nan.growth': ({ metric, value, epoch }) =>
    l10n.t('{0} is {1} from epoch {2}: it grew until float32 overflowed', String(metric), significant(value), String(epoch)),
  'loss.nan.first-value': ({ metric, value }) =>
    l10n.t('{0} is {1} at the very first step: look for NaN in the data, labels outside the loss, log(0) or 0/0', String(metric), significant(value)),
  'loss.nan.first-epoch-descent': ({ metric, value }) =>
    l10n.t('{0} is {1} in the first epoch: with SGD first lower the learning rate or scale inputs and targets, then check the data', String(metric), significant(value)),
  'loss.nan.first-epoch-adaptive': ({ metric, value }) =>
    l10n.t('{0} is {1} in the first epoch: check the data for NaN, the labels, log(0) and 0/0 before the learning rate', String(metric), significant(value)),
  'loss.nan.first-epoch': ({ metric, value }) =>
    l10n.t('{0} is {1} in the first epoch: NaN in the data, labels out of range, log(0), 0/0 or too high a learning rate; the log alone does not tell', String(metric), significant(value)),
  'loss.nan.continued': ({ metric, value }) =>
    l10n.t('{0} is {1} from the start: this fit goes on with the model whose weights the fit before left NaN; build it anew', String(metric), significant(value)),
  'loss.nan.own-loss': ({ metric, value, epoch, name }) =>
    l10n.t(
      '{0} is {1} from epoch {2} on, inputs and targets are finite: look for log(0), 0/0 or the square root of 0 in {3}',
      String(metric),
      significant(value),
      String(epoch),
      String(name),
    ),
  'loss.nan.sudden-descent': ({ metric, value, epoch }) =>
    l10n.t('{0} turns {1} at epoch {2}: under SGD the loss can explode within one epoch; lower the learning rate or clip, then check the data', String(metric), significant(value), String(epoch)),
  'loss.nan.sudden': ({ metric, value, epoch }) =>
    l10n.t('{0} turns {1} at epoch {2} without growing before: check data, log(0), 0/0 and mixed precision', String(metric), significant(value), String(epoch)),
  'loss.nan.validation': ({ metric, value, epoch }) =>
    l10n.t(
      '{0} is {1} at epoch {2} while the training loss is finite: look for NaN, empty batches or new classes in the validation data',
      String(metric),
      significant(value),
      String(epoch),
    ),
  'loss.nan.passing': ({ metric, value, epoch }) =>
    l10n.t(
      '{0} is {1} at epoch {2} and finite again later, so the weights are unhurt: look for a batch with 0/0 or an overflow',
      String(metric),
      significant(value),
      String(epoch),
    ),
  'loss.nan.sweep': ({ metric, value, epoch }) =>
    l10n.t('{0} is {1} at epoch {2} as the learning rate is raised: a learning-rate finder ends so by design', String(metric), significant(value), String(epoch)),

  'loss.negative.known-loss': ({ loss, epoch, name }) =>
    l10n.t('Loss is {0} at epoch {1}, but {2} is never negative for labels it is made for: check the range of the labels', significant(loss), String(epoch), String(name)),
  'loss.negative.classifier': ({ last }) =>
    l10n.t('Loss falls below zero to {0}, which no crossentropy does for labels in [0, 1]: check the labels and the loss', significant(last)),
  'loss.negative.runaway': ({ last }) =>
    l10n.t('Loss falls without end, to {0}: it has no minimum for these labels', significant(last)),

  'loss.fingerprint.saturated': ({ loss, parameter }) =>
    l10n.t('Loss stays at {0}, the wrong share times {1}, as if every output were stuck at exactly 0 or 1', significant(loss), significant(parameter, 6)),
  'loss.fingerprint.one-unit': ({ loss }) =>
    l10n.t('Loss stays at {0} while samples are wrong, as behind a softmax over one unit, which is always 1', significant(loss)),
  'loss.fingerprint.zero': ({ parameter }) =>
    l10n.t('Loss is exactly 0 in all {0} epochs: no sample counts (weights, masks), or an own train_step does not update the loss that is printed', String(parameter)),
  'loss.fingerprint.uniform': ({ loss, parameter }) =>
    l10n.t('Loss stays at {0}, about ln {1}, as if all {1} classes had the same probability: the model learns nothing', significant(loss), String(parameter)),
  'loss.fingerprint.class-shares': ({ loss, accuracy }) =>
    l10n.t('Loss stays at {0}, the entropy of a class share of {1}, as if the model predicted one class for everything', significant(loss), significant(accuracy)),
  'loss.fingerprint.label-entropy': ({ loss }) =>
    l10n.t('Loss does not get below {0}, the entropy of the labels: the model is no better than one answer for every sample', significant(loss)),
  'loss.fingerprint.mean-predictor': ({ loss, parameter }) =>
    parameter === ''
      ? l10n.t('Loss stays at {0}, the variance of the targets, as if the model always predicted the mean of each column', significant(loss))
      : l10n.t('Loss stays at {0}, the variance of the targets, as if the model always predicted their mean, {1}', significant(loss), significant(parameter)),
  'loss.fingerprint.median-predictor': ({ loss, parameter }) =>
    parameter === ''
      ? l10n.t('Loss stays at {0}, the mean distance of the targets from their median, as if the model always predicted the median of each column', significant(loss))
      : l10n.t('Loss stays at {0}, the mean distance of the targets from their median, as if the model always predicted {1}', significant(loss), significant(parameter)),
  'loss.fingerprint.stuck-output': ({ loss, parameter }) =>
    l10n.t('Loss stays at {0}, as if the model always predicted {1}', significant(loss), significant(parameter)),
  'loss.fingerprint.bias-only': ({ loss, parameter }) =>
    l10n.t('Loss falls towards {0} by ×{1} per epoch, exactly as an output bias alone does: the hidden layers are probably dead', significant(loss), significant(parameter)),

  'loss.stuck': ({ loss, epochs, percent }) =>
    l10n.t('Loss stays at {0} for {1} epochs (it moves by {2} %): the model learns nothing', significant(loss), String(epochs), significant(percent, 2)),
  'loss.stuck.or-done': ({ loss, epochs, percent }) =>
    l10n.t('Loss stays at {0} for {1} epochs (it moves by {2} %): the model learns nothing, or all there is within its first epoch', significant(loss), String(epochs), significant(percent, 2)),
  'loss.stuck.unmoved': ({ loss, epochs }) =>
    l10n.t('Loss is exactly {0} in all {1} epochs: no weight moves; look for trainable=False, a learning rate of 0 or gradients that are 0', significant(loss), String(epochs)),
  'loss.stuck.frozen': ({ loss, epochs }) =>
    l10n.t('Loss is exactly {0} in all {1} epochs: every layer has trainable=False, so no weight is trained', significant(loss), String(epochs)),
  'loss.stuck.tiny-rate': ({ loss, epochs, learningRate }) =>
    l10n.t('Loss stays at {0} for {1} epochs: learning rate {2} is too small to move it', significant(loss), String(epochs), significant(learningRate)),
  'loss.slow': ({ percent, epochs, halving }) =>
    l10n.t('Loss falls steadily but only by {0} % in {1} epochs; at this pace halving it takes {2} epochs', significant(percent, 2), String(epochs), String(halving)),
  'loss.oscillating': ({ percent, turns, lowest }) =>
    l10n.t('Loss jumps by {0} % from epoch to epoch, turns in {1} % of them, and its minimum {2} does not fall', significant(percent, 2), significant(turns, 2), significant(lowest)),

  'accuracy.dead': ({ accuracy, epochs }) =>
    l10n.t('Accuracy is {0} in all {1} epochs, as if the model predicted one class for everything', significant(accuracy), String(epochs)),
  'accuracy.dead.zero': ({ epochs }) =>
    l10n.t('Accuracy is 0 in all {0} epochs: accuracy counts exact hits and says nothing about a regression', String(epochs)),

  'validation.overfitting': ({ best, epoch, last, before, after }) =>
    l10n.t(
      'Validation loss is lowest at epoch {0} ({1}) and rises to {2} while training loss falls from {3} to {4}: overfitting',
      String(epoch),
      significant(best),
      significant(last),
      significant(before),
      significant(after),
    ),
  'validation.exploding': ({ validation, training, epoch }) =>
    l10n.t('Validation loss is {0} at epoch {1}, training loss {2}: the validation data are probably on another scale', significant(validation), String(epoch), significant(training)),
  'validation.constant': ({ loss, epochs, percent }) =>
    l10n.t('Validation loss stays at {0} for {1} epochs while training loss falls by {2} %', significant(loss), String(epochs), significant(percent, 2)),
  'learning-rate.vanished': ({ rate, start, epoch, wasted }) =>
    l10n.t('Learning rate is down from {0} to {1} at epoch {2}: the {3} epochs since then change nothing', significant(start), significant(rate), String(epoch), String(wasted)),

  'learning-rate.vanished.schedule': ({ loss, epochs, schedule }) =>
    l10n.t('Loss is exactly {0} in the last {1} epochs: {2} has probably brought the learning rate to nothing', significant(loss, 5), String(epochs), String(schedule)),

  'output.softmax-one-unit': () => l10n.t('Softmax over one unit is always 1: the model cannot learn'),
  'output.activation.binary': ({ loss, activation }) =>
    l10n.t('{0} expects probabilities, the last layer gives {1} values: use sigmoid', String(loss), String(activation)),
  'output.activation.categorical': ({ loss, activation }) =>
    l10n.t('{0} expects probabilities, the last layer gives {1} values: use softmax or from_logits=True', String(loss), String(activation)),
  'output.activation.independent': ({ loss, activation }) =>
    l10n.t('{0} expects probabilities that sum to 1, {1} gives each class its own', String(loss), String(activation)),
  'output.activation.poisson': ({ loss, activation }) =>
    l10n.t('{0} takes the logarithm of predictions, and {1} values may be negative: its loss is NaN then', String(loss), String(activation)),
  'output.activation.one-unit': ({ loss }) => l10n.t('{0} needs one unit per class, the last layer has 1', String(loss)),
  'output.from-logits': ({ loss, activation }) =>
    l10n.t('{0} with from_logits=True applies {1} once more to what the last layer has already passed through it', String(loss), String(activation)),
  'output.double-softmax': () => l10n.t('Softmax is applied twice: the second one flattens the probabilities and the gradient'),
  'output.bounded': ({ activation, low, high, percent }) =>
    l10n.t('Targets lie between {0} and {1}; {2} never reaches {3} % of them', significant(low), significant(high), String(activation), significant(percent, 2)),
  'output.bounded.unknown-targets': ({ activation, low, high }) =>
    l10n.t('{0} only gives values between {1} and {2}: a regression beyond them needs a linear last layer', String(activation), significant(low), significant(high)),
  'labels.out-of-range.classes': ({ low, high, units }) =>
    l10n.t('Labels run from {0} to {1}, the last layer has {2} units: classes must be 0 … units − 1', significant(low), significant(high), String(units)),
  'labels.out-of-range.zeros': ({ percent, loss }) =>
    l10n.t('{0} % of the targets are 0, and {1} divides by them (by 1e-7): they cost 1e9 per unit of the prediction, all others next to nothing', significant(percent, 2), String(loss)),
  'labels.out-of-range.one-class': ({ samples, label }) =>
    label === ''
      ? l10n.t('All {0} samples have the same label: there is nothing to tell apart', String(samples))
      : l10n.t('All {0} samples have the label {1}: there is nothing to tell apart', String(samples), significant(label)),
  'labels.out-of-range.probabilities': ({ low, high, loss }) =>
    l10n.t('Labels run from {0} to {1}, {2} needs them in [0, 1]', significant(low), significant(high), String(loss)),
  'data.not-finite.inputs': ({ count, row, rows, column }) =>
    l10n.t('Inputs hold {0} NaN or infinite values, the first in row {1} of {2}, column {3}: every weight it meets becomes NaN', String(count), String(row), String(rows), String(column)),
  'data.not-finite.targets': ({ count, row, rows }) =>
    l10n.t('Targets hold {0} NaN or infinite values, the first in row {1} of {2}: the loss of its batch is not finite', String(count), String(row), String(rows)),
  'data.not-finite.validation': ({ count, row, rows }) =>
    l10n.t('Validation data hold {0} NaN or infinite values, the first in row {1} of {2}: val_loss is NaN or means nothing', String(count), String(row), String(rows)),
  'layer.constant-initializer': ({ initializer, units }) =>
    l10n.t("Kernel initializer '{0}' starts all {1} units equal, and equal they stay", String(initializer), String(units)),
  'layer.vanishing-gradient': ({ layers, share }) =>
    l10n.t('{0} sigmoid layers in a row: each passes back at most a quarter of the gradient, so {1} of it is left at the first', String(layers), significant(share, 2)),
  'metric.accuracy-on-regression': ({ metric, loss }) =>
    l10n.t('{0} counts exact hits and says nothing about a regression with {1}', String(metric), String(loss)),
  'loss.start': ({ loss, guess }) =>
    l10n.t('Loss starts at {0} where guessing gets {1}: outputs are that far off when inputs are not scaled', significant(loss), significant(guess)),
  'loss.start.inputs': ({ loss, guess, highest }) =>
    l10n.t('Loss starts at {0} where guessing gets {1}: inputs reach {2} and nothing scales them', significant(loss), significant(guess), significant(highest)),
  'data.unscaled-inputs': ({ highest, times }) =>
    l10n.t('Inputs reach {0}: under SGD that makes the curvature up to {1} times that of inputs scaled to 1', significant(highest), significant(times, 2)),
  'data.unscaled-inputs.linear': (args) =>
    l10n.t(
      'Learning rate {0} is above {1}, the largest stable one for these inputs (λmax = {2})',
      rate(args),
      significant(args.bound, 5),
      significant(args.lambdaMax, 5),
    ),
  'data.target-scale': ({ size, optimizer, learningRate, needed, have }) =>
    l10n.t(
      'Targets average {0}: {1} at learning rate {2} needs at least {3} steps to get there, the script does {4}',
      significant(size),
      String(optimizer),
      significant(learningRate),
      significant(needed, 2),
      String(have),
    ),
  'data.validation-scale': ({ validation, training }) =>
    l10n.t('Nine in ten validation inputs lie within ±{0}, of the training inputs within ±{1}: they are not scaled alike', significant(validation), significant(training)),
  'data.ordered.batches': () => l10n.t('Labels are in order and shuffle=False: every batch holds a single class'),
  'data.ordered.validation': ({ unseen, percent }) =>
    l10n.t('Labels are in order and validation takes the last {0} %: it holds {1} classes that training never sees', significant(percent), String(unseen)),
  'data.ordered.validation-classes': ({ validated, all, percent }) =>
    l10n.t('Labels are in order and validation takes the last {0} %: it holds {1} of {2} classes', significant(percent), String(validated), String(all)),
  'learning-rate.unusual.not-positive': ({ learningRate }) => l10n.t('Learning rate {0} does not descend', significant(learningRate)),
  'learning-rate.unusual.high': ({ learningRate, optimizer, usual }) =>
    l10n.t("Learning rate {0} is far above what {1} is used with (Keras' default: {2})", significant(learningRate), String(optimizer), significant(usual)),
  'learning-rate.unusual.low': ({ learningRate, optimizer, usual }) =>
    l10n.t("Learning rate {0} is far below what {1} is used with (Keras' default: {2})", significant(learningRate), String(optimizer), significant(usual)),
  'callbacks.nan-erases-backup': () =>
    l10n.t('TerminateOnNaN ends fit in order, and then BackupAndRestore deletes the backup you would go back to'),

  'related.growth-base': ({ loss, epoch }) => l10n.t('growth starts from {0} at epoch {1}', significant(loss), String(epoch)),
  'related.growth-certain': ({ loss, epoch }) => l10n.t('certain from epoch {1} on, at {0}', significant(loss), String(epoch)),
  'related.growth-peak': ({ loss, epoch }) => l10n.t('highest: {0} at epoch {1}', significant(loss), String(epoch)),
  'related.last-loss': ({ loss, epoch }) => l10n.t('last: {0} at epoch {1}', significant(loss), String(epoch)),
  'related.nan-before': ({ loss, epoch }) =>
    l10n.t('the run before ended with {0} at epoch {1}: if this one goes on with its model, the weights were NaN already', significant(loss), String(epoch)),
  'related.last-finite': ({ loss, epoch }) => l10n.t('last finite: {0} at epoch {1}', significant(loss), String(epoch)),

  'related.component': ({ metric, loss }) => l10n.t('most of it is {0}: {1}', String(metric), significant(loss)),
  'related.plateau': ({ loss, epoch }) => l10n.t('from epoch {1} on about {0}', significant(loss), String(epoch)),
  'related.loss': ({ loss }) => l10n.t('the loss: {0}', String(loss)),
  'related.first-softmax': () => l10n.t('the first softmax'),
  'related.optimizer': () => l10n.t('the optimizer'),
  'related.training-inputs': () => l10n.t('the training inputs'),
  'related.ordered-labels': () => l10n.t('the labels, in order'),
  'related.backup': () => l10n.t('the backup'),

  'skipped.no-validation': () => l10n.t('no validation loss is printed'),
  'skipped.no-rates': () => l10n.t('no learning rate is printed'),
  'skipped.no-output': () => l10n.t('last layer or loss could not be read'),
  'skipped.no-targets': () => l10n.t('the targets could not be read'),
  'skipped.no-inputs': () => l10n.t('the inputs could not be read'),
  'skipped.no-learning-rate': () => l10n.t('optimizer or learning rate could not be read'),
  'skipped.scheduled': () => l10n.t('the learning rate changes'),
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
  'match.outputs': ({ outputs }) => l10n.t('same outputs: {0}', String(outputs)),
  'match.other-outputs': ({ outputs }) => l10n.t('other outputs than the log: {0}', String(outputs)),
  'match.callback': ({ name }) => l10n.t('{0} speaks in the log', String(name)),
  'match.other-callback': ({ name }) => l10n.t('no {0}, which speaks in the log', String(name)),
  'match.rate': ({ rate }) => l10n.t('learning rate {0} as in the log', significant(rate)),
  'match.growth': ({ rate }) => l10n.t('learning rate {0} gives the growth of the log', significant(rate)),
  'match.fits': ({ fits }) => l10n.t('{0} calls of fit as in the log', String(fits)),
  'match.folder': () => l10n.t('same folder'),
  'match.name': ({ name }) => l10n.t('similar name: {0}', String(name)),
  'match.changed-since': () => l10n.t('changed after the log was written'),
};
