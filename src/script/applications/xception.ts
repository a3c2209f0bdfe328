/** Xception (keras/src/applications/xception.py). */
import type { Net } from './net';

const plain = { use_bias: false };
const same = { ...plain, padding: 'same' };

export function xception(net: Net): number {
  const separable = (x: number, filters: number, name: string): number =>
    net.norm(net.add('SeparableConv2D', { filters, kernel_size: 3, ...same }, x, name), `${name}_bn`);
  /** A block that makes pictures smaller, beside a plain convolution. */
  const smaller = (start: number, block: number, [first, second]: readonly [number, number]): number => {
    const side = net.norm(net.conv(start, second, 1, undefined, { ...same, strides: 2 }));
    const name = `block${block}`;
    // What the second block starts from is active already.
    const x = separable(block === 2 ? start : net.relu(start, `${name}_sepconv1_act`), first, `${name}_sepconv1`);
    const y = separable(net.relu(x, `${name}_sepconv2_act`), second, `${name}_sepconv2`);
    return net.add('Add', {}, [net.add('MaxPooling2D', { pool_size: 3, strides: 2, padding: 'same' }, y, `${name}_pool`), side]);
  };
  let x = net.conv(0, 32, 3, 'block1_conv1', { ...plain, strides: 2 });
  x = net.relu(net.norm(x, 'block1_conv1_bn'), 'block1_conv1_act');
  x = net.relu(net.norm(net.conv(x, 64, 3, 'block1_conv2', plain), 'block1_conv2_bn'), 'block1_conv2_act');
  for (const [index, filters] of [128, 256, 728].entries()) x = smaller(x, index + 2, [filters, filters]);
  for (let block = 5; block <= 12; block++) {
    const start = x;
    for (const each of [1, 2, 3]) x = separable(net.relu(x, `block${block}_sepconv${each}_act`), 728, `block${block}_sepconv${each}`);
    x = net.add('Add', {}, [x, start]);
  }
  x = smaller(x, 13, [728, 1024]);
  for (const [index, filters] of [1536, 2048].entries()) {
    const name = `block14_sepconv${index + 1}`;
    x = net.relu(separable(x, filters, name), `${name}_act`);
  }
  if (!net.options.includeTop) return net.pooled(x);
  return net.end(x);
}
