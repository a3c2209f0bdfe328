/*
 * What training loops with spaCy 2 print, a line for each iteration over the data:
 *
 *   Losses {'ner': 21.3}
 *   Losses: {'tagger': 1.2e-05, 'ner': 11.3}
 */
import type { Value } from '../run';
import { nameOf, NUMBER, numberOf } from '../values';
import type { Dialect } from './dialect';

const NAME = 'spacy';
const BEGINS = /\bLosses:?\s{0,4}\{/;
const PAIR = new RegExp(String.raw`'([\w.-]{1,80})':\s{0,4}(${NUMBER})(?=[,}])`, 'gi');

export const spacy: Dialect = {
  name: NAME,
  read(line, builder) {
    const begins = line.text.includes('Losses') ? BEGINS.exec(line.text) : null;
    if (!begins) return undefined;
    const metrics = new Map<string, Value>();
    PAIR.lastIndex = begins.index;
    for (let match = PAIR.exec(line.text); match; match = PAIR.exec(line.text)) {
      const to = match.index + match[0].length;
      metrics.set(nameOf(`${match[1]!} loss`), { value: numberOf(match[2]!), ...line.span(to - match[2]!.length, to) });
    }
    builder.progress({ dialect: NAME, ...line.span(begins.index, line.text.trimEnd().length), metrics, final: true });
    return line.text.length;
  },
};
