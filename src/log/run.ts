/**
 * What a training log says, whatever dialect it is written in.
 * All offsets are UTF-16 code units from the start of the whole text (see `Span`).
 */
import type { Span } from '../text/span';

/** One printed number. `value` may be NaN, Infinity or -Infinity; the span covers exactly its characters. */
export interface Value extends Span {
  readonly value: number;
}

/** Metric name as printed (`loss`, `val_loss`, `dense_1_accuracy`, …) to its printed value. */
export type Metrics = ReadonlyMap<string, Value>;

/**
 * One intermediate update of an epoch. The bars of Keras, tqdm and Lightning print the running mean since the epoch
 * began, not the batch's value; see `Run.records` for the others.
 */
export interface Update extends Span {
  /** Steps (Keras 1: samples) done; where a log prints the epoch as a fraction instead (`'epoch': 8.7`), that. */
  readonly step: number;
  readonly metrics: Metrics;
}

export interface NonFinite {
  readonly metric: string;
  readonly value: Value;
  /** Step of the update it was printed in; undefined for an epoch value. */
  readonly step?: number;
}

export interface Epoch extends Span {
  /**
   * As printed, and counted from 1 where the log prints none. Keras counts from 1 on the screen and from 0 in the
   * CSVLogger's files, which are read as Keras' screen would say it; other logs that begin at 0 keep their numbers.
   */
  readonly number: number;
  /** The header (`Epoch 3/50`), where there is one. */
  readonly header?: Span;
  /** Values of the last update: the epoch's values where `complete`, else running means. */
  readonly metrics: Metrics;
  /** The epoch's final line was seen. */
  readonly complete: boolean;
  /** Steps (Keras 1: samples) done and to do, as the counter `32/1875` prints them. */
  readonly step?: number;
  readonly steps?: number;
  /** A bounded sample of the intermediate updates, first and last included. */
  readonly updates: readonly Update[];
  /** The first NaN or infinity printed inside this epoch, in any update. */
  readonly firstNonFinite?: NonFinite;
  /** In effect in this epoch: printed among its metrics, or last printed by a callback. */
  readonly learningRate?: Value;
  /** Wall time of the epoch in seconds, where printed. */
  readonly seconds?: number;
}

export type NoticeKind =
  | 'reduce-lr'
  | 'lr-schedule'
  | 'checkpoint'
  | 'early-stopping'
  | 'restore-best'
  | 'terminate-on-nan'
  | 'traceback'
  | 'trial';

/** A line that is no metric but says something about the run. */
export interface Notice extends Span {
  readonly kind: NoticeKind;
  /** Learning rate, monitored value or trial number, as `kind` says. */
  readonly value?: number;
  readonly epoch?: number;
}

/** One call of `fit` (or of another framework's training loop). */
export interface Run extends Span {
  /** Name of the file in `src/log/dialects` that read it, for example `keras3-bar`. */
  readonly dialect: string;
  readonly epochs: readonly Epoch[];
  /** N of `Epoch 1/N`. */
  readonly declaredEpochs?: number;
  /** Steps per epoch as the counter prints them; undefined where the counter counts samples or there is none. */
  readonly stepsPerEpoch?: number;
  readonly notices: readonly Notice[];
  /**
   * What `Epoch.number` counts: passes over the data, or, in logs that name no epochs, optimizer steps or boosting
   * rounds. Epochs where undefined.
   */
  readonly unit?: 'step' | 'round';
  /** The updates within an epoch are records of their own (`Step [100/600], Loss: 0.3`), not running means. */
  readonly records?: true;
}
