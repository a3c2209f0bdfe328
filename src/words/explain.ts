import * as l10n from '@vscode/l10n';
import type { Finding } from '../diagnosis/finding';
import type { Remedy } from '../script/remedy';
import { say } from './say';
import { significant } from './numbers';

type Evidence = Finding['evidence'];

/** What the reader should understand, in one or two sentences: by rule. The numbers are in the finding's own message. */
const lessons: Readonly<Record<string, (evidence: Evidence) => string[]>> = {
  'loss.exploding': (evidence) => [
    evidence['lambdaMax'] === null || evidence['lambdaMax'] === undefined
      ? l10n.t('Each step overshoots the minimum by more than it corrects, so the error grows instead of shrinking.')
      : l10n.t(
          'At curvature λmax ≈ {0}, steps of learning rate {1} overshoot the minimum further each time; below {2} they come closer.',
          significant(evidence['lambdaMax'], 5),
          significant(evidence['learningRate']),
          significant(evidence['maxStableLearningRate'], 5),
        ),
    ...assumed(evidence),
  ],
  'loss.nan': () => [
    l10n.t('Once a weight is NaN every later loss is NaN: nothing after this line was learned.'),
  ],
};

const names: Readonly<Record<string, () => string>> = {
  learningRate: () => l10n.t('learning rate'),
  momentum: () => l10n.t('momentum'),
  optimizer: () => l10n.t('plain SGD'),
  batchSize: () => l10n.t('batch size'),
};

function assumed(evidence: Evidence): string[] {
  const list = String(evidence['assumed'] ?? '').split(', ').filter((name) => name in names);
  if (list.length === 0) return [];
  return [l10n.t("Assumed (Keras' defaults): {0}.", list.map((name) => names[name]!()).join(', '))];
}

/**
 * The hover on a finding, line by line in plain text: what is wrong with its numbers, why, what was assumed and what
 * helps. Four lines at most, so that the shell has one left for the link to the rule's page.
 */
export function explain(finding: Finding): readonly string[] {
  const lines = [`${say(finding.message)}.`, ...(lessons[finding.code]?.(finding.evidence) ?? [])];
  if (finding.remedies.length > 0) lines.push(l10n.t('What helps: {0}.', finding.remedies.map(remedyTitle).join('; ')));
  return lines;
}

/** A remedy as the title of a quick fix. */
export function remedyTitle(remedy: Remedy): string {
  switch (remedy.kind) {
    case 'learning-rate':
      return l10n.t('Set the learning rate to {0}', significant(remedy.value));
    case 'adam':
      return remedy.value === undefined ? l10n.t('Use Adam') : l10n.t('Use Adam with learning rate {0}', significant(remedy.value));
    case 'clip-gradients':
      return l10n.t('Clip gradients to norm {0}', significant(remedy.value));
    case 'normalize-inputs':
      return l10n.t('Normalize the inputs');
  }
}
