/*
 * Bars of tqdm and rich with metrics, as PyTorch loops and Lightning print them. Bars of validation are passed over.
 *
 *   Epoch 3:  33%|███▉        | 307/938 [00:01<00:02, 289.04it/s, loss=0.198, v_num=51, acc=0.211]
 *   Epoch 299: 100% 8/8 [00:00<00:00, 8.52it/s, loss=0.00285, v_num=logs]
 *   100%|████████████████████████| 84928/84928 [03:05<00:00, 456.93it/s, avg_loss=0.7269, avg_acc=0.8282]
 *   5272/|/[loss: 0.469, mean_squared_error: 0.000] 100%|| 5272/5273 [01:54<00:00, 47.14it/s]      (keras-tqdm)
 *   Epochs:  30%|███       | 3/10 [00:03<00:07,  1.00s/it, loss=0.5, acc=0.81]
 *    30%|███       | 3/10 [00:03<00:07,  1.00epoch/s, loss=0.5, accuracy=0.8]                         (tqdm.keras)
 *   Epoch 3/9  ━━━━━━━━━━━━━━━━━━━━ 938/938 0:00:05 • 0:00:00 182.1it/s v_num: 0 train_loss: 0.198   (rich, from 0)
 *   Training: 100%|██████████| 32/32 [00:46<00:00,  1.46s/it, loss=7.37e+4]
 */
import type { RunBuilder } from '../builder';
import type { Line } from '../line';
import { isMetric, pairsIn } from '../pairs';
import { secondsOf } from '../values';
import type { Dialect } from './dialect';

const BAR =
  /(\d{1,3})%\|?[^|\d[\]]{0,400}\|?\s{0,4}(\d{1,12})\/(\d{1,12})\s\[(\d{1,4}(?::\d\d){1,2})<[^,\]]{1,40},\s{0,4}([^,\]]{1,40})(?:,\s([^\]]{1,2000}))?\]/;
/** The bar itself counts epochs. */
const COUNTS_EPOCHS = /(?:^|[\s\]])epochs?\s{0,2}:?\s{1,4}$/i;
const RICH =
  /^\s{0,8}Epoch (\d{1,9})\/(\d{1,9})\s{1,8}[━╸╺ ]{1,200}\s(\d{1,12})\/(\d{1,12})\s(\d{1,4}(?::\d\d){1,2}) • \S{1,20}\s{1,4}[\d.]{1,12}it\/s\s/;
const EPOCH = /\bepochs?\W{0,4}(\d{1,9})(?:\s?\/\s?(\d{1,9}))?/i;

export const tqdm: Dialect = {
  name: 'tqdm',
  read(line, builder) {
    if (!line.text.includes('%')) return line.text.includes('━') ? readRich(line, builder) : undefined;
    const match = BAR.exec(line.text);
    if (!match) return undefined;
    const [whole, , step, steps, elapsed, rate, postfix] = match as unknown as [string, string, string, string, string, string, string?];
    const end = match.index + whole.length;
    const before = line.text.slice(Math.max(0, match.index - 400), match.index);
    const prefix = /\[([^[\]]{1,400})\]\s{0,4}$/.exec(before)?.[1];
    const measured = postfix ?? prefix;
    if (measured === undefined || /\b(?:val|valid|validation|validating|test|testing|eval|evaluating|predicting|sanity)/i.test(before)) {
      return end;
    }
    const to = postfix === undefined ? line.text.lastIndexOf(']', match.index) : end - 1;
    const metrics = pairsIn(line, to - measured.length, to);
    if (![...metrics.keys()].some(isMetric)) return end;
    if (COUNTS_EPOCHS.test(before) || /epoch/i.test(rate)) {
      const span = line.span(match.index - before.trimStart().length, end);
      if (step !== '0') {
        builder.progress({ dialect: 'tqdm', ...span, metrics, number: Number(step), total: Number(steps), final: true });
      }
      return end;
    }
    const epoch = EPOCH.exec(before);
    const seconds = secondsOf(elapsed);
    builder.progress({
      dialect: 'tqdm',
      ...line.span(match.index - before.trimStart().length, end),
      metrics,
      step: Number(step),
      steps: Number(steps),
      final: Number(step) >= Number(steps),
      ...(epoch ? { number: Number(epoch[1]) } : {}),
      ...(epoch?.[2] === undefined ? {} : { total: Number(epoch[2]) }),
      ...(seconds === undefined ? {} : { seconds }),
    });
    return end;
  },
};

function readRich(line: Line, builder: RunBuilder): number | undefined {
  const match = RICH.exec(line.text);
  if (!match) return undefined;
  const [whole, number, last, step, steps, elapsed] = match as unknown as [string, string, string, string, string, string];
  const end = line.text.trimEnd().length;
  const seconds = secondsOf(elapsed);
  builder.progress({
    dialect: 'tqdm',
    ...line.span(whole.length - whole.trimStart().length, end),
    metrics: pairsIn(line, whole.length, end),
    step: Number(step),
    steps: Number(steps),
    final: Number(step) >= Number(steps),
    number: Number(number),
    total: Number(last) + 1,
    ...(seconds === undefined ? {} : { seconds }),
  });
  return end;
}
