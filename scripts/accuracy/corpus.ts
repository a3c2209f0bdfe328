/** Logs with a manifest (`manifest.jsonl`, one object a line), and what the rules should say of each. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { diagnose, type Finding } from '../../src/diagnosis';
import { decodeLog, readLog, type Run } from '../../src/log';
import { readScript, type Script } from '../../src/script';
import { LineIndex } from '../../src/text/lines';

export interface Entry {
  readonly file: string;
  readonly label: string;
  /** Codes of which one must be found; without them the label says which. */
  readonly expect?: readonly string[];
  /** Codes that must not be found. */
  readonly forbid?: readonly string[];
  /** The script that made the log, beside the manifest. */
  readonly script?: string;
  readonly tags?: readonly string[];
}

export interface Examined {
  readonly entry: Entry;
  readonly text: string;
  readonly lines: LineIndex;
  readonly runs: readonly Run[];
  readonly script: Script | undefined;
  readonly findings: readonly Finding[];
}

export function readManifest(folder: string): Entry[] {
  return readFileSync(join(folder, 'manifest.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Entry);
}

export function examine(folder: string, entry: Entry): Examined {
  const isScript = entry.file.endsWith('.py');
  const text = decodeLog(readFileSync(join(folder, entry.file)));
  const runs = isScript ? [] : readLog(text);
  const scriptFile = isScript ? entry.file : entry.script;
  const script = scriptFile === undefined ? undefined : readScript(readFileSync(join(folder, scriptFile), 'utf8'));
  return { entry, text, lines: new LineIndex(text), runs, script, findings: diagnose(runs, script).findings };
}

export const isAlarm = ({ severity }: Finding): boolean => severity === 'warning' || severity === 'error';

/** Line (1-based) of a finding, in the log where it has a place there. */
export function lineOf({ lines }: Examined, finding: Finding): number {
  return lines.positionAt((finding.log ?? finding.script)?.start ?? 0).line + 1;
}
