/** The Mersenne Twister as Matsumoto and Nishimura published it (2002), the source of Python's and NumPy's legacy numbers. */
export class Mt19937 {
  readonly #state = new Uint32Array(624);
  #at = 624;

  /** `init_genrand`: what `numpy.random.seed(n)` does. */
  static fromSeed(seed: number): Mt19937 {
    const made = new Mt19937();
    const state = made.#state;
    state[0] = seed >>> 0;
    for (let i = 1; i < 624; i++) {
      const before = state[i - 1]! ^ (state[i - 1]! >>> 30);
      state[i] = Math.imul(1812433253, before) + i;
    }
    return made;
  }

  /** `init_by_array`: what Python's `random.seed(n)` does with the 32-bit words of `n`. */
  static fromWords(words: readonly number[]): Mt19937 {
    const made = Mt19937.fromSeed(19650218);
    const state = made.#state;
    let i = 1;
    let j = 0;
    for (let k = Math.max(624, words.length); k > 0; k--) {
      const before = state[i - 1]! ^ (state[i - 1]! >>> 30);
      state[i] = (state[i]! ^ Math.imul(before, 1664525)) + words[j]! + j;
      if (++i >= 624) {
        state[0] = state[623]!;
        i = 1;
      }
      if (++j >= words.length) j = 0;
    }
    for (let k = 623; k > 0; k--) {
      const before = state[i - 1]! ^ (state[i - 1]! >>> 30);
      state[i] = (state[i]! ^ Math.imul(before, 1566083941)) - i;
      if (++i >= 624) {
        state[0] = state[623]!;
        i = 1;
      }
    }
    state[0] = 0x80000000;
    return made;
  }

  copy(): Mt19937 {
    const copy = new Mt19937();
    copy.#state.set(this.#state);
    copy.#at = this.#at;
    return copy;
  }

  /** Equal for two that will draw the same. */
  get key(): string {
    return `${this.#state.join()},${this.#at}`;
  }

  /** The next 32 random bits. */
  word(): number {
    if (this.#at >= 624) this.#refill();
    let y = this.#state[this.#at++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    y ^= y >>> 18;
    return y >>> 0;
  }

  /** Uniform in [0, 1) with 53 bits. */
  double(): number {
    const a = this.word() >>> 5;
    const b = this.word() >>> 6;
    return (a * 67108864 + b) / 9007199254740992;
  }

  #refill(): void {
    const state = this.#state;
    for (let i = 0; i < 624; i++) {
      const y = (state[i]! & 0x80000000) | (state[(i + 1) % 624]! & 0x7fffffff);
      state[i] = state[(i + 397) % 624]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.#at = 0;
  }
}
