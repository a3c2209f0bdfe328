import type { Severity } from '../diagnosis/finding';
import type { Range } from '../text/span';
import { examine, type Examination } from './examine';
import { githubReport } from './github';
import { sentenceOf, type ExitCode } from './problem';
import { json, reportOf } from './report';
import { sarif } from './sarif';
import { readScriptFile, type ScriptFile } from './script-file';
import type { Terminal } from './terminal';
import { textReport } from './text-report';

export const checkFormats = ['text', 'json', 'sarif', 'github'] as const;

export interface CheckOptions {
  readonly script?: string;
  readonly format: (typeof checkFormats)[number];
}

const loud: readonly Severity[] = ['warning', 'error'];

/** Diagnoses logs and prints the report. What cannot be read is said on standard error and does not stop the others. */
export async function check(
  logs: readonly string[],
  { script: scriptPath, format }: CheckOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const script = scriptPath === undefined ? undefined : await readScriptFile(scriptPath);
  const examinations: Examination[] = [];
  for (const log of logs) examinations.push(await examineOrComplain(log, script, terminal));
  const report = reportOf(examinations);
  switch (format) {
    case 'text':
      terminal.print(textReport(report, terminal.coloured));
      break;
    case 'json':
      terminal.print(json(report));
      break;
    case 'github':
      terminal.print(githubReport(report));
      break;
    case 'sarif':
      terminal.print(json(sarif(report)));
      break;
  }
  if (report.files.some(({ error }) => error !== null)) return 2;
  return report.files.some(({ findings }) => findings.some(({ severity }) => loud.includes(severity))) ? 1 : 0;
}

async function examineOrComplain(log: string, script: ScriptFile | undefined, terminal: Terminal): Promise<Examination> {
  try {
    return await examine(log, script);
  } catch (error) {
    const sentence = sentenceOf(error);
    terminal.complain(sentence);
    const start = { line: 0, character: 0 };
    const rangeOf = (): Range => ({ start, end: start });
    return { path: log, error: sentence, runs: [], rangeOf, diagnosis: { findings: [], skipped: [] } };
  }
}
