import type { TrainingSpec } from './trace';

/**
 * The loss that Keras prints: the mean over the samples of an epoch, summed in float32
 * (keras/src/metrics/reduction_metrics.py). A printed loss overflows before the loss itself,
 * since the sum holds it times the number of samples.
 */
export class LossTracker {
  #total = 0;
  #count = 0;

  /**
   * @param loss of a batch of `samples`, float32.
   * @param printed what the loss is taken over: steps of a script's own may count every batch as one, or show the last alone.
   */
  update(loss: number, samples: number, printed: TrainingSpec['printed'] = 'samples'): void {
    if (printed === 'last') this.reset();
    const count = printed === 'samples' ? samples : 1;
    this.#total = Math.fround(this.#total + Math.fround(loss * count));
    this.#count += count;
  }

  get result(): number {
    return this.#count === 0 ? 0 : Math.fround(this.#total / this.#count);
  }

  reset(): void {
    this.#total = 0;
    this.#count = 0;
  }
}
