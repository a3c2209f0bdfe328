import type { TextEdit } from '../text/edit';
import type { Message } from '../text/message';
import { optimizerClass } from './keras/names';
import { optimizerSignature } from './keras/optimizers';
import { ProgramParser } from './python/program';
import type { Part } from './remedies/fingerprint';
import { activateHidden, writtenActivation, constantLayers, drawWeights, lastLayer, setActivation, setUnits, sigmoidLayers } from './remedies/layers';
import { accuracies, isFromLogits, onlyLoss, setFromLogits, setLoss, setMetric } from './remedies/losses';
import { addNormalization, startsNormalized } from './remedies/normalization';
import { cannotNormalize, isNormalized, normalizeInputs } from './remedies/normalize';
import { clipGradients, setLearningRate, useOptimizer } from './remedies/optimizer';
import { addRescaling, endsRescaled } from './remedies/rescaling';
import { ScriptText } from './remedies/text';
import { addCallback, addShuffle, callbackNamed, cannotSetBatch, raiseOnNaN, setCount } from './remedies/training';
import { Verifier } from './remedies/verify';
import type { Compile, Fit, Json, Layer, Optimizer, Script } from './script';

/**
 * A change to the script, as data. `remedyEdits` is the only way to carry one out;
 * the rerun never sees a remedy, only the edited text.
 */
export type Remedy =
  | { readonly kind: 'learning-rate'; readonly value: number }
  /** `value`: learning rate; undefined leaves Keras' default (0.001). */
  | { readonly kind: 'adam'; readonly value?: number | undefined }
  /** `value`: Keras class name; `learningRate` undefined leaves Keras' default. */
  | { readonly kind: 'optimizer'; readonly value: string; readonly learningRate?: number | undefined }
  /** `value`: clipnorm. */
  | { readonly kind: 'clip-gradients'; readonly value: number }
  | { readonly kind: 'normalize-inputs' }
  /** A `Normalization` layer before the first, adapted to the data: the model itself scales whatever it is given. */
  | { readonly kind: 'normalization-layer' }
  /** A `Rescaling` layer behind the last, which brings its outputs to the targets: scale · output + offset. */
  | { readonly kind: 'rescale-output'; readonly scale: number; readonly offset: number }
  /** Activation of the last layer. */
  | { readonly kind: 'output-activation'; readonly value: 'sigmoid' | 'softmax' | 'softplus' | 'linear' }
  /** Activation of the hidden layers that have a sigmoid. */
  | { readonly kind: 'hidden-activation'; readonly value: 'relu' }
  /** Units of the last layer. */
  | { readonly kind: 'output-units'; readonly value: number }
  /** Loss by Keras' snake-case name. */
  | { readonly kind: 'loss'; readonly value: string }
  | { readonly kind: 'from-logits'; readonly value: boolean }
  /** Metric that takes the place of the accuracy. */
  | { readonly kind: 'metric'; readonly value: string }
  /** Rows in a batch, in the call of `fit` or where the pipeline makes its batches. */
  | { readonly kind: 'batch-size'; readonly value: number }
  | { readonly kind: 'epochs'; readonly value: number }
  /** Adds a callback. */
  | { readonly kind: 'callback'; readonly value: 'TerminateOnNaN' | 'ReduceLROnPlateau' | 'EarlyStopping' }
  /** Lets `fit` (or the data set) shuffle. */
  | { readonly kind: 'shuffle' }
  /** Takes constant kernel initializers away from hidden layers. */
  | { readonly kind: 'initializer' }
  /** `TerminateOnNaN(raise_error=True)`. */
  | { readonly kind: 'raise-on-nan' };

export type RemedyKind = Remedy['kind'];

/** How one remedy is carried out and recognised. */
interface Plan {
  /** Parts of the reading that it may change. */
  readonly parts: readonly Part[];
  /** Whether the script already is as the remedy wants it. */
  readonly done: (fit: Fit, text: ScriptText) => boolean;
  /** Ways to do it, the most natural first. */
  readonly ways: () => Iterable<readonly TextEdit[]>;
}

/**
 * The edits that carry out a remedy on `script.text` for one of its fits: in the user's own style, verified by
 * reading the edited text again, none if the script already is so. Never throws.
 */
export function remedyEdits(script: Script, fit: Fit, remedy: Remedy): { readonly edits: readonly TextEdit[] } | { readonly refused: Message } {
  if (!script.fits.includes(fit)) return { refused: { id: 'script.refused.no-fit' } };
  const verifier = new Verifier(script, fit);
  const now = verifier.fit;
  if (!now) return { refused: { id: 'script.refused.other-file' } };
  const text = new ScriptText(new ProgramParser().parse(script.text));
  const plan = planFor(text, now, remedy, script.keras, fit.x);
  // What only the files that it imports tell cannot be changed here; what stands in this one can.
  if ('id' in plan) return { refused: 'id' in planFor(text, fit, remedy, script.keras, fit.x) ? plan : { id: 'script.refused.other-file' } };
  if (plan.done(now, text)) return { edits: [] };
  for (const edits of plan.ways()) {
    if (verifier.accepts(edits, plan.parts, plan.done)) return { edits };
  }
  return { refused: { id: 'script.refused.not-safe' } };
}

/** `data`: the fit's input as it is known with data files, without which `fit` is read. */
function planFor(text: ScriptText, fit: Fit, remedy: Remedy, keras: 2 | 3, data: Fit['x']): Plan | Message {
  switch (remedy.kind) {
    case 'learning-rate':
    case 'clip-gradients':
      return optimizerPlan(text, fit, remedy);
    case 'adam':
      return otherOptimizerPlan(text, fit, keras, 'Adam', remedy.value);
    case 'optimizer':
      return otherOptimizerPlan(text, fit, keras, remedy.value, remedy.learningRate);
    case 'normalize-inputs':
      return (
        cannotNormalize(text, fit) ?? {
          parts: ['x', 'validation'],
          // Arithmetic that the reader cannot follow on numbers that it knows is none that Python could do.
          done: (now, read) => (now.x.known || !fit.x.known) && isNormalized(now, read),
          ways: () => normalizeInputs(text, fit, data),
        }
      );
    case 'normalization-layer':
      return fit.model.known ? { parts: ['model'], done: startsNormalized, ways: () => addNormalization(text, fit) } : fit.model.reason;
    case 'rescale-output': {
      if (!fit.model.known) return fit.model.reason;
      const layer = lastLayer(fit);
      if (!layer) return { id: 'script.refused.several-outputs' };
      return { parts: ['model'], done: (now) => endsRescaled(now, remedy), ways: () => addRescaling(text, layer, remedy) };
    }
    case 'output-activation':
    case 'output-units':
      return outputPlan(text, fit, remedy);
    case 'loss':
    case 'from-logits':
    case 'metric':
      return lossPlan(text, fit, remedy);
    case 'epochs':
      return { parts: ['epochs'], done: ({ epochs }) => epochs.known && epochs.value === remedy.value, ways: () => setCount(text, fit, 'epochs', remedy.value) };
    case 'batch-size':
      return (
        cannotSetBatch(text, fit) ?? {
          parts: ['batchSize'],
          done: ({ batchSize }) => batchSize.known && batchSize.value === remedy.value,
          ways: () => setCount(text, fit, 'batch-size', remedy.value),
        }
      );
    case 'callback':
      if (!fit.callbacks.known) return fit.callbacks.reason;
      return { parts: ['callbacks'], done: (now) => callbackNamed(now, remedy.value) !== undefined, ways: () => addCallback(text, fit, remedy.value) };
    case 'raise-on-nan':
      if (!callbackNamed(fit, 'TerminateOnNaN')) return { id: 'script.refused.no-callback' };
      return { parts: ['callbacks'], done: raises, ways: () => raiseOnNaN(text, fit) };
    case 'shuffle':
      return { parts: ['shuffle'], done: (now) => now.shuffle.known && now.shuffle.value, ways: () => addShuffle(text, fit) };
    case 'hidden-activation':
      if (!fit.model.known) return fit.model.reason;
      return { parts: ['model'], done: (now) => now.model.known && sigmoidLayers(now).length === 0, ways: () => activateHidden(text, fit, remedy.value) };
    case 'initializer':
      if (!fit.model.known) return fit.model.reason;
      return { parts: ['model'], done: (now) => now.model.known && constantLayers(now).length === 0, ways: () => drawWeights(text, fit) };
  }
}

function raises(fit: Fit): boolean {
  const read = callbackNamed(fit, 'TerminateOnNaN')?.config.raise_error;
  return read?.known === true && read.value === true;
}

function outputPlan(text: ScriptText, fit: Fit, remedy: Extract<Remedy, { kind: 'output-activation' | 'output-units' }>): Plan | Message {
  if (!fit.model.known) return fit.model.reason;
  const layer = lastLayer(fit);
  if (!layer) return { id: 'script.refused.several-outputs' };
  const has = (test: (last: Layer) => boolean) => (now: Fit) => {
    const last = lastLayer(now);
    return last !== undefined && test(last);
  };
  if (remedy.kind === 'output-activation') {
    return { parts: ['model'], done: has((last) => writtenActivation(last) === remedy.value), ways: () => setActivation(text, layer, remedy.value) };
  }
  return {
    parts: ['model'],
    done: has(({ config }) => config.units?.known === true && config.units.value === remedy.value),
    ways: () => setUnits(text, layer, remedy.value),
  };
}

function lossPlan(text: ScriptText, fit: Fit, remedy: Extract<Remedy, { kind: 'loss' | 'from-logits' | 'metric' }>): Plan | Message {
  if (!fit.compile.known) return fit.compile.reason;
  const compile = fit.compile.value;
  const has = (test: (compiled: Compile) => boolean) => (now: Fit) => now.compile.known && test(now.compile.value);
  switch (remedy.kind) {
    case 'loss':
      return { parts: ['losses'], done: has((now) => onlyLoss(now)?.name === remedy.value), ways: () => setLoss(text, compile, remedy.value) };
    case 'from-logits':
      return {
        parts: ['losses'],
        done: has((now) => {
          const loss = onlyLoss(now);
          return loss !== undefined && loss.name === onlyLoss(compile)?.name && isFromLogits(loss) === remedy.value;
        }),
        ways: () => setFromLogits(text, compile, remedy.value),
      };
    case 'metric':
      return {
        parts: ['metrics'],
        done: has(({ metrics }) => metrics.known && metrics.value.includes(remedy.value) && !metrics.value.some((name) => accuracies.has(name))),
        ways: () => setMetric(text, compile, remedy.value),
      };
  }
}

function optimizerPlan(text: ScriptText, fit: Fit, remedy: Extract<Remedy, { kind: 'learning-rate' | 'clip-gradients' }>): Plan | Message {
  if (!fit.compile.known) return fit.compile.reason;
  const compile = fit.compile.value;
  if (!compile.optimizer.known) return compile.optimizer.reason;
  const optimizer = compile.optimizer.value;
  const { kind, value } = remedy;
  const written = kind === 'learning-rate' ? rateOf : (read: Optimizer) => valueOf(read, 'clipnorm');
  const write = kind === 'learning-rate' ? setLearningRate : clipGradients;
  return {
    parts: ['optimizer'],
    done: (now) => optimizerHas(now, (read) => read.className === optimizer.className && written(read) === value),
    ways: () => write(text, compile, optimizer, value),
  };
}

/** `name`: of a class, or as Keras' strings have it; `rate` undefined stands for Keras' default. */
function otherOptimizerPlan(text: ScriptText, fit: Fit, keras: 2 | 3, name: string, rate: number | undefined): Plan | Message {
  if (!fit.compile.known) return fit.compile.reason;
  const compile = fit.compile.value;
  if (!compile.optimizer.known) return compile.optimizer.reason;
  const optimizer = compile.optimizer.value;
  const className = optimizerClass(name);
  if (className === undefined) return { id: 'script.unknown-optimizer', args: { name } };
  const wanted = rate ?? optimizerSignature(className, keras)?.defaults.learning_rate;
  const done = (now: Fit): boolean => optimizerHas(now, (read) => read.className === className && rateOf(read) === wanted);
  return { parts: ['optimizer'], done, ways: () => useOptimizer(text, compile, optimizer, className, rate) };
}

function optimizerHas(fit: Fit, test: (optimizer: Optimizer) => boolean): boolean {
  return fit.compile.known && fit.compile.value.optimizer.known && test(fit.compile.value.optimizer.value);
}

function valueOf(optimizer: Optimizer, name: string): Json | undefined {
  const read = optimizer.config[name];
  return read?.known ? read.value : undefined;
}

/** The learning rate, of a schedule the one it starts from. */
function rateOf(optimizer: Optimizer): Json | undefined {
  const rate = valueOf(optimizer, 'learning_rate');
  if (typeof rate !== 'object' || rate === null || !('config' in rate)) return rate;
  const { config } = rate;
  return typeof config === 'object' && config !== null && 'initial_learning_rate' in config ? config.initial_learning_rate : undefined;
}
