import type { Rule } from '../rule';
import { known } from '../training';

/**
 * TerminateOnNaN ends `fit` in order, and BackupAndRestore deletes its backup when `fit` ends in order
 * (keras/src/callbacks/backup_and_restore.py, on_train_end): the weights to go back to are gone.
 */
export const callbacksNanErasesBackup: Rule = {
  code: 'callbacks.nan-erases-backup',
  severity: 'warning',
  about: 'fit',
  *check({ fit }) {
    const callbacks = known(fit?.callbacks)?.value ?? [];
    const terminate = callbacks.find(({ className }) => className === 'TerminateOnNaN');
    const backup = callbacks.find(({ className }) => className === 'BackupAndRestore');
    if (!terminate || !backup || known(terminate.config['raise_error'])?.value === true) return;
    if (known(backup.config['delete_checkpoint'])?.value === false) return;
    yield {
      message: { id: 'callbacks.nan-erases-backup' },
      script: terminate.span,
      evidence: {},
      related: [{ where: 'script', span: backup.span, message: { id: 'related.backup' } }],
      remedies: [{ kind: 'raise-on-nan' }],
    };
  },
};
