import * as l10n from '@vscode/l10n';
import type { Words } from './table';

/** What the page itself changes in a rerun. */
export const pageWords: Words = {
  'page.shortened': ({ epochs, declared }) => l10n.t('only {0} of the {1} epochs were trained', epochs!, declared!),
};
