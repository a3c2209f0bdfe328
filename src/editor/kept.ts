/**
 * Results of slow work, each kept under its key as long as its stamp stays the same. Work that failed is not kept: who
 * asks again has it done again.
 */
export class Kept<T> {
  readonly #kept = new Map<string, { readonly stamp: string; readonly result: Promise<T> }>();

  get(key: string, stamp: string, work: () => Promise<T>): Promise<T> {
    const known = this.#kept.get(key);
    if (known?.stamp === stamp) return known.result;
    const made = { stamp, result: work() };
    this.#kept.set(key, made);
    made.result.catch(() => {
      if (this.#kept.get(key) === made) this.#kept.delete(key);
    });
    return made.result;
  }

  delete(key: string): void {
    this.#kept.delete(key);
  }

  clear(): void {
    this.#kept.clear();
  }
}
