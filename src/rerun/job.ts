import { readScript, remedyEdits } from '../script';
import type { Remedy } from '../script/remedy';
import type { Fit, Script } from '../script/script';
import { applyEdits } from '../text/edit';
import { specOf } from './spec';
import type { CandidateJob, ConfirmJob, Observed } from './trace';

export interface JobRequest {
  readonly script: Script;
  /** The call of `script` that made the log. */
  readonly fit: Fit;
  readonly remedies: readonly Remedy[];
  /** Contents of the data files that the script names. */
  readonly files?: ReadonlyMap<string, Uint8Array>;
  readonly observed?: Observed;
  /** Number of starts for each candidate. */
  readonly starts: number;
}

export interface Job {
  readonly job: ConfirmJob;
  /** The edited script of each candidate by its id: what is confirmed is what can be applied. */
  readonly scripts: ReadonlyMap<string, string>;
}

/**
 * Prepares a rerun. Each remedy is carried out on the text of the script and the result is read again from scratch,
 * so that the very script is confirmed which the quick fix would write.
 */
export function jobOf({ script, fit, remedies, files, observed, starts }: JobRequest): Job {
  const scripts = new Map<string, string>();
  const fitIndex = script.fits.indexOf(fit);
  const candidates = remedies.map((remedy, index): CandidateJob => {
    const id = `${index}-${remedy.kind}`;
    const result = remedyEdits(script, fit, remedy);
    if ('refused' in result) return { id, remedy, spec: result };
    const text = applyEdits(script.text, result.edits);
    scripts.set(id, text);
    const edited = readScript(text, files);
    const editedFit = edited.fits[fitIndex];
    return { id, remedy, spec: editedFit ? specOf(edited, editedFit) : { refused: { id: 'rerun.fit-lost' } } };
  });
  return { job: { baseline: specOf(script, fit), candidates, observed, starts }, scripts };
}
