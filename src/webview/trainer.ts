import type { ConfirmEvent, ConfirmJob } from '../rerun/trace';
import type { FromWorker } from './worker';

export interface TrainerEvents {
  events(events: readonly ConfirmEvent[]): void;
  broken(kind: 'crash' | 'memory', detail: string): void;
}

/** A running rerun; `stop` ends it at once, and nothing is heard of it afterwards. */
export interface Trainer {
  stop(): void;
}

export type StartTrainer = (job: ConfirmJob, events: TrainerEvents) => Trainer;

/** Starts `source` as a worker for one job. A webview allows workers from blobs only. */
export function workerTrainer(source: string): StartTrainer {
  return (job, events) => {
    const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
    const worker = new Worker(url);
    URL.revokeObjectURL(url);
    let stopped = false;
    const stop = () => {
      stopped = true;
      worker.terminate();
    };
    const fail = (kind: 'crash' | 'memory', detail: string) => {
      if (stopped) return;
      stop();
      events.broken(kind, detail);
    };
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if (stopped) return;
      if (data.type === 'broken') fail(data.kind, data.detail);
      else {
        if (data.events.some(({ type }) => type === 'done')) stop();
        events.events(data.events);
      }
    };
    worker.onerror = (event) => {
      event.preventDefault();
      fail('crash', event.message || 'the worker ended without a message');
    };
    worker.onmessageerror = () => fail('crash', 'a message of the worker could not be read');
    worker.postMessage(job);
    return { stop };
  };
}
