import type { Run } from '../log/run';
import { stretchesOf, type Curve } from './curve';
import { findGrowth, type Growth } from './growth';

/** Growth, and how fast it is where that can be told: per step from the progress bar, per epoch from the epochs. */
export interface Explosion {
  readonly growth: Growth;
  readonly unit: 'epoch' | 'step';
}

/** Growth over the epochs; where they are too few, growth inside the epoch that ends them. */
export function findExplosion(run: Run, curve: Curve): Explosion | undefined {
  const growth = findGrowth(curve.points);
  if (growth && growth.ratios.length > 1) return { growth, unit: 'epoch' };
  const breaking = run.epochs.find(({ firstNonFinite }) => firstNonFinite !== undefined);
  const epoch = breaking ?? (curve.points.length < 2 ? run.epochs[0] : undefined);
  const inside = epoch && findGrowth(stretchesOf(epoch, curve.metric).points);
  if (inside) return { growth: inside, unit: 'step' };
  return growth && { growth, unit: 'epoch' };
}
