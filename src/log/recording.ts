import type { Span } from '../text/span';
import type { Epoch, Notice, Run, Update } from './run';
import type { Shift } from './shift';
import { alike, START, type Checkpoint, type State } from './state';

/** The runs that were read and the state of reading: what can be gone back to, and moved when the text before it is edited. */
export class Recording {
  readonly runs: Run[] = [];
  state: State = { ...START };
  /** Where a run began that became a part of another one: nothing can go back to between there and its end. */
  #absorbedFrom = Infinity;

  /** A run that began at `start` is no run any more. */
  absorbed(start: number): void {
    this.#absorbedFrom = Math.min(this.#absorbedFrom, start);
  }

  /** @returns where the first run began that was absorbed since this was asked; infinite if none was. */
  takeAbsorbed(): number {
    const from = this.#absorbedFrom;
    this.#absorbedFrom = Infinity;
    return from;
  }

  /** What `restore` needs to forget everything read from here on. */
  checkpoint(): Checkpoint {
    const { run, epoch } = this.state;
    return {
      state: { ...this.state },
      runs: this.runs.length,
      epochs: run?.epochs.length ?? 0,
      notices: run?.notices.length ?? 0,
      updates: epoch?.updates.length ?? 0,
    };
  }

  restore({ state, runs, epochs, notices, updates }: Checkpoint): void {
    this.state = { ...state };
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
   * Keeps about `most` epochs and notices of the last run, as many of all the runs before it, and as many runs: of
   * more, the first ones, those in which something broke, the latest ones, and others that are spread evenly.
   */
  thin(most: number): void {
    thinOut(this.runs, most, ({ epochs }) => epochs.some(breaks));
    const before = this.runs.slice(0, -1);
    const tooMany = before.reduce((sum, { epochs }) => sum + epochs.length, 0) > most;
    for (const run of this.runs) {
      const share = tooMany && run !== this.runs.at(-1) ? Math.max(SHORT_RUN, run.epochs.length - 1) : most;
      thinOut(run.epochs as Epoch[], share, breaks);
      thinOut(run.notices as Notice[], share);
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
    return { runs, state: this.state };
  }

  /**
   * Whether reading goes on from here as it did behind a mark, the text having moved by `shift`: the state is what it
   * was there, and the epoch under way got nothing more.
   */
  isAt(mark: Checkpoint, runs: readonly Run[], shift: Shift): boolean {
    const { epoch } = mark.state;
    const last = runs[mark.runs - 1]?.epochs[mark.epochs - 1];
    if (epoch && (last?.end !== epoch.end || last.complete !== epoch.complete)) return false;
    // What a line means may depend on whether the epoch is the first one of its run, and on the run before, although that is over.
    if ((this.state.run?.epochs.length === 1) !== (mark.epochs === 1)) return false;
    if (this.runs.at(-1)?.dialect !== (mark.state.run ?? runs[mark.runs - 1])?.dialect) return false;
    return alike(this.state, shift.state(mark.state));
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
    const open = this.state.run;
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
      this.runs[this.runs.length - 1] = { ...old, start, end: endOf(old.end), epochs, notices };
    }
    this.runs.push(...runs.slice(mark.runs).map((run) => shift.run(run)));
    const run = state.run && this.runs.at(-1);
    this.state = this.#inPlace(shift.state(state), run, run?.epochs.length ?? 0, run?.end ?? 0);
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
}

/** A run of no more epochs is left as it is. */
const SHORT_RUN = 16;

function breaks({ firstNonFinite }: Epoch): boolean {
  return firstNonFinite !== undefined;
}

/**
 * Thins out the earlier half of a list longer than `most`, except for its beginning.
 * @param matters the first one of which this is true stays
 */
function thinOut<T extends Span>(all: T[], most: number, matters: (one: T) => boolean = () => false): void {
  if (all.length <= most) return;
  const half = all.length >> 1;
  const gap = (all[half]!.start - all[0]!.start) / (half / 2);
  const needed = all.findIndex(matters);
  let from = -Infinity;
  const kept = all.slice(0, half).filter(({ start }, at) => {
    if (start < from && at >= most >> 3 && at !== needed) return false;
    from = start + gap;
    return true;
  });
  all.splice(0, half, ...kept);
}
