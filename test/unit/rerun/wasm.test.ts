import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { completed } from '../../../src/rerun/keras-layers';
import { prepare } from '../../../src/rerun/tensor/backend';
import { provenOnWasm, tensorEngineOf } from '../../../src/rerun/tensor/tensor-engine';
import type { LayerSpec, TrainingSpec } from '../../../src/rerun/trace';
import { setWeights, Training } from '../../../src/rerun/training';
import type { Json } from '../../../src/script/script';
import { goldenEngine, goldenFiles, train } from './golden';
import { seed, tensor } from './seed';

const wasm = (): Promise<Uint8Array> => readFile('node_modules/@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm');

type Stack = readonly (readonly [string, Readonly<Record<string, Json>>])[];

function model(shape: readonly number[], stack: Stack, value: (index: number) => number): TrainingSpec {
  const layers = [['InputLayer', { shape: [...shape] }] as const, ...stack].map(([className, config], index): LayerSpec => ({
    className, name: `${className}${index}`, config: completed(className, config), inputs: index === 0 ? [] : [index - 1],
  }));
  const samples = 32;
  const size = shape.reduce((product, extent) => product * extent, samples);
  return {
    ...seed, layers, outputs: [layers.length - 1], epochs: 3, batchSize: 16,
    x: [tensor([samples, ...shape], Array.from({ length: size }, (_, index) => value(index)))],
    y: [tensor([samples, 1], Array.from({ length: samples }, (_, index) => Math.sin(index)))],
    optimizer: { className: 'SGD', config: { learning_rate: 0.01 } },
  };
}

const end: Stack = [['Flatten', {}], ['Dense', { units: 1 }]];
/** No two numbers nearly alike, so that no rounding decides which is the largest. */
const wave = (index: number): number => Math.sin(12.9898 * index * (1 + index / 7919));

const models: Readonly<Record<string, TrainingSpec>> = {
  'products with a transposed side': model([40], [['Dense', { units: 64, activation: 'relu' }], ...end], wave),
  'filter gradients': model([12, 12, 2], [['Conv2D', { filters: 6, kernel_size: 3, padding: 'same', strides: 2 }], ['MaxPooling2D', {}], ...end], wave),
  'embedding gradients and slices': model([6], [['Embedding', { input_dim: 50, output_dim: 24 }], ['LSTM', { units: 12 }], ...end], (index) => (7 * index) % 50),
};

const tested = goldenFiles().filter(({ name }) => /^(?:layers|preparation)/.test(name));

describe('the wasm backend, with the kernels that training needs', () => {
  for (const [name, spec] of Object.entries(models)) {
    it(`agrees with the cpu backend: ${name}`, async () => {
      const [fast, plain] = [await tensorEngineOf(spec, wasm), await tensorEngineOf(spec)];
      assert.ok(!('refused' in fast) && !('refused' in plain));
      assert.equal(fast.backend, 'wasm');
      assert.equal(plain.backend, 'cpu');
      const [losses, expected] = [new Training(spec, fast, { seed: 1 }).run(), new Training(spec, plain, { seed: 1 }).run()];
      losses.forEach((loss, epoch) => assert.ok(Math.abs(loss - expected[epoch]!) <= 1e-5 * expected[epoch]!, `${loss}, ${expected[epoch]}`));
    });
  }

  it('is left to the cpu backend where the model is tiny', async () => {
    const engine = await tensorEngineOf(seed, wasm);
    assert.ok(!('refused' in engine));
    assert.equal(engine.backend, 'cpu');
  });

  /** What trains on wasm without a check before is held to real Keras below; dropout only multiplies. */
  it('trusts only layers that were trained there', () => {
    const tried = new Set(tested.flatMap(({ file }) => file.cases.flatMap(({ layers }) => layers.map(([className]) => className))));
    assert.deepEqual([...provenOnWasm].filter((className) => !tried.has(className)), ['Dropout', 'RandomFlip']);
  });

  /** Of these TensorFlow.js' wasm backend gets a gradient wrong: the check before training keeps them on cpu. */
  const wrong = new Set(['conv3d same', 'up sampling 3d']);
  for (const { name, file } of tested) {
    for (const golden of file.cases) {
      it(`trains as real Keras does, or leaves it to cpu: ${name}, ${golden.name}`, async () => {
        await prepare(wasm);
        const { spec, engine } = await goldenEngine(golden, file.backend);
        setWeights(engine, { seed: 1, weights: golden.weights.map((weight) => Float32Array.from(weight)) });
        engine.moveTo('wasm', Uint32Array.from({ length: Math.min(spec.batchSize, engine.samples) }, (_, index) => index));
        assert.equal(engine.backend, wrong.has(golden.name) ? 'cpu' : 'wasm');
        train(spec, engine, golden);
      });
    }
  }
});
