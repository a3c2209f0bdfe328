/** Keras' `fit`: batches, the printed loss, the optimizer, constraints and callbacks, on any engine. */
import { type Callback, callbackOf, type Logs, monitorOf, watches } from './callbacks';
import type { Engine } from './engine';
import { MetricMean, metricOf } from './metrics';
import { Optimizer } from './optimizer';
import { SLICE } from './pause';
import { Random } from './random';
import { LossTracker } from './tracker';
import { disturbsTraining } from './inference';
import type { TrainingSpec } from './trace';

/** Where a run starts: weights drawn from the seed, or `weights` (Keras' order) put in their place. */
export interface Start {
  readonly seed: number;
  readonly weights?: readonly Float32Array[];
  /** Seed of the batches' order and of dropout, where another run's are taken over. */
  readonly draws?: number;
}

const WEIGHTS = 0;
const ORDER = 1;

/** Draws start weights as Keras draws them: equal seeds give equal weights, whatever the optimizer and the data. */
export function setWeights(engine: Engine, start: Start): void {
  [...engine.weights, ...engine.state].forEach(({ values, shape, initializer }, index) => {
    initializer(values, shape, new Random(start.seed, WEIGHTS + 2 * index));
  });
  start.weights?.forEach((weights, index) => engine.weights[index]!.values.set(weights));
}

export class Training {
  /** Printed loss of every epoch so far. */
  readonly losses: number[] = [];
  readonly #engine: Engine;
  readonly #spec: TrainingSpec;
  readonly #optimizer: Optimizer;
  readonly #tracker = new LossTracker();
  readonly #random: Random;
  readonly #order: Uint32Array;
  readonly #callbacks: readonly Callback[];
  /** Metrics that a callback watches, besides the loss. */
  readonly #watched: readonly string[];
  #metrics: ReadonlyMap<string, MetricMean>;
  #from = 0;
  #steps = 0;
  #stopped = false;
  #rows = 0;

  /** @param engine is made to start anew; one engine serves one training at a time. */
  constructor(spec: TrainingSpec, engine: Engine, start: Start) {
    this.#spec = spec;
    this.#engine = engine;
    setWeights(engine, start);
    const draws = start.draws ?? start.seed;
    engine.reseed(draws);
    this.#optimizer = new Optimizer(spec.optimizer, engine.weights);
    this.#random = new Random(draws, ORDER);
    this.#callbacks = spec.callbacks.flatMap((callback) => callbackOf(callback) ?? []);
    const monitors = spec.callbacks.filter(watches).map((callback) => monitorOf(callback).replace(/^val_/, ''));
    this.#watched = [...new Set(monitors)].filter((name) => name !== 'loss');
    this.#metrics = this.#newMetrics();
    this.#order = Uint32Array.from({ length: engine.samples }, (_, index) => index);
  }

  /** All epochs are trained, or a callback stopped it. */
  get done(): boolean {
    return this.#stopped || this.losses.length >= this.#spec.epochs;
  }

  /** Epochs that were computed so far, parts of one included; those that are NaN without being computed are not. */
  get trained(): number {
    return this.#rows / this.#engine.samples;
  }

  /** Trains until `done` or until the clock (ms, as `Date.now`) passes `deadline`, one batch at least. */
  advance(deadline: number): void {
    do this.#batch();
    while (!this.done && Date.now() < deadline);
  }

  /** Trains `epochs` more epochs, fewer where training ends. */
  run(epochs: number = this.#spec.epochs): readonly number[] {
    const until = this.losses.length + epochs;
    while (!this.done && this.losses.length < until) this.#batch();
    return this.losses;
  }

  /** The same in slices, so that whoever drives it may stop in the middle. */
  *slices(): Generator<undefined, readonly number[]> {
    while (!this.done) {
      this.advance(Date.now() + SLICE);
      yield undefined;
    }
    return this.losses;
  }

  #batch(): void {
    const { batchSize, shuffle } = this.#spec;
    const { samples, weights, gradients } = this.#engine;
    if (this.#from === 0) for (const callback of this.#callbacks) callback.epochBegin?.(this.losses.length, this.#optimizer);
    for (const callback of this.#callbacks) callback.batchBegin?.(this.#steps, this.#optimizer);
    this.#steps++;
    // The order inside a single batch changes nothing but rounding.
    if (this.#from === 0 && shuffle && batchSize < samples) this.#random.shuffle(this.#order);
    const rows = this.#order.subarray(this.#from, this.#from + batchSize);
    const loss = this.#penalised(this.#engine.step(rows));
    weights.forEach(({ regularizer, values }, index) => regularizer?.addGradient(values, gradients[index]!));
    this.#tracker.update(loss, rows.length, this.#spec.printed);
    for (const metric of this.#metrics.values()) metric.update(this.#engine.outputs[0]!);
    this.#optimizer.apply(gradients, this.#engine.squares);
    for (const { constraint, values, shape } of weights) constraint?.(values, shape);
    this.#from += rows.length;
    this.#rows += rows.length;
    this.#stopped = this.#callbacks.some((callback) => callback.batchEnd?.(this.#tracker.result));
    if (this.#from >= samples || this.#stopped) this.#endEpoch();
  }

  /** Adds the penalties on the weights, as Keras' training and validation losses both have them. */
  #penalised(loss: number): number {
    return this.#engine.weights.reduce(
      (sum, { regularizer, values }) => (regularizer ? Math.fround(sum + regularizer.penalty(values)) : sum),
      loss,
    );
  }

  #newMetrics(): ReadonlyMap<string, MetricMean> {
    return new Map(this.#watched.flatMap((name) => {
      const metric = metricOf(name, this.#spec);
      return metric ? [[name, new MetricMean(metric)] as const] : [];
    }));
  }

  /**
   * Loss of the model as it stands on its training data, without what acts only in training. undefined where nothing
   * does: then the printed loss says it.
   */
  evaluate(): number | undefined {
    return this.#spec.layers.some(disturbsTraining) ? this.#evaluated('training', this.#engine.samples).loss : undefined;
  }

  /** `val_loss` and its like, if there is validation data. */
  #validate(): Logs {
    const samples = this.#spec.validation?.x[0]?.shape[0];
    if (samples === undefined) return {};
    const logs = this.#evaluated('validation', samples);
    return Object.fromEntries(Object.entries(logs).map(([name, value]) => [`val_${name}`, value]));
  }

  #evaluated(data: 'training' | 'validation', samples: number): Logs & { readonly loss: number } {
    const tracker = new LossTracker();
    const metrics = this.#newMetrics();
    for (let from = 0; from < samples; from += this.#spec.batchSize) {
      const rows = Uint32Array.from({ length: Math.min(this.#spec.batchSize, samples - from) }, (_, index) => from + index);
      tracker.update(this.#penalised(this.#engine.evaluate(rows, data)), rows.length, this.#spec.printed);
      for (const metric of metrics.values()) metric.update(this.#engine.outputs[0]!);
    }
    return { ...Object.fromEntries([...metrics].map(([name, { result }]) => [name, result])), loss: tracker.result };
  }

  #endEpoch(): void {
    const loss = this.#tracker.result;
    this.losses.push(loss);
    this.#tracker.reset();
    this.#from = 0;
    if (this.#callbacks.length > 0) {
      const metrics = Object.fromEntries([...this.#metrics].map(([name, { result }]) => [name, result]));
      this.#metrics = this.#newMetrics();
      const logs: Logs = { loss, ...metrics, ...this.#validate() };
      for (const callback of this.#callbacks) {
        if (callback.epochEnd(this.losses.length - 1, logs, this.#optimizer)) this.#stopped = true;
      }
    }
    if (Number.isNaN(loss) && this.#engine.weights.every(({ values }) => values.every(Number.isNaN))) {
      while (!this.done) this.losses.push(NaN); // a NaN weight stays NaN
    }
  }
}
