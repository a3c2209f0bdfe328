/**
 * The rerun against TensorFlow.js' own `fit` on the same machine, and against real Keras where KERAS_PYTHON names a
 * Python that has it.
 */
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs';
import { engineOf } from '../src/rerun/build';
import { confirm } from '../src/rerun/confirm';
import type { ConfirmJob, LayerSpec, TrainingSpec } from '../src/rerun/trace';
import { completed } from '../src/rerun/keras-layers';
import { Training } from '../src/rerun/training';
import type { Json, Tensor } from '../src/script/script';
import type { Measurement } from './measurement';

const wasm = (): Promise<Uint8Array> => readFile('node_modules/@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm');

function tensor(shape: readonly number[], value: (index: number) => number): Tensor {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return { shape, data: Float64Array.from({ length: size }, (_, index) => value(index)), dtype: 'float32' };
}

type Stack = readonly (readonly [string, Readonly<Record<string, Json>>])[];

function spec(stack: Stack, x: Tensor, y: Tensor, loss: string, optimizer: string, epochs: number): TrainingSpec {
  const layers = stack.map(([className, config], index): LayerSpec => ({
    className,
    name: `${className}${index}`,
    config: completed(className, config),
    inputs: index === 0 ? [] : [index - 1],
  }));
  return {
    keras: 3, backend: 'tensorflow', layers, outputs: [layers.length - 1], optimizer: { className: optimizer, config: {} },
    losses: [{ name: loss, config: {} }], metrics: [], x: [x], y: [y], epochs, batchSize: 32, shuffle: true, callbacks: [], substitutions: [],
  };
}

/** One linear unit on 20 samples: a step is an epoch, and nearly all of a tensor library's time is overhead. */
const line = spec(
  [['InputLayer', { shape: [1] }], ['Dense', { units: 1 }]],
  tensor([20, 1], (index) => index + 1), tensor([20, 1], (index) => (index + 1) / 2), 'mean_squared_error', 'SGD', 500,
);

const noise = (index: number): number => Math.abs(Math.sin(12.9898 * (index + 1)) * 43758.5453) % 1;
const label = (index: number): number => Math.floor(10 * noise(index));
const classes = 'sparse_categorical_crossentropy';

/** Two batches of each model of the usual sizes; the first epoch warms up, the second is measured. */
const models: Readonly<Record<string, TrainingSpec>> = {
  'MLP 784-128-10': spec(
    [['InputLayer', { shape: [784] }], ['Dense', { units: 128, activation: 'relu' }], ['Dense', { units: 10, activation: 'softmax' }]],
    tensor([64, 784], noise), tensor([64], label), classes, 'Adam', 2,
  ),
  'CNN 8-16 on 28x28': spec(
    [['InputLayer', { shape: [28, 28, 1] }], ['Conv2D', { filters: 8, kernel_size: 3, activation: 'relu' }], ['MaxPooling2D', {}],
      ['Conv2D', { filters: 16, kernel_size: 3, activation: 'relu' }], ['MaxPooling2D', {}], ['Flatten', {}], ['Dense', { units: 10, activation: 'softmax' }]],
    tensor([64, 28, 28, 1], noise), tensor([64], label), classes, 'Adam', 2,
  ),
  'LSTM(32) on 20x8': spec(
    [['InputLayer', { shape: [20, 8] }], ['LSTM', { units: 32 }], ['Dense', { units: 1 }]],
    tensor([64, 20, 8], noise), tensor([64, 1], noise), 'mean_squared_error', 'Adam', 2,
  ),
};

/** CPU time, which other programs on the machine change less than the wall clock. */
async function milliseconds(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e3;
}

async function built(training: TrainingSpec, source?: typeof wasm): Promise<Training> {
  const engine = await engineOf(training, source);
  if ('refused' in engine) throw new Error(engine.refused.id);
  return new Training(training, engine, { seed: 1 });
}

/** The linear unit with TensorFlow.js' layers, optimizer and `fit`. */
async function fitOfTensorFlow(): Promise<number> {
  tf.env().set('PROD', true);
  await tf.setBackend('cpu');
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
  model.compile({ optimizer: tf.train.sgd(0.003), loss: 'meanSquaredError' });
  const [x, y] = [line.x[0]!, line.y[0]!].map(({ data }) => tf.tensor(Float32Array.from(data), [20, 1])) as [tf.Tensor, tf.Tensor];
  const fit = (epochs: number): Promise<unknown> => model.fit(x, y, { epochs, verbose: 0, yieldEvery: 'never' });
  await fit(20);
  return milliseconds(() => fit(line.epochs));
}

const kerasLine = `
import time, keras, numpy as np
m = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
m.compile(optimizer=keras.optimizers.SGD(0.003), loss="mse")
x = np.arange(1.0, 21.0).reshape(-1, 1); y = x / 2
m.fit(x, y, epochs=5, verbose=0)
t = time.process_time(); m.fit(x, y, epochs=500, verbose=0); print(1000 * (time.process_time() - t))
`;

function fitOfKeras(): number | undefined {
  const python = process.env.KERAS_PYTHON;
  if (!python) return undefined;
  return Number(execFileSync(python, ['-c', kerasLine], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim().split('\n').at(-1));
}

async function candidates(): Promise<number> {
  const job: ConfirmJob = {
    baseline: line,
    starts: 5,
    candidates: [0.001, 0.002, 0.003, 0.004].map((rate, index) => ({
      id: String(index),
      remedy: { kind: 'learning-rate', value: rate },
      spec: { ...line, optimizer: { className: 'SGD', config: { learning_rate: rate } } },
    })),
  };
  return milliseconds(async () => {
    for await (const event of confirm(job)) if (event.type === 'done') return;
  });
}

export async function* measure(): AsyncGenerator<Measurement> {
  const stable = { ...line, optimizer: { className: 'SGD', config: { learning_rate: 0.003 } } };
  (await built(stable)).run();
  const training = await built(stable);
  const own = await milliseconds(() => training.run());
  const task = 'linear unit, 500 epochs';
  const value = { amount: own, unit: 'ms' } as const;
  yield { task, value, baseline: { name: 'TensorFlow.js fit on cpu', amount: await fitOfTensorFlow() }, limit: 'at most 0.2' };
  const keras = fitOfKeras();
  if (keras !== undefined) yield { task, value, baseline: { name: 'Keras 3 fit', amount: keras }, limit: 'at most 0.01' };
  yield { task: '4 candidates, 5 starts, 500 epochs', value: { amount: await candidates(), unit: 'ms' }, limit: 'at most 3000 ms' };
  for (const [name, model] of Object.entries(models)) {
    const [fast, slow] = [await perStep(model, wasm), await perStep(model)];
    yield { task: `${name}, one step of 32`, value: { amount: fast, unit: 'ms' }, baseline: { name: 'cpu backend', amount: slow } };
  }
}

async function perStep(model: TrainingSpec, source?: typeof wasm): Promise<number> {
  const training = await built(model, source);
  training.run(1);
  return (await milliseconds(() => training.run(1))) / 2;
}
