import assert from 'node:assert/strict';
import fc from 'fast-check';
import { diagnose } from '../../../src/diagnosis';
import { stretchesOf, trainingLoss } from '../../../src/diagnosis/curve';
import { curvature, timesTooHigh } from '../../../src/diagnosis/curvature';
import { findGrowth, hasOneCurvature, settledRatio } from '../../../src/diagnosis/growth';
import { overflowEpoch } from '../../../src/diagnosis/overflow';
import { roundDown } from '../../../src/diagnosis/round';
import type { Epoch, Update } from '../../../src/log/run';
import { fitOf, runOf, scriptOf, vector } from './build';

/** Loss of a quadratic ½λw² under Keras' SGD, step by step (keras/src/optimizers/sgd.py). */
function quadratic(lambda: number, rate: number, momentum: number, nesterov: boolean, steps: number): number[] {
  let weight = 1;
  let velocity = 0;
  return Array.from({ length: steps }, () => {
    const loss = 0.5 * lambda * weight ** 2;
    const gradient = lambda * weight;
    velocity = momentum * velocity - rate * gradient;
    weight += nesterov ? momentum * velocity - rate * gradient : velocity;
    return loss;
  });
}

const growthOf = (losses: readonly number[]) => findGrowth(trainingLoss(runOf({ loss: losses }))!.points);

describe('growth', () => {
  for (const [name, momentum, nesterov, edge] of [
    ['SGD', 0, false, 2],
    ['heavy ball', 0.9, false, 3.8],
    ['Nesterov', 0.9, true, 3.8 / 2.8],
  ] as const) {
    it(`gives curvature and bound of a quadratic back, under ${name}`, () => {
      fc.assert(
        fc.property(fc.double({ min: 0.1, max: 1000, noNaN: true }), fc.double({ min: 1.05, max: 3, noNaN: true }), (lambda, factor) => {
          const rate = (factor * edge) / lambda;
          const losses = quadratic(lambda, rate, momentum, nesterov, 60);
          const ratio = losses.at(-1)! / losses.at(-2)!;
          const found = curvature(rate, ratio, { momentum, nesterov });
          assert.ok(Math.abs(found.lambdaMax / lambda - 1) < 0.01, `${found.lambdaMax} for ${lambda}`);
          assert.ok(Math.abs(found.maxStableLearningRate / (edge / lambda) - 1) < 0.01);
        }),
      );
    });
  }

  it('is no number above the edge: a loss that does not grow is not too high', () => {
    for (const [momentum, nesterov] of [[0, false], [0.9, false], [0.9, true]] as const) {
      assert.ok(Math.abs(timesTooHigh(1, { momentum, nesterov }) - 1) < 1e-12);
    }
  });

  it('takes the rate of a step from epochs of several steps', () => {
    const rate = 0.012;
    const [ratio, steps] = [(1 - rate * 200) ** 2, 4];
    const losses = Array.from({ length: 8 }, (_, epoch) => 3 * ratio ** (steps * epoch));
    const script = scriptOf(fitOf({ config: { learning_rate: rate, momentum: 0 }, x: vector(Array.from({ length: 128 }, () => 0)) }));
    const [finding] = diagnose([runOf({ loss: losses }, { stepsPerEpoch: steps })], script).findings;
    assert.ok(Math.abs(Number(finding?.evidence['maxStableLearningRate']) - 0.01) < 1e-6);
  });

  it('gives no number under Adam, clipping, or a changing learning rate, and says so', () => {
    const losses = [1, 30, 900, 27000, 810000];
    const run = runOf({ loss: losses }, { stepsPerEpoch: 1 });
    const said = (fit: ReturnType<typeof fitOf>) => diagnose([run], scriptOf(fit)).findings.find(({ code }) => code === 'loss.exploding')!;
    for (const [fit, id] of [
      [fitOf({ optimizer: 'Adam', config: { learning_rate: 0.001 } }), 'loss.exploding.adaptive'],
      [fitOf({ config: { learning_rate: 0.01, momentum: 0, clipnorm: 1 } }), 'loss.exploding.clipped'],
      [fitOf({ more: { callbacks: { known: true, span: { start: 0, end: 0 }, value: [{ className: 'LearningRateScheduler', span: { start: 0, end: 0 }, config: {} }] } } }), 'loss.exploding.scheduled'],
    ] as const) {
      const { message, evidence, remedies } = said(fit);
      assert.equal(message.id, id);
      assert.equal(evidence['maxStableLearningRate'], null);
      assert.ok(remedies.every(({ kind }) => kind !== 'learning-rate'));
    }
  });

  it('is only "at most about" while the ratios still rise', () => {
    const [finding] = diagnose([runOf({ loss: [1, 4, 30, 400] }, { stepsPerEpoch: 1 })], scriptOf(fitOf({}))).findings;
    assert.equal(finding?.message.id, 'loss.exploding.roughly-bounded');
  });

  it('ignores a short rise that comes back, a falling loss, and noise', () => {
    assert.equal(growthOf([1, 5, 20, 3, 0.5, 0.2, 0.1]), undefined);
    assert.equal(growthOf([1, 0.5, 0.4, 0.6, 0.35, 0.5, 0.3]), undefined);
    assert.equal(growthOf([-1, -20, -300]), undefined);
    assert.equal(growthOf([5, 3]), undefined);
  });

  it('notices slow geometric growth by its steadiness', () => {
    const losses = Array.from({ length: 20 }, (_, epoch) => 1.1 ** epoch);
    const growth = growthOf(losses)!;
    assert.ok(growth.certain.epoch <= 9);
    assert.ok(Math.abs(settledRatio(growth.ratios) - 1.1) < 1e-9);
  });

  it('never alarms on a loss that falls monotonically', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 1, maxLength: 60 }), (factors) => {
        let loss = 1000;
        assert.equal(growthOf(factors.map((factor) => (loss *= factor))), undefined);
      }),
    );
  });

  it('has one curvature on a quadratic, and none in a network whose loss grows faster and faster', () => {
    const twoDirections = [1, 2, 3, 4, 5, 6].map((step) => 0.9 ** step + 1e-5 * 50 ** step);
    assert.ok(hasOneCurvature(growthOf(twoDirections)!, 1));
    const network = runOf({ loss: [310_100, 2_037_250, 6.5e34, Infinity] }, { stepsPerEpoch: 1 });
    const growth = findGrowth(trainingLoss(network)!.points)!;
    assert.ok(!hasOneCurvature(growth, 1));
    assert.ok(hasOneCurvature(growth, 32));
    const { message, evidence, remedies } = diagnose([network], scriptOf(fitOf())).findings[0]!;
    assert.equal(message.id, 'loss.exploding.accelerating');
    assert.equal(evidence['maxStableLearningRate'], null);
    assert.ok(remedies.every(({ kind }) => kind !== 'learning-rate'));
  });

  it('reads the means of the stretches between progress-bar updates', () => {
    const means = [1, 1, 3, 8];
    const updates: Update[] = [5, 10, 15, 20].map((step, at) => {
      const running = means.slice(0, at + 1).reduce((sum, mean) => sum + mean, 0) / (at + 1);
      return { step, metrics: new Map([['loss', { value: running, start: step, end: step + 1 }]]), start: step, end: step + 1 };
    });
    const epoch: Epoch = { number: 1, metrics: new Map(), complete: false, updates, start: 0, end: 30 };
    assert.deepEqual(stretchesOf(epoch, 'loss').points.map(({ at, value }) => [at, Number(value.value.toFixed(9))]), [[2.5, 1], [7.5, 1], [12.5, 3], [17.5, 8]]);
  });

  it('finds an explosion inside the first epoch, and its growth per step', () => {
    const losses = Array.from({ length: 40 }, (_, step) => 2 * 1.5 ** step);
    const updates: Update[] = [];
    let sum = 0;
    for (const [at, loss] of losses.entries()) {
      sum += loss;
      if (at % 5 === 4) updates.push({ step: at + 1, metrics: new Map([['loss', { value: sum / (at + 1), start: at, end: at + 1 }]]), start: at, end: at + 1 });
    }
    const epoch: Epoch = { number: 1, metrics: updates.at(-1)!.metrics, complete: false, updates, start: 0, end: 50 };
    const script = scriptOf(fitOf({ config: { learning_rate: 0.01, momentum: 0 } }));
    const { findings } = diagnose([{ ...runOf({ loss: [] }, { stepsPerEpoch: 100 }), epochs: [epoch] }], script);
    assert.ok(Math.abs(Number(findings[0]?.evidence['maxStableLearningRate']) - 0.02 / (1 + Math.sqrt(1.5))) < 1e-5);
  });

  it('forecasts the epoch in which loss × samples leaves float32', () => {
    assert.equal(overflowEpoch(20, 13164500484096, 3.554698, 20), 64);
    assert.equal(overflowEpoch(5, 3e38, 10, 1), 6);
  });

  it('rounds a learning rate down, never up', () => {
    assert.equal(roundDown(0.0034657), 0.0034);
    assert.equal(roundDown(0.0034), 0.0034);
    assert.equal(roundDown(12.9), 12);
    fc.assert(fc.property(fc.double({ min: 1e-12, max: 1e6, noNaN: true }), (value) => roundDown(value) <= value * (1 + 1e-9) && roundDown(value) >= 0.9 * value));
  });
});
