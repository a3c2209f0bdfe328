import type { Run } from '../log/run';
import type { Fit, Script } from '../script/script';
import type { Finding, Severity, Skipped } from './finding';
import type { Training } from './training';

/** What a rule may look at. A rule that needs what is missing yields a `Skipped`. */
export interface Patient {
  /** The run under examination and its index in the log. */
  readonly run?: Run;
  readonly runIndex?: number;
  /** The run before it in the same log, and its `fit` call. */
  readonly before?: { readonly run: Run; readonly fit: Fit | undefined };
  /** The script that made the log, where it is known, and the `fit` call that made this run. */
  readonly script?: Script;
  readonly fit?: Fit;
  /** What run and fit together tell of optimizer, learning rate and steps. */
  readonly training: Training;
}

/** A rule before its severity is filled in; most findings take the rule's own. */
export type Found = Omit<Finding, 'code' | 'severity' | 'run'> & { readonly severity?: Severity };

/** Why a rule could not judge. */
export type Unjudged = Pick<Skipped, 'reason'>;

export interface Rule {
  readonly code: string;
  readonly severity: Severity;
  /** `run`: asked once for each run of a log. `fit`: asked once for each `fit` of a script, with or without a log. */
  readonly about: 'run' | 'fit';
  /** Where the loss of the whole run gives no alarm, asked again for each output of a model that has several. */
  readonly ofOutputs?: true;
  check(patient: Patient): Iterable<Found | Unjudged>;
}
