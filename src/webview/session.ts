/**
 * What the page knows and how that changes: messages of the host, events of the rerun, wishes of the user.
 * No DOM here, so that it can be tested in plain Node.
 */
import type { ConfirmEvent, ConfirmJob, Refusal, TrainingSpec } from '../rerun/trace';
import type { Remedy } from '../script/remedy';
import { setLanguage } from '../words/index';
import { Experiments } from './experiments';
import { Memory } from './memory';
import { readToPage, type Candidate, type ShowConfirm, type ToPage, type Trial } from './protocol';
import { shortened, type CandidateState, type Extra, type Host, type Kept, type Rerun, type View } from './state';
import type { Running, Start } from './task';

export class Session {
  view: View = { kind: 'waiting' };
  readonly memory: Memory;
  readonly #experiments: Experiments;
  #trainer: Running | undefined;
  /** Candidates of the running job. */
  #asked: ReadonlySet<string> = new Set();
  /** Verdicts from before a reload whose trial the host has not given back yet. */
  #judged = new Map<string, Kept['judged'][number]>();

  constructor(
    private readonly host: Host,
    private readonly start: Start,
    private readonly changed: () => void,
  ) {
    this.memory = new Memory(host);
    this.#experiments = new Experiments(host, start, changed, (rerun) => this.memory.keep(rerun));
  }

  /** Anything that came by `message`; what is no message of the protocol, or about another job, is ignored. */
  receive(data: unknown): void {
    const message = readToPage(data);
    if (message) this.#handle(message);
  }

  #handle(message: ToPage): void {
    switch (message.type) {
      case 'showConfirm':
        setLanguage(message.bundle);
        this.#open(message);
        break;
      case 'showRefusal':
        this.#show({ kind: 'refusal', show: message });
        break;
      case 'showDataWanted':
        this.#show({ kind: 'data', show: message });
        break;
      case 'showCurves':
        this.#show({ kind: 'curves', show: message });
        break;
      case 'cancelRerun':
        this.cancel();
        break;
      default: {
        const rerun = this.#rerun(message.jobId);
        if (rerun) this.#update(rerun, message);
      }
    }
    this.changed();
  }

  /** Shows something else than a rerun. */
  #show(view: Extract<View, { kind: 'refusal' | 'data' | 'curves' }>): void {
    setLanguage(view.show.bundle);
    this.#stop();
    this.view = view;
  }

  #update(
    rerun: Rerun,
    message: Extract<ToPage, { type: 'trialReady' | 'trialRefused' | 'applied' | 'stale' }>,
  ): void {
    switch (message.type) {
      case 'stale':
        rerun.stale = true;
        break;
      case 'applied': {
        const state = rerun.candidates.get(message.candidate);
        if (state) state.apply = message.refused ? { refused: message.refused } : 'applied';
        break;
      }
      case 'trialRefused':
        if (rerun.extras.has(message.id) && 'trial' in rerun.extras.get(message.id)!) rerun.trial = { refused: message.refused };
        rerun.extras.delete(message.id);
        break;
      case 'trialReady': {
        const { candidate, spec } = message;
        if (!rerun.extras.has(candidate.id)) break;
        rerun.trial = 'idle';
        const state = this.#fresh(candidate, spec);
        rerun.candidates.set(candidate.id, state);
        if (state.verdict) this.host.post({ type: 'verdict', jobId: rerun.show.jobId, candidate: candidate.id, verdict: state.verdict });
        if (rerun.phase === 'done') this.#run(rerun);
        break;
      }
    }
  }

  #fresh(candidate: Candidate, spec: TrainingSpec | Refusal): CandidateState {
    const judged = this.#judged.get(candidate.id);
    return {
      candidate,
      spec,
      traces: new Map(judged?.runs.map(({ seed, losses }) => [seed, [...losses]])),
      apply: 'idle',
      ...(judged && { verdict: judged.verdict, runs: judged.runs }),
    };
  }

  /** Shows a job: as it was left, if the page has seen it before, and goes on with what is undecided. */
  #open(show: ShowConfirm): void {
    this.#stop();
    const kept = this.memory.recall(show.jobId);
    this.#judged = new Map(kept?.judged.map((judged) => [judged.id, judged]));
    const specs = new Map(show.job.candidates.map(({ id, spec }) => [id, spec]));
    const rerun: Rerun = {
      kind: 'rerun',
      show,
      candidates: new Map(
        show.candidates.flatMap((candidate) => {
          const spec = specs.get(candidate.id);
          return spec ? [[candidate.id, this.#fresh(candidate, spec)]] : [];
        }),
      ),
      phase: kept?.cancelled ? 'cancelled' : 'running',
      baseline: [...(kept?.baseline ?? [])],
      reproduced: kept?.reproduced,
      silent: false,
      stale: false,
      extras: new Map(kept?.extras),
      trial: 'idle',
      shortenedTo: kept?.shortenedTo,
      sweep: kept?.sweep,
    };
    this.view = rerun;
    this.#repeat(rerun);
    if (rerun.phase === 'running') this.#run(rerun);
    else this.host.post({ type: 'cancelled', jobId: show.jobId });
    for (const [id, extra] of rerun.extras) this.#askFor(show.jobId, id, extra);
  }

  /** Tells a host that has forgotten them the results from before a reload. */
  #repeat({ show: { jobId }, reproduced, candidates }: Rerun): void {
    if (reproduced) this.host.post({ type: 'reproduced', jobId, verdict: reproduced });
    for (const [candidate, { verdict }] of candidates) {
      if (verdict) this.host.post({ type: 'verdict', jobId, candidate, verdict });
    }
  }

  /** Trains what has no verdict yet. */
  #run(rerun: Rerun): void {
    const open = [...rerun.candidates.values()].filter(({ verdict }) => !verdict);
    if (rerun.reproduced && open.length === 0) {
      rerun.phase = 'done';
      return;
    }
    this.#asked = new Set(open.map(({ candidate }) => candidate.id));
    for (const { traces } of open) traces.clear();
    rerun.phase = 'running';
    rerun.progress = undefined;
    rerun.silent = false;
    const job: ConfirmJob = {
      ...rerun.show.job,
      baseline: shortened(rerun.show.job.baseline, rerun.shortenedTo),
      candidates: open.map(({ candidate: { id, remedy }, spec }) => ({
        id,
        remedy,
        spec: shortened(spec, rerun.shortenedTo),
      })),
    };
    this.#trainer = this.start({ type: 'confirm', job }, {
      events: (events) => {
        for (const event of events) this.#event(rerun, event);
        this.changed();
      },
      broken: (kind, detail) => {
        this.#trainer = undefined;
        rerun.phase = kind;
        this.host.post({ type: 'failed', jobId: rerun.show.jobId, kind, detail: detail.slice(0, 10_000) });
        this.changed();
      },
      silent: (now) => {
        rerun.silent = now;
        this.changed();
      },
    });
  }

  #event(rerun: Rerun, event: ConfirmEvent): void {
    const { jobId } = rerun.show;
    switch (event.type) {
      case 'losses': {
        if (event.candidate === undefined) {
          if (rerun.reproduced) break; // known already from before the reload
          extend(rerun.baseline, event.from, event.losses);
          break;
        }
        const traces = rerun.candidates.get(event.candidate)?.traces;
        if (!traces) break;
        const losses = traces.get(event.seed) ?? [];
        extend(losses, event.from, event.losses);
        traces.set(event.seed, losses);
        break;
      }
      case 'reproduced':
        rerun.baseline = [...event.baseline.losses];
        if (!rerun.reproduced) this.host.post({ type: 'reproduced', jobId, verdict: event.verdict });
        rerun.reproduced = event.verdict;
        this.memory.keep(rerun);
        break;
      case 'verdict': {
        const state = rerun.candidates.get(event.candidate);
        if (!state) break;
        state.verdict = event.verdict;
        state.runs = event.runs;
        state.traces.clear(); // they came in the order of the workers
        for (const { seed, losses } of event.runs) state.traces.set(seed, [...losses]);
        this.host.post({ type: 'verdict', jobId, candidate: event.candidate, verdict: event.verdict });
        this.memory.keep(rerun);
        break;
      }
      case 'progress':
        rerun.progress = event;
        break;
      case 'offer':
        if (!alreadyAdded(rerun, event.remedy)) this.#add(rerun, { remedy: event.remedy });
        break;
      case 'done':
        this.#trainer?.stop();
        this.#trainer = undefined;
        rerun.phase = 'done';
        this.memory.keep(rerun);
        if ([...rerun.candidates].some(([id, { verdict }]) => !verdict && !this.#asked.has(id))) {
          this.#run(rerun); // a trial came in while this was running
        } else {
          this.host.post({ type: 'done', jobId });
        }
        break;
    }
  }

  cancel(): void {
    const rerun = this.#rerun();
    if (rerun?.phase !== 'running') return;
    this.#trainer?.stop();
    this.#trainer = undefined;
    rerun.phase = 'cancelled';
    this.memory.keep(rerun);
    this.host.post({ type: 'cancelled', jobId: rerun.show.jobId });
    this.changed();
  }

  /** Goes on after a cancel or a crash, or anew where nothing is heard any more. */
  resume(): void {
    const rerun = this.#rerun();
    if (!rerun || (rerun.phase === 'running' && !rerun.silent)) return;
    this.#trainer?.stop();
    this.#run(rerun);
    this.memory.keep(rerun);
    this.changed();
  }

  /** Begins again with fewer epochs. */
  shorten(epochs: number): void {
    const rerun = this.#rerun();
    if (!rerun) return;
    this.#stop();
    rerun.shortenedTo = epochs;
    rerun.baseline = [];
    rerun.reproduced = undefined;
    for (const state of rerun.candidates.values()) {
      state.traces.clear();
      state.verdict = undefined;
      state.runs = undefined;
    }
    this.#run(rerun);
    this.memory.keep(rerun);
    this.changed();
  }

  sweep(): void {
    const rerun = this.#rerun();
    if (rerun) this.#experiments.sweep(rerun);
  }

  stopSweep(): void {
    const rerun = this.#rerun();
    if (rerun) this.#experiments.stopSweep(rerun);
  }

  survey(): void {
    const rerun = this.#rerun();
    if (rerun) this.#experiments.survey(rerun);
  }

  /** The host makes a new job from the text as it is now. */
  restart(): void {
    this.#stop();
    this.host.post({ type: 'restart' });
  }

  useData(from: 'file' | 'stand-in'): void {
    this.host.post({ type: 'useData', from });
  }

  apply(candidate: string): void {
    const rerun = this.#rerun();
    const state = rerun?.candidates.get(candidate);
    if (!rerun || !state) return;
    state.apply = 'asked';
    this.host.post({ type: 'apply', jobId: rerun.show.jobId, candidate });
    this.changed();
  }

  tryIt(trial: Trial): void {
    const rerun = this.#rerun();
    if (!rerun) return;
    rerun.trial = 'asked';
    this.#add(rerun, { trial });
    this.changed();
  }

  #add(rerun: Rerun, extra: Extra): void {
    const id = `extra-${rerun.extras.size + 1}`;
    rerun.extras.set(id, extra);
    this.memory.keep(rerun);
    this.#askFor(rerun.show.jobId, id, extra);
  }

  #askFor(jobId: string, id: string, extra: Extra): void {
    this.host.post('trial' in extra ? { type: 'tryIt', jobId, id, ...extra } : { type: 'offer', jobId, id, ...extra });
  }

  openLine(source: string, line: number): void {
    this.host.post({ type: 'openLine', source, line });
  }

  save(name: string, content: string | Uint8Array<ArrayBuffer>): void {
    this.host.post({ type: 'save', name, content });
  }

  copy(text: string): void {
    this.host.post({ type: 'copy', text });
  }

  #rerun(jobId?: string): Rerun | undefined {
    const { view } = this;
    return view.kind === 'rerun' && (jobId ?? view.show.jobId) === view.show.jobId ? view : undefined;
  }

  #stop(): void {
    this.#trainer?.stop();
    this.#trainer = undefined;
    this.#experiments.stop();
  }
}

/** Puts `more` at index `from`; what stood there and beyond is replaced. */
function extend(losses: number[], from: number, more: readonly number[]): void {
  if (from > losses.length) return; // a part is missing: the whole comes with the verdict
  losses.length = from;
  for (const loss of more) losses.push(loss);
}

/** After a reload the rerun makes its offers again. */
function alreadyAdded({ extras }: Rerun, remedy: Remedy): boolean {
  const wanted = JSON.stringify(remedy);
  return [...extras.values()].some((extra) => 'remedy' in extra && JSON.stringify(extra.remedy) === wanted);
}
