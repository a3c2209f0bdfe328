/**
 * The rerun against TensorFlow.js' own `fit` on the same machine, and against real Keras where KERAS_PYTHON names a
 * Python that has it. Wall-clock times, the shortest of several: Keras may use every core, the rerun uses one.
 */
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs';
import { engineOf } from '../src/rerun/build';
import type { Engine } from '../src/rerun/engine';
import { completed } from '../src/rerun/keras-layers';
import type { LayerSpec, TrainingSpec } from '../src/rerun/trace';
import { Training } from '../src/rerun/training';
import type { Json, Tensor } from '../src/script/script';
import type { Measurement } from './measurement';
import { waits } from './page';

const wasm = (): Promise<Uint8Array> => readFile('node_modules/@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm');

type Described = readonly [className: string, config: Readonly<Record<string, Json>>];

/** A model with random data, as both sides are told it. */
interface Task {
  readonly name: string;
  readonly layers: readonly Described[];
  readonly optimizer: Described;
  readonly loss: string;
  /** Shape of the inputs, samples first. */
  readonly x: readonly number[];
  /** Number of classes; 0 where one number is predicted. */
  readonly classes: number;
  readonly epochs: number;
  readonly batch: number;
}

/** One linear unit on 20 samples: a step is an epoch, and nearly all of a library's time is overhead. */
const line: Task = {
  name: 'linear unit, 500 epochs', layers: [['Dense', { units: 1 }]], optimizer: ['SGD', { learning_rate: 0.003 }],
  loss: 'mean_squared_error', x: [20, 1], classes: 0, epochs: 500, batch: 32,
};

const classifier = { optimizer: ['Adam', {}], loss: 'sparse_categorical_crossentropy', classes: 10, epochs: 5, batch: 32 } as const;

/** Models of the usual sizes, and how many times Keras' own epoch one may take. */
const models: readonly (Task & { readonly limit: number })[] = [
  {
    ...classifier, name: 'MLP 784-128-10', limit: 1.2, x: [6000, 784],
    layers: [['Dense', { units: 128, activation: 'relu' }], ['Dense', { units: 10, activation: 'softmax' }]],
  },
  {
    ...classifier, name: 'CNN 8-16 on 28x28', limit: 3, x: [2000, 28, 28, 1],
    layers: [['Conv2D', { filters: 8, kernel_size: 3, activation: 'relu' }], ['MaxPooling2D', {}],
      ['Conv2D', { filters: 16, kernel_size: 3, activation: 'relu' }], ['MaxPooling2D', {}], ['Flatten', {}], ['Dense', { units: 10, activation: 'softmax' }]],
  },
  {
    ...classifier, name: 'LSTM(32) on 20x8', limit: 3, x: [1000, 20, 8], classes: 0, loss: 'mean_squared_error',
    layers: [['LSTM', { units: 32 }], ['Dense', { units: 1 }]],
  },
];

const noise = (index: number): number => Math.abs(Math.sin(12.9898 * (index + 1)) * 43758.5453) % 1;

function random(shape: readonly number[], scale = 1): Tensor {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return { shape, data: Float64Array.from({ length: size }, (_, index) => (scale === 1 ? noise(index) : Math.floor(scale * noise(index)))), dtype: 'float32' };
}

/** @param samples instead of the task's own number. */
function specOf({ layers, optimizer: [className, config], loss, x, classes, epochs, batch }: Task, samples = x[0]!): TrainingSpec {
  const stack: readonly Described[] = [['InputLayer', { shape: x.slice(1) }], ...layers];
  return {
    keras: 3, backend: 'tensorflow', outputs: [layers.length], optimizer: { className, config }, losses: [{ name: loss, config: {} }], metrics: [],
    layers: stack.map(([name, given], index): LayerSpec => ({
      className: name, name: `${name}${index}`, config: completed(name, given), inputs: index === 0 ? [] : [index - 1],
    })),
    x: [random([samples, ...x.slice(1)])], y: [classes === 0 ? random([samples, 1]) : random([samples], classes)],
    epochs, batchSize: batch, shuffle: true, callbacks: [], substitutions: [],
  };
}

async function engine(spec: TrainingSpec, source?: typeof wasm): Promise<Engine> {
  const built = await engineOf(spec, source);
  if ('refused' in built) throw new Error(built.refused.id);
  return built;
}

/** Milliseconds of the shortest of a training's epochs, the first of which warms up. */
async function epoch(task: Task, samples?: number, source?: typeof wasm): Promise<number> {
  const spec = specOf(task, samples);
  const training = new Training(spec, await engine(spec, source), { seed: 1 });
  training.run(1);
  let best = Infinity;
  while (!training.done) {
    const began = performance.now();
    training.run(1);
    best = Math.min(best, performance.now() - began);
  }
  return best;
}

/** Milliseconds that all epochs of the linear unit take: median of many trainings, as the starts of a rerun are. */
async function ownLine(): Promise<number> {
  const spec = specOf(line);
  const unit = await engine(spec);
  const times = Array.from({ length: 21 }, (_, seed) => {
    const began = performance.now();
    new Training(spec, unit, { seed }).run();
    return performance.now() - began;
  });
  return times.sort((a, b) => a - b)[10]!;
}

/** The same with TensorFlow.js' layers, optimizer and `fit`. */
async function lineOfTensorFlow(): Promise<number> {
  tf.env().set('PROD', true);
  await tf.setBackend('cpu');
  const { x: [x], y: [y] } = specOf(line);
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
  model.compile({ optimizer: tf.train.sgd(0.003), loss: 'meanSquaredError' });
  const data = [x!, y!].map(({ data: values }) => tf.tensor(Float32Array.from(values), [20, 1])) as [tf.Tensor, tf.Tensor];
  const fit = (epochs: number): Promise<unknown> => model.fit(...data, { epochs, verbose: 0, yieldEvery: 'never' });
  await fit(20);
  const began = performance.now();
  await fit(line.epochs);
  return performance.now() - began;
}

interface KerasTimes {
  readonly name: string;
  /** Milliseconds. */
  readonly epochs: readonly number[];
  readonly total: number;
}

/** Times of real Keras by the task's name; empty, with a word about it, where there is none. */
function keras(tasks: readonly Task[]): ReadonlyMap<string, KerasTimes> {
  const python = process.env.KERAS_PYTHON;
  if (!python) {
    console.log('Real Keras is left out: KERAS_PYTHON names no Python that has it.');
    return new Map();
  }
  const { status, stdout, stderr } = spawnSync(python, ['bench/keras_fit.py'], { input: JSON.stringify(tasks), encoding: 'utf8', maxBuffer: 1e9 });
  if (status !== 0) throw new Error(`${python} failed:\n${stderr}`);
  const times = stdout.split('\n').filter((text) => text.startsWith('{')).map((text) => JSON.parse(text) as KerasTimes);
  return new Map(times.map((of) => [of.name, of]));
}

export async function* measure(): AsyncGenerator<Measurement> {
  const real = keras([line, ...models]);
  const own = { amount: await ownLine(), unit: 'ms' } as const;
  yield { task: line.name, value: own, baseline: { name: 'TensorFlow.js fit on cpu', amount: await lineOfTensorFlow() }, limit: 'at most 0.2' };
  const realLine = real.get(line.name);
  if (realLine) yield { task: line.name, value: own, baseline: { name: 'Keras 3 fit', amount: realLine.total }, limit: 'at most 0.01' };
  for (const model of models) {
    const times = real.get(model.name);
    if (times) {
      const value = { amount: await epoch(model, undefined, wasm), unit: 'ms' } as const;
      yield { task: `${model.name}, an epoch of ${model.x[0]}`, value, baseline: { name: 'Keras 3 fit', amount: Math.min(...times.epochs) }, limit: `at most ${model.limit}` };
    }
    const few = 2 * model.batch;
    const value = { amount: await epoch(model, few, wasm), unit: 'ms' } as const;
    yield { task: `${model.name}, two steps`, value, baseline: { name: 'cpu backend', amount: await epoch({ ...model, epochs: 2 }, few) } };
  }
  const { points, verdicts } = await waits();
  const task = 'page: 4 candidates, 5 starts, 500 epochs';
  yield { task: `${task}, first points`, value: { amount: points, unit: 'ms' }, limit: 'at most 300 ms' };
  yield { task: `${task}, last verdict`, value: { amount: verdicts, unit: 'ms' }, limit: 'at most 3000 ms' };
}
