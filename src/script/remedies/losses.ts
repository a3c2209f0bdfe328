import type { TextEdit } from '../../text/edit';
import type { Compile, Loss } from '../script';
import { namings } from './imports';
import { findArgument, quoteIn, stringAt } from './optimizer';
import { replacement, type ScriptText } from './text';

/** The loss of a model with a single one. */
export function onlyLoss(compile: Compile): Loss | undefined {
  if (!compile.losses.known) return undefined;
  const losses = Object.values(compile.losses.value);
  return losses.length === 1 ? losses[0] : undefined;
}

export function isFromLogits(loss: Loss): boolean | undefined {
  const read = loss.config.from_logits;
  if (!read) return false;
  return read.known && typeof read.value === 'boolean' ? read.value : undefined;
}

/** Ways to use another loss, by its name. */
export function* setLoss(script: ScriptText, compile: Compile, name: string): Iterable<TextEdit[]> {
  yield* inPlace(script, compile, (quote) => quote + name + quote);
}

const withLogits: Readonly<Record<string, string>> = {
  binary_crossentropy: 'BinaryCrossentropy',
  categorical_crossentropy: 'CategoricalCrossentropy',
  sparse_categorical_crossentropy: 'SparseCategoricalCrossentropy',
};

/** Ways to tell the loss whether the model gives logits. */
export function* setFromLogits(script: ScriptText, compile: Compile, value: boolean): Iterable<TextEdit[]> {
  const loss = onlyLoss(compile);
  const text = value ? 'True' : 'False';
  const call = loss && script.callAt(loss.span);
  if (call) {
    const argument = findArgument(call, ['from_logits'], 0);
    yield [argument ? replacement(argument.value, text) : script.appendArgument(call, `from_logits=${text}`)];
    return;
  }
  const className = loss && withLogits[loss.name];
  if (!className) return;
  for (const { name, edits } of namings(script, 'losses', className)) {
    for (const way of inPlace(script, compile, () => `${name}(from_logits=${text})`)) yield [...edits, ...way];
  }
}

/** Writes a loss where the script has its own: at the string or call itself, then at the argument of `compile`. */
function* inPlace(script: ScriptText, compile: Compile, written: (quote: string) => string): Iterable<TextEdit[]> {
  const loss = onlyLoss(compile);
  const call = script.callAt(compile.span);
  if (loss && script.find(loss.span)) yield [replacement(loss.span, written(quoteIn(script.slice(loss.span) + script.slice(compile.span))))];
  const argument = call && findArgument(call, ['loss'], 1);
  if (argument) yield [replacement(argument.value, written(quoteIn(script.slice(argument.value) + script.slice(compile.span))))];
  else if (call) yield [script.appendArgument(call, `loss=${written(quoteIn(script.slice(compile.span)))}`)];
}

/** Names under which Keras counts exact hits. */
export const accuracies: ReadonlySet<string> = new Set(['accuracy', 'acc', 'Accuracy', 'binary_accuracy', 'categorical_accuracy', 'sparse_categorical_accuracy']);

/** Ways to put another metric in the place of the accuracy. */
export function* setMetric(script: ScriptText, compile: Compile, name: string): Iterable<TextEdit[]> {
  const call = script.callAt(compile.span);
  // Without a keyword they come third in Keras 2, fourth in Keras 3.
  const given = call ? [2, 3].flatMap((position) => findArgument(call, ['metrics'], position)?.value ?? []) : [];
  const places = [...(compile.metrics.known ? [compile.metrics.span] : []), ...given];
  for (const place of places) {
    const found = script.find(place);
    const items = found?.node.kind === 'list' || found?.node.kind === 'tuple' ? found.node.items : found ? [found.node] : [];
    const edits = items.flatMap((item) => {
      const span = { start: found!.base + item.from, end: found!.base + item.to };
      const string = stringAt(script, span);
      return string && accuracies.has(string.value) ? [replacement(span, string.quote + name + string.quote)] : [];
    });
    if (edits.length > 0) yield edits;
  }
}
