import type { Value } from './values';

/** The names of a module or of one run of a function. */
export class Scope {
  variables = new Map<string, Value>();
  readonly parent: Scope | undefined;
  /** Names declared `global` or `nonlocal` here: they belong to another scope. */
  readonly elsewhere = new Map<string, Scope>();
  /** Modules of libraries that were imported here with `*`; of a module's own scope. */
  readonly starred: string[] = [];

  constructor(parent?: Scope) {
    this.parent = parent;
  }

  get module(): Scope {
    return this.parent ? this.parent.module : this;
  }

  get(name: string): Value | undefined {
    return this.variables.get(name) ?? this.elsewhere.get(name)?.get(name) ?? this.parent?.get(name);
  }

  set(name: string, value: Value): void {
    (this.elsewhere.get(name) ?? this).variables.set(name, value);
  }
}
