import { specOf } from '../rerun/spec';
import type { CandidateJob } from '../rerun/trace';
import { readScript, remedyEdits } from '../script';
import type { Remedy } from '../script/remedy';
import type { Fit, Script } from '../script/script';
import { applyEdits } from '../text/edit';
import type { Message } from '../text/message';
import type { Candidate, Trial } from '../webview/protocol';
import { remedyTitle } from '../words';

type Remedies = readonly [Remedy, ...Remedy[]];

/** What a trial of the page means as remedies; undefined for one that changes nothing, which the page does not ask for. */
export function remediesOf({ optimizer, learningRate, batchSize, epochs, normalizeInputs }: Trial): Remedies | undefined {
  const remedies: Remedy[] = [];
  // Adam has its own kind: the rerun looks for a better learning rate where it does not help.
  if (optimizer === 'Adam') remedies.push({ kind: 'adam', value: learningRate });
  else if (optimizer !== undefined) remedies.push({ kind: 'optimizer', value: optimizer, learningRate });
  else if (learningRate !== undefined) remedies.push({ kind: 'learning-rate', value: learningRate });
  if (batchSize !== undefined) remedies.push({ kind: 'batch-size', value: batchSize });
  if (epochs !== undefined) remedies.push({ kind: 'epochs', value: epochs });
  if (normalizeInputs) remedies.push({ kind: 'normalize-inputs' });
  const [first, ...rest] = remedies;
  return first && [first, ...rest];
}

/** A call of `fit`, and the script with the data files that go with it. */
export interface Trained {
  readonly script: Script;
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly fit: Fit;
}

/** Carries out remedies one after the other, as a further candidate of a job. */
export function candidateOf(
  { script: original, files, fit }: Trained,
  id: string,
  remedies: Remedies,
): { readonly candidate: Candidate; readonly spec: CandidateJob['spec'] } | { readonly refused: Message } {
  const index = original.fits.indexOf(fit);
  let script = original;
  for (const remedy of remedies) {
    const at = script.fits[index];
    if (!at) return { refused: { id: 'rerun.fit-lost' } };
    const result = remedyEdits(script, at, remedy);
    if ('refused' in result) return result;
    script = readScript(applyEdits(script.text, result.edits), files);
  }
  const edited = script.fits[index];
  if (!edited) return { refused: { id: 'rerun.fit-lost' } };
  const title = remedies.map(remedyTitle).join(' + ');
  return { candidate: { id, title, remedy: remedies[0], editedText: script.text }, spec: specOf(script, edited) };
}
