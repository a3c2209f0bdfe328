/** Losses on typed arrays, with their gradients (keras/src/losses/losses.py), float32. */

/**
 * Mean loss of a batch: `prediction` and `target` are [batch, width]. Fills `gradient`, the loss's gradient by
 * the prediction, where one is given.
 */
export type RowLoss = (
  prediction: Float32Array, target: Float32Array, batch: number, width: number, gradient: Float32Array | undefined,
) => number;

const { fround, abs, sign } = Math;

/** From the loss of one number and its slope, both of prediction minus target. */
function byDifference(loss: (difference: number) => number, slope: (difference: number) => number): RowLoss {
  return (prediction, target, batch, width, gradient) => {
    const length = batch * width;
    const share = fround(1 / length); // rounded first, as in Keras: it shows after some doublings of a diverging loss
    let total = 0;
    for (let i = 0; i < length; i++) {
      const difference = fround(prediction[i]! - target[i]!);
      total += fround(loss(difference));
      if (gradient) gradient[i] = fround(slope(difference)) * share;
    }
    return fround(fround(total) / length);
  };
}

export const rowLosses: Readonly<Record<string, RowLoss>> = {
  mean_squared_error: byDifference((difference) => difference * difference, (difference) => 2 * difference),
  mean_absolute_error: byDifference(abs, sign),
};
