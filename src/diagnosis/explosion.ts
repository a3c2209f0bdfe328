import type { Epoch, Run } from '../log/run';
import { stretchesOf, type Curve } from './curve';
import { aboveFirst, farAboveBest, findGrowth, type Growth } from './growth';

/** Growth, and how fast it is where that can be told: per step from the progress bar, per epoch from the epochs. */
export interface Explosion {
  readonly growth: Growth;
  readonly unit: 'epoch' | 'step';
}

/** Growth over the epochs; where they are too few, growth inside the epoch that ends them. */
export function findExplosion(run: Run, curve: Curve): Explosion | undefined {
  const growth = findGrowth(curve.points);
  if (growth && growth.ratios.length > 1) return { growth, unit: 'epoch' };
  const epoch = run.epochs.find(({ firstNonFinite }) => firstNonFinite !== undefined) ?? youngEpoch(run, curve);
  const inside = epoch && findGrowth(stretchesOf(epoch, curve.metric).points);
  if (inside) return { growth: inside, unit: 'step' };
  return growth && { growth, unit: 'epoch' };
}

/**
 * An epoch that need not wait for others to be judged: the last one, finished or under way, if its mean so far has left
 * all before it far behind; else the first one as long as it stands alone.
 */
function youngEpoch({ epochs }: Run, { metric, points }: Curve): Epoch | undefined {
  const last = epochs.at(-1);
  const before = points.filter(({ epoch }) => epoch !== last?.number).map(({ value }) => value.value);
  const mean = last?.metrics.get(metric)?.value ?? NaN;
  if (before.length > 0 && mean >= farAboveBest * Math.min(...before) && mean >= aboveFirst * before[0]!) return last;
  return points.length < 2 ? epochs[0] : undefined;
}
