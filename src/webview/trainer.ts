import type { Breakdown, FromWorker, Task, TaskEvents } from './worker';

export interface Listener<Event> {
  events(events: readonly Event[]): void;
  broken(kind: Breakdown, detail: string): void;
}

/** A running task; `stop` ends it at once, and nothing is heard of it afterwards. */
export interface Running {
  stop(): void;
}

export type Start = <Type extends Task['type']>(
  task: Extract<Task, { type: Type }>,
  listener: Listener<TaskEvents[Type]>,
) => Running;

/** Starts the script at `url` as a worker for one task. */
export function workerStart(url: string): Start {
  return (task, listener) => {
    const worker = new Worker(url);
    let stopped = false;
    const stop = () => {
      stopped = true;
      worker.terminate();
    };
    const fail = (kind: Breakdown, detail: string) => {
      if (stopped) return;
      stop();
      listener.broken(kind, detail);
    };
    worker.onmessage = ({ data }: MessageEvent<FromWorker<TaskEvents[typeof task.type]>>) => {
      if (stopped) return;
      if (data.type === 'broken') fail(data.kind, data.detail);
      else if (data.type === 'ended') stop();
      else listener.events(data.events);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      fail('crash', event.message || 'the worker ended without a message');
    };
    worker.onmessageerror = () => fail('crash', 'a message of the worker could not be read');
    worker.postMessage(task);
    return { stop };
  };
}
