/** How early a finding comes: what the rules say of a run while it is still young. */
import { diagnose, type Finding } from '../../src/diagnosis';
import type { Run } from '../../src/log';
import { isAlarm, type Examined } from './corpus';

/** The run as it stood after `epochs` epochs. */
function prefix(run: Run, epochs: number): Run {
  const kept = run.epochs.slice(0, epochs);
  const end = kept.at(-1)?.end ?? run.start;
  return { ...run, epochs: kept, end, notices: run.notices.filter((notice) => notice.end <= end) };
}

function alarmsAt(run: Run, epochs: number): Finding[] {
  return diagnose([prefix(run, epochs)]).findings.filter(isAlarm);
}

export interface Prefixes {
  readonly total: number;
  /** Epoch counts that alarm, by code. */
  readonly alarms: ReadonlyMap<string, readonly number[]>;
}

/** Every run of a log, cut at every epoch. Only meant for logs of at most some thousand epochs. */
export function cutEverywhere({ runs }: Examined): Prefixes {
  const alarms = new Map<string, number[]>();
  let total = 0;
  for (const run of runs) {
    for (let epochs = 1; epochs <= run.epochs.length; epochs++) {
      total++;
      for (const { code } of alarmsAt(run, epochs)) alarms.set(code, [...(alarms.get(code) ?? []), epochs]);
    }
  }
  return { total, alarms };
}

/**
 * Epochs between the first alarm and the first epoch with a NaN or infinity; 0 if nothing was said before it, undefined
 * for a run without one.
 */
export function leadOf(run: Run): number | undefined {
  const broken = run.epochs.findIndex(
    ({ metrics, firstNonFinite }) => firstNonFinite !== undefined || [...metrics.values()].some(({ value }) => !Number.isFinite(value)),
  );
  if (broken < 0) return undefined;
  for (let epochs = 1; epochs <= broken; epochs++) if (alarmsAt(run, epochs).length > 0) return broken + 1 - epochs;
  return 0;
}
