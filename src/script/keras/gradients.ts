import type { Span } from '../../text/span';
import type { Call } from '../python/call';
import { builtin, doubtOf, LibraryObject, list, tuple, unknown, type Value } from '../python/values';
import type { ModelObject } from './model';
import { SymbolObject } from './symbols';
import type { Batch } from './own-loops';

/** `model.trainable_variables`: all weights of a model; in a loop over them, one of them stands for all. */
export class WeightsObject extends LibraryObject {
  readonly typeName = 'list';
  readonly model: ModelObject;

  constructor(model: ModelObject, span: Span) {
    super(span);
    this.model = model;
  }

  override iterate(): readonly Value[] {
    return [this];
  }

  override operate(operator: string, left: Value, right: Value, span: Span): Value | undefined {
    return operator === '+' ? list([left, right], span) : undefined;
  }
}

/** What a model makes of a batch: numbers that only training can tell. */
export class PredictionObject extends LibraryObject {
  readonly typeName = 'Tensor';
  readonly model: ModelObject;
  readonly x: Value;

  /** @param doubt about the batch. */
  constructor(model: ModelObject, x: Value, span: Span, doubt = doubtOf(x)) {
    super(span);
    this.model = model;
    this.x = x;
    this.doubt = doubt ?? unknown(span, 'script.trained', { name: model.typeName });
  }
}

/** What a loss of Keras gives for a batch. */
export class LossValue extends LibraryObject {
  readonly typeName = 'Tensor';
  readonly loss: Value;
  /** What it compares, where that is a prediction and its targets, and nothing weighs them. */
  readonly of: { readonly target: Value; readonly prediction: PredictionObject } | undefined;
  /** It is one number, the mean over the batch, and not one for each sample. */
  readonly isMean: boolean;

  /** @param call with the targets and the prediction. */
  constructor(loss: Value, call: Call, { isMean = true, of = compared(call) }: Partial<Pick<LossValue, 'isMean' | 'of'>> = {}) {
    super(call.span);
    this.loss = loss;
    this.isMean = isMean;
    this.of = of;
  }

  /** The mean of a loss is the loss that Keras itself would have. */
  mean(call: Call): LossValue {
    return new LossValue(this.loss, call, { of: this.of });
  }
}

function compared(call: Call): LossValue['of'] {
  const { y_true: trueTarget, y: target = trueTarget, y_pred: prediction, sample_weight: weight } = call.bind('y_true y_pred sample_weight');
  return target && prediction instanceof PredictionObject && !weight ? { target, prediction } : undefined;
}

/** `tf.GradientTape()`. */
class TapeObject extends LibraryObject {
  readonly typeName = 'GradientTape';

  override attribute(name: string, span: Span): Value | undefined {
    return name === 'gradient' ? builtin(name, span, (call) => new GradientsObject(call.bind('target sources').target, call.span)) : undefined;
  }
}

/** `tape.gradient(loss, weights)`; in a loop over them, one stands for all. */
class GradientsObject extends LibraryObject {
  readonly typeName = 'list';
  readonly loss: Value | undefined;
  /** They are not those that an optimizer without clipping would get. */
  readonly isClipped: boolean;

  constructor(loss: Value | undefined, span: Span, isClipped = false) {
    super(span);
    this.loss = loss;
    this.isClipped = isClipped;
  }

  override iterate(): readonly Value[] {
    return [this];
  }
}

/** Calls that a training loop of the script's own is made of; undefined for all others. */
export function gradientCall(call: Call): Value | undefined {
  const { positional } = call.arguments;
  switch (call.name) {
    case 'tensorflow.GradientTape':
      return new TapeObject(call.span);
    case 'tensorflow.reduce_mean':
    case 'keras.ops.mean':
    case 'keras.backend.mean':
      return positional[0] instanceof LossValue ? positional[0].mean(call) : undefined;
    // Clipped gradients are still those of their loss.
    case 'tensorflow.clip_by_norm':
    case 'tensorflow.clip_by_value':
      return positional[0] instanceof GradientsObject ? new GradientsObject(positional[0].loss, call.span, true) : undefined;
    case 'tensorflow.clip_by_global_norm':
      return positional[0] instanceof GradientsObject ? tuple([new GradientsObject(positional[0].loss, call.span, true), unknown(call.span, 'script.trained', { name: call.name })], call.span) : undefined;
    default:
      return undefined;
  }
}

/** `optimizer.apply_gradients(zip(gradients, weights))` and `optimizer.minimize(loss, weights)`: a step of a training loop of the script's own. */
export function takesStep(optimizer: Value, call: Call): Value {
  const parts = call.arguments.positional.flatMap((value) => partsOf(value, call));
  const named = [...call.arguments.keywords.values()].flatMap((value) => partsOf(value, call));
  const all = [...parts, ...named];
  const [weights, ...others] = all.filter((part) => part instanceof WeightsObject);
  const gradients = all.find((part) => part instanceof GradientsObject);
  const result = unknown(call.span, 'script.trained', { name: call.name });
  if (!weights) return result;
  const goal = gradients ? gradients.loss : all.find((part) => part instanceof SymbolObject);
  const loss = goal instanceof LossValue ? goal : undefined;
  const batch = loss && gradients && !gradients.isClipped && others.length === 0 ? batchOf(loss, weights.model) : undefined;
  const symbol = goal instanceof SymbolObject && !gradients?.isClipped ? goal : undefined;
  const trained = [weights, ...others].map(({ model }) => model);
  weights.model.step(optimizer, loss?.loss ?? symbol ?? unknown(gradients?.span ?? call.span, 'script.own-loop'), call, batch, trained);
  return result;
}

/** What a step down this loss trains the model on, where it is a step of `fit`. */
function batchOf({ of, isMean }: LossValue, model: ModelObject): Batch | undefined {
  const parts = model.parts();
  const isOwn = of?.prediction.model === model || (parts.length === 1 && parts[0] === of?.prediction.model);
  return of && isMean && isOwn ? { x: of.prediction.x, y: of.target } : undefined;
}

function partsOf(value: Value, call: Call): readonly Value[] {
  if (value.kind !== 'list' && value.kind !== 'tuple') return [value];
  const items = call.interpreter.iterate(value);
  return Array.isArray(items) ? (items as Value[]).flatMap((item) => partsOf(item, call)) : [];
}
