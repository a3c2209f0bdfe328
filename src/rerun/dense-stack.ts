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
  outputs: readonly LossRows[] = [];
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
    const output = this.#lossRows(rows, buffers, this.#training);
    const loss = this.#loss(output, buffers.gradients.at(-1)!);
    this.#backward(rows.length, buffers);
    this.outputs = [output];
    return loss;
  }

  evaluate(rows: Uint32Array, of: 'training' | 'validation'): number {
    const samples = of === 'training' ? this.#training : this.#validation;
    if (!samples) throw new Error('no validation data');
    const buffers = this.#load(rows, samples);
    this.#forward(rows.length, buffers);
    const output = this.#lossRows(rows, buffers, samples);
    this.outputs = [output];
    return this.#loss(output);
  }

  bytesOfStep(samples: number): Promise<number> {
    const widths = this.#layers.reduce((sum, { kernel }) => sum + kernel.shape[1]!, this.#training.x[0]!.width);
    return Promise.resolve(3 * widths * samples * Float32Array.BYTES_PER_ELEMENT);
  }

  reseed(): void {
    // Nothing is drawn here.
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
      multiply({ values: from, down: width, right: 1 }, { values: kernel.values, down: units, right: 1 }, batch, width, units, sum);
      // Keras adds the bias to the rounded product.
      if (bias) for (let i = 0; i < batch * units; i++) sum[i] = sum[i]! + bias.values[i % units]!;
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
      const slopes = { values: gradient, down: units, right: 1 };
      multiply({ values: input, down: 1, right: width }, slopes, width, batch, units, this.gradients[--weight]!);
      if (index > 0) multiply(slopes, { values: kernel.values, down: 1, right: units }, batch, units, width, gradients[index]!);
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

/** A matrix in an array: element (row, column) lies at row · `down` + column · `right`. */
interface Matrix {
  readonly values: Float32Array;
  readonly down: number;
  readonly right: number;
}

/** `to` [rows, columns] = a · b, four columns at a time. */
function multiply(a: Matrix, b: Matrix, rows: number, depth: number, columns: number, to: Float32Array): void {
  const { values: left, down: toRow, right: toStep } = a;
  const { values: right, down: toNext, right: toColumn } = b;
  for (let row = 0; row < rows; row++) {
    let column = 0;
    for (; column + 3 < columns; column += 4) {
      let [s0, s1, s2, s3] = [0, 0, 0, 0];
      let at = column * toColumn;
      for (let step = 0, from = row * toRow; step < depth; step++, from += toStep, at += toNext) {
        const value = left[from]!;
        s0 += value * right[at]!;
        s1 += value * right[at + toColumn]!;
        s2 += value * right[at + 2 * toColumn]!;
        s3 += value * right[at + 3 * toColumn]!;
      }
      const target = row * columns + column;
      to[target] = s0;
      to[target + 1] = s1;
      to[target + 2] = s2;
      to[target + 3] = s3;
    }
    for (; column < columns; column++) {
      let sum = 0;
      let at = column * toColumn;
      for (let step = 0, from = row * toRow; step < depth; step++, from += toStep, at += toNext) sum += left[from]! * right[at]!;
      to[row * columns + column] = sum;
    }
  }
}
