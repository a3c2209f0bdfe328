import type { Span } from '../../text/span';
import { asString, Call } from '../python/call';
import type { Functions } from '../python/library';
import { builtin, LibraryObject, list, unknown, type Value } from '../python/values';
import { ModelObject } from './model';

/** The `hp` that Keras Tuner hands to the function that builds the model: what it gives is chosen by the search. */
class HyperParameters extends LibraryObject {
  readonly typeName = 'HyperParameters';

  override attribute(name: string, span: Span): Value | undefined {
    return builtin(name, span, (call) => {
      const { name: wanted, value } = call.bind('name value');
      return name === 'Fixed' && value ? value : unknown(call.span, 'script.searched', { name: asString(wanted) ?? name });
    });
  }
}

/** `RandomSearch`, `Hyperband`, … of Keras Tuner. */
class Tuner extends LibraryObject {
  readonly typeName = 'Tuner';
  readonly #hypermodel: Value | undefined;

  constructor(call: Call) {
    super(call.span);
    this.#hypermodel = call.bind('hypermodel').hypermodel;
  }

  override attribute(name: string, span: Span): Value | undefined {
    switch (name) {
      case 'hypermodel':
        return this;
      case 'build':
        return builtin(name, span, (call) => this.#built(call));
      case 'search':
        return builtin(name, span, (call) => this.#search(call));
      case 'get_best_hyperparameters':
        return builtin(name, span, (call) => list([new HyperParameters(call.span)], call.span));
      case 'get_best_models':
        return builtin(name, span, (call) => list([this.#built(call)], call.span));
      default:
        return undefined;
    }
  }

  /** The model of one trial. */
  #built(call: Call): Value {
    const hypermodel = this.#hypermodel ?? call.unread();
    const build = hypermodel.kind === 'instance' ? call.interpreter.attribute(hypermodel, 'build', call.span) : hypermodel;
    return call.interpreter.call(build, { positional: [new HyperParameters(call.span)], keywords: new Map() }, call.span);
  }

  /** `tuner.search(…)` takes what `fit` takes. */
  #search(call: Call): Value {
    const built = this.#built(call);
    const model = built.kind === 'instance' ? built.delegate : built;
    if (model instanceof ModelObject) model.session.train(model, new Call(call.interpreter, 'fit', call.span, call.arguments));
    return unknown(call.span, 'script.trained', { name: call.name });
  }
}

const tuners = ['RandomSearch', 'Hyperband', 'BayesianOptimization', 'GridSearch'];
const homes = ['keras_tuner', 'keras_tuner.tuners', 'kerastuner', 'kerastuner.tuners'];

export const tunerFunctions: Functions = Object.fromEntries(
  homes.flatMap((home) => tuners.map((name) => [`${home}.${name}`, (call: Call) => new Tuner(call)] as const)),
);
