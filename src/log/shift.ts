import type { Span } from '../text/span';
import type { Epoch, Metrics, Run, Update } from './run';
import type { State } from './state';

/** Moves what was read by as many characters as an edit before it has moved the text. */
export class Shift {
  /** @param end end of the edited characters, in the text before the edit: nothing before it moves. */
  constructor(
    readonly end: number,
    readonly distance: number,
  ) {}

  at(offset: number): number {
    return offset >= this.end ? offset + this.distance : offset;
  }

  span<T extends Span>(span: T): T {
    return { ...span, start: this.at(span.start), end: this.at(span.end) };
  }

  metrics(metrics: Metrics): Metrics {
    return new Map([...metrics].map(([name, value]) => [name, this.span(value)]));
  }

  epoch(epoch: Epoch): Epoch {
    const { header, metrics, updates, firstNonFinite, learningRate } = epoch;
    return {
      ...this.span(epoch),
      ...(header ? { header: this.span(header) } : {}),
      metrics: this.metrics(metrics),
      updates: updates.map((update): Update => ({ ...this.span(update), metrics: this.metrics(update.metrics) })),
      ...(firstNonFinite ? { firstNonFinite: { ...firstNonFinite, value: this.span(firstNonFinite.value) } } : {}),
      ...(learningRate ? { learningRate: this.span(learningRate) } : {}),
    };
  }

  run(run: Run): Run {
    return {
      ...this.span(run),
      epochs: run.epochs.map((epoch) => this.epoch(epoch)),
      notices: run.notices.map((notice) => this.span(notice)),
    };
  }

  /** The state between two pieces of text; its run keeps its epochs where they are. */
  state(state: State): State {
    const { header, run, epoch, table, absorbed, rate, nextRates, early } = state;
    return {
      ...state,
      header: header && this.span(header),
      run: run && this.span(run),
      epoch: epoch && this.epoch(epoch),
      table: table?.row ? { ...table, row: table.row.map((cell) => this.span(cell)) } : table,
      absorbed: absorbed && this.run(absorbed),
      rate: rate && this.span(rate),
      nextRates: nextRates.map(({ value, from }) => ({ value: this.span(value), from })),
      early: early.map((notice) => this.span(notice)),
    };
  }
}
