import * as l10n from '@vscode/l10n';
import type { Words } from './table';

/** Why something in a script is not known, and why an edit was not made. */
export const scriptWords: Words = {
  'script.condition': () => l10n.t('it depends on a condition that only a run can tell'),
  'script.exit': () => l10n.t('the script ends here'),
  'script.generator': ({ name }) => l10n.t('{0}() is a generator: what it yields is not followed', name!),
  'script.lambda': () => l10n.t('a lambda is not followed here'),
  'script.loaded-weights': () => l10n.t('the model starts from weights that are loaded from a file'),
  'script.mismatch': () => l10n.t('shapes or items do not go together here'),
  'script.no-compile': () => l10n.t('no model.compile() call was found for this model'),
  'script.own-function': ({ name }) => l10n.t("{0} is a function of the script's own", name!),
  'script.parameter': ({ name }) => l10n.t('nothing in this script gives the parameter {0} a value', name!),
  'script.raises': ({ name }) => l10n.t('{0}() raises an error here', name!),
  'script.refused.indices': () => l10n.t('the inputs are indices for an Embedding layer: scaling them would break it'),
  'script.refused.inputs': () => l10n.t('not every input of this model can be told from the script'),
  'script.refused.no-fit': () => l10n.t('this fit() call is no longer in the script'),
  'script.refused.not-safe': () => l10n.t('no edit was found that changes this and nothing else'),
  'script.refused.several-inputs': () => l10n.t('this model has several inputs'),
  'script.too-much-work': () => l10n.t('working this out takes too long without running the script'),
  'script.trained': ({ name }) => l10n.t('{0}() gives what only training can tell', name!),
  'script.unknown-name': ({ name }) => l10n.t('{0} is not defined in this script', name!),
  'script.unknown-optimizer': ({ name }) => l10n.t('Keras has no optimizer called {0}', name!),
  'script.unread-argument': () => l10n.t('this argument is not understood'),
  'script.unread-attribute': ({ name }) => l10n.t('the attribute {0} is not understood here', name!),
  'script.unread-call': ({ name }) => l10n.t('{0}() is not understood', name!),
  'script.unread-data': () => l10n.t('this is no array of numbers that could be read'),
  'script.unread-layer': () => l10n.t('this is no layer that could be read'),
  'script.unread-loop': () => l10n.t('how many items this has is only known when the script runs'),
  'script.unread-model': () => l10n.t('the layers of this model could not be followed'),
  'script.unread-syntax': () => l10n.t('this expression is not understood'),
};
