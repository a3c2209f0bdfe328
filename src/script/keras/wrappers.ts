import type { Span } from '../../text/span';
import { passedOn } from '../data/transformer';
import { asString, Call } from '../python/call';
import type { Functions } from '../python/library';
import { array, builtin, doubtOf, LibraryObject, type Unknowable, unknown, type Value } from '../python/values';
import { shaped } from '../numpy/ndarray';
import { arrayFrom } from '../python/operators';
import { ModelObject } from './model';

/** Arguments of `fit` that a wrapper takes when it is made. */
const trainingArguments = new Set(['epochs', 'nb_epoch', 'batch_size', 'callbacks', 'validation_split', 'validation_data', 'shuffle', 'class_weight', 'sample_weight', 'verbose']);

/** Most combinations of a search that are followed. */
const mostCombinations = 20;

/** A model of Keras as an estimator of scikit-learn: `KerasClassifier(build_fn=…)`, or a search or chain with one inside. */
abstract class Estimator extends LibraryObject {
  override attribute(name: string, span: Span): Value | undefined {
    return name === 'fit' ? builtin(name, span, (call) => this.#fitted(call)) : undefined;
  }

  #fitted(call: Call): Value {
    this.fit(new Map(), call);
    return this;
  }

  /** Trains with `fit(X, y, …)`, with other parameters than those it was made with. */
  abstract fit(parameters: ReadonlyMap<string, Value>, call: Call): void;
}

/** `KerasClassifier` and `KerasRegressor` of Keras 1 and 2 and of SciKeras. */
class KerasEstimator extends Estimator {
  readonly typeName: string;
  readonly #given: ReadonlyMap<string, Value>;

  constructor(call: Call) {
    super(call.span);
    this.typeName = call.name.split('.').at(-1)!;
    const { model, ...others } = call.bind('model');
    this.#given = new Map(Object.entries({ ...others, model: model ?? others.build_fn }).filter((entry): entry is [string, Value] => entry[1] !== undefined));
  }

  fit(parameters: ReadonlyMap<string, Value>, call: Call): void {
    const all = new Map([...this.#given, ...parameters]);
    const build = all.get('model');
    const model = build && modelOf(build, buildArguments(build, all), call);
    if (!model) return;
    const { X: x, y } = call.bind('X y');
    const given = new Map<string, Value | undefined>([['x', x], ['y', y]]);
    for (const [name, value] of [...all, ...call.arguments.keywords]) {
      const present = name.replace(/^fit__/, '');
      if (trainingArguments.has(present)) given.set(present, value);
    }
    if (!model.compiled && (all.has('loss') || all.has('optimizer'))) compile(model, all, call);
    model.session.train(model, new Call(call.interpreter, 'fit', call.span, call.renamed(given).arguments));
  }
}

/** SciKeras compiles what its function leaves uncompiled: `optimizer='adam', optimizer__learning_rate=0.01, loss=…`. */
function compile(model: ModelObject, given: ReadonlyMap<string, Value>, call: Call): void {
  const keywords = new Map([...given].filter(([name]) => name === 'loss' || name === 'optimizer' || name === 'metrics'));
  const compiling = model.attribute('compile', call.span);
  if (compiling) call.interpreter.call(compiling, { positional: [], keywords }, call.span);
}

/** The arguments of the function that builds the model: parameters of its names, with SciKeras also as `model__name`. */
function buildArguments(build: Value, given: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> {
  const takes = new Set(build.kind === 'function' ? build.parameters.map(({ name }) => name) : []);
  const named = [...given].map(([name, value]) => [name.replace(/^model__/, ''), value] as const);
  return new Map(named.filter(([name]) => name !== 'model' && takes.has(name)));
}

/** The model that a function of the script builds, or the model itself. */
function modelOf(build: Value, keywords: ReadonlyMap<string, Value>, call: Call): ModelObject | undefined {
  const built = build instanceof ModelObject ? build : call.interpreter.call(build, { positional: [], keywords }, call.span);
  const model = built.kind === 'instance' ? built.delegate : built;
  return model instanceof ModelObject ? model : undefined;
}

/** `GridSearchCV` and `RandomizedSearchCV`: one training for each combination of a grid. */
class Search extends Estimator {
  readonly typeName: string;
  readonly #inner: Value | undefined;
  readonly #grid: Value | undefined;

  constructor(call: Call) {
    super(call.span);
    this.typeName = call.name.split('.').at(-1)!;
    const { estimator, param_grid: grid, param_distributions: distributions = grid } = call.bind('estimator param_grid');
    this.#inner = estimator;
    this.#grid = distributions;
  }

  fit(parameters: ReadonlyMap<string, Value>, call: Call): void {
    if (!(this.#inner instanceof Estimator)) return;
    for (const combination of this.#combinations(call)) this.#inner.fit(new Map([...parameters, ...combination]), call);
  }

  #combinations(call: Call): ReadonlyMap<string, Value>[] {
    const grid = this.#grid;
    if (grid?.kind !== 'dict' || grid.doubt) return [];
    let combinations: ReadonlyMap<string, Value>[] = [new Map()];
    for (const { key, value } of grid.entries.values()) {
      if (key.kind !== 'string') continue;
      const items = call.interpreter.iterate(value);
      // A search at random draws what it tries.
      const tried = this.typeName === 'GridSearchCV' && Array.isArray(items) ? (items as Value[]) : [unknown(value.span, 'script.searched', { name: key.value })];
      combinations = combinations.flatMap((combination) => tried.map((item) => new Map([...combination, [key.value, item]]))).slice(0, mostCombinations);
    }
    return combinations;
  }
}

/** `VotingClassifier([('first', estimator), …])`: each is trained. */
class Committee extends Estimator {
  readonly typeName: string;
  readonly #members: Value | undefined;

  constructor(call: Call) {
    super(call.span);
    this.typeName = call.name.split('.').at(-1)!;
    this.#members = call.bind('estimators').estimators;
  }

  fit(parameters: ReadonlyMap<string, Value>, call: Call): void {
    const members = this.#members && call.interpreter.iterate(this.#members);
    if (!Array.isArray(members)) return;
    for (const member of members as readonly Value[]) {
      const estimator = member.kind === 'tuple' ? member.items[1] : undefined;
      if (estimator instanceof Estimator) estimator.fit(parameters, call);
    }
  }
}

/** `Pipeline([('scale', StandardScaler()), ('model', estimator)])`. */
class Chain extends Estimator {
  readonly typeName = 'Pipeline';
  readonly #steps: readonly { readonly name: string; readonly value: Value }[];

  constructor(steps: readonly (readonly [string, Value])[], span: Span) {
    super(span);
    this.#steps = steps.map(([name, value]) => ({ name, value }));
  }

  override attribute(name: string, span: Span): Value | undefined {
    const transforms = name === 'fit_transform' || name === 'transform';
    return transforms ? builtin(name, span, (call) => this.#through(this.#steps, name, call)) : super.attribute(name, span);
  }

  /** What these steps make of the data, each of what the one before it made. */
  #through(steps: readonly { readonly value: Value }[], method: 'fit_transform' | 'transform', call: Call): Value {
    const { X: given = unknown(call.span, 'script.unread-argument') } = call.bind('X y');
    return steps.reduce((x: Value, { value }) => (asString(value) === 'passthrough' || value.kind === 'none' ? x : passedOn(value, method, x, call)), given);
  }

  fit(parameters: ReadonlyMap<string, Value>, call: Call): void {
    const last = this.#steps.at(-1);
    if (!(last?.value instanceof Estimator)) {
      this.#through(this.#steps, 'fit_transform', call);
      return;
    }
    const { y } = call.bind('X y');
    const x = this.#through(this.#steps.slice(0, -1), 'fit_transform', call);
    const own = new Map([...parameters].map(([name, value]) => [name.replace(`${last.name}__`, ''), value] as const));
    last.value.fit(own, call.renamed(new Map([['X', x], ['y', y]])));
  }
}

function chain(call: Call): Value {
  const named = call.name.endsWith('.Pipeline');
  const steps = named ? call.bind('steps').steps : undefined;
  const items = steps ? call.interpreter.iterate(steps) : call.arguments.positional;
  if (!Array.isArray(items)) return items as Unknowable;
  const pairs = (items as readonly Value[]).map((item): readonly [string, Value] | undefined => {
    if (!named) return [item.kind === 'object' ? item.typeName.toLowerCase() : '', item];
    const [name, value] = item.kind === 'tuple' ? item.items : [];
    return name?.kind === 'string' && value ? [name.value, value] : undefined;
  });
  return pairs.includes(undefined) ? call.unread() : new Chain(pairs as (readonly [string, Value])[], call.span);
}

/** `cross_val_score(estimator, X, y, cv=…)`: it trains on parts of the data that are not followed. */
function crossValidated(call: Call): Value {
  const { estimator, X: x, y } = call.bind('estimator X y');
  const lacking = unknown(call.span, 'script.folds');
  const part = (whole: Value | undefined): Value => {
    const data = whole?.kind === 'object' ? whole.attribute('values', call.span) : whole;
    const known = data && arrayFrom(data);
    return known ? array(shaped([-1, ...known.shape.slice(1)], known.dtype === 'str' ? 'float64' : known.dtype, lacking), call.span) : ((whole && doubtOf(whole)) ?? lacking);
  };
  if (estimator instanceof Estimator) estimator.fit(new Map(), call.renamed(new Map([['X', part(x)], ['y', part(y)]])));
  return unknown(call.span, 'script.trained', { name: call.name });
}

const wrapper = (call: Call): Value => new KerasEstimator(call);
const search = (call: Call): Value => new Search(call);
const committee = (call: Call): Value => new Committee(call);

export const wrapperFunctions: Functions = {
  'keras.wrappers.scikit_learn.KerasClassifier': wrapper,
  'keras.wrappers.scikit_learn.KerasRegressor': wrapper,
  'scikeras.wrappers.KerasClassifier': wrapper,
  'scikeras.wrappers.KerasRegressor': wrapper,
  'sklearn.model_selection.GridSearchCV': search,
  'sklearn.grid_search.GridSearchCV': search,
  'sklearn.model_selection.RandomizedSearchCV': search,
  'sklearn.ensemble.VotingClassifier': committee,
  'sklearn.ensemble.VotingRegressor': committee,
  'sklearn.pipeline.Pipeline': chain,
  'sklearn.pipeline.make_pipeline': chain,
  'sklearn.model_selection.cross_val_score': crossValidated,
  'sklearn.cross_validation.cross_val_score': crossValidated,
  'sklearn.model_selection.cross_validate': crossValidated,
};
