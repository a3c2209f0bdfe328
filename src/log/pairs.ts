import type { Line } from './line';
import type { Value } from './run';
import { nameOf, NUMBER, numberOf } from './values';

/** Up to five words, then `:`, `=` or only a blank, then a number. */
const WORD = String.raw`[A-Za-z_][\w./@%+'-]{0,60}`;
const PAIR = new RegExp(
  String.raw`(?<![\w.])(${WORD}(?: ${WORD}){0,4})(\s{0,3}[:=]\s{0,8}|\s{1,3})(${NUMBER})(?![\w:/]|\.\d|-\d)`,
  'gi',
);
/** What a metric is called, in any framework. */
const METRIC =
  /loss|\bcost\b|(?<![a-z])acc(?:uracy)?(?![a-z])|error|score|(?<![a-z])(?:f1|auc|mae|mse|rmse|r2|ppl|m?ap|iou|dice|bleu|kl)(?![a-z])|perplexity|rouge|elbo|reward|psnr|precision|recall|\b(?:train|valid|val|test) metric/i;
/** Numbers that say where the training is or how fast, not how well it goes. */
const NO_METRIC =
  /^(?:epochs?|ep|steps?|global_step|iter(?:ation)?s?|batch(?: size)?|eta|time|elapsed|remaining|total|mem|v_num|seed|workers?|gpu|size)$|time$|per_second$|\bbest\b|\bpatience\b|\b(?:after|at|every|for|in|of|per)$|\bsteps?$/i;
/** The only number of its line, with a step in its name: `Loss after 190 steps: 0.08`, `Training loss at step 101: 0.37`. */
const SINGLE = new RegExp(
  String.raw`^(\s{0,40})([^:=,|\d]{0,60}loss\b[^:=,|\d]{0,40}?)(?:\s(?:after|at|per|every)\s[a-z ]{0,20}(\d{1,12})[a-z ]{0,30})?\s{0,3}[:=]\s{0,8}(${NUMBER})\s{0,40}$`,
  'i',
);

export function isMetric(name: string): boolean {
  return METRIC.test(name) && !/\bbest\b/i.test(name);
}

/**
 * The pairs of a name and a number in `text.slice(from, to)` of a line: `Train Loss: 0.5, acc = 0.9, dist 0.30 loss 19.33`.
 * Without `:` or `=`, only names that a metric has are taken.
 */
export function pairsIn(line: Line, from: number, to: number): Map<string, Value> {
  const metrics = new Map<string, Value>();
  const text = line.text.slice(from, to);
  for (const match of text.matchAll(PAIR)) {
    const [whole, name, between, printed] = match as unknown as [string, string, string, string];
    const end = from + match.index + whole.length;
    const plain = name.trim();
    if (NO_METRIC.test(plain) || (between.trim() === '' && !METRIC.test(plain) && !/^(?:lr|learning rate)$/i.test(plain))) continue;
    metrics.set(nameOf(plain), { value: numberOf(printed), ...line.span(end - printed.length, end) });
  }
  return metrics;
}

/** The only metric of a line, a loss, and the step that its name tells; undefined if the line is not of this kind. */
export function singleLoss(line: Line): { metrics: Map<string, Value>; step?: number } | undefined {
  const match = line.text.length <= 300 ? SINGLE.exec(line.text) : null;
  if (!match || /\bbest\b/i.test(match[2]!)) return undefined;
  const to = line.text.trimEnd().length;
  const value = { value: numberOf(match[4]!), ...line.span(to - match[4]!.length, to) };
  const counts = match[3] !== undefined && /\s(?:after|at)\s/i.test(match[0]);
  return { metrics: new Map([[nameOf(match[2]!.trim()), value]]), ...(counts ? { step: Number(match[3]) } : {}) };
}
