/**
 * A stack of Dense layers on plain typed arrays: for a few thousand multiply-adds a step the call of a tensor
 * library costs a thousand times the arithmetic. Every stored number is float32, as in Keras; sums are taken
 * in float64 and rounded once, which is within float32's own rounding of any order that Keras sums in.
 */
import type { ArrayActivation } from './activations';
import type { Engine, Weight } from './engine';
import type { BatchLoss, LossRows } from './losses';
import { gather, type Samples } from './samples';

export interface DenseLayer {
  readonly kernel: Weight;
  readonly bias?: Weight;
  readonly activation: ArrayActivation;
}

interface Buffers {
  /** What goes into each layer, the prediction last: [batch, width]. */
  readonly values: readonly Float32Array[];
  /** Before the activation. */
  readonly sums: readonly Float32Array[];
  /** Gradient by each of `values`. */
  readonly gradients: readonly Float32Array[];
  readonly targets: Float32Array;
  readonly weights: Float32Array;
}

export class DenseStack implements Engine {
  readonly weights: readonly Weight[];
  readonly state: readonly Weight[] = [];
  readonly gradients: readonly Float32Array[];
  readonly samples: number;
  readonly #layers: readonly DenseLayer[];
  readonly #loss: BatchLoss;
  readonly #training: Samples;
  readonly #validation: Samples | undefined;
  #buffers: Buffers | undefined;
  #capacity = 0;

  /** @param data one input and one output, both as vectors. */
  constructor(layers: readonly DenseLayer[], loss: BatchLoss, data: { training: Samples; validation?: Samples }) {
    this.#layers = layers;
    this.#loss = loss;
    this.#training = data.training;
    this.#validation = data.validation;
    const inputs = data.training.x[0]!;
    this.samples = inputs.values.length / inputs.width;
    this.weights = layers.flatMap(({ kernel, bias }) => (bias ? [kernel, bias] : [kernel]));
    this.gradients = this.weights.map(({ values }) => new Float32Array(values.length));
  }

  step(rows: Uint32Array): number {
    const buffers = this.#load(rows, this.#training);
    this.#forward(rows.length, buffers);
    const loss = this.#loss(this.#lossRows(rows, buffers, this.#training), buffers.gradients.at(-1)!);
    this.#backward(rows.length, buffers);
    return loss;
  }

  evaluate(rows: Uint32Array, of: 'training' | 'validation'): number {
    const samples = of === 'training' ? this.#training : this.#validation;
    if (!samples) throw new Error('no validation data');
    const buffers = this.#load(rows, samples);
    this.#forward(rows.length, buffers);
    return this.#loss(this.#lossRows(rows, buffers, samples));
  }

  reseed(): void {
    // Nothing is drawn here.
  }

  dispose(): void {
    this.#buffers = undefined;
  }

  /** Copies the rows into the buffers, which grow to the largest batch seen. */
  #load(rows: Uint32Array, { x: [x], y: [y], weights }: Samples): Buffers {
    if (!this.#buffers || rows.length > this.#capacity) {
      const batch = rows.length;
      const widths = [x!.width, ...this.#layers.map(({ kernel }) => kernel.shape[1]!)];
      this.#capacity = batch;
      this.#buffers = {
        values: widths.map((width) => new Float32Array(batch * width)),
        sums: widths.map((width) => new Float32Array(batch * width)),
        gradients: widths.map((width) => new Float32Array(batch * width)),
        targets: new Float32Array(batch * y!.width),
        weights: new Float32Array(batch),
      };
    }
    gather(x!, rows, this.#buffers.values[0]!);
    gather(y!, rows, this.#buffers.targets);
    if (weights) gather(weights, rows, this.#buffers.weights);
    return this.#buffers;
  }

  #lossRows({ length }: Uint32Array, buffers: Buffers, { y, weights }: Samples): LossRows {
    const width = this.#layers.at(-1)!.kernel.shape[1]!;
    return {
      prediction: buffers.values.at(-1)!, target: buffers.targets, rows: length, width, targetWidth: y[0]!.width,
      ...(weights && { weights: buffers.weights }),
    };
  }

  #forward(batch: number, { values, sums }: Buffers): void {
    this.#layers.forEach(({ kernel, bias, activation }, index) => {
      const [width, units] = [kernel.shape[0]!, kernel.shape[1]!];
      const from = values[index]!;
      const to = values[index + 1]!;
      const sum = sums[index + 1]!;
      const row = new Float64Array(units);
      for (let sample = 0; sample < batch; sample++) {
        row.fill(0);
        for (let input = 0; input < width; input++) {
          const value = from[sample * width + input]!;
          const at = input * units;
          for (let unit = 0; unit < units; unit++) row[unit]! += value * kernel.values[at + unit]!;
        }
        for (let unit = 0; unit < units; unit++) {
          // Keras adds the bias to the rounded product.
          const product = Math.fround(row[unit]!);
          sum[sample * units + unit] = bias ? product + bias.values[unit]! : product;
        }
      }
      activation.forward(sum, to, batch * units, units);
    });
  }

  #backward(batch: number, { values, sums, gradients }: Buffers): void {
    let weight = this.weights.length;
    for (let index = this.#layers.length - 1; index >= 0; index--) {
      const { kernel, bias, activation } = this.#layers[index]!;
      const [width, units] = [kernel.shape[0]!, kernel.shape[1]!];
      const input = values[index]!;
      const gradient = gradients[index + 1]!;
      activation.backward(sums[index + 1]!, values[index + 1]!, gradient, batch * units, units);
      if (bias) columnSums(gradient, batch, units, this.gradients[--weight]!);
      productTransposed(input, gradient, batch, width, units, this.gradients[--weight]!);
      if (index > 0) backThrough(gradient, kernel.values, batch, width, units, gradients[index]!);
    }
  }
}

function columnSums(values: Float32Array, batch: number, units: number, to: Float32Array): void {
  for (let unit = 0; unit < units; unit++) {
    let sum = 0;
    for (let sample = 0; sample < batch; sample++) sum += values[sample * units + unit]!;
    to[unit] = sum;
  }
}

/** `to` [width, units] = inputᵀ · gradient. */
function productTransposed(
  input: Float32Array, gradient: Float32Array, batch: number, width: number, units: number, to: Float32Array,
): void {
  const row = new Float64Array(units);
  for (let column = 0; column < width; column++) {
    row.fill(0);
    for (let sample = 0; sample < batch; sample++) {
      const value = input[sample * width + column]!;
      const at = sample * units;
      for (let unit = 0; unit < units; unit++) row[unit]! += value * gradient[at + unit]!;
    }
    to.set(row, column * units);
  }
}

/** `to` [batch, width] = gradient · kernelᵀ. */
function backThrough(
  gradient: Float32Array, kernel: Float32Array, batch: number, width: number, units: number, to: Float32Array,
): void {
  for (let sample = 0; sample < batch; sample++) {
    for (let column = 0; column < width; column++) {
      let sum = 0;
      for (let unit = 0; unit < units; unit++) sum += gradient[sample * units + unit]! * kernel[column * units + unit]!;
      to[sample * width + column] = sum;
    }
  }
}
