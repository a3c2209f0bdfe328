/** Loss functions of the script's own, read as operations on the targets and the prediction. */
import { asString, type Call } from '../python/call';
import { methodOf } from '../python/classes';
import { external, float, type FunctionValue, integer, type Value } from '../python/values';
import type { Layer, OwnLoss } from '../script';
import { termsBefore } from './added-losses';
import { graphOf } from './graph';
import { lossName } from './names';
import { KerasObject } from './objects';
import { activated, layerOn, operation, SymbolObject } from './symbols';

/** What a function or an object that `compile` takes for a loss computes; undefined where that cannot be told from the script. */
export function ownLossOf(value: Value, call: Call): OwnLoss | undefined {
  const own = functionOf(value);
  if (!own) return undefined;
  const name = value.kind === 'instance' ? value.type.name : own.name;
  const { span } = own;
  const inputs = [layerOn('InputLayer', [], span), layerOn('InputLayer', [], span)] as const;
  const result = ownLossValue(value, inputs, call);
  if (!result) return undefined;
  const graph = graphOf({ inputs, outputs: [result] });
  // Where it looks into the model it has the inputs of that, too.
  if ('reason' in graph || graph.layers.filter(({ className }) => className === 'InputLayer').length > inputs.length) return undefined;
  if (graph.layers.some(({ className }) => className === 'Variable')) return undefined;
  const layers = graph.layers.map(plain);
  return layers.includes(undefined) ? undefined : { name, span, body: { ...graph, layers: layers as Layer[] } };
}

/** What a loss of the script's own gives for a target and a prediction; undefined where that is no tensor. */
export function ownLossValue(value: Value, [target, prediction]: readonly [SymbolObject, SymbolObject], call: Call): SymbolObject | undefined {
  const own = functionOf(value);
  const result = own && call.interpreter.call(own, { positional: [target, prediction], keywords: new Map() }, call.span);
  return result instanceof SymbolObject ? result : undefined;
}

/** A function of the script, or the `call` of an object of a class of losses. */
function functionOf(value: Value): FunctionValue | undefined {
  if (value.kind === 'instance') return methodOf(value, 'call');
  return value.kind === 'function' ? value : undefined;
}

/** An operation of which everything is known; what it casts to does not matter, for all numbers are float32. */
function plain(layer: Layer): Layer | undefined {
  const { className, origin, config } = layer;
  if (origin !== undefined && (origin !== 'operation' || !/^[A-Z]/.test(className))) return undefined;
  const kept = Object.entries(config).filter(([name]) => className !== 'Cast' || name !== 'dtype');
  return kept.every(([, read]) => read.known) ? { ...layer, config: Object.fromEntries(kept) } : undefined;
}

/** A loss of Keras on symbolic tensors: one number for each row (keras/src/losses/losses.py). */
type RowLoss = (target: SymbolObject, prediction: SymbolObject, call: Call, values: Map<string, Value>) => SymbolObject;

const last = (call: Call): Map<string, Value> => new Map([['axis', integer(-1, call.span)]]);

const ofRow = (loss: SymbolObject, call: Call): SymbolObject => operation('Mean', [loss], call.span, last(call));

const scaled = (symbol: SymbolObject, scale: number, offset: number, call: Call): SymbolObject =>
  layerOn('Rescaling', [symbol], call.span, new Map([['scale', float(scale, call.span)], ['offset', float(offset, call.span)]]));

const ofDifference = (className: string): RowLoss => (target, prediction, call) =>
  ofRow(operation(className, [layerOn('Subtract', [prediction, target], call.span)], call.span), call);

const rowLosses: Readonly<Record<string, RowLoss>> = {
  mean_squared_error: ofDifference('Square'),
  mean_absolute_error: ofDifference('Absolute'),
  huber: (target, prediction, call) => {
    const difference = layerOn('Subtract', [prediction, target], call.span);
    const distance = operation('Absolute', [difference], call.span);
    const isNear = operation('LessEqual', [distance], call.span, new Map([['right', integer(1, call.span)]]));
    const near = scaled(operation('Square', [difference], call.span), 0.5, 0, call);
    return ofRow(operation('Where', [isNear, near, scaled(distance, 1, -0.5, call)], call.span), call);
  },
  log_cosh: (target, prediction, call) => {
    const difference = layerOn('Subtract', [prediction, target], call.span);
    const softplus = activated('softplus', [scaled(difference, -2, 0, call)], call.span);
    return ofRow(scaled(layerOn('Add', [difference, softplus], call.span), 1, -Math.LN2, call), call);
  },
  binary_crossentropy: (target, prediction, call, values) => ofRow(operation('BinaryCrossentropy', [target, prediction], call.span, values), call),
  categorical_crossentropy: (target, prediction, call, values) => operation('CategoricalCrossentropy', [target, prediction], call.span, values),
  sparse_categorical_crossentropy: (target, prediction, call, values) => operation('SparseCategoricalCrossentropy', [target, prediction], call.span, values),
  kl_divergence: (target, prediction, call) => {
    const [t, p] = [target, prediction].map((side) => operation('Clip', [side], call.span, new Map([['x_min', float(epsilon, call.span)], ['x_max', integer(1, call.span)]])));
    const ratio = operation('Log', [operation('Divide', [t!, p!], call.span)], call.span);
    return operation('Sum', [layerOn('Multiply', [t!, ratio], call.span)], call.span, last(call));
  },
};

/** Keras' fuzz factor. */
const epsilon = 1e-7;

/** What a loss of Keras gives for symbolic tensors; undefined for any other call. `loss`: an object of a class of losses. */
export function lossOnSymbols(name: string, call: Call, loss?: KerasObject): SymbolObject | undefined {
  const { y_true: target, y_pred: prediction, sample_weight: weight, ...given } = call.bind(loss ? 'y_true y_pred sample_weight' : 'y_true y_pred from_logits label_smoothing');
  if (!(target instanceof SymbolObject) || !(prediction instanceof SymbolObject)) return undefined;
  const values = new Map([...Object.entries(given), ...(loss?.given.values ?? [])].filter((entry): entry is [string, Value] => entry[1] !== undefined && entry[0] !== 'name'));
  const reduction = values.get('reduction');
  values.delete('reduction');
  const isKnown = [...values.keys()].every((argument) => argument === 'from_logits' || argument === 'label_smoothing');
  const isWeighted = weight !== undefined && weight.kind !== 'none';
  const row = isKnown && !isWeighted ? rowLosses[lossName(name)]?.(target, prediction, call, values) : undefined;
  const reduced = row && loss ? reducedBy(reduction, row, call) : row;
  return reduced ?? operation(`keras.losses.${lossName(name)}`, [target, prediction], call.span);
}

/** What the object of a loss makes of the losses of the rows; undefined where its `reduction` is not understood. */
function reducedBy(reduction: Value | undefined, row: SymbolObject, call: Call): SymbolObject | undefined {
  const name = reduction?.kind === 'external' ? reduction.path.split('.').at(-1) : (asString(reduction) ?? (reduction?.kind === 'none' ? 'none' : undefined));
  switch (reduction ? name?.toLowerCase() : 'auto') {
    case 'auto':
    case 'mean':
    case 'sum_over_batch_size':
      return operation('Mean', [row], call.span);
    case 'sum':
      return operation('Sum', [row], call.span);
    case 'none':
      return row;
    default:
      return undefined;
  }
}

/** What Keras makes of the loss that a model is compiled with, and of what was added to it, for these tensors; undefined where they are none. */
export function lossBetween(loss: Value | undefined, target: Value | undefined, prediction: Value | undefined, call: Call): SymbolObject | undefined {
  if (!loss || !(target instanceof SymbolObject) || !(prediction instanceof SymbolObject)) return undefined;
  const callee = loss.kind === 'string' ? external(`keras.losses.${lossName(loss.value)}`, loss.span) : loss;
  const value = functionOf(callee) ? ownLossValue(callee, [target, prediction], call) : call.interpreter.call(callee, { positional: [target, prediction], keywords: new Map() }, call.span);
  if (!(value instanceof SymbolObject)) return undefined;
  const terms = termsBefore([prediction]).map((term) => operation('Sum', [term], call.span));
  return terms.reduce((sum, term) => layerOn('Add', [sum, term], call.span), operation('Mean', [value], call.span));
}
