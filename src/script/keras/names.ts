/**
 * One name for each thing of Keras, however it was imported: `tensorflow.keras.layers.Dense`,
 * `tensorflow.python.keras.layers.core.Dense` and `keras.src.layers.Dense` are all `keras.layers.Dense`.
 */

const homes = /^(?:tensorflow(?:\.compat\.v[12])?(?:\.(?:python|contrib|_api\.v2))?\.keras|tf_keras|keras_core|keras\.(?:src|api)|keras)(?=\.|$)/;

/** What is told from a name, kept: a script names the same things again and again. */
export function remembered<Told>(tell: (path: string) => Told): (path: string) => Told {
  const told = new Map<string, Told>();
  return (path) => {
    const known = told.get(path);
    if (known !== undefined || told.has(path)) return known as Told;
    if (told.size > 5000) told.clear();
    const made = tell(path);
    told.set(path, made);
    return made;
  };
}

/** The full name of a thing in Keras, or the name itself. */
export const kerasPath = remembered(presentPath);

function presentPath(path: string): string {
  const home = homes.exec(path)?.[0];
  if (home === undefined) {
    return path
      .replace(/^tensorflow\.compat\.v[12](?=\.|$)/, 'tensorflow')
      .replace(/^tensorflow\.(losses|optimizers|initializers|metrics)(?=\.|$)/, 'keras.$1')
      .replace(/^tensorflow\.(\w+)_initializer$/, 'keras.initializers.$1')
      .replace(/^six\.moves\./, 'builtins.');
  }
  // Up to Keras 2 its modules hold those that they import: `keras.models.optimizers` is `keras.optimizers`.
  const rest = path.slice(home.length).replace(/^\.(?:src|api|_v2|_v1|keras)(?=\.|$)/, '').replace(/^\.(?:models|engine)(?=\.(?:optimizers|layers|losses|metrics|callbacks)\.)/, '');
  return `keras${rest}`;
}

/** `keras.optimizers.legacy.SGD` is in the group `optimizers` and has the name `SGD`. */
export interface KerasName {
  readonly group: string;
  readonly name: string;
}

const groupNames: Readonly<Record<string, string>> = {
  schedules: 'schedules',
  learning_rate_schedule: 'schedules',
  optimizers: 'optimizers',
  optimizer_v2: 'optimizers',
  losses: 'losses',
  objectives: 'losses',
  metrics: 'metrics',
  callbacks: 'callbacks',
  regularizers: 'regularizers',
  initializers: 'initializers',
  initializations: 'initializers',
  constraints: 'constraints',
  activations: 'activations',
  applications: 'applications',
  datasets: 'datasets',
  layers: 'layers',
  models: 'models',
  engine: 'models',
  utils: 'utils',
  np_utils: 'utils',
  backend: 'backend',
  ops: 'ops',
  preprocessing: 'preprocessing',
  wrappers: 'wrappers',
  random: 'random',
};

/** Splits a path made by `kerasPath`; undefined if it is not in Keras. */
export const kerasName = remembered(splitPath);

function splitPath(path: string): KerasName | undefined {
  const parts = path.split('.');
  if (parts[0] !== 'keras') return undefined;
  const name = parts.at(-1)!;
  const inner = parts.slice(1, -1);
  // A schedule may stand in `keras.optimizers.schedules` or in a file of that name.
  const known = inner.map((part) => groupNames[part]).filter((group) => group !== undefined);
  const group = known.includes('schedules') ? 'schedules' : known[0];
  return { group: group ?? (inner.length === 0 ? '' : inner.at(-1)!), name };
}

/** Snake case as Keras makes it: `MeanSquaredError` is `mean_squared_error`, `KLDivergence` is `kl_divergence`. */
export function snakeCase(name: string): string {
  return name
    .replace(/(.)([A-Z][a-z0-9]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

const lossNames: Readonly<Record<string, string>> = {
  mse: 'mean_squared_error',
  MSE: 'mean_squared_error',
  mae: 'mean_absolute_error',
  MAE: 'mean_absolute_error',
  mape: 'mean_absolute_percentage_error',
  MAPE: 'mean_absolute_percentage_error',
  msle: 'mean_squared_logarithmic_error',
  MSLE: 'mean_squared_logarithmic_error',
  bce: 'binary_crossentropy',
  BCE: 'binary_crossentropy',
  kld: 'kl_divergence',
  KLD: 'kl_divergence',
  kullback_leibler_divergence: 'kl_divergence',
  logcosh: 'log_cosh',
  cosine_proximity: 'cosine_similarity',
  huber_loss: 'huber',
};

/** Keras' snake-case name of a loss, from a short name, a function or a class. */
export function lossName(name: string): string {
  return lossNames[name] ?? lossNames[snakeCase(name)] ?? snakeCase(name);
}

const optimizerNames: Readonly<Record<string, string>> = {
  sgd: 'SGD', rmsprop: 'RMSprop', adam: 'Adam', adamw: 'AdamW', adamax: 'Adamax', nadam: 'Nadam', adagrad: 'Adagrad',
  adadelta: 'Adadelta', adafactor: 'Adafactor', ftrl: 'Ftrl', lion: 'Lion', lamb: 'Lamb', muon: 'Muon',
};

/** Keras' class for `"sgd"`, `"Adam"`, …; undefined for a name Keras does not know. */
export function optimizerClass(name: string): string | undefined {
  return optimizerNames[name.toLowerCase()];
}
