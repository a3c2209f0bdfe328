import type { Remedy } from '../../script/remedy';
import type { Fit } from '../../script/script';
import { inputsOf, largestInput, scalesInputs } from '../data';
import { linearCurvature } from '../linear-model';
import { roundDown } from '../round';
import type { Found, Rule } from '../rule';
import type { Training } from '../training';

/** Curvature grows with the square of the inputs: at 0…255 it is 65 025 times that of 0…1. */
const large = 10;
const veryLarge = 100;

/** In the arrays, or in the model. */
export const normalizing: readonly Remedy[] = [{ kind: 'normalize-inputs' }, { kind: 'normalization-layer' }];

/** SGD on inputs that nobody scaled. For linear regression the largest stable learning rate follows from the inputs alone. */
export const dataUnscaledInputs: Rule = {
  code: 'data.unscaled-inputs',
  severity: 'warning',
  about: 'fit',
  *check({ script, fit, training }) {
    if (!fit || training.family !== 'descent' || training.clipped) return;
    if (scalesInputs(fit)) return;
    const inputs = inputsOf(fit);
    if (!inputs) {
      const pixels = script && rawPixels(script.text);
      if (pixels) yield pixels;
      else yield { reason: { id: 'skipped.no-inputs' } };
      return;
    }
    const exact = exactly(fit, training);
    if (exact) return yield exact;
    const highest = largestInput(inputs);
    if (highest < large || linearCurvature(fit) !== undefined) return;
    yield {
      severity: highest >= veryLarge ? 'warning' : 'information',
      message: { id: 'data.unscaled-inputs', args: { highest, times: highest ** 2 } },
      script: fit.x.span,
      evidence: { largestInput: highest },
      related: [],
      remedies: normalizing,
    };
  },
};

/** Linear regression by plain SGD: the Hessian is known, so the learning rate is right or wrong. */
function exactly(fit: Fit, { learningRate, momentum, nesterov, scheduled, optimizerSpan }: Training): Found | undefined {
  const lambdaMax = linearCurvature(fit);
  if (lambdaMax === undefined || !learningRate || scheduled || nesterov) return undefined;
  const edge = 2 * (1 + (momentum?.value ?? 0));
  const bound = edge / lambdaMax;
  if (learningRate.value <= bound) return undefined;
  const scaled = linearCurvature(standardized(fit));
  const suffices = scaled !== undefined && learningRate.value <= edge / scaled;
  const lower: Remedy = { kind: 'learning-rate', value: roundDown(bound / 2) };
  return {
    severity: 'error',
    message: { id: 'data.unscaled-inputs.linear', args: { learningRate: learningRate.value, byDefault: learningRate.assumed ? 1 : 0, bound, lambdaMax } },
    script: fit.x.span,
    evidence: { lambdaMax, maxStableLearningRate: bound, learningRate: learningRate.value, momentum: momentum?.value ?? 0 },
    related: optimizerSpan ? [{ where: 'script', span: optimizerSpan, message: { id: 'related.optimizer' } }] : [],
    remedies: suffices ? [...normalizing, lower] : [lower],
    preferred: true,
  };
}

/** The fit with inputs of mean 0 and standard deviation 1 in every column. */
function standardized(fit: Fit): Fit {
  const inputs = inputsOf(fit);
  if (!inputs || !fit.x.known) return fit;
  const rows = inputs.shape[0]!;
  const columns = inputs.data.length / rows;
  const data = inputs.data.slice();
  for (let column = 0; column < columns; column++) {
    const numbers = Array.from({ length: rows }, (_, row) => data[row * columns + column]!);
    const mean = numbers.reduce((sum, value) => sum + value, 0) / rows;
    const deviation = Math.sqrt(numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rows) || 1;
    for (let row = 0; row < rows; row++) data[row * columns + column] = (numbers[row]! - mean) / deviation;
  }
  return { ...fit, x: { ...fit.x, value: [{ ...inputs, data }] } };
}

/** Keras' image data sets come as bytes 0…255; any of these words is a sign that the script scales them. */
const loads = /\b(?:mnist|fashion_mnist|cifar10|cifar100)\s*\.\s*load_data\s*\(/;
const scales = /\b25[56](?:\.0?)?\b|\bRescaling\b|[Nn]ormali[sz]|Scaler\b|preprocess_input|\.std\(|\.max\(|\bscale\b/;

function rawPixels(text: string): Found | undefined {
  const call = loads.exec(text);
  if (!call || scales.test(text)) return undefined;
  return {
    severity: 'warning',
    message: { id: 'data.unscaled-inputs', args: { highest: 255, times: 255 ** 2 } },
    script: { start: call.index, end: call.index + call[0].length - 1 },
    evidence: { largestInput: 255 },
    related: [],
    remedies: normalizing,
  };
}
