/** A whole rerun: the unfixed script against its log, then every candidate from many starts. */
import { engineOf } from './build';
import { type Report, trainStarts } from './crew';
import { edgeOf } from './edge';
import type { Engine } from './engine';
import { compare, epochsOf, loggedCurvature } from './fidelity';
import { decided, endOf, judge, measureOf } from './judge';
import { pause } from './pause';
import { confirmingRate } from './rates';
import { isRefusal, learningRateOf } from './spec';
import { matchStart, type MatchedStart } from './start';
import { logSlope } from './statistics';
import type {
  CandidateJob, ConfirmEvent, ConfirmJob, ConfirmOptions, End, Observed, Refusal, Trace, TrainingSpec, Verdict,
} from './trace';
import type { Message } from '../text/message';
import { setWeights, type Start } from './training';

/** How long a search goes on, in ms, before others get their turn. */
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

/** One start as far as it is trained; `end` is set when it is trained to its end. */
interface Run extends Trace {
  readonly losses: number[];
  evaluated?: number;
  end?: End;
}

class Confirmation {
  readonly #job: ConfirmJob;
  readonly #options: ConfirmOptions;
  readonly #began = Date.now();
  #runs = 0;
  /** Epochs that are done; those after a NaN are not trained, so these are counted apart, with the time they took in ms. */
  #epochs = 0;
  #trained = 0;
  #training = 0;
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
      const [run] = yield* this.#train(spec, engine, [start ? ownStart(start) : { seed: 1 }]);
      const { losses } = run!;
      const verdict = observed
        ? compare(observed, { losses, start, slopes: yield* this.#slopes(spec, engine, observed, start), curvature: curvatures(spec, engine, observed, start) })
        : unknown({ id: 'rerun.unknown.no-log' });
      if (!best || errorOf(verdict) < errorOf(best.verdict)) best = { losses, verdict, start };
    }
    if (!best) throw new Error('a rerun has at least one start');
    if (observed && starts.length === 0 && best.verdict.outcome === 'unknown') best = (yield* this.#anyStart(spec, engine, observed)) ?? best;
    const { losses, verdict, start } = best;
    yield { type: 'reproduced', verdict, baseline: { seed: start ? OWN : 1, losses } };
    return { verdict, start };
  }

  /** Where the first loss does not tell the start: a drawn one that shows what the log shows, and how many do. */
  async *#anyStart(
    spec: TrainingSpec, engine: Engine, observed: Observed,
  ): AsyncGenerator<ConfirmEvent, { losses: readonly number[]; verdict: Verdict } | undefined> {
    const runs = (yield* this.#train(spec, engine, seedsTo(SLOPE_STARTS), { silent: true })).filter(({ end }) => end);
    const alike = runs.map(({ losses }) => ({ losses, verdict: compare(observed, { losses, slopes: [] }) })).filter(({ verdict }) => verdict.outcome === 'confirmed');
    const [first] = alike;
    if (!first) return undefined;
    const caveats: Message[] = [{ id: 'rerun.reproduced.some', args: { alike: alike.length, starts: runs.length } }];
    return { losses: first.losses, verdict: { ...first.verdict, caveats } };
  }

  /** Slopes of other starts; none where the start is known exactly, so that the curve has to be the same. */
  async *#slopes(
    spec: TrainingSpec, engine: Engine, observed: Observed, start: MatchedStart | undefined,
  ): AsyncGenerator<ConfirmEvent, number[]> {
    if (start?.how === 'solved') return [];
    const epochs = epochsOf(observed);
    const shortened = { ...spec, epochs: Math.min(spec.epochs, epochs.at(-1) ?? 0) };
    const runs = yield* this.#train(shortened, engine, seedsTo(SLOPE_STARTS), { silent: true });
    return runs.filter(({ end }) => end)
      .map(({ losses }) => logSlope(epochs.map((epoch) => losses[epoch - 1]!), epochs))
      .filter((slope) => !Number.isNaN(slope));
  }

  async *#try(candidate: CandidateJob, start: MatchedStart | undefined): AsyncGenerator<ConfirmEvent> {
    const { id, spec } = candidate;
    const engine = isRefusal(spec) ? spec : await engineOf(spec, this.#options.wasm);
    if (isRefusal(spec) || 'refused' in engine) {
      yield unjudged(candidate, (isRefusal(spec) ? spec : (engine as Refusal)).refused);
      return;
    }
    const { starts } = this.#job;
    const matched = start && sameShapes(start.weights, engine) ? [ownStart(start)] : [];
    const runs = yield* this.#train(spec, engine, [...matched, ...seedsTo(starts)], {
      candidate: id,
      enough: (ended) => this.#hurried && decided(endsOf(ended), starts),
    });
    if (this.#aborted) return;
    const ended = runs.filter(({ end }) => end);
    const own = ended.find(({ seed }) => seed === OWN);
    const drawn = ended.filter(({ seed }) => seed !== OWN);
    const complete = drawn.length === starts || decided(endsOf(ended), starts);
    const verdict = complete
      ? judge(drawn, own, spec)
      : unknown({ id: 'rerun.unknown.budget', args: { done: drawn.length, starts } });
    setWeights(engine, { seed: 1, weights: own && start?.weights });
    const evidence = { ...verdict.evidence, ...margin(spec, engine) };
    yield { type: 'verdict', candidate: id, verdict: { ...verdict, evidence }, runs: ended };
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

  /**
   * Trains the starts, reporting as it goes, until all are at their end, the job is aborted or overdue, or `enough`
   * of them have ended.
   */
  async *#train(
    spec: TrainingSpec, engine: Engine, starts: readonly Start[],
    { candidate, silent = false, enough }: { candidate?: string; silent?: boolean; enough?: (ended: readonly Run[]) => boolean } = {},
  ): AsyncGenerator<ConfirmEvent, readonly Run[]> {
    const measure = measureOf(spec);
    const runs = new Map(starts.map(({ seed }): [number, Run] => [seed, { seed, losses: [] }]));
    const before = this.#training;
    const began = Date.now();
    for await (const { seed, losses, ended, evaluated } of this.#crew(spec, engine, starts)) {
      const run = runs.get(seed)!;
      if (losses.length > 0 && !silent) yield { type: 'losses', candidate, seed, from: run.losses.length, losses };
      for (const loss of losses) run.losses.push(loss);
      this.#epochs += losses.length;
      this.#trained += losses.filter((loss) => !Number.isNaN(loss)).length;
      this.#training = before + Date.now() - began;
      if (Date.now() - this.#reported > PROGRESS) yield this.#progress();
      if (ended) {
        run.evaluated = evaluated;
        run.end = endOf(run, measure);
        if (!silent) this.#runs++;
        if (enough?.([...runs.values()].filter(({ end }) => end))) break;
      }
      if (this.#aborted || this.#overdue) break;
    }
    return [...runs.values()];
  }

  /** Milliseconds. */
  get #perEpoch(): number {
    return this.#training / Math.max(1, this.#trained);
  }

  /** Who trains: others where that is offered and worth it, else this thread. */
  #crew(spec: TrainingSpec, engine: Engine, starts: readonly Start[]): AsyncIterable<Report> {
    return this.#options.crew?.(spec, starts, this.#perEpoch * spec.epochs * starts.length) ?? trainStarts(spec, engine, starts);
  }

  /** Runs as planned; a verdict that is decided early leaves some out. */
  #progress(): ConfirmEvent {
    const { baseline, candidates, starts } = this.#job;
    const specs = candidates.flatMap(({ spec }) => (isRefusal(spec) ? [] : [spec]));
    const epochs = specs.reduce((sum, spec) => sum + spec.epochs * (starts + 1), isRefusal(baseline) ? 0 : baseline.epochs);
    this.#reported = Date.now();
    const secondsLeft = (this.#perEpoch * Math.max(0, epochs - this.#epochs)) / 1000;
    return { type: 'progress', done: this.#runs, total: 1 + specs.length * (starts + 1), secondsLeft };
  }
}

/** The log's own start, as far as it is known: its weights, and the order of batches that went with its first loss. */
function ownStart({ weights, draws }: MatchedStart): Start {
  return { seed: OWN, weights, ...(draws !== undefined && { draws }) };
}

/** λ of the log, and that of the rerun at the same start; undefined where one of them is not known. */
function curvatures(spec: TrainingSpec, engine: Engine, observed: Observed, start: MatchedStart | undefined): { log: number; rerun: number } | undefined {
  const log = loggedCurvature(observed, spec);
  if (log === undefined) return undefined;
  setWeights(engine, { seed: 1, weights: start?.weights });
  const rerun = edgeOf(spec, engine)?.lambdaMax;
  return rerun === undefined ? undefined : { log, rerun };
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

function seedsTo(last: number): Start[] {
  return Array.from({ length: last }, (_, index) => ({ seed: index + 1 }));
}

/** How the starts that were drawn ended. */
function endsOf(ended: readonly Run[]): End[] {
  return ended.flatMap(({ seed, end }) => (seed === OWN || !end ? [] : [end]));
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
