/** ResNet and ResNetV2 (keras/src/applications/resnet.py, resnet_v2.py). */
import type { Net } from './net';

const epsilon = { epsilon: 1.001e-5 };
const pad = (net: Net, x: number, width: number, name: string): number => net.add('ZeroPadding2D', { padding: width }, x, name);

function bottleneck(net: Net, x: number, filters: number, stride: number, isFirst: boolean, name: string): number {
  const side = isFirst ? net.norm(net.conv(x, 4 * filters, 1, `${name}_0_conv`, { strides: stride }), `${name}_0_bn`, epsilon) : x;
  let y = net.conv(x, filters, 1, `${name}_1_conv`, { strides: stride });
  y = net.relu(net.norm(y, `${name}_1_bn`, epsilon), `${name}_1_relu`);
  y = net.conv(y, filters, 3, `${name}_2_conv`, { padding: 'same' });
  y = net.relu(net.norm(y, `${name}_2_bn`, epsilon), `${name}_2_relu`);
  y = net.norm(net.conv(y, 4 * filters, 1, `${name}_3_conv`), `${name}_3_bn`, epsilon);
  return net.relu(net.add('Add', {}, [side, y], `${name}_add`), `${name}_out`);
}

function preactivated(net: Net, x: number, filters: number, stride: number, isFirst: boolean, name: string): number {
  const active = net.relu(net.norm(x, `${name}_preact_bn`, epsilon), `${name}_preact_relu`);
  const smaller = (): number => (stride > 1 ? net.add('MaxPooling2D', { pool_size: 1, strides: stride }, x) : x);
  const side = isFirst ? net.conv(active, 4 * filters, 1, `${name}_0_conv`, { strides: stride }) : smaller();
  let y = net.conv(active, filters, 1, `${name}_1_conv`, { use_bias: false });
  y = pad(net, net.relu(net.norm(y, `${name}_1_bn`, epsilon), `${name}_1_relu`), 1, `${name}_2_pad`);
  y = net.conv(y, filters, 3, `${name}_2_conv`, { strides: stride, use_bias: false });
  y = net.relu(net.norm(y, `${name}_2_bn`, epsilon), `${name}_2_relu`);
  return net.add('Add', {}, [side, net.conv(y, 4 * filters, 1, `${name}_3_conv`)], `${name}_out`);
}

/** @param blocks of each of the four stacks. */
export function resnet(blocks: readonly number[], version: 1 | 2): (net: Net) => number {
  return (net) => {
    let x = net.conv(pad(net, 0, 3, 'conv1_pad'), 64, 7, 'conv1_conv', { strides: 2 });
    if (version === 1) x = net.relu(net.norm(x, 'conv1_bn', epsilon), 'conv1_relu');
    x = net.add('MaxPooling2D', { pool_size: 3, strides: 2 }, pad(net, x, 1, 'pool1_pad'), 'pool1_pool');
    blocks.forEach((count, stack) => {
      for (let block = 1; block <= count; block++) {
        const name = `conv${stack + 2}_block${block}`;
        // The first version makes pictures smaller at the beginning of a stack, the second at its end.
        if (version === 1) x = bottleneck(net, x, 64 * 2 ** stack, stack > 0 && block === 1 ? 2 : 1, block === 1, name);
        else x = preactivated(net, x, 64 * 2 ** stack, stack < 3 && block === count ? 2 : 1, block === 1, name);
      }
    });
    return net.end(version === 1 ? x : net.relu(net.norm(x, 'post_bn', epsilon), 'post_relu'));
  };
}
