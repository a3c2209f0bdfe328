/**
 * The usual recurrent layers as one operation each, with the gradient written out: taken apart into TensorFlow.js'
 * operations, nearly all of the time goes into calling those. Keras does the same where cuDNN has the layer.
 */
import * as tf from '@tensorflow/tfjs';
import { sigmoid } from '../activations';

/** An activation whose slope follows from its value. */
interface Squash {
  value(sum: number): number;
  slope(value: number): number;
}

const squashes: Readonly<Record<string, Squash>> = {
  linear: { value: (sum) => sum, slope: () => 1 },
  relu: { value: (sum) => (sum < 0 ? 0 : sum), slope: (value) => (value > 0 ? 1 : 0) },
  sigmoid: { value: sigmoid, slope: (value) => value * (1 - value) },
  tanh: { value: Math.tanh, slope: (value) => 1 - value * value },
};

/** One sample at one step; all rows of `units` numbers, but `sums` and `products`, which have as many for each gate. */
interface Forward {
  /** From the layer's input, bias included. */
  readonly sums: Float32Array;
  /** From the output of the step before, times the recurrent kernel. */
  readonly products: Float32Array;
  /** Output and cell state of the step before, and of this one. */
  readonly hidden: Float32Array;
  readonly carry: Float32Array;
  readonly nextHidden: Float32Array;
  readonly nextCarry: Float32Array;
  /** What the way back needs. */
  readonly kept: Float32Array;
}

interface Backward {
  readonly kept: Float32Array;
  readonly hidden: Float32Array;
  readonly carry: Float32Array;
  readonly nextHidden: Float32Array;
  /** Gradient by the output; becomes the gradient by the output before, as far as that does not go through `products`. */
  readonly hiddenSlopes: Float32Array;
  /** Gradient by the cell state; becomes the gradient by the state before. */
  readonly carrySlopes: Float32Array;
  /** To be filled: the gradients by `sums` and `products`. */
  readonly sumSlopes: Float32Array;
  readonly productSlopes: Float32Array;
}

/** A step on arrays. */
interface FusedCell {
  readonly gates: number;
  /** Rows of `units` numbers in `kept`. */
  readonly kept: number;
  forward(units: number, row: Forward): void;
  backward(units: number, row: Backward): void;
}

type Make = (activation: Squash, gate: Squash) => FusedCell;

const simple: Make = (activation) => ({
  gates: 1,
  kept: 0,
  forward(units, { sums, products, nextHidden }) {
    for (let unit = 0; unit < units; unit++) nextHidden[unit] = activation.value(sums[unit]! + products[unit]!);
  },
  backward(units, { nextHidden, hiddenSlopes, sumSlopes, productSlopes }) {
    for (let unit = 0; unit < units; unit++) {
      sumSlopes[unit] = hiddenSlopes[unit]! * activation.slope(nextHidden[unit]!);
      productSlopes[unit] = sumSlopes[unit]!;
      hiddenSlopes[unit] = 0;
    }
  },
});

/** Gates in Keras' order: input, forget, cell, output. */
const lstm: Make = (activation, gate) => ({
  gates: 4,
  kept: 5,
  forward(units, { sums, products, carry, nextHidden, nextCarry, kept }) {
    for (let i = 0, f = units, c = 2 * units, o = 3 * units, s = 4 * units; i < units; i++, f++, c++, o++, s++) {
      kept[i] = gate.value(sums[i]! + products[i]!);
      kept[f] = gate.value(sums[f]! + products[f]!);
      kept[c] = activation.value(sums[c]! + products[c]!);
      kept[o] = gate.value(sums[o]! + products[o]!);
      nextCarry[i] = kept[f]! * carry[i]! + kept[i]! * kept[c]!;
      kept[s] = activation.value(nextCarry[i]!);
      nextHidden[i] = kept[o]! * kept[s]!;
    }
  },
  backward(units, { kept, carry, hiddenSlopes, carrySlopes, sumSlopes, productSlopes }) {
    for (let i = 0, f = units, c = 2 * units, o = 3 * units, s = 4 * units; i < units; i++, f++, c++, o++, s++) {
      const slope = carrySlopes[i]! + hiddenSlopes[i]! * kept[o]! * activation.slope(kept[s]!);
      sumSlopes[i] = slope * kept[c]! * gate.slope(kept[i]!);
      sumSlopes[f] = slope * carry[i]! * gate.slope(kept[f]!);
      sumSlopes[c] = slope * kept[i]! * activation.slope(kept[c]!);
      sumSlopes[o] = hiddenSlopes[i]! * kept[s]! * gate.slope(kept[o]!);
      carrySlopes[i] = slope * kept[f]!;
      hiddenSlopes[i] = 0;
    }
    productSlopes.set(sumSlopes);
  },
});

/** Gates in Keras' order: update, reset, candidate; the reset gate acts after the product. */
const gru: Make = (activation, gate) => ({
  gates: 3,
  kept: 4,
  forward(units, { sums, products, hidden, nextHidden, kept }) {
    for (let z = 0, r = units, c = 2 * units, p = 3 * units; z < units; z++, r++, c++, p++) {
      kept[z] = gate.value(sums[z]! + products[z]!);
      kept[r] = gate.value(sums[r]! + products[r]!);
      kept[c] = activation.value(sums[c]! + kept[r]! * products[c]!);
      kept[p] = products[c]!;
      nextHidden[z] = kept[z]! * hidden[z]! + (1 - kept[z]!) * kept[c]!;
    }
  },
  backward(units, { kept, hidden, hiddenSlopes, sumSlopes, productSlopes }) {
    for (let z = 0, r = units, c = 2 * units, p = 3 * units; z < units; z++, r++, c++, p++) {
      const slope = hiddenSlopes[z]!;
      const candidate = slope * (1 - kept[z]!) * activation.slope(kept[c]!);
      productSlopes[z] = sumSlopes[z] = slope * (hidden[z]! - kept[c]!) * gate.slope(kept[z]!);
      productSlopes[r] = sumSlopes[r] = candidate * kept[p]! * gate.slope(kept[r]!);
      sumSlopes[c] = candidate;
      productSlopes[c] = candidate * kept[r]!;
      hiddenSlopes[z] = slope * kept[z]!;
    }
  },
});

const makers: Readonly<Record<string, Make>> = { SimpleRNN: simple, LSTM: lstm, GRU: gru };

/** The step of a layer of Keras by its class name, if both activations are such that it can be fused. A GRU is one with `reset_after`. */
export function fusedCell(className: string, activation: unknown, gate: unknown): FusedCell | undefined {
  const [own, gates] = [squashes[String(activation)], squashes[String(gate ?? 'linear')]];
  return own && gates && makers[className]?.(own, gates);
}

/** Row number `index` of rows of `width` numbers. */
const row = (values: Float32Array, index: number, width: number): Float32Array => values.subarray(index * width, (index + 1) * width);

/**
 * All steps of a recurrent layer.
 * @param sums [batch, steps, gates · units]: the input times the kernel, bias included.
 * @param recurrent [units, gates · units]
 * @param bias [gates · units], added to the recurrent products.
 * @returns the outputs [batch, steps, units], or with `last` only the last one [batch, units].
 */
export function recurrence(cell: FusedCell, sums: tf.Tensor, recurrent: tf.Tensor, bias: tf.Tensor | undefined, last: boolean): tf.Tensor {
  const run = tf.customGrad((...args: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const scan = new Scan(cell, args[0] as tf.Tensor, args[1] as tf.Tensor2D, bias && (args[2] as tf.Tensor), last);
    return { value: scan.forward(), gradFunc: (slopes: tf.Tensor) => scan.backward(slopes) };
  });
  return bias ? run(sums, recurrent, bias) : run(sums, recurrent);
}

class Scan {
  readonly #cell: FusedCell;
  readonly #recurrent: tf.Tensor2D;
  readonly #bias: Float32Array | undefined;
  readonly #last: boolean;
  readonly #batch: number;
  readonly #steps: number;
  readonly #units: number;
  /** Gates times units. */
  readonly #width: number;
  readonly #sums: Float32Array;
  /** [steps + 1, batch, units]: the start (zeros), then what each step gives. */
  readonly #hidden: Float32Array;
  readonly #carry: Float32Array;
  /** [steps, batch, kept · units] */
  readonly #kept: Float32Array;

  constructor(cell: FusedCell, sums: tf.Tensor, recurrent: tf.Tensor2D, bias: tf.Tensor | undefined, last: boolean) {
    this.#cell = cell;
    this.#recurrent = recurrent;
    this.#bias = bias?.dataSync<'float32'>();
    this.#last = last;
    [this.#batch, this.#steps, this.#width] = sums.shape as [number, number, number];
    this.#units = recurrent.shape[0];
    this.#sums = sums.dataSync<'float32'>();
    this.#hidden = new Float32Array((this.#steps + 1) * this.#batch * this.#units);
    this.#carry = new Float32Array(this.#hidden.length);
    this.#kept = new Float32Array(this.#steps * this.#batch * cell.kept * this.#units);
  }

  forward(): tf.Tensor {
    const [batch, steps, units, width] = [this.#batch, this.#steps, this.#units, this.#width];
    const keptWidth = this.#cell.kept * units;
    for (let step = 0; step < steps; step++) {
      const products = multiply(row(this.#hidden, step, batch * units), this.#recurrent);
      for (let sample = 0; sample < batch; sample++) {
        const [before, after] = [step * batch + sample, (step + 1) * batch + sample];
        const own = row(products, sample, width);
        if (this.#bias) for (let i = 0; i < width; i++) own[i]! += this.#bias[i]!;
        this.#cell.forward(units, {
          sums: row(this.#sums, sample * steps + step, width),
          products: own,
          hidden: row(this.#hidden, before, units),
          carry: row(this.#carry, before, units),
          nextHidden: row(this.#hidden, after, units),
          nextCarry: row(this.#carry, after, units),
          kept: row(this.#kept, before, keptWidth),
        });
      }
    }
    if (this.#last) return tf.tensor(row(this.#hidden, steps, batch * units), [batch, units]);
    return tf.tensor(this.#hidden.subarray(batch * units), [steps, batch, units]).transpose([1, 0, 2]);
  }

  /** @returns the gradients by the sums, the recurrent kernel and, if there is one, its bias. */
  backward(outputSlopes: tf.Tensor): tf.Tensor[] {
    const [batch, steps, units, width] = [this.#batch, this.#steps, this.#units, this.#width];
    const given = outputSlopes.dataSync<'float32'>();
    const flipped: tf.Tensor2D = this.#recurrent.transpose();
    const hiddenSlopes = new Float32Array(batch * units);
    const carrySlopes = new Float32Array(batch * units);
    const sumSlopes = new Float32Array(this.#sums.length);
    const productSlopes = new Float32Array(this.#sums.length);
    for (let step = steps - 1; step >= 0; step--) {
      for (let sample = 0; sample < batch; sample++) {
        const [before, after] = [step * batch + sample, (step + 1) * batch + sample];
        const own = row(hiddenSlopes, sample, units);
        if (!this.#last || step === steps - 1) {
          const from = (this.#last ? sample : sample * steps + step) * units;
          for (let unit = 0; unit < units; unit++) own[unit]! += given[from + unit]!;
        }
        this.#cell.backward(units, {
          kept: row(this.#kept, before, this.#cell.kept * units),
          hidden: row(this.#hidden, before, units),
          carry: row(this.#carry, before, units),
          nextHidden: row(this.#hidden, after, units),
          hiddenSlopes: own,
          carrySlopes: row(carrySlopes, sample, units),
          sumSlopes: row(sumSlopes, sample * steps + step, width),
          productSlopes: row(productSlopes, before, width),
        });
      }
      const through = multiply(row(productSlopes, step, batch * width), flipped);
      for (let i = 0; i < through.length; i++) hiddenSlopes[i]! += through[i]!;
    }
    const products = tf.tensor2d(productSlopes, [steps * batch, width]);
    const hidden = tf.tensor2d(this.#hidden.subarray(0, steps * batch * units), [steps * batch, units]);
    return [
      tf.tensor(sumSlopes, [batch, steps, width]),
      tf.matMul(hidden, products, true, false),
      ...(this.#bias ? [tf.sum(products, 0)] : []),
    ];
  }
}

/** `values` as rows of the matrix's height, times the matrix. */
function multiply(values: Float32Array, matrix: tf.Tensor2D): Float32Array {
  const [height] = matrix.shape;
  const rows = tf.tensor2d(values, [values.length / height, height]);
  const product: tf.Tensor = tf.matMul(rows, matrix);
  const result = product.dataSync<'float32'>();
  // Not by `tf.tidy`, which looks for tensors in the array that is returned, number by number.
  rows.dispose();
  product.dispose();
  return result;
}
