import { Debouncer, Disposable } from './dispose';

/** Milliseconds without anything new after which a training counts as over; no file says so. */
const silence = 60_000;

/** When each file was last written to. It tells who must look again once a file has fallen silent. */
export class Activity extends Disposable {
  readonly #last = new Map<string, number>();
  readonly #soon = this.register(new Debouncer(silence + 1000));

  /** @param fellSilent hears the key of what is no longer `live` */
  constructor(readonly fellSilent: (key: string) => void) {
    super();
  }

  note(key: string): void {
    this.#last.set(key, Date.now());
    this.#soon.schedule(key, () => this.fellSilent(key));
  }

  live(key: string): boolean {
    return Date.now() - (this.#last.get(key) ?? -Infinity) < silence;
  }

  forget(key: string): void {
    this.#last.delete(key);
    this.#soon.cancel(key);
  }
}
