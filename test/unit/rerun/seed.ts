import type { Observed, TrainingSpec } from '../../../src/rerun/trace';
import type { Tensor } from '../../../src/script/script';

export function tensor(shape: readonly number[], data: readonly number[]): Tensor {
  return { shape, data: Float64Array.from(data), dtype: 'float64' };
}

const xs = Array.from({ length: 20 }, (_, index) => index + 1);

/** One linear unit learns y = x/2 from x = 1 … 20: `optimizer="sgd"` diverges. */
export const seed: TrainingSpec = {
  keras: 2,
  backend: 'tensorflow',
  layers: [
    { className: 'InputLayer', name: 'input', config: { shape: [1] }, inputs: [] },
    {
      className: 'Dense',
      name: 'dense',
      config: { units: 1, activation: null, use_bias: true, kernel_initializer: 'glorot_uniform', bias_initializer: 'zeros' },
      inputs: [0],
    },
  ],
  outputs: [1],
  optimizer: { className: 'SGD', config: { learning_rate: 0.01, momentum: 0, nesterov: false } },
  losses: [{ name: 'mean_squared_error', config: {} }],
  metrics: [],
  x: [tensor([20], xs)],
  y: [tensor([20], xs.map((x) => x / 2))],
  epochs: 500,
  batchSize: 32,
  shuffle: true,
  callbacks: [],
  substitutions: [],
};

export function withOptimizer(className: string, config: TrainingSpec['optimizer']['config']): TrainingSpec {
  return { ...seed, optimizer: { className, config } };
}

/** The first 20 epochs as the diverging run printed them. */
export const observed: Observed = {
  losses: [
    450.9794, 1603.0852, 5698.4731, 20256.3398, 72005.1719, 255956.5938, 909848.5, 3234236, 11496730, 40867392,
    145271264, 516395584, 1835629312, 6525110272, 23194802176, 82450513920, 293086593024, 1041834835968,
    3703408164864, 13164500484096,
  ],
};
