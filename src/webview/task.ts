/** What workers are asked and what they say. No DOM here, so that it can be tested in plain Node. */
import type { Landscape, Report, Start as TrainingStart, SweepEvent } from '../rerun/index';
import type { ConfirmEvent, ConfirmJob, Refusal, TrainingSpec } from '../rerun/trace';
import type { Breakdown } from './breakdown';

export type Task =
  | { readonly type: 'confirm'; readonly job: ConfirmJob }
  | { readonly type: 'starts'; readonly spec: TrainingSpec; readonly starts: readonly TrainingStart[] }
  | { readonly type: 'sweep'; readonly spec: TrainingSpec }
  | { readonly type: 'landscape'; readonly spec: TrainingSpec; readonly rates: readonly number[] };

/** What each kind of task reports. */
export interface TaskEvents {
  readonly confirm: ConfirmEvent;
  readonly starts: Report & { readonly type: 'report' };
  readonly sweep: SweepEvent;
  readonly landscape: { readonly type: 'landscape'; readonly landscape: Landscape | Refusal };
}

export type TaskEvent = TaskEvents[Task['type']];

/** A worker says at least every second that it is alive, unless a single step takes longer. */
export type FromWorker<Event> =
  | { readonly type: 'events'; readonly events: readonly Event[] }
  | { readonly type: 'alive' }
  | { readonly type: 'ended' }
  | { readonly type: 'broken'; readonly kind: Breakdown; readonly detail: string };

/** Milliseconds without a word after which whoever waits for a worker is told: the browser may end one silently. */
export const patience = 30_000;

export interface Listener<Event> {
  events(events: readonly Event[]): void;
  broken(kind: Breakdown, detail: string): void;
  /** Nothing was heard for `patience` milliseconds, or again something was. */
  silent(now: boolean): void;
}

/** A running task; `stop` ends it at once, and nothing is heard of it afterwards. */
export interface Running {
  stop(): void;
}

/** @throws where no worker can be made here. */
export type Start = <Type extends Task['type']>(
  task: Extract<Task, { type: Type }>,
  listener: Listener<TaskEvents[Type]>,
) => Running;
