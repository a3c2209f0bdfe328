import type { Finding } from './finding';

/**
 * One run gives one main finding. What it explains is told in its related information, and stays in the log as a
 * hint of where to look, without remedies of its own.
 *
 * @param findings of one run, main cause first
 */
export function settle(findings: readonly Finding[]): Finding[] {
  const [main, ...rest] = findings;
  if (!main) return [];
  const explained = rest.filter(({ log }) => log !== undefined);
  return [
    {
      ...main,
      related: [
        ...main.related,
        ...explained.map(({ log, message }) => ({ where: 'log' as const, span: log!, message })),
      ],
    },
    ...explained.map((finding): Finding => ({
      ...finding,
      severity: 'information',
      evidence: { ...finding.evidence, explainedBy: main.code },
      remedies: [],
      preferred: false,
    })),
  ];
}
