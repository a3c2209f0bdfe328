import assert from 'node:assert/strict';
import { confirm, type ConfirmEvent, type TrainingSpec } from '../../../src/rerun';
import { engineOf } from '../../../src/rerun/build';
import { bytesOf, epochTime, MOST_BYTES } from '../../../src/rerun/cost';
import { completed } from '../../../src/rerun/keras-layers';
import { say } from '../../../src/words';
import { observed, seed, tensor } from './seed';

/** A convolution over pictures of 16 by 16, which keeps 16 × 16 × 32 numbers of each sample for the way back. */
function pictures(samples: number, batchSize: number): TrainingSpec {
  const layer = (className: string, config: TrainingSpec['optimizer']['config'], input: number) => ({
    className, name: className, config: completed(className, config), inputs: [input],
  });
  return {
    ...seed,
    layers: [
      { className: 'InputLayer', name: 'input', config: { shape: [16, 16, 1] }, inputs: [] },
      layer('Conv2D', { filters: 32, kernel_size: 3, padding: 'same', activation: 'relu' }, 0),
      layer('GlobalAveragePooling2D', {}, 1),
      layer('Dense', { units: 1 }, 2),
    ],
    outputs: [3],
    x: [tensor([samples, 16, 16, 1], Array.from({ length: samples * 16 * 16 }, (_, at) => Math.sin(at)))],
    y: [tensor([samples, 1], Array.from({ length: samples }, (_, at) => at / samples))],
    batchSize,
    epochs: 10,
  };
}

async function bytes(spec: TrainingSpec): Promise<number> {
  const engine = await engineOf(spec);
  assert.ok(!('refused' in engine));
  return bytesOf(spec, engine);
}

describe('what a rerun costs', () => {
  it('counts what a step holds, which grows with the batch, and the data, which do not', async () => {
    const [small, large] = [await bytes(pictures(40, 1)), await bytes(pictures(40, 40))];
    const activations = 16 * 16 * 32 * 4;
    const perSample = (large - small) / 39;
    // At least its output and the gradient by it, at most a few times that.
    assert.ok(perSample > 2 * activations && perSample < 8 * activations, String(perSample / activations));
    const data = 40 * (16 * 16 + 1) * 12;
    assert.ok(small > data + 2 * activations && small < data + 8 * activations + 100_000, String(small));
    assert.ok((await bytes(seed)) < 10_000);
  });

  it('tells the time of an epoch from a few steps', async () => {
    const spec = pictures(40, 4);
    const engine = await engineOf(spec);
    assert.ok(!('refused' in engine));
    const [epoch, half] = [epochTime(spec, engine), epochTime({ ...spec, batchSize: 2 }, engine)];
    assert.ok(epoch > 0 && half > 0 && Number.isFinite(epoch + half));
  });

  it('is said before anything is trained', async () => {
    for await (const event of confirm({ baseline: pictures(8, 4), candidates: [], starts: 1 })) {
      assert.equal(event.type, 'progress');
      assert.ok(event.type === 'progress' && event.done === 0 && event.secondsLeft > 0 && event.bytes > 2 ** 17, JSON.stringify(event));
      return;
    }
  });

  it('is refused with both numbers where it is more than there is', async () => {
    const [input, dense] = seed.layers as [TrainingSpec['layers'][0], TrainingSpec['layers'][0]];
    const rows = 4000;
    const wide = { ...dense, name: 'wide', config: { ...dense.config, units: 100_000 } };
    const baseline: TrainingSpec = {
      ...seed,
      layers: [input, wide, { ...dense, inputs: [1] }],
      outputs: [2],
      x: [tensor([rows, 1], new Array<number>(rows).fill(1))],
      y: [tensor([rows, 1], new Array<number>(rows).fill(1))],
      batchSize: rows,
    };
    const events: ConfirmEvent[] = [];
    for await (const event of confirm({ baseline, observed, starts: 2, candidates: [] })) events.push(event);
    assert.deepEqual(events.map(({ type }) => type), ['reproduced', 'done']);
    const { verdict } = events[0] as Extract<ConfirmEvent, { type: 'reproduced' }>;
    assert.equal(verdict.reason.id, 'rerun.refused.memory');
    assert.ok(Number(verdict.reason.args?.bytes) > MOST_BYTES);
    assert.match(say(verdict.reason), /^It would need about [\d.]+ GB of memory, and may use 2\.1 GB/);
  });
});
