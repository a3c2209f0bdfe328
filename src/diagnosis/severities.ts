import type { Diagnosis, Finding, Severity } from './finding';

/** What a user wants of each rule, by its code. */
export type SeveritySettings = Readonly<Record<string, Severity | 'off'>>;

/**
 * Applies a user's settings: `off` removes a rule's findings, a severity replaces the rule's own.
 * What another finding explains, or stands beside the main one, stays information at most.
 */
export function withSeverities(diagnosis: Diagnosis, settings: SeveritySettings): Diagnosis {
  const findings = diagnosis.findings.flatMap((finding) => {
    const wanted = settings[finding.code];
    if (wanted === 'off') return [];
    if (wanted === undefined || (isAside(finding) && wanted !== 'hint')) return [finding];
    return [{ ...finding, severity: wanted }];
  });
  return { findings, skipped: diagnosis.skipped.filter(({ code }) => settings[code] !== 'off') };
}

const ranks: readonly Severity[] = ['error', 'warning', 'information', 'hint'];

/** True for a finding that another one explains, or that stands beside the main one. */
function isAside({ evidence }: Finding): boolean {
  return 'explainedBy' in evidence || 'beside' in evidence;
}

/** The most important first: whoever takes the first remedy takes that of the cause, not that of its symptom. */
export function byImportance(findings: readonly Finding[]): Finding[] {
  const rank = (finding: Finding): number => 2 * ranks.indexOf(finding.severity) + Number(isAside(finding));
  return [...findings].sort((one, other) => rank(one) - rank(other));
}
