/** What the models of a script have to do with the rest of it: how they are compiled and trained, and where they are saved. */
import type { Span } from '../../text/span';
import type { Call } from '../python/call';
import type { Unknowable, Value } from '../python/values';
import type { ModelObject } from './model';
import type { ObjectiveEnds } from './objectives';
import type { LayerObject } from './objects';
import type { Batch } from './own-loops';

/** The arguments of a `compile` call. */
export interface CompileCall {
  readonly span: Span;
  readonly arguments: ReadonlyMap<string, Value>;
  /** What layers had as `trainable` when the model was compiled: what counts for its training. Of a class of the script it is not known. */
  readonly trainable: ReadonlyMap<LayerObject, Value> | undefined;
  readonly doubt?: Unknowable;
  /** What the script's own steps make smaller, in place of the losses. */
  readonly objective?: ObjectiveEnds;
  /** Set where the optimizer goes on from what it remembers. */
  readonly resumed?: Unknowable;
}

/** What the models of a script share. */
export interface Session {
  /** Keeps what a call of `fit` or one of its kin trains. */
  readonly train: (model: ModelObject, call: Call, compiled?: CompileCall, batch?: Batch) => Value;
  /** Models by the names of the files they were saved in. */
  readonly saved: Map<string, ModelObject>;
  /** Contents of a file that the script names; undefined where it is not at hand. */
  readonly file: (path: string) => Uint8Array | undefined;
  /** Where the pictures of layers made from now on have their channels, unless they say otherwise. */
  imageFormat: 'channels_first' | 'channels_last';
  /** Set while a `train_step` of the script is followed: takes its steps instead of `train`. */
  onStep?: ((step: Step) => void) | undefined;
}

/** One step of a training loop of the script's own; `batch`: what it trains on, where it is a step that `fit` would take. */
export interface Step {
  readonly model: ModelObject;
  readonly compiled: CompileCall;
  readonly batch: Batch | undefined;
  /** The models whose weights it changes. */
  readonly trained: readonly ModelObject[];
}
