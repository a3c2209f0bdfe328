import type { Remedy } from '../script/remedy';
import type { Message } from '../text/message';
import type { Span } from '../text/span';

export type Severity = 'hint' | 'information' | 'warning' | 'error';

/** Which text a span refers to. */
export type Where = 'log' | 'script';

export interface Related {
  readonly where: Where;
  readonly span: Span;
  readonly message: Message;
}

export interface Finding {
  /** Dotted kebab, for example `loss.exploding`; the rule's file and docs page have the same name. */
  readonly code: string;
  readonly severity: Severity;
  readonly message: Message;
  /** Place in the log; undefined for a finding made from the script alone. */
  readonly log?: Span;
  /** Place in the script, where it is known. */
  readonly script?: Span;
  /** Index into the runs of the log. */
  readonly run?: number;
  /** Printed number of the epoch the finding starts at. */
  readonly epoch?: number;
  /** The numbers that prove it, by stable names; null where one cannot be told. */
  readonly evidence: Readonly<Record<string, number | string | null>>;
  readonly related: readonly Related[];
  /** Best first, three at most. */
  readonly remedies: readonly Remedy[];
  /** The first remedy certainly addresses the cause. */
  readonly preferred?: boolean;
}

/** A check that could not run, and why. */
export interface Skipped {
  readonly code: string;
  readonly run?: number;
  readonly reason: Message;
}

export interface Diagnosis {
  readonly findings: readonly Finding[];
  readonly skipped: readonly Skipped[];
}
