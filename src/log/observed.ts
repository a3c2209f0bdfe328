import type { Run } from './run';

/** The training loss of each complete epoch with the epoch's printed number: what a rerun is held against. */
export function observedLosses(run: Run): { losses: number[]; epochs: number[] } {
  const losses: number[] = [];
  const epochs: number[] = [];
  for (const { complete, metrics, number } of run.epochs) {
    const loss = metrics.get('loss');
    if (!complete || !loss) continue;
    losses.push(loss.value);
    epochs.push(number);
  }
  return { losses, epochs };
}
