/**
 * What a Python training script says, read without running it.
 * Every value carries the place it came from; what could not be known says where reading stopped and why.
 */
import type { Message } from '../text/message';
import type { Span } from '../text/span';

export interface Known<T> {
  readonly known: true;
  readonly value: T;
  /** Where it is written; for a default of Keras, the call whose default it is. */
  readonly span: Span;
  /** Nobody wrote it: it is Keras' default. */
  readonly byDefault?: boolean;
}

export interface Unknown {
  readonly known: false;
  /** Where reading stopped. */
  readonly span: Span;
  readonly reason: Message;
  /** Of arrays whose numbers are not at hand: the shape of each as far as it is known, -1 for an unknown length. */
  readonly shapes?: readonly (readonly number[])[];
  /** What a search starts with where it chooses this. */
  readonly start?: Json;
}

export type Read<T> = Known<T> | Unknown;

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** An n-dimensional array of numbers, row-major. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float64Array;
  readonly dtype: 'float32' | 'float64' | 'int64' | 'int32' | 'uint8' | 'bool';
  /** The numbers are not those of the script, only drawn by the same law: why. */
  readonly substituted?: Message;
}

export interface Layer {
  /** Keras class name, for example `Dense`. */
  readonly className: string;
  readonly name?: string;
  readonly span: Span;
  /** Arguments by Keras' names, only those that were written; positional ones are named. */
  readonly config: Readonly<Record<string, Read<Json>>>;
  /** Indices of the layers whose outputs this one takes; for a Sequential model the one before it. */
  readonly inputs: readonly number[];
  /**
   * Where the class comes from if not from Keras: `script`, `keras.applications`, another library, or `operation` for what a function
   * or an operator does to tensors, under Keras 3's name for it (`Square`, `Sum`, …; keras/src/ops) where it has one.
   */
  readonly origin?: string;
  /** The layer inside a `TimeDistributed` or `Bidirectional`, whose arguments may not all be known. */
  readonly wrapped?: Layer;
  /** What a `Lambda` does, on inputs of its own, where its function could be followed. */
  readonly inside?: Graph;
  /** Index of the layer whose weights it uses: the same layer, applied once more. */
  readonly sharesWeightsWith?: number;
  /** Of a model of `keras.applications` that is frozen in part: whether each of its layers is trained. */
  readonly trainedLayers?: readonly boolean[];
  /** Weights it starts from, out of a file, in the order of Keras' `get_weights()`. */
  readonly weights?: readonly Tensor[];
}

/** Layers and how they hang together. */
export interface Graph {
  /** In topological order; an `InputLayer` first where the script names an input shape. */
  readonly layers: readonly Layer[];
  /** Indices into `layers`. */
  readonly outputs: readonly number[];
}

export interface Model extends Graph {
  readonly kind: 'sequential' | 'functional' | 'subclassed';
  readonly span: Span;
}

/** Keras' SGD, Adam, … with the defaults of the Keras version that the script uses filled in. */
export interface Optimizer {
  /** Keras class name, for example `SGD`. */
  readonly className: string;
  /** The `optimizer=` argument of `compile`, or the place where its value is built. */
  readonly span: Span;
  readonly form: 'string' | 'call' | 'default';
  /** By Keras' names (`learning_rate` also for the old `lr=`), defaults included (`byDefault`). */
  readonly config: Readonly<Record<string, Read<Json>>>;
}

export interface Loss {
  /** Keras' snake-case name, for example `mean_squared_error` (also for `mse` and `MeanSquaredError()`). */
  readonly name: string;
  readonly span: Span;
  readonly config: Readonly<Record<string, Read<Json>>>;
}

/** A loss function of the script's own. */
export interface OwnLoss {
  readonly name: string;
  readonly span: Span;
  /** Operations on two inputs, the targets and the prediction. */
  readonly body: Graph;
}

/** What a training makes smaller, where that is more than Keras' losses of the model's outputs: the model, and all that lies behind it. */
export interface Objective extends Graph {
  /** Indices of tensors whose sums are added to the losses of the outputs (`add_loss`, or all there is in a `train_step`). */
  readonly terms: readonly number[];
  /** Indices of the inputs that are given the targets, in the order of those. */
  readonly targets: readonly number[];
  /** Keras' losses of the outputs, as in `Compile`; an output without one is not compared with anything. */
  readonly losses: Compile['losses'];
  /** The loss that an epoch prints: the mean over its samples, over its batches, or that of the last batch. */
  readonly printed: 'samples' | 'batches' | 'last';
}

export interface Compile {
  /** The whole `model.compile(...)` call. */
  readonly span: Span;
  readonly optimizer: Read<Optimizer>;
  /** By output name; the single output of most models is `''`. */
  readonly losses: Read<Readonly<Record<string, Loss>>>;
  /** What the one loss function computes that is the script's own, where that could be followed: `losses` is not known then. */
  readonly ownLoss?: OwnLoss;
  readonly metrics: Read<readonly string[]>;
  /** `loss_weights`: a list, or an object by output name; null if there is none. */
  readonly lossWeights: Read<Json>;
}

export interface Callback {
  readonly className: string;
  readonly span: Span;
  readonly config: Readonly<Record<string, Read<Json>>>;
  /** Of code of the script's own: it only watches the training, may end it early, or may change anything. */
  readonly reach?: 'watches' | 'stops' | 'changes';
}

/** One `model.fit(...)` and what is known of everything that goes into it. */
export interface Fit {
  /** The whole call. */
  readonly span: Span;
  /** `apply_gradients` stands for its kin as well: a step of a training loop of the script's own. */
  readonly method: 'fit' | 'fit_generator' | 'train_on_batch' | 'apply_gradients';
  readonly model: Read<Model>;
  readonly compile: Read<Compile>;
  /** Set where more than the losses of `compile`, which are not known then, is made smaller. */
  readonly objective?: Read<Objective>;
  readonly x: Read<readonly Tensor[]>;
  readonly y: Read<readonly Tensor[]>;
  readonly epochs: Read<number>;
  /** null: the data set batches itself. */
  readonly batchSize: Read<number | null>;
  readonly stepsPerEpoch: Read<number | null>;
  readonly shuffle: Read<boolean>;
  readonly validationSplit: Read<number>;
  readonly validationData: Read<{ readonly x: readonly Tensor[]; readonly y: readonly Tensor[]; readonly sampleWeight?: Tensor } | null>;
  readonly callbacks: Read<readonly Callback[]>;
  /** `class_weight` as Keras takes it: weight by class number; null if there is none. */
  readonly classWeight: Read<Json>;
  readonly sampleWeight: Read<Tensor | null>;
  /** Set where the script takes the steps of the training itself, and they are not plainly those of a `fit`: why. */
  readonly ownLoop?: Unknown;
  /** Set where the model starts from weights out of a file, and not as Keras draws them. */
  readonly loadedWeights?: Unknown;
  /** Set where a search chooses how the model is built: this is the one that it builds before it chooses. */
  readonly searched?: Unknown;
}

export interface Script {
  readonly text: string;
  readonly syntaxErrors: readonly Span[];
  /** Which Keras the script was written for, by its imports, names and order of arguments; 3 where nothing speaks against it. */
  readonly keras: 2 | 3;
  /** Backend that trains it: `tensorflow` unless the script says otherwise. */
  readonly backend: 'tensorflow' | 'jax' | 'torch';
  /** The script says which; else Keras' own settings decide, which are not in it. */
  readonly backendNamed: boolean;
  /** Data files the script names, as it names them; those given to the reader are in the tensors. */
  readonly files: readonly string[];
  /** Where the user's own files may be that it imports, from its folder (`config.py`); those given to the reader were followed. */
  readonly modules: readonly string[];
  /** In the order in which they are run; a call in a loop or a function stands here once for every time, 20 times at most; a step of a training loop of the script's own once. */
  readonly fits: readonly Fit[];
}
