import type { Unknowable, Value } from './values';

/** What one of several ways of a script bound: undefined stands for a name that it unbound. */
export interface Way<Result> {
  readonly result: Result;
  readonly bound: ReadonlyMap<string, Value | undefined>;
}

/** The names of a module or of one run of a function. */
export class Scope {
  readonly parent: Scope | undefined;
  /** Names declared `global` or `nonlocal` here: they belong to another scope. */
  readonly elsewhere = new Map<string, Scope>();
  /** Modules of libraries that were imported here with `*`; of a module's own scope. */
  readonly starred: string[] = [];
  /** Of a module's own scope: names that nothing bound where they were used, each the same object wherever it stands. */
  readonly unbound = new Map<string, Unknowable>();
  readonly #variables = new Map<string, Value>();
  /** While a way is tried: the names that it changed, as they were before. */
  #before: Map<string, Value | undefined> | undefined;

  constructor(parent?: Scope) {
    this.parent = parent;
  }

  get module(): Scope {
    return this.parent ? this.parent.module : this;
  }

  /** The names that are bound here, without those of the scopes around. */
  get variables(): ReadonlyMap<string, Value> {
    return this.#variables;
  }

  get(name: string): Value | undefined {
    return this.#variables.get(name) ?? this.elsewhere.get(name)?.get(name) ?? this.parent?.get(name);
  }

  set(name: string, value: Value): void {
    (this.elsewhere.get(name) ?? this).#bind(name, value);
  }

  delete(name: string): void {
    this.#bind(name, undefined);
  }

  /** Follows one of several ways from here; afterwards the names are bound as before. */
  try<Result>(way: () => Result): Way<Result> {
    const outer = this.#before;
    const before = new Map<string, Value | undefined>();
    this.#before = before;
    try {
      const result = way();
      return { result, bound: new Map([...before.keys()].map((name) => [name, this.#variables.get(name)])) };
    } finally {
      this.#before = undefined;
      for (const [name, value] of before) this.#bind(name, value);
      this.#before = outer;
    }
  }

  #bind(name: string, value: Value | undefined): void {
    if (this.#before && !this.#before.has(name)) this.#before.set(name, this.#variables.get(name));
    if (value) this.#variables.set(name, value);
    else this.#variables.delete(name);
  }
}
