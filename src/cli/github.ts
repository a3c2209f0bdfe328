import type { Severity } from '../diagnosis/finding';
import type { FindingReport, Report } from './report';
import { shortPath } from './text-report';

const commands: Readonly<Record<Severity, 'error' | 'warning' | 'notice'>> = {
  error: 'error',
  warning: 'warning',
  information: 'notice',
  hint: 'notice',
};

/**
 * Workflow commands of GitHub Actions: each finding becomes an annotation on the line of the script that causes it, where
 * that is known, else on the line of the log. https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export function githubReport(report: Report): string {
  const lines = report.files.flatMap((file) => [
    ...(file.error === null ? [] : [command('error', { file: shortPath(file.path) }, file.error)]),
    ...file.findings.map((finding) => annotation(finding, file.path)),
  ]);
  return lines.map((line) => `${line}\n`).join('');
}

function annotation(finding: FindingReport, log: string): string {
  const place = finding.script ?? (finding.range && { path: log, range: finding.range });
  const properties = {
    file: shortPath(place?.path ?? log),
    ...(place && {
      line: place.range.start.line + 1,
      endLine: place.range.end.line + 1,
      // GitHub refuses columns of a range over several lines.
      ...(place.range.start.line === place.range.end.line && {
        col: place.range.start.character + 1,
        endColumn: place.range.end.character + 1,
      }),
    }),
    title: finding.code,
  };
  return command(commands[finding.severity], properties, finding.message);
}

function command(name: string, properties: Readonly<Record<string, string | number>>, message: string): string {
  const list = Object.entries(properties).map(([key, value]) => `${key}=${escapeProperty(String(value))}`);
  return `::${name} ${list.join(',')}::${escapeMessage(message)}`;
}

function escapeMessage(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
