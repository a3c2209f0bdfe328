import type { Callback } from '../script';
import { memberOf } from '../python/classes';
import type { Expression, FunctionDefinition, Statement } from '../python/syntax';
import type { ClassValue, FunctionValue, Value } from '../python/values';

/** `rates`: it sets the learning rate, and nothing else. */
type Reach = NonNullable<Callback['reach']> | 'rates';

/** What Keras calls while it trains (keras/src/callbacks/callback.py). */
const hooks = /^(?:on_\w+|set_model|set_params|__init__)$/;

/** Methods that change a model, its optimizer or a variable of theirs. */
const changing = /^(?:set_value|set_weights|set_state|assign\w*|load_weights|compile|fit|fit_generator|train_on_batch|apply_gradients|minimize|__?setattr_*|update|batch_set_value)$/;

/** What the methods of a callback of the script do to the training, as far as their text tells. */
export function reachOfClass(type: ClassValue): Reach {
  // When training has ended nothing changes it any more.
  const names = [...methodsOf(type).keys()].filter((name) => name !== 'on_train_end');
  const methods = names.flatMap((name) => memberOf(type, name) ?? []);
  return reachOfFunctions(methods.filter((method): method is FunctionValue => method.kind === 'function'));
}

/** The same of the functions that a `LambdaCallback` calls. */
export function reachOfFunctions(functions: readonly FunctionValue[]): Reach {
  const found = new Set(functions.flatMap(({ body }) => [...reaches(body)]));
  const [most] = (['changes', 'rates', 'stops'] as const).filter((reach) => found.has(reach));
  return most === 'rates' && found.has('stops') ? 'changes' : (most ?? 'watches');
}

function methodsOf(type: ClassValue): ReadonlyMap<string, Value> {
  return new Map(type.bases.flatMap((base) => (base.kind === 'class' ? [...methodsOf(base)] : [])).concat([...type.members]));
}

/** Everything in a piece of syntax that reaches into the training. */
function* reaches(syntax: FunctionDefinition | Statement | Expression): Iterable<Reach> {
  if (syntax.kind === 'assign' || syntax.kind === 'update') {
    for (const target of syntax.kind === 'assign' ? syntax.targets : [syntax.target]) {
      if (target.kind !== 'attribute' || (target.object.kind === 'name' && target.object.id === 'self')) continue;
      yield target.name === 'stop_training' ? 'stops' : isRate(target) ? 'rates' : 'changes';
    }
  }
  if (syntax.kind === 'call') {
    const { callee } = syntax;
    const name = callee.kind === 'attribute' ? callee.name : callee.kind === 'name' ? callee.id : '';
    const isOwnList = name === 'update' && callee.kind === 'attribute' && !mentions(callee.object, 'model');
    const variable = name === 'assign' && callee.kind === 'attribute' ? callee.object : syntax.arguments[0]?.value;
    if (changing.test(name) && !isOwnList) yield /^(?:set_value|assign)$/.test(name) && variable && isRate(variable) ? 'rates' : 'changes';
    // A function that is given the model itself may do anything with it.
    const built = /^(?:super|print|len|str|type|isinstance|hasattr|getattr|get_value)$/.test(name) || hooks.test(name);
    if (!built && syntax.arguments.some(({ value }) => isModel(value))) yield 'changes';
  }
  for (const part of Object.values(syntax)) yield* reachesIn(part);
}

function* reachesIn(part: unknown): Iterable<Reach> {
  // What else a block does that ends the training comes too late to change it.
  if (Array.isArray(part) && part.some(isStop)) yield 'stops';
  else if (Array.isArray(part)) for (const item of part as readonly unknown[]) yield* reachesIn(item);
  else if (typeof part === 'object' && part !== null) yield* reaches(part as Expression);
}

/** `self.model.stop_training = True` */
function isStop(part: unknown): boolean {
  const statement = part as Statement;
  if (statement.kind !== 'assign') return false;
  const { targets, value } = statement;
  return value.kind === 'constant' && value.value === true && targets.some((target) => target.kind === 'attribute' && target.name === 'stop_training');
}

function isRate(expression: Expression): boolean {
  return expression.kind === 'attribute' && /^(?:lr|learning_rate)$/.test(expression.name);
}

function isModel(expression: Expression): boolean {
  return expression.kind === 'attribute' ? expression.name === 'model' || expression.name === 'optimizer' : expression.kind === 'name' && expression.id === 'model';
}

function mentions(expression: Expression, name: string): boolean {
  return expression.kind === 'attribute' ? expression.name === name || mentions(expression.object, name) : expression.kind === 'name' && expression.id === name;
}
