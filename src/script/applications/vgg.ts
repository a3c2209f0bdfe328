/** VGG16 and VGG19 (keras/src/applications/vgg16.py, vgg19.py). */
import type { Net } from './net';

/** @param convolutions of each of the five blocks. */
export function vgg(convolutions: readonly number[]): (net: Net) => number {
  return (net) => {
    let x = 0;
    convolutions.forEach((count, index) => {
      const name = `block${index + 1}`;
      for (let each = 1; each <= count; each++) {
        x = net.conv(x, Math.min(64 * 2 ** index, 512), 3, `${name}_conv${each}`, { activation: 'relu', padding: 'same' });
      }
      x = net.add('MaxPooling2D', { pool_size: 2, strides: 2 }, x, `${name}_pool`);
    });
    if (!net.options.includeTop) return net.pooled(x);
    x = net.add('Flatten', {}, x, 'flatten');
    for (const name of ['fc1', 'fc2']) x = net.add('Dense', { units: 4096, activation: 'relu' }, x, name);
    return net.classifier(x);
  };
}
