import { Mt19937 } from './mt19937';
import { Pcg64 } from './pcg64';

/** What NumPy's random functions draw from. */
export interface Generator {
  /** Uniform in [0, 1). */
  double(): number;
  /** Standard normal. */
  normal(): number;
  /** Uniform integer in [0, most], most < 2^32. */
  below(most: number): number;
  /** Swaps for a shuffle: uniform in [0, most]. */
  interval(most: number): number;
}

/** Uniform in [0, most] by rejection: words cut to the bits that `most` takes. */
function masked(most: number, word: () => number): number {
  if (most === 0) return 0;
  const mask = 0xffffffff >>> Math.clz32(most);
  for (;;) {
    const value = (word() & mask) >>> 0;
    if (value <= most) return value;
  }
}

/** NumPy's `RandomState`: polar Box-Muller and masked rejection over the Mersenne Twister. */
export class LegacyGenerator implements Generator {
  readonly #bits: Mt19937;
  #spare: number | undefined;

  constructor(seed: number) {
    this.#bits = Mt19937.fromSeed(seed);
  }

  double(): number {
    return this.#bits.double();
  }

  normal(): number {
    if (this.#spare !== undefined) {
      const spare = this.#spare;
      this.#spare = undefined;
      return spare;
    }
    for (;;) {
      const x = 2 * this.double() - 1;
      const y = 2 * this.double() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(square)) / square);
      this.#spare = factor * x;
      return factor * y;
    }
  }

  below(most: number): number {
    return this.interval(most);
  }

  interval(most: number): number {
    return masked(most, () => this.#bits.word());
  }
}

const ziggurat = zigguratTables();

/** NumPy's `Generator`: the ziggurat and Lemire's method over PCG64. */
export class ModernGenerator implements Generator {
  readonly #bits: Pcg64;

  constructor(seed: number) {
    this.#bits = new Pcg64(seed);
  }

  double(): number {
    return this.#bits.double();
  }

  normal(): number {
    for (;;) {
      const word = this.#bits.word64();
      const layer = Number(word & 0xffn);
      const size = (word >> 9n) & 0xfffffffffffffn;
      const magnitude = Number(size);
      const x = magnitude * ziggurat.width[layer]! * ((word >> 8n) & 1n ? -1 : 1);
      if (magnitude < ziggurat.inside[layer]!) return x;
      if (layer === 0) return this.#tail(((size >> 8n) & 1n) === 1n);
      const { height } = ziggurat;
      if ((height[layer - 1]! - height[layer]!) * this.double() + height[layer]! < Math.exp(-0.5 * x * x)) return x;
    }
  }

  #tail(negative: boolean): number {
    for (;;) {
      const x = -Math.log1p(-this.double()) / ziggurat.edge;
      const y = -Math.log1p(-this.double());
      if (y + y > x * x) return negative ? -(ziggurat.edge + x) : ziggurat.edge + x;
    }
  }

  below(most: number): number {
    if (most === 0) return 0;
    const range = most + 1;
    let product = BigInt(this.#bits.word()) * BigInt(range);
    let left = Number(product & 0xffffffffn);
    if (left < range) {
      const threshold = (0xffffffff - most) % range;
      while (left < threshold) {
        product = BigInt(this.#bits.word()) * BigInt(range);
        left = Number(product & 0xffffffffn);
      }
    }
    return Number(product >> 32n);
  }

  interval(most: number): number {
    return masked(most, () => this.#bits.word());
  }
}

/**
 * Marsaglia and Tsang's tables of 256 layers for the normal density, scaled to 52 bits
 * (The Ziggurat Method for Generating Random Variables, 2000).
 */
function zigguratTables(): { inside: Float64Array; width: Float64Array; height: Float64Array; edge: number } {
  const edge = 3.6541528853610088;
  const area = 0.0049286732339746571;
  const scale = 2 ** 52;
  const inside = new Float64Array(256);
  const width = new Float64Array(256);
  const height = new Float64Array(256);
  const density = (x: number): number => Math.exp(-0.5 * x * x);
  let x = edge;
  const bottom = area / density(edge);
  inside[0] = Math.floor((edge / bottom) * scale);
  width[0] = bottom / scale;
  width[255] = edge / scale;
  height[0] = 1;
  height[255] = density(edge);
  for (let i = 254; i >= 1; i--) {
    const outer = x;
    x = Math.sqrt(-2 * Math.log(area / x + density(x)));
    inside[i + 1] = Math.floor((x / outer) * scale);
    width[i] = x / scale;
    height[i] = density(x);
  }
  return { inside, width, height, edge };
}
