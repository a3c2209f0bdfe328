/**
 * What training needs and TensorFlow.js' wasm backend lacks, does slowly or gets wrong: the gradients of a
 * convolution's filter and of `gather`, matrix products with a transposed side, slices that do not copy the whole
 * tensor first, and the gradient of max pooling.
 */
import * as tf from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

interface Arguments {
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly backend: BackendWasm;
}
type Kernel = (args: Arguments) => tf.TensorInfo;

function kernelOf(name: string): Kernel {
  const kernel = tf.getKernel(name, 'wasm');
  return (args) => kernel.kernelFunc(args as never) as tf.TensorInfo;
}

const numbers = (backend: BackendWasm, tensor: tf.TensorInfo): Float32Array => backend.typedArrayFromHeap(tensor) as Float32Array;

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

/** Patches of the input as a matrix [window · channels, batch · places], times dy [batch · places, filters]. */
function filterGradient(product: Kernel): Kernel {
  return ({ inputs: { x, dy }, attrs, backend }) => {
    const format = tf.backend_util.convertConv2DDataFormat(attrs.dataFormat as 'NHWC');
    const info = tf.backend_util.computeConv2DInfo(
      x!.shape as [number, number, number, number], attrs.filterShape as [number, number, number, number],
      attrs.strides as number, 1, attrs.pad as 'valid', attrs.dimRoundingMode as 'floor', false, format,
    );
    const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, filterHeight, filterWidth } = info;
    const places = batchSize * outHeight * outWidth;
    const patches = backend.makeOutput([1, filterHeight * filterWidth * inChannels, places], 'float32');
    const [from, to] = [numbers(backend, x!), numbers(backend, patches)];
    to.fill(0);
    for (let row = 0; row < filterHeight; row++) {
      for (let column = 0; column < filterWidth; column++) {
        for (let channel = 0; channel < inChannels; channel++) {
          const base = ((row * filterWidth + column) * inChannels + channel) * places;
          for (let sample = 0; sample < batchSize; sample++) {
            for (let y = 0; y < outHeight; y++) {
              const inY = y * info.strideHeight + row - info.padInfo.top;
              if (inY < 0 || inY >= inHeight) continue;
              const line = (sample * inHeight + inY) * inWidth;
              const place = base + (sample * outHeight + y) * outWidth;
              for (let z = 0; z < outWidth; z++) {
                const inZ = z * info.strideWidth + column - info.padInfo.left;
                if (inZ >= 0 && inZ < inWidth) to[place + z] = from[(line + inZ) * inChannels + channel]!;
              }
            }
          }
        }
      }
    }
    const slopes: tf.TensorInfo = { dataId: dy!.dataId, shape: [1, places, outChannels], dtype: 'float32' };
    const result = product({ inputs: { a: patches, b: slopes }, attrs: { transposeA: false, transposeB: false }, backend });
    backend.disposeData(patches.dataId);
    return { ...result, shape: [filterHeight, filterWidth, inChannels, outChannels] };
  };
}

/** The backend's own gives windows whose numbers are all negative no gradient. The first of equals is the largest, as on cpu. */
const maxPoolGradient: Kernel = ({ inputs: { dy, input }, attrs, backend }) => {
  const info = tf.backend_util.computePool2DInfo(
    input!.shape as [number, number, number, number], attrs.filterSize as number, attrs.strides as number, 1,
    attrs.pad as 'valid', attrs.dimRoundingMode as 'floor',
  );
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, effectiveFilterHeight, effectiveFilterWidth } = info;
  const out = backend.makeOutput(input!.shape, 'float32');
  const [slopes, values, to] = [numbers(backend, dy!), numbers(backend, input!), numbers(backend, out)];
  to.fill(0);
  for (let place = 0; place < slopes.length; place++) {
    const channel = place % inChannels;
    const column = Math.floor(place / inChannels) % outWidth;
    const row = Math.floor(place / (inChannels * outWidth)) % outHeight;
    const sample = Math.floor(place / (inChannels * outWidth * outHeight));
    if (sample >= batchSize) break;
    let [largest, at] = [-Infinity, -1];
    for (let y = row * info.strideHeight - info.padInfo.top, endY = y + effectiveFilterHeight; y < endY; y++) {
      if (y < 0 || y >= inHeight) continue;
      for (let x = column * info.strideWidth - info.padInfo.left, endX = x + effectiveFilterWidth; x < endX; x++) {
        if (x < 0 || x >= inWidth) continue;
        const index = ((sample * inHeight + y) * inWidth + x) * inChannels + channel;
        if (values[index]! > largest) [largest, at] = [values[index]!, index];
      }
    }
    if (at >= 0) to[at]! += slopes[place]!;
  }
  return out;
};

/** Puts the kernels in place. Call once, when the backend is there. */
export function fillInKernels(): void {
  const product = kernelOf('BatchMatMul');
  const replace = (name: string, kernel: Kernel): void => {
    if (tf.getKernel(name, 'wasm')) tf.unregisterKernel(name, 'wasm');
    tf.registerKernel({ kernelName: name, backendName: 'wasm', kernelFunc: kernel as never });
  };
  // The product's own set-up was done with the backend; the wrappers need none.
  replace('BatchMatMul', matMulByTransposing(product, kernelOf('Transpose')));
  replace('Slice', sliceInPlace(kernelOf('Slice')));
  replace('UnsortedSegmentSum', unsortedSegmentSum);
  replace('Conv2DBackpropFilter', filterGradient(product));
  replace('MaxPoolGrad', maxPoolGradient);
}
