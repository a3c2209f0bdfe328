/*
 * The summary of federated learning with Flower: the loss after each round.
 *
 *   INFO :      History (loss, distributed):
 *   INFO :      	round 1: 2.1
 *   INFO :      	round 2: nan
 */
import { NUMBER, valueAt } from '../values';
import type { Dialect } from './dialect';

const NAME = 'flower';
const BEGINS = /\bHistory \(loss, (?:distributed|centralized)\):\s{0,40}'?$/;
const ROUND = new RegExp(String.raw`^[^A-Za-z]{0,8}(?:INFO[^A-Za-z]{1,40})?round (\d{1,9}): (${NUMBER})(?=\\n|\s|'|$)`, 'i');

export const flower: Dialect = {
  name: NAME,
  read(line, builder) {
    if (line.text.includes('History (') && BEGINS.test(line.text.slice(-120))) {
      builder.table({ dialect: NAME, columns: [] }, true);
      return line.text.length;
    }
    const match = builder.tableOf(NAME) ? ROUND.exec(line.text) : null;
    if (!match) return undefined;
    const to = match[0].length;
    const loss = valueAt(line, to - match[2]!.length, to);
    builder.row({ dialect: NAME, ...line.span(0, to), metrics: new Map([['loss', loss]]), number: Number(match[1]) });
    return line.text.length;
  },
};
