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
  'data.not-finite': ['loss.nan'],
  'data.unscaled-inputs': learnsNothing,
  'data.ordered': ['validation.overfitting', 'validation.constant', 'accuracy.dead'],
  'data.target-scale': ['loss.slow', 'loss.stuck'],
  'data.validation-scale': ['validation.exploding', 'validation.overfitting', 'validation.constant'],
};

/** Findings of the script that an explosion proves and measures: told with it, not beside it. */
const measured = ['data.unscaled-inputs', 'learning-rate.unusual'];

/** What is true of a curve but says nothing, or the contrary, beside a graver finding. */
const idleBeside = ['loss.slow', 'loss.oscillating', 'loss.stuck', 'learning-rate.vanished'];

/** Beside these the rest of the curves tells nothing of its own. */
const ruins = ['loss.exploded', 'loss.exploding', 'loss.nan', 'loss.negative', 'loss.start', 'loss.fingerprint', 'loss.stuck'];

/**
 * One run gives one main finding: the first alarm that nothing in the script explains. What a finding explains is told
 * in its related information (`explainedBy` in the evidence); what merely stands beside the main one (`beside`) keeps
 * its place. Both are information, so that they are hints and no second alarm.
 *
 * @param found findings of one run, in the order of the rules
 * @param ofFit findings of the `fit` that made it
 */
export function settle(found: readonly Finding[], ofFit: readonly Finding[]): { ofRun: Finding[]; ofFit: Finding[] } {
  // A value that names its cause says more than that it does not move.
  const named = found.some(({ code }) => code === 'loss.fingerprint');
  const all = named ? found.filter(({ code }) => code !== 'loss.stuck') : found;
  const explained = new Map<Finding, Finding>();
  for (const cause of ofFit) {
    for (const finding of all) {
      if (isCause(cause, finding) && !explained.has(finding)) explained.set(finding, cause);
    }
  }
  const open = all.filter((finding) => !explained.has(finding));
  const main = open.find(({ severity }) => severity === 'error' || severity === 'warning') ?? open[0];
  const ofRun = all.filter((finding) => finding === main || explained.has(finding) || !idleBeside.includes(finding.code));
  if (main && ruins.includes(main.code)) {
    for (const finding of ofRun) if (finding !== main && !explained.has(finding)) explained.set(finding, main);
  }
  if (main && (main.code === 'loss.exploding' || main.code === 'loss.exploded')) {
    for (const finding of ofFit) if (measured.includes(finding.code)) explained.set(finding, main);
  }

  const told = (finding: Finding): Finding => {
    const cause = explained.get(finding);
    if (cause) return quiet(finding, { explainedBy: cause.code });
    if (main && finding !== main && ofRun.includes(finding)) return quiet(finding, { beside: main.code });
    const effects = [...explained].filter(([, by]) => by === finding).map(([effect]) => effect);
    return effects.length === 0 ? finding : { ...finding, related: [...finding.related, ...effects.flatMap(place)] };
  };
  return { ofRun: ofRun.map(told), ofFit: ofFit.map(told) };
}

/** Inputs that are proved too large for the learning rate explain a NaN; inputs that are merely large may. */
function isCause({ code, severity }: Finding, finding: Finding): boolean {
  if (code === 'data.unscaled-inputs' && finding.code === 'loss.nan') return severity === 'error';
  return explains[code]?.includes(finding.code) ?? false;
}

function quiet(finding: Finding, why: Readonly<Record<string, string>>): Finding {
  const severity = finding.severity === 'hint' ? 'hint' : 'information';
  return { ...finding, severity, evidence: { ...finding.evidence, ...why } };
}

function place({ log, script, message }: Finding): Related[] {
  if (log) return [{ where: 'log', span: log, message }];
  return script ? [{ where: 'script', span: script, message }] : [];
}
