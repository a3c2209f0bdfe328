import { givenData, remedyEdits, ScriptReader, standIn, type DataFile } from '../script';
import type { Remedy } from '../script/remedy';
import type { Fit, Script } from '../script/script';
import { applyEdits } from '../text/edit';
import type { Message } from '../text/message';
import type { Span } from '../text/span';
import { isRefusal, specOf } from './spec';
import type { CandidateJob, ConfirmJob, Observed, Refusal, TrainingSpec } from './trace';

/** A call of `fit`, and the script with the data files that go with it. */
export interface Trained {
  readonly script: Script;
  readonly fit: Fit;
  /** Contents of the data files that the script names. */
  readonly files?: ReadonlyMap<string, Uint8Array>;
  /** What to train on where the script's own data are not at hand; without it such a script is refused. */
  readonly data?: GivenData;
}

/** A file with the data, or random numbers in their place. */
export type GivenData = DataFile | 'stand-in';

interface JobRequest extends Trained {
  readonly remedies: readonly Remedy[];
  readonly observed?: Observed;
  /** Number of starts for each candidate. */
  readonly starts: number;
  /** As in `ConfirmJob`. */
  readonly goal?: number | undefined;
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
 * Carries out remedies on the text of the script, one after the other. The result is read like any other script, so that
 * the very script is confirmed which the quick fix would write.
 */
export function editedBy({ script: original, fit, files, data }: Trained, remedies: readonly Remedy[]): Edited | Refusal {
  const index = original.fits.indexOf(fit);
  const reader = new ScriptReader(original);
  let script = original;
  let current: Fit | undefined = fit;
  for (const remedy of remedies) {
    const result = remedyEdits(script, current, remedy);
    if ('refused' in result) return result;
    script = reader.read(applyEdits(script.text, result.edits), files);
    current = script.fits[index];
    if (!current) return { refused: { id: 'rerun.fit-lost' } };
  }
  return { text: script.text, spec: specWith(script, current, data) };
}

/** The specification, with given data in place of what is unknown. */
function specWith(script: Script, fit: Fit, data: GivenData | undefined): TrainingSpec | Refusal {
  if (data === undefined) return specOf(script, fit);
  const given = data === 'stand-in' ? { fit } : givenData(fit, data);
  const filled = 'refused' in given ? given : standIn(script, given.fit);
  if ('refused' in filled) return filled;
  const spec = specOf(script, filled.fit);
  if (isRefusal(spec)) return spec;
  const others = spec.substitutions.filter(({ id }) => id !== 'rerun.substituted.data'); // each is named itself
  return { ...spec, substitutions: [...others, ...filled.substitutions] };
}

/** The files of a script with those that the user chose under the names that it gives them: of the same name, or the only one for the only one. */
export function withChosen(
  { files: named }: Pick<Script, 'files'>, files: ReadonlyMap<string, Uint8Array>, chosen: readonly DataFile[],
): ReadonlyMap<string, Uint8Array> {
  const missing = named.filter((name) => !files.has(name));
  const found = missing.flatMap((name) => {
    const file = missing.length === 1 ? chosen[0] : chosen.find((one) => one.name === name.slice(name.lastIndexOf('/') + 1));
    return file ? [[name, file.bytes] as const] : [];
  });
  return found.length === 0 ? files : new Map([...files, ...found]);
}

/** What a script lacks that can be rerun but for its data. */
export interface Lacking {
  readonly reason: Message;
  /** Where the script says what its data are. */
  readonly span: Span;
  /** Data files that it names and that are not at hand. */
  readonly files: readonly string[];
  /** What would stand in; undefined where not even the shape can be told. */
  readonly standIn: readonly Message[] | undefined;
}

/** Undefined where the data are at hand, or where something else keeps the script from being rerun. */
export function lackingData(trained: Trained): Lacking | undefined {
  const { script, fit, files } = trained;
  const lacking = !fit.x.known ? fit.x : fit.y.known ? undefined : fit.y;
  if (!lacking || !fit.model.known) return undefined;
  const filled = standIn(script, fit);
  if ('fit' in filled && isRefusal(specOf(script, filled.fit))) return undefined;
  return {
    reason: lacking.reason,
    span: lacking.span,
    files: script.files.filter((name) => !files?.has(name)),
    standIn: 'fit' in filled ? filled.substitutions : undefined,
  };
}

/** Prepares a rerun of the script as it is, and with each of the remedies. */
export function jobOf({ remedies, observed, starts, goal, ...trained }: JobRequest): Job {
  const scripts = new Map<string, string>();
  const candidates = remedies.map((remedy, index): CandidateJob => {
    const id = `${index}-${remedy.kind}`;
    const edited = editedBy(trained, [remedy]);
    if ('refused' in edited) return { id, remedy, spec: edited };
    scripts.set(id, edited.text);
    return { id, remedy, spec: edited.spec };
  });
  return { job: { baseline: specWith(trained.script, trained.fit, trained.data), candidates, observed, starts, ...(goal !== undefined && { goal }) }, scripts };
}

/** Whether a training may go better with it; the others end a training sooner, or say where it breaks. */
export function mayImprove(remedy: Remedy): boolean {
  return remedy.kind !== 'raise-on-nan' && !(remedy.kind === 'callback' && remedy.value === 'TerminateOnNaN');
}
