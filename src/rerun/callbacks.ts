/** Keras' callbacks that change a training (keras/src/callbacks). */
import type { Json } from '../script/script';
import { numberOf } from './keras-object';
import type { Optimizer } from './optimizer';
import type { ObjectSpec } from './trace';

/** Printed values of an epoch that a callback may watch. */
export interface Logs {
  readonly loss: number;
  readonly val_loss?: number;
}

export interface Callback {
  /** @param epoch counted from 0. @returns true to stop training. */
  epochEnd(epoch: number, logs: Logs, optimizer: Optimizer): boolean;
  /** @param loss the epoch's running mean. @returns true to stop training. */
  batchEnd?(loss: number): boolean;
}

type Config = Readonly<Record<string, Json>>;

/** The monitored values that a rerun has; both are better when lower. */
function monitorOf(config: Config): keyof Logs | undefined {
  const monitor = config.monitor ?? 'val_loss';
  return monitor === 'loss' || monitor === 'val_loss' ? monitor : undefined;
}

function earlyStopping(config: Config, monitor: keyof Logs): Callback {
  const least = Math.abs(numberOf(config.min_delta, 0));
  const patience = numberOf(config.patience, 0);
  const from = numberOf(config.start_from_epoch, 0);
  const baseline = typeof config.baseline === 'number' ? config.baseline : Infinity;
  let best = Infinity;
  let wait = 0;
  return {
    epochEnd(epoch, logs) {
      const current = logs[monitor];
      if (current === undefined || epoch < from) return false;
      wait++;
      if (current < best - least) {
        best = current;
        if (current < baseline - least) wait = 0;
        return false;
      }
      return wait >= patience && epoch > 0;
    },
  };
}

function reduceOnPlateau(config: Config, monitor: keyof Logs): Callback {
  const factor = numberOf(config.factor, 0.1);
  const patience = numberOf(config.patience, 10);
  const least = numberOf(config.min_delta, 1e-4);
  const cooldown = numberOf(config.cooldown, 0);
  const lowest = numberOf(config.min_lr, 0);
  let best = Infinity;
  let [wait, cooling] = [0, 0];
  return {
    epochEnd(_epoch, logs, optimizer) {
      const current = logs[monitor];
      if (current === undefined) return false;
      if (cooling > 0) {
        cooling--;
        wait = 0;
      }
      if (current < best - least) {
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

const terminateOnNaN: Callback = {
  epochEnd: () => false,
  batchEnd: (loss) => !Number.isFinite(loss),
};

/** Callbacks that only watch. */
const watching = new Set(['History', 'CSVLogger', 'TensorBoard', 'ModelCheckpoint', 'ProgbarLogger', 'BaseLogger', 'BackupAndRestore']);

/** The callback, `null` for one that changes nothing, or undefined for one that is not rebuilt here. */
export function callbackOf({ className, config }: ObjectSpec): Callback | null | undefined {
  if (watching.has(className)) return null;
  if (className === 'TerminateOnNaN') return terminateOnNaN;
  const monitor = monitorOf(config);
  if (monitor === undefined || (config.mode !== undefined && config.mode !== 'auto' && config.mode !== 'min')) return undefined;
  if (className === 'EarlyStopping') return earlyStopping(config, monitor);
  return className === 'ReduceLROnPlateau' ? reduceOnPlateau(config, monitor) : undefined;
}
