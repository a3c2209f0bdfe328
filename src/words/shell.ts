import * as l10n from '@vscode/l10n';
import type { Words } from './table';

export const shellWords: Words = {
  'editor.related.log': () => l10n.t('Here it shows in the log'),
  'editor.related.script': () => l10n.t('Here the script sets it'),
  'editor.rule-page': () => l10n.t('Read more'),
  'editor.rerun': () => l10n.t('Rerun to confirm'),
  'editor.choose': () => l10n.t('Choose the script that made this log…'),
  'editor.lens.script': ({ script }) => l10n.t('Made by {0} (change)', script!),
  'editor.lens.unsure': () => l10n.t('Which script made this log?'),
  'editor.lens.no-script': () => l10n.t('No script found that made this log (choose)'),
  'editor.outcome.confirmed': () => l10n.t('confirmed'),
  'editor.outcome.partly': () => l10n.t('partly confirmed'),
  'editor.outcome.refuted': () => l10n.t('refuted'),
  'editor.outcome.unknown': () => l10n.t('could not be told'),
  'editor.pick.title': ({ log }) => l10n.t('Which script made {0}?', log!),
  'editor.pick.browse': () => l10n.t('Another file…'),
  'editor.pick.none': () => l10n.t('None of these'),
  'editor.rerun.title': () => l10n.t('Rerun'),
  'editor.rerun.no-script': () =>
    l10n.t('There is nothing to rerun: open the training script, or a log whose script is in the workspace.'),
  'editor.rerun.syntax': ({ script, line }) =>
    l10n.t('{0} cannot be read: there is a syntax error in line {1}, and no call of fit was found.', script!, line!),
  'editor.rerun.no-fit': ({ script }) => l10n.t('{0} cannot be rerun: it calls fit nowhere.', script!),
  'editor.apply.edited': ({ script }) =>
    l10n.t('{0} was edited since this rerun; rerun it as it is now before you apply.', script!),
  'editor.apply.failed': ({ script }) => l10n.t('{0} could not be changed: is it read-only?', script!),
  'editor.trial.unsupported': () => l10n.t('The script cannot be changed in this way yet.'),
  'editor.save.failed': ({ reason }) => l10n.t('The file could not be saved: {0}', reason!),
  'editor.no-log': () => l10n.t('This is no training log: open one first.'),
  'editor.empty': () => l10n.t('The file is empty: there is nothing to diagnose yet.'),
  'editor.no-epochs': () => l10n.t('No epoch with a loss was found in this file.'),
  'editor.healthy': ({ epochs }) => l10n.t('Nothing found in {0} epochs.', epochs!),
  'editor.outline.run': ({ number }) => l10n.t('Run {0}', number!),
  'editor.outline.epoch': ({ number }) => l10n.t('Epoch {0}', number!),
  'editor.cell': ({ number, notebook }) => l10n.t('cell {0} of {1}', number!, notebook!),
};
