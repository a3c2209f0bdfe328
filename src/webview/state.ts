/** What the page knows. Only the session and its experiments change it. */
import type { Landscape, SweepEdge, SweepPoint } from '../rerun/index';
import type { Refusal, Trace, TrainingSpec, Verdict } from '../rerun/trace';
import type { Remedy } from '../script/remedy';
import type { Message } from '../text/message';
import type { ChartChoices } from './chart/axis';
import type { Candidate, FromPage, ShowConfirm, ShowCurves, ShowDataWanted, ShowRefusal, Trial } from './protocol';

/** The side of VS Code: messages to the host, and a state that survives hiding and reloading. */
export interface Host {
  post(message: FromPage): void;
  load(): unknown;
  save(state: unknown): void;
}

type ApplyState = 'idle' | 'asked' | 'applied' | { readonly refused: Message };

export interface CandidateState {
  readonly candidate: Candidate;
  readonly spec: TrainingSpec | Refusal;
  /** Losses by start, growing while it trains. */
  readonly traces: Map<number, number[]>;
  verdict?: Verdict | undefined;
  /** The starts as they were judged. */
  runs?: readonly Trace[] | undefined;
  apply: ApplyState;
}

/** A candidate beyond those of the job. */
export type Extra = { readonly trial: Trial } | { readonly remedy: Remedy };

export interface Progress {
  /** Training runs, as far as is known now. */
  readonly done: number;
  readonly total: number;
  readonly secondsLeft: number;
  readonly bytes: number;
}

/** Learning rate x optimizer, as far as it has been tried. */
export interface Sweep {
  phase: 'running' | 'done' | 'stopped' | 'crash' | 'memory' | { readonly refused: Message };
  planned: number;
  readonly points: SweepPoint[];
  readonly edges: SweepEdge[];
}

export interface Rerun {
  readonly kind: 'rerun';
  readonly show: ShowConfirm;
  readonly candidates: Map<string, CandidateState>;
  phase: 'running' | 'done' | 'cancelled' | 'crash' | 'memory';
  /** Losses of the unfixed script, growing while it trains; of its first start where there are several. */
  baseline: number[];
  reproduced?: Verdict | undefined;
  /** Nothing was heard of the training for long. */
  silent: boolean;
  /** The text the job was made from has been edited since. */
  stale: boolean;
  /** What the user tried and what the rerun offered, by the id the page gave it. */
  readonly extras: Map<string, Extra>;
  trial: 'idle' | 'asked' | { readonly refused: Message };
  progress?: Progress | undefined;
  sweep?: Sweep | undefined;
  landscape?: Landscape | Refusal | 'running' | 'broken' | undefined;
  /** Every specification was cut to so many epochs, on the user's wish. */
  shortenedTo?: number | undefined;
}

export type View =
  | { readonly kind: 'waiting' }
  | Rerun
  | { readonly kind: 'refusal'; readonly show: ShowRefusal }
  | { readonly kind: 'data'; readonly show: ShowDataWanted }
  | { readonly kind: 'curves'; readonly show: ShowCurves };

/** What the user set in the charts. */
export interface Choices {
  readonly match: ChartChoices;
  readonly fixes: ChartChoices;
  readonly sweep: ChartChoices;
  readonly curves: ChartChoices;
  /** Metrics shown of a log; undefined until the user chose. */
  readonly metrics?: readonly string[] | undefined;
}

/** What is kept of a rerun while the page is hidden. */
export interface Kept {
  readonly jobId: string;
  readonly shortenedTo?: number | undefined;
  readonly reproduced?: Verdict | undefined;
  readonly baseline: readonly number[];
  readonly extras: readonly (readonly [string, Extra])[];
  readonly judged: readonly { id: string; verdict: Verdict; runs: readonly Trace[] }[];
  readonly cancelled: boolean;
  readonly sweep?: Sweep | undefined;
}

/** The same training, cut to so many epochs; says so. */
export function shortened<Spec extends TrainingSpec | Refusal>(spec: Spec, epochs: number | undefined): Spec {
  if ('refused' in spec || epochs === undefined || epochs >= spec.epochs) return spec;
  const note: Message = { id: 'page.shortened', args: { epochs, declared: spec.epochs } };
  return { ...spec, epochs, substitutions: [...spec.substitutions, note] };
}
