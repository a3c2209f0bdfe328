import type { Run } from '../log/run';
import type { Fit, Script } from '../script/script';
import type { Diagnosis, Finding, Skipped } from './finding';
import { fitsOf } from './fits';
import { settle } from './order';
import { outputsApart } from './outputs-apart';
import type { Patient, Rule } from './rule';
import { rules } from './rules';
import { trainingOf } from './training';

/** The `fit` call that made a run, by the run's index in the log. */
export type FitOf = (runIndex: number) => Fit | undefined;

const runRules = rules.filter(({ about }) => about === 'run');
const outputRules = runRules.filter(({ ofOutputs }) => ofOutputs);
const fitRules = rules.filter(({ about }) => about === 'fit');

/**
 * Examines every run of a log and every `fit` of the script that made it. Either may be missing:
 * no runs is a script alone, no script is a log alone.
 */
export function diagnose(runs: readonly Run[], script?: Script, fitOf: FitOf = fitsOf(runs, script)): Diagnosis {
  const skipped: Skipped[] = [];
  const examine = (examined: readonly Rule[], patient: Patient): Finding[] => {
    const found: Finding[] = [];
    for (const { code, severity, check } of examined) {
      for (const result of check(patient)) {
        if ('message' in result) found.push({ code, severity, run: patient.runIndex, ...result });
        else skipped.push({ code, run: patient.runIndex, reason: result.reason });
      }
    }
    return found;
  };

  const ofFits = new Map<Fit, Finding[]>();
  for (const fit of script?.fits ?? []) ofFits.set(fit, examine(fitRules, { script, fit, training: trainingOf(undefined, fit) }));

  const ofRuns = runs.flatMap((growing, runIndex) => {
    const run = { ...growing }; // as it stands now, see `curvesOf`
    const fit = fitOf(runIndex);
    const earlier = runs[runIndex - 1];
    const before = earlier && { run: earlier, fit: fitOf(runIndex - 1) };
    const patient = { run, runIndex, ...(before && { before }), script, fit, training: trainingOf(run, fit) };
    const whole = examine(runRules, patient);
    const isLost = whole.some(({ code, severity }) => code.startsWith('loss.') && (severity === 'error' || severity === 'warning'));
    const parts = isLost ? [] : outputsApart(run, fit);
    const ofParts = parts.flatMap((part) => ofOutput(part.name, examine(outputRules, { ...patient, ...part, training: trainingOf(part.run, part.fit) })));
    const findings = [...ofParts, ...whole];
    const settled = settle(findings, (fit && ofFits.get(fit)) ?? []);
    if (fit) ofFits.set(fit, settled.ofFit);
    return settled.ofRun;
  });
  return { findings: [...ofRuns, ...withoutTwins([...ofFits.values()].flat())], skipped };
}

/** Findings that say which output they are about. */
function ofOutput(output: string, findings: readonly Finding[]): Finding[] {
  return findings.map((finding) => ({
    ...finding,
    message: { ...finding.message, args: { ...finding.message.args, ofOutput: output } },
    evidence: { ...finding.evidence, output },
  }));
}

/** A model that is fitted several times is described once. */
function withoutTwins(findings: readonly Finding[]): Finding[] {
  const byPlace = new Map<string, Finding>();
  for (const finding of findings) {
    const place = `${finding.code}@${finding.script?.start ?? ''}`;
    if (!byPlace.has(place)) byPlace.set(place, finding);
  }
  return [...byPlace.values()];
}
