/**
 * Numbers drawn reproducibly from a seed (xoshiro128**, Blackman & Vigna 2018, seeded by SplitMix32).
 * The law is that of Keras' draws; the numbers are not, since Keras' generators belong to its backends.
 */
export class Random {
  readonly #state = new Uint32Array(4);

  /** @param seed any integer; `stream` separates draws that must not depend on each other (weights, batch order, dropout). */
  constructor(seed: number, stream = 0) {
    let word = Math.imul(seed | 0, 0x9e3779b1) ^ Math.imul(stream + 1, 0x85ebca6b);
    for (let index = 0; index < 4; index++) {
      word = (word + 0x9e3779b9) | 0;
      let mixed = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
      mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
      this.#state[index] = mixed ^ (mixed >>> 15);
    }
  }

  /** 32 random bits. */
  #next(): number {
    const state = this.#state;
    const [a, b, c, d] = [state[0]!, state[1]!, state[2]!, state[3]!];
    const scaled = Math.imul(b, 5);
    const result = Math.imul((scaled << 7) | (scaled >>> 25), 9);
    const mixed = d ^ b;
    state[0] = a ^ mixed;
    state[1] = b ^ c ^ a;
    state[2] = c ^ a ^ (b << 9);
    state[3] = (mixed << 11) | (mixed >>> 21);
    return result >>> 0;
  }

  /** Uniform on [0, 1). */
  uniform(): number {
    return this.#next() / 4294967296;
  }

  /** Standard normal (Marsaglia's polar method). */
  normal(): number {
    for (;;) {
      const u = 2 * this.uniform() - 1;
      const v = 2 * this.uniform() - 1;
      const square = u * u + v * v;
      if (square > 0 && square < 1) return u * Math.sqrt((-2 * Math.log(square)) / square);
    }
  }

  /** Standard normal, drawn again beyond two standard deviations. */
  truncatedNormal(): number {
    for (;;) {
      const value = this.normal();
      if (Math.abs(value) <= 2) return value;
    }
  }

  /** Fisher-Yates, in place. */
  shuffle(order: Uint32Array): void {
    for (let last = order.length - 1; last > 0; last--) {
      const other = Math.floor(this.uniform() * (last + 1));
      const held = order[last]!;
      order[last] = order[other]!;
      order[other] = held;
    }
  }
}
