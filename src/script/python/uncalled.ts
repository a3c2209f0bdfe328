/** Functions and classes of a script that nothing in it calls: what they would do is followed all the same. */
import { isTooMuch } from './budget';
import { type Arguments, noArguments } from './call';
import { callFunction, instantiate } from './calling';
import { bound } from './classes';
import type { Interpreter } from './interpreter';
import { type ClassValue, doubtOf, type FunctionValue, type Instance, type Value } from './values';

/** Signs in the text of a function of what it does. */
export interface Signs {
  /** It does what is looked for. */
  readonly wanted: RegExp;
  /** What a method does that has to come before. */
  readonly preparing: RegExp;
  /** It makes what others take as a parameter. */
  readonly making: RegExp;
  /** It takes that out of a file instead. */
  readonly restoring: RegExp;
}

/**
 * Follows the script's functions that nothing called, with unknown arguments where they have no defaults: those that are
 * wanted, those that call them first, and of a class that has such a method first those that prepare for it.
 */
export function followUncalled(interpreter: Interpreter, signs: Signs): void {
  const values = [...interpreter.module.variables.values(), ...interpreter.hidden];
  const functions = values.filter((value) => value.kind === 'function');
  for (const callee of callersFirst(interpreter, functions, signs.wanted)) tryOut(interpreter, callee, argumentsFor(interpreter, callee, functions, signs));
  for (const type of values) if (type.kind === 'class') followClass(interpreter, type, signs);
}

function followClass(interpreter: Interpreter, type: ClassValue, signs: Signs): void {
  const methods = [...type.members.values()].filter((member) => member.kind === 'function');
  const training = callersFirst(interpreter, methods, signs.wanted);
  if (training.length === 0) return;
  const made = onlyObject(interpreter, type) ?? instantiate(interpreter, type, noArguments, type.span);
  const preparing = methods.filter((method) => signs.preparing.test(unfollowedText(interpreter, method)));
  const first = made.kind === 'instance' ? makersFor(interpreter, training, methods, made, signs.restoring) : [];
  for (const method of [...first, ...preparing, ...training]) tryOut(interpreter, made.kind === 'instance' ? bound(method, made) : { ...method, self: made });
}

/** The one object of the class that the script has a name for. */
function onlyObject({ module }: Interpreter, type: ClassValue): Instance | undefined {
  const [made, ...others] = new Set([...module.variables.values()].filter((value) => value.kind === 'instance').filter((value) => value.type === type));
  return others.length === 0 ? made : undefined;
}

/** Calls a function that nothing called so far. */
function tryOut(interpreter: Interpreter, callee: FunctionValue, given: Arguments = noArguments): Value | undefined {
  if (interpreter.followed.has(callee.body)) return undefined;
  try {
    return callFunction(interpreter, callee, given, callee.span);
  } catch (error) {
    if (!isTooMuch(error)) throw error;
    return undefined;
  }
}

/** The text of a function of the script that nothing called; empty for any other. */
function unfollowedText({ program, followed }: Interpreter, { body, base }: FunctionValue): string {
  return typeof base === 'number' && body.kind === 'function' && !followed.has(body) ? program.text.slice(base + body.from, base + body.to) : '';
}

/** The uncalled functions that are wanted or call one that is, whoever calls another before it. */
function callersFirst(interpreter: Interpreter, functions: readonly FunctionValue[], wanted: RegExp): readonly FunctionValue[] {
  const texts = new Map(functions.map((one) => [one, unfollowedText(interpreter, one)]));
  const calls = (caller: FunctionValue, callee: FunctionValue): boolean => caller !== callee && new RegExp(`\\b${callee.name}\\s*\\(`).test(texts.get(caller)!);
  let order = functions.filter((one) => wanted.test(texts.get(one)!));
  for (let before = 0; before < order.length;) {
    before = order.length;
    const callers = functions.filter((one) => !order.includes(one) && order.some((callee) => calls(one, callee)));
    order = [...callers, ...order];
  }
  return order;
}

/**
 * What stands for the one parameter that a wanted function trains, where nothing gives it a value: what the only function of the
 * script makes that makes any.
 */
function argumentsFor(interpreter: Interpreter, callee: FunctionValue, functions: readonly FunctionValue[], { wanted, making, restoring }: Signs): Arguments {
  const words = unfollowedText(interpreter, callee);
  const [trained, ...others] = callee.parameters.filter(({ name, star, fallback }) => !star && !fallback && new RegExp(`\\b${name}(?:${wanted.source})`).test(words));
  if (!trained || others.length > 0) return noArguments;
  const [maker, ...more] = functions.filter((one) => {
    const source = unfollowedText(interpreter, one);
    return one !== callee && making.test(source) && !wanted.test(source) && !restoring.test(source);
  });
  const made = maker && more.length === 0 ? tryOut(interpreter, maker) : undefined;
  return made && !doubtOf(made) ? { positional: [], keywords: new Map([[trained.name, made]]) } : noArguments;
}

/** Methods that nothing called and that make what the wanted ones need: the only one that sets an attribute that the object lacks, and the only one that adds to it. */
function makersFor(interpreter: Interpreter, wanted: readonly FunctionValue[], methods: readonly FunctionValue[], made: Instance, restoring: RegExp): readonly FunctionValue[] {
  const text = (method: FunctionValue): string => unfollowedText(interpreter, method);
  const needed = new Set(wanted.flatMap((method) => [...text(method).matchAll(/\bself\.(\w+)\.(?:compile|fit|fit_generator|train_on_batch)\b/g)].map((match) => match[1]!)));
  return [...needed].flatMap((name) => {
    const [setter, adder] = [new RegExp(`\\bself\\.${name}\\s*=(?!=)`), new RegExp(`\\bself\\.${name}\\.add\\s*\\(`)];
    const value = made.attributes.get(name);
    return (value && value.kind !== 'none' ? [adder] : [setter, adder]).flatMap((pattern) => {
      const makers = methods.filter((method) => !wanted.includes(method) && pattern.test(text(method)));
      const building = makers.length > 1 ? makers.filter((method) => !restoring.test(text(method))) : makers;
      return building.length === 1 ? building : [];
    });
  });
}
