import type { Span } from '../../text/span';
import type { Call } from '../python/call';
import { builtin, LibraryObject, list, tuple, unknown, type Value } from '../python/values';
import type { ModelObject } from './model';

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

/** What a loss of Keras gives for a batch. */
export class LossValue extends LibraryObject {
  readonly typeName = 'Tensor';
  readonly loss: Value;

  constructor(loss: Value, span: Span) {
    super(span);
    this.loss = loss;
  }
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

  constructor(loss: Value | undefined, span: Span) {
    super(span);
    this.loss = loss;
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
    // The mean of a loss is the loss that Keras itself would have.
    case 'tensorflow.reduce_mean':
    case 'keras.ops.mean':
    case 'keras.backend.mean':
      return positional[0] instanceof LossValue ? positional[0] : undefined;
    // Clipped gradients are still those of their loss.
    case 'tensorflow.clip_by_norm':
    case 'tensorflow.clip_by_value':
      return positional[0] instanceof GradientsObject ? positional[0] : undefined;
    case 'tensorflow.clip_by_global_norm':
      return positional[0] instanceof GradientsObject ? tuple([positional[0], unknown(call.span, 'script.trained', { name: call.name })], call.span) : undefined;
    default:
      return undefined;
  }
}

/** `optimizer.apply_gradients(zip(gradients, weights))` and `optimizer.minimize(loss, weights)`: a step of a training loop of the script's own. */
export function takesStep(optimizer: Value, call: Call): Value {
  const parts = call.arguments.positional.flatMap((value) => partsOf(value, call));
  const named = [...call.arguments.keywords.values()].flatMap((value) => partsOf(value, call));
  const all = [...parts, ...named];
  const weights = all.find((part) => part instanceof WeightsObject);
  const gradients = all.find((part) => part instanceof GradientsObject);
  const result = unknown(call.span, 'script.trained', { name: call.name });
  if (!weights) return result;
  const loss = gradients?.loss instanceof LossValue ? gradients.loss.loss : unknown(gradients?.span ?? call.span, 'script.own-loop');
  weights.model.step(optimizer, loss, call);
  return result;
}

function partsOf(value: Value, call: Call): readonly Value[] {
  if (value.kind !== 'list' && value.kind !== 'tuple') return [value];
  const items = call.interpreter.iterate(value);
  return Array.isArray(items) ? (items as Value[]).flatMap((item) => partsOf(item, call)) : [];
}
