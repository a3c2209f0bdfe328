/** MobileNet and MobileNetV2 (keras/src/applications/mobilenet.py, mobilenet_v2.py). */
import type { Net } from './net';

const plain = { use_bias: false, padding: 'same' };
const relu6 = (net: Net, x: number, name: string): number => net.add('ReLU', { max_value: 6 }, x, name);

/** Channels of each block; a negative number makes pictures smaller. */
const blocks = [64, -128, 128, -256, 256, -512, 512, 512, 512, 512, 512, -1024, 1024];

export function mobilenet(net: Net): number {
  const { alpha, depthMultiplier, includeTop, classes, classifierActivation, dropout } = net.options;
  const wide = (filters: number): number => Math.trunc(filters * alpha);
  const active = (x: number, name: string): number => relu6(net, net.norm(x, `${name}_bn`), `${name}_relu`);
  let x = active(net.conv(0, wide(32), 3, 'conv1', { ...plain, strides: 2 }), 'conv1');
  blocks.forEach((filters, index) => {
    const [block, stride] = [index + 1, filters < 0 ? 2 : 1];
    if (stride === 2) x = net.add('ZeroPadding2D', { padding: [[0, 1], [0, 1]] }, x, `conv_pad_${block}`);
    const depthwise = { kernel_size: 3, padding: stride === 1 ? 'same' : 'valid', depth_multiplier: depthMultiplier, strides: stride, use_bias: false };
    x = active(net.add('DepthwiseConv2D', depthwise, x, `conv_dw_${block}`), `conv_dw_${block}`);
    x = active(net.conv(x, wide(Math.abs(filters)), 1, `conv_pw_${block}`, plain), `conv_pw_${block}`);
  });
  if (!includeTop) return net.pooled(x);
  x = net.add('Dropout', { rate: dropout }, net.add('GlobalAveragePooling2D', { keepdims: true }, x), 'dropout');
  x = net.add('Reshape', { target_shape: [classes] }, net.conv(x, classes, 1, 'conv_preds', { padding: 'same' }), 'reshape_2');
  return net.add('Activation', { activation: classifierActivation }, x, 'predictions');
}

/** Channels behind each stack of blocks, how many blocks it has, and by how much it makes pictures smaller. */
const stacks = [[16, 1, 1], [24, 2, 2], [32, 3, 2], [64, 4, 2], [96, 3, 1], [160, 3, 2], [320, 1, 1]] as const;

/** The next multiple of 8, not more than a tenth below. */
export function divisible(filters: number): number {
  const near = Math.max(8, Math.floor((filters + 4) / 8) * 8);
  return near < 0.9 * filters ? near + 8 : near;
}

export function mobilenetV2(net: Net): number {
  const { alpha, includeTop } = net.options;
  const norm = (x: number, name: string): number => net.norm(x, name, { momentum: 0.999 });
  let x = net.conv(0, divisible(32 * alpha), 3, 'Conv1', { ...plain, strides: 2 });
  x = relu6(net, norm(x, 'bn_Conv1'), 'Conv1_relu');
  let block = 0;
  for (const [filters, repeats, firstStride] of stacks) {
    for (let repeat = 0; repeat < repeats; repeat++, block++) {
      const [start, stride] = [x, repeat === 0 ? firstStride : 1];
      const name = block === 0 ? 'expanded_conv' : `block_${block}`;
      if (block > 0) x = relu6(net, norm(net.conv(x, 6 * net.channels(x), 1, `${name}_expand`, plain), `${name}_expand_BN`), `${name}_expand_relu`);
      if (stride === 2) x = net.padBeforeStride(x, 3, `${name}_pad`);
      x = net.add('DepthwiseConv2D', { kernel_size: 3, strides: stride, use_bias: false, padding: stride === 1 ? 'same' : 'valid' }, x, `${name}_depthwise`);
      x = relu6(net, norm(x, `${name}_depthwise_BN`), `${name}_depthwise_relu`);
      const narrow = divisible(Math.trunc(filters * alpha));
      x = norm(net.conv(x, narrow, 1, `${name}_project`, plain), `${name}_project_BN`);
      if (stride === 1 && net.channels(start) === narrow) x = net.add('Add', {}, [start, x], `${name}_add`);
    }
  }
  x = net.conv(x, alpha > 1 ? divisible(1280 * alpha) : 1280, 1, 'Conv_1', { use_bias: false });
  x = relu6(net, norm(x, 'Conv_1_bn'), 'out_relu');
  return includeTop ? net.classifier(net.add('GlobalAveragePooling2D', {}, x)) : net.pooled(x);
}
