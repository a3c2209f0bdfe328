/** The engine for every model: layers on TensorFlow.js, whose tape gives the gradients. */
import * as tf from '@tensorflow/tfjs';
import type { Engine, Weight } from '../engine';
import { type BatchLoss, lossOf, type LossRows, wantsClassNumbers } from '../losses';
import { Random } from '../random';
import { gather, type Rows, type Samples, samplesOf } from '../samples';
import type { Tensor } from '../../script/script';
import type { LossSpec, Refusal, TrainingSpec } from '../trace';
import { setWeights } from '../training';
import { type Backend, prepare, use, WASM_FROM, type WasmSource } from './backend';
import { Graph } from './graph';
import { product, type Shape, Unbuildable } from './layer';
import { ownLoss } from './own-loss';

const NOISE = 2;
/** Samples of the step that a backend is checked with. */
const CHECKED = 8;
/** Fewer where a sample takes more multiply-adds than this share of them: the cpu backend needs seconds for so many. */
const CHECKED_WORK = 2e7;
/** Memory that measuring how much a step needs may take: a heap of WebAssembly that is full cannot be used again. */
const TRIED_BYTES = 2 ** 30;
/** Multiply-adds of a sample from which on the cpu backend needs many seconds, or minutes, for the check. */
const UNCHECKED_FROM = 5e6;
/** Layers that need no check: they are known to train on wasm as real Keras does (test/unit/rerun/wasm.test.ts). */
export const provenOnWasm: ReadonlySet<string> = new Set([
  'Activation', 'Add', 'AveragePooling2D', 'BatchNormalization', 'Concatenate', 'Conv2D', 'Conv2DTranspose', 'Dense', 'DepthwiseConv2D', 'Dropout',
  'Flatten', 'GlobalAveragePooling2D', 'GlobalMaxPooling2D', 'InputLayer', 'LeakyReLU', 'MaxPooling2D', 'Multiply', 'Normalization', 'ReLU', 'RandomFlip',
  'RandomRotation', 'RandomZoom', 'Rescaling', 'Reshape', 'Resizing', 'SeparableConv2D', 'UpSampling2D', 'ZeroPadding2D',
]);

interface Output {
  readonly loss: BatchLoss;
  /** Factor in the sum of the losses. */
  readonly weight: number;
  /** Rows of one sample, the width of each, and of its target. */
  readonly rows: number;
  readonly width: number;
  readonly targetWidth: number;
}

export class TensorEngine implements Engine {
  readonly weights: readonly Weight[];
  readonly state: readonly Weight[];
  readonly gradients: readonly Float32Array[];
  readonly samples: number;
  outputs: readonly LossRows[] = [];
  readonly squares = new Map<number, Float32Array>();
  /** Multiply-adds of the forward pass of one sample, roughly. */
  readonly multiplications: number;
  readonly #graph: Graph;
  readonly #printsMeans: boolean;
  readonly #inputs: readonly Shape[];
  readonly #outputs: readonly Output[];
  readonly #data: { readonly training: Samples; readonly validation?: Samples };
  #random = new Random(0, NOISE);
  #backend: Backend = 'cpu';

  /** @throws Unbuildable */
  constructor(graph: Graph, inputs: readonly Shape[], outputs: readonly Output[], spec: TrainingSpec) {
    const data = samplesOf(spec);
    this.#graph = graph;
    this.#printsMeans = spec.keras === 2 || (spec.printed ?? 'samples') !== 'samples';
    this.#inputs = inputs;
    this.#outputs = outputs;
    this.#data = data;
    this.weights = graph.weights;
    this.state = graph.state;
    this.multiplications = graph.multiplications;
    this.gradients = this.weights.map(({ values }) => new Float32Array(values.length));
    const [first] = data.training.x;
    this.samples = first ? first.values.length / first.width : 0;
  }

  /** Where the arithmetic is done. */
  get backend(): Backend {
    return this.#backend;
  }

  step(rows: Uint32Array): number {
    use(this.#backend);
    this.squares.clear();
    return tf.tidy(() => {
      const leaves = this.weights.map(({ values, shape }) => tf.tensor(values, [...shape]));
      let loss = 0;
      let updates: [number, Float32Array][] = [];
      const { grads } = tf.valueAndGrads((...weights: tf.Tensor[]) => {
        const pass = this.#forward(rows, this.#data.training, weights, true);
        ({ updates, loss } = pass);
        return pass.surrogate;
      })(leaves);
      // What no loss is made of stays as it is.
      grads.forEach((gradient: tf.Tensor | null, index) => this.gradients[index]!.set(gradient?.dataSync() ?? new Float32Array(this.gradients[index]!.length)));
      for (const [index, values] of updates) this.state[index]!.values.set(values);
      return loss;
    });
  }

  evaluate(rows: Uint32Array, of: 'training' | 'validation'): number {
    const data = this.#data[of];
    if (!data) throw new Error('no validation data');
    use(this.#backend);
    return tf.tidy(() => {
      const weights = this.weights.map(({ values, shape }) => tf.tensor(values, [...shape]));
      return this.#forward(rows, data, weights, false).loss;
    });
  }

  /** Does the arithmetic there from now on. */
  goTo(backend: Backend): void {
    this.#backend = backend;
  }

  /**
   * Moves to a faster backend, if one step there gives what the cpu backend gives: TensorFlow.js' backends differ in
   * what they implement and in how they treat NaN. The weights have to be those that a training starts from.
   */
  moveTo(backend: Backend, rows: Uint32Array): void {
    const state = this.state.map(({ values }) => values.slice());
    const trial = (where: Backend): { loss: number; gradients: Float32Array[] } => {
      this.#backend = where;
      this.reseed(0);
      const loss = this.step(rows);
      this.state.forEach(({ values }, index) => values.set(state[index]!));
      return { loss, gradients: this.gradients.map((gradient) => gradient.slice()) };
    };
    const expected = trial('cpu');
    try {
      const found = trial(backend);
      if (!agree(expected.loss, found.loss, expected.gradients, found.gradients)) this.#backend = 'cpu';
    } catch {
      this.#backend = 'cpu'; // a kernel is missing there
    }
  }

  /**
   * Measured on a few samples, fewer where they are large: what grows with the samples is a multiple, what does not is a
   * constant. Of a single sample that is large nothing is told apart, and all of it counts as growing.
   */
  async bytesOfStep(samples: number): Promise<number> {
    const peakOf = async (count: number): Promise<number> => {
      const rows = Uint32Array.from({ length: count }, (_, index) => index);
      return (await tf.profile(() => this.step(rows))).peakBytes;
    };
    const one = await peakOf(1);
    const few = Math.min(samples, CHECKED, Math.floor(TRIED_BYTES / one));
    return few <= 1 ? one * samples : one + (((await peakOf(few)) - one) / (few - 1)) * (samples - 1);
  }

  reseed(seed: number): void {
    this.#random = new Random(seed, NOISE);
  }

  /**
   * Loss of a batch, and a scalar whose gradient is the loss's: the loss itself is computed outside the tape,
   * with Keras' definitions, and enters it as the inner product of the predictions with its gradient.
   */
  #forward(rows: Uint32Array, data: Samples, weights: readonly tf.Tensor[], training: boolean): { loss: number; surrogate: tf.Scalar; updates: [number, Float32Array][] } {
    const updates: [number, Float32Array][] = [];
    const extra: tf.Tensor[] = [];
    const state = this.state.map(({ values, shape }) => tf.tensor(values.slice(), [...shape]));
    const inputs = this.#inputs.map((shape, index) => {
      const values = new Float32Array(rows.length * product(shape));
      gather(data.x[index]!, rows, values);
      return tf.tensor(values, [rows.length, ...shape]);
    });
    const predictions = this.#graph.run(inputs, {
      weights, state, training, random: this.#random,
      // Read at once: the tape's tensors are gone when the gradients are there.
      update: (index, value) => updates.push([index, value.dataSync<'float32'>().slice()]),
      squares: (index, value) => {
        const before = this.squares.get(index);
        const sum = value.dataSync<'float32'>();
        this.squares.set(index, before ? before.map((square, at) => square + sum[at]!) : sum.slice());
      },
      addLoss: (loss) => extra.push(loss),
    });
    let total = 0;
    const outputs: LossRows[] = [];
    const terms = predictions.map(({ value: prediction, mask }, index) => {
      const output = this.#outputs[index]!;
      const target = new Float32Array(rows.length * data.y[index]!.width);
      gather(data.y[index]!, rows, target);
      const given: LossRows = {
        prediction: prediction.dataSync<'float32'>(), target,
        rows: rows.length * output.rows, width: output.width, targetWidth: output.targetWidth,
        ...(data.weights && { weights: repeated(data.weights, rows, output.rows) }),
        // A cast of booleans to numbers keeps their bytes.
        ...(mask && { mask: Float32Array.from(mask.dataSync()) }),
      };
      outputs.push(given);
      const gradient = new Float32Array(prediction.size);
      total = Math.fround(total + Math.fround(output.loss(given, gradient) * output.weight));
      return tf.sum(prediction.mul(tf.tensor(gradient, prediction.shape))).mul(output.weight).asScalar();
    });
    this.outputs = outputs;
    // What was added counts by its sum; Keras 2 prints its mean (keras/engine/compile_utils.py), as the metrics of a script do.
    const printed = (loss: tf.Tensor): tf.Tensor => (this.#printsMeans ? tf.mean(loss) : tf.sum(loss));
    for (const loss of extra) total = Math.fround(total + printed(loss).dataSync()[0]!);
    return { loss: total, updates, surrogate: tf.addN([...terms, ...extra.map((loss) => tf.sum(loss))]).asScalar() };
  }
}

/**
 * Within what another order of summation does in float32: it may turn a near tie in a pooling window, which moves a
 * gradient by a little; a wrong kernel moves it by much.
 */
function agree(loss: number, other: number, gradients: readonly Float32Array[], others: readonly Float32Array[]): boolean {
  if (!(Math.abs(loss - other) <= 1e-4 * Math.abs(loss) + 1e-7)) return false;
  // What goes into a normalization has gradients of nothing but rounding, which grows with all others.
  const whole = Math.sqrt(gradients.reduce((sum, gradient) => gradient.reduce((squares, value) => squares + value ** 2, sum), 0));
  const rounding = Math.max(1e-6, 1e-4 * whole);
  return gradients.every((gradient, index) => {
    let [apart, size] = [0, 0];
    gradient.forEach((value, at) => {
      apart += (value - others[index]![at]!) ** 2;
      size += value ** 2;
    });
    return Math.sqrt(apart) <= 0.01 * Math.sqrt(size) + rounding;
  });
}

/** The weight of each sample, once for each of its rows. */
function repeated({ values }: Rows, rows: Uint32Array, times: number): Float32Array {
  return Float32Array.from({ length: rows.length * times }, (_, index) => values[rows[Math.floor(index / times)]!]!);
}

/** Builds the engine, or says why the model or the data do not fit. */
export async function tensorEngineOf(spec: TrainingSpec, wasm?: WasmSource): Promise<TensorEngine | Refusal> {
  try {
    await prepare(undefined);
    const engine = build(spec);
    if ('refused' in engine) return engine;
    if (engine.weights.length === 0) return { refused: { id: 'rerun.refused.nothing' } };
    const batch = Math.min(spec.batchSize, engine.samples);
    const work = engine.multiplications;
    const isFaster = wasm && work * batch > WASM_FROM && (await prepare(wasm)).includes('wasm');
    const isProven = work > UNCHECKED_FROM && spec.layers.every(({ className }) => provenOnWasm.has(className));
    if (isFaster && isProven) engine.goTo('wasm');
    // What a layer cannot do with what it is given (masks) shows in a pass.
    if (engine.samples > 0) engine.evaluate(Uint32Array.of(0), 'training');
    if (isFaster && !isProven) {
      setWeights(engine, { seed: 1 });
      const samples = Math.max(2, Math.min(CHECKED, Math.floor(CHECKED_WORK / work)));
      engine.moveTo('wasm', Uint32Array.from({ length: Math.min(batch, samples) }, (_, index) => index));
    }
    return engine;
  } catch (error) {
    if (!(error instanceof Unbuildable)) throw error;
    const { layer, argument } = error;
    return argument === undefined
      ? { refused: { id: 'rerun.refused.input', args: { layer } } }
      : { refused: { id: 'rerun.refused.argument', args: { owner: layer, argument } } };
  }
}

function build(spec: TrainingSpec): TensorEngine | Refusal {
  const declared = spec.layers.filter(({ className }) => className === 'InputLayer');
  const inputs = spec.x.map(({ shape }, index) => inputShape(shape.slice(1), declared[index]?.config));
  if (inputs.some((shape) => shape === undefined) || (declared.length > 0 && declared.length !== inputs.length)) {
    return { refused: { id: 'rerun.refused.input', args: { layer: 'InputLayer' } } };
  }
  const graph = new Graph(spec, inputs as Shape[]);
  const outputs: Output[] = [];
  for (const [index, shape] of graph.outputShapes.entries()) {
    const [loss, target] = [spec.losses[index], spec.y[index]];
    const output = loss && target && outputOf(spec, loss, shape, target);
    if (!output) {
      const width = target ? product(target.shape.slice(1)) : 0;
      return { refused: { id: 'rerun.refused.targets', args: { target: width, output: product(shape) } } };
    }
    outputs.push(output);
  }
  return new TensorEngine(graph, inputs as Shape[], outputs, spec);
}

/** Keras adds a last axis of one where the model wants it; other shapes have to agree. */
function inputShape(data: Shape, declared: TrainingSpec['layers'][number]['config'] | undefined): Shape | undefined {
  const own = data.length === 0 ? [1] : data;
  const wanted = Array.isArray(declared?.shape) ? declared.shape : Array.isArray(declared?.batch_shape) ? declared.batch_shape.slice(1) : undefined;
  if (!wanted) return own;
  const raised = wanted.length === own.length + 1 ? [...own, 1] : own;
  const agrees = wanted.length === raised.length && wanted.every((extent, axis) => extent === null || extent === raised[axis]);
  return agrees ? raised : undefined;
}

function outputOf(spec: TrainingSpec, loss: LossSpec, shape: Shape, target: Tensor): Output | undefined {
  const width = shape.at(-1) ?? 1;
  const rows = product(shape.slice(0, -1));
  const classes = wantsClassNumbers(loss.name);
  const wanted = classes ? shape.slice(0, -1) : shape;
  const bare = (of: Shape): string => of.filter((extent) => extent !== 1).join();
  if (loss.own) {
    const targetShape = target.shape.slice(1);
    return { loss: ownLoss({ ...loss, own: loss.own }, shape, targetShape, spec.keras), weight: loss.weight ?? 1, rows, width, targetWidth: product(targetShape) / rows };
  }
  if (bare(wanted) !== bare(target.shape.slice(1))) return undefined;
  return { loss: lossOf(loss, spec.backend), weight: loss.weight ?? 1, rows, width, targetWidth: classes ? 1 : width };
}
