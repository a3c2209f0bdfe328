/** Which findings answer to which label of the manifest, and the goal for each. */
export interface Expectation {
  readonly label: string;
  readonly codes: readonly string[];
  /** Share of the logs with this label that must be found. */
  readonly goal: number;
}

export const expectations: readonly Expectation[] = [
  { label: 'nan', codes: ['loss.nan'], goal: 1 },
  { label: 'inf', codes: ['loss.nan'], goal: 1 },
  { label: 'exploding', codes: ['loss.exploding', 'loss.exploded', 'validation.exploding', 'loss.negative'], goal: 0.98 },
  { label: 'stuck', codes: ['loss.stuck', 'loss.fingerprint'], goal: 0.95 },
  { label: 'dead-accuracy', codes: ['accuracy.dead'], goal: 0.95 },
  { label: 'overfitting', codes: ['validation.overfitting'], goal: 0.9 },
];

/** Share of healthy logs without a warning or an error, and of their prefixes that may have one. */
export const healthyGoal = 0.99;
export const prefixGoal = 0.01;
