import { readScript, remedyEdits } from '../script';
import type { Remedy } from '../script/remedy';
import type { Fit, Script } from '../script/script';
import { applyEdits } from '../text/edit';
import { specOf } from './spec';
import type { CandidateJob, ConfirmJob, Observed, Refusal } from './trace';

/** A call of `fit`, and the script with the data files that go with it. */
export interface Trained {
  readonly script: Script;
  readonly fit: Fit;
  /** Contents of the data files that the script names. */
  readonly files?: ReadonlyMap<string, Uint8Array>;
}

export interface JobRequest extends Trained {
  readonly remedies: readonly Remedy[];
  readonly observed?: Observed;
  /** Number of starts for each candidate. */
  readonly starts: number;
}

export interface Job {
  readonly job: ConfirmJob;
  /** The edited script of each candidate by its id: what is confirmed is what can be applied. */
  readonly scripts: ReadonlyMap<string, string>;
}

/** An edited script, and what it trains. */
export interface Edited {
  readonly text: string;
  readonly spec: CandidateJob['spec'];
}

/**
 * Carries out remedies on the text of the script, one after the other. The result is read again from scratch, so that
 * the very script is confirmed which the quick fix would write.
 */
export function editedBy({ script: original, fit, files }: Trained, remedies: readonly Remedy[]): Edited | Refusal {
  const index = original.fits.indexOf(fit);
  let script = original;
  let current: Fit | undefined = fit;
  for (const remedy of remedies) {
    const result = remedyEdits(script, current, remedy);
    if ('refused' in result) return result;
    script = readScript(applyEdits(script.text, result.edits), files);
    current = script.fits[index];
    if (!current) return { refused: { id: 'rerun.fit-lost' } };
  }
  return { text: script.text, spec: specOf(script, current) };
}

/** Prepares a rerun of the script as it is, and with each of the remedies. */
export function jobOf({ script, fit, files, remedies, observed, starts }: JobRequest): Job {
  const scripts = new Map<string, string>();
  const candidates = remedies.map((remedy, index): CandidateJob => {
    const id = `${index}-${remedy.kind}`;
    const edited = editedBy({ script, fit, files }, [remedy]);
    if ('refused' in edited) return { id, remedy, spec: edited };
    scripts.set(id, edited.text);
    return { id, remedy, spec: edited.spec };
  });
  return { job: { baseline: specOf(script, fit), candidates, observed, starts }, scripts };
}
