/** Callbacks of a script that set the learning rate: their methods are followed through the training, without its losses. */
import type { Span } from '../../text/span';
import { methodOf } from '../python/classes';
import type { Call } from '../python/call';
import { dict, float, type Instance, integer, LibraryObject, text, unknown, type Value } from '../python/values';
import type { Compile, Json, Read } from '../script';
import { KerasObject } from './objects';

/** Work that one callback may take, as `Budget` counts it. */
const mostWork = 100_000;

/** How long a training is, as far as it is known. */
export interface Length {
  readonly epochs: Read<number>;
  /** Steps of an epoch. */
  readonly steps: number | undefined;
}

/** The optimizer of a training, whose learning rate is a float32. */
class TrainedOptimizer extends KerasObject {
  constructor(className: string, rate: number, span: Span) {
    super('optimizers', className, { values: new Map([['learning_rate', float(Math.fround(rate), span)]]) }, span);
  }

  /** undefined where only a run could tell. */
  get rate(): number | undefined {
    const rate = this.given.values.get('learning_rate');
    return rate?.kind === 'number' && !this.doubt ? rate.value : undefined;
  }

  override setAttribute(name: string, value: Value): boolean {
    return super.setAttribute(name, value.kind === 'number' ? { ...value, value: Math.fround(value.value), float: true } : value);
  }
}

/** What `self.model` is to a callback that is followed. */
class TrainedModel extends LibraryObject {
  readonly typeName = 'Model';
  readonly #optimizer: TrainedOptimizer;

  constructor(optimizer: TrainedOptimizer) {
    super(optimizer.span);
    this.#optimizer = optimizer;
  }

  override attribute(name: string): Value | undefined {
    return name === 'optimizer' ? this.#optimizer : undefined;
  }
}

const stepHooks = ['on_batch_begin', 'on_train_batch_begin', 'on_batch_end', 'on_train_batch_end'];

/**
 * The learning rates that a callback sets, which sets nothing else: `schedule` with one for each epoch, or `steps` with one for each
 * step, as many as reading may take.
 * @returns undefined where they depend on what only a run can tell.
 */
export function followedRates(callback: Instance, { epochs, steps }: Length, compile: Read<Compile>, call: Call): Readonly<Record<string, Read<Json>>> | undefined {
  const { span } = callback;
  const { interpreter } = call;
  const optimizer = compile.known && compile.value.optimizer.known ? compile.value.optimizer.value : undefined;
  const start = optimizer?.config.learning_rate;
  if (!optimizer || !start?.known || typeof start.value !== 'number' || !epochs.known) return undefined;
  const has = (name: string): boolean => methodOf(callback, name) !== undefined;
  const hasSteps = stepHooks.some(has);
  if (hasSteps && steps === undefined) return undefined;
  const trained = new TrainedOptimizer(optimizer.className, start.value, span);
  const logs = unknown(span, 'script.condition');
  const run = (name: string, ...positional: readonly Value[]): void => {
    if (has(name)) interpreter.call(interpreter.attribute(callback, name, span), { positional: [...positional, logs], keywords: new Map() }, span);
  };
  // Keras calls the younger of two names, which calls the older where a script does not define it.
  const runStep = (when: 'begin' | 'end', step: Value): void => run(has(`on_train_batch_${when}`) ? `on_train_batch_${when}` : `on_batch_${when}`, step);
  callback.attributes.set('model', new TrainedModel(trained));
  callback.attributes.set('params', dict(span, [[text('epochs', span), integer(epochs.value, span)], [text('steps', span), steps === undefined ? logs : integer(steps, span)]]));
  const rates: number[] = [];
  const note = (): boolean => trained.rate !== undefined && rates.push(trained.rate) > 0;
  const follow = (): boolean => {
    run('on_train_begin');
    for (let epoch = 0; epoch < epochs.value; epoch++) {
      run('on_epoch_begin', integer(epoch, span));
      if (!hasSteps && !note()) return false;
      for (let step = 0; hasSteps && step < steps!; step++) {
        const at = integer(step, span);
        runStep('begin', at);
        if (!note()) return false;
        runStep('end', at);
      }
      run('on_epoch_end', integer(epoch, span));
    }
    return true;
  };
  // Of steps, the first ones are as good as all.
  const isKnown = interpreter.budget.bounded(follow, () => hasSteps && trained.rate !== undefined, mostWork);
  if (!isKnown || rates.length === 0) return undefined;
  return { [hasSteps ? 'steps' : 'schedule']: { known: true, value: rates, span } };
}
