/*
 * Keras' `history.history`, and what other loops collect, printed when the training is over: a list for each metric, on
 * one line or on many.
 *
 *   {'loss': [0.91, 0.52, 0.33], 'val_loss': [0.85, 0.61, 0.52]}
 *   {'loss': [0.91,
 *     0.52],
 *    'accuracy': [0.54, 0.71]}
 */
import type { Cell, RunBuilder } from '../builder';
import type { Value } from '../run';
import { nameOf, NUMBER, numberOf } from '../values';
import type { Dialect } from './dialect';

const NAME = 'history';
const BEGINS = /\{\s{0,8}(['"])[^'"]{1,80}\1:\s{0,4}\[/;
const TOKEN = new RegExp(String.raw`(['"])([^'"]{1,80})\1:\s{0,4}\[|(?<![\w.])(${NUMBER})(?![\w.])|np\.float\d\d\(|[\s,)\]]+|(\})`, 'giy');
/** More numbers are no history of a training. */
const MOST_VALUES = 10_000;

export const history: Dialect = {
  name: NAME,
  read(line, builder) {
    const under = builder.tableOf(NAME);
    const begins = under || !line.text.includes('[') ? null : BEGINS.exec(line.text);
    if (!under && !begins) return undefined;
    const names = [...(under?.columns ?? [])];
    const cells = [...(under?.row ?? [])];
    TOKEN.lastIndex = begins ? begins.index + 1 : 0;
    let metric = names.at(-1);
    let at = TOKEN.lastIndex;
    for (let match = TOKEN.exec(line.text); match && cells.length < MOST_VALUES; match = TOKEN.exec(line.text)) {
      const [, , name, number, close] = match;
      if (name !== undefined) metric = nameOf(name);
      else if (number !== undefined && metric !== undefined) {
        names.push(metric);
        cells.push({ text: number, ...line.span(match.index, TOKEN.lastIndex) });
      } else if (close !== undefined) {
        builder.table(undefined, false);
        return readLists(listsOf(names, cells), builder) ? TOKEN.lastIndex : undefined;
      }
      at = TOKEN.lastIndex;
    }
    const goesOn = at === line.text.length && cells.length < MOST_VALUES;
    if (under || goesOn) builder.table(goesOn ? { dialect: NAME, columns: names, row: cells } : undefined, false);
    return goesOn ? at : undefined;
  },
};

function listsOf(names: readonly string[], cells: readonly Cell[]): Map<string, Cell[]> {
  const lists = new Map<string, Cell[]>();
  for (const [index, cell] of cells.entries()) {
    const list = lists.get(names[index]!) ?? [];
    lists.set(names[index]!, list);
    list.push(cell);
  }
  return lists;
}

/**
 * Reads a list of values for each metric, one value for each epoch.
 * @returns whether the lists are the history of a training that was not printed before, epoch by epoch.
 */
export function readLists(lists: ReadonlyMap<string, readonly Cell[]>, builder: RunBuilder): boolean {
  const [first, ...others] = lists.values();
  if (!first || others.some(({ length }) => length !== first.length)) return false;
  if (![...lists.keys()].some((name) => /loss(?!.*(?:weight|scale|coef))/i.test(name)) || (builder.dialect ?? NAME) !== NAME) return false;
  for (const [index, { start, end }] of first.entries()) {
    const metrics = new Map<string, Value>();
    for (const [name, list] of lists) {
      const { text, ...span } = list[index]!;
      metrics.set(name, { value: numberOf(text), ...span });
    }
    builder.row({ dialect: NAME, start, end, metrics, number: index + 1 });
  }
  return true;
}
