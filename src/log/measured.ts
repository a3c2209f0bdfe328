import type { Span } from '../text/span';
import type { Metrics, NonFinite, Run, Value } from './run';

/** What every line that holds metrics says. */
export interface Measured extends Span {
  readonly dialect: string;
  readonly metrics: Metrics;
  readonly step?: number;
  readonly steps?: number;
  readonly seconds?: number;
}

/** A progress bar, or a single line for a whole epoch. */
export interface Progress extends Measured {
  /** Where the bar itself names its epoch. */
  readonly number?: number;
  readonly total?: number;
  /** The counter counts samples, not steps. */
  readonly samples?: boolean;
  /** This line may be the last one of its epoch. */
  readonly final: boolean;
  /** The time it prints is the time left, so that the line is printed again with the time taken. */
  readonly left?: boolean;
}

/** A line of values that stand for themselves: a row of a table, or what a training loop prints. */
export interface Row extends Measured {
  /** Number of the epoch; without it the line belongs to the epoch announced or under way. */
  readonly number?: number;
  readonly total?: number;
  readonly unit?: Run['unit'];
}

export function isKeras(dialect: string): boolean {
  return dialect.startsWith('keras');
}

/** The first value that is not finite; that of the loss where there are several. */
export function nonFiniteIn(line: Measured, complete: boolean): NonFinite | undefined {
  let found: readonly [string, Value] | undefined;
  for (const entry of line.metrics) {
    const [name, { value }] = entry;
    if (Number.isFinite(value)) continue;
    if (!found || name === 'loss' || (name.includes('loss') && !found[0].includes('loss'))) found = entry;
  }
  if (!found) return undefined;
  const [metric, value] = found;
  return { metric, value, ...(complete || line.step === undefined ? {} : { step: line.step }) };
}

/** A copy without some of its fields. */
export function without<T extends object, K extends keyof T>(object: T, ...keys: readonly K[]): Omit<T, K> {
  const copy = { ...object };
  for (const key of keys) Reflect.deleteProperty(copy, key);
  return copy;
}

const RATE = /^(?:lr|learning[_ ]rate)(?:[/-].*)?$/i;

/** Keras' `lr` and `learning_rate`, Ultralytics' `lr/pg0`, Lightning's `lr-Adam`. */
export function rateIn(metrics: Metrics): Value | undefined {
  for (const [name, value] of metrics) if (RATE.test(name)) return value;
  return undefined;
}

export function sameNames(a: Metrics | undefined, b: Metrics): boolean {
  return a !== undefined && [...b.keys()].every((name) => a.has(name));
}
