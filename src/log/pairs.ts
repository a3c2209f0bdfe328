import type { Line } from './line';
import type { Value } from './run';
import { nameOf, NUMBER, numberOf } from './values';

/** Up to five words, then `:`, `=`, `->` or only a blank, then a number, which may stand in brackets or in a tensor. */
const WORD = String.raw`[\p{L}_][\p{L}\p{N}_./@%+'-]{0,60}`;
const WRAPPED = String.raw`(?:\[|(?:torch\.)?tensor\(\[?|(?:np|numpy)\.float\d\d\(|<tf\.Tensor: shape=\(\), dtype=float\d\d, numpy=|tf\.Tensor\()?`;
const NAME = String.raw`(?<![\p{L}\p{N}_.])(${WORD}(?: ${WORD}){0,4})`;
const PAIR = new RegExp(
  String.raw`${NAME}(\s{0,3}(?:[:=：]>?|-{1,2}>)\s{0,8}|\s{1,3})${WRAPPED}(${NUMBER})(?![\p{L}\p{N}_:]|\/(?![-+]?\d+\.\d)|\.\d|-\d)`,
  'giu',
);
/** What a metric is called, in any framework. */
const METRIC =
  /loss(?![ _]scal)|\bcost\b|(?<![a-z])acc(?:uracy)?(?![a-z])|error|score|(?<![a-z])(?:f1|auc|mae|mse|rmse|r2|ppl|m?ap|iou|dice|bleu|kld?|nll|bce|xent|l1|gan|d_real|d_fake)(?![a-z])|perplexity|rouge|elbo|reward|psnr|precision|recall|\b(?:train|valid|val|test) metric|损失|准确率|正确率|精度|误差|損失|正解率|손실|정확도|p[eé]rdida|perda|exactitud|acur[aá]cia|verlust|потер|точность/i;
/** Numbers that say where the training is or how fast, not how well it goes. */
const NO_METRIC =
  /^(?:ep|global_step|iter|eta|time|elapsed|remaining|total|mem|memory|v_num|seed|workers?|gpu|cuda|size|batch_id|batch_idx|训练次数|迭代次数)$|time$|per_second$|\bbest\b|\bpatience\b|\bnot in top$|\b(?:after|at|every|for|in|of|per)$|_(?:epochs|steps)$|(?<!\b(?:per|this|the|each) )\b(?:epochs?|iterations?|batch(?:es| size)?|steps?|fold|round|trial)$/i;
/** `Test : 1 Loss: 0.5` counts, `Loss on train: 0.5, test: 0.6` measures. */
const DATA = /^(?:train(?:ing)?|val(?:id(?:ation)?)?|test(?:ing)?|eval)$/i;
/** `solver.cpp:229`, `train.py:12`. */
const FILE = /\.(?:py|cpp|cc|cu|h|hpp|java|js|go|rs)$/i;
/** Its only number but the counter: `Cost after iteration 100: 0.58`, `Loss after 190 steps: 0.08`, `accuracy epoch 0:0.66`, `loss at epoch 1 - 0.03`. */
const COUNTED = new RegExp(
  String.raw`${NAME}\s{1,3}(?:(?:(epoch)|iter(?:ation)?|step|batch|update)s?\s{0,3}[:#=]?\s{0,3}(\d{1,12})|(\d{1,12})\s(?:(epoch)|[a-z]{0,20}\s?(?:iteration|step|batch|batche|update))s?)\s{0,3}(?:[:=]|is\b|-{1,2}>|-(?=\s(?:\d{1,9}\.\d|nan|inf)))\s{0,8}(${NUMBER})\s{0,3}%?\s{0,40}$`,
  'iu',
);
/** Two metrics, two values: `Gen/Dis Loss: 0.6576/0.7134`. */
const TWO_NAMES = /^(\p{L}+)\/(\p{L}+)(?= |$)/u;
const SECOND = new RegExp(String.raw`\/(${NUMBER})(?![\w.:/])`, 'iy');
/** Says that what follows was measured on data that the model is not trained on. */
const VALIDATION = /(?<![\p{L}_'])(?:(val(?:id(?:ation|ating)?)?|dev)|eval(?:uation|uating)?|(test(?:ing)?))(?![\p{L}./'-])/iu;

/** Whether a text names a metric at all, which most lines do not. */
export function namesMetric(text: string): boolean {
  return METRIC.test(text);
}

export function isMetric(name: string): boolean {
  return METRIC.test(name) && !/\bbest\b/i.test(name);
}

/**
 * The pairs of a name and a number in `text.slice(from, to)` of a line: `Train Loss: 0.5, acc = 0.9, dist 0.30 loss 19.33`.
 * Without `:` or `=`, only names that a metric has are taken.
 * Where the line says before the first pair what was measured (`valid | epoch 3 | loss 2.1`), the names say it as well.
 * @param data what was measured, where it is known already
 */
export function pairsIn(line: Line, from: number, to: number, data?: string): Map<string, Value> {
  const metrics = new Map<string, Value>();
  const text = line.text.slice(from, to);
  for (const match of text.matchAll(PAIR)) {
    const [whole, printedName, between, printed] = match as unknown as [string, string, string, string];
    const end = from + match.index + whole.length;
    const name = measuredBy(printedName, between.trim() === '');
    if (name === undefined || (DATA.test(name) && /^\d+$/.test(printed))) continue;
    data ??= dataIn(text.slice(0, match.index));
    const value = { value: numberOf(printed), ...line.span(end - printed.length, end) };
    SECOND.lastIndex = end - from;
    const second = TWO_NAMES.test(name) ? SECOND.exec(text)?.[1] : undefined;
    metrics.set(nameOf(labelled(data, second === undefined ? name : name.replace(TWO_NAMES, '$1'))), value);
    if (second === undefined) continue;
    const span = line.span(end + 1, end + 1 + second.length);
    metrics.set(nameOf(labelled(data, name.replace(TWO_NAMES, '$2'))), { value: numberOf(second), ...span });
  }
  return metrics;
}

/** The name of a metric as a line prints it; undefined if it is another one. */
function measuredBy(printed: string, bare: boolean): string | undefined {
  const quoted = /'(?: reached)?$/.test(printed);
  const name = printed.replace(/^第\d{1,9}轮 |(?: is|' reached|')$/giu, '');
  if (NO_METRIC.test(name) || FILE.test(name)) return undefined;
  // In a dictionary of settings only few are metrics.
  const certain = !bare && !quoted;
  return certain || METRIC.test(name) || /^(?:lr|learning[ _]rate)$/i.test(name) ? name : undefined;
}

/** `val`, `test` or `eval`, as the text says; empty if it says none. */
export function dataIn(before: string): string {
  const match = VALIDATION.exec(before);
  return match ? (match[1] ? 'val' : match[2] ? 'test' : 'eval') : '';
}

function labelled(data: string, name: string): string {
  return data === '' || /(?<![a-z])(?:train|val|eval|test|dev)|^(?:lr|learning[ _]rate)$/i.test(name) ? name : `${data} ${name}`;
}

/** A metric, alone on its line with the number of an epoch or a step. */
export interface Counted {
  readonly metrics: ReadonlyMap<string, Value>;
  readonly number: number;
  readonly isEpoch: boolean;
}

export function countedMetric(line: Line): Counted | undefined {
  const match = line.text.length <= 300 ? COUNTED.exec(line.text) : null;
  if (!match) return undefined;
  const [whole, printedName, epochBefore, numberBefore, numberBehind, epochBehind, printed] = match as unknown as [string, string, ...(string | undefined)[]];
  const name = printedName.replace(/\s(?:after|at|on|of|for|in|every|per|the)$/i, '');
  if (!isMetric(name) || printed === undefined) return undefined;
  const start = match.index + whole.trimEnd().replace(/\s{0,3}%$/, '').length - printed.length;
  return {
    metrics: new Map([[nameOf(name), { value: numberOf(printed), ...line.span(start, start + printed.length) }]]),
    number: Number(numberBefore ?? numberBehind),
    isEpoch: (epochBefore ?? epochBehind) !== undefined,
  };
}
