/** Which of TensorFlow.js' backends trains: cpu for tiny models, wasm for the others where it can be had (docs/speed.md: why no other). */
import * as tf from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

export type Backend = 'cpu' | 'wasm';

/** The bytes of `tfjs-backend-wasm-simd.wasm`, however the host comes by them. */
export type WasmSource = () => Promise<Uint8Array>;

/** Below this many multiply-adds of a forward step the calls cost more than the arithmetic (measured, either is fine around it). */
export const WASM_FROM = 15_000;

let wasm: Promise<boolean> | undefined;

/** Makes the cpu backend ready, and wasm where there is a source for it. @returns what there is. */
export async function prepare(source: WasmSource | undefined): Promise<readonly Backend[]> {
  tf.env().set('PROD', true); // TensorFlow.js talks to the console otherwise
  await tf.setBackend('cpu');
  if (!source) return ['cpu'];
  wasm ??= start(source);
  const there = await wasm;
  use('cpu');
  return there ? ['cpu', 'wasm'] : ['cpu'];
}

/** From now on tensors are made and computed there; the backend has to be prepared. */
export function use(backend: Backend): void {
  // A backend that is ready is set before the promise is returned.
  if (tf.getBackend() !== backend) void tf.setBackend(backend);
}

/** What Emscripten adds to the module, which its types do not name. */
interface Allocator {
  _malloc(bytes: number): number;
}

/** Where its heap cannot grow any more, WebAssembly's malloc gives place 0, and TensorFlow.js would write there. */
function guardMemory(wasm: Allocator): void {
  const allocate = wasm._malloc;
  wasm._malloc = (bytes) => {
    const place = allocate(bytes);
    if (place === 0 && bytes > 0) throw new RangeError('WebAssembly is out of memory');
    return place;
  };
}

async function start(source: WasmSource): Promise<boolean> {
  try {
    const [bytes, { setWasmPaths }, { fillInKernels }] = await Promise.all([
      source(), import('@tensorflow/tfjs-backend-wasm'), import('./wasm-kernels'),
    ]);
    // The backend only takes a place to fetch from; the bytes are handed over there, without a network.
    const platform = tf.env().platform;
    const fetch = platform.fetch;
    platform.fetch = () => Promise.resolve({ ok: true, arrayBuffer: () => Promise.resolve(bytes) } as unknown as Response);
    tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
    setWasmPaths('', true);
    try {
      if (!(await tf.setBackend('wasm'))) return false;
    } finally {
      platform.fetch = fetch;
    }
    guardMemory((tf.backend() as BackendWasm).wasm as unknown as Allocator);
    fillInKernels();
    return true;
  } catch {
    return false; // no wasm here, or no SIMD: the cpu backend does the same, more slowly
  }
}
