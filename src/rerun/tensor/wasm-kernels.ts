/**
 * What training needs and TensorFlow.js' wasm backend lacks, does slowly or gets wrong: the gradients of
 * convolutions and of `gather`, matrix products with a transposed side, slices that do not copy the whole
 * tensor first, and the gradient of max pooling.
 */
import * as tf from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { type Kernel, numbers } from './wasm-kernel';
import { depthwiseFilterGradient, depthwiseInputGradient, filterGradient, inputGradient, maxPoolGradient } from './wasm-windows';

function kernelOf(name: string): Kernel {
  const kernel = tf.getKernel(name, 'wasm');
  return (args) => kernel.kernelFunc(args as never) as tf.TensorInfo;
}

/** The backend's product of transposed matrices is a scalar loop; its product of plain ones is vectorised. */
function matMulByTransposing(product: Kernel, transpose: Kernel): Kernel {
  const flipped = (x: tf.TensorInfo, backend: BackendWasm): tf.TensorInfo => {
    const perm = x.shape.map((_, axis) => axis);
    perm.push(perm.splice(-2, 1)[0]!);
    return transpose({ inputs: { x }, attrs: { perm }, backend });
  };
  return ({ inputs, attrs, backend }) => {
    const a = attrs.transposeA === true ? flipped(inputs.a!, backend) : inputs.a!;
    const b = attrs.transposeB === true ? flipped(inputs.b!, backend) : inputs.b!;
    const result = product({ inputs: { a, b }, attrs: { transposeA: false, transposeB: false }, backend });
    if (a !== inputs.a) backend.disposeData(a.dataId);
    if (b !== inputs.b) backend.disposeData(b.dataId);
    return result;
  };
}

/** Copies a row of the last axis at a time out of the heap. */
function sliceInPlace(original: Kernel): Kernel {
  return (args) => {
    const { inputs: { x }, attrs, backend } = args;
    if (x!.dtype !== 'float32' || x!.shape.length === 0) return original(args);
    const [begin, size] = tf.slice_util.parseSliceParams(x as tf.Tensor, attrs.begin as number[], attrs.size as number[]) as [number[], number[]];
    const out = backend.makeOutput(size, 'float32');
    const [from, to] = [numbers(backend, x!), numbers(backend, out)];
    const strides = [...tf.util.computeStrides(x!.shape), 1];
    const width = size.at(-1)!;
    const rows = width === 0 ? 0 : to.length / width;
    for (let row = 0; row < rows; row++) {
      let offset = begin.at(-1)!;
      let rest = row;
      for (let axis = size.length - 2; axis >= 0; axis--) {
        offset += (begin[axis]! + (rest % size[axis]!)) * strides[axis]!;
        rest = Math.floor(rest / size[axis]!);
      }
      to.set(from.subarray(offset, offset + width), row * width);
    }
    return out;
  };
}

/** Sums the rows of `x` that have the same number; rows without any are 0. */
const unsortedSegmentSum: Kernel = ({ inputs: { x, segmentIds }, attrs, backend }) => {
  const count = attrs.numSegments as number;
  const out = backend.makeOutput([count, ...x!.shape.slice(segmentIds!.shape.length)], 'float32');
  // Only now: growing the heap for `out` detaches earlier views.
  const segments = backend.typedArrayFromHeap(segmentIds!) as Int32Array;
  const [from, to] = [numbers(backend, x!), numbers(backend, out)];
  const width = to.length / count;
  to.fill(0);
  for (let row = 0; row < segments.length; row++) {
    const segment = segments[row]!;
    if (segment < 0 || segment >= count) continue;
    for (let column = 0; column < width; column++) to[segment * width + column]! += from[row * width + column]!;
  }
  return out;
};

/** Puts the kernels in place. Call once, when the backend is there. */
export function fillInKernels(): void {
  const product = kernelOf('BatchMatMul');
  const transpose = kernelOf('Transpose');
  const replace = (name: string, kernel: Kernel): void => {
    if (tf.getKernel(name, 'wasm')) tf.unregisterKernel(name, 'wasm');
    tf.registerKernel({ kernelName: name, backendName: 'wasm', kernelFunc: kernel as never });
  };
  // The product's own set-up was done with the backend; the wrappers need none.
  replace('BatchMatMul', matMulByTransposing(product, transpose));
  replace('Slice', sliceInPlace(kernelOf('Slice')));
  replace('UnsortedSegmentSum', unsortedSegmentSum);
  replace('Conv2DBackpropFilter', filterGradient(product));
  replace('Conv2DBackpropInput', inputGradient(product, transpose));
  replace('DepthwiseConv2dNativeBackpropFilter', depthwiseFilterGradient);
  replace('DepthwiseConv2dNativeBackpropInput', depthwiseInputGradient);
  replace('MaxPoolGrad', maxPoolGradient);
}
