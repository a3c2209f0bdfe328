import { Mt19937 } from './mt19937';
import { Pcg64, upperProduct } from './pcg64';

/** What NumPy's random functions draw from. */
export interface Generator {
  /** Uniform in [0, 1). */
  double(): number;
  /** Standard normal. */
  normal(): number;
  /** Standard exponential. */
  exponential(): number;
  /** Uniform integer in [0, most], most < 2^32. */
  below(most: number): number;
  /** Swaps for a shuffle: uniform in [0, most]. */
  interval(most: number): number;
  /** Another that will draw the same. */
  copy(): Generator;
  /** Equal for two that will draw the same. */
  readonly key: string;
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

  private constructor(bits: Mt19937, spare?: number) {
    this.#bits = bits;
    this.#spare = spare;
  }

  static fromSeed(seed: number): LegacyGenerator {
    return new LegacyGenerator(Mt19937.fromSeed(seed));
  }

  copy(): LegacyGenerator {
    return new LegacyGenerator(this.#bits.copy(), this.#spare);
  }

  get key(): string {
    return `legacy ${this.#bits.key} ${this.#spare}`;
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

  exponential(): number {
    return -Math.log(1 - this.double());
  }

  below(most: number): number {
    return this.interval(most);
  }

  interval(most: number): number {
    return masked(most, () => this.#bits.word());
  }
}

const bell = zigguratTables({ edge: 3.6541528853610088, area: 0.0049286732339746571, bits: 52, density: (x) => Math.exp(-0.5 * x * x), inverse: (y) => Math.sqrt(-2 * Math.log(y)) });
const decay = zigguratTables({ edge: 7.69711747013105, area: 0.003949659822581557, bits: 53, density: (x) => Math.exp(-x), inverse: (y) => -Math.log(y) });

/** NumPy's `Generator`: the ziggurat and Lemire's method over PCG64. */
export class ModernGenerator implements Generator {
  readonly #bits: Pcg64;

  private constructor(bits: Pcg64) {
    this.#bits = bits;
  }

  static fromSeed(seed: number): ModernGenerator {
    return new ModernGenerator(Pcg64.fromSeed(seed));
  }

  copy(): ModernGenerator {
    return new ModernGenerator(this.#bits.copy());
  }

  get key(): string {
    return `modern ${this.#bits.key}`;
  }

  double(): number {
    return this.#bits.double();
  }

  normal(): number {
    const bits = this.#bits;
    for (;;) {
      bits.next();
      const { high, low } = bits;
      // From the lowest: 8 bits for the layer, one for the sign, 52 for the place in it.
      const layer = low & 0xff;
      const magnitude = (high & 0x1fffffff) * 2 ** 23 + (low >>> 9);
      const x = magnitude * bell.width[layer]! * ((low >>> 8) & 1 ? -1 : 1);
      if (magnitude < bell.inside[layer]!) return x;
      if (layer === 0) return this.#tail(((low >>> 17) & 1) === 1);
      const { height } = bell;
      if ((height[layer - 1]! - height[layer]!) * this.double() + height[layer]! < Math.exp(-0.5 * x * x)) return x;
    }
  }

  #tail(negative: boolean): number {
    for (;;) {
      const x = -Math.log1p(-this.double()) / bell.edge;
      const y = -Math.log1p(-this.double());
      if (y + y > x * x) return negative ? -(bell.edge + x) : bell.edge + x;
    }
  }

  exponential(): number {
    const bits = this.#bits;
    for (;;) {
      bits.next();
      const { high, low } = bits;
      // From the fourth: 8 bits for the layer, 53 for the place in it.
      const layer = (low >>> 3) & 0xff;
      const magnitude = high * 2 ** 21 + (low >>> 11);
      const x = magnitude * decay.width[layer]!;
      if (magnitude < decay.inside[layer]!) return x;
      if (layer === 0) return decay.edge - Math.log1p(-this.double());
      const { height } = decay;
      if ((height[layer - 1]! - height[layer]!) * this.double() + height[layer]! < Math.exp(-x)) return x;
    }
  }

  below(most: number): number {
    if (most === 0) return 0;
    const range = most + 1;
    let word = this.#bits.word();
    if (Math.imul(word, range) >>> 0 < range) {
      const threshold = (0xffffffff - most) % range;
      while (Math.imul(word, range) >>> 0 < threshold) word = this.#bits.word();
    }
    return upperProduct(word, range);
  }

  interval(most: number): number {
    return masked(most, () => this.#bits.word());
  }
}

interface Ziggurat {
  readonly inside: Float64Array;
  readonly width: Float64Array;
  readonly height: Float64Array;
  readonly edge: number;
}

/** A falling density, its inverse, and what its 256 layers of equal area begin with. */
interface Density {
  readonly edge: number;
  readonly area: number;
  readonly bits: number;
  readonly density: (x: number) => number;
  readonly inverse: (y: number) => number;
}

/**
 * Marsaglia and Tsang's tables of 256 layers of a density
 * (The Ziggurat Method for Generating Random Variables, 2000).
 */
function zigguratTables({ edge, area, bits, density, inverse }: Density): Ziggurat {
  const scale = 2 ** bits;
  const inside = new Float64Array(256);
  const width = new Float64Array(256);
  const height = new Float64Array(256);
  let x = edge;
  const bottom = area / density(edge);
  inside[0] = Math.floor((edge / bottom) * scale);
  width[0] = bottom / scale;
  width[255] = edge / scale;
  height[0] = 1;
  height[255] = density(edge);
  for (let i = 254; i >= 1; i--) {
    const outer = x;
    x = inverse(area / x + density(x));
    inside[i + 1] = Math.floor((x / outer) * scale);
    width[i] = x / scale;
    height[i] = density(x);
  }
  return { inside, width, height, edge };
}
