/** Jobs made from scripts and logs in files, the way the extension host makes them. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { diagnose, fitOfFinding, fitsOf } from '../../src/diagnosis';
import { readLog } from '../../src/log';
import { observedLosses } from '../../src/log/observed';
import { jobOf, type GivenData } from '../../src/rerun/job';
import { readScript } from '../../src/script';
import type { Remedy } from '../../src/script/remedy';
import type { ShowConfirm } from '../../src/webview/protocol';
import { remedyTitle } from '../../src/words';
import type { Bundle } from '../../src/words/language';

interface Wanted {
  readonly log?: string | undefined;
  readonly starts?: number;
  /** Tried beside what the diagnosis proposes. */
  readonly remedies?: readonly Remedy[];
  readonly data?: GivenData;
  readonly bundle?: Bundle | undefined;
}

/** The rerun of the script's first `fit` with everything that the diagnosis of script and log proposes. */
export function jobOfFiles(path: string, { log, starts = 20, remedies: more = [], data, bundle }: Wanted = {}): ShowConfirm {
  const text = readFileSync(path, 'utf8');
  const script = readScript(text);
  const runs = log === undefined ? [] : readLog(readFileSync(log, 'utf8'));
  const [fit] = script.fits;
  if (!fit) throw new Error(`no call of fit in ${path}`);
  const fitOf = fitsOf(runs, script);
  const about = diagnose(runs, script).findings.filter((finding) => fitOfFinding(finding, script, fitOf) === fit);
  const remedies = [...new Map([...about.flatMap((finding) => finding.remedies), ...more].map((one) => [JSON.stringify(one), one])).values()];
  const run = runs.filter((_, index) => fitOf(index) === fit).at(-1);
  const observed = run && observedLosses(run);
  const { job, scripts } = jobOf({ script, fit, remedies, starts, goal: 0.5, ...(observed?.losses.length ? { observed } : {}), ...(data && { data }) });
  return {
    type: 'showConfirm',
    jobId: path,
    script: { id: path, name: basename(path), text },
    log: log === undefined ? undefined : { id: log, name: basename(log) },
    candidates: job.candidates.map(({ id, remedy }) => ({ id, remedy, title: remedyTitle(remedy), editedText: scripts.get(id) ?? text })),
    job,
    data: data === 'stand-in' ? { id: 'editor.rerun.stand-in' } : undefined,
    bundle,
  };
}
