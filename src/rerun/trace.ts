/**
 * What goes into a rerun and what comes out of it. Plain data: it crosses `postMessage` and JSON.
 */
import type { Message } from '../text/message';
import type { Json, Tensor } from '../script/script';
import type { Remedy } from '../script/remedy';

export interface LayerSpec {
  readonly className: string;
  readonly name: string;
  /** Keras' names, all defaults of the script's Keras version filled in. */
  readonly config: Readonly<Record<string, Json>>;
  readonly inputs: readonly number[];
}

/** Everything that is needed to train: the script's `fit`, with nothing unknown left in it. */
export interface TrainingSpec {
  readonly keras: 2 | 3;
  readonly backend: 'tensorflow' | 'jax' | 'torch';
  readonly layers: readonly LayerSpec[];
  readonly outputs: readonly number[];
  readonly optimizer: { readonly className: string; readonly config: Readonly<Record<string, Json>> };
  readonly losses: Readonly<Record<string, { readonly name: string; readonly config: Readonly<Record<string, Json>> }>>;
  readonly metrics: readonly string[];
  readonly x: readonly Tensor[];
  readonly y: readonly Tensor[];
  readonly validation?: { readonly x: readonly Tensor[]; readonly y: readonly Tensor[] };
  readonly epochs: number;
  readonly batchSize: number;
  readonly shuffle: boolean;
  readonly callbacks: readonly { readonly className: string; readonly config: Readonly<Record<string, Json>> }[];
  /** What stands in for something the script did not give (synthetic data, …): each weakens the verdict. */
  readonly substitutions: readonly Message[];
}

/** A script that cannot be rerun, and why. */
export interface Refusal {
  readonly refused: Message;
}

/** What the log printed, as far as the rerun has to reproduce it. */
export interface Observed {
  /** Loss of every printed epoch, first epoch first. */
  readonly losses: readonly number[];
}

export type Outcome = 'confirmed' | 'partly' | 'refuted' | 'unknown';

export interface Verdict {
  readonly outcome: Outcome;
  readonly reason: Message;
}

export interface Trace {
  /** Number of the start; equal seeds draw equal start weights for every candidate. */
  readonly seed: number;
  /** Printed loss of every epoch, by Keras' float32 loss tracker; NaN and infinities kept. */
  readonly losses: readonly number[];
}

export interface CandidateJob {
  readonly id: string;
  readonly remedy: Remedy;
  readonly spec: TrainingSpec | Refusal;
}

export interface ConfirmJob {
  readonly baseline: TrainingSpec;
  readonly candidates: readonly CandidateJob[];
  readonly observed?: Observed;
  /** Number of starts for each candidate, 20 unless the user says otherwise. */
  readonly starts: number;
}

export type ConfirmEvent =
  /** Epoch losses as they come; `candidate` is undefined for the unfixed script. */
  | { readonly type: 'losses'; readonly candidate?: string; readonly seed: number; readonly from: number; readonly losses: readonly number[] }
  /** The fidelity gate: does the unfixed script show what the log shows? */
  | { readonly type: 'reproduced'; readonly verdict: Verdict; readonly baseline: Trace }
  | { readonly type: 'verdict'; readonly candidate: string; readonly verdict: Verdict; readonly runs: readonly Trace[] }
  | { readonly type: 'done' };
