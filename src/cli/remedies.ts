import { byImportance, fitOfFinding } from '../diagnosis';
import type { Run } from '../log/run';
import type { Remedy, RemedyKind } from '../script/remedy';
import type { OutputScale } from '../script/remedies/rescaling';
import type { Fit, Script } from '../script/script';
import { diagnosisOf } from './examine';
import type { LogFile } from './log-file';
import { Problem } from './problem';
import type { ScriptFile } from './script-file';

type Value = number | string | boolean | OutputScale;

/** What may follow `KIND=`, and whether something must. */
interface ValueOf {
  readonly needed: boolean;
  /** @returns undefined where the text is no such value. */
  readonly read?: (text: string) => Value | undefined;
}

const rate = (text: string): number | undefined => (Number(text) > 0 && Number.isFinite(Number(text)) ? Number(text) : undefined);
const count = (text: string): number | undefined => (/^[1-9]\d{0,6}$/.test(text) ? Number(text) : undefined);
const name = (text: string): string | undefined => (/^[a-z]\w*$/.test(text) ? text : undefined);
const className = (text: string): string | undefined => (/^[A-Za-z]{1,32}$/.test(text) ? text : undefined);
const truth = (text: string): boolean | undefined => (text === 'true' || text === 'false' ? text === 'true' : undefined);
/** `SCALE,OFFSET` */
const outputScale = (text: string): OutputScale | undefined => {
  const [scale = 0, offset, ...more] = text.split(',').map(Number);
  return more.length === 0 && scale !== 0 && Number.isFinite(scale) && Number.isFinite(offset) ? { scale, offset: offset! } : undefined;
};
const oneOf =
  (...choices: readonly string[]) =>
  (text: string): string | undefined =>
    choices.find((choice) => choice === text);

const values: Readonly<Record<RemedyKind, ValueOf>> = {
  'learning-rate': { needed: true, read: rate },
  adam: { needed: false, read: rate },
  optimizer: { needed: true, read: className },
  'clip-gradients': { needed: true, read: rate },
  'normalize-inputs': { needed: false },
  'normalization-layer': { needed: false },
  'rescale-output': { needed: true, read: outputScale },
  'output-activation': { needed: true, read: oneOf('sigmoid', 'softmax', 'softplus', 'linear') },
  'hidden-activation': { needed: true, read: oneOf('relu') },
  'output-units': { needed: true, read: count },
  loss: { needed: true, read: name },
  'from-logits': { needed: true, read: truth },
  metric: { needed: true, read: name },
  'batch-size': { needed: true, read: count },
  epochs: { needed: true, read: count },
  callback: { needed: true, read: oneOf('TerminateOnNaN', 'ReduceLROnPlateau', 'EarlyStopping') },
  shuffle: { needed: false },
  initializer: { needed: false },
  'raise-on-nan': { needed: false },
};

export const remedyKinds = Object.keys(values) as [RemedyKind, ...RemedyKind[]];

/** What `--remedy KIND[=VALUE]` names. */
export interface WantedRemedy {
  readonly kind: RemedyKind;
  readonly value?: Value;
}

/** A remedy for one call of `fit`, and the run that showed the need for it. */
export interface Proposal {
  readonly fit: Fit;
  readonly remedy: Remedy;
  readonly run?: Run;
}

/** @returns undefined where the text names no remedy. */
export function parseRemedy(text: string): WantedRemedy | undefined {
  const equals = text.indexOf('=');
  const kind = remedyKinds.find((known) => known === (equals < 0 ? text : text.slice(0, equals)));
  if (!kind || equals < 0) return kind && { kind };
  const value = values[kind].read?.(text.slice(equals + 1));
  return value === undefined ? undefined : { kind, value };
}

/** Every remedy that the diagnosis proposes, the most important finding's first, each kind and value once. */
export function proposalsOf(log: Pick<LogFile, 'runs' | 'script' | 'fitOf'>, file: ScriptFile): Proposal[] {
  const { diagnosis, fitOf } = diagnosisOf(log, file);
  const proposals: Proposal[] = [];
  for (const finding of byImportance(diagnosis.findings)) {
    const fit = fitOfFinding(finding, file.script, fitOf);
    if (!fit) continue;
    for (const remedy of finding.remedies) {
      const known = proposals.some((other) => other.fit === fit && JSON.stringify(other.remedy) === JSON.stringify(remedy));
      if (!known) proposals.push({ fit, remedy, run: finding.run === undefined ? undefined : log.runs[finding.run] });
    }
  }
  return proposals;
}

/**
 * The proposal that `wanted` means: as the diagnosis computes it, or with the value the user gives.
 * @throws Problem where a value is needed and neither gives one.
 */
export function proposalFor(wanted: WantedRemedy, proposals: readonly Proposal[], runs: readonly Run[], script: Script): Proposal {
  const proposed = proposals.find(({ remedy }) => remedy.kind === wanted.kind);
  if (proposed && wanted.value === undefined) return proposed;
  const fit = proposed?.fit ?? proposals[0]?.fit ?? onlyFit(script);
  if (!fit) throw new Problem({ id: 'cli.several-fits', args: { count: script.fits.length } });
  const remedy = withValue(wanted);
  if (!remedy) throw new Problem({ id: 'cli.no-value-for-remedy', args: { kind: wanted.kind } });
  return { fit, remedy, run: proposed?.run ?? proposals[0]?.run ?? (runs.length === 1 ? runs[0] : undefined) };
}

/** `parseRemedy` has seen to it that the value is one that the kind takes. */
function withValue({ kind, value }: WantedRemedy): Remedy | undefined {
  if (value === undefined) return values[kind].needed ? undefined : ({ kind } as Remedy);
  return (typeof value === 'object' ? { kind, ...value } : { kind, value }) as Remedy;
}

function onlyFit({ fits }: Script): Fit | undefined {
  return fits.length === 1 ? fits[0] : undefined;
}
