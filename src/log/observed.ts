import type { Run } from './run';

/**
 * The training loss of each epoch, as far as a rerun can be held against it: from epoch 1 on, without a gap, complete
 * epochs only. Empty for a run that was resumed or that prints no `loss`.
 */
export function observedLosses(run: Run): number[] {
  const losses: number[] = [];
  for (const epoch of run.epochs) {
    const loss = epoch.metrics.get('loss');
    if (!epoch.complete || !loss || epoch.number !== losses.length + 1) break;
    losses.push(loss.value);
  }
  return losses;
}
