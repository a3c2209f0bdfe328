import type { Span } from '../text/span';
import type { Epoch, Notice, Run, Value } from './run';

/** `Epoch 3/50`, before anything was measured in it. */
export interface Header extends Span {
  readonly number: number;
  readonly total?: number;
}

/** A cell of a table, without the blanks around it. */
export interface Cell extends Span {
  readonly text: string;
}

/** A table whose header was read: what its columns mean. */
export interface Table {
  readonly dialect: string;
  readonly columns: readonly string[];
  /** Character between the columns, where it is not the same in all tables of the dialect. */
  readonly separator?: string;
  /** The numbers of the epochs are one less than what the same run says elsewhere. */
  readonly fromZero?: boolean;
  /** Cells of the row under way, where a row goes over several lines. */
  readonly row?: readonly Cell[];
}

/**
 * Everything that changes while reading. What its fields hold is replaced, never changed in place, so that a copy of it
 * is a checkpoint; only the lists of `run` and `epoch` grow. Every field is always there: engines copy objects of one
 * shape several times as fast.
 */
export interface State {
  header: Header | undefined;
  run: Run | undefined;
  epoch: Epoch | undefined;
  table: Table | undefined;
  /** Dialect of the line that began the current epoch; bars and prints may take turns in one run. */
  begunBy: string | undefined;
  /** The run has printed epoch headers or numbers; without them each finished bar counts as an epoch. */
  numbered: boolean;
  /** The final line of the current epoch was printed again; Keras 3 does so when it does not write to a terminal. */
  repeated: boolean;
  /** Intermediate updates of the current epoch were printed, so that an evaluation would begin with some, too. */
  partial: boolean;
  /** Something was evaluated after the current epoch's final line. */
  evaluated: boolean;
  /** Some epoch of this run had its final line printed twice. */
  repeats: boolean;
  /** The lines that name the epochs stand behind their steps or bars. */
  closing: boolean;
  /** A run printed in steps, which were taken for those of the current epoch, the first one that was named. */
  absorbed: Run | undefined;
  sampled: number;
  nextSample: number;
  /** The learning rate in effect. */
  rate: Value | undefined;
  /** Learning rates that callbacks have set, and the first epoch that each holds for. */
  nextRates: readonly { readonly value: Value; readonly from: number }[];
  /** Printed before the first epoch of the run that they belong to. */
  early: readonly Notice[];
  /** N of `Train on N samples`. */
  trainSamples: number | undefined;
}

export interface Checkpoint {
  readonly state: Readonly<State>;
  readonly runs: number;
  readonly epochs: number;
  readonly notices: number;
  readonly updates: number;
}

export const START: Readonly<State> = {
  header: undefined,
  run: undefined,
  epoch: undefined,
  table: undefined,
  begunBy: undefined,
  rate: undefined,
  nextRates: [],
  trainSamples: undefined,
  numbered: false,
  repeated: false,
  partial: false,
  evaluated: false,
  repeats: false,
  closing: false,
  absorbed: undefined,
  sampled: 0,
  nextSample: 0,
  early: [],
};

/**
 * Whether reading on from `now` gives what reading on from `then` gave. Both have the same text before them; what was
 * carried over from earlier text must lie in the same place there (`then` is shifted already).
 */
export function alike(now: State, then: State): boolean {
  const carried = ({ header, table, absorbed, rate, nextRates, early, ...state }: State): unknown => {
    const { run, epoch, ...flags } = state;
    return {
      flags: Object.entries(flags).filter(([, value]) => value !== undefined).sort(),
      header,
      table,
      absorbed: absorbed && [absorbed.start, absorbed.end, absorbed.epochs.length],
      rate,
      nextRates,
      early,
      run: run && [run.dialect, run.declaredEpochs, run.stepsPerEpoch, run.unit, run.records],
      epoch: epoch && { ...epoch, metrics: [...epoch.metrics], updates: epoch.updates.length },
    };
  };
  return JSON.stringify(carried(now), exactly) === JSON.stringify(carried(then), exactly);
}

/** JSON writes `null` for what is not finite. */
function exactly(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}
