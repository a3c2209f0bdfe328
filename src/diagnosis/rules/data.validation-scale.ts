import type { Tensor } from '../../script/script';
import { inputsOf } from '../data';
import type { Rule } from '../rule';
import { quantile } from '../series';
import { known } from '../training';

/** No split of one table differs by that much in what nine in ten of its numbers stay below. */
const timesApart = 10;
/** So many numbers say what the others are like. */
const mostNumbers = 10_000;
const fewestNumbers = 50;

/** Validation inputs that are not scaled as the training inputs are: mostly one of the two went through a scaler alone. */
export const dataValidationScale: Rule = {
  code: 'data.validation-scale',
  severity: 'warning',
  about: 'fit',
  *check({ fit }) {
    const validation = known(fit?.validationData);
    const inputs = inputsOf(fit);
    if (!fit || !validation?.value) return;
    if (!inputs || validation.value.x.length !== 1) return yield { reason: { id: 'skipped.no-inputs' } };
    const [training, other] = [size(inputs), size(validation.value.x[0]!)];
    if (!training || !other || Math.max(training / other, other / training) < timesApart) return;
    yield {
      message: { id: 'data.validation-scale', args: { validation: other, training } },
      script: validation.span,
      evidence: { validationInputs: other, trainingInputs: training },
      related: [{ where: 'script', span: fit.x.span, message: { id: 'related.training-inputs' } }],
      remedies: [],
    };
  },
};

/** What nine in ten of the magnitudes stay below; undefined where they are too few or most are 0. */
function size({ data }: Tensor): number | undefined {
  if (data.length < fewestNumbers) return undefined;
  const stride = Math.ceil(data.length / mostNumbers);
  const sample = Array.from({ length: Math.floor(data.length / stride) }, (_, at) => Math.abs(data[at * stride]!));
  const upper = quantile(sample.filter(Number.isFinite), 0.9);
  return upper > 0 ? upper : undefined;
}
