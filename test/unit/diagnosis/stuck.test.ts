import assert from 'node:assert/strict';
import { diagnose, type Finding } from '../../../src/diagnosis';
import type { Epoch } from '../../../src/log/run';
import { fitOf, known, layer, runOf, scriptOf, type FitParts } from './build';

const epochs = (value: number, wobble = 0): number[] => Array.from({ length: 12 }, (_, at) => value + wobble * (at % 3));
const dense = (units: number, trainable = true) => layer('Dense', { units, ...(!trainable && { trainable }) });

const found = (run: ReturnType<typeof runOf>, parts?: FitParts): Finding[] => {
  const { findings } = diagnose([run], parts && scriptOf(fitOf(parts)));
  return findings.filter(({ code }) => code === 'loss.stuck' || code === 'loss.fingerprint');
};
const idOf = (...given: Parameters<typeof found>): string | undefined => found(...given)[0]?.message.id;

describe('a loss that does not move', () => {
  it('is that of weights that do not move, where every digit stays', () => {
    assert.equal(idOf(runOf({ loss: epochs(2.2744) })), 'loss.stuck.unmoved');
    assert.equal(idOf(runOf({ loss: epochs(2.27) })), 'loss.stuck');
    assert.equal(idOf(runOf({ loss: epochs(2.2744, 0.001) })), 'loss.stuck');
    assert.equal(idOf(runOf({ loss: epochs(2.2744) }), { layers: [dense(8, false), dense(1, false)] }), 'loss.stuck.frozen');
    assert.equal(idOf(runOf({ loss: epochs(2.2744) }), { layers: [dense(8, false), dense(1)] }), 'loss.stuck.unmoved');
  });

  it('is the noise of the data, where no constant answer is as good', () => {
    const y = { shape: [4], data: Float64Array.of(0, 0, 4, 4), dtype: 'float64' as const };
    assert.equal(idOf(runOf({ loss: epochs(3.9, 0.001) }), { y, layers: [dense(1)] }), undefined);
    assert.equal(idOf(runOf({ loss: epochs(4, 0.001) }), { y, layers: [dense(1)] }), 'loss.fingerprint.mean-predictor');
  });

  it('fell before, where the progress bar shows that', () => {
    const run = runOf({ loss: epochs(3.9, 0.001) }, { stepsPerEpoch: 200 });
    assert.equal(idOf(run), 'loss.stuck.or-done');
    const [first, ...others] = run.epochs as [Epoch, ...Epoch[]];
    const updates = [{ ...first.updates[0], step: 1, metrics: new Map([['loss', { value: 9, start: 0, end: 1 }]]), start: 0, end: 1 }];
    assert.equal(idOf({ ...run, epochs: [{ ...first, updates }, ...others] }), undefined);
  });

  it('is compared with the mean of each column, where the targets have several', () => {
    const y = { shape: [4, 2], data: Float64Array.of(0, 100, 0, 100, 4, 104, 4, 104), dtype: 'float64' as const };
    const [finding] = found(runOf({ loss: epochs(4, 0.001) }), { y, layers: [dense(2)] });
    assert.equal(finding?.evidence['kind'], 'mean-predictor');
    assert.equal(finding?.evidence['parameter'], null);
  });

  it('came down to ln 10 from far above, and is told where it rests', () => {
    const accuracy = epochs(0.1, 0.001);
    const [finding] = found(runOf({ loss: [4050.5, 2.3088, ...epochs(2.3026)], accuracy }));
    assert.equal(finding?.evidence['kind'], 'uniform');
    assert.equal(finding?.epoch, 10);
    assert.deepEqual(found(runOf({ loss: [2.6, 2.4, ...epochs(2.3026)], accuracy })), []);
  });

  it('is 0 from the first epoch on, where no other loss is printed and nothing says that all is right', () => {
    assert.equal(idOf(runOf({ loss: epochs(0) })), 'loss.fingerprint.zero');
    assert.equal(idOf(runOf({ loss: epochs(0), val_loss: epochs(1.5, 0.1) })), 'loss.fingerprint.zero');
    assert.equal(idOf(runOf({ loss: epochs(0), kl_loss: epochs(1.5, 0.1) })), undefined);
    assert.equal(idOf(runOf({ loss: epochs(0), accuracy: epochs(1) })), undefined);
  });

  it('is told once, by the value that names its cause', () => {
    const parts: FitParts = { optimizer: 'Adam', loss: 'binary_crossentropy', layers: [dense(1)], more: { epochs: known(12) } };
    const codes = found(runOf({ loss: epochs(0.6931), accuracy: epochs(0.5, 0.001) }), parts).map(({ code }) => code);
    assert.deepEqual(codes, ['loss.fingerprint']);
  });
});
