import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { fromLogits } from '../../../src/rerun/logits';
import type { Engine } from '../../../src/rerun/engine';
import { isRefusal, specOf } from '../../../src/rerun/spec';
import { type TensorEngine, tensorEngineOf } from '../../../src/rerun/tensor/tensor-engine';
import type { TrainingSpec } from '../../../src/rerun/trace';
import { Training } from '../../../src/rerun/training';
import { say } from '../../../src/words';
import type { Callback, Fit, Json, Known, Layer, Loss, Read, Script, Tensor } from '../../../src/script/script';

export interface Stored {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** One training as test/fixtures/make/golden.py recorded it. */
export interface Case {
  readonly name: string;
  /**
   * Class name, arguments as written, the layers it takes its input from (the one before it if left out), and the layer
   * that is applied once more.
   */
  readonly layers: readonly (readonly [string, Record<string, Json>, (readonly number[])?, number?])[];
  /** Layers that give the outputs; the last one if left out. */
  readonly outputs?: readonly number[];
  readonly optimizer: readonly [string, Record<string, Json>];
  /** One for all outputs. */
  readonly loss: readonly [string, Record<string, Json>];
  /** One for each output, in place of `loss`. */
  readonly losses?: readonly (readonly [string, Record<string, Json>])[];
  readonly lossWeights?: readonly number[];
  readonly metrics?: readonly string[];
  readonly sampleWeight?: readonly number[];
  readonly classWeight?: Readonly<Record<string, number>>;
  readonly callbacks?: readonly (readonly [string, Record<string, Json>])[];
  readonly fit?: { readonly batch_size?: number; readonly validation_split?: number };
  readonly x: readonly Stored[];
  readonly y: readonly Stored[];
  /** Start values of the trainable weights, in Keras' order. */
  readonly weights: readonly (readonly number[])[];
  /** Printed loss of every epoch. */
  readonly history: readonly number[];
  readonly valHistory?: readonly number[];
}

export interface GoldenFile {
  readonly keras: string;
  readonly backend: 'tensorflow' | 'jax';
  readonly cases: readonly Case[];
}

const folder = 'test/fixtures/golden';

export function goldenFiles(): { name: string; file: GoldenFile }[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => ({ name, file: JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')) as GoldenFile }));
}

const span = { start: 0, end: 0 };
const known = <T>(value: T): Known<T> => ({ known: true, value, span });
const all = (config: Record<string, Json>): Record<string, Read<Json>> =>
  Object.fromEntries(Object.entries(config).map(([name, value]) => [name, known(value)]));

function tensor({ shape, data }: Stored): Tensor {
  return { shape, data: Float64Array.from(data), dtype: 'float32' };
}

/** What the reader of scripts would have found in a script of this case. */
function scriptOf(golden: Case, backend: Script['backend']): { script: Script; fit: Fit } {
  const layers = golden.layers.map(([className, config, inputs, shared], index): Layer => ({
    className,
    span,
    config: all(shared === undefined ? config : golden.layers[shared]![1]),
    inputs: inputs ?? (className === 'InputLayer' ? [] : [index - 1]),
    ...(shared !== undefined && { sharesWeightsWith: shared }),
  }));
  const lossOf = ([name, config]: Case['loss']): Loss => ({ name, span, config: all(config) });
  const losses = golden.losses?.map((loss, index) => [String(index), lossOf(loss)] as const) ?? [['', lossOf(golden.loss)] as const];
  const fit: Fit = {
    span,
    method: 'fit',
    model: known({ kind: 'functional', span, layers, outputs: golden.outputs ?? [layers.length - 1] }),
    compile: known({
      span,
      optimizer: known({ className: golden.optimizer[0], span, form: 'call', config: all(golden.optimizer[1]) }),
      losses: known(Object.fromEntries(losses)),
      metrics: known(golden.metrics ?? []),
      lossWeights: known(golden.lossWeights ?? null),
    }),
    x: known(golden.x.map(tensor)),
    y: known(golden.y.map(tensor)),
    epochs: known(60),
    batchSize: known(golden.fit?.batch_size ?? 64),
    stepsPerEpoch: known(null),
    shuffle: known(false),
    validationSplit: known(golden.fit?.validation_split ?? 0),
    validationData: known(null),
    callbacks: known((golden.callbacks ?? []).map(([className, config]): Callback => ({ className, span, config: all(config) }))),
    classWeight: known(golden.classWeight ?? null),
    sampleWeight: known(golden.sampleWeight ? tensor({ shape: [golden.sampleWeight.length], data: golden.sampleWeight }) : null),
  };
  return { script: { text: '', syntaxErrors: [], keras: 3, backend, backendNamed: true, files: [], modules: [], fits: [fit] }, fit };
}

/** Largest difference of a float32 loss history from Keras', relative to the loss. */
const TOLERANCE = 1e-5;
/**
 * A loss below this share of the first is compared with the share: it is made of differences between nearly equal
 * float32 numbers, whose last digits depend on the order of a sum.
 */
const FLOOR = 1e-2;

function worst(losses: readonly number[], golden: readonly number[]): number {
  assert.equal(losses.length, golden.length, 'epochs');
  return Math.max(...golden.map((loss, index) => Math.abs(losses[index]! - loss) / Math.max(Math.abs(loss), FLOOR * Math.abs(golden[0]!))));
}

/** What trains the case, on the cpu backend. */
export async function goldenEngine(golden: Case, backend: Script['backend']): Promise<{ spec: TrainingSpec; engine: TensorEngine }> {
  const { script, fit } = scriptOf(golden, backend);
  const spec = specOf(script, fit);
  assert.ok(!isRefusal(spec), isRefusal(spec) ? say(spec.refused) : '');
  const engine = await tensorEngineOf(fromLogits(spec));
  assert.ok(!('refused' in engine), 'refused' in engine ? say(engine.refused) : '');
  return { spec, engine };
}

/** Trains from Keras' start weights and holds the printed losses against Keras'. */
export function train(spec: TrainingSpec, engine: Engine, golden: Case): void {
  assert.deepEqual(engine.weights.map(({ values }) => values.length), golden.weights.map((weight) => weight.length), 'weights');
  const weights = golden.weights.map((weight) => Float32Array.from(weight));
  const training = new Training(spec, engine, { seed: 1, weights });
  const difference = worst(training.run(), golden.history);
  assert.ok(difference <= TOLERANCE, `differs from Keras by ${difference.toExponential(1)}`);
}
