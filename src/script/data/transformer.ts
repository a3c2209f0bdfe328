import type { Span } from '../../text/span';
import { operand } from '../numpy/methods';
import type { NdArray } from '../numpy/ndarray';
import type { Call } from '../python/call';
import { builtin, doubtOf, LibraryObject, type Unknowable, type Value } from '../python/values';

/** What scikit-learn fits to data and then transforms data with. */
export abstract class Transformer extends LibraryObject {
  readonly typeName: string;
  /** The call that makes it: its arguments are settings. */
  protected readonly made: Call;

  constructor(typeName: string, made: Call) {
    super(made.span);
    this.typeName = typeName;
    this.made = made;
  }

  /** Learns from the first argument. */
  protected abstract fit(call: Call): void;
  protected abstract transform(call: Call): Value;

  override attribute(name: string, span: Span): Value | undefined {
    switch (name) {
      case 'fit':
        return builtin(name, span, (call) => {
          call.interpreter.touch(this);
          this.fit(call);
          return this;
        });
      case 'fit_transform':
        return builtin(name, span, (call) => {
          call.interpreter.touch(this);
          this.fit(call);
          return this.doubt ?? this.transform(call);
        });
      case 'transform':
        return builtin(name, span, (call) => this.doubt ?? this.transform(call));
      default:
        return undefined;
    }
  }
}

/** What is lacking where data cannot be told. */
export function lackOf(source: NdArray | undefined, call: Call): Unknowable {
  return source?.missing ? { kind: 'unknown', ...source.missing } : call.unread();
}

/** The data of a call as an array, in a Transformer's `fit` and `transform`. */
export function given(call: Call): NdArray | undefined {
  const value = call.arguments.positional[0] ?? call.arguments.keywords.get('X') ?? call.arguments.keywords.get('y');
  return value && !doubtOf(value) ? operand(value) : undefined;
}

/** Transforms data as another object does: `object.method(data)`. */
export function passedOn(transformer: Value, method: 'fit_transform' | 'transform', data: Value, call: Call): Value {
  const { interpreter, span } = call;
  return interpreter.call(interpreter.attribute(transformer, method, span), { positional: [data], keywords: new Map() }, span);
}

/** The matrix that a value is, one column where it has one axis; undefined where it is none. */
export function matrixIn(value: Value): NdArray | undefined {
  const made = doubtOf(value) ? undefined : operand(value);
  if (made?.shape.length === 1) return { ...made, shape: [made.shape[0]!, 1] };
  return made?.shape.length === 2 ? made : undefined;
}

