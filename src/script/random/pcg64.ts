const mask128 = (1n << 128n) - 1n;
const mask64 = (1n << 64n) - 1n;
const multiplier = 0x2360ed051fc65da44385df649fccf645n;

/** O'Neill's PCG XSL RR 128/64, seeded as NumPy's `default_rng(seed)` seeds it. */
export class Pcg64 {
  #state = 0n;
  readonly #increment: bigint;
  #half: number | undefined;

  constructor(seed: number) {
    const [a, b, c, d] = seedWords(seed) as [bigint, bigint, bigint, bigint];
    this.#increment = (((c << 64n) | d) << 1n | 1n) & mask128;
    this.#step();
    this.#state = (this.#state + ((a << 64n) | b)) & mask128;
    this.#step();
  }

  #step(): void {
    this.#state = (this.#state * multiplier + this.#increment) & mask128;
  }

  /** The next 64 random bits. */
  word64(): bigint {
    this.#step();
    const value = ((this.#state >> 64n) ^ this.#state) & mask64;
    const turn = this.#state >> 122n;
    return ((value >> turn) | (value << (64n - turn))) & mask64;
  }

  /** The next 32 random bits: the halves of a word, the lower one first. */
  word(): number {
    if (this.#half !== undefined) {
      const half = this.#half;
      this.#half = undefined;
      return half;
    }
    const next = this.word64();
    this.#half = Number(next >> 32n);
    return Number(next & 0xffffffffn);
  }

  /** Uniform in [0, 1) with 53 bits. */
  double(): number {
    return Number(this.word64() >> 11n) / 9007199254740992;
  }
}

/** NumPy's `SeedSequence(seed).generate_state(4, uint64)` (numpy/random/bit_generator.pyx). */
function seedWords(seed: number): bigint[] {
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
  const words = Array.from({ length: 8 }, (_, i) => {
    let value = pool[i % 4]! ^ hash;
    hash = Math.imul(hash, 0x58f38ded);
    value = Math.imul(value, hash);
    return (value ^ (value >>> 16)) >>> 0;
  });
  return [0, 2, 4, 6].map((i) => BigInt(words[i]!) | (BigInt(words[i + 1]!) << 32n));
}
