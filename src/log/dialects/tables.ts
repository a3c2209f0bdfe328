/*
 * Tables with blanks between the columns.
 *
 * fastai, skorch:
 *   epoch  train_loss  valid_loss  error_rate
 *   1      12.220007   1144188288.000000  0.765957    (00:13)
 * Ultralytics (the header is printed again before every epoch; the row is a tqdm bar):
 *         Epoch    GPU_mem   box_loss   cls_loss   dfl_loss  Instances       Size
 *          1/10      2.53G     0.8178      2.559      1.809         80        640: 100% 1/1 [00:05<00:00,  5.23s/it]
 * spaCy (`E` is the epoch, `#` the step), gradient boosting of scikit-learn:
 *   E    #       LOSS TOK2VEC  LOSS NER  ENTS_F  SCORE
 *   1     400         20.00   1000.10   60.00    0.60
 *         Iter       Train Loss   Remaining Time
 *            1           1.2564            0.50s
 * fastai 0.7 without a header, after a bar of tqdm: epoch, loss of training and validation, metrics:
 *   [ 0.      0.2649  0.1643  0.9404]
 */
import type { RunBuilder, Table } from '../builder';
import type { Line } from '../line';
import type { Value } from '../run';
import { nameOf, NUMBER, numberOf, WHOLE_NUMBER } from '../values';
import type { Dialect } from './dialect';

const NAME = 'table';
const LIST = 'fastai-list';
const FASTAI_LIST = new RegExp(String.raw`^\s{0,8}\[\s{0,8}(\d{1,6})\.\s{1,12}((?:${NUMBER}\s{1,12}){1,12}${NUMBER})\s{0,4}\]\s{0,80}$`);
const WORD = /\S{1,100}/g;
const MOST_COLUMNS = 100;
const NO_METRIC = /^(?:gpu_mem|instances|labels|size|img_size|targets|time|dur|cp|remaining time)$/i;

export const tables: Dialect = {
  name: NAME,
  read(line, builder) {
    const { text } = line;
    if (/^\s{0,60}(?:epoch\s|(?:iter|e)\s{2})/i.test(text)) return readHeader(text, builder) ? text.length : undefined;
    if (readList(line, builder)) return text.length;
    const table = builder.tableOf(NAME);
    return table && /^\s{0,60}\d/.test(text) && readRow(line, table, builder) ? text.length : undefined;
  },
};

/** Any other list of numbers looks like it, but none follows a bar of tqdm or another such list. */
function readList(line: Line, builder: RunBuilder): boolean {
  const match = builder.dialect === 'tqdm' || builder.dialect === LIST ? FASTAI_LIST.exec(line.text) : null;
  if (!match) return false;
  const [, number, values] = match as unknown as [string, string, string];
  const metrics = new Map<string, Value>();
  for (const { 0: text, index } of values.matchAll(WORD)) {
    const at = match[0].indexOf(values) + index;
    const name = ['trn_loss', 'val_loss', 'metric'][metrics.size] ?? `metric ${metrics.size - 1}`;
    metrics.set(name, { value: numberOf(text), ...line.span(at, at + text.length) });
  }
  builder.row({ dialect: LIST, ...line.span(0, line.text.trimEnd().length), metrics, number: Number(number) });
  return true;
}

function readHeader(text: string, builder: RunBuilder): boolean {
  const head = text.slice(0, 4000).trim();
  const wide = head.split(/\s{2,40}|\t/);
  // Names of several words stand in columns that more than one blank separates.
  const columns = wide.length > 2 ? wide : (head.match(WORD) ?? []);
  if (columns.length < 2 || columns.length > MOST_COLUMNS) return false;
  if (!columns.every((name) => /^(?:#|[A-Za-z][\w/()%. -]{0,80})$/.test(name)) || !columns.some((name) => /loss|^(?:box|obj|cls)$/i.test(name))) return false;
  const before = builder.tableOf(NAME);
  const same = before?.columns.join(' ') === columns.join(' ');
  if (!same) builder.table({ dialect: NAME, columns: columns.map(nameOf) }, true);
  return true;
}

function readRow(line: Line, table: Table, builder: RunBuilder): boolean {
  const { columns } = table;
  const metrics = new Map<string, Value>();
  let number: number | undefined;
  let total: number | undefined;
  let step: number | undefined;
  let index = 0;
  let end = 0;
  for (const { 0: word, index: at } of line.text.slice(0, 4000).matchAll(WORD)) {
    const name = columns[index];
    if (name === undefined) break;
    const text = word.replace(/:$/, '');
    if (index === 0) {
      const counter = /^(\d{1,9})(?:\/(\d{1,9}))?$/.exec(text);
      if (!counter) return false;
      number = Number(counter[1]);
      if (counter[2] !== undefined) total = Number(counter[2]);
    } else if (name === '#') step = Number(text);
    else if (WHOLE_NUMBER.test(text)) {
      if (!NO_METRIC.test(name)) metrics.set(name, { value: numberOf(text), ...line.span(at, at + text.length) });
    } else if (!/^(?:[\d.]+[GM]B?|\(?[\d:]+\)?|none|#na#|-|[\d.]+[sm])$/i.test(text)) return false;
    end = at + word.length;
    index++;
    if (text !== word) break;
  }
  if (number === undefined || metrics.size === 0 || index < Math.min(3, columns.length)) return false;
  const rounds = /^iter$/i.test(columns[0]!);
  if (rounds || step !== undefined) {
    const unit = rounds ? { unit: 'round' as const } : {};
    builder.row({ dialect: NAME, ...line.span(0, end), metrics, number, ...(step === undefined ? {} : { step }), ...unit });
    return true;
  }
  // YOLOv5 counts 0/2, 1/2, 2/2.
  const fromZero = table.fromZero ?? (number === 0 && total !== undefined);
  if (fromZero !== table.fromZero) builder.table({ ...table, fromZero }, false);
  if (fromZero && total !== undefined) total++;
  const percent = /:\s{1,8}(\d{1,3})%/.exec(line.text.slice(end - 1, end + 12));
  builder.progress({
    dialect: NAME,
    ...line.span(0, end),
    metrics,
    number,
    ...(total === undefined ? {} : { total }),
    final: percent === null || percent[1] === '100',
  });
  return true;
}
