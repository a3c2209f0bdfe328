import assert from 'node:assert/strict';
import { landscapeOf } from '../../../src/rerun';
import { seed, tensor } from './seed';

describe('the landscape of a loss', () => {
  it('shows why 0.01 diverges and 0.0034 does not, and what normalized inputs change', async () => {
    const landscape = await landscapeOf(seed, [0.01, 0.0034]);
    assert.ok('lambdaMax' in landscape);
    const { lambdaMax, line, paths, inputs } = landscape;
    assert.ok(Math.abs(lambdaMax / 288.539 - 1) < 1e-3, String(lambdaMax));

    // A parabola: its second difference is λmax everywhere.
    const step = line[1]!.distance - line[0]!.distance;
    for (let at = 1; at < line.length - 1; at++) {
      const curvature = (line[at - 1]!.loss - 2 * line[at]!.loss + line[at + 1]!.loss) / step ** 2;
      assert.ok(Math.abs(curvature / lambdaMax - 1) < 0.01, `${at}: ${curvature}`);
    }
    const minimum = line[(line.length - 1) / 2]!.distance;
    for (const { rate, steps } of paths) {
      for (let at = 1; at < steps.length; at++) {
        const factor = (steps[at]!.distance - minimum) / (steps[at - 1]!.distance - minimum);
        assert.ok(Math.abs(factor - (1 - rate * lambdaMax)) < 0.01 || at > 1, `${rate}, step ${at}: ${factor}`);
      }
    }
    assert.deepEqual(paths.map(({ steps }) => steps.at(-1)!.loss > steps[0]!.loss), [true, false]);
    // The Hessian of mean squared error is 2 [[mean of x², mean of x], [mean of x, 1]]; normalized, 2 times the identity.
    const expected = { given: [20, 143.5, 0.006931], part: [10, 38.5, 0.025452], tenth: [20, 1.435, 0.436721], normalized: [20, 1, 1] };
    assert.deepEqual(inputs.map(({ kind }) => kind), Object.keys(expected));
    for (const { kind, samples, meanSquare, edge } of inputs) {
      const [count, square, limit] = expected[kind];
      assert.equal(samples, count);
      assert.ok(Math.abs(meanSquare / square! - 1) < 1e-6 && Math.abs(edge / limit! - 1) < 1e-3, `${kind}: ${meanSquare}, ${edge}`);
    }
  });

  it('grows with the mean of the squared inputs: ten samples train where eighteen do not', async () => {
    const first = (count: number) => {
      const xs = Array.from({ length: count }, (_, index) => index + 1);
      return { ...seed, x: [tensor([count], xs)], y: [tensor([count], xs.map((x) => x / 2))] };
    };
    const edges: number[] = [];
    for (const count of [10, 18]) {
      const landscape = await landscapeOf(first(count), []);
      assert.ok('lambdaMax' in landscape);
      edges.push(2 / landscape.lambdaMax);
    }
    assert.ok(edges[0]! > 0.01 && edges[1]! < 0.01, String(edges));
  });

  it('has no walls where the loss is straight: the absolute error far from its kinks', async () => {
    const flat = await landscapeOf({ ...seed, losses: [{ name: 'mean_absolute_error', config: {} }] }, [0.01]);
    assert.deepEqual(flat, { refused: { id: 'rerun.landscape.flat' } });
  });
});
