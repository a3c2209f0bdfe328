/** Models of the script's own classes that say themselves how they take a step: `train_step`. */
import { Call } from '../python/call';
import { memberOf } from '../python/classes';
import { type FunctionValue, tuple, unknown, type Value } from '../python/values';
import type { ModelObject } from './model';
import type { Step } from './session';
import type { LayerObject } from './objects';

/** The `train_step` of the model's class. */
export function ownSteps({ instance }: ModelObject): FunctionValue | undefined {
  const method = instance && memberOf(instance.type, 'train_step');
  return method?.kind === 'function' ? method : undefined;
}

/**
 * A `fit` that takes the script's own steps: what one of them trains. A single step down a loss of Keras, on a batch as it
 * comes, is Keras' own.
 */
export function trainedBySteps(model: ModelObject, call: Call): Value {
  const { session, instance } = model;
  const method = ownSteps(model);
  if (!instance || !method) return session.train(model, call);
  const own = unknown(call.span, 'script.own-loop');
  const [x, y] = [{ ...own }, { ...own }];
  const steps = new Map<ModelObject, Step>();
  let count = 0;
  const outer = session.onStep;
  session.onStep = (step) => {
    count++;
    steps.set(step.model, step);
  };
  try {
    call.interpreter.call({ ...method, self: instance }, { positional: [tuple([x, y], call.span)], keywords: new Map() }, call.span);
  } finally {
    session.onStep = outer;
  }
  const [only] = steps.values();
  const isKeras = count === 1 && only?.batch?.x === x && only.batch.y === y && !only.model.ownLayers().some(isPenalised);
  const given = isKeras ? call.arguments : call.renamed(new Map(Object.entries({ ...call.bind('x y batch_size epochs'), x: own, y: own }))).arguments;
  const whole = new Call(call.interpreter, isKeras ? 'fit' : 'train_step', call.span, given);
  if (steps.size === 0) return session.train(model, whole);
  for (const step of steps.values()) session.train(step.model, whole, step.compiled);
  return own;
}

/** Whether Keras would add a penalty on its weights to the loss. */
function isPenalised({ given: { values } }: LayerObject): boolean {
  return [...values.keys()].some((name) => name.endsWith('_regularizer'));
}
