/** Flags of a command line as `absl` and TensorFlow 1 have them: `flags.DEFINE_float('rate', 0.1, …)` and `flags.FLAGS.rate`. */
import { asString, type Call } from './call';
import { none, type Value } from './values';

const home = String.raw`^(?:absl|tensorflow(?:\.compat\.v1|\.python\.platform)?(?:\.app)?)\.flags\.`;
const defining = new RegExp(`${home}DEFINE_\\w+$`);
const named = new RegExp(`${home}FLAGS\\.(\\w+)$`);

/** The flag that a full name stands for; undefined for any other name. */
export function flagNamed(path: string): string | undefined {
  return path.includes('.flags.') ? named.exec(path)?.[1] : undefined;
}

export function definesFlag(path: string): boolean {
  return path.includes('.flags.') && defining.test(path);
}

/** A script that is started without arguments gets the defaults. */
export function defineFlag(call: Call, flags: Map<string, Value>): Value {
  const { name, default: fallback } = call.bind(call.name.endsWith('DEFINE_alias') ? 'name' : 'name default');
  const flag = asString(name);
  if (flag !== undefined && fallback) flags.set(flag, fallback);
  return none(call.span);
}
