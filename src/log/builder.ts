import type { Span } from '../text/span';
import { isKeras, nonFiniteIn, rateIn, sameNames, without, type Measured, type Progress, type Row } from './measured';
import type { Bar } from './progress-bar';
import type { Epoch, Metrics, Notice, NoticeKind, Run, Update, Value } from './run';
import type { Shift } from './shift';
import { alike, START, type Checkpoint, type Header, type State, type Table } from './state';

export type { Cell, Checkpoint, Table } from './state';

/** At most this many intermediate updates of bars are kept in one epoch, and updates of any kind in one run. */
const UPDATES_PER_EPOCH = 16;
const UPDATES_PER_RUN = 1024;

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

  /**
   * Keeps of a run's epochs, and of its notices, about `most` at most: the later half of them all, and of those before
   * some that are spread evenly. The first epoch stays, and the one in which the run broke.
   */
  thin(most: number): void {
    for (const { epochs, notices } of this.runs) {
      thinOut(epochs as Epoch[], most, ({ firstNonFinite }) => firstNonFinite !== undefined);
      thinOut(notices as Notice[], most);
    }
  }

  /** All that was read, safe from `restore` to `mark`. */
  snapshot(mark: Checkpoint): { readonly runs: readonly Run[]; readonly state: State } {
    const runs = [...this.runs];
    const open = mark.state.run && runs[mark.runs - 1];
    if (open) {
      const epochs = [...open.epochs];
      const epoch = epochs[mark.epochs - 1];
      if (epoch) epochs[mark.epochs - 1] = { ...epoch, updates: [...epoch.updates] };
      runs[mark.runs - 1] = { ...open, epochs, notices: [...open.notices] };
    }
    return { runs, state: this.#state };
  }

  /**
   * Whether reading goes on from here as it did behind a mark, the text having moved by `shift`: the state is what it
   * was there, and the epoch under way got nothing more.
   */
  isAt(mark: Checkpoint, runs: readonly Run[], shift: Shift): boolean {
    const { epoch } = mark.state;
    const last = runs[mark.runs - 1]?.epochs[mark.epochs - 1];
    if (epoch && (last?.end !== epoch.end || last.complete !== epoch.complete)) return false;
    return alike(this.#state, shift.state(mark.state));
  }

  /**
   * Takes over what was read behind a mark, where the state was like the state now, the text having moved by `shift`.
   * @returns turns a checkpoint that was taken behind the mark into one of this builder
   */
  adopt(
    { runs, state }: { readonly runs: readonly Run[]; readonly state: State },
    mark: Checkpoint,
    shift: Shift,
  ): (checkpoint: Checkpoint) => Checkpoint {
    const open = this.#state.run;
    const old = mark.state.run && runs[mark.runs - 1];
    const more = {
      runs: this.runs.length - mark.runs,
      epochs: (open?.epochs.length ?? 0) - mark.epochs,
      notices: (open?.notices.length ?? 0) - mark.notices,
    };
    const endOf = (end: number): number => (!open || end > mark.state.run!.end ? shift.at(end) : open.end);
    if (open && old) {
      const { start, epochs, notices } = open;
      for (const epoch of old.epochs.slice(mark.epochs)) (epochs as Epoch[]).push(shift.epoch(epoch));
      for (const notice of old.notices.slice(mark.notices)) (notices as Notice[]).push(shift.span(notice));
      this.#change({ ...old, start, end: endOf(old.end), epochs, notices });
    }
    this.runs.push(...runs.slice(mark.runs).map((run) => shift.run(run)));
    const run = state.run && this.runs.at(-1);
    this.#state = this.#inPlace(shift.state(state), run, run?.epochs.length ?? 0, run?.end ?? 0);
    return (checkpoint) => {
      const sameRun = checkpoint.runs === mark.runs && checkpoint.state.run !== undefined;
      const count = checkpoint.runs + more.runs;
      const epochs = checkpoint.epochs + (sameRun ? more.epochs : 0);
      const state = shift.state(checkpoint.state);
      const end = sameRun ? endOf(checkpoint.state.run!.end) : (state.run?.end ?? 0);
      return {
        state: this.#inPlace(state, this.runs[count - 1], epochs, end),
        runs: count,
        epochs,
        notices: checkpoint.notices + (sameRun ? more.notices : 0),
        updates: checkpoint.updates,
      };
    };
  }

  /** A state whose run and epoch share the lists of this builder's `run`. */
  #inPlace(state: State, run: Run | undefined, epochs: number, end: number): State {
    if (!run || !state.run) return state;
    const epoch = run.epochs[epochs - 1];
    return {
      ...state,
      run: { ...state.run, start: run.start, end, epochs: run.epochs, notices: run.notices },
      ...(state.epoch && epoch ? { epoch: { ...state.epoch, updates: epoch.updates } } : {}),
    };
  }

  /** The bar under way; undefined if there is none. */
  get bar(): Bar | undefined {
    const { epoch, header, nextSample } = this.#state;
    if (header || !epoch || epoch.complete) return undefined;
    if (epoch.steps === undefined || epoch.step === undefined) return undefined;
    return {
      steps: epoch.steps,
      step: epoch.step,
      wanted: nextSample,
      finite: !epoch.firstNonFinite,
      headerEnd: epoch.header?.end ?? Infinity,
    };
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
      this.#state = { ...this.#state, nextRates: [...this.#state.nextRates, { value: learningRate, from }] };
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
        : { dialect: line.dialect, start: Math.min(start, early[0]?.start ?? start), end: line.end, epochs: [], notices: [] }),
      ...(header?.total === undefined ? {} : { declaredEpochs: header.total }),
      ...(samples || line.steps === undefined ? {} : { stepsPerEpoch: line.steps }),
      ...(line.unit ? { unit: line.unit } : {}),
    };
    if (continues) this.runs[this.runs.length - 1] = current;
    else this.runs.push(current);
    (current.notices as Notice[]).push(...early);
    const number = header?.number ?? last + 1;
    const { nextRates } = this.#state;
    const set = nextRates.filter(({ from }) => from <= number).at(-1)?.value;
    const rate = set ?? (continues ? this.#state.rate : undefined);
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
      table: this.#state.table,
      numbered: header !== undefined,
      repeats: continues && repeats,
      sampled: continues ? sampled : 0,
      rate,
      nextRates: nextRates.filter(({ from }) => from > number),
      trainSamples,
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
    const { repeated, repeats, partial, numbered, run } = this.#state;
    if (epoch.step === undefined) return false;
    if (!epoch.complete) {
      if (line.step === undefined) return run !== undefined && isKeras(run.dialect) === isKeras(line.dialect);
      return (line.steps === epoch.steps || epoch.steps === undefined) && line.step >= epoch.step;
    }
    if (repeated || !line.final || ![...epoch.metrics.keys()].every((name) => line.metrics.has(name))) return false;
    // TensorFlow 1 with verbose=2 draws the bar of the validation first, under the epoch's header.
    if (line.step === undefined) return line.metrics.size > epoch.metrics.size;
    if (line.steps !== epoch.steps || line.dialect !== run?.dialect) return false;
    if (line.metrics.size > epoch.metrics.size || repeats || partial) return true;
    return numbered && run.declaredEpochs !== undefined && epoch.number < run.declaredEpochs;
  }

  #update(epoch: Epoch, line: Progress): void {
    const repeated = epoch.complete;
    if (repeated && line.step === undefined) {
      this.#change({ ...without(this.#state.run!, 'stepsPerEpoch'), dialect: line.dialect });
      epoch = without(epoch, 'step', 'steps');
    }
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
    let run = this.#state.run!;
    (run.epochs as Epoch[])[run.epochs.length - 1] = epoch;
    if (end > run.end) {
      run = { ...run, end };
      this.runs[this.runs.length - 1] = run;
    }
    this.#state = { ...this.#state, run, epoch };
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

/** @param matters the first one of which this is true stays */
function thinOut<T extends Span>(all: T[], most: number, matters: (one: T) => boolean = () => false): void {
  if (all.length <= most) return;
  const half = all.length >> 1;
  const gap = (all[half]!.start - all[0]!.start) / (half / 2);
  const needed = all.findIndex(matters);
  let from = -Infinity;
  const kept = all.slice(0, half).filter(({ start }, at) => {
    if (start < from && at !== needed) return false;
    from = start + gap;
    return true;
  });
  all.splice(0, half, ...kept);
}
