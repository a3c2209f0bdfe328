import type { TextEdit } from '../../text/edit';
import type { Message } from '../../text/message';
import type { Callback, Fit } from '../script';
import { namings } from './imports';
import { findArgument, isNumberLiteral, quoteIn } from './optimizer';
import { insertion, replacement, type ScriptText } from './text';
import { callsIn, standings } from './walk';

export function callbackNamed(fit: Fit, className: string): Callback | undefined {
  return fit.callbacks.known ? fit.callbacks.value.find((callback) => callback.className === className) : undefined;
}

/** Ways to add a callback to the fit. */
export function* addCallback(script: ScriptText, fit: Fit, className: string): Iterable<TextEdit[]> {
  const call = script.callAt(fit.span);
  if (!call) return;
  const quote = quoteIn(script.slice(fit.span) + script.text);
  for (const { name, edits } of namings(script, 'callbacks', className)) {
    const made = `${name}(${argumentsFor(className, fit, quote)})`;
    const argument = findArgument(call, ['callbacks'], 5);
    if (!argument) {
      yield [...edits, script.appendArgument(call, `callbacks=[${made}]`)];
      continue;
    }
    for (const place of fit.callbacks.known ? [fit.callbacks.span, argument.value] : [argument.value]) {
      const found = script.find(place);
      if (!found) continue;
      const { node, base } = found;
      if (node.kind === 'list') {
        const last = node.items.at(-1);
        yield [...edits, last ? insertion(base + last.to, `, ${made}`) : insertion(place.start + 1, made)];
      } else if (place === argument.value) {
        const text = script.slice(place);
        yield [...edits, replacement(place, `${text} + [${made}]`)];
        yield [...edits, replacement(place, `[${text}, ${made}]`)];
      }
    }
  }
}

function argumentsFor(className: string, fit: Fit, quote: string): string {
  if (className === 'TerminateOnNaN') return '';
  const validated = (fit.validationData.known && fit.validationData.value !== null) || (fit.validationSplit.known && fit.validationSplit.value > 0) || !fit.validationData.known;
  const monitor = validated ? '' : `monitor=${quote}loss${quote}, `;
  return className === 'EarlyStopping' ? `${monitor}patience=10, restore_best_weights=True` : `${monitor}patience=5`;
}

/** `TerminateOnNaN(raise_error=True)`. */
export function* raiseOnNaN(script: ScriptText, fit: Fit): Iterable<TextEdit[]> {
  const callback = callbackNamed(fit, 'TerminateOnNaN');
  const call = callback && script.callAt(callback.span);
  if (!call) return;
  const argument = findArgument(call, ['raise_error'], 0);
  yield [argument ? replacement(argument.value, 'True') : script.appendArgument(call, 'raise_error=True')];
}

/** How many of something `fit` is to train: the names of the argument, and its position by method. */
interface Count {
  readonly read: 'epochs' | 'batchSize';
  readonly names: readonly [string, ...string[]];
  readonly position: Readonly<Partial<Record<Fit['method'], number>>>;
}

const counts: Readonly<Record<'epochs' | 'batch-size', Count>> = {
  epochs: { read: 'epochs', names: ['epochs', 'nb_epoch'], position: { fit: 3, fit_generator: 2 } },
  'batch-size': { read: 'batchSize', names: ['batch_size'], position: { fit: 2 } },
};

/** Ways to train for so many epochs, or in batches of so many rows. */
export function* setCount(script: ScriptText, fit: Fit, kind: 'epochs' | 'batch-size', value: number): Iterable<TextEdit[]> {
  const { read, names, position } = counts[kind];
  const call = script.callAt(fit.span);
  if (!call || position[fit.method] === undefined) return;
  const now = fit[read];
  const text = String(value);
  // The value may stand elsewhere: `EPOCHS = 20` some lines above.
  if (now.known && !now.byDefault && isNumberLiteral(script, now.span)) yield [replacement(now.span, text)];
  const argument = findArgument(call, names, position[fit.method]);
  if (argument) yield [replacement(argument.value, text)];
  else if (now.known && now.byDefault) yield [script.appendArgument(call, `${names[0]}=${text}`)];
  if (kind === 'batch-size') yield* setPipelineBatch(script, text);
}

/** A pipeline makes its batches itself. */
function* setPipelineBatch(script: ScriptText, text: string): Iterable<TextEdit[]> {
  for (const standing of standings(script)) {
    for (const { call: { callee }, span } of callsIn(standing)) {
      const call = callee.kind === 'attribute' && callee.name === 'batch' ? script.callAt(span) : undefined;
      const argument = call && findArgument(call, ['batch_size'], 0);
      if (argument) yield [replacement(argument.value, text)];
    }
  }
}

/** Why no batch size can be given: what `fit` trains on may make its own batches, in a way that is not followed. */
export function cannotSetBatch(script: ScriptText, { span, x, batchSize }: Fit): Message | undefined {
  if (!batchSize.known) return batchSize.reason;
  const call = script.callAt(span);
  return x.known || !batchSize.byDefault || (call && findArgument(call, ['y'], 1)) ? undefined : x.reason;
}

/** Ways to let the rows come in a new order every epoch. */
export function* addShuffle(script: ScriptText, fit: Fit): Iterable<TextEdit[]> {
  const call = script.callAt(fit.span);
  const argument = call && findArgument(call, ['shuffle'], 8);
  if (argument) {
    if (fit.shuffle.known && script.slice(fit.shuffle.span) === 'False') yield [replacement(fit.shuffle.span, 'True')];
    yield [replacement(argument.value, 'True')];
    return;
  }
  // A pipeline shuffles where it is made, before it makes batches.
  const rows = fit.x.known ? (fit.x.value[0]?.shape[0] ?? 1000) : 1000;
  for (const standing of standings(script)) {
    for (const { call: made, span } of callsIn(standing)) {
      if (made.callee.kind === 'attribute' && made.callee.name === 'from_tensor_slices') yield [insertion(span.end, `.shuffle(${rows})`)];
    }
  }
}
