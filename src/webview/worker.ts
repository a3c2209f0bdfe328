/** Trains beside the page, one task per worker. Whoever started it stops it by terminating it, its own workers with it. */
import { confirm, landscapeOf, sweep, trainFrom } from '../rerun/index';
import { breakdownOf } from './breakdown';
import { crewOf } from './crew';
import type { FromWorker, Task, TaskEvent } from './task';
import { workerStart } from './trainer';

/** The user sees the time, can shorten the rerun and can cancel it: this only ends what everybody forgot. */
const budget = { milliseconds: 20 * 60_000 };

/** Lies in this very file and is unpacked when it is needed: a webview's worker fetches nothing. */
const wasm = async () => (await import('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm')).default;

/** Each of these workers trains some of the starts of a job that this one leads. */
const crew = crewOf(workerStart(self.location.href), navigator.hardwareConcurrency, (spec, starts) => trainFrom(spec, starts, wasm));

/** Milliseconds between posts: enough to look live, few enough not to keep the page from drawing. */
const postEvery = 40;

/** Milliseconds between signs of life. */
const aliveEvery = 1000;

self.onmessage = ({ data: task }: MessageEvent<Task>) => {
  setInterval(() => {
    if (!crew.silent) post({ type: 'alive' });
  }, aliveEvery);
  void relay(eventsOf(task));
};

async function* eventsOf(task: Task): AsyncGenerator<TaskEvent> {
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

async function relay(source: AsyncIterable<TaskEvent>): Promise<void> {
  let events: TaskEvent[] = [];
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
    post({ type: 'broken', kind: breakdownOf(error), detail: describe(error) });
  }
}

function post(message: FromWorker<TaskEvent>): void {
  self.postMessage(message);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
