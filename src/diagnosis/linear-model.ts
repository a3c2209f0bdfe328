/** Curvature of the one model whose Hessian does not depend on the weights: linear regression. */
import type { Fit, Tensor } from '../script/script';
import { effectiveActivation, inputsOf, layersOf, unitsOf } from './data';
import { known } from './training';

/** Beyond this many numbers the power iteration would take longer than a keystroke may. */
const mostNumbers = 1_000_000;

/**
 * Largest Hessian eigenvalue of the mean squared error of one linear `Dense` layer: 2 / units · λmax(AᵀA / n), where A
 * holds the inputs and, with a bias, a column of ones. undefined for any other model or unknown inputs.
 */
export function linearCurvature(fit: Fit | undefined): number | undefined {
  const layers = layersOf(fit);
  const inputs = inputsOf(fit);
  const losses = Object.values(known(known(fit?.compile)?.value.losses)?.value ?? {});
  const [layer] = layers;
  if (layers.length !== 1 || layer!.className !== 'Dense' || effectiveActivation(layer!) !== 'linear') return undefined;
  if (!inputs || losses.length !== 1 || losses[0]!.name !== 'mean_squared_error') return undefined;
  const units = unitsOf(layer!);
  const bias = layer!.config['use_bias'];
  if (units === undefined || (bias && !bias.known) || inputs.data.length > mostNumbers) return undefined;
  return (2 / units) * largestEigenvalue(inputs, bias?.value !== false);
}

/** λmax(AᵀA / n) by power iteration; the start has a part in every direction. */
function largestEigenvalue({ shape, data }: Tensor, bias: boolean): number {
  const rows = shape[0]!;
  const columns = data.length / rows;
  let vector = Float64Array.from({ length: columns + 1 }, (_, at) => (at < columns ? 1 + 0.1 * Math.sin(at) : bias ? 1 : 0));
  let eigenvalue = 0;
  for (let round = 0; round < 100; round++) {
    const next = new Float64Array(columns + 1);
    for (let row = 0; row < rows; row++) {
      let product = bias ? vector[columns]! : 0;
      for (let column = 0; column < columns; column++) product += data[row * columns + column]! * vector[column]!;
      for (let column = 0; column < columns; column++) next[column]! += (data[row * columns + column]! * product) / rows;
      if (bias) next[columns]! += product / rows;
    }
    const length = Math.hypot(...next);
    if (length === 0) return 0;
    const settled = Math.abs(length - eigenvalue) <= 1e-9 * length;
    eigenvalue = length;
    vector = next.map((value) => value / length);
    if (settled) break;
  }
  return eigenvalue;
}
