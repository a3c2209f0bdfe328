/** Adam's step in WebAssembly, four numbers at a time: the same numbers as in optimizers.ts, in a tenth of the time. */
import { adamKernel } from './adam-kernel';

interface AdamConstants {
  /** 1 - beta_1 and 1 - beta_2. */
  readonly new1: number;
  readonly new2: number;
  /** Learning rate with the correction of the running means' bias. */
  readonly alpha: number;
  readonly epsilon: number;
}

/** Changes the weight, the running mean of its gradient and that of the gradient's square, all of one length. */
type VectorAdam = (
  weight: Float32Array, gradient: Float32Array, mean: Float32Array, square: Float32Array, constants: AdamConstants,
) => void;

/** A running mean nearer to zero is taken for zero. */
export const SETTLED = Math.fround(1e-30);

/** Numbers that are taken into the kernel's memory at once; its page of 64 kB holds four blocks of them. */
const BLOCK = 4096;

/** As much of the platform as is asked for; the core's library names none. */
interface Platform {
  readonly WebAssembly?: {
    readonly Module: new (bytes: Uint8Array) => object;
    readonly Instance: new (module: object) => {
      readonly exports: {
        readonly memory: { readonly buffer: ArrayBuffer };
        step(bytes: number, new1: number, new2: number, alpha: number, epsilon: number, settled: number): void;
      };
    };
  };
}

/** undefined where there is no WebAssembly with SIMD, or where the page's policy forbids it. */
function load(): VectorAdam | undefined {
  const { WebAssembly } = globalThis as unknown as Platform;
  if (!WebAssembly) return undefined;
  try {
    const { memory, step } = new WebAssembly.Instance(new WebAssembly.Module(adamKernel)).exports;
    return (weight, gradient, mean, square, { new1, new2, alpha, epsilon }) => {
      for (let from = 0; from < weight.length; from += BLOCK) {
        const to = Math.min(from + BLOCK, weight.length);
        const padded = 4 * Math.ceil((to - from) / 4);
        [weight, gradient, mean, square].forEach((values, index) => {
          new Float32Array(memory.buffer, 4 * padded * index, padded).set(values.subarray(from, to));
        });
        step(4 * padded, new1, new2, alpha, epsilon, SETTLED);
        [weight, undefined, mean, square].forEach((values, index) => {
          values?.set(new Float32Array(memory.buffer, 4 * padded * index, to - from), from);
        });
      }
    };
  } catch {
    return undefined;
  }
}

export const vectorAdam = load();
