/** Trains the starts of a long job side by side, in workers of the leading worker's own. */
import type { Crew, Report } from '../rerun/index';
import type { TrainingSpec } from '../rerun/trace';
import type { Running, Start } from './trainer';

/** Below this many milliseconds the workers' own start costs more than they save. */
const worthwhile = 3000;
/** More than this only heats. */
const mostWorkers = 8;
/** Bytes of data that may lie in all workers together: each has its own copy. */
const mostBytes = 2 ** 30;

/** @param processors that there are. */
export function crewOf(start: Start, processors: number): Crew {
  return (spec, starts, expected) => {
    const fitting = Math.floor(mostBytes / Math.max(1, bytesOf(spec)));
    const size = Math.min(processors, mostWorkers, starts.length, fitting);
    if (size < 2 || expected < worthwhile) return undefined;
    const shares = Array.from({ length: size }, (_, nth) => starts.filter((_start, index) => index % size === nth));
    return sideBySide(start, spec, shares);
  };
}

async function* sideBySide(start: Start, spec: TrainingSpec, shares: readonly Parameters<Crew>[1][]): AsyncGenerator<Report> {
  const reports: Report[] = [];
  let open = shares.reduce((sum, share) => sum + share.length, 0);
  let failure: Error | undefined;
  let wake = (): void => undefined;
  const workers: readonly Running[] = shares.map((share) =>
    start({ type: 'starts', spec, starts: share }, {
      events(events) {
        reports.push(...events);
        wake();
      },
      broken(_kind, detail) {
        failure = new Error(detail);
        wake();
      },
    }),
  );
  try {
    while (open > 0) {
      if (reports.length === 0 && !failure) await new Promise<void>((resolve) => { wake = resolve; });
      if (failure) throw failure;
      for (const report of reports.splice(0)) {
        if (report.ended) open--;
        yield report;
      }
    }
  } finally {
    for (const worker of workers) worker.stop();
  }
}

/** As float64 in the spec and as float32 where it is trained. */
function bytesOf({ x, y, validation }: TrainingSpec): number {
  const tensors = [...x, ...y, ...(validation?.x ?? []), ...(validation?.y ?? [])];
  return tensors.reduce((sum, { data }) => sum + 12 * data.length, 0);
}
