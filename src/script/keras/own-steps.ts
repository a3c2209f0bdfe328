/** Models of the script's own classes that say themselves how they take a step: `train_step`. */
import { DatasetObject } from '../data/dataset';
import { Call } from '../python/call';
import { methodOf } from '../python/classes';
import { type FunctionValue, tuple, unknown, type Value } from '../python/values';
import type { Objective } from '../script';
import { inputsLike } from './inputs';
import type { ModelObject } from './model';
import type { CompileCall, Step } from './session';
import { KerasObject, type LayerObject } from './objects';
import { type Node, SymbolObject, symbolsOf } from './symbols';

/** The `train_step` of the model's class. */
export function ownSteps({ instance }: ModelObject): FunctionValue | undefined {
  return instance && methodOf(instance, 'train_step');
}

/**
 * A `fit` that takes the script's own steps: what one of them trains. A single step down a loss of Keras, on a batch as it
 * comes, is Keras' own; a single one down anything that is made of the batch has that for its objective.
 */
export function trainedBySteps(model: ModelObject, call: Call): Value {
  const { session } = model;
  const own = unknown(call.span, 'script.own-loop');
  const [x, y] = [{ ...own }, { ...own }];
  const { steps } = followed(model, tuple([x, y], call.span), call);
  const trained = new Map(steps.map((step) => [step.model, step]));
  const [only] = trained.values();
  const plain = !model.ownLayers().some(isPenalised);
  if (steps.length === 1 && plain && only?.batch?.x === x && only.batch.y === y) return session.train(only.model, call, only.compiled);
  const compiled = steps.length === 1 && plain ? withObjective(model, call) : undefined;
  if (compiled) return session.train(model, call, compiled);
  // What one model of several makes smaller changes with the others.
  const reason = trained.size > 1 ? unknown(call.span, 'script.steps-in-turn', { count: trained.size }) : own;
  const given = call.renamed(new Map(Object.entries({ ...call.bind('x y batch_size epochs'), x: reason, y: reason }))).arguments;
  const whole = new Call(call.interpreter, 'train_step', call.span, given);
  if (trained.size === 0) return session.train(model, whole);
  for (const step of trained.values()) session.train(step.model, whole, step.compiled);
  return own;
}

/** The steps that `train_step` takes when it is given these data, and what it returns. */
function followed(model: ModelObject, data: Value, call: Call): { readonly steps: readonly Step[]; readonly result?: Value } {
  const { session } = model;
  const method = ownSteps(model);
  if (!method) return { steps: [] };
  const steps: Step[] = [];
  const outer = session.onStep;
  session.onStep = (step) => void steps.push(step);
  try {
    return { steps, result: call.interpreter.call(method, { positional: [data], keywords: new Map() }, call.span) };
  } finally {
    session.onStep = outer;
  }
}

/** How the model is compiled, with what its single step makes smaller when it is followed on symbolic tensors; undefined where that is no tensor. */
function withObjective(model: ModelObject, call: Call): CompileCall | undefined {
  const { x: source, y: second } = call.bind('x y batch_size epochs');
  const [x, y] = source instanceof DatasetObject ? source.parts : [source, second];
  const inputs = inputsLike(x, call.span);
  const targets = y && y.kind !== 'none' ? inputsLike(y, call.span) : undefined;
  const { steps, result } = followed(model, targets ? tuple([inputs, targets], call.span) : inputs, call);
  const [step, ...others] = steps;
  const term = step?.compiled.arguments.get('loss');
  if (!step || others.length > 0 || !(term instanceof SymbolObject) || !trainsAll(model, step, term)) return undefined;
  const printed = printedOf(result, term);
  const [from, to] = [symbolsOf(inputs, call), targets ? symbolsOf(targets, call) : []];
  if (!printed || !Array.isArray(from) || !Array.isArray(to)) return undefined;
  const parts = (symbols: readonly SymbolObject[]): SymbolObject[] => symbols.flatMap((symbol) => symbol.parts ?? [symbol]);
  const { span, arguments: given } = model.compiled ?? step.compiled;
  const optimizer = step.compiled.arguments.get('optimizer')!;
  return {
    span, arguments: new Map([...given, ['optimizer', optimizer]]), trainable: step.compiled.trainable,
    objective: { inputs: parts(from), targets: parts(to), outputs: [], terms: [term], printed },
  };
}

/** Whether a step changes all weights that what it makes smaller is made of. */
function trainsAll(model: ModelObject, { trained }: Step, term: SymbolObject): boolean {
  const seen = new Set<Node>();
  const isTrained = ({ node }: SymbolObject): boolean => {
    if (seen.has(node)) return true;
    seen.add(node);
    const { layer, within, inputs } = node;
    return (!hasWeights(layer) || (within !== undefined && trained.some((part) => part === within))) && inputs.every(isTrained);
  };
  return trained.includes(model) || isTrained(term);
}

/** Layers that operators and functions of tensors are read as. */
const ofFunctions = new Set([
  'Activation', 'Add', 'Concatenate', 'Dropout', 'Flatten', 'Identity', 'InputLayer', 'Maximum', 'Minimum', 'Multiply', 'Permute', 'Rescaling', 'Reshape', 'Softmax', 'Subtract',
  'UnitNormalization',
]);

function hasWeights({ origin, typeName }: LayerObject): boolean {
  return origin === 'operation' ? typeName === 'Variable' : !ofFunctions.has(typeName);
}

/** How an epoch prints what a step makes smaller; undefined where what it prints as the loss is something else. */
function printedOf(result: Value | undefined, term: SymbolObject): Objective['printed'] | undefined {
  const entries = result?.kind === 'dict' ? [...result.entries.values()] : [];
  const loss = entries.find(({ key }) => key.kind === 'string' && key.value === 'loss')?.value;
  // Keras 3 shows its own tracker, which nobody told of the loss, where nothing but `loss` is returned.
  if (loss === term) return entries.length > 1 ? 'last' : undefined;
  const tracked = loss instanceof KerasObject ? loss.tracked : undefined;
  return loss instanceof SymbolObject || (tracked && tracked !== term) ? undefined : 'batches';
}

/** Whether Keras would add a penalty on its weights to the loss. */
function isPenalised({ given: { values } }: LayerObject): boolean {
  return [...values.keys()].some((name) => name.endsWith('_regularizer'));
}
