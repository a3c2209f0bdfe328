/** The scripts in the folder `python`, each as one would find it in a repository, and the fixes to try on them. */
import { readFileSync } from 'node:fs';
import type { Remedy } from '../../src/script/remedy';
import type { AccuracyScript } from './scripts';

const rate = (value: number): Remedy => ({ kind: 'learning-rate', value });
const adam = (value?: number): Remedy => ({ kind: 'adam', value });
const batches = (value: number): Remedy => ({ kind: 'batch-size', value });
const epochs = (value: number): Remedy => ({ kind: 'epochs', value });
const loss = (value: string): Remedy => ({ kind: 'loss', value });
const normalize: Remedy = { kind: 'normalize-inputs' };
const normalization: Remedy = { kind: 'normalization-layer' };
const relu: Remedy = { kind: 'hidden-activation', value: 'relu' };
const sigmoid: Remedy = { kind: 'output-activation', value: 'sigmoid' };
const linear: Remedy = { kind: 'output-activation', value: 'linear' };

/** By the name of the file. */
const remedies: Readonly<Record<string, readonly Remedy[]>> = {
  autoencoder_bytes: [rate(0.0000001), adam(), adam(0.01), normalize],
  autoencoder_sigmoid: [rate(5), adam(0.01), relu],
  churn_raw_columns: [normalize, adam(0.01), rate(0.00003)],
  churn_train_test_split: [rate(0.0001), adam(), normalize, normalization],
  cnn_batch_normalization: [rate(0.003), rate(0.00001)],
  counts_poisson: [rate(0.05), adam(0.01)],
  deep_sigmoid: [relu, adam(), rate(1)],
  fraud_class_weight: [normalize, rate(0.001), rate(0.00001)],
  head_on_features: [rate(0.01), adam(), { kind: 'clip-gradients', value: 1 }],
  house_prices: [adam(1), rate(0.1), { kind: 'rescale-output', scale: 97000, offset: 259000 }],
  logits_without_saying: [{ kind: 'from-logits', value: true }, { kind: 'output-activation', value: 'softmax' }],
  one_step_an_epoch: [batches(16), epochs(300), adam(0.03)],
  softmax_one_unit: [sigmoid, rate(0.1)],
  sorted_without_shuffle: [{ kind: 'shuffle' }, rate(0.02)],
  squared_error_of_classes: [linear, loss('mean_absolute_error'), rate(0.1)],
  tanh_output_of_large_targets: [linear, rate(0.1), { kind: 'rescale-output', scale: 11, offset: 30 }],
  text_convolution: [rate(0.005), rate(0.00001)],
  text_lstm: [rate(0.01), rate(0.0001)],
  two_outputs_by_name: [rate(0.0000003), adam(), adam(0.03)],
  window_gru_scaled: [rate(0.1), adam(0.01), { kind: 'clip-gradients', value: 0.1 }],
  window_lstm_raw: [normalize, adam(0.01), normalization],
  zero_initializer: [{ kind: 'initializer' }, rate(0.1)],
};

export const filedScripts: readonly AccuracyScript[] = Object.entries(remedies).map(([name, tried]) => ({
  name: name.replaceAll('_', ' '),
  text: readFileSync(`${import.meta.dirname}/python/${name}.py`, 'utf8'),
  remedies: tried,
}));
