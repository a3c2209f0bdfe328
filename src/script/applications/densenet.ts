/** DenseNet (keras/src/applications/densenet.py). */
import type { Net } from './net';

const epsilon = { epsilon: 1.001e-5 };
const growth = 32;

/** @param blocks of each of the four stacks. */
export function densenet(blocks: readonly number[]): (net: Net) => number {
  return (net) => {
    const active = (x: number, name: string): number => net.relu(net.norm(x, `${name}bn`, epsilon), `${name}relu`);
    let x = net.conv(net.add('ZeroPadding2D', { padding: 3 }, 0), 64, 7, 'conv1_conv', { strides: 2, use_bias: false });
    x = net.add('ZeroPadding2D', { padding: 1 }, active(x, 'conv1_'));
    x = net.add('MaxPooling2D', { pool_size: 3, strides: 2 }, x, 'pool1');
    blocks.forEach((count, stack) => {
      for (let block = 1; block <= count; block++) {
        const name = `conv${stack + 2}_block${block}`;
        const narrow = net.conv(active(x, `${name}_0_`), 4 * growth, 1, `${name}_1_conv`, { use_bias: false });
        const more = net.conv(active(narrow, `${name}_1_`), growth, 3, `${name}_2_conv`, { padding: 'same', use_bias: false });
        x = net.add('Concatenate', { axis: 3 }, [x, more], `${name}_concat`);
      }
      if (stack === blocks.length - 1) return;
      const name = `pool${stack + 2}`;
      x = net.conv(active(x, `${name}_`), Math.trunc(net.channels(x) / 2), 1, `${name}_conv`, { use_bias: false });
      x = net.add('AveragePooling2D', { pool_size: 2, strides: 2 }, x, `${name}_pool`);
    });
    return net.end(active(x, ''));
  };
}
