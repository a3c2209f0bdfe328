/** What the page knows again after it was hidden, moved or reloaded. */
import type { Trace } from '../rerun/trace';
import type { ChartChoices } from './chart/axis';
import { decode, encode } from './protocol';
import type { Choices, Host, Kept, Rerun } from './state';

/** Numbers kept over a reload: about 2 MB of JSON. Of what is beyond, the verdict is kept and the curves are not. */
const keptNumbers = 200_000;

/** Changes with the shape of `Saved`: what an older page saved is forgotten. */
const savedVersion = 2;

interface Saved {
  readonly version: typeof savedVersion;
  readonly choices: Choices;
  readonly rerun: Kept | undefined;
}

export class Memory {
  #choices: Choices;
  #kept: Kept | undefined;

  constructor(private readonly host: Host) {
    const found = decode(host.load()) as Saved | undefined;
    const saved = found?.version === savedVersion ? found : undefined;
    const usual: ChartChoices = { scale: 'log', hidden: [] };
    this.#choices = saved?.choices ?? { match: usual, fixes: usual, sweep: usual, curves: usual };
    this.#kept = saved?.rerun;
  }

  /** How the user wants the charts. */
  get choices(): Choices {
    return this.#choices;
  }

  choose(changes: Partial<Choices>): void {
    this.#choices = { ...this.#choices, ...changes };
    this.#save();
  }

  /** What is known of a job from before; undefined if another one was kept. */
  recall(jobId: string): Kept | undefined {
    return this.#kept?.jobId === jobId ? this.#kept : undefined;
  }

  keep(rerun: Rerun): void {
    let room = keptNumbers;
    const fitting = (runs: readonly Trace[]) => {
      room -= runs.reduce((total, { losses }) => total + losses.length, 0);
      return room >= 0 ? runs : [];
    };
    const states = [...rerun.candidates.values()];
    this.#kept = {
      jobId: rerun.show.jobId,
      shortenedTo: rerun.shortenedTo,
      reproduced: rerun.reproduced,
      baseline: fitting([{ seed: 0, losses: rerun.baseline }])[0]?.losses ?? [],
      extras: [...rerun.extras],
      judged: states.flatMap(({ candidate: { id }, verdict, runs }) =>
        verdict ? [{ id, verdict, runs: fitting(runs ?? []) }] : [],
      ),
      cancelled: rerun.phase === 'cancelled',
      sweep: rerun.sweep?.phase === 'done' ? rerun.sweep : undefined,
    };
    this.#save();
  }

  #save(): void {
    const saved: Saved = { version: savedVersion, choices: this.#choices, rerun: this.#kept };
    this.host.save(encode(saved));
  }
}
