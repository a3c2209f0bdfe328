import { fitting } from '../numpy/methods';
import { asNumber, type Call } from '../python/call';
import type { Functions } from '../python/library';
import { float, integer, none, type Value } from '../python/values';
import { Mt19937 } from './mt19937';
import { Progress } from './progress';
import { drawing, RandomObject, type RandomSource } from './source';

const names = [
  'rand', 'randn', 'random', 'random_sample', 'ranf', 'sample', 'randint', 'uniform', 'normal', 'standard_normal', 'lognormal', 'permutation', 'shuffle',
  'choice', 'exponential', 'binomial', 'poisson', 'beta', 'gamma', 'multivariate_normal', 'laplace', 'chisquare', 'multinomial', 'triangular', 'standard_exponential', 'standard_gamma',
] as const;

/** `numpy.random`, drawing from one global source as NumPy does. */
export function numpyRandomFunctions(source: RandomSource): Functions {
  const functions: Record<string, (call: Call) => Value> = {};
  for (const name of names) {
    const draw = drawing(name, false);
    functions[`numpy.random.${name}`] = (call) => {
      if (draw) return fitting(call, () => draw(source.at(call), call));
      source.lost(call.name);
      return call.unread();
    };
  }
  const seed = (call: Call): Value => {
    source.seed(asNumber(call.arguments.positional[0] ?? call.arguments.keywords.get('seed')), call);
    return none(call.span);
  };
  const state = (modern: boolean) => (call: Call): Value => {
    const [given] = call.arguments.positional;
    return new RandomObject(modern, asNumber(given ?? call.arguments.keywords.get('seed')), call.span, source.drawn);
  };
  return { ...functions, 'numpy.random.seed': seed, 'keras.utils.set_random_seed': seed, 'numpy.random.RandomState': state(false), 'numpy.random.default_rng': state(true) };
}

/** Python's `random`: the Mersenne Twister seeded with the words of the seed (CPython 3, `Lib/random.py`). */
export function pythonRandomFunctions(): Functions {
  let bits = Mt19937.fromWords([0]);
  let seeded = false;
  const progress = new Progress();
  const isKnown = (call: Call): boolean => (seeded = progress.isKnown(call) && seeded);
  const below = (count: number): number => {
    const width = 32 - Math.clz32(count);
    for (;;) {
      const value = width === 0 ? 0 : bits.word() >>> (32 - width);
      if (value < count) return value;
    }
  };
  const draw = (work: (call: Call) => Value | undefined) => (call: Call): Value => {
    if (!isKnown(call)) return call.unread('script.unseeded', { name: call.name });
    const drawn = work(call);
    if (!drawn) seeded = false;
    return drawn ?? call.unread();
  };
  const numbers = (call: Call): (number | undefined)[] => call.arguments.positional.map(asNumber);
  return {
    'random.seed': (call) => {
      const value = asNumber(call.arguments.positional[0]);
      progress.restart(call);
      seeded = value !== undefined && Number.isInteger(value);
      if (seeded) {
        const size = Math.abs(value!);
        bits = Mt19937.fromWords(size > 0xffffffff ? [size >>> 0, Math.floor(size / 2 ** 32)] : [size]);
      }
      return none(call.span);
    },
    'random.random': draw((call) => float(bits.double(), call.span)),
    'random.uniform': draw((call) => {
      const [a, b] = numbers(call);
      return a === undefined || b === undefined ? undefined : float(a + (b - a) * bits.double(), call.span);
    }),
    'random.randint': draw((call) => {
      const [a, b] = numbers(call);
      return a === undefined || b === undefined ? undefined : integer(a + below(b - a + 1), call.span);
    }),
    'random.choice': draw((call) => {
      const [items] = call.arguments.positional;
      const all = items && call.interpreter.iterate(items);
      return Array.isArray(all) && all.length > 0 ? (all as readonly Value[])[below(all.length)] : undefined;
    }),
    'random.shuffle': (call) => {
      const [items] = call.arguments.positional;
      if (items?.kind === 'list' && !items.doubt) {
        call.interpreter.touch(items);
        const known = isKnown(call);
        const order = [...items.items];
        for (let i = order.length - 1; i > 0; i--) {
          const j = known ? below(i + 1) : i;
          [order[i], order[j]] = [order[j]!, order[i]!];
        }
        items.items = order;
        if (!known) items.doubt = call.unread('script.unseeded', { name: call.name });
      } else if (items && 'birth' in items) items.doubt ??= call.unread();
      return none(call.span);
    },
  };
}

