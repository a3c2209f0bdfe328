import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { specOf, sweep, type SweepEvent } from '../../../src/rerun';
import { isRefusal } from '../../../src/rerun/spec';
import { readScript } from '../../../src/script';
import { seed } from './seed';

async function run(options?: Parameters<typeof sweep>[1]): Promise<SweepEvent[]> {
  const events: SweepEvent[] = [];
  for await (const event of sweep(seed, options)) events.push(event);
  return events;
}

describe('a map of learning rates', () => {
  it('finds the edge of stability where the curvature puts it: 2/λmax = 0.0069315', async () => {
    const events = await run();
    const edge = events.find((event) => event.type === 'edge' && event.optimizer === 'SGD');
    assert.ok(edge?.type === 'edge');
    assert.ok(Math.abs(edge.rate / 0.0069315 - 1) < 0.01, String(edge.rate));
    const points = events.filter((event) => event.type === 'point');
    assert.equal(points.length, 75);
    assert.deepEqual([...new Set(points.map(({ optimizer }) => optimizer))].sort(), ['Adam', 'RMSprop', 'SGD']);
    const sgd = points.filter(({ optimizer }) => optimizer === 'SGD').sort((a, b) => a.rate - b.rate);
    for (const { rate, high, low, median } of sgd) {
      assert.ok(low <= median && median <= high, `SGD ${rate}: ${median}`);
      assert.equal(high > 1e6, rate > 0.0075, `SGD ${rate}: ${low} to ${high}`);
    }
    assert.equal(events.at(-1)?.type, 'swept');
  });

  it('stops when it is told to', async () => {
    const signal = { aborted: false };
    const events: SweepEvent[] = [];
    for await (const event of sweep(seed, { signal })) {
      events.push(event);
      if (event.type === 'point') signal.aborted = true;
    }
    assert.deepEqual(events.map(({ type }) => type), ['plan', 'point']);
  });

  it('leaves no tensors behind where it is stopped', async () => {
    const script = readScript(
      'import keras\nimport numpy as np\nfrom keras import layers\nx = np.arange(12.).reshape(4, 3, 1)\n' +
      "model = keras.Sequential([layers.SimpleRNN(2), layers.Dense(1)])\nmodel.compile('sgd', 'mse')\nmodel.fit(x, x[:, 0], epochs=1)\n",
    );
    const spec = specOf(script, script.fits[0]!);
    assert.ok(!isRefusal(spec));
    const before = tf.memory().numTensors;
    for await (const event of sweep(spec, { starts: 1 })) if (event.type === 'point') break;
    assert.equal(tf.memory().numTensors, before);
    const signal = { aborted: false };
    for await (const event of sweep(spec, { signal, starts: 1 })) if (event.type === 'point') signal.aborted = true;
    assert.equal(tf.memory().numTensors, before);
  });
});
