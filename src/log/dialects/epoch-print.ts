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
 *   INFO | valid | epoch 001 | valid on 'valid' subset | loss 7.105 | ppl 137.7
 *   - mmengine - INFO - Epoch(train)   [1][ 50/100]  lr: 1.0000e-03  loss: 1.2
 *   第3轮 训练损失: 0.52 准确率: 0.81
 *   -------第 1 轮训练开始------
 *   训练次数：100, Loss：1.98
 *   333 154 Loss=0.5 Time=0.040                          (epoch and step)
 *   [1,  2000] loss: 2.173
 *   [0/5][50/1583]	Loss_D: 1.9	Loss_G: 5.1
 *   train (1/2) loss: 0.5 | accuracy01: 0.8
 *   Cost after epoch 100: 0.584
 *   Loss after 190 steps: 0.08666794747114182
 *   step  501/1000: dist 0.30 loss 19.33
 *   Step 50/100000; acc:  12.00; ppl: 26.87
 *   Iteration 2100: loss=1945.21
 *    iteration      100/     500 | consumed samples:          800 | lm loss: 6.123E+00 | loss scale: 1.0 |
 *   INFO:tensorflow:[  5000] | gnorm  8.33 lr  0.000125 | loss  5.56
 *   0 [D loss: 0.69, acc.: 50.00%] [G loss: 0.71]
 *     10000/ 200000: 2.8263           (the loss is not named)
 */
import type { Span } from '../../text/span';
import type { RunBuilder } from '../builder';
import type { Line } from '../line';
import { countedMetric, isMetric, namesMetric, pairsIn, type Counted } from '../pairs';
import type { Value } from '../run';
import { NUMBER, valueAt } from '../values';
import type { Dialect } from './dialect';

const NAME = 'epoch-print';
/** The plural stands for how many there will be, unless it counts them. */
const EPOCH =
  /(?<![\p{L}_])(?:(?:epoch|ep|[eé]poca|epoche|эпоха|에포크|에폭|エポック)(?![\p{L}_])|epochs(?![\p{L}_])(?=[^/]{0,20}\/))(?:\s?(?:no\.?|number)(?=[\s:])|\((?:train|val|test)\))?[\s:=#[(-]{0,8}(\d{1,9})(?!\.?\d|\s?%|\.(?:pth?|ckpt|h5|keras)\b)(?:\s{0,3}(?:\/|of)\s{0,4}(\d{1,9}))?[\])]?/iu;
/** Epochs that are named otherwise, or not at all: first the number, then the total. */
const NAMELESS = [
  /第\s?(\d{1,9})(?:\s?\/\s?(\d{1,9}))?\s?(?:轮|个?\s?epoch|エポック)/i,
  /^\s{0,8}\[(\d{1,9})(?:\/(\d{1,9}))?(?=,\s{0,8}\d{1,9}\]|\]\[\s{0,8}\d{1,9}\/\d{1,9}\])/,
  /^(?:train|valid|val|test) \((\d{1,9})\/(\d{1,9})\)/,
  /^\s{0,8}(\d{1,9})(?=\s{1,4}\d{1,9}\s{1,4}loss\s?[:=])/i,
];
const COUNTER = /^[\s\]]{0,4}[[,]\s{0,8}(\d{1,9})(?:\s{0,3}\/\s{0,8}(\d{1,9})(?:\s\(\d{1,3}%\))?)?\]/;
const BARE_STEP = /^\s{1,4}(\d{1,9})(?=\s{1,4}loss)/i;
const STEP =
  /(?<![A-Za-z_])(?:(?:global_step|step|iter|iteration|batch|batches|it)s?\b|训练次数|迭代次数)[\s:：=#[(-]{0,8}(\d{1,12})(?!\.?\d)(?:\s{0,3}(?:\/|of)\s{0,4}(\d{1,12}))?/i;
/** Steps that are counted over the whole training, not within an epoch. */
const GLOBAL_STEP = /(?<![A-Za-z_])(?:(?:global_step|step|iter|iteration)\b|训练次数|迭代次数)[\s:：=#[(-]{0,8}(\d{1,12})(?!\.?\d)(?:\s{0,3}(?:\/|of)\s{0,4}(\d{1,12}))?/i;
const BRACKETED = /\[\s{0,8}(\d{1,12})\]\s\|/;
/** The line begins with the number of the step, and a loss follows. */
const LEADING = /^\s{0,8}(\d{1,12})(?:[\]):|,]\s{0,4}|\s{1,4})\[?(?=[^\d:=]{0,40}loss[^\d:=]{0,10}[:=])/i;
/** Alone on their lines, such losses are one for each epoch. */
const TRAINING_LOSS = new RegExp(String.raw`^\s{0,40}((?:(?:mean|avg|average) )?(?:train(?:ing)?|epoch) loss)\s{0,3}[:=]\s{0,8}(${NUMBER})\s{0,40}$`, 'i');
/** `Start of iteration 0`, `Iteration: 5`, `Finished 10 epochs`, `Results after 1000 epochs`: a header of the lines that follow. */
const ANNOUNCED =
  /^[^A-Za-z]{0,20}(?:(?:start of )?iter(?:ation)?[ :#]{1,4}(\d{1,9})|(?:finished|[a-z ]{1,40}\bafter) (\d{1,9}) epochs)[^A-Za-z\d]{0,20}$/i;
/** Updates in front of lines that name their epoch: TFLearn prints each one again there, the solver of CS231n counts them. */
const ASIDE = /^(?:[^A-Za-z]{0,20}Training Step: \d{1,12}\s{1,4}\| total loss:|\s{0,8}\(Iteration \d{1,9} \/ \d{1,9}\) loss:)/;
/** The step, padded as it grows, how many there will be, and one value with decimals: nobody prints anything but the loss so. */
const UNNAMED = /^\s{0,8}(\d{1,9})\/\s{1,4}(\d{3,9}): (\d{1,9}\.\d{3,12}|nan|inf)\s{0,8}$/;
/** `python train.py --lr=0.1 --epochs=3` is no epoch. */
const COMMAND_LINE = /\s--[a-z][\w-]{0,60}[= ].{0,2000}\s--[a-z]/;
/** What a logger writes before each line. */
const LOGGER = /^.{0,120}?\b(?:INFO|DEBUG|WARNING)\b(?::root)?[^\p{L}]{0,10}/u;
/** A longer line is no print of a training loop. */
const LONGEST = 2000;
/** More words in front of an epoch, or around a step, are prose. */
const MOST_WORDS = 4;
const MOST_WORDS_AROUND = 12;
/** Many names of several words, as Megatron prints them between bars, are no prose. */
const COLUMNS = /^(?:[^|]{1,200}\s\|\s){4}/;

export const epochPrint: Dialect = {
  name: NAME,
  read(line, builder) {
    const { text } = line;
    if (text.length > LONGEST || !/\d|nan|inf/i.test(text) || COMMAND_LINE.test(text)) return undefined;
    if (ASIDE.test(text) && !builder.announced(NAME)) return text.length;
    const epoch = epochIn(text);
    const announced = epoch ? null : ANNOUNCED.exec(text);
    if (announced) {
      builder.header(Number(announced[1] ?? announced[2]), undefined, line.span(0, text.trimEnd().length));
      return text.length;
    }
    if (!epoch) return readRest(line, builder) ? text.length : undefined;
    const after = epoch.index + epoch[0].length;
    const before = text.slice(0, epoch.index);
    if (/\bbest\b[^,;|]{0,40}$/i.test(before) || wordsIn(before) > MOST_WORDS) return undefined;
    const glued = /^\p{L}/u.test(text.slice(after));
    const pairs = pairsIn(line, glued ? after : 0, text.length);
    const metrics = [...pairs.keys()].some(isMetric) ? pairs : countedMetric(line)?.metrics;
    const total = epoch[2] === undefined ? undefined : Number(epoch[2]);
    if (!metrics) {
      if (!isHeader(text, epoch.index, after)) return undefined;
      builder.header(Number(epoch[1]), total, line.span(epoch.index, after));
      return text.length;
    }
    const counter = COUNTER.exec(text.slice(after, after + 40)) ?? BARE_STEP.exec(text.slice(after, after + 40)) ?? STEP.exec(text.slice(after));
    builder.row({
      dialect: NAME,
      ...spanOf(line),
      metrics,
      number: Number(epoch[1]),
      ...(total === undefined ? {} : { total }),
      ...counterOf(counter),
    });
    return text.length;
  },
};

function epochIn(text: string): RegExpExecArray | null {
  let epoch = EPOCH.exec(text);
  for (const pattern of NAMELESS) epoch ??= pattern.exec(text);
  return epoch;
}

function wordsIn(text: string): number {
  const words = text.match(/(?<![\p{L}\p{N}'"_.:/\\-])\p{Ll}{2,}(?![\p{L}\p{N}'"_.:=/\\-])/gu);
  return words?.length ?? 0;
}

/** A line that names no epoch: it belongs to the one that is announced or under way, or counts steps only. */
function readRest(line: Line, builder: RunBuilder): boolean {
  const { text } = line;
  const unnamed = UNNAMED.exec(text);
  if (unnamed) {
    const to = text.trimEnd().length;
    const metrics = new Map([['loss', valueAt(line, to - unnamed[3]!.length, to)]]);
    builder.row({ dialect: NAME, ...spanOf(line), metrics, number: Number(unnamed[1]), total: Number(unnamed[2]), unit: 'step' });
    return true;
  }
  if (!namesMetric(text) || /^\s{0,40}(?:test|best|final)\b/i.test(text)) return false;
  if (wordsIn(text) > MOST_WORDS_AROUND && !COLUMNS.test(text)) return false;
  const counted = countedMetric(line);
  const metrics = counted?.metrics ?? pairsIn(line, 0, text.length);
  const names = [...metrics.keys()];
  if (!names.some(isMetric)) return false;
  const alone = TRAINING_LOSS.exec(text);
  if (builder.announced(NAME, 'tqdm') && !(alone && builder.counts(NAME))) {
    const counter = counted ? { step: counted.number } : counterOf(STEP.exec(text));
    builder.row({ dialect: NAME, ...spanOf(line), metrics, ...counter });
    return true;
  }
  if (alone) {
    const end = text.trimEnd().length;
    const loss = valueAt(line, end - alone[2]!.length, end);
    builder.progress({ dialect: NAME, ...spanOf(line), metrics: new Map([[names[0]!, loss]]), final: true });
    return true;
  }
  const { step, steps } = stepIn(line, counted, metrics);
  if (step === undefined) return false;
  const total = steps === undefined ? {} : { total: steps };
  builder.row({ dialect: NAME, ...spanOf(line), metrics, number: step, unit: 'step', ...total });
  return true;
}

/** The step of the whole training: in front of the metrics, or anywhere where one of them is a loss. */
function stepIn(line: Line, counted: Counted | undefined, metrics: ReadonlyMap<string, Value>): { step?: number; steps?: number } {
  if (counted) return { step: counted.number };
  const { text } = line;
  const match = LEADING.exec(text) ?? GLOBAL_STEP.exec(text) ?? BRACKETED.exec(text);
  if (!match) return {};
  const [first] = metrics.values();
  const inFront = line.offsetOf(match.index) < first!.start;
  return inFront || [...metrics.keys()].some((name) => /loss|cost/i.test(name)) ? counterOf(match) : {};
}

function counterOf(match: RegExpExecArray | null): { step?: number; steps?: number } {
  if (!match) return {};
  return { step: Number(match[1]), ...(match[2] === undefined ? {} : { steps: Number(match[2]) }) };
}

/** The line without the blanks around it. */
function spanOf(line: Line): Span {
  const { text } = line;
  return line.span(text.length - text.trimStart().length, text.trimEnd().length);
}

/** `Training epoch: 3`, `--- Epoch 3 ---`, `Epoch: 01 | Epoch Time: 0m 17s`: nothing else of weight stands on the line. */
function isHeader(text: string, from: number, to: number): boolean {
  return /^[^\p{L}]{0,40}(?:(?:start(?:ing)?|begin(?:ning)?|train(?:ing)?) ){0,2}$/iu.test(text.slice(0, from).replace(LOGGER, '')) && /^[^\p{L}]{0,40}(?:epoch time|time|(?:开始)?训练(?:开始)?[^\p{L}\d]{0,40}$|$)/iu.test(text.slice(to));
}
