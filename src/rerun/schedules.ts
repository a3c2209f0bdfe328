/** Learning rates by optimizer step (keras/src/optimizers/schedules/learning_rate_schedule.py), in float32 as Keras computes them. */
import type { Json } from '../script/script';
import { type KerasObject, numberOf } from './keras-object';

/** Learning rate of a step; the first step is 0. */
export type Schedule = (step: number) => number;

type Config = Readonly<Record<string, Json>>;

const { fround, pow, floor, min } = Math;

function numbers(value: Json | undefined): number[] {
  return Array.isArray(value) ? value.map((item) => numberOf(item, NaN)) : [];
}

function progress(config: Config): (step: number) => number {
  const steps = numberOf(config.decay_steps, NaN);
  return config.staircase === true ? (step) => floor(fround(step / steps)) : (step) => fround(step / steps);
}

function exponentialDecay(config: Config): Schedule {
  const initial = fround(numberOf(config.initial_learning_rate, NaN));
  const rate = fround(numberOf(config.decay_rate, NaN));
  const at = progress(config);
  return (step) => fround(initial * fround(pow(rate, at(step))));
}

function inverseTimeDecay(config: Config): Schedule {
  const initial = fround(numberOf(config.initial_learning_rate, NaN));
  const rate = fround(numberOf(config.decay_rate, NaN));
  const at = progress(config);
  return (step) => fround(initial / fround(1 + fround(rate * at(step))));
}

function piecewiseConstantDecay(config: Config): Schedule {
  const boundaries = numbers(config.boundaries);
  const values = numbers(config.values).map(fround);
  return (step) => {
    const piece = boundaries.findIndex((boundary) => step <= boundary);
    return values[piece < 0 ? values.length - 1 : piece] ?? NaN;
  };
}

function polynomialDecay(config: Config): Schedule {
  const initial = fround(numberOf(config.initial_learning_rate, NaN));
  const end = fround(numberOf(config.end_learning_rate, 0.0001));
  const power = numberOf(config.power, 1);
  const steps = numberOf(config.decay_steps, NaN);
  const cycle = config.cycle === true;
  return (step) => {
    const span = cycle && step > 0 ? steps * Math.ceil(fround(step / steps)) : steps;
    const part = fround((cycle ? step : min(step, steps)) / span);
    return fround(fround(fround(initial - end) * fround(pow(fround(1 - part), power))) + end);
  };
}

function cosine(initial: number, part: number, alpha: number): number {
  const wave = fround(0.5 * fround(1 + fround(Math.cos(fround(fround(Math.PI) * part)))));
  return fround(initial * fround(fround(fround(1 - alpha) * wave) + alpha));
}

function cosineDecay(config: Config): Schedule {
  const initial = fround(numberOf(config.initial_learning_rate, NaN));
  const steps = numberOf(config.decay_steps, NaN);
  const alpha = fround(numberOf(config.alpha, 0));
  if (typeof config.warmup_target !== 'number') return (step) => cosine(initial, fround(min(step, steps) / steps), alpha);
  const target = fround(config.warmup_target);
  const warmup = numberOf(config.warmup_steps, 0);
  return (step) => {
    if (step >= warmup) return cosine(target, fround((min(step, steps + warmup) - warmup) / steps), alpha);
    return fround(fround(fround(step / warmup) * fround(target - initial)) + initial);
  };
}

function cosineDecayRestarts(config: Config): Schedule {
  const initial = fround(numberOf(config.initial_learning_rate, NaN));
  const steps = numberOf(config.first_decay_steps, NaN);
  const longer = fround(numberOf(config.t_mul, 2));
  const lower = fround(numberOf(config.m_mul, 1));
  const alpha = fround(numberOf(config.alpha, 0));
  return (step) => {
    let part = fround(step / steps);
    let restarts = floor(part);
    if (longer === 1) {
      part = fround(part - restarts);
    } else {
      restarts = floor(fround(fround(Math.log(fround(1 - fround(part * fround(1 - longer))))) / fround(Math.log(longer))));
      const before = fround(fround(1 - fround(pow(longer, restarts))) / fround(1 - longer));
      part = fround(fround(part - before) / fround(pow(longer, restarts)));
    }
    const wave = fround(fround(0.5 * fround(pow(lower, restarts))) * fround(1 + fround(Math.cos(fround(fround(Math.PI) * part)))));
    return fround(initial * fround(fround(fround(1 - alpha) * wave) + alpha));
  };
}

const makers: Readonly<Record<string, (config: Config) => Schedule>> = {
  ExponentialDecay: exponentialDecay,
  InverseTimeDecay: inverseTimeDecay,
  PiecewiseConstantDecay: piecewiseConstantDecay,
  PolynomialDecay: polynomialDecay,
  CosineDecay: cosineDecay,
  CosineDecayRestarts: cosineDecayRestarts,
};

/** The schedule of Keras that the object stands for; undefined if it is none. */
export function scheduleOf({ className, config }: KerasObject): Schedule | undefined {
  return makers[className]?.(config);
}
