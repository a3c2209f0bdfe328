/** What the user may find out beside the rerun: which learning rates train, and why the script's own does not. */
import type { SweepEvent } from '../rerun/index';
import type { TrainingSpec } from '../rerun/trace';
import type { Breakdown } from './breakdown';
import { shortened, type Host, type Rerun, type Sweep } from './state';
import type { Listener, Running, Start } from './task';

export class Experiments {
  #sweeper: Running | undefined;
  #surveyor: Running | undefined;

  constructor(
    private readonly host: Host,
    private readonly start: Start,
    private readonly changed: () => void,
    private readonly keep: (rerun: Rerun) => void,
  ) {}

  /** Tries learning rates and optimizers; over again where it was done before. */
  sweep(rerun: Rerun): void {
    const { baseline } = rerun.show.job;
    if ('refused' in baseline) return;
    this.#sweeper?.stop();
    const sweep: Sweep = { phase: 'running', planned: 0, points: [], edges: [] };
    rerun.sweep = sweep;
    this.#sweeper = this.start(
      { type: 'sweep', spec: shortened(baseline, rerun.shortenedTo) },
      {
        events: (events) => {
          for (const event of events) record(sweep, event);
          if (sweep.phase !== 'running') this.keep(rerun);
          this.changed();
        },
        ...this.#failing(rerun, () => this.#sweeper, (kind) => {
          sweep.phase = kind;
        }),
      },
    );
    this.changed();
  }

  stopSweep({ sweep }: Rerun): void {
    if (sweep?.phase !== 'running') return;
    this.#sweeper?.stop();
    sweep.phase = 'stopped';
    this.changed();
  }

  /** Surveys the loss around the start, with the steps of the script's learning rate and of the proposed one. */
  survey(rerun: Rerun): void {
    const { baseline } = rerun.show.job;
    if ('refused' in baseline || rerun.landscape === 'running') return;
    rerun.landscape = 'running';
    this.#surveyor = this.start(
      { type: 'landscape', spec: baseline, rates: plainRates(baseline, rerun) },
      {
        events: (events) => {
          for (const { landscape } of events) rerun.landscape = landscape;
          this.changed();
        },
        ...this.#failing(rerun, () => this.#surveyor, () => {
          rerun.landscape = 'broken';
        }),
      },
    );
    this.changed();
  }

  /** Ends an experiment that broke, or of which nothing is heard any more: it can be begun again. */
  #failing(
    { show: { jobId } }: Rerun, running: () => Running | undefined, mark: (kind: Breakdown) => void,
  ): Pick<Listener<never>, 'broken' | 'silent'> {
    const broken = (kind: Breakdown, detail: string) => {
      mark(kind);
      this.host.post({ type: 'failed', jobId, kind, detail: detail.slice(0, 10_000) });
      this.changed();
    };
    return {
      broken,
      silent: (now) => {
        if (!now) return;
        running()?.stop();
        broken('crash', 'nothing was heard of the worker any more');
      },
    };
  }

  stop(): void {
    this.#sweeper?.stop();
    this.#surveyor?.stop();
  }
}

function record(sweep: Sweep, event: SweepEvent): void {
  switch (event.type) {
    case 'plan':
      sweep.planned = event.points;
      break;
    case 'point':
      sweep.points.push(event);
      break;
    case 'edge':
      sweep.edges.push(event);
      break;
    case 'refused':
      sweep.phase = event.refusal;
      break;
    case 'swept':
      sweep.phase = 'done';
      break;
  }
}

/** The script's learning rate and the proposed ones, where they are rates of plain gradient descent. */
function plainRates({ optimizer: { className, config } }: TrainingSpec, { candidates }: Rerun): number[] {
  if (className !== 'SGD' || (typeof config['momentum'] === 'number' && config['momentum'] !== 0)) return [];
  const proposed = [...candidates.values()].flatMap(({ candidate: { remedy } }) =>
    remedy.kind === 'learning-rate' ? [remedy.value] : [],
  );
  const own = config['learning_rate'];
  return [...(typeof own === 'number' ? [own] : []), ...proposed.slice(0, 1)];
}
