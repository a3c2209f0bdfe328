import type { Span } from '../text/span';
import type { Bar } from './progress-bar';
import type { Epoch, Metrics, NonFinite, Notice, NoticeKind, Run, Update, Value } from './run';

/** `Epoch 3/50`, before anything was measured in it. */
interface Header extends Span {
  readonly number: number;
  readonly total?: number;
}

/** What every line that holds metrics says. */
interface Measured extends Span {
  readonly dialect: string;
  readonly metrics: Metrics;
  readonly step?: number;
  readonly steps?: number;
  readonly seconds?: number;
}

/** A progress bar, or a single line for a whole epoch. */
export interface Progress extends Measured {
  /** Where the bar itself names its epoch. */
  readonly number?: number;
  readonly total?: number;
  /** The counter counts samples, not steps. */
  readonly samples?: boolean;
  /** This line may be the last one of its epoch. */
  readonly final: boolean;
}

/** A line of values that stand for themselves: a row of a table, or what a training loop prints. */
export interface Row extends Measured {
  /** Number of the epoch; without it the line belongs to the epoch announced or under way. */
  readonly number?: number;
  readonly total?: number;
  readonly unit?: Run['unit'];
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

/** At most this many intermediate updates of bars are kept in one epoch, and updates of any kind in one run. */
const UPDATES_PER_EPOCH = 16;
const UPDATES_PER_RUN = 1024;

/** Everything that changes while reading; replaced, never changed in place, so that a copy of it is a checkpoint. */
interface State {
  readonly header?: Header | undefined;
  readonly run?: Run;
  readonly epoch?: Epoch;
  readonly table?: Table | undefined;
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
  /** The learning rate in effect. */
  readonly rate?: Value | undefined;
  /** A learning rate that a callback has set, and the first epoch that it holds for. */
  readonly nextRate?: { readonly value: Value; readonly from: number } | undefined;
  /** Printed before the first epoch of the run that they belong to. */
  readonly early: readonly Notice[];
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

const START: State = {
  numbered: false,
  repeated: false,
  partial: false,
  repeats: false,
  sampled: 0,
  nextSample: 0,
  early: [],
};

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

  /** The bar under way; undefined if there is none. */
  get bar(): Bar | undefined {
    const { epoch, header, nextSample } = this.#state;
    if (header || !epoch || epoch.complete) return undefined;
    if (epoch.steps === undefined || epoch.step === undefined) return undefined;
    return { steps: epoch.steps, step: epoch.step, wanted: nextSample, finite: !epoch.firstNonFinite };
  }

  /** The table under way, if its header was read by `dialect`. */
  tableOf(dialect: string): Table | undefined {
    return this.#state.table?.dialect === dialect ? this.#state.table : undefined;
  }

  /** Whether values without a number have an epoch to belong to: one that is announced, or under way in `dialect`. */
  announced(dialect: string): boolean {
    const { header, run } = this.#state;
    return header !== undefined || (run?.dialect === dialect && run.unit === undefined);
  }

  /** A table's header was read, or changed what it means; `ends` the run that was under way. */
  table(table: Table | undefined, ends: boolean): void {
    if (!ends) this.#state = { ...this.#state, table };
    else this.#state = { ...START, table, early: this.#state.early };
  }

  /** A line that announces an epoch. The epoch begins to exist with its first metrics. */
  header(number: number, total: number | undefined, span: Span): void {
    this.#closeUnknown();
    this.#state = {
      ...this.#state,
      header: { number, ...(total === undefined ? {} : { total }), start: span.start, end: span.end },
    };
  }

  /** A bar, or a line that stands for a whole epoch without its number. */
  progress(line: Progress): void {
    if (line.metrics.size === 0) return;
    const { header, epoch, run, numbered } = this.#state;
    if (line.number !== undefined && !header) {
      if (run?.dialect === line.dialect && epoch?.number === line.number) return this.#update(epoch, line);
      const { number, total, start, end } = line;
      this.#begin({ number, start, end, ...(total === undefined ? {} : { total }) }, line);
    } else if (header) this.#begin(header, line);
    else if (epoch && this.#continues(epoch, line)) return this.#update(epoch, line);
    else if (!run || !numbered) this.#begin(undefined, line);
    else return; // the bar of an evaluation after the epoch's end
    this.#update(this.#state.epoch!, line);
  }

  /** Values that stand for themselves; those of one epoch are put together. */
  row(line: Row): void {
    if (line.metrics.size === 0 || !this.#mayBegin(line)) return;
    const { header, epoch, run, numbered } = this.#state;
    const number = line.number ?? header?.number;
    const sameEpoch = epoch && run?.dialect === line.dialect && !header && (number ?? epoch.number) === epoch.number;
    if (!sameEpoch || !numbered) {
      if (number === undefined) return;
      const total = line.total ?? header?.total;
      this.#begin({ start: line.start, end: line.end, ...header, number, ...(total === undefined ? {} : { total }) }, line);
    }
    this.#fill(this.#state.epoch!, line);
  }

  notice(kind: NoticeKind, span: Span, details: { value?: number; epoch?: number; learningRate?: Value } = {}): void {
    const { learningRate, ...rest } = details;
    const { run, epoch } = this.#state;
    const notice: Notice = { kind, start: span.start, end: span.end, ...rest };
    if (learningRate) {
      // ReduceLROnPlateau acts at the end of the epoch it names, LearningRateScheduler at its beginning.
      const from = (rest.epoch ?? epoch?.number ?? 0) + (kind === 'reduce-lr' ? 1 : 0);
      this.#state = { ...this.#state, nextRate: { value: learningRate, from } };
    }
    if (!run || (kind === 'lr-schedule' && epoch?.complete)) {
      this.#state = { ...this.#state, early: [...this.#state.early, notice] };
    } else {
      (run.notices as Notice[]).push(notice);
      this.#extend(span.end);
    }
  }

  /** `Train on N samples`: tells counters of samples from counters of steps. */
  trainsOn(samples: number): void {
    this.#state = { ...this.#state, trainSamples: samples };
  }

  /** Whether printed values may be those of an epoch: not while Keras' own lines say what an epoch's values are. */
  #mayBegin(line: Row): boolean {
    const { run, epoch, header } = this.#state;
    if (!run || !isKeras(run.dialect)) return true;
    if (line.number === undefined || header || !epoch?.complete) return false;
    return line.number <= 1 && epoch.number >= (run.declaredEpochs ?? 0);
  }

  #begin(header: Header | undefined, line: Measured & { samples?: boolean; unit?: Run['unit'] }): void {
    const { run } = this.#state;
    const last = run?.epochs.at(-1)?.number ?? 0;
    const continues = run !== undefined && (header ? this.#sameRun(run, header, line, last) : !this.#state.numbered);
    const samples = line.samples === true || (line.steps !== undefined && line.steps === this.#state.trainSamples);
    const start = header ? Math.min(header.start, line.start) : line.start;
    const { early, trainSamples, repeats, sampled } = this.#state;
    const current: Run = {
      ...(continues
        ? run
        : { dialect: line.dialect, start: early[0]?.start ?? start, end: line.end, epochs: [], notices: [] }),
      ...(header?.total === undefined ? {} : { declaredEpochs: header.total }),
      ...(samples || line.steps === undefined ? {} : { stepsPerEpoch: line.steps }),
      ...(line.unit ? { unit: line.unit } : {}),
    };
    if (continues) this.runs[this.runs.length - 1] = current;
    else this.runs.push(current);
    (current.notices as Notice[]).push(...early);
    const number = header?.number ?? last + 1;
    const { nextRate } = this.#state;
    const arrived = nextRate !== undefined && nextRate.from <= number;
    const rate = arrived ? nextRate.value : continues ? this.#state.rate : undefined;
    const epoch: Epoch = {
      number,
      start,
      end: line.end,
      ...(header ? { header: { start: header.start, end: header.end } } : {}),
      metrics: new Map(),
      complete: false,
      updates: [],
      ...(rate ? { learningRate: rate } : {}),
    };
    (current.epochs as Epoch[]).push(epoch);
    this.#state = {
      ...START,
      run: current,
      epoch,
      numbered: header !== undefined,
      repeats: continues && repeats,
      sampled: continues ? sampled : 0,
      rate,
      ...(arrived ? {} : { nextRate }),
      ...(trainSamples === undefined ? {} : { trainSamples }),
      table: this.#state.table,
    };
  }

  /**
   * Whether a header goes on with the run: it counts up and declares the same total. A run whose first header was
   * cut off (`numbered` is false) goes on with a header that counts on from the bars seen.
   */
  #sameRun(run: Run, header: Header, line: Measured, last: number): boolean {
    if (run.dialect !== line.dialect && !(isKeras(run.dialect) && isKeras(line.dialect))) return false;
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
    const { repeated, repeats, partial, numbered, run } = this.#state;
    if (repeated || !line.final || line.steps !== epoch.steps || line.dialect !== run?.dialect) return false;
    for (const name of epoch.metrics.keys()) if (!line.metrics.has(name)) return false;
    if (line.metrics.size > epoch.metrics.size || repeats || partial) return true;
    return numbered && run.declaredEpochs !== undefined && epoch.number < run.declaredEpochs;
  }

  #update(epoch: Epoch, line: Progress): void {
    const repeated = epoch.complete;
    if (!line.final) {
      if (line.step !== undefined && line.step >= this.#state.nextSample) this.#sample(epoch, { ...line, step: line.step });
      this.#state = { ...this.#state, partial: true };
    }
    this.#measure(epoch, line, line.metrics, line.final);
    if (repeated) this.#state = { ...this.#state, repeated: true, repeats: true };
  }

  #fill(epoch: Epoch, line: Row): void {
    const again = line.step === undefined && [...line.metrics.keys()].some((name) => epoch.metrics.has(name));
    const step = line.step ?? (again ? epoch.updates.length + 1 : undefined);
    if (step !== undefined && line.unit === undefined && this.#state.sampled < UPDATES_PER_RUN) {
      const { metrics, start, end } = line;
      (epoch.updates as Update[]).push({ step, metrics, start, end });
      this.#state = { ...this.#state, sampled: this.#state.sampled + 1 };
      if (!this.#state.run!.records) this.#change({ ...this.#state.run!, records: true });
    }
    this.#measure(epoch, line, new Map([...epoch.metrics, ...line.metrics]), true);
  }

  #measure(epoch: Epoch, line: Measured, metrics: Metrics, complete: boolean): void {
    const firstNonFinite = epoch.firstNonFinite ?? nonFiniteIn(line, complete);
    const learningRate = rateIn(line.metrics) ?? epoch.learningRate;
    this.#replace(
      {
        ...epoch,
        end: line.end,
        metrics,
        complete,
        ...(line.step === undefined ? {} : { step: line.step }),
        ...(line.steps === undefined ? {} : { steps: line.steps }),
        ...(firstNonFinite ? { firstNonFinite } : {}),
        ...(learningRate ? { learningRate } : {}),
        ...(complete && line.seconds !== undefined ? { seconds: line.seconds } : {}),
      },
      line.end,
    );
  }

  /** Keeps evenly spread updates, the first one included, as long as the run's share lasts. */
  #sample(epoch: Epoch, line: Progress & { readonly step: number }): void {
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
    if (end > run.end) this.#change({ ...run, end });
  }

  #change(run: Run): void {
    this.runs[this.runs.length - 1] = run;
    this.#state = { ...this.#state, run };
  }
}

function isKeras(dialect: string): boolean {
  return dialect.startsWith('keras');
}

function nonFiniteIn(line: Measured, complete: boolean): NonFinite | undefined {
  for (const [metric, value] of line.metrics) {
    if (Number.isFinite(value.value)) continue;
    return { metric, value, ...(complete || line.step === undefined ? {} : { step: line.step }) };
  }
  return undefined;
}

/** Keras' `lr` and `learning_rate`, Ultralytics' `lr/pg0`, Lightning's `lr-Adam`. */
function rateIn(metrics: Metrics): Value | undefined {
  for (const [name, value] of metrics) if (/^(?:lr|learning[_ ]rate)(?:[/-].*)?$/i.test(name)) return value;
  return undefined;
}

function sameNames(a: Metrics | undefined, b: Metrics): boolean {
  return a !== undefined && [...b.keys()].every((name) => a.has(name));
}
