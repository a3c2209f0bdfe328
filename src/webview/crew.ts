/** Trains the starts of a long job side by side, in workers of the leading worker's own. */
import type { Crew, Report } from '../rerun/index';
import { MOST_BYTES } from '../rerun/cost';
import { Broken } from './breakdown';
import type { Running, Start } from './task';

/** Below this many milliseconds the workers' own start costs more than they save. */
const worthwhile = 3000;
/** More than this only heats. */
const mostWorkers = 8;

/** Trains in the leading worker itself. */
type Alone = (...job: Parameters<Crew['train']>) => AsyncIterable<Report>;

interface WorkerCrew extends Crew {
  /** Nothing was heard of one of them for long. */
  readonly silent: boolean;
}

/** @param processors that there are. */
export function crewOf(start: Start, processors: number, alone: Alone): WorkerCrew {
  const silent = new Set<object>();
  return {
    get silent() {
      return silent.size > 0;
    },
    size(starts, { milliseconds, bytes }) {
      const size = Math.min(processors, mostWorkers, starts, Math.floor(MOST_BYTES / Math.max(1, bytes)));
      return milliseconds < worthwhile ? 1 : Math.max(1, size);
    },
    async *train(spec, starts, size) {
      const reports: Report[] = [];
      let open = starts.length;
      let failure: Broken | undefined;
      let wake = (): void => undefined;
      const workers: Running[] = [];
      try {
        for (let nth = 0; nth < size; nth++) {
          const share = starts.filter((_start, index) => index % size === nth);
          workers.push(start({ type: 'starts', spec, starts: share }, {
            events(events) {
              reports.push(...events);
              wake();
            },
            broken(kind, detail) {
              failure = new Broken(kind, detail);
              wake();
            },
            silent(now) {
              if (now) silent.add(share);
              else silent.delete(share);
            },
          }));
        }
      } catch {
        // Not every browser has workers inside of workers.
        for (const worker of workers.splice(0)) worker.stop();
        return yield* alone(spec, starts, 1);
      }
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
        silent.clear();
      }
    },
  };
}
