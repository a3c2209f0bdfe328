import { resolve, sep } from 'node:path';
import { diagnose, fitsOf, matchScript } from '../diagnosis';
import type { Diagnosis } from '../diagnosis/finding';
import type { Run } from '../log/run';
import type { Fit } from '../script/script';
import type { Range, Span } from '../text/span';
import { scriptsBeside, standardInput } from './input';
import { readLogFile, type Bytes } from './log-file';
import { readScriptFile, type ScriptFile } from './script-file';

/** What was found in one log. */
export interface Examination {
  readonly path: string;
  /** Why the log could not be read; nothing else is known then. */
  readonly error?: string;
  readonly runs: readonly Run[];
  /** Place in the log's file of a span of the log. */
  rangeOf(span: Span): Range;
  readonly script?: ScriptFile;
  readonly diagnosis: Diagnosis;
}

/** Reads a log and diagnoses it, with `script` or else with the one beside it that certainly made it. */
export async function examine(path: string, script?: ScriptFile, content?: Bytes): Promise<Examination> {
  const log = await readLogFile(path, content);
  const { runs, rangeOf } = log;
  if (!script && path !== standardInput && !content) script = log.script ?? (await scriptOf(path, runs));
  return { path, runs, rangeOf, script, diagnosis: diagnosisOf(log, script).diagnosis };
}

/** Diagnoses a log (`runs` may be empty: the script alone) and says which call of the script made which run. */
export function diagnosisOf(
  log: { readonly runs: readonly Run[]; readonly script?: ScriptFile; readonly fitOf?: (runIndex: number) => Fit | undefined },
  script: ScriptFile | undefined,
): { diagnosis: Diagnosis; fitOf: (runIndex: number) => Fit | undefined } {
  const own = log.fitOf && log.script?.script === script?.script ? log.fitOf : undefined;
  const fitOf = own ?? fitsOf(log.runs, script?.script);
  return { diagnosis: diagnose(log.runs, script?.script, fitOf), fitOf };
}

/** The script beside a log that made it; undefined where that is not certain. */
async function scriptOf(path: string, runs: readonly Run[]): Promise<ScriptFile | undefined> {
  const files: ScriptFile[] = [];
  for (const scriptPath of await scriptsBeside(path)) {
    const file = await readScriptFile(scriptPath).catch(() => undefined);
    if (file) files.push(file);
  }
  const candidates = files.map((file) => ({ path: withSlashes(file.path), script: file.script }));
  const { ranked, sure } = matchScript(runs, candidates, withSlashes(path));
  return sure ? files[ranked[0]!.index] : undefined;
}

function withSlashes(path: string): string {
  return resolve(path).replaceAll(sep, '/');
}
