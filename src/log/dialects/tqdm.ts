/*
 * Bars of tqdm and rich with metrics, as PyTorch loops and Lightning print them. What a bar of validation says in the
 * end belongs to the epoch under way.
 *
 *   Epoch 3:  33%|███▉        | 307/938 [00:01<00:02, 289.04it/s, loss=0.198, v_num=51, acc=0.211]
 *   Epoch 299: 100% 8/8 [00:00<00:00, 8.52it/s, loss=0.00285, v_num=logs]
 *   100%|████████████████████████| 84928/84928 [03:05<00:00, 456.93it/s, avg_loss=0.7269, avg_acc=0.8282]
 *   5272/|/[loss: 0.469, mean_squared_error: 0.000] 100%|| 5272/5273 [01:54<00:00, 47.14it/s]      (keras-tqdm)
 *   Epochs:  30%|███       | 3/10 [00:03<00:07,  1.00s/it, loss=0.5, acc=0.81]
 *    30%|███       | 3/10 [00:03<00:07,  1.00epoch/s, loss=0.5, accuracy=0.8]                         (tqdm.keras)
 *   Epoch 3/9  ━━━━━━━━━━━━━━━━━━━━ 938/938 0:00:05 • 0:00:00 182.1it/s v_num: 0 train_loss: 0.198   (rich, from 0)
 *   Training: 100%|██████████| 32/32 [00:46<00:00,  1.46s/it, loss=7.37e+4]
 *   Epoch: 1 Loss: 3.7244 Acc: 0.0312 : 100%|██████████| 1000/1000 [01:52<00:00,  8.93it/s]
 *   100%|██████████| 34/34 [00:22<00:00,  1.51it/s, accuracy=0.804, loss=0.571, stage=valid]
 *   100%|██████████| 32/32 [00:12<00:00,  2.63it/s, epoch=1/20, avg_epoch_loss=1.99]
 *   Epoch 1: 201it [00:24,  7.66it/s, loss=0.5]                                  (of an unknown number)
 *   Epoch 0/9 ━━━━━━━━━━━━━━━━━━━━ 98/98 0:00:22 • 0:00:00 4.43it/s v_num: 0 train_loss:
 *                                                                             0.123 train_acc: 0.4     (rich, wrapped)
 *   Epoch 49: 100%|█| 12/12 [00:02<00:00,  4.93it/s, v_num=0, train_loss=0.197, val_loss`Trainer.fit` stopped   (cut at the width)
 */
import type { RunBuilder, Table } from '../builder';
import type { Span } from '../../text/span';
import type { Line } from '../line';
import { dataIn, isMetric, pairsIn } from '../pairs';
import type { Metrics } from '../run';
import { nameOf, NUMBER, secondsOf, valueAt } from '../values';
import type { Dialect } from './dialect';

const BAR =
  /(?:\d{1,3}%\|?[^|\d[\]]{0,400}\|?\s{0,4}(\d{1,12})\/(\d{1,12})\s\[(\d{1,4}(?::\d\d){1,2})<[^,\]]{1,40}|(\d{1,12})it\s\[(\d{1,4}(?::\d\d){1,2})),\s{0,4}([^,\]]{1,40})/;
const POSTFIX = /(?:,\s([^\]]{1,2000}))?\]/y;
/** The pairs of a bar that is longer than the terminal is wide, without the last one, which is cut. */
const CUT_POSTFIX = /,\s((?:[\w ./-]{1,60}=[-+\dni][^,=[\]|]{0,40},\s)+)[\w./-]{0,60}=?(?:\d[\d.]{0,20})?/y;
/** The bar itself counts epochs. */
const COUNTS_EPOCHS = /(?:^|[\s\]])epochs?\s{0,2}:?\s{1,4}$/i;
const RICH =
  /^\s{0,8}Epoch (\d{1,9})\/(\d{1,9})\s{1,8}[━╸╺ ]{1,200}\s(\d{1,12})\/(\d{1,12})\s(\d{1,4}(?::\d\d){1,2}) • \S{1,20}\s{1,4}[\d.]{1,12}it\/s\s/;
const EPOCH = /\bepochs?\W{0,4}(\d{1,9})(?:\s?\/\s?(\d{1,9}))?/i;
const EPOCH_BEHIND = /(?:^|\s)epoch=(\d{1,9})(?:\/(\d{1,9}))?(?=,|$)/i;
const NO_TRAINING = /\b(?:predict(?:ing|ion)?|sanity)/i;
/** Tez says in the postfix which of its bars it is. */
const STAGE = /\bstage=(\w{1,20})/;

/** The name of a metric at the end of a wrapped line of rich, and its value at the beginning of the next one. */
const WRAPPED_NAME = /\s([\w./-]{1,80}):\s{0,200}$/;
const WRAPPED_VALUE = new RegExp(String.raw`^\s{10,200}(${NUMBER})(?=\s|$)`, 'i');

const NAME = 'tqdm';

export const tqdm: Dialect = {
  name: NAME,
  read(line, builder) {
    const { text } = line;
    const wrapped = builder.tableOf(NAME);
    if (wrapped) builder.table(undefined, false);
    const value = wrapped ? WRAPPED_VALUE.exec(text) : null;
    if (value) return readWrapped(line, value, wrapped!, builder);
    if (!text.includes('%') && !text.includes('it [')) return text.includes('━') ? readRich(line, builder) : undefined;
    const match = BAR.exec(text);
    if (!match) return undefined;
    const whole = match[0];
    const [step, steps, elapsed, rate] = [match[1] ?? match[4]!, match[2], (match[3] ?? match[5])!, match[6]!];
    const postfix = postfixAt(line.text, match.index + whole.length);
    if (!postfix) return undefined;
    const { end } = postfix;
    const before = line.text.slice(Math.max(0, match.index - 400), match.index);
    const { metrics, data } = measuredBy(line, match.index, postfix);
    if (![...metrics.keys()].some(isMetric) || NO_TRAINING.test(before)) return end;
    const span = line.span(match.index - before.trimStart().length, end);
    if (data !== '') {
      if (step === steps) builder.row({ dialect: NAME, ...span, metrics });
      return end;
    }
    if (COUNTS_EPOCHS.test(before) || /epoch/i.test(rate)) {
      if (step !== '0') {
        builder.progress({ dialect: NAME, ...span, metrics, number: Number(step), ...(steps === undefined ? {} : { total: Number(steps) }), final: true });
      }
      return end;
    }
    const epoch = EPOCH.exec(before) ?? EPOCH_BEHIND.exec(postfix.text ?? '');
    const seconds = secondsOf(elapsed);
    builder.progress({
      dialect: NAME,
      ...span,
      metrics,
      step: Number(step),
      ...(steps === undefined ? {} : { steps: Number(steps) }),
      final: steps !== undefined && Number(step) >= Number(steps),
      ...(epoch ? { number: Number(epoch[1]) } : {}),
      ...(epoch?.[2] === undefined ? {} : { total: Number(epoch[2]) }),
      ...(seconds === undefined ? {} : { seconds }),
    });
    return end;
  },
};

/** What stands behind the rate of a bar, from where the rate ends. */
interface Postfix {
  readonly text: string | undefined;
  readonly start: number;
  /** End of the bar. */
  readonly end: number;
}

function postfixAt(text: string, rateEnd: number): Postfix | undefined {
  for (const pattern of [POSTFIX, CUT_POSTFIX]) {
    pattern.lastIndex = rateEnd;
    const match = pattern.exec(text);
    if (match) return { text: match[1], start: rateEnd + ', '.length, end: pattern.lastIndex };
  }
  return undefined;
}

/**
 * The metrics behind the rate of a bar or, without any there, those that its description names.
 * `data` says what they were measured on, where that is not what the model is trained on.
 */
function measuredBy(line: Line, bar: number, { text: postfix, start }: Postfix): { metrics: Metrics; data: string } {
  const from = Math.max(0, bar - 400);
  const before = line.text.slice(from, bar);
  if (postfix !== undefined) {
    const data = dataIn(STAGE.exec(postfix)?.[1] ?? before);
    return { metrics: pairsIn(line, start, start + postfix.length, data), data };
  }
  const metrics = pairsIn(line, from, from + before.replace(/[\s:|,-]{1,20}$/, '').length);
  const [first = ''] = metrics.keys();
  return { metrics, data: dataIn(first) };
}

function readRich(line: Line, builder: RunBuilder): number | undefined {
  const match = RICH.exec(line.text);
  if (!match) return undefined;
  const [whole, ...counters] = match as unknown as [string, ...string[]];
  const end = line.text.trimEnd().length;
  const metrics = pairsIn(line, whole.length, end);
  tellRich(line.span(whole.length - whole.trimStart().length, end), counters, metrics, builder);
  wrap(line, metrics.size === 0 ? counters : [], builder);
  return end;
}

/** @param counters epoch, last epoch, step, steps, time */
function tellRich(span: Span, counters: readonly string[], metrics: Metrics, builder: RunBuilder): void {
  const [number, last, step, steps] = counters.map(Number) as [number, number, number, number];
  const seconds = secondsOf(counters[4]!);
  builder.progress({
    dialect: NAME,
    ...span,
    metrics,
    step,
    steps,
    final: step >= steps,
    number,
    total: last + 1,
    ...(seconds === undefined ? {} : { seconds }),
  });
}

/** The table that stands for a metric whose value comes on the next line: its name, and the counters of a bar that shows none before. */
function wrap({ text }: Line, counters: readonly string[], builder: RunBuilder): void {
  const name = WRAPPED_NAME.exec(text.slice(-300))?.[1];
  if (name !== undefined) builder.table({ dialect: NAME, columns: [nameOf(name), ...counters.map(nameOf)] }, false);
}

function readWrapped(line: Line, value: RegExpExecArray, { columns }: Table, builder: RunBuilder): number {
  const [name, ...counters] = columns;
  const from = value[0].length;
  const end = line.text.trimEnd().length;
  const metrics = new Map([[name!, valueAt(line, from - value[1]!.length, from)], ...pairsIn(line, from, end)]);
  const span = line.span(from - value[1]!.length, end);
  if (counters.length > 0) tellRich(span, counters, metrics, builder);
  else builder.row({ dialect: NAME, ...span, metrics });
  wrap(line, [], builder);
  return end;
}
