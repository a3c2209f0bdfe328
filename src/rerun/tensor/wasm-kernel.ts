/** What a kernel of the wasm backend is given, and how it reaches the numbers. */
import type * as tf from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

export interface Arguments {
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly backend: BackendWasm;
}

export type Kernel = (args: Arguments) => tf.TensorInfo;

/** The numbers of a tensor in the heap, until the next tensor is made: a heap that grows detaches them. */
export function numbers(backend: BackendWasm, tensor: tf.TensorInfo): Float32Array {
  return backend.typedArrayFromHeap(tensor) as Float32Array;
}
