/*
 * Progress bars of Keras, `verbose=1`. What the three generations have in common is here; what tells them apart:
 *
 * Keras 3 (no brackets, the time without ` - ` before it, metrics in alphabetical order; on Windows `=` for `━`):
 *   1541/1541 ━━━━━━━━━━━━━━━━━━━━ 78s 49ms/step - accuracy: 0.7162 - loss: 0.6179 - val_loss: 0.5725
 *   27/35 ==================== 8s 1s/step - accuracy: 0.9716 - loss: 0.1514
 *     1/130 ━━━━━━━━━━━━━━━━━━━━ 14:07 7s/step - accuracy: 0.9375 - loss: 0.2304
 * Keras 2 (TensorFlow 2.0 and 2.1: `/sample` where the counter counts samples):
 *   2/2 [==============================] - 0s 6ms/step - loss: 7.3510 - mse: 80.6206
 *   229/449 [==============>...............] - ETA: 3:05 - loss: 1.0585 - accuracy: 0.5768
 *   60000/60000==============================] - 5s 78us/sample - loss: 0.0111 - acc: 0.9964
 *        34/Unknown - 2s 66ms/step - loss: 0.6557 - accuracy: 0.8164
 *        10/Unknown 1s 23ms/step - accuracy: 0.5562 - loss: 0.6552             (Keras 3)
 * Keras 1 (no time per step; the counter counts samples):
 *   110/110 [==============================] - 0s - loss: 0.7680 - acc: 0.5545 - val_loss: 0.4232
 */
import { kerasMetrics, secondsOf } from '../values';
import type { Dialect } from './dialect';

/** `━` as it is, and as its UTF-8 bytes read one by one (see `ByteLogReader`). */
const HEAVY = '\u2501\u00e2\u0094\u0081';
const TIME = String.raw`\d{1,6}(?::\d\d){1,2}|\d{1,9}(?:us|ms|s|min)?`;
const BAR = new RegExp(
  String.raw`(?<!\d)(\d{1,12})\/(?:(\d{1,12})|Unknown)` +
    String.raw`(?:[ ]{0,8}\[?([=>.]{2,})\](?:[ ]-[ ](ETA:[ ]{1,2})?(${TIME}|--:--)(?=[ ]|$)(?:[ ](\d{1,9}(?:us|ms|s|min)\/\w{1,10}))?)?` +
    String.raw`|[ ]{1,8}([${HEAVY}]+|={5,})[ ](?:(${TIME})(?=[ ]|$)(?:[ ](\d{1,9}(?:us|ms|s|min)\/\w{1,10}))?)` +
    String.raw`|[ ]{1,8}(-[ ])?(${TIME})[ ](\d{1,9}(?:us|ms|s|min)\/\w{1,10}))`,
  'g',
);

/** The end of the final state, written over a longer one: `ETA: 0s - loss: 16.2469 - mae: 16.246 - 0s 1ms/step - loss: 17.0166`. */
const FINAL_TIME = new RegExp(String.raw`\s-\s(${TIME})\s(\d{1,9}(?:us|ms|s|min)\/\w{1,10})(?=\s-\s)`, 'y');

const HEADER_BEFORE = /(?<![A-Za-z])Epoch\s{1,8}\d{1,9}\/\d{1,9}\s{1,8}$/;

export const kerasBar: Dialect = {
  name: 'keras-bar',
  read(line, builder) {
    if (!line.text.includes('/')) return undefined;
    BAR.lastIndex = 0;
    let end: number | undefined;
    const first = BAR.exec(line.text);
    // The header stands before the bar on one line, where the line end between them was lost.
    if (!first || HEADER_BEFORE.test(line.text.slice(Math.max(0, first.index - 40), first.index))) return undefined;
    // Several bars stand on one line where backspaces were lost; the last one counts.
    for (let match: RegExpExecArray | null = first; match; match = BAR.exec(line.text)) {
      const [whole, done, total, brackets, eta, time2, perStep2, heavy, time3, perStep3, dash, time, perStep] = match;
      let read = kerasMetrics(line, match.index + whole.length);
      FINAL_TIME.lastIndex = read.end;
      const final = eta === undefined ? null : FINAL_TIME.exec(line.text);
      if (final) read = kerasMetrics(line, FINAL_TIME.lastIndex);
      end = read.end;
      const step = Number(done);
      const steps = total === undefined ? undefined : Number(total);
      const unit = final?.[2] ?? perStep2 ?? perStep3 ?? perStep;
      const keras1 = brackets !== undefined && unit === undefined && eta === undefined && time2 !== undefined;
      const seconds = secondsOf(final?.[1] ?? time2 ?? time3 ?? time ?? '');
      const perStepTime = secondsOf(perStep3?.replace(/\/.*/, '') ?? '') ?? 0;
      builder.progress({
        dialect: heavy !== undefined || (time !== undefined && dash === undefined) ? 'keras3-bar' : keras1 ? 'keras1-bar' : 'keras2-bar',
        ...line.span(match.index, end),
        metrics: read.metrics,
        step,
        ...(steps === undefined ? {} : { steps }),
        samples: keras1 || unit?.endsWith('/sample') === true,
        final: steps !== undefined && step >= steps && (eta === undefined || final !== null) && !read.cut,
        ...(seconds === undefined ? {} : { seconds }),
        left: seconds === 0 && ((steps ?? 1) - 1) * perStepTime >= 1,
      });
      BAR.lastIndex = end;
    }
    return end;
  },
};
