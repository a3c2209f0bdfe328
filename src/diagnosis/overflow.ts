/** Largest finite float32, (2 − 2⁻²³) · 2¹²⁷. */
export const float32Max = 3.4028234663852886e38;

/**
 * The first epoch whose printed loss is infinite if the growth goes on.
 * Keras' loss tracker multiplies the batch loss by the batch size in float32 and sums that over the epoch before it
 * divides (keras/src/metrics/reduction_metrics.py), so the printed loss overflows once loss × samples does.
 *
 * @param loss last finite printed loss, of epoch `epoch`
 * @param growthPerEpoch > 1
 * @param samples per epoch
 */
export function overflowEpoch(epoch: number, loss: number, growthPerEpoch: number, samples: number): number {
  const epochs = Math.log(float32Max / (loss * samples)) / Math.log(growthPerEpoch);
  return epoch + Math.max(1, Math.ceil(epochs));
}
