import type { Span } from '../../text/span';
import { asString, Call } from '../python/call';
import { methodOf } from '../python/classes';
import type { Functions } from '../python/library';
import { bool, builtin, doubtOf, LibraryObject, list, none, type Unknowable, unknown, type Value } from '../python/values';
import { ModelObject } from './model';

/** Arguments of what Keras Tuner's `hp` offers, in their order (keras_tuner/engine/hyperparameters/hyperparameters.py). */
const signatures: Readonly<Record<string, string>> = {
  Choice: 'name values ordered default parent_name parent_values',
  Int: 'name min_value max_value step sampling default parent_name parent_values',
  Float: 'name min_value max_value step sampling default parent_name parent_values',
  Boolean: 'name default parent_name parent_values',
  Fixed: 'name value parent_name parent_values',
};

/**
 * The `hp` that Keras Tuner hands to the function that builds the model. What it gives is chosen by the search, which first
 * has the model built with the default of everything; a `HyperParameters()` of the script's own goes on giving those.
 */
class HyperParameters extends LibraryObject {
  readonly typeName = 'HyperParameters';
  /** What was asked for so far, by name: who asks again is given the same. */
  readonly values: Map<string, Value>;
  readonly #isSearched: boolean;
  /** What the search chooses first. */
  chosen: Unknowable | undefined;

  constructor(span: Span, isSearched: boolean, values: ReadonlyMap<string, Value> = new Map()) {
    super(span);
    this.#isSearched = isSearched;
    this.values = new Map(values);
  }

  override attribute(name: string, span: Span): Value | undefined {
    if (name === 'conditional_scope' || name === 'name_scope') return builtin(name, span, (call) => none(call.span));
    return builtin(name, span, (call) => (name === 'get' ? this.index(call.arguments.positional[0] ?? call.unread(), call) : this.#asked(name, call)));
  }

  override index(name: Value, { span }: Call): Value {
    const known = asString(name);
    return (known === undefined ? doubtOf(name) : this.values.get(known)) ?? unknown(span, 'script.searched', { name: known ?? '' });
  }

  #asked(kind: string, call: Call): Value {
    const bound = call.bind(signatures[kind] ?? 'name');
    const name = asString(bound.name);
    const known = name === undefined ? undefined : this.values.get(name);
    if (known) return known;
    const searched = unknown(call.span, 'script.searched', { name: name ?? kind });
    const start = bound.parent_name ? undefined : startOf(kind, bound, call);
    const value = kind === 'Fixed' ? (bound.value ?? searched) : start ? this.#starting(start, searched) : searched;
    if (kind !== 'Fixed' && this.#isSearched) this.chosen ??= searched;
    if (name !== undefined) this.values.set(name, value);
    return value;
  }

  #starting(value: Value, searched: Unknowable): Value {
    if (!this.#isSearched || (value.kind !== 'number' && value.kind !== 'string' && value.kind !== 'bool')) return value;
    return { ...value, searched: { ...searched, start: value.value } };
  }
}

/** Keras Tuner's default of a hyperparameter: the given one, else None if that is a choice, else the first or the least value. */
function startOf(kind: string, { default: given, values, min_value: least }: Partial<Record<string, Value>>, call: Call): Value | undefined {
  if (given && given.kind !== 'none') return given;
  if (kind === 'Boolean') return bool(false, call.span);
  if (kind !== 'Choice') return least;
  const choices = values && call.interpreter.iterate(values);
  return Array.isArray(choices) ? ((choices as Value[]).find((choice) => choice.kind === 'none') ?? choices[0]) : undefined;
}

/** `RandomSearch`, `Hyperband`, … of Keras Tuner. */
class Tuner extends LibraryObject {
  readonly typeName = 'Tuner';
  readonly #hypermodel: Value | undefined;
  readonly #given: Value | undefined;

  constructor(call: Call) {
    super(call.span);
    const { hypermodel, hyperparameters } = call.bind('hypermodel');
    this.#hypermodel = hypermodel;
    this.#given = hyperparameters;
  }

  override attribute(name: string, span: Span): Value | undefined {
    switch (name) {
      case 'hypermodel':
        return this;
      case 'build':
        return builtin(name, span, (call) => {
          const [given] = call.arguments.positional;
          return this.#built(given instanceof HyperParameters ? given : this.#chosen(call.span), call);
        });
      case 'search':
        return builtin(name, span, (call) => this.#search(call));
      case 'get_best_hyperparameters':
        return builtin(name, span, (call) => list([this.#chosen(call.span)], call.span));
      case 'get_best_models':
        return builtin(name, span, (call) => list([this.#built(this.#chosen(call.span), call)], call.span));
      default:
        return undefined;
    }
  }

  #chosen(span: Span): HyperParameters {
    return new HyperParameters(span, true, this.#given instanceof HyperParameters ? this.#given.values : undefined);
  }

  /** The model of one trial. */
  #built(chosen: HyperParameters, call: Call): Value {
    const hypermodel = this.#hypermodel ?? call.unread();
    const build = hypermodel.kind === 'instance' ? call.interpreter.attribute(hypermodel, 'build', call.span) : hypermodel;
    const built = call.interpreter.call(build, { positional: [chosen], keywords: new Map() }, call.span);
    const model = modelOf(built);
    if (model && chosen.chosen) model.searched = chosen.chosen;
    return built;
  }

  /** `tuner.search(…)` takes what `fit` takes, and a `fit` of the hypermodel's own is given it. */
  #search(call: Call): Value {
    const chosen = this.#chosen(call.span);
    const built = this.#built(chosen, call);
    const model = modelOf(built);
    const own = this.#hypermodel?.kind === 'instance' ? methodOf(this.#hypermodel, 'fit') : undefined;
    if (own) call.interpreter.call(own, { ...call.arguments, positional: [chosen, built, ...call.arguments.positional] }, call.span);
    else model?.session.train(model, new Call(call.interpreter, 'fit', call.span, call.arguments));
    return unknown(call.span, 'script.trained', { name: call.name });
  }
}

function modelOf(built: Value): ModelObject | undefined {
  const model = built.kind === 'instance' ? built.delegate : built;
  return model instanceof ModelObject ? model : undefined;
}

const tuners = ['RandomSearch', 'Hyperband', 'BayesianOptimization', 'GridSearch'];
const homes = ['keras_tuner', 'keras_tuner.tuners', 'kerastuner', 'kerastuner.tuners'];
const spaces = ['keras_tuner.HyperParameters', 'kerastuner.HyperParameters', 'keras_tuner.engine.hyperparameters.HyperParameters', 'kerastuner.engine.hyperparameters.HyperParameters'];

export const tunerFunctions: Functions = {
  ...Object.fromEntries(homes.flatMap((home) => tuners.map((name) => [`${home}.${name}`, (call: Call) => new Tuner(call)] as const))),
  ...Object.fromEntries(spaces.map((path) => [path, (call: Call) => new HyperParameters(call.span, false)] as const)),
};
