/** InceptionV3 (keras/src/applications/inception_v3.py). */
import type { Net } from './net';

/** A convolution of a branch: filters, window, and what it says besides. */
type Step = readonly [filters: number, kernel: number | readonly [number, number], more?: { readonly strides?: number; readonly padding?: 'valid' }];

const across = [1, 7] as const;
const along = [7, 1] as const;
const smaller = { strides: 2, padding: 'valid' } as const;

export function inceptionV3(net: Net): number {
  const branch = (start: number, ...steps: readonly Step[]): number =>
    steps.reduce((x, [filters, kernel, more]) => net.relu(net.norm(net.conv(x, filters, kernel, undefined, { padding: 'same', use_bias: false, ...more }), undefined, { scale: false })), start);
  const joined = (parts: readonly number[], name?: string): number => net.add('Concatenate', { axis: 3 }, parts, name);
  const pool = (start: number): number => net.add('MaxPooling2D', { pool_size: 3, strides: 2 }, start);
  const average = (start: number, filters: number): number => branch(net.add('AveragePooling2D', { pool_size: 3, strides: 1, padding: 'same' }, start), [filters, 1]);

  let x = pool(branch(0, [32, 3, smaller], [32, 3, { padding: 'valid' }], [64, 3]));
  x = pool(branch(x, [80, 1, { padding: 'valid' }], [192, 3, { padding: 'valid' }]));
  for (const [block, filters] of [32, 64, 64].entries()) {
    x = joined([branch(x, [64, 1]), branch(x, [48, 1], [64, 5]), branch(x, [64, 1], [96, 3], [96, 3]), average(x, filters)], `mixed${block}`);
  }
  x = joined([branch(x, [384, 3, smaller]), branch(x, [64, 1], [96, 3], [96, 3, smaller]), pool(x)], 'mixed3');
  for (const [block, inner] of [128, 160, 160, 192].entries()) {
    const short = branch(x, [inner, 1], [inner, across], [192, along]);
    const long = branch(x, [inner, 1], [inner, along], [inner, across], [inner, along], [192, across]);
    x = joined([branch(x, [192, 1]), short, long, average(x, 192)], `mixed${block + 4}`);
  }
  x = joined([branch(x, [192, 1], [320, 3, smaller]), branch(x, [192, 1], [192, across], [192, along], [192, 3, smaller]), pool(x)], 'mixed8');
  for (const block of [0, 1]) {
    const split = (start: number, name?: string): number => joined([branch(start, [384, [1, 3]]), branch(start, [384, [3, 1]])], name);
    const [short, long] = [split(branch(x, [384, 1]), `mixed9_${block}`), split(branch(x, [448, 1], [384, 3]))];
    x = joined([branch(x, [320, 1]), short, long, average(x, 192)], `mixed${9 + block}`);
  }
  return net.options.includeTop ? net.end(x) : net.pooled(x);
}
