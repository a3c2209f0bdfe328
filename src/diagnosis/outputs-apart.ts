/** A run of a model with several outputs, seen as one run of each. */
import type { Epoch, Run, Value } from '../log/run';
import type { Fit } from '../script/script';
import { known } from './training';

/** One output: its part of the log under the names that a model with this output alone would print, and of the `fit`. */
export interface OutputApart {
  readonly name: string;
  readonly run: Run;
  readonly fit: Fit;
}

/** The outputs whose losses the script names and the log prints (`price_loss` for `price`); none unless there are several. */
export function outputsApart(run: Run, fit: Fit | undefined): OutputApart[] {
  const [model, compile] = [known(fit?.model), known(fit?.compile)];
  const losses = Object.entries(known(compile?.value.losses)?.value ?? {});
  if (!fit || !model || !compile || losses.length < 2) return [];
  const targets = known(fit.y);
  return model.value.outputs.flatMap((output, at): OutputApart[] => {
    const found = losses.find(([name]) => name !== '' && name === model.value.layers[output]?.name);
    if (!found || !run.epochs.some(({ metrics }) => metrics.has(`${found[0]}_loss`))) return [];
    const [name, loss] = found;
    const target = targets?.value[at];
    return [{
      name,
      run: { ...run, epochs: run.epochs.map((epoch) => epochOf(epoch, name)) },
      fit: {
        ...fit,
        model: { ...model, value: { ...model.value, outputs: [output] } },
        compile: { ...compile, value: { ...compile.value, losses: { known: true, span: loss.span, value: { '': loss } } } },
        ...(targets && { y: { ...targets, value: target ? [target] : [] } }),
      },
    }];
  });
}

function epochOf(epoch: Epoch, name: string): Epoch {
  return { ...epoch, metrics: metricsOf(epoch.metrics, name), updates: epoch.updates.map((update) => ({ ...update, metrics: metricsOf(update.metrics, name) })) };
}

/** `price_loss` and `val_price_loss` become `loss` and `val_loss`; what belongs to other outputs is left out. */
function metricsOf(metrics: ReadonlyMap<string, Value>, name: string): Map<string, Value> {
  const own = new Map<string, Value>();
  for (const [metric, value] of metrics) {
    const validation = metric.startsWith('val_') ? 'val_' : '';
    const rest = metric.slice(validation.length);
    if (rest.startsWith(`${name}_`)) own.set(validation + rest.slice(name.length + 1), value);
  }
  return own;
}
