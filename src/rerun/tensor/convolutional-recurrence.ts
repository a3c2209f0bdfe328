/** Recurrent layers over pictures (keras/src/layers/rnn/conv_lstm.py). */
import * as tf from '@tensorflow/tfjs';
import { numberOf } from '../keras-object';
import { biasOf, weightOf } from '../weights';
import { activationNamed } from './activations';
import { inBothFormats } from './channels';
import { convolve, dilate, kernelOf, outputShape } from './convolution';
import { type Builder, Unbuildable } from './layer';
import { forgetBias } from './recurrent';

/** An LSTM whose products with kernels are convolutions; the state is a picture of the output's size. */
function convLstm(rank: 1 | 2): Builder {
  return (layer, [input], { keras }) => {
    const { config } = layer;
    const filters = Number(config.filters);
    const { window, strides, dilation, padding, reach } = kernelOf(layer, rank);
    const [steps, ...picture] = input!;
    if (steps === undefined || padding === 'causal') throw new Unbuildable(layer);
    for (const name of ['dropout', 'recurrent_dropout']) if (numberOf(config[name], 0) > 0) throw new Unbuildable(layer, name);
    if (config.return_state === true) throw new Unbuildable(layer, 'return_state');
    const place = outputShape(layer, picture, reach, strides, padding, filters);
    const channels = picture.at(-1)!;
    const activation = activationNamed(config.activation, keras);
    const gate = activationNamed(config.recurrent_activation ?? (keras === 2 ? 'hard_sigmoid' : 'sigmoid'), keras);
    const sequences = config.return_sequences === true;
    const ones = window.map(() => 1);
    return {
      shape: sequences ? [steps, ...place] : place,
      weights: [
        weightOf(layer, 'kernel', [...window, channels, 4 * filters]),
        weightOf(layer, 'recurrent', [...window, filters, 4 * filters]),
        ...biasOf(layer, 4 * filters, forgetBias(layer, filters)),
      ],
      call({ inputs, masks, weights: [kernel, recurrent, bias] }) {
        if (masks[0]) throw new Unbuildable(layer);
        const x = config.go_backwards === true ? tf.reverse(inputs[0]!, 1) : inputs[0]!;
        const batch = x.shape[0]!;
        // The kernel meets all steps at once; only the recurrent part has to wait for the step before.
        const sums = convolve(x.reshape([batch * steps, ...picture]), dilate(kernel!, dilation), strides, padding);
        const inner = (bias ? sums.add(bias) : sums).reshape([batch, steps, ...place.slice(0, -1), 4 * filters]);
        let hidden: tf.Tensor = tf.zeros([batch, ...place]);
        let carry = hidden;
        const outputs: tf.Tensor[] = [];
        for (const step of tf.unstack(inner, 1)) {
          const [i, f, c, o] = tf.split(step.add(convolve(hidden, recurrent!, ones, 'same')), 4, step.rank - 1);
          carry = gate(f!).mul(carry).add(gate(i!).mul(activation(c!)));
          hidden = gate(o!).mul(activation(carry));
          if (sequences) outputs.push(hidden);
        }
        return sequences ? tf.stack(outputs, 1) : hidden;
      },
    };
  };
}

export const convolutionalRecurrentLayers: Readonly<Record<string, Builder>> = {
  ConvLSTM1D: inBothFormats(convLstm(1), 1),
  ConvLSTM2D: inBothFormats(convLstm(2), 1),
};
