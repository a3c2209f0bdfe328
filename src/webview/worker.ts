/** Trains beside the page, one job per worker. The page stops it by terminating it. */
import { confirm } from '../rerun/index';
import type { ConfirmEvent, ConfirmJob } from '../rerun/trace';

export type FromWorker =
  | { readonly type: 'events'; readonly events: readonly ConfirmEvent[] }
  | { readonly type: 'broken'; readonly kind: 'crash' | 'memory'; readonly detail: string };

/** The user sees the time, can shorten the rerun and can cancel it: this only ends what everybody forgot. */
const budget = { milliseconds: 20 * 60_000 };

/** Milliseconds between posts: enough to look live, few enough not to keep the page from drawing. */
const postEvery = 40;

self.onmessage = ({ data }: MessageEvent<ConfirmJob>) => {
  void train(data);
};

async function train(job: ConfirmJob): Promise<void> {
  const events: ConfirmEvent[] = [];
  let posted = -Infinity;
  const flush = () => {
    post({ type: 'events', events: events.splice(0) });
    posted = performance.now();
  };
  try {
    for await (const event of confirm(job, { budget })) {
      events.push(event);
      if (event.type !== 'losses' || performance.now() - posted > postEvery) flush();
    }
    flush();
  } catch (error) {
    post({ type: 'broken', kind: isMemory(error) ? 'memory' : 'crash', detail: describe(error) });
  }
}

function post(message: FromWorker): void {
  self.postMessage(message);
}

/** Engines word it as `Array buffer allocation failed`, `Invalid typed array length`, `out of memory`, `Aborted(OOM)`. */
function isMemory(error: unknown): boolean {
  return error instanceof Error && /out of memory|\bOOM\b|allocation failed|array length/i.test(error.message);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
