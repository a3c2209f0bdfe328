import type { Breakdown } from './breakdown';
import { patience, type FromWorker, type Start, type TaskEvents } from './task';

/** Starts the script at `url` as a worker for one task. */
export function workerStart(url: string): Start {
  return (task, listener) => {
    const worker = new Worker(url);
    let stopped = false;
    let silent = false;
    let watch: ReturnType<typeof setTimeout> | undefined;
    const heard = () => {
      clearTimeout(watch);
      if (stopped) return;
      if (silent) listener.silent(false);
      silent = false;
      watch = setTimeout(() => {
        silent = true;
        listener.silent(true);
      }, patience);
    };
    const stop = () => {
      stopped = true;
      clearTimeout(watch);
      worker.terminate();
    };
    const fail = (kind: Breakdown, detail: string) => {
      if (stopped) return;
      stop();
      listener.broken(kind, detail);
    };
    worker.onmessage = ({ data }: MessageEvent<FromWorker<TaskEvents[typeof task.type]>>) => {
      if (stopped) return;
      heard();
      if (data.type === 'broken') fail(data.kind, data.detail);
      else if (data.type === 'ended') stop();
      else if (data.type === 'events') listener.events(data.events);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      fail('crash', event.message || 'the worker ended without a message');
    };
    worker.onmessageerror = () => fail('crash', 'a message of the worker could not be read');
    worker.postMessage(task);
    heard();
    return { stop };
  };
}
