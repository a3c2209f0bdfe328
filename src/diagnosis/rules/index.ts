import type { Rule } from '../rule';
import { lossExploding } from './loss.exploding';
import { lossNan } from './loss.nan';

/** All rules, in the order in which they explain one another: an earlier finding is the cause of a later one. */
export const rules: readonly Rule[] = [lossExploding, lossNan];
