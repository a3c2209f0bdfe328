/** Gradients of layers that slide a window over a picture (convolution, max pooling), for the wasm backend. */
import * as tf from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { type Arguments, type Kernel, numbers } from './wasm-kernel';

type Window = tf.backend_util.Conv2DInfo;

/** Numbers of a matrix of patches that are held at once: 1 MB stays in the processor's cache. */
const PATCHES = 1 << 18;

function convolutionOf({ attrs }: Arguments, input: readonly number[], filter: readonly number[]): Window {
  return tf.backend_util.computeConv2DInfo(
    input as [number, number, number, number], filter as [number, number, number, number], attrs.strides as number, 1,
    attrs.pad as 'valid', attrs.dimRoundingMode as 'floor', false, tf.backend_util.convertConv2DDataFormat(attrs.dataFormat as 'NHWC'),
  );
}

/** Places of the window [from, to) at which its `offset`th row or column lies inside the picture. */
function inside(extent: number, places: number, stride: number, padding: number, offset: number): [number, number] {
  const from = Math.max(0, Math.ceil((padding - offset) / stride));
  return [from, Math.max(from, Math.min(places, Math.floor((extent - 1 + padding - offset) / stride) + 1))];
}

/** Calls `each` with ranges of samples whose patches are held at once. */
function inParts({ batchSize, outHeight, outWidth, filterHeight, filterWidth, inChannels }: Window, each: (from: number, count: number) => void): void {
  const size = outHeight * outWidth * filterHeight * filterWidth * inChannels;
  const part = Math.max(1, Math.floor(PATCHES / size));
  for (let from = 0; from < batchSize; from += part) each(from, Math.min(part, batchSize - from));
}

/** The rows of some samples of `x` ([samples, …, width]) as a matrix of its own. */
function rowsOfSamples(x: tf.TensorInfo, width: number, from: number, count: number, backend: BackendWasm): tf.TensorInfo {
  const perSample = x.shape.slice(1).reduce((product, extent) => product * extent, 1);
  const rows = backend.makeOutput([1, (count * perSample) / width, width], 'float32');
  numbers(backend, rows).set(numbers(backend, x).subarray(from * perSample, (from + count) * perSample));
  return rows;
}

/** What each tap of the window meets at each place: [height · width · channels of the window, samples · places]. */
function fillPatches(from: Float32Array, to: Float32Array, window: Window, first: number, count: number): void {
  const { inHeight, inWidth, inChannels, outHeight, outWidth, filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = window;
  const places = count * outHeight * outWidth;
  const step = strideWidth * inChannels;
  to.fill(0);
  for (let row = 0; row < filterHeight; row++) {
    const [firstY, endY] = inside(inHeight, outHeight, strideHeight, padInfo.top, row);
    for (let column = 0; column < filterWidth; column++) {
      const [firstZ, endZ] = inside(inWidth, outWidth, strideWidth, padInfo.left, column);
      for (let channel = 0; channel < inChannels; channel++) {
        const base = ((row * filterWidth + column) * inChannels + channel) * places;
        for (let sample = 0; sample < count; sample++) {
          for (let y = firstY; y < endY; y++) {
            const line = ((first + sample) * inHeight + y * strideHeight + row - padInfo.top) * inWidth;
            let source = (line + firstZ * strideWidth + column - padInfo.left) * inChannels + channel;
            const target = base + (sample * outHeight + y) * outWidth;
            for (let z = firstZ; z < endZ; z++, source += step) to[target + z] = from[source]!;
          }
        }
      }
    }
  }
}

/** Adds patches [samples · places, height · width · channels of the window] to the pictures they were taken from. */
function addPatches(from: Float32Array, to: Float32Array, window: Window, first: number, count: number): void {
  const { inHeight, inWidth, inChannels, outHeight, outWidth, filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = window;
  const run = filterWidth * inChannels;
  let patch = 0;
  for (let sample = first; sample < first + count; sample++) {
    for (let y = 0; y < outHeight; y++) {
      for (let z = 0; z < outWidth; z++) {
        const left = z * strideWidth - padInfo.left;
        const skipped = Math.max(0, -left) * inChannels;
        const length = Math.min(filterWidth, inWidth - left) * inChannels;
        for (let row = 0; row < filterHeight; row++, patch += run) {
          const inY = y * strideHeight + row - padInfo.top;
          if (inY < 0 || inY >= inHeight) continue;
          const target = ((sample * inHeight + inY) * inWidth + left) * inChannels;
          for (let i = skipped; i < length; i++) to[target + i]! += from[patch + i]!;
        }
      }
    }
  }
}

/** Gradient of a convolution by its filter: patches of the input times the gradient by the output. */
export function filterGradient(product: Kernel): Kernel {
  return (args) => {
    const { inputs: { x, dy }, attrs, backend } = args;
    const window = convolutionOf(args, x!.shape, attrs.filterShape as number[]);
    const { outHeight, outWidth, outChannels, filterHeight, filterWidth, inChannels } = window;
    const taps = filterHeight * filterWidth * inChannels;
    const out = backend.makeOutput([filterHeight, filterWidth, inChannels, outChannels], 'float32');
    numbers(backend, out).fill(0);
    inParts(window, (from, count) => {
      const patches = backend.makeOutput([1, taps, count * outHeight * outWidth], 'float32');
      const slopes = rowsOfSamples(dy!, outChannels, from, count, backend);
      fillPatches(numbers(backend, x!), numbers(backend, patches), window, from, count);
      const part = product({ inputs: { a: patches, b: slopes }, attrs: { transposeA: false, transposeB: false }, backend });
      const [sums, addend] = [numbers(backend, out), numbers(backend, part)];
      for (let i = 0; i < sums.length; i++) sums[i]! += addend[i]!;
      for (const { dataId } of [patches, slopes, part]) backend.disposeData(dataId);
    });
    return out;
  };
}

/** Gradient of a convolution by its input; also the forward pass of a transposed convolution. */
export function inputGradient(product: Kernel, transpose: Kernel): Kernel {
  return (args) => {
    const { inputs: { dy, filter }, attrs, backend } = args;
    const window = convolutionOf(args, attrs.inputShape as number[], filter!.shape);
    const { filterHeight, filterWidth, inChannels, outChannels } = window;
    const taps = { dataId: filter!.dataId, dtype: filter!.dtype, shape: [1, filterHeight * filterWidth * inChannels, outChannels] };
    const flipped = transpose({ inputs: { x: taps }, attrs: { perm: [0, 2, 1] }, backend });
    const out = backend.makeOutput(window.inShape, 'float32');
    numbers(backend, out).fill(0);
    inParts(window, (from, count) => {
      const slopes = rowsOfSamples(dy!, outChannels, from, count, backend);
      const patches = product({ inputs: { a: slopes, b: flipped }, attrs: { transposeA: false, transposeB: false }, backend });
      addPatches(numbers(backend, patches), numbers(backend, out), window, from, count);
      for (const { dataId } of [slopes, patches]) backend.disposeData(dataId);
    });
    backend.disposeData(flipped.dataId);
    return out;
  };
}

function depthwiseOf({ attrs }: Arguments, input: readonly number[], filter: readonly number[]): Window {
  return tf.backend_util.computeConv2DInfo(
    input as [number, number, number, number], filter as [number, number, number, number], attrs.strides as number, attrs.dilations as number,
    attrs.pad as 'valid', attrs.dimRoundingMode as 'floor', true,
  );
}

/** Calls `each` with every tap of the window at every place: number of the tap, where its channels begin in the input and in the output. */
function overTaps(window: Window, each: (tap: number, input: number, output: number) => void): void {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, strideHeight, strideWidth, padInfo } = window;
  for (let row = 0; row < window.filterHeight; row++) {
    const down = row * window.dilationHeight;
    const [firstY, endY] = inside(inHeight, outHeight, strideHeight, padInfo.top, down);
    for (let column = 0; column < window.filterWidth; column++) {
      const right = column * window.dilationWidth;
      const [firstZ, endZ] = inside(inWidth, outWidth, strideWidth, padInfo.left, right);
      for (let sample = 0; sample < batchSize; sample++) {
        for (let y = firstY; y < endY; y++) {
          const line = (sample * inHeight + y * strideHeight + down - padInfo.top) * inWidth + right - padInfo.left;
          const place = (sample * outHeight + y) * outWidth;
          for (let z = firstZ; z < endZ; z++) {
            each(row * window.filterWidth + column, (line + z * strideWidth) * inChannels, (place + z) * outChannels);
          }
        }
      }
    }
  }
}

/** Gradient of a depthwise convolution by its filter. */
export const depthwiseFilterGradient: Kernel = (args) => {
  const { inputs: { x, dy }, attrs, backend } = args;
  const window = depthwiseOf(args, x!.shape, attrs.filterShape as number[]);
  const out = backend.makeOutput(attrs.filterShape as number[], 'float32');
  const [values, slopes] = [numbers(backend, x!), numbers(backend, dy!)];
  const { inChannels, outChannels } = window;
  const multiplier = outChannels / inChannels;
  const sums = new Float64Array(window.filterHeight * window.filterWidth * outChannels);
  overTaps(window, (tap, input, output) => {
    const at = tap * outChannels;
    for (let channel = 0, filter = 0; channel < inChannels; channel++) {
      for (let copy = 0; copy < multiplier; copy++, filter++) sums[at + filter]! += values[input + channel]! * slopes[output + filter]!;
    }
  });
  numbers(backend, out).set(sums);
  return out;
};

/** Gradient of a depthwise convolution by its input. */
export const depthwiseInputGradient: Kernel = (args) => {
  const { inputs: { dy, filter }, attrs, backend } = args;
  const window = depthwiseOf(args, attrs.inputShape as number[], filter!.shape);
  const out = backend.makeOutput(window.inShape, 'float32');
  const [slopes, taps, to] = [numbers(backend, dy!), numbers(backend, filter!), numbers(backend, out)];
  const { inChannels, outChannels } = window;
  const multiplier = outChannels / inChannels;
  to.fill(0);
  overTaps(window, (tap, input, output) => {
    const at = tap * outChannels;
    for (let channel = 0, copy = 0; channel < inChannels; channel++) {
      for (let end = copy + multiplier; copy < end; copy++) to[input + channel]! += slopes[output + copy]! * taps[at + copy]!;
    }
  });
  return out;
};

/** The backend's own gives windows whose numbers are all negative no gradient. The first of equals is the largest, as on cpu. */
export const maxPoolGradient: Kernel = ({ inputs: { dy, input, output }, attrs, backend }) => {
  const window = tf.backend_util.computePool2DInfo(
    input!.shape as [number, number, number, number], attrs.filterSize as number, attrs.strides as number, 1,
    attrs.pad as 'valid', attrs.dimRoundingMode as 'floor',
  );
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, strideHeight, strideWidth, padInfo } = window;
  const out = backend.makeOutput(input!.shape, 'float32');
  const [slopes, values, maxima, to] = [numbers(backend, dy!), numbers(backend, input!), numbers(backend, output!), numbers(backend, out)];
  to.fill(0);
  let place = 0;
  for (let sample = 0; sample < batchSize; sample++) {
    for (let y = 0; y < outHeight; y++) {
      const top = y * strideHeight - padInfo.top;
      const [firstY, endY] = [Math.max(0, top), Math.min(inHeight, top + window.effectiveFilterHeight)];
      for (let z = 0; z < outWidth; z++) {
        const left = z * strideWidth - padInfo.left;
        const [firstZ, endZ] = [Math.max(0, left), Math.min(inWidth, left + window.effectiveFilterWidth)];
        const corner = ((sample * inHeight + firstY) * inWidth + firstZ) * inChannels;
        for (let channel = 0; channel < inChannels; channel++, place++) {
          const at = find(values, maxima[place]!, corner + channel, endY - firstY, endZ - firstZ, inWidth * inChannels, inChannels);
          if (at >= 0) to[at]! += slopes[place]!;
        }
      }
    }
  }
  return out;
};

/** Index of the first `wanted` in `rows` rows of `columns` numbers each; -1 where there is none, as in a window of NaN. */
function find(values: Float32Array, wanted: number, from: number, rows: number, columns: number, toNextRow: number, toNextColumn: number): number {
  for (let row = 0; row < rows; row++) {
    let at = from + row * toNextRow;
    for (let column = 0; column < columns; column++, at += toNextColumn) if (values[at] === wanted) return at;
  }
  return -1;
}
