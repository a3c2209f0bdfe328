/** Where a picture has its channels: every layer here is written for channels behind the places. */
import * as tf from '@tensorflow/tfjs';
import type { Builder, Shape } from './layer';

const toLast = ([channels, ...space]: Shape): Shape => (channels === undefined ? [] : [...space, channels]);
const toFirst = (shape: Shape): Shape => (shape.length === 0 ? [] : [shape.at(-1)!, ...shape.slice(0, -1)]);

/** Moves an axis of a tensor that has the batch as its first; a row of numbers stays one. */
function moved(x: tf.Tensor, from: number, to: number): tf.Tensor {
  const axes = x.shape.map((_, axis) => axis);
  axes.splice(to < 0 ? axes.length + to : to, 0, ...axes.splice(from < 0 ? axes.length + from : from, 1));
  return x.rank < 3 ? x : tf.transpose(x, axes);
}

/**
 * The same layer for data with the channels before the places, too (`data_format='channels_first'`). Its weights have
 * the same shapes in both formats (keras/src/layers/convolutional/base_conv.py).
 * @param steps axes between the batch and the picture
 */
export function inBothFormats(builder: Builder, steps = 0): Builder {
  return (layer, inputs, context) => {
    if (layer.config.data_format !== 'channels_first') return builder(layer, inputs, context);
    const turned = (shape: Shape, turn: (shape: Shape) => Shape, kept: number): Shape => [...shape.slice(0, kept), ...turn(shape.slice(kept))];
    const last = { ...layer, config: { ...layer.config, data_format: 'channels_last' } };
    const built = builder(last, inputs.map((shape) => turned(shape, toLast, steps)), context);
    // A recurrent layer that gives its last step only gives a picture without steps.
    const kept = Math.max(0, steps - (inputs[0]!.length - built.shape.length));
    return {
      ...built,
      shape: turned(built.shape, toFirst, kept),
      call: (call) => moved(built.call({ ...call, inputs: call.inputs.map((x) => moved(x, 1 + steps, -1)) }), -1, 1 + kept),
    };
  };
}
