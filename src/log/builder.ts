import type { Span } from '../text/span';
import type { Recording } from './recording';
import { isKeras, nonFiniteIn, rateIn, sameNames, without, type Measured, type Progress, type Row } from './measured';
import type { Bar } from './progress-bar';
import type { Epoch, Metrics, Notice, NoticeKind, Run, Update, Value } from './run';
import { START, type Header, type State, type Table } from './state';

export type { Cell, Table } from './state';

type Writable<T> = { -readonly [Field in keyof T]: T[Field] };

/** At most this many intermediate updates of bars are kept in one epoch, and updates of any kind in one run. */
const UPDATES_PER_EPOCH = 16;
const UPDATES_PER_RUN = 1024;

/** Puts what the dialects read together into runs and epochs. */
export class RunBuilder {
  readonly #recording: Recording;

  constructor(recording: Recording) {
    this.#recording = recording;
  }

  get #state(): State {
    return this.#recording.state;
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

  /** Dialect of the last run; undefined before the first one. */
  get dialect(): string | undefined {
    return this.#recording.runs.at(-1)?.dialect;
  }

  /** Whether values without a number have an epoch to belong to: one that is announced, or under way in one of `dialects`. */
  announced(...dialects: readonly string[]): boolean {
    const { header, run } = this.#state;
    return header !== undefined || (run !== undefined && dialects.includes(run.dialect) && run.unit === undefined);
  }

  /** Whether the epochs of the run under way have no numbers and are counted, line by line of `dialect`. */
  counts(dialect: string): boolean {
    const { header, run, numbered } = this.#state;
    return header === undefined && run?.dialect === dialect && !numbered;
  }

  /** A table's header was read, or changed what it means; `ends` the run that was under way. */
  table(table: Table | undefined, ends: boolean): void {
    if (!ends) this.#state.table = table;
    else this.#recording.state = { ...START, table, early: this.#state.early };
  }

  /** A line that announces an epoch. The epoch begins to exist with its first metrics. */
  header(number: number, total: number | undefined, span: Span): void {
    this.#closeUnknown();
    this.#state.header = { number, ...(total === undefined ? {} : { total }), start: span.start, end: span.end };
  }

  /** A bar, or a line that stands for a whole epoch without its number. */
  progress(line: Progress): void {
    if (line.metrics.size === 0) return;
    this.#leaveToKeras(line);
    // A bar that names its epoch knows better than a line before it, such as `Epoch 8 time: 45.9 s` behind the bar of epoch 8.
    if (line.number !== undefined && this.#state.header?.number !== line.number) this.#state.header = undefined;
    const { header, epoch, run, numbered, closing } = this.#state;
    if (line.number !== undefined && !header) {
      if (epoch?.number === line.number && this.#inEpoch(line, line.total)) return this.#update(epoch, line);
      const { number, total, start, end } = line;
      this.#begin({ number, start, end, ...(total === undefined ? {} : { total }) }, line);
    } else if (header) this.#begin(header, line);
    else if (epoch && this.#continues(epoch, line)) return this.#update(epoch, line);
    else if (closing && epoch?.complete && run?.dialect === line.dialect && line.steps === epoch.steps) {
      this.#begin({ number: epoch.number + 1, start: line.start, end: line.end }, line);
    } else if (!run || (!numbered && !evaluates(line, epoch))) this.#begin(undefined, line);
    else {
      // The bar of an evaluation after the epoch's end, of which more may follow.
      this.#state.evaluated = true;
      return;
    }
    this.#update(this.#state.epoch!, line);
  }

  /** What callbacks print under the first header of Keras, before its own line says what the epoch's values are, is text. */
  #leaveToKeras({ dialect }: Progress): void {
    const { run, epoch, header } = this.#state;
    if (header || !epoch?.header || run?.epochs.length !== 1 || epoch.step !== undefined) return;
    if (isKeras(run.dialect) || !isKeras(dialect)) return;
    const total = run.declaredEpochs;
    this.#state.header = { ...epoch.header, number: epoch.number, ...(total === undefined ? {} : { total }) };
    this.#recording.absorbed(run.start);
    this.#recording.runs.pop();
    this.#state.early = run.notices;
    this.#state.run = this.#state.epoch = undefined;
  }

  /** Values that stand for themselves; those of one epoch are put together. */
  row(line: Row): void {
    if (line.metrics.size === 0 || !this.#mayBegin(line)) return;
    this.#nameBar(line);
    this.#giveStepsBack(line);
    const { header, epoch, begunBy, numbered } = this.#state;
    const number = line.number ?? header?.number;
    const total = line.total ?? header?.total;
    const again = header !== undefined && begunBy === line.dialect;
    const sameEpoch = epoch && !again && (number ?? epoch.number) === epoch.number && this.#inEpoch(line, total);
    if (this.#state.closing && epoch?.complete && number === undefined && line.step !== undefined) {
      this.#begin({ start: line.start, end: line.end, number: epoch.number + 1 }, line);
    } else if (!sameEpoch || (!numbered && number !== undefined)) {
      if (number === undefined) return;
      const named = { start: line.start, end: line.end, ...header, number, ...(total === undefined ? {} : { total }) };
      this.#begin(named, line, header ? undefined : this.#stepsBefore(line));
    }
    this.#state.header = undefined;
    this.#fill(this.#state.epoch!, line);
  }

  /** Behind a bar that has no name, a loop may print what the epoch came to, and its number: this line names that epoch. */
  #nameBar({ dialect, number, total, unit }: Row): void {
    const { run, epoch, header, numbered, closing } = this.#state;
    if (!run || !epoch || header || number === undefined || run.dialect === dialect || !takeTurns(run, dialect, unit)) return;
    const first = epoch.complete && !numbered && (number === epoch.number || (number === 0 && run.epochs.length === 1));
    const again = closing && !epoch.complete && number <= 1 && number < epoch.number;
    if (!first && !again) return;
    if (again) this.#split(run, epoch);
    this.#replace({ ...epoch, number });
    this.#change({ ...this.#state.run!, ...(total === undefined ? {} : { declaredEpochs: total }) });
    this.#state.numbered = this.#state.closing = true;
  }

  /** The epoch under way turns out to be the first one of a run of its own. */
  #split(run: Run, epoch: Epoch): void {
    const { epochs, notices } = run;
    const earlier = epochs.slice(0, -1);
    const ours = notices.filter(({ start }) => start >= epoch.start);
    const others = notices.filter(({ start }) => start < epoch.start);
    this.#recording.absorbed(epoch.start);
    this.#change({ ...run, epochs: earlier, notices: others, end: Math.max(...[...earlier, ...others].map(({ end }) => end)) });
    this.#state.run = { ...without(run, 'declaredEpochs'), epochs: [epoch], notices: ours, start: epoch.start };
    this.#recording.runs.push(this.#state.run);
  }

  /** The steps printed before the first line that names an epoch: read as a run of their own, though they are that epoch's. */
  #stepsBefore({ number, unit, dialect }: Row): Run | undefined {
    const { run } = this.#state;
    return run?.unit === 'step' && unit === undefined && run.dialect === dialect && number !== undefined && number <= 1 ? run : undefined;
  }

  /** A training printed in steps was over before this one began, of which the second epoch comes without any steps. */
  #giveStepsBack({ number, unit }: Row): void {
    const { absorbed, run, epoch } = this.#state;
    if (!absorbed || !run || !epoch?.complete || unit !== undefined || number === undefined || number <= epoch.number) return;
    const start = epoch.header?.start ?? epoch.start;
    const first = { ...epoch, start, updates: [] };
    const own = { ...without(run, 'records'), start, epochs: [first], notices: run.notices.filter((notice) => notice.start >= start) };
    this.#recording.absorbed(absorbed.start);
    this.#recording.runs[this.#recording.runs.length - 1] = absorbed;
    this.#recording.runs.push(own);
    this.#recording.state = { ...this.#state, run: own, epoch: first, absorbed: undefined, closing: false, sampled: 0 };
  }

  /** Whether a line that names the epoch under way, or none, is about it: bars and prints of a training loop take turns. */
  #inEpoch({ dialect, unit }: Row, total: number | undefined): boolean {
    const { run } = this.#state;
    return run !== undefined && (run.dialect === dialect || takeTurns(run, dialect, unit)) && agree(total, run.declaredEpochs);
  }

  notice(kind: NoticeKind, span: Span, details: { value?: number; epoch?: number; learningRate?: Value } = {}): void {
    const { learningRate, ...rest } = details;
    const { run, epoch } = this.#state;
    const notice: Notice = { kind, start: span.start, end: span.end, ...rest };
    if (learningRate) {
      // ReduceLROnPlateau acts at the end of the epoch it names, LearningRateScheduler at its beginning.
      const from = (rest.epoch ?? epoch?.number ?? 0) + (kind === 'reduce-lr' ? 1 : 0);
      this.#state.nextRates = [...this.#state.nextRates, { value: learningRate, from }];
    }
    if (!run || (kind === 'lr-schedule' && epoch?.complete)) {
      this.#state.early = [...this.#state.early, notice];
    } else {
      (run.notices as Notice[]).push(notice);
      this.#extend(span.end);
    }
  }

  /** `Train on N samples`: tells counters of samples from counters of steps. */
  trainsOn(samples: number): void {
    this.#state.trainSamples = samples;
  }

  /** Whether printed values may be those of an epoch: not while Keras' own lines say what an epoch's values are. */
  #mayBegin(line: Row): boolean {
    const { run, epoch, header } = this.#state;
    if (!run || !isKeras(run.dialect)) return true;
    if (line.number === undefined || header || !epoch?.complete) return false;
    return line.number <= 1 && epoch.number >= (run.declaredEpochs ?? 0);
  }

  /** @param steps the run before turns out to be the steps of this epoch */
  #begin(header: Header | undefined, line: Measured & { samples?: boolean; unit?: Run['unit'] }, steps?: Run): void {
    this.#closeUnknown();
    const { run } = this.#state;
    const last = run?.epochs.at(-1)?.number ?? 0;
    const continues = run !== undefined && !steps && (header ? this.#sameRun(run, header, line, last) : !this.#state.numbered);
    const samples = line.samples === true || (line.steps !== undefined && line.steps === this.#state.trainSamples);
    const start = steps?.start ?? (header ? Math.min(header.start, line.start) : line.start);
    const updates = steps ? spread(steps.epochs, UPDATES_PER_RUN).map(asUpdate) : [];
    const { early, trainSamples, repeats, sampled, closing } = this.#state;
    const current: Run = {
      ...(continues
        ? run
        : { dialect: line.dialect, start: Math.min(start, early[0]?.start ?? start), end: line.end, epochs: [], notices: [...(steps?.notices ?? [])] }),
      ...(header?.total === undefined ? {} : { declaredEpochs: header.total }),
      ...(samples || line.steps === undefined ? {} : { stepsPerEpoch: line.steps }),
      ...(line.unit ? { unit: line.unit } : {}),
      ...(steps ? { records: true } : {}),
    };
    if (steps) this.#recording.absorbed(steps.start);
    if (continues || steps) this.#recording.runs[this.#recording.runs.length - 1] = current;
    else this.#recording.runs.push(current);
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
      updates,
      ...(rate ? { learningRate: rate } : {}),
    };
    (current.epochs as Epoch[]).push(epoch);
    this.#recording.state = {
      ...START,
      run: current,
      epoch,
      table: this.#state.table,
      begunBy: line.dialect,
      numbered: header !== undefined,
      repeats: continues && repeats,
      sampled: continues ? sampled : updates.length,
      closing: steps !== undefined || (continues && closing),
      // With fewer steps, not every epoch prints one.
      absorbed: steps && steps.epochs.length > 1 ? steps : undefined,
      rate,
      nextRates: nextRates.filter(({ from }) => from > number),
      trainSamples,
    };
  }

  /**
   * Whether a header goes on with the run: it counts up and declares the same total. A run whose first header was
   * cut off (`numbered` is false) goes on with a header that counts on from the bars seen.
   */
  #sameRun(run: Run, header: Header, line: Measured & { unit?: Run['unit'] }, last: number): boolean {
    const oneDialect = run.dialect === line.dialect || (isKeras(run.dialect) && isKeras(line.dialect));
    if (!oneDialect && !(takeTurns(run, line.dialect, line.unit) && header.number === last + 1)) return false;
    if (!this.#state.numbered) {
      const before = run.epochs.at(-1);
      return header.number === last + 1 && before?.steps === line.steps && sameNames(before?.metrics, line.metrics);
    }
    return header.number > last && agree(header.total, run.declaredEpochs);
  }

  #continues(epoch: Epoch, line: Progress): boolean {
    const { repeated, repeats, partial, evaluated, numbered, run } = this.#state;
    if (epoch.step === undefined) return false;
    if (!epoch.complete) {
      if (line.step === undefined) return run !== undefined && isKeras(run.dialect) === isKeras(line.dialect);
      return (line.steps === epoch.steps || epoch.steps === undefined) && line.step >= epoch.step;
    }
    if (repeated || !line.final || ![...epoch.metrics.keys()].every((name) => line.metrics.has(name))) return false;
    // TensorFlow 1 with verbose=2 draws the bar of the validation first, under the epoch's header.
    if (line.step === undefined) return line.metrics.size > epoch.metrics.size;
    if (line.steps !== epoch.steps || line.dialect !== run?.dialect) return false;
    if (line.metrics.size > epoch.metrics.size) return true;
    if (evaluated) return false;
    if (repeats || partial) return true;
    return numbered && run.declaredEpochs !== undefined && (epoch.number < run.declaredEpochs || printsTwice(run, epoch));
  }

  #update(epoch: Epoch, line: Progress): void {
    const repeated = epoch.complete;
    if (repeated && line.step === undefined) {
      this.#change({ ...without(this.#state.run!, 'stepsPerEpoch'), dialect: line.dialect });
      epoch = without(epoch, 'step', 'steps');
    }
    if (!line.final) {
      if (line.step !== undefined && line.step >= this.#state.nextSample) this.#sample(epoch, { ...line, step: line.step });
      this.#state.partial = true;
    }
    if (line.left) this.#state.partial = true;
    this.#measure(epoch, line, line.metrics, line.final && !this.#state.closing);
    if (repeated) this.#state.repeated = this.#state.repeats = true;
  }

  #fill(epoch: Epoch, line: Row): void {
    const complete = epoch.complete || !this.#state.closing || line.number !== undefined;
    const named = [...line.metrics.keys()].some((name) => epoch.metrics.has(name));
    const again = named && !this.#state.closing && line.step === undefined && line.dialect === this.#state.run!.dialect;
    const step = line.step ?? (again ? epoch.updates.length + 1 : undefined);
    if (step !== undefined && line.unit === undefined && this.#state.sampled < UPDATES_PER_RUN) {
      const { metrics, start, end } = line;
      (epoch.updates as Update[]).push({ step, metrics, start, end });
      this.#state.sampled++;
      if (!this.#state.run!.records) this.#change({ ...this.#state.run!, records: true });
    }
    this.#measure(epoch, line, new Map([...epoch.metrics, ...line.metrics]), complete);
  }

  #measure(epoch: Epoch, line: Measured, metrics: Metrics, complete: boolean): void {
    const measured: Writable<Epoch> = { ...epoch, end: line.end, metrics, complete };
    if (line.step !== undefined) measured.step = line.step;
    if (line.steps !== undefined) measured.steps = line.steps;
    const firstNonFinite = epoch.firstNonFinite ?? nonFiniteIn(line, complete);
    if (firstNonFinite) measured.firstNonFinite = firstNonFinite;
    const learningRate = rateIn(line.metrics);
    if (learningRate) measured.learningRate = learningRate;
    if (complete && line.seconds !== undefined) measured.seconds = line.seconds;
    this.#replace(measured);
  }

  /** Keeps evenly spread updates, the first one included, as long as the run's share lasts. */
  #sample(epoch: Epoch, { step, steps, metrics, start, end }: Progress & { readonly step: number }): void {
    if (this.#state.sampled >= UPDATES_PER_RUN || epoch.updates.length >= UPDATES_PER_EPOCH) {
      this.#state.nextSample = Infinity;
      return;
    }
    (epoch.updates as Update[]).push({ step, metrics, start, end });
    this.#state.sampled++;
    this.#state.nextSample = step + Math.max(1, Math.ceil((steps ?? 16 * step) / UPDATES_PER_EPOCH));
  }

  /** Where the number of steps is unknown, the end of an epoch shows only in the next epoch's beginning. */
  #closeUnknown(): void {
    const { epoch } = this.#state;
    if (epoch && !epoch.complete && epoch.steps === undefined && epoch.step !== undefined) {
      this.#replace({ ...epoch, complete: true });
    }
  }

  #replace(epoch: Epoch): void {
    const { epochs } = this.#state.run!;
    (epochs as Epoch[])[epochs.length - 1] = epoch;
    this.#state.epoch = epoch;
    this.#extend(epoch.end);
  }

  #extend(end: number): void {
    const run = this.#state.run!;
    if (end > run.end) this.#change({ ...run, end });
  }

  #change(run: Run): void {
    this.#recording.runs[this.#recording.runs.length - 1] = run;
    this.#state.run = run;
  }
}

/** At most `most` of a list, evenly spread, the first one included. */
function spread<T>(list: readonly T[], most: number): T[] {
  const every = Math.ceil(list.length / most);
  return list.filter((_, index) => index % every === 0);
}

function asUpdate({ number, metrics, start, end }: Epoch): Update {
  return { step: number, metrics, start, end };
}

/** Keras 3, not on a terminal, prints the last line of an epoch twice, first with the time left; a run of one epoch shows it nowhere else. */
function printsTwice({ dialect, epochs }: Run, { seconds, steps = 1 }: Epoch): boolean {
  return dialect === 'keras3-bar' && epochs.length === 1 && seconds === 0 && steps > 1;
}

/** Whether lines of another dialect may be about the same epochs. Keras' own lines say all that there is to say of theirs. */
function takeTurns(run: Run, dialect: string, unit: Run['unit']): boolean {
  return !isKeras(run.dialect) && !isKeras(dialect) && run.unit === undefined && unit === undefined;
}

/** Whether a bar without a name is that of an evaluation after an epoch: of other data, and with fewer metrics. */
function evaluates(bar: Progress, epoch: Epoch | undefined): boolean {
  return epoch?.complete === true && bar.steps !== epoch.steps && bar.metrics.size < epoch.metrics.size && sameNames(epoch.metrics, bar.metrics);
}

/** Whether two numbers of epochs may be those of one training: not every line says it. */
function agree(a: number | undefined, b: number | undefined): boolean {
  return a === undefined || b === undefined || a === b;
}
