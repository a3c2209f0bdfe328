/** How early a finding comes: what the rules say of a run while it is still young. */
import { diagnose } from '../../src/diagnosis';
import type { Epoch, Run } from '../../src/log';
import { isAlarm, type Examined } from './corpus';

/** A run as it stood at a moment of its training, counted in epochs: 2.25 is a quarter into the third. */
interface Moment {
  readonly at: number;
  readonly run: Run;
}

/** The moments that a log shows: the updates of its progress bars as far as they are kept, and the ends of its epochs. */
function* momentsOf(run: Run): Generator<Moment> {
  for (const [before, epoch] of run.epochs.entries()) {
    if (!run.records) for (const cut of cutsOf(epoch)) yield { at: before + cut.step! / epoch.steps!, run: prefix(run, before, cut) };
    yield { at: before + 1, run: prefix(run, before, epoch) };
  }
}

/** The epoch under way, after each of its updates. */
function* cutsOf({ firstNonFinite, ...epoch }: Epoch): Generator<Epoch> {
  for (const [index, { step, metrics, end }] of epoch.updates.entries()) {
    if (epoch.steps === undefined) return;
    const broken = firstNonFinite?.step !== undefined && firstNonFinite.step <= step ? { firstNonFinite } : {};
    yield { ...epoch, ...broken, metrics, end, step, complete: false, updates: epoch.updates.slice(0, index + 1) };
  }
}

function prefix(run: Run, before: number, last: Epoch): Run {
  const notices = run.notices.filter(({ end }) => end <= last.end);
  return { ...run, epochs: [...run.epochs.slice(0, before), last], end: last.end, notices };
}

const isBroken = ({ metrics, firstNonFinite }: Epoch): boolean =>
  firstNonFinite !== undefined || [...metrics.values()].some(({ value }) => !Number.isFinite(value));

export interface Prefixes {
  readonly total: number;
  /** Moments that alarm, by code. */
  readonly alarms: ReadonlyMap<string, readonly number[]>;
}

/** Every run of a log, cut at every moment. Only meant for logs of at most some thousand epochs. */
export function cutEverywhere({ runs }: Examined): Prefixes {
  const alarms = new Map<string, number[]>();
  let total = 0;
  for (const one of runs) {
    for (const { at, run } of momentsOf(one)) {
      total++;
      for (const { code } of diagnose([run]).findings.filter(isAlarm)) alarms.set(code, [...(alarms.get(code) ?? []), at]);
    }
  }
  return { total, alarms };
}

/**
 * Epochs between the first alarm and the first NaN or infinity; 0 if nothing was said before it, undefined for a run
 * without one.
 */
export function leadOf(run: Run): number | undefined {
  let told: number | undefined;
  for (const { at, run: young } of momentsOf(run)) {
    if (isBroken(young.epochs.at(-1)!)) return told === undefined ? 0 : at - told;
    if (told === undefined && diagnose([young]).findings.some(isAlarm)) told = at;
  }
  return undefined;
}
