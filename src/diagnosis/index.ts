export { diagnose, type FitOf } from './diagnose';
export type { Diagnosis, Finding, Related, Severity, Skipped, Where } from './finding';
export { fitOfFinding, fitsOf } from './fits';
export { matchScript, type Candidate, type Match, type Ranked } from './match';
export { rules } from './rules';
export { byImportance, withSeverities, type SeveritySettings } from './severities';
