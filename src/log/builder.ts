import type { Span } from '../text/span';
import type { Bar } from './progress-bar';
import type { Epoch, Metrics, NonFinite, Notice, NoticeKind, Run, Update, Value } from './run';

/** `Epoch 3/50`, before anything was measured in it. */
interface Header extends Span {
  readonly number: number;
  readonly total?: number;
}

/** One progress line: a bar, a counter with metrics, or a single line for a whole epoch. */
export interface Progress extends Span {
  readonly dialect: string;
  readonly metrics: Metrics;
  /** Steps done; undefined where the line stands for the whole epoch. */
  readonly step?: number;
  readonly steps?: number;
  /** The counter counts samples, not steps. */
  readonly samples?: boolean;
  /** This line may be the last one of its epoch. */
  readonly final: boolean;
  readonly seconds?: number;
}

/** At most this many intermediate updates are kept in one epoch, and in one run. */
const UPDATES_PER_EPOCH = 16;
const UPDATES_PER_RUN = 1024;

/** Everything that changes while reading; replaced, never changed in place, so that a copy of it is a checkpoint. */
interface State {
  readonly header?: Header | undefined;
  readonly run?: Run;
  readonly epoch?: Epoch;
  /** The run has printed epoch headers or numbers; without them each finished bar counts as an epoch. */
  readonly numbered: boolean;
  /** The final line of the current epoch was printed again; Keras 3 does so when it does not write to a terminal. */
  readonly repeated: boolean;
  /** Intermediate updates of the current epoch were printed, so that an evaluation would begin with some, too. */
  readonly partial: boolean;
  /** Some epoch of this run had its final line printed twice. */
  readonly repeats: boolean;
  readonly sampled: number;
  readonly nextSample: number;
  /** Notices printed before the first line of the run that they belong to. */
  readonly pendingRate?: Value;
  /** N of `Train on N samples`. */
  readonly trainSamples?: number;
}

export interface Checkpoint {
  readonly state: State;
  readonly runs: number;
  readonly epochs: number;
  readonly notices: number;
  readonly updates: number;
}

const START: State = { numbered: false, repeated: false, partial: false, repeats: false, sampled: 0, nextSample: 0 };

/** Puts what the dialects read together into runs and epochs. */
export class RunBuilder {
  readonly runs: Run[] = [];
  #state: State = START;

  /** What `restore` needs to forget everything read from here on. */
  checkpoint(): Checkpoint {
    const { run, epoch } = this.#state;
    return {
      state: this.#state,
      runs: this.runs.length,
      epochs: run?.epochs.length ?? 0,
      notices: run?.notices.length ?? 0,
      updates: epoch?.updates.length ?? 0,
    };
  }

  restore({ state, runs, epochs, notices, updates }: Checkpoint): void {
    this.#state = state;
    this.runs.length = runs;
    const { run, epoch } = state;
    if (!run) return;
    this.runs[runs - 1] = run;
    (run.epochs as Epoch[]).length = epochs;
    (run.notices as Notice[]).length = notices;
    if (!epoch) return;
    (run.epochs as Epoch[])[epochs - 1] = epoch;
    (epoch.updates as Update[]).length = updates;
  }

  /** Steps of the bar under way and the step from which on an update is wanted; undefined if there is no such bar. */
  get bar(): Bar | undefined {
    const { epoch, header, nextSample } = this.#state;
    if (header || !epoch || epoch.complete) return undefined;
    if (epoch.steps === undefined || epoch.step === undefined) return undefined;
    return { steps: epoch.steps, step: epoch.step, wanted: nextSample, finite: !epoch.firstNonFinite };
  }

  /** A line that announces an epoch. The epoch begins to exist with its first metrics. */
  header(number: number, total: number | undefined, span: Span): void {
    this.#closeUnknown();
    this.#state = {
      ...this.#state,
      header: { number, ...(total === undefined ? {} : { total }), start: span.start, end: span.end },
    };
  }

  /** A bar, or a line that stands for a whole epoch. */
  progress(line: Progress): void {
    if (line.metrics.size === 0) return;
    const { header, epoch, run } = this.#state;
    if (header) this.#begin(header, line);
    else if (epoch && this.#continues(epoch, line)) this.#update(epoch, line);
    else if (!run || !this.#state.numbered) this.#begin(undefined, line);
    // Otherwise it is the bar of an evaluation after the epoch's end.
  }

  notice(kind: NoticeKind, span: Span, details: { value?: number; epoch?: number; learningRate?: Value } = {}): void {
    const { learningRate, ...rest } = details;
    const { run, epoch, header } = this.#state;
    if (learningRate) {
      if (header || !epoch || epoch.complete) this.#state = { ...this.#state, pendingRate: learningRate };
      else this.#replace({ ...epoch, learningRate }, epoch.end);
    }
    if (!run) return;
    (run.notices as Notice[]).push({ kind, start: span.start, end: span.end, ...rest });
    this.#extend(span.end);
  }

  /** `Train on N samples`: tells counters of samples from counters of steps. */
  trainsOn(samples: number): void {
    this.#state = { ...this.#state, trainSamples: samples };
  }

  #begin(header: Header | undefined, line: Progress): void {
    const { run } = this.#state;
    const last = run?.epochs.at(-1)?.number ?? 0;
    const continues = run && (header ? this.#sameRun(run, header, line, last) : !this.#state.numbered);
    const samples = line.samples === true || (line.steps !== undefined && line.steps === this.#state.trainSamples);
    const stepsPerEpoch = samples ? undefined : line.steps;
    const start = header?.start ?? line.start;
    const current: Run = continues
      ? {
          ...run,
          ...(header?.total === undefined ? {} : { declaredEpochs: header.total }),
          ...(stepsPerEpoch === undefined ? {} : { stepsPerEpoch }),
        }
      : {
          dialect: line.dialect,
          start,
          end: line.end,
          epochs: [],
          notices: [],
          ...(header?.total === undefined ? {} : { declaredEpochs: header.total }),
          ...(stepsPerEpoch === undefined ? {} : { stepsPerEpoch }),
        };
    if (continues) this.runs[this.runs.length - 1] = current;
    else this.runs.push(current);
    const { pendingRate, trainSamples, repeats, sampled } = this.#state;
    const epoch: Epoch = {
      number: header?.number ?? last + 1,
      start,
      end: line.end,
      ...(header ? { header: { start: header.start, end: header.end } } : {}),
      metrics: new Map(),
      complete: false,
      updates: [],
      ...(pendingRate ? { learningRate: pendingRate } : {}),
    };
    (current.epochs as Epoch[]).push(epoch);
    this.#state = {
      run: current,
      epoch,
      numbered: header !== undefined,
      repeated: false,
      partial: false,
      repeats: continues === true && repeats,
      sampled: continues === true ? sampled : 0,
      nextSample: 0,
      ...(trainSamples === undefined ? {} : { trainSamples }),
    };
    this.#update(epoch, line);
  }

  /**
   * Whether a header goes on with the run: it counts up and declares the same total. A run whose first header was
   * cut off (`numbered` is false) goes on with a header that counts on from the bars seen.
   */
  #sameRun(run: Run, header: Header, line: Progress, last: number): boolean {
    if (!this.#state.numbered) {
      const before = run.epochs.at(-1);
      return header.number === last + 1 && before?.steps === line.steps && sameNames(before?.metrics, line.metrics);
    }
    return header.number > last && header.total === run.declaredEpochs;
  }

  #continues(epoch: Epoch, line: Progress): boolean {
    if (line.step === undefined || epoch.step === undefined) return false;
    if (!epoch.complete) {
      return (line.steps === epoch.steps || epoch.steps === undefined) && line.step >= epoch.step;
    }
    if (this.#state.repeated || !line.final || line.steps !== epoch.steps || line.dialect !== this.#state.run?.dialect) {
      return false;
    }
    for (const name of epoch.metrics.keys()) if (!line.metrics.has(name)) return false;
    if (line.metrics.size > epoch.metrics.size || this.#state.repeats || this.#state.partial) return true;
    const total = this.#state.run.declaredEpochs;
    return this.#state.numbered && total !== undefined && epoch.number < total;
  }

  #update(epoch: Epoch, line: Progress): void {
    const repeated = epoch.complete;
    const keep = !line.final && line.step !== undefined && line.step >= this.#state.nextSample;
    if (keep) this.#sample(epoch, line as Progress & { step: number });
    if (!line.final) this.#state = { ...this.#state, partial: true };
    const firstNonFinite = epoch.firstNonFinite ?? nonFiniteIn(line);
    const learningRate = line.metrics.get('lr') ?? line.metrics.get('learning_rate') ?? epoch.learningRate;
    this.#replace(
      {
        ...epoch,
        end: line.end,
        metrics: line.metrics,
        complete: line.final,
        ...(line.step === undefined ? {} : { step: line.step }),
        ...(line.steps === undefined ? {} : { steps: line.steps }),
        ...(firstNonFinite ? { firstNonFinite } : {}),
        ...(learningRate ? { learningRate } : {}),
        ...(line.final && line.seconds !== undefined ? { seconds: line.seconds } : {}),
      },
      line.end,
    );
    if (repeated) this.#state = { ...this.#state, repeated: true, repeats: true };
  }

  /** Keeps evenly spread updates, the first one included, as long as the run's share lasts. */
  #sample(epoch: Epoch, line: Progress & { step: number }): void {
    const { sampled } = this.#state;
    const full = sampled >= UPDATES_PER_RUN || epoch.updates.length >= UPDATES_PER_EPOCH;
    if (!full) {
      const { step, metrics, start, end } = line;
      (epoch.updates as Update[]).push({ step, metrics, start, end });
    }
    const stride = Math.max(1, Math.ceil((line.steps ?? 16 * line.step) / UPDATES_PER_EPOCH));
    this.#state = {
      ...this.#state,
      sampled: sampled + (full ? 0 : 1),
      nextSample: full ? Infinity : line.step + stride,
    };
  }

  /** Where the number of steps is unknown, the end of an epoch shows only in the next epoch's beginning. */
  #closeUnknown(): void {
    const { epoch } = this.#state;
    if (epoch && !epoch.complete && epoch.steps === undefined && epoch.step !== undefined) {
      this.#replace({ ...epoch, complete: true }, epoch.end);
    }
  }

  #replace(epoch: Epoch, end: number): void {
    const run = this.#state.run!;
    (run.epochs as Epoch[])[run.epochs.length - 1] = epoch;
    this.#state = { ...this.#state, epoch };
    this.#extend(end);
  }

  #extend(end: number): void {
    const run = this.#state.run!;
    if (end <= run.end) return;
    const longer = { ...run, end };
    this.runs[this.runs.length - 1] = longer;
    this.#state = { ...this.#state, run: longer };
  }
}

function nonFiniteIn(line: Progress): NonFinite | undefined {
  for (const [metric, value] of line.metrics) {
    if (!Number.isFinite(value.value)) {
      return { metric, value, ...(line.final || line.step === undefined ? {} : { step: line.step }) };
    }
  }
  return undefined;
}

function sameNames(a: Metrics | undefined, b: Metrics): boolean {
  return a !== undefined && [...b.keys()].every((name) => a.has(name));
}
