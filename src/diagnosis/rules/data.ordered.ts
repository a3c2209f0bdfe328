import type { Remedy } from '../../script/remedy';
import { targetsOf } from '../data';
import type { Rule } from '../rule';
import { known } from '../training';

/**
 * Labels in order, one class after the other: without shuffling every batch holds one class, and `validation_split`
 * takes the last samples before anything is shuffled, so that it validates on classes that training has not seen.
 */
export const dataOrdered: Rule = {
  code: 'data.ordered',
  severity: 'warning',
  about: 'fit',
  *check({ fit }) {
    if (!fit) return;
    const targets = targetsOf(fit);
    const shuffled = known(fit.shuffle)?.value;
    const split = known(fit.validationSplit)?.value ?? 0;
    if (shuffled !== false && split === 0) return;
    if (!targets) return yield { reason: { id: 'skipped.no-targets' } };
    const labels = classesOf(targets.data, targets.shape);
    if (!labels || !isSorted(labels)) return;
    const unseen = split > 0 ? unseenClasses(labels, split) : 0;
    if (shuffled !== false && unseen === 0) return;
    yield {
      message: { id: shuffled === false ? 'data.ordered.batches' : 'data.ordered.validation', args: { unseen, percent: split * 100 } },
      script: shuffled === false ? fit.shuffle.span : fit.validationSplit.span,
      evidence: { shuffle: shuffled === false ? 0 : 1, validationSplit: split, classesOnlyInValidation: unseen },
      related: [{ where: 'script', span: fit.y.span, message: { id: 'related.ordered-labels' } }],
      remedies: shuffled === false ? [{ kind: 'shuffle' } satisfies Remedy] : [],
    };
  },
};

const mostClasses = 100;

/** Class numbers, from integers or one-hot rows; undefined for regression targets. */
function classesOf(data: Float64Array, shape: readonly number[]): number[] | undefined {
  const width = data.length / shape[0]!;
  const values = Array.from(data);
  const labels =
    width === 1
      ? values
      : Array.from({ length: shape[0]! }, (_, row) => values.slice(row * width, (row + 1) * width).indexOf(1));
  const classes = new Set(labels);
  return classes.size >= 2 && classes.size <= Math.min(mostClasses, labels.length / 2) && labels.every(Number.isInteger) ? labels : undefined;
}

const isSorted = (values: readonly number[]): boolean => values.every((value, at) => at === 0 || value >= values[at - 1]!);

function unseenClasses(labels: readonly number[], split: number): number {
  const cut = Math.floor(labels.length * (1 - split));
  const seen = new Set(labels.slice(0, cut));
  return new Set(labels.slice(cut).filter((label) => !seen.has(label))).size;
}
