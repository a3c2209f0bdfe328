import type { Run } from '../log/run';
import type { Fit, Script } from '../script/script';
import type { Diagnosis, Finding, Skipped } from './finding';
import { fitsOf } from './fits';
import { settle } from './order';
import type { Patient, Rule } from './rule';
import { rules } from './rules';
import { trainingOf } from './training';

/** The `fit` call that made a run, by the run's index in the log. */
export type FitOf = (runIndex: number) => Fit | undefined;

/**
 * Examines every run of a log and every `fit` of the script that made it. Either may be missing:
 * no runs is a script alone, no script is a log alone.
 */
export function diagnose(runs: readonly Run[], script?: Script, fit: FitOf = fitsOf(runs, script)): Diagnosis {
  const findings: Finding[] = [];
  const skipped: Skipped[] = [];
  const examine = (rule: Rule, patient: Patient): Finding[] => {
    const found: Finding[] = [];
    for (const result of rule.check(patient)) {
      if ('message' in result) found.push({ code: rule.code, severity: rule.severity, run: patient.runIndex, ...result });
      else skipped.push({ code: rule.code, run: patient.runIndex, reason: result.reason });
    }
    return found;
  };

  for (const [runIndex, run] of runs.entries()) {
    const made = fit(runIndex);
    const patient: Patient = { run, runIndex, script, fit: made, training: trainingOf(run, made) };
    findings.push(...settle(rules.filter(({ about }) => about === 'run').flatMap((rule) => examine(rule, patient))));
  }
  for (const fit of script?.fits ?? []) {
    const patient: Patient = { script, fit, training: trainingOf(undefined, fit) };
    findings.push(...rules.filter(({ about }) => about === 'fit').flatMap((rule) => examine(rule, patient)));
  }
  return { findings, skipped };
}
