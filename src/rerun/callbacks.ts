/** Keras' callbacks that change a training (keras/src/callbacks). */
import type { Json } from '../script/script';
import { numberOf } from './keras-object';
import type { Optimizer } from './optimizer';
import type { ObjectSpec } from './trace';

/** Printed values of an epoch that a callback watches, by name: `loss`, `val_accuracy`, … */
export type Logs = Readonly<Record<string, number | undefined>>;

export interface Callback {
  /** @param epoch counted from 0. */
  epochBegin?(epoch: number, optimizer: Optimizer): void;
  /** @param step counted from 0 over all epochs. */
  batchBegin?(step: number, optimizer: Optimizer): void;
  /** @param epoch counted from 0. @returns true to stop training. */
  epochEnd(epoch: number, logs: Logs, optimizer: Optimizer): boolean;
  /** @param loss the epoch's running mean. @returns true to stop training. */
  batchEnd?(loss: number): boolean;
}

type Config = Readonly<Record<string, Json>>;

/** The value that a callback watches. */
export function monitorOf({ config }: ObjectSpec): string {
  return typeof config.monitor === 'string' ? config.monitor : 'val_loss';
}

/** Whether `value` is better than `than` by more than `least`; the first value always is (keras/src/callbacks/monitor_callback.py). */
function improvement(mode: Json | undefined, least: number): (value: number, than: number | undefined) => boolean {
  return (value, than) => than === undefined || (mode === 'max' ? value - least > than : value + least < than);
}

function earlyStopping(config: Config, monitor: string): Callback {
  const better = improvement(config.mode, Math.abs(numberOf(config.min_delta, 0)));
  const patience = numberOf(config.patience, 0);
  const from = numberOf(config.start_from_epoch, 0);
  const baseline = typeof config.baseline === 'number' ? config.baseline : undefined;
  let best: number | undefined;
  let wait = 0;
  return {
    epochEnd(epoch, logs) {
      const current = logs[monitor];
      if (current === undefined || epoch < from) return false;
      wait++;
      if (better(current, best)) {
        best = current;
        if (better(current, baseline)) wait = 0;
        return false;
      }
      return wait >= patience && epoch > 0;
    },
  };
}

function reduceOnPlateau(config: Config, monitor: string): Callback {
  const factor = numberOf(config.factor, 0.1);
  const patience = numberOf(config.patience, 10);
  const better = improvement(config.mode, Math.abs(numberOf(config.min_delta, 1e-4)));
  const cooldown = numberOf(config.cooldown, 0);
  const lowest = numberOf(config.min_lr, 0);
  let best: number | undefined;
  let [wait, cooling] = [0, 0];
  return {
    epochEnd(_epoch, logs, optimizer) {
      const current = logs[monitor];
      if (current === undefined) return false;
      if (cooling > 0) {
        cooling--;
        wait = 0;
      }
      if (better(current, best)) {
        best = current;
        wait = 0;
      } else if (cooling === 0 && ++wait >= patience && optimizer.rate > Math.fround(lowest)) {
        optimizer.rate = Math.max(optimizer.rate * factor, lowest);
        cooling = cooldown;
        wait = 0;
      }
      return false;
    },
  };
}

/** What the script's function or callback gave when the script was read: `schedule` has a rate for each epoch, or `steps` one for each step. */
function learningRateScheduler({ schedule, steps }: Config): Callback | undefined {
  const setter = (rates: readonly Json[]) => (at: number, optimizer: Optimizer): void => {
    optimizer.rate = numberOf(rates[at], NaN);
  };
  if (Array.isArray(steps)) return { batchBegin: setter(steps), epochEnd: () => false };
  return Array.isArray(schedule) ? { epochBegin: setter(schedule), epochEnd: () => false } : undefined;
}

/** Steps that a callback can go along with; undefined for any number. */
export function mostSteps({ className, config }: ObjectSpec): number | undefined {
  return className === 'LearningRateScheduler' && Array.isArray(config.steps) ? config.steps.length : undefined;
}

const terminateOnNaN: Callback = {
  epochEnd: () => false,
  batchEnd: (loss) => !Number.isFinite(loss),
};

/** Callbacks that only watch. */
const watching = new Set(['History', 'CSVLogger', 'TensorBoard', 'ModelCheckpoint', 'ProgbarLogger', 'BaseLogger', 'BackupAndRestore']);

/** Callbacks that act on a value of the epoch. */
export function watches({ className }: ObjectSpec): boolean {
  return className === 'EarlyStopping' || className === 'ReduceLROnPlateau';
}

/** The callback, `null` for one that changes nothing, or undefined for one that is not rebuilt here. */
export function callbackOf({ className, config }: ObjectSpec): Callback | null | undefined {
  if (watching.has(className)) return null;
  if (className === 'TerminateOnNaN') return terminateOnNaN;
  if (className === 'LearningRateScheduler') return learningRateScheduler(config);
  if (className === 'EarlyStopping') return earlyStopping(config, monitorOf({ className, config }));
  return className === 'ReduceLROnPlateau' ? reduceOnPlateau(config, monitorOf({ className, config })) : undefined;
}
