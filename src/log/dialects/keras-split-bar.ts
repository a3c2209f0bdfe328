/*
 * Bars of Keras broken over several lines, as documentation and narrow terminals show them.
 *
 *   469/469
 *   ━━━━━━━━━━━━━━━━━━━━
 *   13s 28ms/step - accuracy: 0.8123 - loss: 0.5987
 *
 * And the rest of a bar that something was printed into:
 *
 *   Batch 47: Invalid loss, terminating training
 *   RMSE_log: nan - loss: nan
 */
import { isKeras } from '../measured';
import { kerasMetrics, secondsOf } from '../values';
import type { Dialect } from './dialect';

const NAME = 'keras-split-bar';
const COUNTER = /^\s{0,16}(\d{1,12})\/(\d{1,12})\s{0,8}(?:[\u2501\u00e2\u0094\u0081]+|\[[=>.]+\])?\s{0,8}$/;
const BAR_ALONE = /^\s{0,16}[\u2501\u00e2\u0094\u0081]+\s{0,8}$/;
const TAIL = /^\s{0,16}(\d{1,6}(?::\d\d){1,2}|\d{1,9}(?:us|ms|s|min))\s\d{1,9}(?:us|ms|s|min)\/(step|sample)(?=\s-\s)/;
const METRICS = /^\s{0,16}(?=[\w.@/<>()-]{1,80}: (?:-?\d+\.\d{4}(?:e[-+]\d\d)?|nan|-?inf)(?: - |$))/;

export const kerasSplitBar: Dialect = {
  name: NAME,
  read(line, builder) {
    const { text } = line;
    const counter = COUNTER.exec(text);
    if (counter) {
      builder.table({ dialect: NAME, columns: [counter[1]!, counter[2]!] }, false);
      return text.length;
    }
    const table = builder.tableOf(NAME);
    if (table && BAR_ALONE.test(text)) return text.length;
    const tail = TAIL.exec(text);
    const from = tail ? tail[0].length : METRICS.exec(text)?.[0].length;
    // What another loop prints under its own headers may look so, where it is `loss: nan`.
    if (from === undefined || (tail === null && builder.dialect !== undefined && !isKeras(builder.dialect))) return undefined;
    const read = kerasMetrics(line, from, tail === null);
    if (!read.metrics.has('loss')) return undefined;
    if (table) builder.table(undefined, false);
    const [step, steps] = (table?.columns ?? []).map(Number);
    const seconds = tail ? secondsOf(tail[1]!) : undefined;
    builder.progress({
      dialect: 'keras3-bar',
      ...line.span(from - (tail?.[0].trimStart().length ?? 0), read.end),
      metrics: read.metrics,
      ...(step === undefined || steps === undefined ? {} : { step, steps }),
      samples: tail?.[2] === 'sample',
      final: !read.cut && (step === undefined ? tail !== null : step === steps),
      ...(seconds === undefined ? {} : { seconds }),
    });
    return read.end;
  },
};
