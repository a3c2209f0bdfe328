import type { Span } from '../../text/span';
import type { Call } from './call';
import type { Delegate, Instance, Unknowable, Value } from './values';

/** What the interpreter knows of the world outside the script. */
export interface Library {
  /** The one name under which a thing is known, however it was imported. */
  canonical(path: string): string;
  /** A constant of a library, for example `numpy.pi`. */
  constant(path: string, span: Span): Value | undefined;
  /** A name that the script never bound: Python's own, from a starred module, or used by convention (`np`). */
  named(name: string, starred: readonly string[], span: Span): Value | undefined;
  call(call: Call): Value;
  /** A method of a value that is not known, where its name and arguments tell what it must be. */
  methodOfUnknown(owner: Unknowable, name: string, span: Span): Value | undefined;
  /** A call of a value that is not known, where its arguments tell what it must be. */
  callOfUnknown(callee: Unknowable, call: Call): Value;
  /** Of what several ways leave, the value that may be taken for all; undefined where they differ in earnest. */
  standsForAll(values: readonly Value[], reason: Unknowable): Value | undefined;
  /** The library's part of an object whose class comes from `path`; undefined where nothing is known of it. */
  delegate(path: string, instance: Instance, call: Call): Delegate | undefined;
  /** `super()` of an instance; `member` finds methods of bases in the script. */
  superOf(self: Instance, member: (name: string) => Value | undefined, span: Span): Value;
}

/** Functions of a library by their full names. */
export type Functions = Readonly<Record<string, (call: Call) => Value>>;
