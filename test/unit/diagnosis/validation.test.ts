import assert from 'node:assert/strict';
import { diagnose } from '../../../src/diagnosis';
import { runOf } from './build';

const codes = (columns: Parameters<typeof runOf>[0]): string[] => diagnose([runOf(columns)]).findings.map(({ code }) => code);
const falling = [0.89, 0.81, 0.6, 0.4, 0.3, 0.2];
const rising = (from: number): number[] => falling.map((_, epoch) => from * (1 + 0.4 * epoch));
const accuracy = [0.62, 0.68, 0.8, 0.9, 0.95, 0.96];

describe('a validation loss far from the training loss', () => {
  it('is no overfitting where it was so from the first epoch of a classifier on', () => {
    assert.deepEqual(codes({ loss: falling, val_loss: rising(60), accuracy }), ['validation.exploding']);
  });

  it('is overfitting where both began alike, or where an earlier training may have learned all by heart', () => {
    assert.deepEqual(codes({ loss: falling, val_loss: rising(0.9), accuracy }), ['validation.overfitting']);
    const learned = falling.map((loss) => loss / 100);
    assert.deepEqual(codes({ loss: learned, val_loss: rising(0.9), accuracy: falling.map(() => 0.99) }), ['validation.overfitting']);
  });

  it('is overfitting too where the training loss went to nothing, and not where the validation loss left all measure', () => {
    const learned = [0.47, 0.3, 0.03, 3e-3, 3e-5, 1e-6];
    assert.deepEqual(codes({ loss: learned, val_loss: rising(1.5), accuracy }), ['validation.overfitting']);
    assert.deepEqual(codes({ loss: falling, val_loss: [1, 4e7, 1, 2, 9e6, 1], accuracy }), ['validation.exploding']);
  });
});
