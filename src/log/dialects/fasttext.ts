/*
 * The bar of fastText, drawn over itself; it names no epochs.
 *
 *   Progress:  45.3% words/sec/thread:  123456 lr:  0.054700 avg.loss:  2.345678 ETA:   0h 0m12s
 */
import { NUMBER, valueAt } from '../values';
import type { Dialect } from './dialect';

const NAME = 'fasttext';
const BAR = new RegExp(
  String.raw`Progress:\s{1,8}(\d{1,3}(?:\.\d)?)%\s{1,4}words\/sec\/thread:\s{0,12}\d{1,12}\s{1,4}lr:\s{1,8}(?<rate>${NUMBER})\s{1,4}(?:avg\.)?loss:\s{1,8}(?<loss>${NUMBER})(?:\s{1,4}(?:ETA|eta):.{0,20})?`,
  'id',
);

export const fasttext: Dialect = {
  name: NAME,
  read(line, builder) {
    const match = line.text.includes('words/sec/thread') ? BAR.exec(line.text) : null;
    if (!match) return undefined;
    const end = match.index + match[0].length;
    const { rate, loss } = match.indices!.groups!;
    builder.progress({
      dialect: NAME,
      ...line.span(match.index, end),
      metrics: new Map([['loss', valueAt(line, ...loss!)], ['lr', valueAt(line, ...rate!)]]),
      step: Number(match[1]),
      steps: 100,
      final: Number(match[1]) >= 100,
    });
    return end;
  },
};
