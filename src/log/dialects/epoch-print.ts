/*
 * What training loops print themselves, above all those of PyTorch.
 *
 *   Epoch 1/40 | Loss: 0.5219 | Train Acc: 0.7877 | Val Acc: 0.9499
 *   2025-04-24 21:17:53,828 - INFO - Epoch [1/50], Train Loss: 1.9463, Train Acc: 20.34%, Val Loss: 1.9097
 *   Epoch: 01 | Epoch Time: 0m 17s
 *   	Train Loss: 0.693 | Train Acc: 50.22%
 *   epoch: 0
 *   train_loss: 0.379, train_acc: 0.872
 *   INFO:root:Epoch [6/6], Step [10/1549], Loss: 0.0490
 *   Epoch: [5]  [20/65]  eta: 0:00:38  lr: 0.000100  loss: 3.8059 (3.9600)
 *   Train Epoch: 1 [640/60000 (1%)]	Loss: 2.300039
 *   Ep 1 (Step 000000): Train loss 2.611, Val loss 2.668
 *   | SGD | epoch: 100 | loss: 0.06119 - acc: 0.9824
 *   Loss after 190 steps: 0.08666794747114182
 *   step  501/1000: dist 0.30 loss 19.33
 *   Iteration 2100: loss=1945.21
 *   INFO:tensorflow:[  5000] | gnorm  8.33 lr  0.000125 | loss  5.56
 */
import type { RunBuilder } from '../builder';
import type { Line } from '../line';
import { isMetric, pairsIn, singleLoss } from '../pairs';
import type { Dialect } from './dialect';

const NAME = 'epoch-print';
/** The plural stands for how many there will be, unless it counts them. */
const EPOCH =
  /(?<![A-Za-z_])(?:(?:epoch|ep)\b|epochs\b(?=[^/]{0,20}\/))[\s:=#[(-]{0,8}(\d{1,9})(?!\.?\d)(?:\s{0,3}(?:\/|of)\s{0,4}(\d{1,9}))?[\])]?/i;
const COUNTER = /^\s{0,4}\[\s{0,8}(\d{1,9})\s{0,3}\/\s{0,8}(\d{1,9})(?:\s\(\d{1,3}%\))?\]/;
const STEP =
  /(?<![A-Za-z_])(?:global_step|step|iter|iteration|batch|batches|it)s?\b[\s:=#[(-]{0,8}(\d{1,12})(?!\.?\d)(?:\s{0,3}(?:\/|of)\s{0,4}(\d{1,12}))?/i;
/** Steps that are counted over the whole training, not within an epoch. */
const GLOBAL_STEP = /(?<![A-Za-z_])(?:global_step|step|iter|iteration)\b[\s:=#[(-]{0,8}(\d{1,12})(?!\.?\d)(?:\s{0,3}(?:\/|of)\s{0,4}(\d{1,12}))?/i;
const BRACKETED = /\[\s{0,8}(\d{1,12})\]\s\|/;
/** Alone on their lines, such losses are one for each epoch. */
const TRAINING_LOSS = /^(?:(?:mean|avg|average) )?(?:train(?:ing)?|epoch) loss$/i;
/** `Start of iteration 0`, `Iteration: 5`, `Finished 10 epochs`: a header of the lines that follow. */
const ITERATION = /^[^A-Za-z]{0,20}(?:(?:start of )?iter(?:ation)?[\s:#]{1,4}|finished )(\d{1,9})(?: epochs)?[^A-Za-z\d]{0,20}$/i;
/** A longer line is no print of a training loop. */
const LONGEST = 2000;

export const epochPrint: Dialect = {
  name: NAME,
  read(line, builder) {
    const { text } = line;
    if (text.length > LONGEST || !/\d/.test(text)) return undefined;
    const epoch = EPOCH.exec(text);
    const iteration = epoch ? null : ITERATION.exec(text);
    if (iteration) {
      builder.header(Number(iteration[1]), undefined, line.span(0, text.trimEnd().length));
      return text.length;
    }
    if (!epoch) return readRest(line, builder) ? text.length : undefined;
    const after = epoch.index + epoch[0].length;
    const metrics = pairsIn(line, 0, text.length);
    const total = epoch[2] === undefined ? undefined : Number(epoch[2]);
    if (![...metrics.keys()].some(isMetric)) {
      if (!isHeader(text, epoch.index, after)) return undefined;
      builder.header(Number(epoch[1]), total, line.span(epoch.index, after));
      return text.length;
    }
    if (/\bbest\b[^,;|]{0,40}$/i.test(text.slice(0, epoch.index))) return undefined;
    const counter = COUNTER.exec(text.slice(after, after + 40)) ?? STEP.exec(text.slice(after));
    builder.row({
      dialect: NAME,
      ...line.span(text.length - text.trimStart().length, text.trimEnd().length),
      metrics,
      number: Number(epoch[1]),
      ...(total === undefined ? {} : { total }),
      ...counterOf(counter),
    });
    return text.length;
  },
};

/** A line that names no epoch: it belongs to the one that is announced or under way, or counts steps only. */
function readRest(line: Line, builder: RunBuilder): boolean {
  const { text } = line;
  if (!/loss|cost|acc|err|score|metric/i.test(text) || /^\s{0,40}(?:test|best|final)\b/i.test(text)) return false;
  const single = singleLoss(line);
  const metrics = single?.metrics ?? pairsIn(line, 0, text.length);
  const names = [...metrics.keys()];
  if (!names.some(isMetric)) return false;
  const span = line.span(text.length - text.trimStart().length, text.trimEnd().length);
  if (builder.announced(NAME)) {
    const counter = single?.step === undefined ? counterOf(STEP.exec(text)) : { step: single.step };
    builder.row({ dialect: NAME, ...span, metrics, ...counter });
    return true;
  }
  const { step, steps } = single?.step === undefined ? counterOf(GLOBAL_STEP.exec(text) ?? BRACKETED.exec(text)) : { step: single.step, steps: undefined };
  if (step === undefined && single && TRAINING_LOSS.test(names[0]!)) {
    builder.progress({ dialect: NAME, ...span, metrics, final: true });
    return true;
  }
  if (step === undefined || !names.some((name) => /loss|cost/i.test(name))) return false;
  const total = steps === undefined ? {} : { total: steps };
  builder.row({ dialect: NAME, ...span, metrics, number: step, unit: 'step', ...total });
  return true;
}

function counterOf(match: RegExpExecArray | null): { step?: number; steps?: number } {
  if (!match) return {};
  return { step: Number(match[1]), ...(match[2] === undefined ? {} : { steps: Number(match[2]) }) };
}

/** `Training epoch: 3`, `--- Epoch 3 ---`, `Epoch: 01 | Epoch Time: 0m 17s`: nothing else of weight stands on the line. */
function isHeader(text: string, from: number, to: number): boolean {
  return /^[^A-Za-z]{0,40}(?:(?:start(?:ing)?|begin(?:ning)?|train(?:ing)?) ){0,2}$/i.test(text.slice(0, from)) && /^[^A-Za-z]{0,40}(?:epoch time|time|$)/i.test(text.slice(to));
}
