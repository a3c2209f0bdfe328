/*
 * Darknet, a line for each batch (or iteration): the loss, and its running mean.
 *
 *    1: 800.123, 800.066 avg loss, 0.000000 rate, 5.1 seconds, 64 images, 10.5 hours left
 *   2: 1.558, 1.702 avg, 0.000100 rate, 0.6 seconds, 128 images
 */
import { NUMBER, valueAt } from '../values';
import type { Dialect } from './dialect';

const LINE = new RegExp(
  String.raw`^\s{0,8}(\d{1,9}): (?<loss>${NUMBER}), (?<mean>${NUMBER}) avg(?: loss)?, (?<rate>${NUMBER}) rate,`,
  'id',
);

export const darknet: Dialect = {
  name: 'darknet',
  read(line, builder) {
    const match = line.text.includes(' rate,') ? LINE.exec(line.text) : null;
    if (!match) return undefined;
    const at = match.indices!.groups!;
    const [loss, mean, rate] = ['loss', 'mean', 'rate'].map((name) => valueAt(line, ...at[name]!));
    builder.row({
      dialect: 'darknet',
      ...line.span(0, line.text.trimEnd().length),
      metrics: new Map([['loss', loss!], ['avg loss', mean!], ['learning_rate', rate!]]),
      number: Number(match[1]),
      unit: 'step',
    });
    return line.text.length;
  },
};
