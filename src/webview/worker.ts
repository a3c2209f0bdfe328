/** Trains beside the page, one task per worker. Whoever started it stops it by terminating it, its own workers with it. */
import { confirm, landscapeOf, sweep, trainFrom, type Landscape, type Report, type Start, type SweepEvent } from '../rerun/index';
import type { ConfirmEvent, ConfirmJob, Refusal, TrainingSpec } from '../rerun/trace';
import { crewOf } from './crew';
import { workerStart } from './trainer';

export type Task =
  | { readonly type: 'confirm'; readonly job: ConfirmJob }
  | { readonly type: 'starts'; readonly spec: TrainingSpec; readonly starts: readonly Start[] }
  | { readonly type: 'sweep'; readonly spec: TrainingSpec }
  | { readonly type: 'landscape'; readonly spec: TrainingSpec; readonly rates: readonly number[] };

/** What each kind of task reports. */
export interface TaskEvents {
  readonly confirm: ConfirmEvent;
  readonly starts: Report & { readonly type: 'report' };
  readonly sweep: SweepEvent;
  readonly landscape: { readonly type: 'landscape'; readonly landscape: Landscape | Refusal };
}

type Event = TaskEvents[Task['type']];

export type Breakdown = 'crash' | 'memory';

export type FromWorker<Event> =
  | { readonly type: 'events'; readonly events: readonly Event[] }
  | { readonly type: 'ended' }
  | { readonly type: 'broken'; readonly kind: Breakdown; readonly detail: string };

/** The user sees the time, can shorten the rerun and can cancel it: this only ends what everybody forgot. */
const budget = { milliseconds: 20 * 60_000 };

/** Lies in this very file and is unpacked when it is needed: a webview's worker fetches nothing. */
const wasm = async () => (await import('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm')).default;

/** Each of these workers trains some of the starts of a job that this one leads. */
const crew = crewOf(workerStart(self.location.href), navigator.hardwareConcurrency);

/** Milliseconds between posts: enough to look live, few enough not to keep the page from drawing. */
const postEvery = 40;

self.onmessage = ({ data: task }: MessageEvent<Task>) => {
  void relay(eventsOf(task));
};

async function* eventsOf(task: Task): AsyncGenerator<Event> {
  switch (task.type) {
    case 'confirm':
      return yield* confirm(task.job, { budget, wasm, crew });
    case 'starts':
      for await (const report of trainFrom(task.spec, task.starts, wasm)) yield { type: 'report', ...report };
      return;
    case 'sweep':
      return yield* sweep(task.spec, { wasm });
    case 'landscape':
      yield { type: 'landscape', landscape: await landscapeOf(task.spec, task.rates, wasm) };
  }
}

async function relay(source: AsyncIterable<Event>): Promise<void> {
  let events: Event[] = [];
  let posted = -Infinity;
  const flush = () => {
    post({ type: 'events', events });
    events = [];
    posted = performance.now();
  };
  try {
    for await (const event of source) {
      events.push(event);
      // Curves may wait for the next post, results need not.
      const mayWait = event.type === 'losses' || event.type === 'report' || event.type === 'point';
      if (!mayWait || performance.now() - posted > postEvery) flush();
    }
    flush();
    post({ type: 'ended' });
  } catch (error) {
    post({ type: 'broken', kind: isMemory(error) ? 'memory' : 'crash', detail: describe(error) });
  }
}

function post(message: FromWorker<Event>): void {
  self.postMessage(message);
}

/** Engines word it as `Array buffer allocation failed`, `Invalid typed array length`, `out of memory`, `Aborted(OOM)`. */
function isMemory(error: unknown): boolean {
  return error instanceof Error && /out of memory|\bOOM\b|allocation failed|array length/i.test(error.message);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
