/** A whole rerun: the unfixed script against its log, then every candidate from many starts. */
import { engineOf } from './build';
import { edgeOf } from './edge';
import type { Engine } from './engine';
import { compare, epochsOf } from './fidelity';
import { decided, endOf, judge, measureOf } from './judge';
import { pause } from './pause';
import { confirmingRate } from './rates';
import { isRefusal, learningRateOf } from './spec';
import { matchStart, type MatchedStart } from './start';
import { logSlope } from './statistics';
import type {
  CandidateJob, ConfirmEvent, ConfirmJob, ConfirmOptions, Observed, Refusal, Trace, TrainingSpec, Verdict,
} from './trace';
import type { Message } from '../text/message';
import { setWeights, type Start, Training } from './training';

/** How long training goes on, in ms, before losses are reported and others get their turn. */
const SLICE = 40;
const DEFAULT_BUDGET = 60_000;
/** Share of the time after which a verdict that no further start can change is given at once. */
const PATIENT = 0.1;
/** Time between two progress events, in ms. */
const PROGRESS = 250;
/** Other starts of the unfixed script, to see how much chance alone changes its slope. */
const SLOPE_STARTS = 12;
/** Number of the start that the log's first loss was matched with. */
const OWN = 0;

/**
 * Reruns the unfixed script and every candidate. Yields losses while they come, then verdicts; ends with `done`
 * unless it was aborted. Never throws on a job that came from `specOf`.
 */
export async function* confirm(job: ConfirmJob, options: ConfirmOptions = {}): AsyncGenerator<ConfirmEvent> {
  yield* new Confirmation(job, options).run();
}

class Confirmation {
  readonly #job: ConfirmJob;
  readonly #options: ConfirmOptions;
  readonly #began = Date.now();
  #runs = 0;
  #epochs = 0;
  #reported = 0;

  constructor(job: ConfirmJob, options: ConfirmOptions) {
    this.#job = job;
    this.#options = options;
  }

  async *run(): AsyncGenerator<ConfirmEvent> {
    const { baseline, candidates, observed } = this.#job;
    const engine = isRefusal(baseline) ? baseline : await engineOf(baseline, this.#options.wasm);
    if (isRefusal(baseline) || 'refused' in engine) {
      const { refused } = engine as Refusal;
      yield { type: 'reproduced', verdict: unknown(refused), baseline: { seed: OWN, losses: [] } };
      for (const candidate of candidates) yield unjudged(candidate, refused);
      yield { type: 'done' };
      return;
    }
    const reproduction = yield* this.#reproduce(baseline, engine, observed);
    engine.dispose();
    if (this.#aborted) return;
    for (const candidate of candidates) {
      if (reproduction.verdict.outcome === 'unknown' && observed) {
        yield unjudged(candidate, { id: 'rerun.unknown.not-reproduced' });
      } else {
        yield* this.#try(candidate, reproduction.start);
      }
      if (this.#aborted) return;
    }
    yield { type: 'done' };
  }

  get #aborted(): boolean {
    return this.#options.signal?.aborted === true;
  }

  get #budget(): number {
    return this.#options.budget?.milliseconds ?? DEFAULT_BUDGET;
  }

  get #hurried(): boolean {
    return Date.now() > this.#began + PATIENT * this.#budget;
  }

  get #overdue(): boolean {
    return Date.now() > this.#began + this.#budget;
  }

  /** The unfixed script from the log's start, held against the log. */
  async *#reproduce(
    spec: TrainingSpec, engine: Engine, observed: Observed | undefined,
  ): AsyncGenerator<ConfirmEvent, { verdict: Verdict; start?: MatchedStart }> {
    const first = observed?.losses[0];
    const starts = first !== undefined && Number.isFinite(first) && epochsOf(observed!)[0] === 1
      ? matchStart(spec, engine, first, () => !this.#aborted && Date.now() < this.#began + SLICE * 50)
      : [];
    let best: { losses: readonly number[]; verdict: Verdict; start?: MatchedStart } | undefined;
    for (const start of starts.length > 0 ? starts : [undefined]) {
      const losses = yield* this.#train(spec, engine, start ? { seed: OWN, weights: start.weights } : { seed: 1 });
      const verdict = observed
        ? compare(observed, { losses, start, slopes: this.#slopes(spec, engine, observed, start) })
        : unknown({ id: 'rerun.unknown.no-log' });
      if (!best || errorOf(verdict) < errorOf(best.verdict)) best = { losses, verdict, start };
    }
    if (!best) throw new Error('a rerun has at least one start');
    const { losses, verdict, start } = best;
    yield { type: 'reproduced', verdict, baseline: { seed: start ? OWN : 1, losses } };
    return { verdict, start };
  }

  /** Slopes of other starts; none where the start is known exactly, so that the curve has to be the same. */
  #slopes(spec: TrainingSpec, engine: Engine, observed: Observed, start: MatchedStart | undefined): number[] {
    if (start?.how === 'solved') return [];
    const epochs = epochsOf(observed);
    const slopes: number[] = [];
    for (let seed = 1; seed <= SLOPE_STARTS && !this.#aborted && !this.#overdue; seed++) {
      const losses = new Training(spec, engine, { seed }).run(epochs.at(-1));
      slopes.push(logSlope(epochs.map((epoch) => losses[epoch - 1]!), epochs));
    }
    return slopes.filter((slope) => !Number.isNaN(slope));
  }

  async *#try(candidate: CandidateJob, start: MatchedStart | undefined): AsyncGenerator<ConfirmEvent> {
    const { id, spec } = candidate;
    const engine = isRefusal(spec) ? spec : await engineOf(spec, this.#options.wasm);
    if (isRefusal(spec) || 'refused' in engine) {
      yield unjudged(candidate, (isRefusal(spec) ? spec : (engine as Refusal)).refused);
      return;
    }
    const measure = measureOf(spec);
    const runs: Trace[] = [];
    let own: Trace | undefined;
    if (start && sameShapes(start.weights, engine)) {
      const losses = yield* this.#train(spec, engine, { seed: OWN, weights: start.weights }, id);
      own = { seed: OWN, losses, end: endOf(losses, measure) };
    }
    for (let seed = 1; seed <= this.#job.starts && !this.#overdue; seed++) {
      const losses = yield* this.#train(spec, engine, { seed }, id);
      if (this.#aborted) return;
      if (this.#overdue && losses.length < spec.epochs) break;
      runs.push({ seed, losses, end: endOf(losses, measure) });
      if (this.#hurried && decided(runs.map(({ end }) => end!), this.#job.starts)) break;
    }
    const complete = runs.length === this.#job.starts || decided(runs.map(({ end }) => end!), this.#job.starts);
    const verdict = complete
      ? judge(runs, own, spec)
      : unknown({ id: 'rerun.unknown.budget', args: { done: runs.length, starts: this.#job.starts } });
    setWeights(engine, { seed: 1, weights: own && start?.weights });
    const evidence = { ...verdict.evidence, ...margin(spec, engine) };
    yield { type: 'verdict', candidate: id, verdict: { ...verdict, evidence }, runs: own ? [own, ...runs] : runs };
    if (candidate.remedy.kind === 'adam' && verdict.outcome !== 'confirmed') yield* this.#offer(candidate, spec, engine);
    engine.dispose();
  }

  /** Looks for a learning rate that makes the same remedy hold. */
  async *#offer({ id, remedy }: CandidateJob, spec: TrainingSpec, engine: Engine): AsyncGenerator<ConfirmEvent> {
    const search = confirmingRate(spec, engine, this.#job.starts);
    let next = search.next();
    for (let slice = Date.now() + SLICE; !next.done && !this.#aborted && !this.#overdue; next = search.next()) {
      if (Date.now() < slice) continue;
      await pause();
      slice = Date.now() + SLICE;
    }
    if (next.done && next.value !== undefined && remedy.kind === 'adam') {
      yield { type: 'offer', candidate: id, remedy: { kind: 'adam', value: next.value } };
    }
  }

  /** Trains one start to its end, reporting as it goes; shorter than the spec's epochs if aborted or overdue. */
  async *#train(spec: TrainingSpec, engine: Engine, start: Start, candidate?: string): AsyncGenerator<ConfirmEvent, readonly number[]> {
    const training = new Training(spec, engine, start);
    let reported = 0;
    const before = this.#epochs;
    while (!training.done && !this.#aborted && !this.#overdue) {
      training.advance(Date.now() + SLICE);
      if (training.losses.length > reported) {
        yield { type: 'losses', candidate, seed: start.seed, from: reported, losses: training.losses.slice(reported) };
        reported = training.losses.length;
      }
      this.#epochs = before + training.losses.length;
      if (Date.now() - this.#reported > PROGRESS) yield this.#progress();
      if (!training.done) await pause();
    }
    if (++this.#runs % 8 === 0) await pause();
    return training.losses;
  }

  /** Runs as planned; a verdict that is decided early leaves some out. */
  #progress(): ConfirmEvent {
    const { baseline, candidates, starts } = this.#job;
    const specs = candidates.flatMap(({ spec }) => (isRefusal(spec) ? [] : [spec]));
    const epochs = specs.reduce((sum, spec) => sum + spec.epochs * (starts + 1), isRefusal(baseline) ? 0 : baseline.epochs);
    this.#reported = Date.now();
    const secondsLeft = ((this.#reported - this.#began) / 1000) * Math.max(0, epochs / Math.max(1, this.#epochs) - 1);
    return { type: 'progress', done: this.#runs, total: 1 + specs.length * (starts + 1), secondsLeft };
  }
}

/** How far the learning rate lies from the edge of stability at the start, for SGD. */
function margin(spec: TrainingSpec, engine: Engine): Record<string, number> {
  const [edge, learningRate] = [edgeOf(spec, engine), learningRateOf(spec)];
  if (!edge) return {};
  return { lambdaMax: edge.lambdaMax, edge: edge.learningRate, ...(learningRate !== undefined && { learningRate }) };
}

function sameShapes(weights: readonly Float32Array[], engine: Engine): boolean {
  return weights.length === engine.weights.length &&
    weights.every((values, index) => values.length === engine.weights[index]!.values.length);
}

function errorOf(verdict: Verdict): number {
  return verdict.evidence.worstError ?? Infinity;
}

function unknown(reason: Message): Verdict {
  return { outcome: 'unknown', reason, caveats: [], evidence: {} };
}

function unjudged({ id }: CandidateJob, reason: Message): ConfirmEvent {
  return { type: 'verdict', candidate: id, verdict: unknown(reason), runs: [] };
}
