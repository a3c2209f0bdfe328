import type { Run } from '../log/run';
import type { Fit, Script } from '../script/script';
import type { Finding, Severity, Skipped } from './finding';

/** What a rule may look at. A rule that needs what is missing yields a `Skipped`. */
export interface Patient {
  /** The run under examination and its index in the log. */
  readonly run?: Run;
  readonly runIndex?: number;
  /** The script that made the log, where it is known, and the `fit` call that made this run. */
  readonly script?: Script;
  readonly fit?: Fit;
}

export interface Rule {
  readonly code: string;
  readonly severity: Severity;
  check(patient: Patient): Iterable<Finding | Skipped>;
}
