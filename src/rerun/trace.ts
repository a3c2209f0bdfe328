/**
 * What goes into a rerun and what comes out of it. Plain data: it crosses `postMessage`.
 * (NaN and infinities survive that; a shell that writes JSON has to spell them.)
 */
import type { Message } from '../text/message';
import type { Span } from '../text/span';
import type { Json, Objective, Tensor } from '../script/script';
import type { Remedy } from '../script/remedy';
import type { Crew } from './crew';

export interface LayerSpec {
  readonly className: string;
  readonly name: string;
  /** Keras' names, all defaults of the script's Keras version filled in. */
  readonly config: Readonly<Record<string, Json>>;
  readonly inputs: readonly number[];
  /** Number of the layer whose weights it uses: the same layer, applied once more. */
  readonly sharesWeightsWith?: number;
  /** Start weights out of a file, in the order of Keras' `get_weights()`; without them they are drawn. */
  readonly weights?: readonly Tensor[];
}

export interface ObjectSpec {
  readonly className: string;
  readonly config: Readonly<Record<string, Json>>;
}

export interface LossSpec {
  /** Keras' snake-case name, for example `mean_squared_error`. */
  readonly name: string;
  readonly config: Readonly<Record<string, Json>>;
  /** Of a function of the script's own: the operations it is made of, on the targets and the prediction, and which of them gives the loss. */
  readonly own?: { readonly layers: readonly LayerSpec[]; readonly output: number };
  /** Factor in the sum of the losses (`loss_weights`), 1 if left out. */
  readonly weight?: number;
}

/** Everything that is needed to train: the script's `fit`, with nothing unknown left in it. */
export interface TrainingSpec {
  readonly keras: 2 | 3;
  readonly backend: 'tensorflow' | 'jax' | 'torch';
  /** The script leaves the backend to Keras' settings: the log may tell that it was another one. */
  readonly backendOpen?: boolean;
  readonly layers: readonly LayerSpec[];
  readonly outputs: readonly number[];
  readonly optimizer: ObjectSpec;
  /** One for each output. */
  readonly losses: readonly LossSpec[];
  /** Layers whose sums are added to the losses of the outputs; none if left out. Targets that they are made of stand among the inputs. */
  readonly terms?: readonly number[];
  /** The loss that an epoch prints: the mean over its samples, over its batches, or that of the last batch; over the samples if left out. */
  readonly printed?: Objective['printed'];
  readonly metrics: readonly string[];
  readonly x: readonly Tensor[];
  readonly y: readonly Tensor[];
  /** Weight of each sample in the loss. */
  readonly sampleWeights?: Float64Array;
  readonly validation?: { readonly x: readonly Tensor[]; readonly y: readonly Tensor[]; readonly sampleWeights?: Float64Array };
  readonly epochs: number;
  readonly batchSize: number;
  readonly shuffle: boolean;
  readonly callbacks: readonly ObjectSpec[];
  /** What stands in for something the script did not give (synthetic data, …): each weakens the verdict. */
  readonly substitutions: readonly Message[];
}

/** A script that cannot be rerun, and why. */
export interface Refusal {
  readonly refused: Message;
  /** Place in the script where it stopped, if it is one place. */
  readonly span?: Span;
}

/** What the log printed, as far as the rerun has to reproduce it. */
export interface Observed {
  /** Printed losses of the complete epochs, in order. */
  readonly losses: readonly number[];
  /** Epoch number (1-based) of each loss where some are missing; else 1, 2, 3, … */
  readonly epochs?: readonly number[];
}

export type Outcome = 'confirmed' | 'partly' | 'refuted' | 'unknown';

export interface Verdict {
  readonly outcome: Outcome;
  readonly reason: Message;
  /** What weakens it: substitutions, another batch order, … */
  readonly caveats: readonly Message[];
  /** The numbers behind it, by stable names (`starts`, `passed`, `lowerBound`, `yardstick`, …). */
  readonly evidence: Readonly<Record<string, number>>;
}

/**
 * How a run ended: not finite; finite but no better than a constant prediction; better, but going up and down
 * without progress; still falling; at rest.
 */
export type End = 'diverged' | 'above-baseline' | 'bouncing' | 'falling' | 'settled';

export interface Trace {
  /** Number of the start; equal seeds draw equal start weights for every candidate. 0 is the log's own start. */
  readonly seed: number;
  /** Printed loss of every epoch, by Keras' float32 loss tracker; NaN and infinities kept. */
  readonly losses: readonly number[];
  /** Loss at the end without dropout and noise, where the printed one includes them. */
  readonly evaluated?: number;
  /** Set in the runs of a verdict. */
  readonly end?: End;
}

export interface CandidateJob {
  readonly id: string;
  readonly remedy: Remedy;
  readonly spec: TrainingSpec | Refusal;
}

export interface ConfirmJob {
  readonly baseline: TrainingSpec | Refusal;
  readonly candidates: readonly CandidateJob[];
  readonly observed?: Observed;
  /** Number of starts for each candidate, 20 unless the user says otherwise. */
  readonly starts: number;
  /** Share of a constant prediction's loss that a confirmed fix may leave, from 0 to 1; without it `GOAL`. */
  readonly goal?: number;
}

export type ConfirmEvent =
  /** Epoch losses as they come; `candidate` is undefined for the unfixed script. `from` counts epochs from 0. */
  | { readonly type: 'losses'; readonly candidate?: string; readonly seed: number; readonly from: number; readonly losses: readonly number[] }
  /**
   * How far it is: training runs done and to do, as far as is known now, and an estimate of the time left and of the
   * memory that it takes. The first one comes before anything is trained.
   */
  | { readonly type: 'progress'; readonly done: number; readonly total: number; readonly secondsLeft: number; readonly bytes: number }
  /** The fidelity gate: does the unfixed script show what the log shows? `confirmed`, or `unknown` with the reason. */
  | { readonly type: 'reproduced'; readonly verdict: Verdict; readonly baseline: Trace }
  | { readonly type: 'verdict'; readonly candidate: string; readonly verdict: Verdict; readonly runs: readonly Trace[] }
  /**
   * A remedy of the same kind that does hold, found by search after `candidate` did not. It comes with no verdict:
   * a shell edits the script with it and confirms the edited script like any other candidate.
   */
  | { readonly type: 'offer'; readonly candidate: string; readonly remedy: Remedy }
  | { readonly type: 'done' };

/** As much of `AbortSignal` as is asked for. */
export interface Cancellation {
  readonly aborted: boolean;
}

export interface ConfirmOptions {
  readonly signal?: Cancellation;
  /** Bound on the time of the whole job; what is undecided then is `unknown`. Default 60 s. */
  readonly budget?: { readonly milliseconds: number };
  /** Trains starts side by side; without it they are trained one after the other on this thread. */
  readonly crew?: Crew;
  /** The bytes of `tfjs-backend-wasm-simd.wasm` (from @tensorflow/tfjs-backend-wasm); without them larger models train slowly. */
  readonly wasm?: () => Promise<Uint8Array>;
}
