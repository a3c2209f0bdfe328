import type { Diagnosis, Severity } from './finding';

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
    const quiet = 'explainedBy' in finding.evidence || 'beside' in finding.evidence;
    if (wanted === undefined || (quiet && wanted !== 'hint')) return [finding];
    return [{ ...finding, severity: wanted }];
  });
  return { findings, skipped: diagnosis.skipped.filter(({ code }) => settings[code] !== 'off') };
}
