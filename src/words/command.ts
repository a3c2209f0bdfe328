import * as l10n from '@vscode/l10n';
import { duration, size } from './amounts';
import type { Words } from './table';

export const commandWords: Words = {
  // What cannot be used
  'cli.unreadable': ({ path, code }) => l10n.t('{0} cannot be read ({1})', path!, code!),
  'cli.missing': ({ path }) => l10n.t('{0} does not exist', path!),
  'cli.folder': ({ path }) => l10n.t('{0} is a folder; name the files in it', path!),
  'cli.forbidden': ({ path }) => l10n.t('{0} may not be read: permission denied', path!),
  'cli.unwritable': ({ path, code }) => l10n.t('{0} cannot be written ({1})', path!, code!),
  'cli.empty': ({ path }) => l10n.t('{0} is empty', path!),
  'cli.binary': ({ path }) => l10n.t('{0} is a binary file, not text', path!),
  'cli.no-run': ({ path }) => l10n.t('{0} is no training log: no line of it is an epoch or a metric', path!),
  'cli.no-value': ({ path, line }) => l10n.t('{0} ends at line {1} before the first complete value', path!, line!),
  'cli.no-notebook': ({ path }) => l10n.t('{0} is no Jupyter notebook', path!),
  'cli.over-cells': ({ path }) => l10n.t('The edit of {0} does not lie in one cell', path!),
  'cli.syntax': ({ path, line, column }) =>
    l10n.t('{0} has a syntax error at line {1}, column {2}', path!, line!, column!),
  'cli.no-data': ({ place, reason }) =>
    l10n.t('{0}: {1}. With --data FILE it trains on an NPZ or CSV file, with --data stand-in on random numbers', place!, reason!),
  'cli.data-at-hand': ({ path, data }) =>
    l10n.t('{0} has its data, so that {1} would not be used: leave out --data', path!, data!),
  'cli.no-rebuild': ({ place, reason }) => l10n.t('{0}: {1}', place!, reason!),
  'cli.no-fit': ({ path }) => l10n.t('{0} has no call of fit', path!),
  'cli.fit-not-reached': ({ path }) => l10n.t('{0} mentions fit, but no call of it was reached when reading the script', path!),
  'cli.several-fits': ({ count }) => l10n.t('The script calls fit {0} times; name its log with --log', count!),
  'cli.internal': ({ reason }) => l10n.t('Internal error, please report it: {0}', reason!),

  // check
  'cli.run': ({ run, line }) => l10n.t('Run {0} from line {1}', run!, line!),
  'cli.epochs': ({ epochs }) => l10n.t('{0} epochs', epochs!),
  'cli.epochs-of': ({ epochs, declared }) => l10n.t('{0} of {1} epochs', epochs!, declared!),
  'cli.losses': ({ first, last }) => l10n.t('loss {0} → {1}', first!, last!),
  'cli.more-runs': ({ count }) => l10n.t('and {0} more runs', count!),
  'cli.nothing-found': () => l10n.t('Nothing found'),
  'cli.in-script': ({ place }) => l10n.t('In the script: {0}', place!),
  'cli.fixes': ({ titles }) => l10n.t('What helps: {0}', titles!),
  'cli.not-checked': ({ codes, reason }) => l10n.t('Not checked: {0} ({1})', codes!, reason!),

  // fix and rerun
  'cli.fixed': ({ title, path }) => l10n.t('{0}: {1}', path!, title!),
  'cli.changed-since-log': ({ path }) => l10n.t('{0} was changed after this log was written; if that was a remedy, train again first', path!),
  'cli.perhaps-fixed': ({ path }) => l10n.t('{0} sets a learning rate and was changed after this log was written, so it may be fixed already: train again, or name a remedy with --remedy', path!),
  'cli.already-fixed': ({ title, path }) => l10n.t('{0} is so already: {1}', path!, title!),
  'cli.nothing-to-fix': ({ path }) => l10n.t('No remedy for {0}: name its log with --log, or a remedy with --remedy', path!),
  'cli.nothing-to-try': ({ path }) =>
    l10n.t('Nothing to try on {0}: name its log with --log, or a remedy with --remedy', path!),
  'cli.cannot-fix': ({ path }) => l10n.t('None of the remedies can be carried out in {0}', path!),
  'cli.no-value-for-remedy': ({ kind }) =>
    l10n.t('No finding gives a value for {0}; give one with --remedy {0}=VALUE', kind!),
  'cli.which-log': () => l10n.t('Give either log_path or log_text'),
  'cli.no-such-remedy': ({ text }) => l10n.t('{0} is no remedy', text!),
  'cli.progress': ({ done, total, seconds, bytes }) =>
    l10n.t('{0} of {1} training runs, about {2} left, {3} of memory', done!, total!, duration(Number(seconds)), size(Number(bytes))),
  'cli.no-verdict': () => l10n.t('The rerun ended without a verdict'),
  'cli.reproduced': ({ reason }) => l10n.t('Without a fix: {0}', reason!),
  'cli.confirmed': ({ title, reason }) => l10n.t('Confirmed: {0}. {1}', title!, reason!),
  'cli.partly': ({ title, reason }) => l10n.t('Partly: {0}. {1}', title!, reason!),
  'cli.refuted': ({ title, reason }) => l10n.t('Refuted: {0}. {1}', title!, reason!),
  'cli.unknown': ({ title, reason }) => l10n.t('Unknown: {0}. {1}', title!, reason!),
};
