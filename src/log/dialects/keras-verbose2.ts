/*
 * One line per epoch, `verbose=2`, in five layouts:
 *
 *   21/21 - 38s - 2s/step - loss: 8.4616 - val_loss: 8.3150              (Keras 3)
 *   6000/6000 - 3s - loss: nan - accuracy: 0.0988 - 3s/epoch - 418us/step (TensorFlow 2.7 and later)
 *   845/845 - 263s - loss: 0.3318 - accuracy: 0.8703                     (TensorFlow 2.0 to 2.6)
 *    - 5s - loss: 1.2428 - acc: 0.3390                                   (Keras 2)
 *   3s - loss: 0.4385 - acc: 0.8829                                      (Keras 1)
 */
import { kerasMetrics, secondsOf } from '../values';
import type { Dialect } from './dialect';

const COUNTER = String.raw`(\d{1,12})\/(\d{1,12})\s-\s`;
const TIMES = String.raw`(\d{1,9}(?:us|ms|s|min)?)(?:\s-\s\d{1,9}(?:us|ms|s|min)\/(step|sample))?(?=\s-\s)`;
const LINE = new RegExp(String.raw`^\s{0,16}(?:${COUNTER}|-\s)?${TIMES}`);
/** With something before it, such as the time that a logger puts before each line, the counter is needed. */
const COUNTED = new RegExp(String.raw`(?<![\d/])${COUNTER}${TIMES}`);
const TIMES_AFTER = /\s-\s\d{1,9}(?:us|ms|s|min)\/epoch(?:\s-\s\d{1,9}(?:us|ms|s|min)\/(step|sample))?/y;

export const kerasVerbose2: Dialect = {
  name: 'keras-verbose2',
  read(line, builder) {
    const match = LINE.exec(line.text) ?? (line.text.includes('/') ? COUNTED.exec(line.text) : null);
    if (!match) return undefined;
    const read = kerasMetrics(line, match.index + match[0].length);
    if (read.metrics.size === 0) return undefined;
    const [whole, step, steps, time, unit] = match;
    TIMES_AFTER.lastIndex = read.end;
    const after = TIMES_AFTER.exec(line.text);
    const end = read.end + (after?.[0].length ?? 0);
    const seconds = secondsOf(time!);
    builder.progress({
      dialect: 'keras-verbose2',
      ...line.span(match.index + whole.length - whole.trimStart().length, end),
      metrics: read.metrics,
      ...(step === undefined || steps === undefined ? {} : { step: Number(step), steps: Number(steps) }),
      samples: (unit ?? after?.[1]) === 'sample',
      final: !read.cut,
      ...(seconds === undefined ? {} : { seconds }),
    });
    return end;
  },
};
