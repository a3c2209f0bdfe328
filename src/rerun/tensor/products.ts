/** Products of tensors that sum over axes (keras/src/ops/numpy.py), all of them made of products of matrices, whose gradients TensorFlow.js has. */
import * as tf from '@tensorflow/tfjs';
import { letters, summedAxes } from '../../script/operation-shapes';
import type { Json } from '../../script/script';

const sizeOf = (lengths: readonly number[]): number => lengths.reduce((size, length) => size * length, 1);

/** NumPy's `a @ b`: the last two axes are matrices, those before them are stretched to each other. */
export function matrixProduct(first: tf.Tensor, second: tf.Tensor, turnsA: boolean, turnsB: boolean): tf.Tensor {
  const a = first.rank === 1 ? first.expandDims(0) : first;
  const b = second.rank === 1 ? second.expandDims(1) : second;
  const [rows, columns] = [a.shape.at(turnsA ? -1 : -2)!, b.shape.at(turnsB ? -2 : -1)!];
  const before = tf.broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const result = [...before, ...(first.rank === 1 ? [] : [rows]), ...(second.rank === 1 ? [] : [columns])];
  // One matrix for all rows of the other.
  if (b.rank === 2 && !turnsA) return tf.matMul(a.reshape<tf.Tensor2D>([-1, a.shape.at(-1)!]), b as tf.Tensor2D, false, turnsB).reshape(result);
  const matrices = (x: tf.Tensor): tf.Tensor3D => {
    const matrix = x.shape.slice(-2);
    const wide = x.shape.slice(0, -2).join() === before.join() ? x : tf.mul(x, tf.ones([...before, 1, 1]));
    return wide.reshape([sizeOf(before), ...matrix] as [number, number, number]);
  };
  return tf.matMul(matrices(a), matrices(b), turnsA, turnsB).reshape(result);
}

/** The sum over axes of one tensor and as many of the other. */
export function tensorProduct(a: tf.Tensor, b: tf.Tensor, axes: Json | undefined): tf.Tensor {
  const [ofA, ofB] = summedAxes(axes, [a.rank, b.rank])!;
  const freeA = [...a.shape.keys()].filter((axis) => !ofA.includes(axis));
  const freeB = [...b.shape.keys()].filter((axis) => !ofB.includes(axis));
  const [rows, columns] = [freeA.map((axis) => a.shape[axis]!), freeB.map((axis) => b.shape[axis]!)];
  const summed = sizeOf(ofA.map((axis) => a.shape[axis]!));
  const left = a.transpose([...freeA, ...ofA]).reshape<tf.Tensor2D>([sizeOf(rows), summed]);
  const right = b.transpose([...ofB, ...freeB]).reshape<tf.Tensor2D>([summed, sizeOf(columns)]);
  return tf.matMul(left, right).reshape([...rows, ...columns]);
}

/** `einsum` of one or two tensors: what is in both and in the result counts along, what is in both and not in it is summed over. */
export function einsum(tensors: readonly tf.Tensor[], subscripts: Json | undefined): tf.Tensor {
  const { inputs, result } = letters(subscripts, tensors.length)!;
  const [first, second = ''] = inputs;
  // A letter of one tensor alone that the result does not have.
  const [a, b] = tensors.map((tensor, at) => {
    const word = inputs[at]!;
    const others = result + (inputs[1 - at] ?? '');
    const alone = [...word].flatMap((letter, axis) => (others.includes(letter) ? [] : [axis]));
    return { word: [...word].filter((letter) => others.includes(letter)).join(''), tensor: alone.length > 0 ? tf.sum(tensor, alone) : tensor };
  });
  const ordered = (word: string, tensor: tf.Tensor): tf.Tensor => tensor.transpose([...result].map((letter) => word.indexOf(letter)));
  if (!b) return ordered(a!.word, a!.tensor);
  const both = [...first!].filter((letter) => second.includes(letter));
  const along = both.filter((letter) => result.includes(letter)).join('');
  const summed = both.filter((letter) => !result.includes(letter)).join('');
  const own = (word: string): string => [...word].filter((letter) => !both.includes(letter)).join('');
  const [rows, columns] = [own(a!.word), own(b.word)];
  const lengthOf = (letter: string): number => (a!.word.includes(letter) ? a!.tensor.shape[a!.word.indexOf(letter)]! : b.tensor.shape[b.word.indexOf(letter)]!);
  const lengths = (word: string): number[] => [...word].map(lengthOf);
  const matrices = ({ word, tensor }: typeof b, before: string, behind: string): tf.Tensor3D =>
    tensor.transpose([...along, ...before, ...behind].map((letter) => word.indexOf(letter))).reshape([sizeOf(lengths(along)), sizeOf(lengths(before)), sizeOf(lengths(behind))]);
  const product = tf.matMul(matrices(a!, rows, summed), matrices(b, summed, columns));
  return ordered(along + rows + columns, product.reshape([...lengths(along), ...lengths(rows), ...lengths(columns)]));
}
