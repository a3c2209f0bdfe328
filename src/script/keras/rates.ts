import { asNumber, type Call } from '../python/call';
import { doubtOf, float, integer, unknown, type Value } from '../python/values';
import type { Compile, Json, Read } from '../script';
import { unread } from './json';

/** Most epochs whose learning rates are computed. */
const mostEpochs = 10_000;

/**
 * Learning rates that the function of a `LearningRateScheduler` gives, one for each epoch: it is called as Keras calls
 * it, with the epoch and, where it takes two arguments, with the rate before (keras/src/callbacks/learning_rate_scheduler.py).
 */
export function scheduledRates(schedule: Value, epochs: Read<number>, compile: Read<Compile>, call: Call): Read<Json> {
  const { span } = schedule;
  if (!epochs.known) return epochs;
  if (epochs.value > mostEpochs) return unread(unknown(span, 'script.unread-argument'));
  const takesRate = schedule.kind === 'function' && schedule.parameters.filter(({ star, name }) => !star && name !== 'self').length > 1;
  const optimizer = compile.known && compile.value.optimizer.known ? compile.value.optimizer.value : undefined;
  const start = optimizer?.config.learning_rate;
  let rate = start?.known && typeof start.value === 'number' ? start.value : undefined;
  const rates: number[] = [];
  for (let epoch = 0; epoch < epochs.value; epoch++) {
    const before = takesRate ? [rate === undefined ? unknown(span, 'script.unread-argument') : float(Math.fround(rate), span)] : [];
    const value = call.interpreter.call(schedule, { positional: [integer(epoch, span), ...before], keywords: new Map() }, span);
    rate = asNumber(value);
    if (rate === undefined) return unread(doubtOf(value) ?? unknown(span, 'script.unread-argument'));
    rates.push(rate);
  }
  return { known: true, value: rates, span };
}
