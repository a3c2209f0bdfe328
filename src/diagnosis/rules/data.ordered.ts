import type { Remedy } from '../../script/remedy';
import { targetsOf } from '../data';
import type { Rule } from '../rule';
import { known } from '../training';

/**
 * Labels in order, one class after the other: without shuffling every batch holds one class, and `validation_split`
 * takes the last samples before anything is shuffled, so that it validates on the last classes alone.
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
    const { all, validated, unseen } = classCounts(labels, split);
    if (shuffled !== false && validated === all) return;
    const message = shuffled === false ? 'data.ordered.batches' : unseen > 0 ? 'data.ordered.validation' : 'data.ordered.validation-classes';
    yield {
      message: { id: message, args: { unseen, validated, all, percent: split * 100 } },
      script: shuffled === false ? fit.shuffle.span : fit.validationSplit.span,
      evidence: { shuffle: shuffled === false ? 0 : 1, validationSplit: split, classes: all, classesInValidation: validated, classesOnlyInValidation: unseen },
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

/** How many classes there are, how many of them `validation_split` takes, and how many it leaves no sample of for training. */
function classCounts(labels: readonly number[], split: number): { all: number; validated: number; unseen: number } {
  const cut = Math.floor(labels.length * (1 - split));
  const seen = new Set(labels.slice(0, cut));
  const validated = new Set(labels.slice(cut));
  return { all: new Set(labels).size, validated: validated.size, unseen: [...validated].filter((label) => !seen.has(label)).length };
}
