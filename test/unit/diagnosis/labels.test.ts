import assert from 'node:assert/strict';
import { diagnose, type Finding } from '../../../src/diagnosis';
import type { Tensor } from '../../../src/script/script';
import { fitOf, known, layer, runOf, scriptOf, type FitParts } from './build';

const column = (...data: number[]): Tensor => ({ shape: [data.length], data: Float64Array.from(data), dtype: 'float64' });
const binary: FitParts = { optimizer: 'Adam', loss: 'binary_crossentropy', layers: [layer('Dense', { units: 1, activation: 'sigmoid' })] };
const labels = (...parts: FitParts[]): Finding[] => diagnose([], scriptOf(...parts.map(fitOf))).findings.filter(({ code }) => code === 'labels.out-of-range');

describe('labels', () => {
  it('are told where all samples have the same one', () => {
    const [finding] = labels({ ...binary, y: column(0, 0, 0, 0) });
    assert.equal(finding?.message.id, 'labels.out-of-range.one-class');
    assert.equal(finding.severity, 'warning');
    assert.deepEqual(labels({ ...binary, y: column(0, 0, 1, 0) }), []);
    const rows = { shape: [2, 3], data: Float64Array.of(0, 1, 0, 0, 1, 0), dtype: 'float64' as const };
    const categorical = { ...binary, loss: 'categorical_crossentropy', layers: [layer('Dense', { units: 3, activation: 'softmax' })] };
    assert.equal(labels({ ...categorical, y: rows })[0]?.message.id, 'labels.out-of-range.one-class');
  });

  it('are not, where an adversarial network is trained on one at a time', () => {
    const y = column(1, 1, 1, 1);
    assert.deepEqual(labels({ ...binary, y, more: { method: 'train_on_batch' } }), []);
    assert.deepEqual(labels({ ...binary, y, layers: [layer('Dense', { units: 4, trainable: false }), ...binary.layers!] }), []);
    assert.deepEqual(labels({ ...binary, y }, { ...binary, layers: [...binary.layers!], more: { model: known({ kind: 'sequential', span: { start: 7, end: 8 }, layers: [], outputs: [] }) } }), []);
  });

  it('that are 0 are told under a loss that divides by them, with their share', () => {
    const percentage: FitParts = { optimizer: 'Adam', loss: 'mean_absolute_percentage_error', layers: [layer('Dense', { units: 1 })] };
    const [finding] = labels({ ...percentage, y: column(0, 3, 0, 5) });
    assert.equal(finding?.message.args?.['percent'], 50);
    assert.deepEqual(finding.remedies, [{ kind: 'loss', value: 'mean_absolute_error' }]);
    assert.deepEqual(labels({ ...percentage, y: column(1, 3, 2, 5) }), []);
    assert.deepEqual(labels({ ...percentage, loss: 'mean_squared_error', y: column(0, 3, 0, 5) }), []);
  });
});

describe('a schedule that nobody prints', () => {
  const losses = [2.1054, 2.018, ...Array.from({ length: 8 }, () => 2.0177)];
  const schedule = { class_name: 'ExponentialDecay', config: {} };
  const vanished = (loss: readonly number[], stepsPerEpoch: number, rate: FitParts['config']): Finding | undefined =>
    diagnose([runOf({ loss }, { stepsPerEpoch })], scriptOf(fitOf({ optimizer: 'Adam', config: rate! }))).findings.find(({ code }) => code === 'learning-rate.vanished');

  it('has vanished where the loss of many batches stays the same to the last digit', () => {
    const finding = vanished(losses, 100, { learning_rate: schedule });
    assert.equal(finding?.epoch, 3);
    assert.equal(finding.evidence['epochsSince'], 8);
    assert.equal(vanished(losses, 1, { learning_rate: schedule }), undefined);
    assert.equal(vanished(losses, 100, { learning_rate: 0.001 }), undefined);
    assert.equal(vanished(losses.map((loss, at) => loss + 1e-4 * (at % 2)), 100, { learning_rate: schedule }), undefined);
    assert.equal(vanished(losses.map((loss) => Number(loss.toFixed(2))), 100, { learning_rate: schedule }), undefined);
  });
});
