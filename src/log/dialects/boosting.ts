/*
 * One line for each boosting round (or every n-th).
 *
 * XGBoost:
 *   [0]	validation_0-rmse:0.22834
 *   [10]	train-auc:0.95002	val-auc:0.81558
 *   [0]	train-error:0.10+0.01	test-error:0.12+0.02 (cross-validation: the mean, and the deviation left out)
 *   Stopping. Best iteration:
 *   [6]	validation_0-rmse:0.05297                 (printed again; no new round, and the end of the run)
 * LightGBM:
 *   [100]	training's l2: 0.3	valid_1's l2: 0.4
 *   [10]	cv_agg's binary_logloss: 0.52 + 0.01
 * CatBoost:
 *   999:	learn: 0.1379156	test: 0.8917756	best: 0.8720236 (318)	total: 21s	remaining: 0us
 */
import type { Line } from '../line';
import type { Value } from '../run';
import { nameOf, NUMBER, numberOf } from '../values';
import type { Dialect } from './dialect';

const ROUND = /^\s{0,8}(?:\[(\d{1,9})\]|(\d{1,9}):)(?=[\t ])/;
const PAIR = new RegExp(String.raw`[\t ]{1,8}([A-Za-z_][^\t:]{0,80}):[ ]{0,4}(${NUMBER})(?=[\t +]|$)`, 'gi');

const NAME = 'boosting';

export const boosting: Dialect = {
  name: NAME,
  read(line, builder) {
    if (line.text.includes('iteration') && /\bbest iteration(?: is)?:\s*$/i.test(line.text.slice(-40))) {
      builder.table({ dialect: NAME, columns: [] }, true);
      return line.text.length;
    }
    const match = ROUND.exec(line.text);
    if (!match) return undefined;
    const catBoost = match[2] !== undefined;
    const metrics = pairsOf(line, match[0].length);
    if (metrics.size === 0 || (catBoost && !/\b(?:learn|test|loss|total)\d*: /.test(line.text.slice(0, 400)))) return undefined;
    if (builder.tableOf(NAME)) {
      builder.table(undefined, false);
      return line.text.length;
    }
    if (catBoost) metrics.delete('best');
    builder.row({
      dialect: catBoost ? 'catboost' : 'xgboost',
      ...line.span(0, line.text.trimEnd().length),
      metrics,
      number: Number(match[1] ?? match[2]),
      unit: 'round',
    });
    return line.text.length;
  },
};

/** Pairs of a name and a number; times (`total: 21s`) are no numbers. */
function pairsOf(line: Line, from: number): Map<string, Value> {
  const metrics = new Map<string, Value>();
  PAIR.lastIndex = from;
  for (let match = PAIR.exec(line.text); match; match = PAIR.exec(line.text)) {
    const to = match.index + match[0].length;
    metrics.set(nameOf(match[1]!), { value: numberOf(match[2]!), ...line.span(to - match[2]!.length, to) });
  }
  return metrics;
}
