import type { Fit, Tensor } from '../../script/script';
import type { Span } from '../../text/span';
import { layersOf } from '../data';
import type { Rule } from '../rule';
import { known } from '../training';

/**
 * A NaN or an infinity in the arrays that `fit` gets. The gradient of every weight that meets it is NaN, also where the
 * loss stays finite: ReLU of NaN is 0 on some backends.
 */
export const dataNotFinite: Rule = {
  code: 'data.not-finite',
  severity: 'error',
  about: 'fit',
  *check({ fit }) {
    if (!fit) return;
    if (!fit.x.known && !fit.y.known) return yield { reason: { id: 'skipped.no-inputs' } };
    for (const { id, span, tensors } of arraysOf(fit)) {
      const tensor = tensors.find(({ data }) => !data.every(Number.isFinite));
      if (!tensor) continue;
      const { data, shape } = tensor;
      const first = data.findIndex((value) => !Number.isFinite(value));
      const rows = shape[0] ?? 1;
      const width = data.length / rows;
      const [row, column] = [Math.floor(first / width), first % width];
      const count = data.reduce((sum, value) => sum + Number(!Number.isFinite(value)), 0);
      yield {
        message: { id, args: { count, row, rows, column } },
        script: span,
        evidence: { count, firstRow: row, firstColumn: column, value: String(data[first]) },
        related: [],
        remedies: [],
      };
    }
  },
};

interface Arrays {
  readonly id: string;
  readonly span: Span;
  readonly tensors: readonly Tensor[];
}

/** Inputs and targets that code of the script's own may replace or leave out are not among them. */
function arraysOf(fit: Fit): Arrays[] {
  const { x, y, validationData, compile } = fit;
  const validation = known(validationData)?.value;
  const inputsCount = !layersOf(fit).some(({ className, origin }) => className === 'Lambda' || origin === 'script');
  const targetsCount = known(known(compile)?.value.losses) !== undefined;
  return [
    { id: 'data.not-finite.inputs', span: x.span, tensors: (inputsCount && known(x)?.value) || [] },
    { id: 'data.not-finite.targets', span: y.span, tensors: (targetsCount && known(y)?.value) || [] },
    { id: 'data.not-finite.validation', span: validationData.span, tensors: validation ? [...(inputsCount ? validation.x : []), ...(targetsCount ? validation.y : [])] : [] },
  ];
}
