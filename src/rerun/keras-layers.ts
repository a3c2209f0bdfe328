/**
 * Keras' layers that a rerun can build, with the defaults of their arguments (keras/src/layers, version 3;
 * where Keras 2 differs it stands below). What is not here is refused by name.
 */
import type { Json } from '../script/script';
import { operationArguments } from './keras-operations';

/** Arguments by name to their defaults; `undefined` marks one that must be given. */
export type Arguments = Readonly<Record<string, Json | undefined>>;

const weight = (role: string, initializer: string): Arguments => ({
  [`${role}_initializer`]: initializer,
  [`${role}_regularizer`]: null,
  [`${role}_constraint`]: null,
});
const kernel = weight('kernel', 'glorot_uniform');
const bias: Arguments = { use_bias: true, ...weight('bias', 'zeros') };
const scaleAndShift: Arguments = { center: true, scale: true, ...weight('beta', 'zeros'), ...weight('gamma', 'ones') };

const conv: Arguments = {
  filters: undefined, kernel_size: undefined, strides: 1, padding: 'valid', data_format: null, dilation_rate: 1,
  groups: 1, activation: null, ...kernel, ...bias,
};
const convTranspose: Arguments = {
  filters: undefined, kernel_size: undefined, strides: 1, padding: 'valid', output_padding: null, data_format: null,
  dilation_rate: 1, activation: null, ...kernel, ...bias,
};
const depthwiseConv: Arguments = {
  kernel_size: undefined, strides: 1, padding: 'valid', depth_multiplier: 1, data_format: null, dilation_rate: 1,
  activation: null, ...weight('depthwise', 'glorot_uniform'), ...bias,
};
const separableConv: Arguments = { ...depthwiseConv, filters: undefined, ...weight('pointwise', 'glorot_uniform') };
const pooling: Arguments = { pool_size: 2, strides: null, padding: 'valid', data_format: null };
const globalPooling: Arguments = { data_format: null, keepdims: false };

const recurrent: Arguments = {
  units: undefined, activation: 'tanh', ...kernel, ...weight('recurrent', 'orthogonal'), ...bias, dropout: 0,
  recurrent_dropout: 0, return_sequences: false, return_state: false, go_backwards: false, stateful: false,
  zero_output_for_mask: false,
};
const gated: Arguments = { ...recurrent, recurrent_activation: 'sigmoid' };
/** Layers of Keras 2 that have no choice of activations, nor dropout. */
const forGpu: Arguments = {
  units: undefined, ...kernel, ...weight('recurrent', 'orthogonal'), ...weight('bias', 'zeros'), return_sequences: false, return_state: false,
  go_backwards: false, stateful: false, activation: 'tanh', recurrent_activation: 'sigmoid',
};

const convLstm: Arguments = {
  filters: undefined, kernel_size: undefined, strides: 1, padding: 'valid', data_format: null, dilation_rate: 1, activation: 'tanh',
  recurrent_activation: null, ...kernel, ...weight('recurrent', 'orthogonal'), ...bias, unit_forget_bias: true, dropout: 0,
  recurrent_dropout: 0, return_sequences: false, return_state: false, go_backwards: false, stateful: false,
};

const moving: Arguments = { fill_mode: 'reflect', interpolation: 'bilinear', fill_value: 0, data_format: null };
const shading: Arguments = { factor: undefined, value_range: [0, 255], data_format: null };

const dropout: Arguments = { rate: undefined };
const spatialDropout: Arguments = { rate: undefined, data_format: null };

export const layerArguments: Readonly<Record<string, Arguments>> = {
  InputLayer: { shape: null, batch_shape: null, batch_size: null, sparse: false },
  Dense: { units: undefined, activation: null, ...kernel, ...bias },
  Embedding: {
    input_dim: undefined, output_dim: undefined, ...weight('embeddings', 'uniform'), mask_zero: false, input_length: null,
    dropout: 0,
  },
  Masking: { mask_value: 0 },
  Activation: { activation: undefined },
  Identity: {},
  Flatten: { data_format: null },
  Reshape: { target_shape: undefined },
  Permute: { dims: undefined },
  RepeatVector: { n: undefined },
  Rescaling: { scale: undefined, offset: 0 },
  ZeroPadding1D: { padding: 1, data_format: null },
  ZeroPadding2D: { padding: 1, data_format: null },
  ZeroPadding3D: { padding: 1, data_format: null },
  Cropping1D: { cropping: 1, data_format: null },
  Cropping2D: { cropping: 0, data_format: null },
  Cropping3D: { cropping: 1, data_format: null },
  UpSampling1D: { size: 2 },
  UpSampling2D: { size: 2, data_format: null, interpolation: 'nearest' },
  UpSampling3D: { size: 2, data_format: null },
  ReLU: { max_value: null, negative_slope: 0, threshold: 0 },
  LeakyReLU: { negative_slope: 0.3 },
  ELU: { alpha: 1 },
  ThresholdedReLU: { theta: 1 },
  PReLU: { ...weight('alpha', 'zeros'), shared_axes: null },
  Softmax: { axis: -1 },

  Conv1D: conv,
  Conv2D: conv,
  Conv3D: conv,
  Conv1DTranspose: convTranspose,
  Conv2DTranspose: convTranspose,
  DepthwiseConv1D: depthwiseConv,
  DepthwiseConv2D: depthwiseConv,
  SeparableConv1D: separableConv,
  SeparableConv2D: separableConv,
  MaxPooling1D: pooling,
  MaxPooling2D: pooling,
  MaxPooling3D: pooling,
  AveragePooling1D: pooling,
  AveragePooling2D: pooling,
  AveragePooling3D: pooling,
  GlobalMaxPooling1D: globalPooling,
  GlobalMaxPooling2D: globalPooling,
  GlobalMaxPooling3D: globalPooling,
  GlobalAveragePooling1D: globalPooling,
  GlobalAveragePooling2D: globalPooling,
  GlobalAveragePooling3D: globalPooling,

  BatchNormalization: {
    axis: -1, momentum: 0.99, epsilon: 1e-3, ...scaleAndShift, moving_mean_initializer: 'zeros',
    moving_variance_initializer: 'ones', renorm: false, virtual_batch_size: null,
  },
  LayerNormalization: { axis: -1, epsilon: 1e-3, ...scaleAndShift, rms_scaling: false },
  GroupNormalization: { groups: 32, axis: -1, epsilon: 1e-3, ...scaleAndShift },
  RMSNormalization: { axis: -1, epsilon: 1e-6 },
  UnitNormalization: { axis: -1 },
  Normalization: { axis: -1, mean: undefined, variance: undefined, invert: false },

  Add: {},
  Subtract: {},
  Multiply: {},
  Maximum: {},
  Minimum: {},
  Average: {},
  Concatenate: { axis: -1 },
  Dot: { axes: undefined, normalize: false },

  Dropout: { ...dropout, noise_shape: null },
  SpatialDropout1D: spatialDropout,
  SpatialDropout2D: spatialDropout,
  SpatialDropout3D: spatialDropout,
  GaussianNoise: { stddev: undefined },
  GaussianDropout: dropout,
  AlphaDropout: { rate: undefined, noise_shape: null },
  ActivityRegularization: { l1: 0, l2: 0 },

  Resizing: {
    height: undefined, width: undefined, interpolation: 'bilinear', crop_to_aspect_ratio: false, pad_to_aspect_ratio: false,
    fill_mode: 'constant', fill_value: 0, antialias: false, data_format: null,
  },
  CenterCrop: { height: undefined, width: undefined, data_format: null },
  RandomFlip: { mode: 'horizontal_and_vertical', data_format: null },
  RandomRotation: { factor: undefined, ...moving },
  RandomTranslation: { height_factor: undefined, width_factor: undefined, ...moving },
  RandomZoom: { height_factor: undefined, width_factor: null, ...moving },
  RandomContrast: shading,
  RandomBrightness: shading,

  MultiHeadAttention: {
    num_heads: undefined, key_dim: undefined, value_dim: null, dropout: 0, use_bias: true, output_shape: null,
    attention_axes: null, use_gate: false, sliding_window: null, ...kernel, ...weight('bias', 'zeros'),
  },
  Attention: { use_scale: false, score_mode: 'dot', dropout: 0 },
  AdditiveAttention: { use_scale: true, dropout: 0 },

  // One of the tensors that a layer gives.
  '[]': { constant: undefined },
  ...operationArguments,

  SimpleRNN: recurrent,
  LSTM: { ...gated, unit_forget_bias: true },
  GRU: { ...gated, reset_after: true },
  ConvLSTM1D: convLstm,
  ConvLSTM2D: convLstm,
  CuDNNLSTM: { ...forGpu, unit_forget_bias: true },
  CuDNNGRU: { ...forGpu, reset_after: true },
  Bidirectional: { layer: undefined, merge_mode: 'concat', backward_layer: null },
  TimeDistributed: { layer: undefined },
};

/** What a loss function of the script's own may be made of, on the targets (an `InputLayer`) and the prediction (another). */
export const lossOperations: ReadonlySet<string> = new Set([
  'InputLayer', 'Activation', 'Add', 'Average', 'BinaryCrossentropy', 'CategoricalCrossentropy', 'Concatenate', 'Flatten', 'Maximum', 'Minimum', 'Multiply', 'Ravel', 'Rescaling',
  'Softmax', 'SparseCategoricalCrossentropy', 'Subtract', 'UnitNormalization',
  ...Object.keys(operationArguments).filter((name) => !/^(?:Random\w+|Variable)$/.test(name)),
].sort());

/** Arguments of every layer that change nothing in a float32 rerun, or that describe its input. */
export const commonArguments: ReadonlySet<string> = new Set([
  // `training` is an argument of a layer's call.
  'name', 'dtype', 'trainable', 'training', 'input_shape', 'input_dim', 'batch_input_shape', 'seed', 'implementation', 'unroll',
  'time_major', 'consume_less', 'use_cudnn', 'fused', 'synchronized', 'renorm_momentum', 'flash_attention', 'activity_regularizer',
]);

/** Arguments that are rebuilt with their default value only. */
export const fixedArguments: ReadonlySet<string> = new Set([
  'zero_output_for_mask', 'renorm', 'virtual_batch_size', 'rms_scaling', 'output_shape',
  'attention_axes', 'use_gate', 'sliding_window', 'backward_layer', 'invert', 'sparse', 'output_padding',
  'antialias', 'crop_to_aspect_ratio', 'pad_to_aspect_ratio',
]);

/** Older names of arguments (Keras 2). */
const renamed: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  LeakyReLU: { alpha: 'negative_slope' },
};

/** A layer's arguments under their present names, with the defaults filled in. */
export function completed(className: string, config: Readonly<Record<string, Json>>): Record<string, Json> {
  const names = renamed[className] ?? {};
  const args = layerArguments[className] ?? {};
  const written = Object.entries(config).map(([given, value]) => {
    const name = names[given] ?? given;
    // A switch is on where Python takes its value for true.
    return [name, typeof args[name] === 'boolean' && value !== null ? Boolean(value) : value] as const;
  });
  const defaults = Object.entries(args).filter((entry): entry is [string, Json] => entry[1] !== undefined);
  return Object.fromEntries([...defaults, ...written]);
}

/** Activations that are rebuilt, by the names Keras knows them by. */
export const activationNames: ReadonlySet<string> = new Set([
  'linear', 'relu', 'relu6', 'leaky_relu', 'elu', 'selu', 'softplus', 'softsign', 'tanh', 'sigmoid', 'exponential', 'softmax',
  'log_softmax', 'silu', 'swish', 'gelu', 'mish', 'hard_sigmoid', 'hard_silu', 'hard_swish', 'hard_tanh', 'log_sigmoid',
  'tanh_shrink', 'squareplus', 'celu',
]);
