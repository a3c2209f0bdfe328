/*
 * Tables with separators: Keras' CSVLogger and History, Ultralytics' results.csv, Lightning's metrics.csv, and the
 * tables that training loops write themselves.
 *
 *   epoch,accuracy,loss,lr,val_accuracy,val_loss          (CSVLogger; counts from 0, appends, `\r\r\n` on Windows)
 *   0,0.9847438335418701,0.05603187158703804,0.001,0.9850143790245056,0.05463637784123421
 *   loss;acc;val_loss;val_acc                             (History, without epochs)
 *   ,loss,val_loss                                        (pandas, with its index)
 *                  epoch,         train/box_loss,         train/cls_loss,                 lr/pg0
 *   epoch,step,train_loss,val_loss                        (Lightning: a row for each step, most cells empty)
 *   Epoch,Batch,Gen Loss,Disc Loss
 *   | Training Loss | Epoch | Step | Validation Loss |    (Markdown, as the Trainer of Hugging Face writes model cards)
 *   iter	Logloss			AUC				Precision             (several tabs for one)
 *   0,0.91,"[0.5, 0.25]",0.85                             (CSVLogger writes lists so)
 */
import type { RunBuilder, Table } from '../builder';
import type { Line } from '../line';
import type { Value } from '../run';
import { nameOf, numberOf, WHOLE_NUMBER } from '../values';
import type { Dialect } from './dialect';

const NAME = 'csv';
/** The last one stands for any number of tabs. */
const SEPARATORS = [',', ';', '\t', '|', '\t+'] as const;
const MOST_COLUMNS = 1000;
const LOSS = /^(?:(?:train|training|val|valid|validation|test|eval|log)[ _/-]?)?loss$/i;
const EPOCH = /^epochs?$/i;
const STEP = /^(?:step|global_step|batch|iter|iteration)s?$/i;
/** Columns that measure nothing about the model. */
const NO_METRIC = /^(?:|unnamed: 0|time|epoch_time|timestamp|date|seconds|elapsed)$/i;

/** A cell in quotation marks, which may hold separators, and quotation marks twice. */
const QUOTED = /[ ]{0,80}"[^"]*(?:""[^"]*)*"/y;

/** A cell of a line, and where its text begins in it. */
interface LineCell {
  readonly text: string;
  readonly from: number;
}

export const csv: Dialect = {
  name: NAME,
  read(line, builder) {
    const table = builder.tableOf(NAME);
    if (table && readRow(line, table, builder)) return line.text.length;
    return readHeader(line, builder) ? line.text.length : undefined;
  },
};

function readHeader(line: Line, builder: RunBuilder): boolean {
  if (!/epoch|loss/i.test(line.text.slice(0, 4096))) return false;
  for (const separator of SEPARATORS) {
    const cells = cellsOf(line.text, separator);
    if (!cells || cells.length < 2) continue;
    const columns = cells.map(({ text }) => nameOf(text));
    const names = columns.filter((name, index) => name !== '' || index > 0);
    if (names.some((name) => name === '' || name.length > 80 || !/^[\p{L}_]/u.test(name) || /[:={}]/.test(name))) continue;
    const hasEpoch = columns.some((name) => EPOCH.test(name));
    if (!hasEpoch && !columns.some((name) => LOSS.test(name))) continue;
    if (!names.some((name) => !EPOCH.test(name) && !STEP.test(name) && !NO_METRIC.test(name))) continue;
    builder.table({ dialect: NAME, columns, separator }, true);
    return true;
  }
  return false;
}

function readRow(line: Line, table: Table, builder: RunBuilder): boolean {
  const { columns, separator } = table;
  const cells = cellsOf(line.text, separator!);
  if (cells?.length !== columns.length) return false;
  const hasEpoch = columns.some((name) => EPOCH.test(name));
  const metrics = new Map<string, Value>();
  let number: number | undefined;
  let step: number | undefined;
  for (const [index, { text, from }] of cells.entries()) {
    const name = columns[index]!;
    if (text === '' || NO_METRIC.test(name)) continue;
    if (!WHOLE_NUMBER.test(text)) {
      // A table of words without epochs is none of a training: the trials of a search, for example.
      if (!hasEpoch || EPOCH.test(name)) return false;
      continue;
    }
    const value = numberOf(text);
    // A fraction is the part of the data seen so far: 8.7 lies in the ninth epoch.
    if (EPOCH.test(name)) number = Math.ceil(value);
    else if (STEP.test(name)) step = value;
    else metrics.set(name, { value, ...line.span(from, from + text.length) });
  }
  if (metrics.size === 0) return number !== undefined;
  const span = line.span(0, line.text.trimEnd().length);
  if (!hasEpoch) {
    builder.progress({ dialect: NAME, ...span, metrics, final: true });
    return true;
  }
  if (number === undefined) return false;
  const fromZero = table.fromZero ?? (number === 0 && countsFromZero(columns));
  if (fromZero !== table.fromZero) builder.table({ ...table, fromZero }, false);
  if (fromZero) number++;
  builder.row({ dialect: NAME, ...span, metrics, number, ...(step === undefined ? {} : { step }) });
  return true;
}

/**
 * CSVLogger writes the epoch first and the metrics in alphabetical order, and no steps; its epoch 0 is `Epoch 1` on the
 * screen.
 */
function countsFromZero(columns: readonly string[]): boolean {
  const [first, ...others] = columns;
  if (others.some((name) => STEP.test(name))) return false;
  return first === 'epoch' && others.every((name, index) => index === 0 || others[index - 1]! <= name);
}

/** The cells of a line without their blanks and quotation marks; undefined if there are too many. */
function cellsOf(text: string, separator: string): LineCell[] | undefined {
  const cells: LineCell[] = [];
  const framed = separator === '|' && /^\s{0,80}\|.*\|\s{0,80}$/.test(text);
  const end = framed ? text.lastIndexOf('|') : text.length;
  const several = separator === '\t+';
  let from = framed ? text.indexOf('|') + 1 : 0;
  const lastQuote = text.lastIndexOf('"');
  for (;;) {
    QUOTED.lastIndex = from;
    const quoted = lastQuote > from && QUOTED.test(text);
    const found = text.indexOf(several ? '\t' : separator, quoted ? QUOTED.lastIndex : from);
    const at = found < 0 || found > end ? end : found;
    const raw = text.slice(from, at);
    const inner = /^\s*"?/.exec(raw)![0].length;
    cells.push({ text: raw.slice(inner).trimEnd().replace(/"$/, ''), from: from + inner });
    if (at === end) return cells;
    if (cells.length === MOST_COLUMNS) return undefined;
    from = at + 1;
    while (several && text[from] === '\t') from++;
  }
}
