/** A whole rerun: the unfixed script against its log, then every candidate from many starts. */
import { engineOf } from './build';
import { bytesOf, epochTime, MOST_BYTES } from './cost';
import { type Report, trainStarts } from './crew';
import { edgeOf } from './edge';
import type { Engine } from './engine';
import { compare, epochsOf, loggedCurvature, type Reproduction } from './fidelity';
import { decided, endOf, judge, measureOf } from './judge';
import { dependsOnBackend } from './logits';
import { inSlices } from './pause';
import { confirmingRate } from './rates';
import { isRefusal, learningRateOf } from './spec';
import { matchStart, type MatchedStart } from './start';
import { logSlope } from './statistics';
import type {
  CandidateJob, ConfirmEvent, ConfirmJob, ConfirmOptions, End, Observed, Refusal, Trace, TrainingSpec, Verdict,
} from './trace';
import type { Message } from '../text/message';
import { setWeights, type Start } from './training';

const DEFAULT_BUDGET = 60_000;
/** Share of the time after which a verdict that no further start can change is given at once. */
const PATIENT = 0.1;
/** Time between two progress events, in ms. */
const PROGRESS = 250;
/** How long the start of the log is looked for, in ms; longer where no draw comes near it, before the log is called another script's. */
const SEARCH = 2000;
const LONG_SEARCH = 10_000;
/** A verdict on fewer starts than asked for, when the time is up, needs this many. */
const FEWEST_STARTS = 5;
/** Other starts of the unfixed script, to see what chance alone makes of it. */
const OTHERS = 12;
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

/** What came of rebuilding the unfixed script. */
interface Rebuilt {
  readonly verdict: Verdict;
  readonly baseline: Trace;
  /** The log's own start, where its first loss tells it. */
  readonly start?: MatchedStart | undefined;
  /** On which it was trained. */
  readonly backend?: TrainingSpec['backend'];
  /** Why nothing was trained. */
  readonly refused?: Message;
}

class Confirmation {
  readonly #job: ConfirmJob;
  readonly #options: ConfirmOptions;
  readonly #began = Date.now();
  /** When what is under way has to end. */
  #until: number;
  #runs = 0;
  /** Epochs that are done; those after a NaN are not trained, so these are counted apart, with the time they took in ms. */
  #epochs = 0;
  #trained = 0;
  #training = 0;
  #reported = 0;
  /** Before anything is trained, what an epoch is expected to take, in ms. */
  #expected = 0;
  /** What one thread needs, and all together. */
  #bytes = 0;
  #bytesOfAll = 0;

  constructor(job: ConfirmJob, options: ConfirmOptions) {
    this.#job = job;
    this.#options = options;
    this.#until = this.#began + this.#budget;
  }

  async *run(): AsyncGenerator<ConfirmEvent> {
    const { baseline, candidates, observed } = this.#job;
    let reproduction = yield* this.#rebuild(baseline, observed);
    if (reproduction.verdict.outcome === 'unknown' && observed && !isRefusal(baseline) && !this.#aborted) {
      reproduction = (yield* this.#elsewhere(baseline, observed)) ?? reproduction;
    }
    const { verdict, baseline: trace } = reproduction;
    if (this.#aborted) return;
    yield { type: 'reproduced', verdict, baseline: trace };
    const end = Math.max(this.#began + this.#budget, Date.now() + this.#budget / 2);
    for (const [index, candidate] of candidates.entries()) {
      // None may take the time of those after it; what one leaves is theirs.
      this.#until = Date.now() + (end - Date.now()) / (candidates.length - index);
      if (reproduction.refused) yield unjudged(candidate, reproduction.refused);
      else if (verdict.outcome === 'unknown' && observed) yield unjudged(candidate, { id: 'rerun.unknown.not-reproduced' });
      else yield* this.#try(onBackend(candidate, reproduction.backend), reproduction.start);
      if (this.#aborted) return;
    }
    yield { type: 'done' };
  }

  /** The unfixed script as the job has it. */
  async *#rebuild(spec: TrainingSpec | Refusal, observed: Observed | undefined): AsyncGenerator<ConfirmEvent, Rebuilt> {
    const engine = await this.#engineFor(spec);
    if (isRefusal(spec) || 'refused' in engine) {
      const { refused } = engine as Refusal;
      return { verdict: unknown(refused), baseline: { seed: OWN, losses: [] }, refused };
    }
    this.#expected = epochTime(spec, engine);
    yield this.#progress();
    const rebuilt = yield* this.#reproduce(spec, engine, observed);
    return { ...rebuilt, backend: spec.backend };
  }

  /**
   * Where the script leaves the backend open: whether it does what the log shows on the other kind of them. (Where it
   * matters, Keras' backends are of two kinds: TensorFlow, which looks for logits, and the others, which clip.)
   */
  async *#elsewhere(spec: TrainingSpec, observed: Observed): AsyncGenerator<ConfirmEvent, Rebuilt | undefined> {
    if (!spec.backendOpen || !dependsOnBackend(spec)) return undefined;
    const rebuilt = yield* this.#rebuild({ ...spec, backend: 'jax' }, observed);
    const { verdict } = rebuilt;
    if (verdict.outcome !== 'confirmed') return undefined;
    return { ...rebuilt, verdict: { ...verdict, caveats: [...verdict.caveats, { id: 'rerun.reproduced.backend' }] } };
  }

  /** A refusal also where the training would need more memory than there is. */
  async #engineFor(spec: TrainingSpec | Refusal): Promise<Engine | Refusal> {
    if (isRefusal(spec)) return spec;
    const engine = await engineOf(spec, this.#options.wasm);
    if ('refused' in engine) return engine;
    this.#bytes = await bytesOf(spec, engine);
    this.#bytesOfAll = Math.max(this.#bytesOfAll, this.#bytes);
    if (this.#bytes <= MOST_BYTES) return engine;
    return { refused: { id: 'rerun.refused.memory', args: { bytes: this.#bytes, most: MOST_BYTES } } };
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
    return Date.now() > this.#until;
  }

  /** The unfixed script from the log's start, held against the log. */
  async *#reproduce(
    spec: TrainingSpec, engine: Engine, observed: Observed | undefined,
  ): AsyncGenerator<ConfirmEvent, Omit<Rebuilt, 'backend'>> {
    const first = observed?.losses[0];
    const searching = Date.now();
    const starts = first !== undefined && Number.isFinite(first) && epochsOf(observed!)[0] === 1
      ? (await inSlices(matchStart(spec, engine, first, (outside) => Date.now() < searching + (outside ? LONG_SEARCH : SEARCH)), () => !this.#aborted)) ?? []
      : [];
    let best: Omit<Rebuilt, 'backend'> | undefined;
    let others: readonly Run[] = [];
    for (const start of starts.length > 0 ? starts : [undefined]) {
      const from = start ? ownStart(start) : { seed: 1 };
      const [run] = yield* this.#train(spec, engine, [from]);
      const { losses } = run!;
      // A start that is known exactly has to give the same curve.
      if (observed && start?.how !== 'solved') others = yield* this.#others(spec, engine, observed);
      const verdict = observed
        ? compare(observed, { losses, start, ...(await this.#spread(spec, engine, observed, losses, others, start)) })
        : unknown({ id: 'rerun.unknown.no-log' });
      if (!best || errorOf(verdict) < errorOf(best.verdict)) best = { verdict, baseline: { seed: from.seed, losses }, start };
    }
    if (!best) throw new Error('a rerun has at least one start');
    if (!observed || starts.length > 0 || best.verdict.outcome !== 'unknown') return best;
    return (yield* this.#anyStart(spec, engine, observed, others)) ?? best;
  }

  /** Where the first loss does not tell the start: a drawn one that shows what the log shows, and how many do. */
  async *#anyStart(
    spec: TrainingSpec, engine: Engine, observed: Observed, drawn: readonly Run[],
  ): AsyncGenerator<ConfirmEvent, Pick<Rebuilt, 'verdict' | 'baseline'> | undefined> {
    const held = ({ losses }: Trace): Verdict => compare(observed, { losses, slopes: [] });
    const alike = drawn.filter((run) => held(run).outcome === 'confirmed');
    if (alike.length === 0) return undefined;
    const [whole] = yield* this.#train(spec, engine, [{ seed: alike[0]!.seed }]); // to the script's last epoch
    const caveats: Message[] = [{ id: 'rerun.reproduced.some', args: { alike: alike.length, starts: drawn.length } }];
    return { verdict: { ...held(whole!), caveats }, baseline: { seed: whole!.seed, losses: whole!.losses } };
  }

  /** Other starts of the unfixed script, over the log's epochs. */
  async *#others(spec: TrainingSpec, engine: Engine, observed: Observed): AsyncGenerator<ConfirmEvent, readonly Run[]> {
    const shortened = { ...spec, epochs: Math.min(spec.epochs, epochsOf(observed).at(-1) ?? 0) };
    return (yield* this.#train(shortened, engine, seedsTo(OTHERS), { silent: true })).filter(({ end }) => end);
  }

  /** What chance alone makes of the slope and of the curvature that a log of this script shows. */
  async #spread(
    spec: TrainingSpec, engine: Engine, observed: Observed, losses: readonly number[], others: readonly Run[], start: MatchedStart | undefined,
  ): Promise<Pick<Reproduction, 'slopes' | 'curvature'>> {
    const epochs = epochsOf(observed);
    const seen = [losses, ...others.map((other) => other.losses)].map((one) => epochs.map((epoch) => one[epoch - 1] ?? NaN));
    const slopes = seen.slice(1).map((one) => logSlope(one, epochs)).filter((slope) => !Number.isNaN(slope));
    const log = loggedCurvature(observed, spec);
    if (log === undefined) return { slopes };
    setWeights(engine, { seed: 1, weights: start?.weights });
    const edge = await inSlices(edgeOf(spec, engine));
    if (!edge) return { slopes };
    // Growth shows the curvature only in the end: early on other modes hide it, and by how much depends on the start.
    const shown = seen.flatMap((one) => loggedCurvature({ losses: one }, spec) ?? []);
    return { slopes, curvature: { log, rerun: edge.lambdaMax, shown } };
  }

  async *#try(candidate: CandidateJob, start: MatchedStart | undefined): AsyncGenerator<ConfirmEvent> {
    const { id, spec } = candidate;
    const engine = await this.#engineFor(spec);
    if (isRefusal(spec) || 'refused' in engine) {
      yield unjudged(candidate, (engine as Refusal).refused);
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
    const args = { done: drawn.length, starts };
    const substitutions = complete ? spec.substitutions : [...spec.substitutions, { id: 'rerun.substituted.starts', args }];
    const verdict = complete || drawn.length >= FEWEST_STARTS
      ? judge(drawn, own, { ...spec, substitutions }, this.#job.goal)
      : unknown({ id: 'rerun.unknown.budget', args });
    setWeights(engine, { seed: 1, weights: own && start?.weights });
    const evidence = { ...verdict.evidence, ...(await margin(spec, engine)) };
    yield { type: 'verdict', candidate: id, verdict: { ...verdict, evidence }, runs: ended };
    if (candidate.remedy.kind === 'adam' && verdict.outcome !== 'confirmed') yield* this.#offer(candidate, spec, engine);
  }

  /** Looks for a learning rate that makes the same remedy hold. */
  async *#offer({ id, remedy }: CandidateJob, spec: TrainingSpec, engine: Engine): AsyncGenerator<ConfirmEvent> {
    const rate = await inSlices(confirmingRate(spec, engine, this.#job), () => !this.#aborted && !this.#overdue);
    if (rate !== undefined && remedy.kind === 'adam') yield { type: 'offer', candidate: id, remedy: { kind: 'adam', value: rate } };
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
    for await (const { seed, losses, trained, ended, evaluated } of this.#crew(spec, engine, starts)) {
      const run = runs.get(seed)!;
      if (losses.length > 0 && !silent) yield { type: 'losses', candidate, seed, from: run.losses.length, losses };
      for (const loss of losses) run.losses.push(loss);
      this.#epochs += losses.length;
      this.#trained += trained;
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

  /** Milliseconds, from what was trained as soon as that tells. */
  get #perEpoch(): number {
    return this.#training < PROGRESS || this.#trained === 0 ? this.#expected : this.#training / this.#trained;
  }

  /** Who trains: others where that is offered and worth it, else this thread. */
  #crew(spec: TrainingSpec, engine: Engine, starts: readonly Start[]): AsyncIterable<Report> {
    const { crew } = this.#options;
    const size = crew?.size(starts.length, { milliseconds: this.#perEpoch * spec.epochs * starts.length, bytes: this.#bytes }) ?? 1;
    this.#bytesOfAll = Math.max(this.#bytesOfAll, size * this.#bytes);
    return crew && size > 1 ? crew.train(spec, starts, size) : trainStarts(spec, engine, starts);
  }

  /** Runs as planned; a verdict that is decided early leaves some out. */
  #progress(): ConfirmEvent {
    const { baseline, candidates, starts } = this.#job;
    const specs = candidates.flatMap(({ spec }) => (isRefusal(spec) ? [] : [spec]));
    const epochs = specs.reduce((sum, spec) => sum + spec.epochs * (starts + 1), isRefusal(baseline) ? 0 : baseline.epochs);
    this.#reported = Date.now();
    const secondsLeft = (this.#perEpoch * Math.max(0, epochs - this.#epochs)) / 1000;
    return { type: 'progress', done: this.#runs, total: 1 + specs.length * (starts + 1), secondsLeft, bytes: this.#bytesOfAll };
  }
}

/** The log's own start, as far as it is known: its weights, and the order of batches that went with its first loss. */
function ownStart({ weights, draws }: MatchedStart): Start {
  return { seed: OWN, weights, ...(draws !== undefined && { draws }) };
}

/** How far the learning rate lies from the edge of stability at the start, for SGD. */
async function margin(spec: TrainingSpec, engine: Engine): Promise<Record<string, number>> {
  const [edge, learningRate] = [await inSlices(edgeOf(spec, engine)), learningRateOf(spec)];
  if (!edge) return {};
  return { lambdaMax: edge.lambdaMax, edge: edge.learningRate, ...(learningRate !== undefined && { learningRate }) };
}

/** On the backend that the log was printed with. */
function onBackend(candidate: CandidateJob, backend: TrainingSpec['backend'] | undefined): CandidateJob {
  const { spec } = candidate;
  return backend === undefined || isRefusal(spec) || !spec.backendOpen ? candidate : { ...candidate, spec: { ...spec, backend } };
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
