import type { Message } from '../text/message';
import type { Fit, Json, Layer, Read } from './script';

/** The fit with what a search starts with in place of what it chooses while it runs; `assumed`: takes note of each. */
export function started(fit: Fit, assumed: Message[]): Fit {
  if (!fit.searched) return fit;
  const start = <T>(name: string, read: Read<T>): Read<T> => {
    if (read.known || read.start === undefined) return read;
    assumed.push({ id: 'script.assumed', args: { name, value: typeof read.start === 'string' ? read.start : JSON.stringify(read.start) } });
    // What a search chooses is what the script would have written there.
    return { known: true, value: read.start as T, span: read.span };
  };
  const all = (owner: string, config: Readonly<Record<string, Read<Json>>>): Record<string, Read<Json>> =>
    Object.fromEntries(Object.entries(config).map(([argument, read]) => [argument, start(`${owner}: ${argument}`, read)]));
  const layer = (one: Layer): Layer => ({ ...one, config: all(one.className, one.config), ...(one.wrapped && { wrapped: { ...one.wrapped, config: all(one.wrapped.className, one.wrapped.config) } }) });
  const { model, compile } = fit;
  const optimizer = compile.known ? compile.value.optimizer : compile;
  return {
    ...fit,
    model: model.known ? { ...model, value: { ...model.value, layers: model.value.layers.map(layer) } } : model,
    compile: compile.known && optimizer.known
      ? { ...compile, value: { ...compile.value, optimizer: { ...optimizer, value: { ...optimizer.value, config: all(optimizer.value.className, optimizer.value.config) } } } }
      : compile,
    epochs: start('epochs', fit.epochs),
    batchSize: start('batch_size', fit.batchSize),
  };
}
