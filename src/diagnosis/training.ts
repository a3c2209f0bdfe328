/** How a run was trained, as far as the log and the script tell, and what has to be assumed where they do not. */
import type { Epoch, Run } from '../log/run';
import type { Compile, Fit, Json, Known, Loss, Read } from '../script/script';
import type { Span } from '../text/span';

/** A quantity and whether somebody wrote it, the log shows it, or it had to be assumed. */
export interface Fact<T> {
  readonly value: T;
  readonly assumed: boolean;
}

/** `descent`: SGD in its forms, whose stability the loss alone tells. `adaptive`: its bound is on a preconditioned Hessian. */
export type Family = 'descent' | 'adaptive' | 'unknown';

export interface Training {
  readonly family: Family;
  /** Keras class name. */
  readonly optimizer: string | undefined;
  /** Place of the `optimizer=` argument. */
  readonly optimizerSpan: Span | undefined;
  /** The last one, where several are printed. */
  readonly learningRate: Fact<number> | undefined;
  /** Keras class name of the schedule that the optimizer has for a learning rate. */
  readonly schedule: string | undefined;
  /** The learning rate changes during the run, so that one number does not describe it. */
  readonly scheduled: boolean;
  /** The learning rate is raised from epoch to epoch, at least tenfold in all: a learning-rate finder. */
  readonly sweep: boolean;
  readonly momentum: Fact<number> | undefined;
  readonly nesterov: boolean;
  /** Gradients are clipped, or may be: an argument that could not be read counts. */
  readonly clipped: boolean;
  readonly stepsPerEpoch: Fact<number> | undefined;
  readonly batchSize: Fact<number> | undefined;
  /** Training samples of an epoch; where only steps are known, at most steps × batch size. */
  readonly samples: Fact<number> | undefined;
  /** `label_smoothing` of that loss; undefined where it could not be read. */
  readonly labelSmoothing: number | undefined;
  /** Keras' snake-case name, where the model has a single loss, and its place. */
  readonly lossName: string | undefined;
  readonly lossSpan: Span | undefined;
}

const adaptive = new Set([
  'Adam', 'AdamW', 'Adamax', 'Nadam', 'RMSprop', 'Adagrad', 'Adadelta', 'Ftrl', 'Lion', 'Adafactor', 'Lamb', 'Muon',
]);

/** Keras' default learning rates, of SGD and of Adam and most of its kin. */
export const usualRate = { descent: 0.01, adaptive: 0.001 } as const;

const kerasBatchSize = 32; // default of model.fit

/** Reads what a `fit` and its log tell about the training. */
export function trainingOf(run: Run | undefined, fit: Fit | undefined): Training {
  // Of a search, only its start is known: it trains with other optimizers as well.
  const compile = fit?.searched ? undefined : known(fit?.compile);
  const optimizer = known(compile?.value.optimizer);
  const config = optimizer?.value.config ?? {};
  const rates = printedRates(run);
  // A LearningRateScheduler sets its own before the first step: the one that the optimizer was given is never used.
  const written = hasCallback(fit, 'LearningRateScheduler') ? undefined : numberIn(config['learning_rate']);
  const steps = stepsOf(run, fit);
  const batchSize = batchSizeOf(fit);
  const loss = soleLoss(compile);
  const className = optimizer?.value.className;
  return {
    family: className === undefined ? 'unknown' : className === 'SGD' ? 'descent' : adaptive.has(className) ? 'adaptive' : 'unknown',
    optimizer: className,
    optimizerSpan: optimizer?.value.span,
    learningRate: rates.length > 0 ? { value: rates.at(-1)!, assumed: false } : written,
    scheduled: rates.length > 0 ? new Set(rates).size > 1 : hasCallback(fit, 'LearningRateScheduler', 'ReduceLROnPlateau') || announcesRates(run),
    schedule: scheduleIn(config['learning_rate']),
    sweep: isSweep(rates),
    momentum: numberIn(config['momentum']),
    nesterov: known(config['nesterov'])?.value === true,
    clipped: ['clipnorm', 'clipvalue', 'global_clipnorm'].some((name) => isSet(config[name])),
    stepsPerEpoch: steps,
    batchSize,
    samples: samplesOf(fit) ?? (steps && { value: steps.value * (batchSize?.value ?? kerasBatchSize), assumed: true }),
    labelSmoothing: loss?.config['label_smoothing'] ? numberIn(loss.config['label_smoothing'])?.value : 0,
    lossName: loss?.name,
    lossSpan: loss?.span,
  };
}

export function known<T>(read: Read<T> | undefined): Known<T> | undefined {
  return read?.known ? read : undefined;
}

function numberIn(read: Read<Json> | undefined): Fact<number> | undefined {
  const found = known(read);
  return typeof found?.value === 'number' ? { value: found.value, assumed: found.byDefault ?? false } : undefined;
}

function scheduleIn(read: Read<Json> | undefined): string | undefined {
  const value = known(read)?.value;
  const name = typeof value === 'object' && value !== null ? Object(value)['class_name'] : undefined;
  return typeof name === 'string' ? name : undefined;
}

/** An argument that is given, and not as None. What cannot be read may be set. */
function isSet(read: Read<Json> | undefined): boolean {
  return read !== undefined && !(read.known && (read.value === null || read.value === false));
}

function printedRates(run: Run | undefined): number[] {
  return (run?.epochs ?? []).flatMap(({ learningRate }: Epoch) => (learningRate ? [learningRate.value] : []));
}

/** A warm-up rises too, but ends; a finder's rates rise to the end. */
function isSweep(rates: readonly number[]): boolean {
  const rises = rates.slice(1).filter((rate, at) => rate > rates[at]!).length;
  return rates.length >= 5 && rises >= 0.9 * (rates.length - 1) && rates.at(-1)! >= 10 * rates[0]!;
}

function announcesRates(run: Run | undefined): boolean {
  return run?.notices.some(({ kind }) => kind === 'lr-schedule' || kind === 'reduce-lr') ?? false;
}

function hasCallback(fit: Fit | undefined, ...names: readonly string[]): boolean {
  const callbacks = known(fit?.callbacks)?.value ?? [];
  return callbacks.some(({ className }) => names.includes(className));
}

function stepsOf(run: Run | undefined, fit: Fit | undefined): Fact<number> | undefined {
  if (run?.stepsPerEpoch !== undefined) return { value: run.stepsPerEpoch, assumed: false };
  const written = known(fit?.stepsPerEpoch)?.value;
  if (typeof written === 'number') return { value: written, assumed: false };
  const samples = samplesOf(fit);
  const batchSize = known(fit?.batchSize)?.value;
  if (!samples || typeof batchSize !== 'number') return undefined;
  return { value: Math.ceil(samples.value / batchSize), assumed: false };
}

function batchSizeOf(fit: Fit | undefined): Fact<number> | undefined {
  const read = known(fit?.batchSize);
  return typeof read?.value === 'number' ? { value: read.value, assumed: read.byDefault ?? false } : undefined;
}

/** Samples that remain for training after `validation_split` (Keras keeps the first floor(n · (1 − split))). */
function samplesOf(fit: Fit | undefined): Fact<number> | undefined {
  const samples = known(fit?.x)?.value[0]?.shape[0];
  if (samples === undefined) return undefined;
  return { value: Math.floor(samples * (1 - (known(fit?.validationSplit)?.value ?? 0))), assumed: false };
}

function soleLoss(compile: Known<Compile> | undefined): Loss | undefined {
  const losses = Object.values(known(compile?.value.losses)?.value ?? {});
  return losses.length === 1 ? losses[0] : undefined;
}

