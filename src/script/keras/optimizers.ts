import type { Json } from '../script';

type Defaults = Readonly<Record<string, Json>>;

const shared: Defaults = { weight_decay: null, clipnorm: null, clipvalue: null, global_clipnorm: null };
const adam: Defaults = { learning_rate: 0.001, beta_1: 0.9, beta_2: 0.999, epsilon: 1e-7 };

/**
 * Arguments of Keras 3's optimizers in their order, with their defaults (Keras 3.15, `keras/src/optimizers`).
 * Arguments that change nothing unless they are given are left out.
 */
const optimizers: Readonly<Record<string, Defaults>> = {
  SGD: { learning_rate: 0.01, momentum: 0, nesterov: false },
  RMSprop: { learning_rate: 0.001, rho: 0.9, momentum: 0, epsilon: 1e-7, centered: false },
  Adam: { ...adam, amsgrad: false },
  AdamW: { learning_rate: 0.001, weight_decay: 0.004, beta_1: 0.9, beta_2: 0.999, epsilon: 1e-7, amsgrad: false },
  Adamax: adam,
  Nadam: adam,
  Adagrad: { learning_rate: 0.001, initial_accumulator_value: 0.1, epsilon: 1e-7 },
  Adadelta: { learning_rate: 0.001, rho: 0.95, epsilon: 1e-7 },
  Adafactor: { learning_rate: 0.001, beta_2_decay: -0.8, epsilon_1: 1e-30, epsilon_2: 0.001, clip_threshold: 1, relative_step: true },
  Ftrl: {
    learning_rate: 0.001, learning_rate_power: -0.5, initial_accumulator_value: 0.1, l1_regularization_strength: 0,
    l2_regularization_strength: 0, l2_shrinkage_regularization_strength: 0, beta: 0,
  },
  Lion: { learning_rate: 0.001, beta_1: 0.9, beta_2: 0.99 },
  Lamb: adam,
  Muon: { learning_rate: 0.001, adam_beta_1: 0.9, adam_beta_2: 0.999, adam_weight_decay: 0.004, epsilon: 1e-7, weight_decay: 0.004 },
};

/** 1 stands for Keras alone, before TensorFlow's took its place (up to 2.3), which still took the arguments of Keras 1. */
export type KerasVersion = 1 | 2 | 3;

/** Order of positional arguments where it was another one. */
const positionalBefore: Readonly<Record<1 | 2, Readonly<Record<string, string>>>> = {
  1: {
    SGD: 'learning_rate momentum decay nesterov', RMSprop: 'learning_rate rho epsilon decay', Adagrad: 'learning_rate epsilon decay', Adadelta: 'learning_rate rho epsilon decay',
  },
  2: { SGD: 'learning_rate momentum nesterov', Lion: 'learning_rate beta_1 beta_2' },
};

/** Learning rates where they were others (keras/optimizers.py of 2.2). */
const ratesBefore: Readonly<Record<1 | 2, Readonly<Record<string, number>>>> = {
  1: { Adagrad: 0.01, Adadelta: 1, Adamax: 0.002, Nadam: 0.002 },
  2: { Lion: 0.0001 },
};

export interface OptimizerSignature {
  readonly positional: string;
  /** Keras' defaults by name. */
  readonly defaults: Defaults;
}

/** What an optimizer's call may hold; undefined for a class Keras does not have. */
export function optimizerSignature(className: string, keras: KerasVersion): OptimizerSignature | undefined {
  const key = `${className}${keras}`;
  if (!signatures.has(key)) signatures.set(key, makeSignature(className, keras));
  return signatures.get(key);
}

const signatures = new Map<string, OptimizerSignature | undefined>();

function makeSignature(className: string, keras: KerasVersion): OptimizerSignature | undefined {
  const own = Object.hasOwn(optimizers, className) ? optimizers[className] : undefined;
  if (!own) return undefined;
  const rate = keras === 3 ? undefined : ratesBefore[keras][className];
  const defaults = { ...shared, ...own, ...(rate !== undefined && { learning_rate: rate }) };
  return { positional: (keras < 3 && positionalBefore[keras as 1 | 2][className]) || Object.keys(own).join(' '), defaults };
}

/** The present name of an optimizer's argument: `lr` was renamed `learning_rate` in Keras 2.3. */
export function optimizerArgument(name: string): string {
  return name === 'lr' ? 'learning_rate' : name;
}
