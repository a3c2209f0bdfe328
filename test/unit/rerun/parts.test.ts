import assert from 'node:assert/strict';
import { arrayActivations } from '../../../src/rerun/activations';
import { constraintOf } from '../../../src/rerun/constraints';
import { fans, initializerOf } from '../../../src/rerun/initializers';
import { activationNames, layerArguments } from '../../../src/rerun/keras-layers';
import { lossOf } from '../../../src/rerun/losses';
import { Optimizer } from '../../../src/rerun/optimizer';
import { Random } from '../../../src/rerun/random';
import { lowerBound, quantile } from '../../../src/rerun/statistics';
import { activations } from '../../../src/rerun/tensor/activations';
import { layers } from '../../../src/rerun/tensor/layers';
import { LossTracker } from '../../../src/rerun/tracker';
import { goalLoss, measureOf } from '../../../src/rerun/judge';
import { constantPredictorLoss } from '../../../src/rerun/yardstick';
import { seed, tensor } from './seed';

const DRAWS = 20_000;

function draws(className: string, shape: readonly number[], config = {}): Float32Array {
  const values = new Float32Array(shape.reduce((product, extent) => product * extent, 1));
  initializerOf({ className, config })!(values, shape, new Random(3));
  return values;
}

function deviation(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

const near = (value: number, expected: number, share: number): void =>
  assert.ok(Math.abs(value - expected) <= share * expected, `${value} is not near ${expected}`);

describe('start weights', () => {
  const shape = [100, DRAWS / 100];

  it('have the variance that the initialiser promises, truncation included', () => {
    const { fanIn, fanOut } = fans(shape);
    near(deviation(draws('he_normal', shape)), Math.sqrt(2 / fanIn), 0.02);
    near(deviation(draws('glorot_normal', shape)), Math.sqrt(2 / (fanIn + fanOut)), 0.02);
    near(deviation(draws('glorot_uniform', shape)), Math.sqrt(2 / (fanIn + fanOut)), 0.02);
    near(deviation(draws('LecunNormal', shape)), Math.sqrt(1 / fanIn), 0.02);
    near(deviation(draws('RandomUniform', shape, { minval: 0, maxval: 1 })), Math.sqrt(1 / 12), 0.02);
  });

  it('stay inside the range of their law', () => {
    const limit = Math.sqrt(6 / (100 + DRAWS / 100));
    assert.ok(draws('GlorotUniform', shape).every((value) => Math.abs(value) <= limit));
    assert.ok(draws('TruncatedNormal', shape, { stddev: 1 }).every((value) => Math.abs(value) <= 2));
    assert.ok(draws('RandomUniform', shape, { minval: 0, maxval: 1 }).every((value) => value >= 0));
  });

  it('are orthonormal where they are called orthogonal', () => {
    for (const [rows, columns] of [[6, 4], [4, 6]] as const) {
      const values = draws('orthogonal', [rows, columns]);
      const at = (row: number, column: number): number => values[row * columns + column]!;
      const [count, length] = rows < columns ? [rows, columns] : [columns, rows];
      for (let a = 0; a < count; a++) {
        for (let b = 0; b < count; b++) {
          let product = 0;
          for (let i = 0; i < length; i++) product += rows < columns ? at(a, i) * at(b, i) : at(i, a) * at(i, b);
          assert.ok(Math.abs(product - (a === b ? 1 : 0)) < 1e-5);
        }
      }
    }
  });

  it('are the same for the same seed, and others for another', () => {
    const of = (start: number): number[] => {
      const random = new Random(start);
      return Array.from({ length: 5 }, () => random.uniform());
    };
    assert.deepEqual(of(4), of(4));
    assert.notDeepEqual(of(4), of(5));
  });

  it('are unknown for a name that is none of Keras\' initialisers', () => {
    assert.equal(initializerOf({ className: 'my_initializer', config: {} }), undefined);
  });
});

describe('gradient clipping', () => {
  const clipped = (config: object, gradient: readonly number[]): number[] => {
    const weight = { values: new Float32Array(gradient.length), shape: [gradient.length] };
    new Optimizer({ className: 'SGD', config: { learning_rate: 1, ...config } }, [weight]).apply([Float32Array.from(gradient)]);
    return [...weight.values].map((value) => -value);
  };

  it('scales to the norm, and leaves shorter gradients alone', () => {
    assert.deepEqual(clipped({ clipnorm: 1 }, [3, 4]).map((value) => Number(value.toFixed(6))), [0.6, 0.8]);
    assert.deepEqual(clipped({ clipnorm: 10 }, [3, 4]), [3, 4]);
    assert.deepEqual(clipped({ clipvalue: 2 }, [3, -4]), [2, -2]);
  });

  it('makes NaN of an infinite gradient, as Keras does', () => {
    assert.ok(clipped({ clipnorm: 1 }, [Infinity, 1]).some(Number.isNaN));
    assert.ok(clipped({ global_clipnorm: 1 }, [Infinity, 1]).every(Number.isNaN));
  });
});

describe('the printed loss', () => {
  it('is a mean over samples, not over batches', () => {
    const tracker = new LossTracker();
    tracker.update(1, 3);
    tracker.update(5, 1);
    assert.equal(tracker.result, 2);
  });

  it('overflows when its sum does, before the loss', () => {
    const tracker = new LossTracker();
    tracker.update(1e38, 20);
    assert.equal(tracker.result, Infinity);
  });
});

describe('losses', () => {
  const names = ['mean_squared_error', 'huber', 'log_cosh', 'poisson', 'binary_crossentropy', 'categorical_crossentropy', 'kl_divergence',
    'cosine_similarity', 'mean_squared_logarithmic_error', 'squared_hinge'];
  const prediction = Float32Array.of(0.2, 0.5, 0.3, 0.6, 0.1, 0.3);
  const target = Float32Array.of(0, 1, 0, 0.7, 0.1, 0.2);

  for (const name of names) {
    it(`of ${name} have the gradient that small steps show`, () => {
      const loss = lossOf({ name, config: {} }, 'jax');
      const rows = { target, rows: 2, width: 3, targetWidth: 3 };
      const gradient = new Float32Array(6);
      loss({ ...rows, prediction }, gradient);
      const step = 1e-2;
      prediction.forEach((value, index) => {
        const at = (shift: number): number => loss({ ...rows, prediction: prediction.map((other, at) => (at === index ? value + shift : other)) });
        const slope = (at(step) - at(-step)) / (2 * step);
        assert.ok(Math.abs(slope - gradient[index]!) < 0.02 * Math.max(1, Math.abs(slope)), `${index}: ${slope}, ${gradient[index]}`);
      });
    });
  }
});

describe('the yardstick', () => {
  const withLoss = (name: string, y: readonly number[], width = 1): number | undefined =>
    constantPredictorLoss({ ...seed, losses: [{ name, config: {} }], y: [tensor([y.length / width, width], y)] });

  it('is the variance, the mean distance from the median or the entropy of the classes', () => {
    assert.equal(constantPredictorLoss(seed), 8.3125);
    assert.equal(withLoss('mean_absolute_error', [0, 0, 3, 6, 6]), 2.4);
    assert.ok(Math.abs(withLoss('binary_crossentropy', [0, 1, 0, 1])! - Math.LN2) < 1e-9);
    assert.ok(Math.abs(withLoss('sparse_categorical_crossentropy', [0, 1, 2, 3])! - Math.log(4)) < 1e-9);
    assert.ok(Math.abs(withLoss('categorical_crossentropy', [1, 0, 0, 1], 2)! - Math.LN2) < 1e-9);
  });

  it('counts the weights of samples as the loss does, and adds up the outputs', () => {
    const y = [tensor([4, 1], [0, 0, 0, 4])];
    const weighted = (name: string): number => constantPredictorLoss({ ...seed, losses: [{ name, config: {} }], y, sampleWeights: Float64Array.of(1, 1, 1, 3) })!;
    assert.equal(weighted('mean_squared_error'), (3 * 4 + 3 * 4) / 4); // around 2
    assert.equal(weighted('mean_absolute_error'), (3 * 4) / 4); // around 0 as around 4
    const losses = [{ name: 'mean_squared_error', config: {} }, { name: 'mean_absolute_error', config: {}, weight: 0.5 }];
    assert.equal(constantPredictorLoss({ ...seed, losses, y: [...y, ...y] }), 3 + 0.5);
    // Labels of a sequence share the weight of their sample.
    const labels = [tensor([2, 2], [0, 0, 1, 1])];
    const entropy = constantPredictorLoss({ ...seed, losses: [{ name: 'sparse_categorical_crossentropy', config: {} }], y: labels, sampleWeights: Float64Array.of(1, 3) })!;
    assert.ok(Math.abs(entropy - 2 * -(0.25 * Math.log(0.25) + 0.75 * Math.log(0.75))) < 1e-9, String(entropy));
  });

  it('leaves a goal on the way to the least loss, which for Poisson\'s is not zero', () => {
    const spec = { ...seed, losses: [{ name: 'poisson', config: {} }], y: [tensor([2, 1], [2, 6])] };
    const poisson = (prediction: number, target: number): number => prediction - target * Math.log(prediction);
    const [constant, least] = [(poisson(4, 2) + poisson(4, 6)) / 2, (poisson(2, 2) + poisson(6, 6)) / 2];
    const measure = measureOf(spec);
    assert.ok(constant < 0 && Math.abs(measure.yardstick! - constant) < 1e-3 && Math.abs(measure.least - least) < 1e-5);
    assert.ok(Math.abs(goalLoss(measure, 0.25)! - (least + 0.25 * (constant - least))) < 1e-3);
    assert.equal(goalLoss(measureOf(seed), 0.5), 8.3125 / 2);
  });

  it('is searched for where no formula is at hand, and unknown elsewhere', () => {
    const huber = withLoss('huber', [-10, 10])!;
    assert.ok(Math.abs(huber - 9.5) < 1e-3, String(huber));
    assert.equal(withLoss('cosine_similarity', [1, 2]), undefined);
  });
});

describe('statistics', () => {
  it('bound a probability from below', () => {
    assert.ok(Math.abs(lowerBound(20, 20) - 0.05 ** (1 / 20)) < 1e-6);
    assert.ok(Math.abs(lowerBound(19, 20) - 0.784) < 1e-3);
    assert.equal(lowerBound(0, 20), 0);
  });

  it('interpolate quantiles', () => {
    assert.equal(quantile([0, 1, 2, 3], 0.5), 1.5);
    assert.equal(quantile([7], 0.05), 7);
    assert.equal(quantile([1, Infinity, Infinity], 0.95), Infinity);
  });
});

describe('constraints', () => {
  it('keep every unit\'s weights within the norm', () => {
    const values = Float32Array.of(3, 0.1, 4, 0.2);
    constraintOf({ className: 'MaxNorm', config: { max_value: 1 } })!(values, [2, 2]);
    assert.deepEqual([...values].map((value) => Number(value.toFixed(4))), [0.6, 0.1, 0.8, 0.2]);
  });
});

describe('the list of what is rebuilt', () => {
  it('names the layers that can be built, and no others', () => {
    const inGraph = new Set(['InputLayer', '[]']); // a tensor that comes in, and one of several that a layer gives
    assert.deepEqual(Object.keys(layerArguments).filter((name) => !inGraph.has(name)).sort(), Object.keys(layers).sort());
  });

  it('names the activations that can be computed, and no others', () => {
    assert.deepEqual([...activationNames].sort(), Object.keys(activations).sort());
    assert.deepEqual(Object.keys(arrayActivations).filter((name) => !activationNames.has(name)), []);
  });
});
