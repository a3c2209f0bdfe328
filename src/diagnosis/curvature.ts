/**
 * From the growth of a diverging loss to the curvature that drives it.
 *
 * On a quadratic with curvature λ, gradient descent multiplies the weight's error by 1 − ηλ each step and the loss by
 * its square. A loss that grows by ρ a step therefore overshoots with the factor s = √ρ: the update's characteristic
 * root is r = −s, and λ follows from the optimizer's own recursion. The largest stable learning rate is where r = −1.
 * With L2 regularisation or weight decay, λ is the curvature of the sum, which is what the bound needs.
 */

export interface Descent {
  /** Momentum β of Keras' SGD, whose buffer is m ← βm − ηg, w ← w + m (keras/src/optimizers/sgd.py): η is not divided by 1 − β. */
  readonly momentum: number;
  /** Keras' form of Nesterov: w ← w + βm − ηg with the new m. */
  readonly nesterov: boolean;
}

export interface Curvature {
  /** Largest Hessian eigenvalue, per squared weight unit of the loss. */
  readonly lambdaMax: number;
  /** Every smaller learning rate is stable on this curvature. */
  readonly maxStableLearningRate: number;
}

/**
 * How many times the learning rate is above the largest stable one, from the growth alone.
 * @param growthPerStep ρ ≥ 1, loss(k + 1) / loss(k)
 */
export function timesTooHigh(growthPerStep: number, { momentum, nesterov }: Descent): number {
  const s = Math.sqrt(growthPerStep);
  if (nesterov) {
    // r² − (1+β)(1−ηλ)r + β(1−ηλ) = 0 at r = −s
    const etaLambda = 1 + growthPerStep / ((1 + momentum) * s + momentum);
    return (etaLambda * (1 + 2 * momentum)) / (2 + 2 * momentum);
  }
  // Heavy ball: r² − (1+β−ηλ)r + β = 0 at r = −s
  return (1 + momentum + s + momentum / s) / (2 * (1 + momentum));
}

/**
 * @param learningRate η > 0 while the loss grew
 * @param growthPerStep ρ ≥ 1
 */
export function curvature(learningRate: number, growthPerStep: number, descent: Descent): Curvature {
  const maxStableLearningRate = learningRate / timesTooHigh(growthPerStep, descent);
  return { lambdaMax: edgeOf(descent) / maxStableLearningRate, maxStableLearningRate };
}

/** The largest stable learning rate on a known curvature. */
export function largestStableRate(lambdaMax: number, descent: Descent): number {
  return edgeOf(descent) / lambdaMax;
}

/** ηλ where r = −1. */
function edgeOf({ momentum, nesterov }: Descent): number {
  return nesterov ? (2 + 2 * momentum) / (1 + 2 * momentum) : 2 * (1 + momentum);
}
