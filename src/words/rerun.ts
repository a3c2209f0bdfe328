import * as l10n from '@vscode/l10n';
import { size } from './amounts';
import { significant } from './numbers';
import type { Arguments, Words } from './table';

/** `20 of 20 starts`, as every verdict counts. */
function of(count: number | string | undefined, { starts }: Arguments): string {
  return l10n.t('{0} of {1} starts', String(count), String(starts));
}

/** What a loss has to get below. */
function bar({ yardstick }: Arguments): string {
  return Number.isNaN(yardstick)
    ? l10n.t('the loss of the untrained model')
    : l10n.t('the loss of the best constant prediction ({0})', significant(yardstick));
}

function bound({ percent }: Arguments): string {
  return l10n.t('95 % lower bound {0} %', String(percent));
}

function behaviour(of: string | number | undefined): string {
  if (of === 'diverges') return l10n.t('diverges');
  return of === 'falls' ? l10n.t('falls') : l10n.t('neither falls nor diverges');
}

export const rerunWords: Words = {
  'rerun.refused.layer': ({ layer }) => l10n.t('The layer {0} is not rebuilt here, so nothing was trained', String(layer)),
  'rerun.refused.argument': ({ owner, argument }) =>
    l10n.t('The argument {0} of {1} is not rebuilt here, so nothing was trained', String(argument), String(owner)),
  'rerun.refused.value': ({ owner, argument, value }) =>
    l10n.t('{0}={1} of {2} is not rebuilt here, so nothing was trained', String(argument), String(value), String(owner)),
  'rerun.refused.missing': ({ owner, argument }) =>
    l10n.t('{0} needs the argument {1}, which the script does not give', String(owner), String(argument)),
  'rerun.refused.optimizer': ({ optimizer }) =>
    l10n.t('The optimizer {0} is not rebuilt here, so nothing was trained', String(optimizer)),
  'rerun.refused.rows': ({ optimizer }) =>
    l10n.t('{0} on an Embedding is not rebuilt here, so nothing was trained', String(optimizer)),
  'rerun.refused.loss': ({ loss }) => l10n.t('The loss {0} is not rebuilt here, so nothing was trained', String(loss)),
  'rerun.refused.callback': ({ callback }) =>
    l10n.t('The callback {0} is not rebuilt here, so nothing was trained', String(callback)),
  'rerun.refused.samples': ({ x, y }) =>
    l10n.t('Inputs and targets do not have the same number of samples ({0} and {1})', String(x), String(y)),
  'rerun.refused.targets': ({ target, output }) =>
    l10n.t('The targets have {0} numbers per sample, the model gives {1}', String(target), String(output)),

  'rerun.refused.memory': ({ bytes, most }) =>
    l10n.t('It would need about {0} of memory, and may use {1}: a smaller batch size or less data needs less', size(Number(bytes)), size(Number(most))),
  'rerun.refused.method': ({ method }) => l10n.t('A rerun needs a call of fit; this is {0}', String(method)),
  'rerun.refused.origin': ({ layer, origin }) =>
    origin === 'script'
      ? l10n.t('The layer {0} is a class of the script, so nothing was trained', String(layer))
      : l10n.t('The layer {0} ({1}) is not rebuilt here, so nothing was trained', String(layer), String(origin)),
  'rerun.refused.outputs': ({ targets, outputs }) =>
    l10n.t('The data has {0} targets, the model {1} outputs', String(targets), String(outputs)),
  'rerun.refused.no-loss': ({ output }) => l10n.t('The output {0} has no loss', String(output)),
  'rerun.refused.nothing': () => l10n.t('No weight of the model is trained'),
  'rerun.refused.label': ({ label, classes }) =>
    l10n.t('The targets hold the class {0}, the model has the classes 0 to {1}', significant(label), String(Number(classes) - 1)),
  'rerun.refused.weights': () => l10n.t('The weights of the samples do not fit the targets'),
  'rerun.refused.input': ({ layer }) => l10n.t('The data does not have the shape that {0} needs', String(layer)),

  'rerun.fit-lost': () => l10n.t('The edited script no longer has this call of fit'),

  'rerun.landscape.flat': () => l10n.t('The loss does not curve upwards at the start, so there is no edge to show'),

  'rerun.reproduced.all': ({ epochs, percent }) =>
    percent === 0
      ? l10n.t('All {0} printed losses reproduced, digit for digit', String(epochs))
      : l10n.t('All {0} printed losses reproduced, the worst to {1} %', String(epochs), significant(percent, 2)),
  'rerun.reproduced.not-finite': ({ epochs }) => l10n.t('Not finite in any of the {0} printed epochs, as in the log', String(epochs)),
  'rerun.reproduced.alike': ({ epochs, log, rerun }) =>
    l10n.t(
      'Trains as the log does over its {0} epochs: loss ×{1} per epoch in the log, ×{2} here',
      String(epochs), significant(log), significant(rerun),
    ),
  'rerun.reproduced.way': ({ epochs, log, logEnd, rerun, rerunEnd }) =>
    l10n.t(
      'Trains as the log does over its {0} epochs: from {1} to {2} in the log, from {3} to {4} here',
      String(epochs), significant(log), significant(logEnd), significant(rerun), significant(rerunEnd),
    ),
  'rerun.reproduced.some': ({ alike, starts }) => l10n.t('{0} of {1} drawn starts do what the log does', String(alike), String(starts)),
  'rerun.reproduced.backend': () =>
    l10n.t('With Keras on JAX or PyTorch: on TensorFlow this script trains otherwise, and it does not say which it uses'),
  'rerun.differs.way': ({ log, logEnd, rerun, rerunEnd }) =>
    l10n.t(
      'Could not reproduce the log: its loss goes from {0} to {1}, that of the script from {2} to {3}',
      significant(log), significant(logEnd), significant(rerun), significant(rerunEnd),
    ),
  'rerun.differs.first-loss': ({ log, low, high }) =>
    l10n.t(
      'Could not reproduce the log: it starts at loss {0}, the script at {1} to {2} (90 % of its starts); data or initial weights differ',
      significant(log), significant(low), significant(high),
    ),
  'rerun.differs.epochs': ({ epochs }) =>
    l10n.t('Could not reproduce the log: it shows none of the {0} epochs that the rerun trained', String(epochs)),
  'rerun.differs.behaviour': ({ log, rerun }) =>
    l10n.t('Could not reproduce the log: its loss {0}, the rerun\'s {1}', behaviour(log), behaviour(rerun)),
  'rerun.differs.non-finite': ({ log, rerun }) =>
    rerun === 0
      ? l10n.t('Could not reproduce the log: its loss is not finite from epoch {0}, the rerun\'s stays finite', String(log))
      : log === 0
        ? l10n.t('Could not reproduce the log: its loss stays finite, the rerun\'s is not finite from epoch {0}', String(rerun))
        : l10n.t(
            'Could not reproduce the log: its loss is not finite from epoch {0}, the rerun\'s from epoch {1}',
            String(log), String(rerun),
          ),
  'rerun.differs.curvature': ({ log, rerun }) =>
    l10n.t('Could not reproduce the log: its growth shows a curvature λ of {0}, the script has {1}', significant(log), significant(rerun)),
  'rerun.differs.slope': ({ log, rerun }) =>
    l10n.t(
      'Could not reproduce the log: its loss changes ×{0} per epoch, the rerun\'s ×{1}',
      significant(log), significant(rerun),
    ),

  'rerun.judged.holds': (args) =>
    Number.isNaN(args.yardstick)
      ? l10n.t('{0} train ({1}): median final loss {2}', of(args.passed, args), bound(args), significant(args.finalLoss, 3))
      : l10n.t(
        '{0} train ({1}): median final loss {2}, a constant prediction gets {3}',
        of(args.passed, args), bound(args), significant(args.finalLoss, 3), significant(args.yardstick),
      ),
  'rerun.judged.own-start': (args) =>
    l10n.t('{0} train, but the start of the log does not', of(args.passed, args)),
  'rerun.judged.diverges': (args) =>
    args.finite === 0
      ? l10n.t('No start stays finite')
      : l10n.t('Only {0} stay finite, and {1} of them train', of(args.finite, args), String(args.trained)),
  'rerun.judged.above': (args) =>
    args.below === 0
      ? l10n.t('No start gets below {0}; median final loss {1}', bar(args), significant(args.finalLoss, 3))
      : l10n.t('Only {0} get below {1}; median final loss {2}', of(args.below, args), bar(args), significant(args.finalLoss, 3)),
  'rerun.judged.bouncing': (args) =>
    args.trained === 0
      ? l10n.t('No start comes to rest, all circle the minimum; median final loss {0}', significant(args.finalLoss, 3))
      : l10n.t('Only {0} come to rest, the others circle the minimum; median final loss {1}', of(args.trained, args), significant(args.finalLoss, 3)),
  'rerun.judged.short': (args) =>
    args.least
      ? l10n.t(
          'All starts train, but in the script\'s epochs only {0} leave less than {1} % of the way from {2} to {3}, the least loss; median final loss {4}',
          of(args.passed, args), String(args.goal), bar(args), significant(args.least), significant(args.finalLoss, 3),
        )
      : l10n.t(
          'All starts train, but in the script\'s epochs only {0} get below {1} % of {2}; median final loss {3}',
          of(args.passed, args), String(args.goal), bar(args), significant(args.finalLoss, 3),
        ),
  'rerun.caveat.undisturbed': ({ printed }) =>
    l10n.t('Dropout or noise raises the printed loss ({0} in the median at the end): losses without it are judged', significant(printed!)),
  'rerun.caveat.own-start': ({ end, loss }) =>
    end === 'diverged'
      ? l10n.t('From the log\'s own start it diverges')
      : l10n.t('From the log\'s own start it ends at loss {0}', significant(loss)),

  'rerun.substituted.data': () => l10n.t('Trained on numbers drawn by the same law as the script\'s, not on the same numbers'),
  'rerun.substituted.weights': () => l10n.t('Started from newly drawn weights, not from the file that the script loads'),
  'rerun.substituted.pretrained': ({ models }) => l10n.t('Started from newly drawn weights: those that {0} was trained to before are not at hand', String(models)),
  'rerun.substituted.optimizer': () => l10n.t('The optimizer starts anew: what it remembered when the model was saved is not taken over'),
  'rerun.substituted.early-stopping': () => l10n.t('Trained to the last epoch: early stopping by this metric is not rebuilt'),
  'rerun.substituted.starts': ({ done, starts }) => l10n.t('Trained from only {0} of {1} starts: the time was up', String(done), String(starts)),
  'rerun.substituted.own-stop': ({ callback }) => l10n.t('Trained to the last epoch: {0}, a callback of the script, may stop earlier', String(callback)),
  'rerun.substituted.search': () => l10n.t('Built and trained with the defaults that the search starts with, not with what it chooses'),
  'rerun.substituted.loop': () => l10n.t('Trained as fit trains: each pass of the script\'s own loop over its data is an epoch, and no pass is left out'),
  'rerun.substituted.trained': () => l10n.t('Started from newly drawn weights, although an earlier call of fit had trained the model'),

  'rerun.unknown.not-reproduced': () => l10n.t('Not judged, since the unfixed script did not reproduce the log'),
  'rerun.unknown.no-log': () => l10n.t('There is no log to reproduce'),
  'rerun.unknown.budget': ({ done, starts }) =>
    l10n.t('Undecided: the time was up after {0} of {1} starts', String(done), String(starts)),
};
