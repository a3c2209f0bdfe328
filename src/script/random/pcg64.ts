/** The upper 32 bits of the product of two words of 32 bits. */
export function upperProduct(a: number, b: number): number {
  const [a0, a1, b0, b1] = [a & 0xffff, a >>> 16, b & 0xffff, b >>> 16];
  const middle = a1 * b0 + ((a0 * b0) >>> 16);
  return (a1 * b1 + (middle >>> 16) + ((a0 * b1 + (middle & 0xffff)) >>> 16)) >>> 0;
}

/** The multiplier 0x2360ed051fc65da44385df649fccf645 in words of 32 bits, the lowest first, as the state is kept. */
const [m0, m1, m2, m3] = [0x9fccf645, 0x4385df64, 0x1fc65da4, 0x2360ed05];

const twoTo32 = 2 ** 32;

/**
 * O'Neill's PCG XSL RR 128/64, seeded as NumPy's `default_rng(seed)` seeds it. In words of 32 bits: with BigInt a number
 * takes ten times as long.
 */
export class Pcg64 {
  /** Upper half of the last 64 random bits. */
  high = 0;
  /** Lower half of them. */
  low = 0;
  readonly #state: Uint32Array;
  readonly #increment: Uint32Array;
  #half: number | undefined;

  private constructor(state: Uint32Array, increment: Uint32Array, half?: number) {
    this.#state = state;
    this.#increment = increment;
    this.#half = half;
  }

  static fromSeed(seed: number): Pcg64 {
    const [a0, a1, b0, b1, c0, c1, d0, d1] = seedWords(seed) as [number, number, number, number, number, number, number, number];
    const start = [b0, b1, a0, a1];
    // Twice the sequence number and one.
    const increment = Uint32Array.of((d0 << 1) | 1, (d1 << 1) | (d0 >>> 31), (c0 << 1) | (d1 >>> 31), (c1 << 1) | (c0 >>> 31));
    const made = new Pcg64(new Uint32Array(4), increment);
    made.#step();
    let carry = 0;
    start.forEach((word, i) => {
      const sum = made.#state[i]! + word + carry;
      made.#state[i] = sum;
      carry = sum >= twoTo32 ? 1 : 0;
    });
    made.#step();
    return made;
  }

  copy(): Pcg64 {
    return new Pcg64(this.#state.slice(), this.#increment, this.#half);
  }

  /** Equal for two that will draw the same. */
  get key(): string {
    return `${this.#state.join()},${this.#increment.join()},${this.#half}`;
  }

  /** state = state · multiplier + increment, modulo 2^128. */
  #step(): void {
    const state = this.#state;
    const increment = this.#increment;
    const [s0, s1, s2, s3] = [state[0]!, state[1]!, state[2]!, state[3]!];
    const c0 = lowerProduct(s0, m0) + increment[0]!;
    const c1 = upperProduct(s0, m0) + lowerProduct(s0, m1) + lowerProduct(s1, m0) + increment[1]! + Math.floor(c0 / twoTo32);
    const c2 =
      upperProduct(s0, m1) + upperProduct(s1, m0) + lowerProduct(s0, m2) + lowerProduct(s1, m1) + lowerProduct(s2, m0) + increment[2]! + Math.floor(c1 / twoTo32);
    const c3 =
      upperProduct(s0, m2) + upperProduct(s1, m1) + upperProduct(s2, m0) + lowerProduct(s0, m3) + lowerProduct(s1, m2) + lowerProduct(s2, m1) + lowerProduct(s3, m0) +
      increment[3]! + Math.floor(c2 / twoTo32);
    state[0] = c0;
    state[1] = c1;
    state[2] = c2;
    state[3] = c3;
  }

  /** Draws the next 64 random bits: `high` and `low`. */
  next(): void {
    this.#step();
    const state = this.#state;
    const [s0, s1, s2, s3] = [state[0]!, state[1]!, state[2]!, state[3]!];
    const turn = s3 >>> 26;
    const [upper, lower] = turn < 32 ? [s3 ^ s1, s2 ^ s0] : [s2 ^ s0, s3 ^ s1];
    const rest = turn & 31;
    this.high = (rest === 0 ? upper : (upper >>> rest) | (lower << (32 - rest))) >>> 0;
    this.low = (rest === 0 ? lower : (lower >>> rest) | (upper << (32 - rest))) >>> 0;
  }

  /** The next 32 random bits: the halves of a word, the lower one first. */
  word(): number {
    if (this.#half !== undefined) {
      const half = this.#half;
      this.#half = undefined;
      return half;
    }
    this.next();
    this.#half = this.high;
    return this.low;
  }

  /** Uniform in [0, 1) with 53 bits. */
  double(): number {
    this.next();
    return (this.high * 2 ** 21 + (this.low >>> 11)) / 2 ** 53;
  }
}

function lowerProduct(a: number, b: number): number {
  return Math.imul(a, b) >>> 0;
}

/** NumPy's `SeedSequence(seed).generate_state(4, uint64)` in halves, the lower one first (numpy/random/bit_generator.pyx). */
function seedWords(seed: number): number[] {
  const entropy = seed <= 0xffffffff ? [seed >>> 0] : [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0];
  let hash = 0x43b0d7e5;
  const hashed = (value: number): number => {
    let mixed = value ^ hash;
    hash = Math.imul(hash, 0x931e8875);
    mixed = Math.imul(mixed, hash);
    return (mixed ^ (mixed >>> 16)) >>> 0;
  };
  const mix = (x: number, y: number): number => {
    const result = Math.imul(0xca01f9dd, x) - Math.imul(0x4973f715, y);
    return (result ^ (result >>> 16)) >>> 0;
  };
  const pool = [0, 1, 2, 3].map((i) => hashed(entropy[i] ?? 0));
  for (let from = 0; from < 4; from++) {
    for (let to = 0; to < 4; to++) if (from !== to) pool[to] = mix(pool[to]!, hashed(pool[from]!));
  }
  hash = 0x8b51f9dd;
  return Array.from({ length: 8 }, (_, i) => {
    let value = pool[i % 4]! ^ hash;
    hash = Math.imul(hash, 0x58f38ded);
    value = Math.imul(value, hash);
    return (value ^ (value >>> 16)) >>> 0;
  });
}
