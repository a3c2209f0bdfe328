import type { Finding, Related } from './finding';

/** Faults of the model that keep it from learning anything, or drive its loss below zero. */
const modelFaults = [
  'output.softmax-one-unit',
  'output.activation',
  'output.from-logits',
  'output.double-softmax',
  'output.bounded',
  'labels.out-of-range',
  'layer.constant-initializer',
];

const learnsNothing = ['loss.fingerprint', 'loss.stuck', 'loss.slow', 'accuracy.dead', 'validation.constant'];

/** What a cause explains. An explosion explains whatever else the curves show, and is explained by unscaled inputs itself. */
const explains: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(modelFaults.map((fault) => [fault, [...learnsNothing, 'loss.negative', 'loss.nan']])),
  'metric.accuracy-on-regression': ['accuracy.dead'],
  'data.ordered': ['validation.overfitting', 'validation.constant', 'accuracy.dead'],
  'data.target-scale': ['loss.slow', 'loss.stuck'],
};

/** Findings of the script that an explosion proves and measures: told with it, not beside it. */
const measured = ['data.unscaled-inputs', 'learning-rate.unusual'];

/** What is true of a curve but says nothing, or the contrary, beside a graver finding. */
const idleBeside = ['loss.slow', 'loss.oscillating', 'loss.stuck', 'learning-rate.vanished'];

/**
 * One run gives one main finding. What another finding explains is told in that one's related information and stays
 * where it is as information, so that it is a hint and no second alarm.
 *
 * @param all findings of one run, in the order of the rules
 * @param ofFit findings of the `fit` that made it
 */
export function settle(all: readonly Finding[], ofFit: readonly Finding[]): { ofRun: Finding[]; ofFit: Finding[] } {
  const ofRun = all.filter((finding, at) => at === 0 || !idleBeside.includes(finding.code));
  const explained = new Map<Finding, Finding>();
  for (const cause of ofFit) {
    for (const finding of ofRun) {
      if (explains[cause.code]?.includes(finding.code) && !explained.has(finding)) explained.set(finding, cause);
    }
  }
  const main = ofRun.find((finding) => !explained.has(finding));
  for (const finding of ofRun) if (main && finding !== main && !explained.has(finding)) explained.set(finding, main);
  if (main && (main.code === 'loss.exploding' || main.code === 'loss.exploded' || main.evidence['cause'] === 'growth')) {
    for (const finding of ofFit) if (measured.includes(finding.code)) explained.set(finding, main);
  }

  const told = (finding: Finding): Finding => {
    const cause = explained.get(finding);
    if (cause) return { ...finding, severity: 'information', evidence: { ...finding.evidence, explainedBy: cause.code } };
    const effects = [...explained].filter(([, by]) => by === finding).map(([effect]) => effect);
    return effects.length === 0 ? finding : { ...finding, related: [...finding.related, ...effects.flatMap(place)] };
  };
  return { ofRun: ofRun.map(told), ofFit: ofFit.map(told) };
}

function place({ log, script, message }: Finding): Related[] {
  if (log) return [{ where: 'log', span: log, message }];
  return script ? [{ where: 'script', span: script, message }] : [];
}
