/** What a training makes smaller, where that is more than Keras' losses of the model's outputs. */
import type { Call } from '../python/call';
import { type Unknowable, unknown, type Value } from '../python/values';
import type { Compile, Objective, Read } from '../script';
import { termsBefore } from './added-losses';
import { graphOf } from './graph';
import { unread } from './json';
import type { ModelObject } from './model';
import { areMadeOf, type Ends, layerOn, operation, SymbolObject } from './symbols';
import { ownLossValue } from './own-losses';
import type { KerasVersion } from './optimizers';
import type { CompileCall } from './session';

/** The tensors that a training goes by. */
export interface ObjectiveEnds extends Ends {
  /** Inputs that are given the targets. */
  readonly targets: readonly SymbolObject[];
  readonly terms: readonly SymbolObject[];
  readonly printed: Objective['printed'];
}

/** The objective of a training; undefined where the losses of `compile` are all there is to it. */
export function readObjective(model: ModelObject, ends: Ends | Unknowable, compiled: CompileCall | undefined, compile: Read<Compile>, keras: KerasVersion, call: Call): Read<Objective> | undefined {
  if (!compile.known || !compiled) return undefined;
  const { losses, ownLoss, span } = compile.value;
  const loss = ownLoss ? undefined : compiled.arguments.get('loss');
  const all = compiled.objective ?? ('reason' in ends ? undefined : endsBeyondLosses(model, ends, loss, call));
  if (!all) return undefined;
  if ('reason' in all) return unread(all);
  const { inputs, targets, outputs, terms, printed } = all;
  const graph = graphOf({ inputs: [...inputs, ...targets], outputs: [...outputs, ...terms, ...targets] });
  if ('reason' in graph) return unread(graph);
  const places = [...graph.outputs];
  const take = (some: readonly SymbolObject[]): readonly number[] => places.splice(0, some.length);
  // Keras 2 counts samples by the targets of its losses: without any, each batch counts as one (keras/engine/compile_utils.py).
  const isUncounted = keras < 3 && outputs.length > 0 && losses.known && Object.keys(losses.value).length === 0;
  const value: Objective = {
    layers: graph.layers, outputs: take(outputs), terms: take(terms), targets: take(targets), losses: outputs.length === 0 ? { known: true, value: {}, span } : losses,
    printed: isUncounted ? 'batches' : printed,
  };
  return { known: true, value, span };
}

/** What is compiled, where the losses that it names are not all that is made smaller. */
export function besidesObjective(compile: Read<Compile>): Read<Compile> {
  if (!compile.known || !compile.value.losses.known) return compile;
  return { ...compile, value: { ...compile.value, losses: unread(unknown(compile.value.losses.span, 'script.objective')) } };
}

/** What a `fit` by Keras' own steps goes by: added losses, or a loss function of the script that looks into the model. */
function endsBeyondLosses(model: ModelObject, ends: Ends, loss: Value | undefined, call: Call): ObjectiveEnds | Unknowable | undefined {
  if (model.added.doubt) return model.added.doubt;
  const { inputs, outputs } = ends;
  const inside = loss && outputs.length === 1 ? termInside(loss, outputs[0]!, call) : undefined;
  const added = [...termsBefore(outputs), ...model.added.terms];
  if (!inside && added.length === 0) return undefined;
  return { inputs, outputs: inside ? [] : outputs, targets: inside?.targets ?? [], terms: [...added, ...(inside?.terms ?? [])], printed: 'samples' };
}

/** The mean of what a loss function of the script gives for the model's own output. */
function termInside(loss: Value, output: SymbolObject, call: Call): Pick<ObjectiveEnds, 'targets' | 'terms'> | undefined {
  const target = layerOn('InputLayer', [], output.span);
  const value = ownLossValue(loss, [target, output], call);
  return value && areMadeOf([value], [target, output]) ? { targets: [target], terms: [operation('Mean', [value], value.span)] } : undefined;
}
