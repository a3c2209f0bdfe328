import type { Trained } from '../rerun/job';
import type { CandidateJob } from '../rerun/trace';
import type { Remedy } from '../script/remedy';
import type { Message } from '../text/message';
import type { Candidate, Trial } from '../webview/protocol';
import { remedyTitle } from '../words';
import type { Engine } from './platform';

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

/** A further candidate of a job, by all the remedies together. */
export function candidateOf(
  { editedBy }: Pick<Engine, 'editedBy'>,
  trained: Trained,
  id: string,
  remedies: Remedies,
): { readonly candidate: Candidate; readonly spec: CandidateJob['spec'] } | { readonly refused: Message } {
  const edited = editedBy(trained, remedies);
  if ('refused' in edited) return edited;
  const title = remedies.map(remedyTitle).join(' + ');
  return { candidate: { id, title, remedy: remedies[0], editedText: edited.text }, spec: edited.spec };
}
