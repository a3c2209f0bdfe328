import type { Diagnosis, Severity } from './finding';

/** What a user wants of each rule, by its code. */
export type SeveritySettings = Readonly<Record<string, Severity | 'off'>>;

/**
 * Applies a user's settings: `off` removes a rule's findings, a severity replaces the rule's own.
 * What another finding explains stays information at most.
 */
export function withSeverities(diagnosis: Diagnosis, settings: SeveritySettings): Diagnosis {
  const findings = diagnosis.findings.flatMap((finding) => {
    const wanted = settings[finding.code];
    if (wanted === 'off') return [];
    if (wanted === undefined || (finding.evidence['explainedBy'] !== undefined && wanted !== 'hint')) return [finding];
    return [{ ...finding, severity: wanted }];
  });
  return { findings, skipped: diagnosis.skipped.filter(({ code }) => settings[code] !== 'off') };
}
